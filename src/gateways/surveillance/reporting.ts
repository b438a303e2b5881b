// Initial case reports (eICR) of suspected cases: one series for each condition and visit, looked at by a person and sent when they say
// so. What changes in the record afterwards is told as a new version, which replaces the one before; the same is never told twice.
import type { Database } from '../../database/contract.ts';
import { caseReport, type WrittenReport } from '../../exchange/case-report.ts';
import type { Exchange, MessageState } from '../../exchange/contract.ts';
import type { ChartRecord } from '../../exchange/record-chart.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { aboutCcdaInSteps } from '../../formats/ccda/about.ts';
import { namedUuid } from '../../methods/named-uuid.ts';
import { isTriggerOf, type NotifiableCondition, type Notifiables } from '../../methods/syndrome/notifiable.ts';
import type { Caller } from '../../record/contract.ts';
import { keyOfId } from '../../record/keys.ts';
import { inSlices } from '../../record/slices.ts';
import { isBeingSent } from './lease.ts';
import type { Answered, AnswersOf } from './responses.ts';
import { differences, triggersOf } from './since.ts';
import type { SuspectedCase } from './suspected.ts';

export interface ReportingParts {
  database: Database;
  record: ChartRecord;
  exchange: Pick<Exchange, 'receive' | 'stateOf' | 'answersTo'>;
  /** Name of the outbound channel of documents by which reports go; absent: none was named. */
  channel?: string;
  now(): Date;
}

/** A version that went out, and what became of it. */
export interface SentReport {
  encounter: string;
  version: number;
  by: string;
  at: Date;
  message: string;
  state: MessageState;
  says: string;
  /** What public health has answered, to this or an earlier version; the newest first. */
  answers: Answered[];
  /** What it was written from; absent of an old one. */
  madeOf?: string[];
}

export interface Look extends Omit<WrittenReport, 'bytes' | 'rests' | 'madeOf'> {
  /** Of what would be sent now. */
  version: number;
  /** Whether the record says more or something else than what was sent last. */
  changed: boolean;
  /** What, in words; empty where that is not known. */
  since: string[];
  document: string;
}

interface Row {
  pat: string;
  condition: string;
  encounter: string;
  version: number;
  rests: string;
  name: string;
  at: Date;
  message: string | null;
  made_of: string[] | null;
}

const columns = 'pat, condition, encounter, version, rests, name, at, message, made_of';
const casesMost = 1_000;

/** The newest version that went out of each visit of these cases, by `condition patient`. */
export async function reportsOf(
  { database, exchange }: ReportingParts,
  cases: readonly SuspectedCase[],
  answersOf: AnswersOf,
): Promise<Map<string, SentReport[]>> {
  const few = cases.slice(0, casesMost);
  const { rows } = await database.query<Row>({
    text: `select distinct on (pat, condition, encounter) ${columns} from surveillance_report
where pat = any($1::uuid[]) and message is not null order by pat, condition, encounter, version desc`,
    values: [few.map(({ patient }) => keyOfId(patient))],
  });
  const reports = new Map<string, SentReport[]>();
  for (const { condition, patient } of few) {
    const own = rows.filter((row) => row.pat === keyOfId(patient) && row.condition === condition);
    if (own.length > 0)
      reports.set(`${condition} ${patient}`, await Promise.all(own.map((row) => sentOf(exchange, row, patient, answersOf))));
  }
  return reports;
}

async function sentOf(
  exchange: ReportingParts['exchange'],
  { condition, encounter, version, name, at, message, made_of }: Row,
  patient: string,
  answersOf: AnswersOf,
): Promise<SentReport> {
  const state = await exchange.stateOf(message ?? '');
  return {
    encounter,
    version,
    by: name,
    at,
    message: message ?? '',
    state: state?.state ?? 'done',
    says: state?.waits ?? state?.problem?.message ?? state?.answer ?? '',
    answers: await answersOf(seriesOf(condition, patient, encounter)),
    ...(made_of === null ? {} : { madeOf: made_of }),
  };
}

/** Of all versions of a report. */
const seriesOf = (condition: string, patient: string, encounter: string): string => namedUuid('case report', condition, patient, encounter);

/** A list that is not published has a name of its own: an OID below 2.25 is a UUID (ITU-T X.667). */
const ownList = `2.25.${BigInt(`0x${namedUuid('notifiable conditions of Lamplight').replaceAll('-', '')}`)}`;

const write = (
  { record }: ReportingParts,
  caller: Caller,
  { one, encounter, condition, notifiable }: Case,
  { version, at }: Pick<Row, 'version' | 'at'>,
): Promise<Result<WrittenReport>> =>
  caseReport(record, caller, {
    patient: one.patient,
    encounter,
    at,
    setId: seriesOf(one.condition, one.patient, encounter),
    version,
    triggers: triggersOf(one, encounter),
    isTrigger: (code) => isTriggerOf(condition, code),
    valueSet: { oid: notifiable.triggerCodes?.valueSet ?? ownList, version: notifiable.triggerCodes?.version ?? notifiable.version },
  });

export interface Case {
  one: SuspectedCase;
  condition: NotifiableCondition;
  notifiable: Notifiables;
  encounter: string;
}

async function rowsOf(database: Database, { one, encounter }: Pick<Case, 'one' | 'encounter'>): Promise<Row[]> {
  const { rows } = await database.query<Row>({
    text: `select ${columns} from surveillance_report where pat = $1 and condition = $2 and encounter = $3 order by version`,
    values: [keyOfId(one.patient), one.condition, encounter],
  });
  return rows;
}

/** The report as it would go out now. */
export async function lookAt(parts: ReportingParts, caller: Caller, of: Case): Promise<Result<Look>> {
  const last = (await rowsOf(parts.database, of)).at(-1);
  const version = nextOf(last);
  const written = await write(parts, caller, of, { version, at: parts.now() });
  if (!written.ok) return written;
  const { bytes, rests, madeOf, ...look } = written.value;
  const since = last?.message == null || last.made_of === null ? [] : differences(last.made_of, madeOf);
  return ok({ ...look, version, changed: last?.message == null || last.rests !== rests, since, document: bytes.toString('utf8') });
}

/** One that was begun and never sent is the next one. */
const nextOf = (last: Row | undefined): number => (last === undefined ? 1 : last.message === null ? last.version : last.version + 1);

export const noReportChannel =
  'No channel for case reports is named: an administrator sets LAMPLIGHT_CASE_REPORT_CHANNEL (docs/surveillance.md)';

/** Into the queue of the channel. Conflict: what the record says was sent already. */
export async function sendReport(parts: ReportingParts, caller: Caller, of: Case, answersOf: AnswersOf): Promise<Result<SentReport>> {
  const { database, exchange, channel, now } = parts;
  if (channel === undefined) return fail('unsupported', noReportChannel);
  const last = (await rowsOf(database, of)).at(-1);
  const draft = await write(parts, caller, of, { version: nextOf(last), at: now() });
  if (!draft.ok) return draft;
  const refused = draft.value.lacks.filter((lack) => lack.refused);
  if (refused.length > 0) return fail('invalid', `Public health would not take it: ${refused.map(({ says }) => says).join('; ')}`);
  if (last !== undefined && last.message !== null && last.rests === draft.value.rests)
    return fail(
      'conflict',
      `Version ${last.version} was sent on ${last.at.toISOString().slice(0, 16)} UTC by ${last.name}, and nothing has changed since`,
    );
  const claimed = await claim(database, caller, of, nextOf(last), draft.value.rests, now());
  if (claimed === undefined) return fail('conflict', `Version ${nextOf(last)} is being sent just now: look again in a minute`);
  const made = await write(parts, caller, of, claimed);
  if (!made.ok) {
    // Nothing went out: the next one may begin anew.
    await database.query({
      text: 'delete from surveillance_report where pat = $1 and condition = $2 and encounter = $3 and version = $4 and message is null',
      values: [claimed.pat, claimed.condition, claimed.encounter, claimed.version],
    });
    return made;
  }
  const raw = made.value.bytes;
  const receipt = await exchange.receive({
    channel,
    format: 'ccda',
    raw,
    receivedAt: now(),
    from: `case report of ${of.one.condition}, sent by ${caller.person.name}`,
    by: caller.person.id,
    about: await inSlices(aboutCcdaInSteps(raw)),
  });
  await database.query({
    text: `update surveillance_report set message = $5, rests = $6, made_of = $7
where pat = $1 and condition = $2 and encounter = $3 and version = $4 and message is null`,
    values: [claimed.pat, claimed.condition, claimed.encounter, claimed.version, receipt.id, made.value.rests, made.value.madeOf],
  });
  return ok(await sentOf(exchange, { ...claimed, message: receipt.id, made_of: made.value.madeOf }, of.one.patient, answersOf));
}

/** Undefined: somebody else has it. */
async function claim(
  database: Database,
  { person }: Caller,
  { one, encounter }: Case,
  version: number,
  rests: string,
  at: Date,
): Promise<Row | undefined> {
  const values = [keyOfId(one.patient), one.condition, encounter, version, rests, person.id, person.name, at];
  const { rows } = await database.query<Row>({
    text: `insert into surveillance_report (pat, condition, encounter, version, rests, account, name, at) values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (pat, condition, encounter, version) do nothing returning ${columns}`,
    values,
  });
  if (rows[0] !== undefined) return rows[0];
  const there = (await rowsOf(database, { one, encounter })).find((row) => row.version === version);
  if (there === undefined || there.message !== null || isBeingSent(there, at)) return undefined;
  // Who began it was stopped: one of those who find that goes on.
  const taken = await database.query<Row>({
    text: `update surveillance_report set rests = $5, account = $6, name = $7, at = $8
where pat = $1 and condition = $2 and encounter = $3 and version = $4 and message is null and at = $9 returning ${columns}`,
    values: [...values, there.at],
  });
  return taken.rows[0];
}
