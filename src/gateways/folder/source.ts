// A watched folder: each file in it is a message, taken in the order of the names, on disk here before it is deleted or moved there.
// A file that was taken and not yet moved when the program ended is taken again; the same message again has no second effect.
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Exchange, FormatName } from '../../exchange/contract.ts';
import type { RowLanguage } from '../../exchange/csv.ts';
import { languages, lookAtMessage } from '../../exchange/languages.ts';
import { receiveRows } from '../../exchange/receive-rows.ts';
import { ok, type Problem } from '../../fhir/result.ts';
import { splitBatch } from '../../formats/hl7v2/batch.ts';
import { answerInSteps } from '../../formats/x12/answer.ts';
import { gently, inSlices } from '../../record/slices.ts';

export interface FolderSettings {
  channel: string;
  format: FormatName;
  path: string;
  /** `*` stands for any letters; absent: every file that does not begin with a dot. */
  pattern?: string | undefined;
  /** Folder to move what was taken to; absent: it is deleted. */
  moveTo?: string | undefined;
  /** Of X12: folder for the 999 (or TA1) of each file, under its name with `.999` behind; absent: none is written. */
  acknowledgeTo?: string | undefined;
  /** IANA zone of times in what is acknowledged. */
  timeZone: string;
  /** Files of any length that come apart into messages of some hundred rows, by the columns of the moment. */
  rows?(): RowLanguage | undefined;
  /** A file that is no message but holds some (an export of Apple Health); undefined: it is taken as any. */
  unpack?: ((file: string, name: string) => Unpacked | undefined) | undefined;
  everyMs: number;
  /** A file that was changed within this may still be written. */
  restMs: number;
  bytesMax: number;
  now(): Date;
  failed(error: unknown): void;
}

/** `sender`: whose messages these are, whatever file they came in. */
export interface Unpacked {
  sender: string;
  messages: AsyncIterable<Uint8Array>;
}

type Receives = Pick<Exchange, 'receive' | 'keepBatch'>;

export interface WatchedFolder {
  close(): Promise<void>;
}

export function watchFolder(exchange: Receives, settings: FolderSettings): WatchedFolder {
  const fits = fitting(settings.pattern ?? '*');
  let closed = false;
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout;
  const look = (): void => {
    running = lookOnce(exchange, settings, fits, () => closed)
      .catch(settings.failed)
      .finally(() => {
        if (!closed) timer = setTimeout(look, settings.everyMs);
      });
  };
  timer = setTimeout(look, 0);
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await running;
    },
  };
}

async function lookOnce(
  exchange: Receives,
  settings: FolderSettings,
  fits: (name: string) => boolean,
  closed: () => boolean,
): Promise<void> {
  const entries = await readdir(settings.path, { withFileTypes: true });
  // Code units, as sequence numbers in names are sorted everywhere.
  const names = entries.flatMap((entry) => (entry.isFile() && fits(entry.name) ? [entry.name] : [])).sort();
  for (const name of names) {
    if (closed()) return;
    const taken = await take(exchange, settings, name);
    // What comes behind a file that is still written waits for it: names are the order.
    if (!taken) return;
  }
}

async function take(exchange: Receives, settings: FolderSettings, name: string): Promise<boolean> {
  const file = join(settings.path, name);
  const { mtimeMs, size } = await stat(file);
  if (settings.now().getTime() - mtimeMs < settings.restMs) return false;
  const rows = settings.rows?.();
  if (rows !== undefined) {
    const { channel, now } = settings;
    const of = { channel, name, at: new Date(mtimeMs), by: channel, now, rest: gently() };
    const taken = await receiveRows(rows, createReadStream(file, { highWaterMark: 262_144 }), of, async (arrival) =>
      ok(await exchange.receive(arrival)),
    );
    if (!taken.ok) throw new Error(taken.problem.message);
    await takenAway(settings, file, name);
    return true;
  }
  const unpacked = settings.unpack?.(file, name);
  if (unpacked !== undefined) {
    await receiveUnpacked(exchange, settings, name, unpacked);
    await takenAway(settings, file, name);
    return true;
  }
  const tooLarge = size > settings.bytesMax;
  const raw = await startOf(file, tooLarge ? 8192 : size);
  const language = languages[settings.format];
  if (language === undefined) throw new Error(`no language ${settings.format}`);
  const batch = settings.format === 'hl7v2' && !tooLarge ? splitBatch(raw, true) : undefined;
  const messages = batch?.messages ?? [raw];
  const fault: Problem | undefined = tooLarge
    ? { kind: 'too-costly', message: `The file has ${size} bytes; at most ${settings.bytesMax} are taken. Only its beginning is kept` }
    : undefined;
  const receipts = await Promise.all(
    messages.map(async (message, at) => {
      const about = await lookAtMessage(language, message);
      return exchange.receive({
        channel: settings.channel,
        format: settings.format,
        raw: message,
        receivedAt: settings.now(),
        from: messages.length === 1 ? name : `${name}, ${at + 1} of ${messages.length}`,
        by: settings.channel,
        about: fault === undefined ? about : { ...about, fault },
      });
    }),
  );
  if (batch !== undefined)
    await exchange.keepBatch(
      receipts.map(({ id }) => id),
      batch.pieces,
    );
  const [first] = receipts;
  if (settings.acknowledgeTo !== undefined && first !== undefined && !tooLarge)
    await acknowledge(
      settings.acknowledgeTo,
      name,
      await inSlices(answerInSteps(raw, { receivedAt: first.receivedAt, timeZone: settings.timeZone })),
    );
  // What is not kept whole here stays there, under a name that is not taken again.
  if (tooLarge) await rename(file, join(settings.path, `.${name}.too-large`));
  else await takenAway(settings, file, name);
  return true;
}

/** Written under another name first, so that nobody reads half of it. The same file again makes the same answer again. */
async function acknowledge(folder: string, name: string, answer: Buffer | undefined): Promise<void> {
  if (answer === undefined) return;
  const unfinished = join(folder, `.${name}.999`);
  const file = await open(unfinished, 'w', 0o600);
  try {
    await file.writeFile(answer);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, join(folder, `${name}.999`));
}

async function receiveUnpacked(exchange: Receives, settings: FolderSettings, name: string, { sender, messages }: Unpacked): Promise<void> {
  const language = languages[settings.format];
  if (language === undefined) throw new Error(`no language ${settings.format}`);
  const { channel, format, now } = settings;
  let count = 0;
  for await (const raw of messages)
    await exchange.receive({
      channel,
      format,
      raw,
      receivedAt: now(),
      from: `${name}, ${++count}`,
      by: channel,
      about: { ...(await lookAtMessage(language, raw)), sender },
    });
}

async function takenAway({ moveTo }: FolderSettings, file: string, name: string): Promise<void> {
  if (moveTo === undefined) return rm(file);
  await mkdir(moveTo, { recursive: true });
  await rename(file, join(moveTo, name));
}

async function startOf(file: string, bytes: number): Promise<Buffer> {
  const opened = await open(file, 'r');
  try {
    const buffer = Buffer.alloc(bytes);
    let at = 0;
    while (at < bytes) {
      const { bytesRead } = await opened.read(buffer, at, bytes - at, at);
      if (bytesRead === 0) break;
      at += bytesRead;
    }
    return buffer.subarray(0, at);
  } finally {
    await opened.close();
  }
}

function fitting(pattern: string): (name: string) => boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const form = new RegExp(`^${parts.join('.*')}$`, 'su');
  return (name) => !name.startsWith('.') && form.test(name);
}
