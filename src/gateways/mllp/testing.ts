// For tests: another system that hears HL7 v2, and behaves as it is told: answers, refuses, hangs, closes, is away.
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { readMessage } from '../../formats/hl7v2/tree/message.ts';
import { Frames, framed } from './frames.ts';

export type Manner = 'AA' | 'AE' | 'AR' | 'hang' | 'close' | 'take-and-close';

export interface Receiver {
  port: number;
  /** Control ids in the order in which they came, with what was done about each. */
  heard: { controlId: string; raw: string; bytes: Buffer; manner: Manner }[];
  /** Messages that were under way at once, at most. */
  most: number;
  connections: number;
  behave(manner: (controlId: string, nth: number) => Manner): void;
  /** Stops listening and hangs up, as a system that is shut down in order. */
  leave(): Promise<void>;
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

export async function receiver(options: { tls?: TlsOptions; answerAfterMs?: number } = {}): Promise<Receiver> {
  const sockets = new Set<Socket>();
  let manner: (controlId: string, nth: number) => Manner = () => 'AA';
  let underWay = 0;
  const heardOn = (socket: Socket): void => {
    sockets.add(socket);
    here.connections++;
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    const frames = new Frames(10_000_000);
    socket.on('data', (chunk: Buffer) => {
      for (const frame of frames.read(chunk)) void answer(socket, frame.bytes);
    });
  };
  async function answer(socket: Socket, bytes: Buffer): Promise<void> {
    const message = readMessage(bytes);
    const controlId = message.get('MSH-10');
    const does = manner(controlId, here.heard.filter((one) => one.controlId === controlId).length + 1);
    here.heard.push({ controlId, raw: bytes.toString(), bytes, manner: does });
    here.most = Math.max(here.most, ++underWay);
    if (options.answerAfterMs !== undefined) await new Promise((done) => setTimeout(done, options.answerAfterMs));
    underWay--;
    if (does === 'hang') return;
    if (does === 'close' || does === 'take-and-close') socket.destroy();
    else
      socket.write(
        framed(`MSH|^~\\&|LAB|EAST|||20260701||ACK|A${controlId}|P|2.5.1\rMSA|${does}|${controlId}${does === 'AA' ? '' : '|not today'}\r`),
      );
  }
  let server: Server | undefined;
  async function listen(port: number): Promise<number> {
    server = options.tls === undefined ? createServer(heardOn) : createTlsServer(options.tls, heardOn);
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  }
  async function leave(): Promise<void> {
    const closing = server;
    server = undefined;
    if (closing === undefined) return;
    const closed = once(closing, 'close');
    closing.close();
    // What it has taken it answers first: a taken message whose answer is lost is `take-and-close`, and comes a second time.
    while (underWay > 0) await new Promise((done) => setTimeout(done, 1));
    for (const socket of sockets) socket.destroySoon();
    await closed;
  }
  const here: Receiver = {
    port: 0,
    heard: [],
    most: 0,
    connections: 0,
    behave(next) {
      manner = next;
    },
    leave,
    async comeBack() {
      await listen(here.port);
    },
    close: leave,
  };
  here.port = await listen(0);
  return here;
}
