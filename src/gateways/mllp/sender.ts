// HL7 v2 over MLLP, out: one message at a time on a connection that stays open, answered when the acknowledgement with its control id
// (MSA-2) comes. What comes for another message is an answer that is no longer waited for (HL7 v2.8, chapter 2, section 2.9).
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Delivered, Destination, Outgoing } from '../../exchange/destination.ts';
import { readMessage } from '../../formats/hl7v2/tree/message.ts';
import { Frames, framed } from './frames.ts';

export interface MllpSenderSettings {
  host: string;
  port: number;
  /** PEM texts for a new connection: who we trust, and who we are where the other side asks for it. May throw. */
  tls?: () => { ca?: string; key?: string; cert?: string };
  /** An acknowledgement must come within this. */
  answerSeconds: number;
}

const connectSeconds = 10;
const answerBytesMax = 1_000_000;
const keepAliveMs = 30_000;

interface Line {
  socket: Socket;
  /** Waits for the acknowledgement of a control id; undefined: the connection ended or nothing came in time. */
  answerTo(controlId: string): Promise<Delivered>;
}

export function mllpDestination(settings: MllpSenderSettings): Destination {
  const idle: Line[] = [];
  const open = new Set<Socket>();

  async function deliver(message: Outgoing): Promise<Delivered> {
    const line = idle.pop() ?? (await dial(settings, open));
    if ('kind' in line) return line;
    const answer = line.answerTo(message.controlId);
    line.socket.write(framed(message.raw));
    const delivered = await answer;
    // After a silence nobody knows what the next answer would be for.
    if (delivered.kind === 'silent') line.socket.destroy();
    else idle.push(line);
    return delivered;
  }

  return {
    async deliver(message) {
      // A connection that the other side closed while nobody looked is not worth a word.
      for (let at = idle.length - 1; at >= 0; at--) if (idle[at]?.socket.writable !== true) idle.splice(at, 1);
      return deliver(message);
    },
    async close() {
      for (const socket of open) socket.destroy();
    },
  };
}

async function dial(settings: MllpSenderSettings, open: Set<Socket>): Promise<Line | Delivered> {
  const { host, port, tls } = settings;
  let socket: Socket;
  try {
    socket = tls === undefined ? connect({ host, port }) : connectTls({ host, port, servername: nameOf(host), ...tls() });
  } catch (error) {
    return { kind: 'unreachable', said: `The certificates cannot be used: ${error instanceof Error ? error.message : 'unknown'}` };
  }
  open.add(socket);
  socket.on('close', () => open.delete(socket));
  const problem = await new Promise<string | undefined>((done) => {
    const timer = setTimeout(() => done(`no connection within ${connectSeconds} s`), connectSeconds * 1000);
    const settle = (problem?: string): void => {
      clearTimeout(timer);
      done(problem);
    };
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () => settle());
    socket.once('error', (error) => settle(error.message));
    socket.once('close', () => settle('the connection was closed'));
  });
  socket.on('error', () => socket.destroy());
  if (problem !== undefined) {
    socket.destroy();
    return { kind: 'unreachable', said: `${host}:${port}: ${problem}` };
  }
  socket.setNoDelay(true);
  socket.setKeepAlive(true, keepAliveMs);
  return lineOn(socket, settings);
}

/** Server names are names, never addresses (RFC 6066, section 3). */
const nameOf = (host: string): string => (/^[\d.]+$|:/.test(host) ? '' : host);

function lineOn(socket: Socket, { answerSeconds }: MllpSenderSettings): Line {
  const frames = new Frames(answerBytesMax);
  let waiting: { controlId: string; done(delivered: Delivered): void } | undefined;
  socket.on('data', (chunk: Buffer) => {
    for (const frame of frames.read(chunk)) {
      const answer = readMessage(frame.bytes);
      if (waiting === undefined || answer.get('MSA-2') !== waiting.controlId) continue;
      waiting.done(
        deliveredBy(
          answer.get('MSA-1'),
          [answer.get('MSA-3') || answer.get('ERR-8')].filter((text) => text !== ''),
        ),
      );
    }
  });
  socket.on('close', () => waiting?.done({ kind: 'silent', said: 'the connection was closed before the acknowledgement' }));
  return {
    socket,
    answerTo: (controlId) =>
      new Promise((resolve) => {
        const done = (delivered: Delivered): void => {
          clearTimeout(timer);
          waiting = undefined;
          resolve(delivered);
        };
        const timer = setTimeout(
          () => done({ kind: 'silent', said: `no acknowledgement within ${answerSeconds} s` }),
          answerSeconds * 1000,
        );
        waiting = { controlId, done };
        if (socket.destroyed) done({ kind: 'silent', said: 'the connection was closed before the acknowledgement' });
      }),
  };
}

/** HL7 table 0008. */
const meanings: Readonly<Record<string, (said: string) => Delivered>> = {
  AA: (said) => ({ kind: 'taken', said }),
  CA: (said) => ({ kind: 'taken', said }),
  AE: (said) => ({ kind: 'refused', said, forGood: false }),
  CE: (said) => ({ kind: 'refused', said, forGood: false }),
  AR: (said) => ({ kind: 'refused', said, forGood: true }),
  CR: (said) => ({ kind: 'refused', said, forGood: true }),
};

function deliveredBy(code: string, texts: readonly string[]): Delivered {
  const said = [code, ...texts].join(': ').slice(0, 500);
  return (
    meanings[code]?.(said) ?? { kind: 'refused', said: `an acknowledgement with the unknown code "${code.slice(0, 10)}"`, forGood: false }
  );
}
