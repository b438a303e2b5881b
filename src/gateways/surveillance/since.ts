// What the record says of a case since it was told to public health, so that an update is sent: of a case report, held beside the versions
// of what it was written from; of a laboratory's report, whether the result, another result of the case or the patient has changed.
import type { Database } from '../../database/contract.ts';
import { caseReportParts } from '../../exchange/case-report.ts';
import type { Caller } from '../../record/contract.ts';
import { keyOfId } from '../../record/keys.ts';
import { byText, type ShownCase, shownReport } from './answers.ts';
import type { ReportingParts, SentReport } from './reporting.ts';
import type { Sent } from './sending.ts';
import type { SuspectedCase } from './suspected.ts';

/** Charts that are read for one list; of more it is said that they were not looked at. */
const chartsMost = 20;
const countedMost = 9;

const kinds: Readonly<Record<string, [one: string, several: string]>> = {
  Patient: ['the patient’s details', 'the patient’s details'],
  Encounter: ['the visit', 'visits'],
  Condition: ['diagnosis', 'diagnoses'],
  Observation: ['result or finding', 'results or findings'],
  DiagnosticReport: ['report of results', 'reports of results'],
  MedicationAdministration: ['dose given', 'doses given'],
  ServiceRequest: ['order', 'orders'],
  Immunization: ['immunization', 'immunizations'],
};

/** Of names with versions (`Observation/1/2`), what came, what changed and what is gone, in words; none: nothing. */
export function differences(before: readonly string[], now: readonly string[]): string[] {
  const [was, is] = [byName(before), byName(now)];
  const told = new Map<string, number>();
  const count = (name: string, how: string): void => {
    const type = name.split('/')[0] ?? '';
    const key = `${how} ${Object.hasOwn(kinds, type) ? type : 'other'}`;
    told.set(key, (told.get(key) ?? 0) + 1);
  };
  for (const [name, version] of is) {
    if (!was.has(name)) count(name, 'new');
    else if (was.get(name) !== version) count(name, 'changed');
  }
  for (const name of was.keys()) if (!is.has(name)) count(name, 'gone');
  return [...told].map(([key, n]) => {
    const [how = '', type = ''] = key.split(' ');
    const [one, several] = kinds[type] ?? ['who or what is named', 'who or what is named'];
    const number = n > countedMost ? `more than ${countedMost} ` : n > 1 ? `${n} ` : '';
    return `${how}: ${number}${n > 1 ? several : one}`;
  });
}

const byName = (parts: readonly string[]): Map<string, string> =>
  new Map(parts.map((part): [string, string] => [part.slice(0, part.lastIndexOf('/')), part.slice(part.lastIndexOf('/') + 1)]));

interface Touched {
  pat: string;
  id: string;
  at: Date;
}

/** What of these patients was written after the oldest of what was sent. */
async function touchedSince(database: Database, patients: readonly string[], since: Date): Promise<Touched[]> {
  const { rows } = await database.query<Touched>({
    text: 'select pat, id, at from resource where pat = any($1::uuid[]) and at > $2',
    values: [patients.map(keyOfId), since],
  });
  return rows;
}

type Around = Pick<ReportingParts, 'database' | 'record'>;

export interface Since {
  /** By `condition patient`: of the laboratory's report. */
  laboratory: Map<string, string[]>;
  /** By `condition patient encounter`; null: too many charts to look at. */
  reports: Map<string, string[] | null>;
}

export async function changedSince(
  { database, record }: Around,
  caller: Caller,
  cases: readonly SuspectedCase[],
  sent: ReadonlyMap<string, Sent>,
  reports: ReadonlyMap<string, SentReport[]>,
): Promise<Since> {
  const of = (one: SuspectedCase): string => `${one.condition} ${one.patient}`;
  const told = cases.filter((one) => sent.has(of(one)) || reports.has(of(one)));
  const since: Since = { laboratory: new Map(), reports: new Map() };
  const moments = told.flatMap((one) => [sent.get(of(one))?.at ?? [], (reports.get(of(one)) ?? []).map(({ at }) => at)].flat(2));
  if (moments.length === 0) return since;
  const oldest = new Date(Math.min(...moments.map((at) => at.getTime())));
  const touched = await touchedSince(
    database,
    told.map(({ patient }) => patient),
    oldest,
  );
  const after = (one: SuspectedCase, at: Date): Touched[] =>
    touched.filter(({ pat, at: then }) => pat === keyOfId(one.patient) && then > at);
  let charts = 0;
  for (const one of told) {
    const laboratory = sent.get(of(one));
    if (laboratory !== undefined) since.laboratory.set(of(one), ofLaboratory(one, after(one, laboratory.at)));
    for (const report of reports.get(of(one)) ?? []) {
      const key = `${of(one)} ${report.encounter}`;
      if (report.madeOf === undefined || after(one, report.at).length === 0) since.reports.set(key, []);
      else if (charts++ >= chartsMost) since.reports.set(key, null);
      else since.reports.set(key, await ofReport({ record }, caller, one, report));
    }
  }
  return since;
}

function ofLaboratory(one: SuspectedCase, touched: readonly Touched[]): string[] {
  const ids = new Set(touched.map(({ id }) => id));
  const has = (name: string): boolean => ids.has(keyOfId(name.split('/')[1] ?? ''));
  const results = one.reasons.filter(({ kind, resource }) => kind === 'result' && has(resource)).length;
  return [
    ...(results === 0 ? [] : [`changed: ${results === 1 ? 'a result' : `${results} results`} of this case`]),
    ...(has(`Patient/${one.patient}`) ? [`changed: ${kinds['Patient']![0]}`] : []),
  ];
}

/** Where the chart cannot be read at this moment nothing is claimed: null. */
async function ofReport(
  { record }: Pick<Around, 'record'>,
  caller: Caller,
  one: SuspectedCase,
  { encounter, madeOf = [] }: SentReport,
): Promise<string[] | null> {
  const now = await caseReportParts(record, caller, { patient: one.patient, encounter, triggers: triggersOf(one, encounter) });
  return now.ok ? differences(madeOf, now.value) : null;
}

/** The case as the list tells it: where it went, what became of it, and what is new since. */
export function withFate(
  one: SuspectedCase,
  sent: ReadonlyMap<string, Sent> | undefined,
  reports: ReadonlyMap<string, SentReport[]> | undefined,
  since: Since | undefined,
): ShownCase {
  const key = `${one.condition} ${one.patient}`;
  const laboratory = sent?.get(key);
  return {
    ...one,
    visits: visitsOf(one),
    sent: laboratory === undefined ? null : { ...byText(laboratory), since: since?.laboratory.get(key) ?? [] },
    reports: (reports?.get(key) ?? []).map((report) => ({
      ...shownReport(report),
      since: since === undefined ? [] : (since.reports.get(`${key} ${report.encounter}`) ?? null),
    })),
  };
}

/** Visits at which something was found that makes it a case, each once. */
export const visitsOf = ({ reasons }: SuspectedCase): string[] => [...new Set(reasons.flatMap(({ encounter }) => encounter ?? []))];

/** Of this visit; a result that names none belongs to no other either. */
export const triggersOf = ({ reasons }: SuspectedCase, encounter: string): string[] =>
  reasons.filter((reason) => reason.encounter === undefined || reason.encounter === encounter).map(({ resource }) => resource);
