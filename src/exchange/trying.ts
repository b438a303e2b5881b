// What a message would do by the channel as it is now, beside what the record holds; nothing is written. Whoever lays messages answers it:
// a large one takes as long as laying it does, and its answer is tens of megabytes.
import type { Database } from '../database/contract.ts';
import { writeJson } from '../fhir/json.ts';
import { fail, ok, type Result } from '../fhir/result.ts';
import type { Translation } from '../formats/contract.ts';
import type { Caller, RecordStore } from '../record/contract.ts';
import { slices } from '../record/slices.ts';
import type { Channel } from './channel.ts';
import { translationOf } from './converting.ts';
import { Batch, type Changed } from './lay-down.ts';
import { tieOf } from './merge.ts';
import { type Received, readBy } from './translate.ts';

export interface ToTry {
  caller: Caller;
  /** Name of the channel that reads it. */
  channel: string;
  received: Received;
  controlId: string;
  /** Of its bytes, in hexadecimal. */
  digest: string;
}

/** What a message would do: each resource as it stands and as it would stand, and what has no home. */
export interface Tried extends Pick<Translation, 'ledger' | 'instructions' | 'notes'> {
  changes: Changed[];
}

export interface TryTools {
  database: Database;
  record: RecordStore;
  /** Inbound channels by name. */
  channels: ReadonlyMap<string, Channel>;
}

export async function tried(
  { database, record, channels }: TryTools,
  { caller, channel, received, ...message }: ToTry,
): Promise<Result<string>> {
  const by = channels.get(channel);
  if (by === undefined) return fail('not-found', `There is no channel ${channel.slice(0, 100)}; see the list of channels`);
  const read = translationOf(await readBy(by, received, slices()), by.name);
  if (!read.ok) return read;
  const translation = read.value;
  const batch = new Batch(database, record);
  const at = (translation.asOf ?? received.received).getTime();
  const told = { translation, caller, sender: received.sender, moment: { at, tie: tieOf(message.controlId, message.digest) } };
  await batch.gather([told]);
  const laid = await batch.lay(told);
  return laid.ok ? ok(writeJson(shown(translation, batch))) : laid;
}

const shown = ({ ledger, instructions, notes }: Translation, batch: Batch): Tried => ({
  changes: batch.changes(),
  ledger,
  instructions,
  notes,
});
