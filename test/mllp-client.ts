// HL7 v2 over a plain socket, as a sender does it: one message, then its acknowledgement.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export const framed = (text: string | Buffer): Buffer => Buffer.concat([Buffer.from([0x0b]), Buffer.from(text), Buffer.from([0x1c, 0x0d])]);

export interface Sender {
  socket: Socket;
  /** The acknowledgement. Throws where the connection ends before it. */
  send(text: string | Buffer): Promise<string>;
  /** The next acknowledgement, of bytes that were written already. */
  answer(): Promise<string>;
  end(): void;
}

export async function sender(port: number): Promise<Sender> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  let heard = '';
  let wake: () => void = () => {};
  socket.on('data', (chunk: Buffer) => {
    heard += chunk.toString('utf8');
    wake();
  });
  let closed = false;
  socket.on('close', () => {
    closed = true;
    wake();
  });
  socket.on('error', () => {});
  async function answer(): Promise<string> {
    for (;;) {
      const end = heard.indexOf('\u001c\r');
      if (end !== -1) {
        const one = heard.slice(1, end);
        heard = heard.slice(end + 2);
        return one;
      }
      if (closed) throw new Error('the connection ended before the acknowledgement');
      await new Promise<void>((done) => {
        wake = done;
      });
    }
  }
  return {
    socket,
    answer,
    async send(text) {
      socket.write(framed(text));
      return answer();
    },
    end: () => socket.destroy(),
  };
}

/** The port that the server says it hears HL7 v2 on. */
export const mllpPortOf = (said: string): number => Number(/HL7 v2 over MLLP: \S+:(\d+)/.exec(said)?.[1] ?? 0);
