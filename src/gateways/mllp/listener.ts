// HL7 v2 over MLLP, in: each message is on disk before it is acknowledged, and acknowledged in the order in which it came, whatever
// the others on the connection or elsewhere are doing.
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Exchange } from '../../exchange/contract.ts';
import { fail, ok, type Problem, type Result } from '../../fhir/result.ts';
import { aboutOf } from '../../formats/hl7v2/about.ts';
import { acknowledge } from '../../formats/hl7v2/acknowledge.ts';
import { encode } from '../../formats/hl7v2/tree/charset.ts';
import { type Message, readMessage } from '../../formats/hl7v2/tree/message.ts';
import { type Frame, Frames, framed } from './frames.ts';

export interface MllpSettings {
  channel: string;
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** Where the port is set, for whoever must choose another. */
  portSetting?: string;
  /** PEM texts; with `ca` only clients are heard that have a certificate of it. */
  tls?: { key?: string; cert?: string; ca?: string };
  /** Acknowledgements: the one of the original mode, those that MSH-15 and MSH-16 ask for, or whichever the message means. */
  mode?: 'original' | 'enhanced' | 'auto';
  bytesMax: number;
  connectionsMax: number;
  /** A message that has begun must end within this. */
  frameSeconds: number;
  application: string;
  now(): Date;
  /** What is nobody's message: for the log, without what was said. */
  failed(error: unknown): void;
}

export interface MllpListener {
  port: number;
  close(): Promise<void>;
}

/** Messages of one connection that are on their way at once; more are read when some are answered. */
const mostUnderWay = 64;

export async function listenMllp(exchange: Exchange, settings: MllpSettings): Promise<Result<MllpListener>> {
  const sockets = new Set<Socket>();
  const heard = (socket: Socket): void => {
    if (sockets.size >= settings.connectionsMax) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    converse(socket, exchange, settings);
  };
  const { tls } = settings;
  const server: Server =
    tls === undefined
      ? createServer(heard)
      : createTlsServer(
          { ...tls, minVersion: 'TLSv1.2', requestCert: tls.ca !== undefined, rejectUnauthorized: tls.ca !== undefined },
          heard,
        );
  server.maxConnections = settings.connectionsMax;
  const listening = await new Promise<Error | undefined>((done) => {
    server.once('error', done);
    server.listen(settings.port, settings.host, () => done(undefined));
  });
  if (listening !== undefined)
    return fail(
      'busy',
      `Nothing can listen for HL7 v2 on ${settings.host}:${settings.port} (${listening.message}). Choose another ${settings.portSetting ?? 'LAMPLIGHT_MLLP_PORT'}, or end the program that has it`,
    );
  const address = server.address();
  return ok({
    port: typeof address === 'object' && address !== null ? address.port : settings.port,
    async close() {
      const closed = new Promise<void>((done) => server.close(() => done()));
      for (const socket of sockets) socket.end();
      // Who does not hang up within a moment is hung up on: what was not acknowledged will be sent again.
      const timer = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, 500);
      await closed;
      clearTimeout(timer);
    },
  });
}

function converse(socket: Socket, exchange: Exchange, settings: MllpSettings): void {
  const frames = new Frames(settings.bytesMax);
  const from = socket.remoteAddress ?? 'unknown';
  let underWay = 0;
  let answers: Promise<void> = Promise.resolve();
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  let waitsForEnd: NodeJS.Timeout | undefined;

  socket.on('data', (chunk: Buffer) => {
    for (const frame of frames.read(chunk)) {
      underWay++;
      const answer = answerTo(frame, from, exchange, settings);
      answers = answers.then(async () => {
        const bytes = await answer;
        underWay--;
        if (socket.writable) socket.write(bytes);
        if (underWay < mostUnderWay / 2 && socket.isPaused()) socket.resume();
      });
      answers = answers.catch((error: unknown) => {
        underWay--;
        settings.failed(error);
        // Not stored, so not acknowledged: the sender keeps it and sends it again.
        socket.destroy();
      });
    }
    if (underWay >= mostUnderWay) socket.pause();
    clearTimeout(waitsForEnd);
    if (frames.open) waitsForEnd = setTimeout(() => socket.destroy(), settings.frameSeconds * 1000);
  });
  socket.on('close', () => clearTimeout(waitsForEnd));
  socket.on('end', () => void answers.finally(() => socket.end()));
}

async function answerTo(frame: Frame, from: string, exchange: Exchange, settings: MllpSettings): Promise<Buffer> {
  const receivedAt = settings.now();
  const message = readMessage(frame.bytes);
  const about = aboutOf(message);
  const problem = problemOf(frame, settings.bytesMax) ?? about.fault;
  const receipt = await exchange.receive({
    channel: settings.channel,
    format: 'hl7v2',
    raw: frame.bytes,
    receivedAt,
    from,
    by: settings.channel,
    about: problem === undefined ? about : { ...about, fault: problem },
  });
  return answer(message, problem, receipt.receivedAt, settings.application);
}

function problemOf(frame: Frame, bytesMax: number): Problem | undefined {
  if (frame.kind === 'message') return undefined;
  if (frame.kind === 'cut')
    return { kind: 'invalid', message: 'The message was not ended (FS CR) before the next began; send it again in a frame of its own' };
  return { kind: 'too-costly', message: `The message has ${frame.size} bytes; at most ${bytesMax} are taken. Only its beginning is kept` };
}

function answer(message: Message, problem: Problem | undefined, receivedAt: Date, application: string): Buffer {
  const code = problem === undefined ? 'AA' : problem.kind === 'too-costly' ? 'AR' : 'AE';
  const text = acknowledge(message, { code, receivedAt, application, ...(problem === undefined ? {} : { problem }) });
  return framed(encode(text, message.charset));
}
