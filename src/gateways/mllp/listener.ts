// HL7 v2 over MLLP, in: each message is on disk before it is acknowledged, and acknowledged in the order in which it came, whatever
// the others on the connection or elsewhere are doing.
import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Exchange, Receipt } from '../../exchange/contract.ts';
import { fail, ok, type Problem, type Result } from '../../fhir/result.ts';
import { aboutOf } from '../../formats/hl7v2/about.ts';
import { type AcknowledgmentCode, acknowledge } from '../../formats/hl7v2/acknowledge.ts';
import { acknowledgeBatch, splitBatch } from '../../formats/hl7v2/batch.ts';
import { encode } from '../../formats/hl7v2/tree/charset.ts';
import { type Message, readMessage } from '../../formats/hl7v2/tree/message.ts';
import { type Frame, Frames, framed } from './frames.ts';

/** What may be otherwise from one message to the next, while the port stays open. */
export interface MllpManner {
  channel: string;
  /** PEM texts; with `ca` only clients are heard that have a certificate of it. */
  tls?: { key?: string; cert?: string; ca?: string };
  /** Acknowledgements: the one of the original mode, those that MSH-15 and MSH-16 ask for, or whichever the message means. */
  mode?: 'original' | 'enhanced' | 'auto';
}

export interface MllpSettings extends MllpManner {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** Where the port is set, for whoever must choose another. */
  portSetting?: string;
  /** The port is taken at once, and who connects is heard from `begin` on. */
  held?: boolean;
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
  begin(): void;
  /** From the next message on. Connections stay, but where TLS begins, ends, or trusts others: then they end with an answer. */
  change(manner: MllpManner): void;
  close(): Promise<void>;
}

/** Messages of one connection that are on their way at once; more are read when some are answered. */
const mostUnderWay = 64;
/** Application acknowledgements of one connection that are awaited at once, and for how long each. */
const mostLater = 1000;
const applicationSeconds = 60;

export async function listenMllp(exchange: Exchange, settings: MllpSettings): Promise<Result<MllpListener>> {
  let now: MllpSettings = settings;
  const sockets = new Set<Socket>();
  /** Those that are talked with, and how each is brought to an end behind its last answer. */
  const talks = new Map<Socket, () => void>();
  const talk = (socket: Socket): void => {
    socket.on('close', () => talks.delete(socket));
    talks.set(
      socket,
      converse(socket, exchange, () => now),
    );
  };
  // The port is one and the same whether it speaks TLS or not: what a connection speaks is decided when it comes.
  let welcome = welcomeBy(settings, talk);
  let held: Socket[] | undefined = settings.held === true ? [] : undefined;
  const server = createServer((socket) => {
    if (sockets.size >= settings.connectionsMax) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    if (held === undefined) welcome(socket);
    else held.push(socket);
  });
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
    begin() {
      const waited = held ?? [];
      held = undefined;
      for (const socket of waited) if (!socket.destroyed) welcome(socket);
    },
    change(manner) {
      const { channel, mode, tls } = manner;
      const same = trustOf(now.tls) === trustOf(tls);
      const { mode: _mode, tls: _tls, ...rest } = now;
      now = { ...rest, channel, ...(mode === undefined ? {} : { mode }), ...(tls === undefined ? {} : { tls }) };
      welcome = welcomeBy(now, talk);
      if (!same) for (const hangUp of talks.values()) hangUp();
    },
    async close() {
      const closed = new Promise<void>((done) => server.close(() => done()));
      for (const hangUp of talks.values()) hangUp();
      // Who does not hang up within a moment is hung up on: what was not acknowledged will be sent again.
      const timer = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, 500);
      await closed;
      clearTimeout(timer);
    },
  });
}

/** Who is let in: whoever connects, or who has a certificate. A change of our own certificate changes nothing about that. */
const trustOf = (tls: MllpManner['tls']): string => (tls === undefined ? 'everybody' : `TLS ${tls.ca ?? ''}`);

function welcomeBy({ tls }: MllpManner, talk: (socket: Socket) => void): (socket: Socket) => void {
  if (tls === undefined) return talk;
  const { ca } = tls;
  const server = createTlsServer(
    { ...tls, minVersion: 'TLSv1.2', requestCert: ca !== undefined, rejectUnauthorized: ca !== undefined },
    talk,
  );
  // A handshake that fails is the client's; the others go on.
  server.on('tlsClientError', () => {});
  return (socket) => server.emit('connection', socket);
}

/** Answers how the conversation is ended behind its last answer. */
function converse(socket: Socket, exchange: Exchange, settingsNow: () => MllpSettings): () => void {
  const settings = settingsNow();
  const frames = new Frames(settings.bytesMax);
  const from = socket.remoteAddress ?? 'unknown';
  let underWay = 0;
  /** Application acknowledgements that are still to come: no reason not to read on, up to a measure. */
  let later = 0;
  let answers: Promise<void> = Promise.resolve();
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  let waitsForEnd: NodeJS.Timeout | undefined;
  let ending = false;
  const write = (bytes: Buffer | undefined): void => {
    if (bytes !== undefined && socket.writable) socket.write(bytes);
    if (!ending && underWay < mostUnderWay / 2 && later < mostLater && socket.isPaused()) socket.resume();
  };
  const writeLater = async (answer: Promise<Buffer | undefined>): Promise<void> => {
    later++;
    const bytes = await answer.catch(() => undefined);
    later--;
    write(bytes);
  };

  socket.on('data', (chunk: Buffer) => {
    for (const frame of frames.read(chunk)) {
      underWay++;
      const answer = answerTo(frame, from, exchange, settingsNow());
      answers = answers.then(async () => {
        const { now, applied } = await answer;
        underWay--;
        write(now);
        if (applied !== undefined) void writeLater(applied());
      });
      answers = answers.catch((error: unknown) => {
        underWay--;
        settings.failed(error);
        // Not stored, so not acknowledged: the sender keeps it and sends it again.
        socket.destroy();
      });
    }
    if (underWay >= mostUnderWay || later >= mostLater) socket.pause();
    clearTimeout(waitsForEnd);
    if (frames.open) waitsForEnd = setTimeout(() => socket.destroy(), settings.frameSeconds * 1000);
  });
  socket.on('close', () => clearTimeout(waitsForEnd));
  const hangUp = (): void => void answers.finally(() => socket.end());
  socket.on('end', hangUp);
  return () => {
    ending = true;
    socket.pause();
    hangUp();
  };
}

interface Answers {
  /** When it is on disk; absent: the sender wants none. */
  now?: Buffer;
  /** When it was laid down, where the sender asks for that (enhanced mode). */
  applied?: () => Promise<Buffer | undefined>;
}

async function answerTo(frame: Frame, from: string, exchange: Exchange, settings: MllpSettings): Promise<Answers> {
  const batch = frame.kind === 'message' ? splitBatch(frame.bytes) : undefined;
  if (batch === undefined) return answersOf(await keep(frame, from, exchange, settings), exchange, settings);
  // In one go, so that they are stored in their order.
  const kept = await Promise.all(
    batch.messages.map((bytes, at) =>
      keep({ kind: 'message', bytes }, `${from}, ${at + 1} of ${batch.messages.length} of a batch`, exchange, settings),
    ),
  );
  await exchange.keepBatch(
    kept.map(({ receipt }) => receipt.id),
    batch.pieces,
  );
  const texts = kept.map((one) => acknowledgement(one, originalCode(one.problem), settings.application));
  const [first] = kept;
  const receivedAt = first?.receipt.receivedAt ?? settings.now();
  return { now: framed(encode(acknowledgeBatch(batch, texts, receivedAt), first?.message.charset ?? 'utf-8')) };
}

interface Kept {
  message: Message;
  receipt: Receipt;
  problem: Problem | undefined;
}

async function keep(frame: Frame, from: string, exchange: Exchange, settings: MllpSettings): Promise<Kept> {
  const message = readMessage(frame.bytes);
  const about = aboutOf(message);
  const problem = problemOf(frame, settings.bytesMax) ?? about.fault;
  const receipt = await exchange.receive({
    channel: settings.channel,
    format: 'hl7v2',
    raw: frame.bytes,
    receivedAt: settings.now(),
    from,
    by: settings.channel,
    about: problem === undefined ? about : { ...about, fault: problem },
  });
  return { message, receipt, problem };
}

/** HL7 table 0155: whether an acknowledgement is wanted of what went well, and of what did not. */
const wanted: Readonly<Record<string, (well: boolean) => boolean>> = {
  AL: () => true,
  NE: () => false,
  ER: (well) => !well,
  SU: (well) => well,
};

function answersOf(kept: Kept, exchange: Exchange, settings: MllpSettings): Answers {
  const { message, problem, receipt } = kept;
  const { mode = 'auto', application } = settings;
  const bytes = (code: AcknowledgmentCode, why: Problem | undefined): Buffer =>
    framed(encode(acknowledgement({ ...kept, problem: why }, code, application), message.charset));
  const [accept, apply] = [message.get('MSH-15'), message.get('MSH-16')];
  // Where neither field says anything, the message means the original mode (HL7 v2.8, section 2.9.2).
  if (mode === 'original' || (mode === 'auto' && accept === '' && apply === '')) return { now: bytes(originalCode(problem), problem) };
  const code = problem === undefined ? 'CA' : problem.kind === 'too-costly' ? 'CR' : 'CE';
  const acceptWanted = (wanted[accept] ?? (mode === 'enhanced' ? wanted['AL'] : wanted['NE']))?.(problem === undefined) === true;
  const applyWanted = wanted[apply] ?? wanted['NE'];
  return {
    ...(acceptWanted ? { now: bytes(code, problem) } : {}),
    ...(problem !== undefined || applyWanted === undefined || apply === '' || apply === 'NE'
      ? {}
      : {
          async applied() {
            const outcome = await exchange.outcome(receipt.id, applicationSeconds * 1000);
            if (outcome === undefined) return undefined;
            const failed = outcome.state === 'failed';
            return applyWanted(!failed) ? bytes(failed ? 'AE' : 'AA', failed ? outcome.problem : undefined) : undefined;
          },
        }),
  };
}

function problemOf(frame: Frame, bytesMax: number): Problem | undefined {
  if (frame.kind === 'message') return undefined;
  if (frame.kind === 'cut')
    return { kind: 'invalid', message: 'The message was not ended (FS CR) before the next began; send it again in a frame of its own' };
  return { kind: 'too-costly', message: `The message has ${frame.size} bytes; at most ${bytesMax} are taken. Only its beginning is kept` };
}

const originalCode = (problem: Problem | undefined): AcknowledgmentCode =>
  problem === undefined ? 'AA' : problem.kind === 'too-costly' ? 'AR' : 'AE';

const acknowledgement = ({ message, receipt, problem }: Kept, code: AcknowledgmentCode, application: string): string =>
  acknowledge(message, { code, receivedAt: receipt.receivedAt, application, ...(problem === undefined ? {} : { problem }) });
