// What a message says in FHIR, read as its channel reads it: left out by the filter, or mended on a copy and translated. The ledger is
// always of the leaves that were received, with their text as it came.
import { fail, ok, type Result } from '../fhir/result.ts';
import type { LedgerRow, Translation } from '../formats/contract.ts';
import { leavesOf } from '../formats/devices/devices.ts';
import { takeApart } from '../formats/hl7v2/map/part.ts';
import { readMessage } from '../formats/hl7v2/tree/message.ts';
import { inSlices, type Rest } from '../record/slices.ts';
import type { Channel } from './channel.ts';
import { languages } from './languages.ts';
import { leafName } from './overrides.ts';
import type { Work } from './queue.ts';

export type Received = Pick<Work, 'raw' | 'format' | 'kind' | 'sender' | 'received'>;

export type Reading =
  | { kind: 'left-out'; why: string }
  /** `translation` is absent where the channel only passes on. */
  | { kind: 'read'; mended: Uint8Array; translation?: Translation };

export async function readBy(channel: Channel, work: Received, rest: Rest): Promise<Result<Reading>> {
  try {
    const language = channel.language ?? languages[work.format];
    // First of all: filters and overrides take it apart, too.
    const tooMuch = language?.tooMuch?.(work.raw);
    if (tooMuch !== undefined) return { ok: false, problem: tooMuch };
    const why = channel.leavesOut(work);
    if (why !== undefined) return ok({ kind: 'left-out', why });
    const { raw: mended, copied } = channel.mended(work.raw);
    if (!channel.laysDown) return ok({ kind: 'read', mended });
    if (language === undefined) return fail('unsupported', `Messages of the format ${work.format} are kept and not understood yet`);
    const context = { sender: work.sender, receivedAt: work.received, timeZone: channel.timeZone };
    const translation = await inSlices(language.translate(mended, context), rest);
    const refused = language.refused?.(translation);
    if (refused !== undefined) return { ok: false, problem: refused };
    const ledger =
      mended === work.raw
        ? translation.ledger
        : work.format === 'devices'
          ? asPublished(translation.ledger, work.raw, channel.name)
          : asReceived(translation.ledger, work.raw, copied, channel.name);
    return ok({ kind: 'read', mended, translation: { ...translation, ledger } });
  } catch (error) {
    // A mapping that throws is a bug of ours: the message stays, and says so.
    const name = error instanceof Error ? `${error.name}: ${error.message.slice(0, 200)}` : 'unknown';
    return fail(
      'unsupported',
      `This message could not be told in FHIR because of a fault of this program (${name}). It is kept; resend it after an update`,
    );
  }
}

/** The ledger of a mended payload as one of the payload that came. */
function asPublished(ledger: readonly LedgerRow[], raw: Uint8Array, channel: string): LedgerRow[] {
  const rows = new Map(ledger.map((row) => [row.path, row]));
  return leavesOf(raw).map(({ path, text }): LedgerRow => {
    const row = rows.get(path);
    return row === undefined ? { path, text, state: 'kept', why: `left out by the overrides of the channel ${channel}` } : { ...row, text };
  });
}

/** The ledger of a mended HL7 v2 message as one of the message that came: what was added is not in it, what was removed is kept. */
function asReceived(
  ledger: readonly LedgerRow[],
  raw: Uint8Array,
  copied: ReadonlyMap<string, string> | undefined,
  channel: string,
): LedgerRow[] {
  const rows = new Map(ledger.map((row) => [row.path, row]));
  const copies = new Map<string, string[]>();
  if (copied !== undefined && copied.size > 0)
    for (const row of ledger) {
      const source = row.state === 'mapped' && row.path !== 'before' ? copied.get(leafName(row.path)) : undefined;
      if (source !== undefined && row.state === 'mapped') copies.set(source, [...(copies.get(source) ?? []), ...row.elements]);
    }
  const all: LedgerRow[] = [];
  const before = rows.get('before');
  if (before !== undefined) all.push(before);
  for (const segment of takeApart(readMessage(raw)))
    for (const { path, raw: text } of segment.leaves()) {
      const row = rows.get(path);
      const elements = copies.size === 0 ? undefined : copies.get(leafName(path));
      if (elements !== undefined && row?.state !== 'mapped') all.push({ path, text, state: 'mapped', elements });
      else if (row !== undefined) all.push({ ...row, text });
      else all.push({ path, text, state: 'kept', why: `left out by the overrides of the channel ${channel}` });
    }
  return all;
}
