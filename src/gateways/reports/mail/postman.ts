// Sends the messages that wait, one after the other. What was not taken is tried again with growing pauses; what was on its way when something broke is not
// known to have been sent or not, and is left to people. Every attempt has its row in the audit trail before it is made, and another with its outcome.
import type { Database } from '../../../database/contract.ts';
import type { Caller, RecordStore } from '../../../record/contract.ts';
import { readRunFile } from '../files.ts';
import type { Handed, Letter, MailServer } from './contract.ts';
import { handOver } from './hand-over.ts';
import { compose } from './letter.ts';
import { Letters } from './letters.ts';

export interface PostmanParts {
  mail: MailServer;
  database: Database;
  record: Pick<RecordStore, 'note'>;
  /** Folder of the files. */
  root: string;
  now(): Date;
}

const minuteMs = 60_000;
/** After the first attempt, the second …: then it has failed. */
const pausesMs = [1, 5, 30, 120].map((minutes) => minutes * minuteMs);
/** Longer than a sending can take. */
const lostMs = 10 * minuteMs;
/** A restored backup may hold messages that were sent since. */
const staleMs = 24 * 60 * minuteMs;
/** What mail servers take. */
const attachedMost = 8 * 1024 * 1024;

const outcomes: Record<Handed['outcome'], number> = { sent: 200, refused: 422, later: 503, unknown: 504 };

export async function sendDue(parts: PostmanParts, signal: AbortSignal): Promise<void> {
  const { database, now } = parts;
  const letters = new Letters(database);
  const gone = 'Not known whether it was sent: the program ended while it was on its way';
  for (const letter of await letters.lost(new Date(now().getTime() - lostMs), gone, now())) await note(parts, letter, outcomes.unknown);
  while (!signal.aborted) {
    const letter = await letters.claim(now());
    if (letter === undefined) return;
    await send(parts, letters, letter, signal);
  }
}

async function send(parts: PostmanParts, letters: Letters, letter: Letter, signal: AbortSignal): Promise<void> {
  const { mail, now } = parts;
  if (now().getTime() - letter.wanted.getTime() > staleMs)
    return letters.end(letter.id, 'failed', 'Not sent: it had waited for more than a day', now());
  await note(parts, letter, 202);
  const pdf = await pdfOf(parts, letter);
  const message = await compose(mail, letter, pdf.content, now());
  const { outcome, says } = await handOver(mail, letter.address, message, signal);
  await note(parts, letter, outcomes[outcome]);
  const without = letter.without ?? pdf.without;
  if (outcome === 'sent') return letters.end(letter.id, 'sent', without === null ? says : `${says}, without the PDF: ${without}`, now());
  if (outcome !== 'later') return letters.end(letter.id, outcome, says, now());
  const pause = pausesMs[letter.tries - 1];
  if (pause === undefined) return letters.end(letter.id, 'failed', `${says}. It was tried ${letter.tries} times`, now());
  return letters.end(letter.id, 'waiting', `${says}. It is tried again`, now(), new Date(now().getTime() + pause));
}

async function pdfOf({ root }: PostmanParts, { report, file }: Letter): Promise<{ content?: Buffer; without: string | null }> {
  if (file === null) return { without: null };
  const found = await readRunFile(root, report, file);
  if (found === undefined) return { without: 'its file is gone' };
  if (found.bytes > attachedMost) return { without: 'it is larger than 8 MB' };
  const chunks: Buffer[] = [];
  for await (const chunk of found.read()) chunks.push(chunk as Buffer);
  return { content: Buffer.concat(chunks), without: null };
}

/** In the name of who keeps the report. */
function note({ record }: PostmanParts, { account, name, report, run, address }: Letter, outcome: number): Promise<void> {
  const caller: Caller = {
    person: { id: account, name, role: 'analyst' },
    purpose: 'HOPERAT',
    from: `report:${report}`,
    request: `report:${run}`,
  };
  return record.note(caller, 'report-mail', { outcome, query: `${report} to ${address}` });
}

const lookEveryMs = 5_000;

/** Until it is stopped: what is on its way then is broken off, and said to be unknown where the server had begun to take it. */
export function watchMail(parts: PostmanParts, failed: (error: unknown) => void): { stop(): Promise<void> } {
  const stopping = new AbortController();
  let looking = Promise.resolve();
  let waits = false;
  const look = (): void => {
    if (waits) return;
    waits = true;
    looking = looking
      .then(() => sendDue(parts, stopping.signal))
      .catch(failed)
      .finally(() => {
        waits = false;
      });
  };
  look();
  const timer = setInterval(look, lookEveryMs);
  return {
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await looking;
    },
  };
}
