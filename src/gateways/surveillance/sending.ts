// A suspected case goes out to public health: the laboratory's report as HL7 v2.5.1 ORU^R01, by a channel of the site, when a person
// says so. A case is put into the queue once: who asks again, or is stopped half-way, finds the message that is there. What the record says
// otherwise since then (since.ts) goes out as one more.
import type { Database } from '../../database/contract.ts';
import type { Exchange, MessageState } from '../../exchange/contract.ts';
import { type ProduceRecord, produce } from '../../exchange/produce.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { parseQuery } from '../../fhir/search/query.ts';
import { aboutHl7v2 } from '../../formats/hl7v2/about.ts';
import type { Caller } from '../../record/contract.ts';
import { keyOfId } from '../../record/keys.ts';
import { isBeingSent } from './lease.ts';
import type { Reason, SuspectedCase } from './suspected.ts';

export interface SendingParts {
  database: Database;
  record: ProduceRecord;
  exchange: Pick<Exchange, 'receive' | 'stateOf'>;
  /** Name of the outbound channel of HL7 v2 by which reports go; absent: none was named. */
  channel?: string;
  timeZone: string;
  now(): Date;
}

/** What was sent of a case, and what became of it. */
export interface Sent {
  by: string;
  at: Date;
  message: string;
  state: MessageState;
  /** The result by which it was sent. */
  reason: string;
  /** Why it waits, or why it was refused: what the other side answered. */
  says: string;
}

interface SentRow {
  pat: string;
  condition: string;
  reason: string;
  report: string;
  name: string;
  at: Date;
  message: string | null;
  version: number;
}

const columns = 'pat, condition, reason, report, name, at, message, version';
const casesMost = 1_000;
const keyOf = (pat: string, condition: string, reason: string): string => `${pat} ${condition} ${reason}`;

async function rowsOf(database: Database, patients: readonly string[]): Promise<Map<string, SentRow>> {
  const { rows } = await database.query<SentRow>({
    text: `select ${columns} from surveillance_sent where pat = any($1::uuid[]) order by version`,
    values: [patients.map(keyOfId)],
  });
  return new Map(rows.map((row) => [keyOf(row.pat, row.condition, row.reason), row]));
}

/** What was sent of these cases, by `condition patient`. */
export async function sentOf({ database, exchange }: SendingParts, cases: readonly SuspectedCase[]): Promise<Map<string, Sent>> {
  const few = cases.slice(0, casesMost);
  const rows = await rowsOf(
    database,
    few.map(({ patient }) => patient),
  );
  const sent = new Map<string, Sent>();
  for (const { condition, patient, reasons } of few) {
    const row = rowOf(rows, condition, patient, reasons);
    if (row?.message === null || row === undefined) continue;
    const state = await exchange.stateOf(row.message);
    sent.set(`${condition} ${patient}`, {
      by: row.name,
      at: row.at,
      message: row.message,
      reason: row.reason,
      state: state?.state ?? 'done',
      says: state?.waits ?? state?.problem?.message ?? state?.answer ?? '',
    });
  }
  return sent;
}

/** By any of its reasons, the newest: a case that has more of them since is the same case. */
const rowOf = (rows: ReadonlyMap<string, SentRow>, condition: string, patient: string, reasons: readonly Reason[]): SentRow | undefined =>
  reasons
    .flatMap(({ resource }) => rows.get(keyOf(keyOfId(patient), condition, resource)) ?? [])
    .sort((a, b) => b.at.getTime() - a.at.getTime())[0];

export const noChannel =
  'No channel for public health is named: an administrator sets LAMPLIGHT_SURVEILLANCE_CHANNEL (docs/surveillance.md)';
const noReport = 'Only laboratory results are sent (HL7 v2.5.1, ORU^R01): a case by diagnosis alone goes as a case report';

/** Into the queue of the channel. Conflict: it is there already, and nothing has `changed` since. */
export async function sendCase(parts: SendingParts, caller: Caller, one: SuspectedCase, changed: boolean): Promise<Result<Sent>> {
  const { database, exchange, channel, now } = parts;
  if (channel === undefined) return fail('unsupported', noChannel);
  // The newest: what came since is what an update is for.
  const reason = one.reasons
    .filter(({ kind }) => kind === 'result')
    .reduce<Reason | undefined>((a, b) => (a === undefined || b.at > a.at ? b : a), undefined);
  if (reason === undefined) return fail('unsupported', noReport);
  const rows = await rowsOf(database, [one.patient]);
  const last = rowOf(rows, one.condition, one.patient, one.reasons);
  // What has changed goes out as the next one; one that was begun and not sent is gone on with.
  const there = changed && last?.message != null ? undefined : last;
  const version = (rows.get(keyOf(keyOfId(one.patient), one.condition, reason.resource))?.version ?? 0) + 1;
  if (there !== undefined && there.message !== null)
    return fail(
      'conflict',
      `It was sent on ${there.at.toISOString().slice(0, 16)} UTC by ${there.name}, and nothing has changed since: what became of it stands beside the case`,
    );
  if (there !== undefined && isBeingSent(there, now())) return fail('conflict', beingSent);
  const report = there?.report ?? (await reportOf(parts, caller, reason.resource));
  // Who claims it gives the message its time, and by it its control id. One that was stopped half-way is done again as the same message.
  const claimed = there ?? (await claim(database, caller, one, { reason: reason.resource, report, version, at: now() }));
  if (claimed === undefined) return fail('conflict', beingSent);
  const made = await produce(parts.record, caller, {
    format: 'hl7v2',
    kind: 'ORU^R01',
    about: { resource: report },
    at: claimed.at,
    timeZone: parts.timeZone,
  });
  if (!made.ok) {
    // Nothing went out: the next one may begin anew.
    await database.query({ text: 'delete from surveillance_sent where pat = $1 and condition = $2 and message is null', values: [claimed.pat, one.condition] }); // biome-ignore format: one statement
    return made;
  }
  const raw = made.value.bytes;
  const from = `suspected case of ${one.condition}, sent by ${caller.person.name}`;
  const receipt = await exchange.receive({
    channel,
    format: 'hl7v2',
    raw,
    receivedAt: now(),
    from,
    by: caller.person.id,
    about: aboutHl7v2(raw),
  });
  await database.query({
    text: 'update surveillance_sent set message = $4 where pat = $1 and condition = $2 and reason = $3 and version = $5',
    values: [claimed.pat, claimed.condition, claimed.reason, receipt.id, claimed.version],
  });
  const state = await exchange.stateOf(receipt.id);
  return ok({
    by: claimed.name,
    at: claimed.at,
    message: receipt.id,
    reason: claimed.reason,
    state: state?.state ?? receipt.state,
    says: state?.waits ?? '',
  });
}

const beingSent = 'It is being sent just now: look again in a minute';

/** Undefined: somebody else has it. */
async function claim(
  database: Database,
  { person }: Caller,
  { condition, patient }: SuspectedCase,
  { reason, report, version, at }: Pick<SentRow, 'reason' | 'report' | 'version' | 'at'>,
): Promise<SentRow | undefined> {
  const values = [keyOfId(patient), condition, reason, report, person.id, person.name, at, version];
  const { rows } = await database.query<SentRow>({
    text: `insert into surveillance_sent (pat, condition, reason, report, account, name, at, version) values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (pat, condition, reason, version) do nothing returning ${columns}`,
    values,
  });
  return rows[0];
}

/** The report that holds the result, as the laboratory gave it out; the result alone where none does. */
async function reportOf({ record }: SendingParts, caller: Caller, observation: string): Promise<string> {
  const query = parseQuery('DiagnosticReport', [['result', observation], ['_sort', '-date'], ['_count', '1']], {}); // biome-ignore format: one query
  const found = query.ok ? await record.search(caller, query.value) : query;
  const first = found.ok ? found.value.matches[0] : undefined;
  return first === undefined ? observation : `DiagnosticReport/${first.id}`;
}
