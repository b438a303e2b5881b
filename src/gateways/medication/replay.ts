// All orders of a span once more, against the knowledge as it is and as it would be: patient by patient, orders that were signed
// together as they were, each beside the chart of that instant. Reads as who asked, so that policy and the audit trail hold; rests
// between slices and works a part of the time only, so that the record stays quick.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Medication, MedicationRequest, Resource, ResourceType } from '../../fhir/generated/types.ts';
import { readJson, readJsonNow } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { parseQuery } from '../../fhir/search/query.ts';
import { advise } from '../../modules/medication-safety/advise.ts';
import { factsOf } from '../../modules/medication-safety/facts/from-resources.ts';
import type { KnowledgeBase } from '../../modules/medication-safety/knowledge/base.ts';
import type { Library } from '../../modules/medication-safety/library.ts';
import { readOrder } from '../../modules/medication-safety/reading/order-from-fhir.ts';
import type { Caller, RecordStore, Stored } from '../../record/contract.ts';
import { slices } from '../../record/slices.ts';
import { chartAsOf, nothingUnsure, type Past } from './replay-chart.ts';
import { count, type Ran, type Tally } from './replay-tally.ts';

export type ReplayRecord = Pick<RecordStore, 'search' | 'everything' | 'history'>;

/** Knowledge with the readers that belong to it; the same library where only local changes differ. */
export interface Side {
  library: Library;
  base: KnowledgeBase;
}

export interface Span {
  /** Days; `until` is not included. */
  since: string;
  until: string;
}

export interface Pace {
  /** Part of the time in which it works: 0.3. 1: without rest. */
  share: number;
  signal: AbortSignal;
  /** Between two patients. `after`: the last patient that was done. */
  reached(after: string, progress: { done: number; total: number }): Promise<Result<void>>;
}

const patientsMax = 200_000;
const resourcesMax = 20_000;
const historiesMax = 200;
const pageCount = 500;
const types: ResourceType[] = [
  'Patient',
  'MedicationRequest',
  'MedicationStatement',
  'NutritionOrder',
  'AllergyIntolerance',
  'Condition',
  'Encounter',
  'Observation',
  'Medication',
];
const shortText = 64 * 1024;
const stopped = () => fail('conflict', 'The replay was stopped');

/** Patients with orders in the span, sorted. */
export async function patientsOf(record: ReplayRecord, caller: Caller, span: Span, signal: AbortSignal): Promise<Result<string[]>> {
  const query = parseQuery('MedicationRequest', [
    ['authoredon', `ge${span.since}`],
    ['authoredon', `lt${span.until}`],
    ['_sort', 'authoredon'],
    ['_count', String(pageCount)],
  ]);
  if (!query.ok) return query;
  const found = new Set<string>();
  const rest = slices();
  for (let cursor: string | undefined; ; ) {
    if (signal.aborted) return stopped();
    const page = await record.search(caller, { ...query.value, ...(cursor === undefined ? {} : { cursor }) });
    if (!page.ok) return page;
    for (const stored of page.value.matches) {
      const order = await resourceOf(stored);
      const id = /^(?:.*\/)?Patient\/([A-Za-z0-9.-]{1,64})$/.exec(
        order?.resourceType === 'MedicationRequest' ? (order.subject.reference ?? '') : '',
      )?.[1];
      if (id !== undefined) found.add(id);
      await rest();
    }
    if (found.size > patientsMax) return fail('too-costly', `More than ${patientsMax} patients have orders then: take a shorter span`);
    cursor = page.value.next;
    if (cursor === undefined) return ok([...found].sort());
  }
}

export async function replayOrders(
  record: ReplayRecord,
  caller: Caller,
  { span, before, after, tally, keep, from }: { span: Span; before: Side; after: Side; tally: Tally; keep: number; from?: string },
  pace: Pace,
): Promise<Result<void>> {
  const patients = await patientsOf(record, caller, span, pace.signal);
  if (!patients.ok) return patients;
  const total = patients.value.length;
  for (const [i, patient] of patients.value.entries()) {
    if (from !== undefined && patient <= from) continue;
    if (pace.signal.aborted) return stopped();
    const began = performance.now();
    const chart = await pastOf(record, caller, patient);
    if (chart === undefined) tally.notRead++;
    else await runPatient(chart, span, before, after, tally, keep);
    tally.patients++;
    const went = await pace.reached(patient, { done: i + 1, total });
    if (!went.ok) return went;
    const restMs = (performance.now() - began) * (1 / pace.share - 1);
    if (restMs > 0) await sleep(Math.min(restMs, 2000));
  }
  return ok(undefined);
}

/** All that is known of a patient, with earlier versions. undefined: not all of it could be read. */
async function pastOf(record: ReplayRecord, caller: Caller, patient: string): Promise<Past[] | undefined> {
  const rest = slices();
  const all: Past[] = [];
  let histories = 0;
  for (let cursor: string | undefined; ; ) {
    const page = await record.everything(caller, {
      patient,
      types,
      count: pageCount,
      asked: 'replay of medication rules',
      ...(cursor === undefined ? {} : { cursor }),
    });
    if (!page.ok) return undefined;
    for (const stored of [...page.value.matches, ...page.value.included]) {
      const resource = await resourceOf(stored);
      if (resource === undefined) return undefined;
      const versions = [{ resource, fromMs: stored.lastUpdated.getTime() }];
      if (stored.version > 1 && stored.type !== 'Patient' && stored.type !== 'Medication') {
        if (++histories > historiesMax) return undefined;
        const earlier = await record.history(caller, { type: stored.type, id: stored.id }, { count: 50 });
        if (!earlier.ok) return undefined;
        for (const one of earlier.value.matches) {
          if (one.version === stored.version || one.deleted) continue;
          const was = await resourceOf(one);
          if (was !== undefined) versions.push({ resource: was, fromMs: one.lastUpdated.getTime() });
        }
        versions.sort((a, b) => a.fromMs - b.fromMs);
      }
      all.push({ versions });
      await rest();
    }
    if (all.length > resourcesMax) return undefined;
    cursor = page.value.next;
    if (cursor === undefined) return all;
  }
}

async function resourceOf({ body }: Stored): Promise<Resource | undefined> {
  const read = body.length <= shortText ? readJsonNow(body) : await readJson(body);
  const value: unknown = read.ok ? read.value : undefined;
  return typeof value === 'object' && value !== null && 'resourceType' in value ? (value as Resource) : undefined;
}

const unreal = new Set(['entered-in-error', 'draft', 'cancelled']);

async function runPatient(all: Past[], span: Span, before: Side, after: Side, tally: Tally, keep: number): Promise<void> {
  const [sinceMs, untilMs] = [Date.parse(span.since), Date.parse(span.until)];
  const sittings = new Map<number, MedicationRequest[]>();
  const medications = new Map<string, Medication>();
  for (const { versions } of all) {
    const first = versions[0]!.resource;
    if (first.resourceType === 'Medication' && first.id !== undefined) medications.set(`Medication/${first.id}`, first);
    if (first.resourceType !== 'MedicationRequest' || first.id === undefined || first.authoredOn === undefined) continue;
    const last = versions.at(-1)!.resource;
    if (last.resourceType === 'MedicationRequest' && unreal.has(last.status)) continue;
    const at = Date.parse(first.authoredOn);
    // authoredOn of a day alone may be any instant of it.
    if (Number.isNaN(at) || at < sinceMs || at >= untilMs) continue;
    const held = sittings.get(at);
    if (held) held.push(first);
    else sittings.set(at, [first]);
  }
  const rest = slices();
  for (const [atMs, orders] of [...sittings].sort(([a], [b]) => a - b)) {
    const unsure = nothingUnsure();
    const resources = chartAsOf(all, atMs, unsure).filter(
      (each) => !orders.some((order) => order.id === each.id && each.resourceType === 'MedicationRequest'),
    );
    for (const name of ['byOwnDate', 'undated', 'endNotKnown'] as const) tally.unsure[name] += unsure[name];
    const ran: Ran[] = orders.map((order) => ({ order: `MedicationRequest/${order.id}`, authoredOn: order.authoredOn! }));
    const answers = [];
    const sides = before.library === after.library ? [before] : [before, after];
    for (const { library } of sides) {
      const drafts = orders.map((order) =>
        readOrder(
          order,
          { id: `MedicationRequest/${order.id}`, state: 'draft', origin: 'order' },
          library.reading,
          medications.get(order.medicationReference?.reference ?? ''),
        ),
      );
      const facts = factsOf({ asOfMs: atMs, resources, notRead: [] }, library);
      for (const side of [before, after]) {
        if (side.library !== library) continue;
        answers.push(advise(drafts, facts, side.base));
        await rest();
      }
    }
    count(tally, ran, answers[0]!, answers[1]!, keep);
    await rest();
  }
}
