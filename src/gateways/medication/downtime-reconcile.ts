// POST /medication/downtime/reconcile: doses that were written down while nothing answered, brought back with the bundle that the ward
// had. What fits the record is written; what does not (the order changed or stopped, the dose is recorded already, another patient) is
// a conflict, which is kept whole in a Task for somebody to decide. Sent twice, nothing is written twice.
import { createHash } from 'node:crypto';
import type { MedicationAdministration, MedicationRequest, Resource, Task } from '../../fhir/generated/types.ts';
import { readJson, readJsonNow } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { parseQuery } from '../../fhir/search/query.ts';
import { outcomeSystem } from '../../modules/medication-administration/codes.ts';
import { type Outcome, outcomes } from '../../modules/medication-administration/contract.ts';
import { taskSystem } from '../../modules/medication-safety/codes.ts';
import type { Caller, RecordStore, Stored } from '../../record/contract.ts';
import { newId } from '../../record/uuid7.ts';
import type { BundleOrder, DowntimeBundle } from './downtime.ts';
import { doseOf, type OfflineDose, scanOf } from './downtime-dose.ts';
import type { DowntimeKey } from './downtime-key.ts';
import { warningsOf } from './downtime-warnings.ts';
import type { Bedside } from './scan-facts.ts';
import { reasonSystem } from './scan-orders.ts';
import { statusOf, written } from './scan-record.ts';
import { isObject } from './scan-wish.ts';

export const downtimeDoseSystem = 'https://lamplight.dev/fhir/NamingSystem/downtime-dose';

export interface ReconcileWish {
  bundle: DowntimeBundle;
  doses: OfflineDose[];
  /** Only say what would become of them. */
  check: boolean;
}
export interface Settled {
  id: string;
  outcome: 'written' | 'already' | 'conflict' | 'failed' | 'fits';
  /** The administration, or the Task that keeps the conflict. */
  reference?: string;
  why?: string;
  /** Of a check: what the bedside would have said of it at its time. */
  warnings?: string[];
}

const dosesMax = 500;
const sameDoseMs = 30 * 60_000;

export async function readReconcileWish(text: string, key: DowntimeKey, nowMs: number): Promise<Result<ReconcileWish>> {
  const read = await readJson(text);
  if (!read.ok) return read;
  const body = read.value;
  if (!isObject(body) || Object.keys(body).some((name) => !['bundle', 'signature', 'key', 'algorithm', 'doses', 'check'].includes(name)))
    return fail('invalid', 'The body is a JSON object with bundle (the text as it was given), signature, doses and perhaps check');
  const { bundle: told, signature, doses, check = false } = body;
  if (typeof check !== 'boolean') return fail('invalid', 'check is true or false', 'check');
  if (typeof told !== 'string' || typeof signature !== 'string' || signature.length > 200)
    return fail('invalid', 'bundle is the text of the bundle as it was given, signature its signature', 'bundle');
  if (!key.verify(told, signature)) return fail('invalid', 'The signature is not of this bundle, or not ours: it was changed', 'signature');
  const bundle = await readJson(told);
  if (!bundle.ok || !isBundle(bundle.value)) return fail('invalid', 'The bundle is not one of downtime', 'bundle');
  if (!Array.isArray(doses) || doses.length > dosesMax) return fail('invalid', `doses is a list of at most ${dosesMax}`, 'doses');
  const found: OfflineDose[] = [];
  for (const [i, each] of doses.entries()) {
    const dose = doseOf(each, nowMs);
    if (dose === undefined)
      return fail(
        'invalid',
        `A dose has id, patient, order, at (past), outcome (${outcomes.join(', ')}) and may have dose, reason (of its outcome), product, by, second, words`,
        `doses[${i}]`,
      );
    found.push(dose);
  }
  if (new Set(found.map((each) => each.id)).size !== found.length) return fail('invalid', 'Two doses have the same id', 'doses');
  return ok({ bundle: bundle.value, doses: found, check });
}

/** Signed by us: of the form that we made. */
const isBundle = (value: unknown): value is DowntimeBundle =>
  typeof value === 'object' &&
  value !== null &&
  'kind' in value &&
  value.kind === 'lamplight-downtime' &&
  'patients' in value &&
  Array.isArray(value.patients);

export async function reconcile(
  { bundle, doses, check }: ReconcileWish,
  caller: Caller,
  bedside: Bedside,
  record: Pick<RecordStore, 'transact'>,
): Promise<Result<Settled[]>> {
  const settled: Settled[] = [];
  for (const dose of [...doses].sort((a, b) => a.atMs - b.atMs)) {
    const one = await settle(bundle, dose, check, caller, bedside, record);
    // Who may not, may not for any of them; what went wrong with one is said of that one.
    if (!one.ok && one.problem.kind === 'forbidden') return one;
    settled.push(one.ok ? one.value : { id: dose.id, outcome: 'failed', why: one.problem.message });
  }
  return ok(settled);
}

async function settle(
  bundle: DowntimeBundle,
  dose: OfflineDose,
  check: boolean,
  caller: Caller,
  bedside: Bedside,
  record: Pick<RecordStore, 'transact'>,
): Promise<Result<Settled>> {
  const chart = bedside.chartFor(caller);
  const listed = bundle.patients.find((each) => each.patient === dose.patient)?.orders.find((each) => each.order === dose.order);
  const person = await chart.read('Patient', dose.patient.slice('Patient/'.length));
  if (!person.ok)
    return person.problem.kind === 'forbidden'
      ? person
      : fail('not-found', 'There is no such patient: keep this dose and tell whoever answers for the record');
  const request = await chart.read('MedicationRequest', dose.order.slice('MedicationRequest/'.length));
  const mark = `${bundle.id}/${dose.id}`;
  const token = encodeToken(downtimeDoseSystem, mark);
  const from = new Date(dose.atMs - sameDoseMs).toISOString();
  const to = new Date(dose.atMs + sameDoseMs).toISOString();
  const queries = [
    parseQuery('MedicationAdministration', [['identifier', token]]),
    parseQuery('Task', [['identifier', token]]),
    parseQuery('MedicationAdministration', [
      ['request', dose.order],
      ['effective-time', `ge${from}`],
      ['effective-time', `le${to}`],
      ['_count', '50'],
    ]),
  ] as const;
  let settled: Settled | undefined;
  const done = await record.transact(caller, [lockOf(dose.order)], async (find) => {
    const [same, kept, near] = queries;
    if (!same.ok || !kept.ok || !near.ok) return fail('invalid', 'The dose cannot be looked for');
    const [before, waiting, others] = [await find(same.value), await find(kept.value), await find(near.value)];
    if (!before.ok) return before;
    if (!waiting.ok) return waiting;
    if (!others.ok) return others;
    const [there] = before.value.matches;
    const [task] = waiting.value.matches;
    if (task !== undefined && isDecided(task)) {
      settled = { id: dose.id, outcome: 'already', reference: `Task/${task.id}`, why: 'Somebody has decided what became of it' };
      return ok([]);
    }
    if (there !== undefined) {
      settled = { id: dose.id, outcome: 'already', reference: `MedicationAdministration/${there.id}` };
      return ok([]);
    }
    const current = request.ok && request.value.resourceType === 'MedicationRequest' ? request.value : undefined;
    const why = conflictOf(dose, listed, current, others.value.matches.length > 0);
    if (why !== undefined && task !== undefined) {
      settled = { id: dose.id, outcome: 'conflict', reference: `Task/${task.id}`, why };
      return ok([]);
    }
    if (check) {
      settled = { id: dose.id, outcome: why === undefined ? 'fits' : 'conflict', ...(why === undefined ? {} : { why }) };
      return ok([]);
    }
    const id = newId();
    const resource: Resource =
      why === undefined ? administrationOf(id, mark, dose, current!, caller) : conflictTask(id, mark, dose, why, caller, bedside);
    settled = {
      id: dose.id,
      outcome: why === undefined ? 'written' : 'conflict',
      reference: `${resource.resourceType}/${id}`,
      ...(why === undefined ? {} : { why }),
    };
    const scan = why === undefined ? scanOf(dose, settled.reference!, current, whoIs(caller), bedside.safety.now()) : undefined;
    return ok([resource, ...(scan === undefined ? [] : [scan])].map((each) => ({ kind: 'create', resource: each, id: each.id! })));
  });
  if (!done.ok) return done;
  return ok(check && settled!.outcome === 'fits' ? { ...settled!, warnings: await warningsOf(dose, caller, bedside) } : settled!);
}

function conflictOf(
  dose: OfflineDose,
  listed: BundleOrder | undefined,
  current: MedicationRequest | undefined,
  recorded: boolean,
): string | undefined {
  if (listed === undefined) return 'The bundle has no such order for this patient';
  if (current === undefined) return 'The order is not in the record any more';
  if (current.subject.reference !== dose.patient) return 'The order is of another patient now';
  if (recorded) return 'A dose of this order is recorded within half an hour of it already';
  if (current.status !== 'active') return `The order is ${current.status} now`;
  if (current.meta?.versionId !== listed.version) return 'The order was changed meanwhile';
  if (listed.highAlert !== undefined && taken.has(dose.outcome))
    return dose.second === undefined
      ? 'A high-alert drug: nobody has proved that a second person checked it'
      : `A high-alert drug: ${dose.second} stands on the paper as the second person, which nobody has proved`;
  return undefined;
}

const taken: ReadonlySet<Outcome> = new Set(['given', 'partly-given', 'infusing']);

const isDecided = ({ body }: Stored): boolean => {
  const read = readJsonNow(body);
  return read.ok && isObject(read.value) && (read.value['status'] === 'completed' || read.value['status'] === 'rejected');
};

export function administrationOf(
  id: string,
  mark: string,
  dose: OfflineDose,
  request: MedicationRequest | undefined,
  caller: Caller,
): MedicationAdministration {
  const { medicationReference, medicationCodeableConcept } = request ?? {};
  return {
    resourceType: 'MedicationAdministration',
    id,
    identifier: [{ system: downtimeDoseSystem, value: mark }],
    status: statusOf[dose.outcome],
    statusReason: [
      { coding: [{ system: outcomeSystem, code: dose.outcome }] },
      ...(dose.reason === undefined
        ? []
        : [{ coding: [{ system: reasonSystem, code: dose.reason.split(':')[0]!.trim() }], text: dose.reason }]),
      { coding: [{ system: reasonSystem, code: 'not-scanned-downtime' }] },
    ],
    ...(medicationReference?.reference !== undefined && !medicationReference.reference.startsWith('#')
      ? { medicationReference }
      : { medicationCodeableConcept: medicationCodeableConcept ?? { text: medicationReference?.display ?? 'as ordered' } }),
    subject: { reference: dose.patient },
    effectiveDateTime: new Date(dose.atMs).toISOString(),
    performer: [{ actor: dose.by === undefined ? whoIs(caller) : { display: dose.by } }],
    ...(request === undefined ? {} : { request: { reference: dose.order } }),
    ...(dose.dose === undefined ? {} : { dosage: { dose: { value: dose.dose.value, unit: dose.dose.unit } } }),
    note: [
      { text: `Written down during a downtime, brought into the record by ${caller.person.name}` },
      ...(dose.product === undefined ? [] : [{ text: `Product: ${written(dose.product)}` }]),
      ...(dose.second === undefined ? [] : [{ text: `Second person on paper: ${dose.second}` }]),
      ...(dose.words === undefined ? [] : [{ text: dose.words }]),
    ],
  };
}

/** All that was written down, so that nothing is lost while somebody decides. */
function conflictTask(id: string, mark: string, dose: OfflineDose, why: string, caller: Caller, { safety }: Bedside): Task {
  const { atMs, ...rest } = dose;
  return {
    resourceType: 'Task',
    id,
    identifier: [{ system: downtimeDoseSystem, value: mark }],
    status: 'requested',
    intent: 'order',
    priority: 'urgent',
    code: { coding: [{ system: taskSystem, code: 'downtime-conflict' }], text: 'A dose of a downtime does not fit the record' },
    description: `${why}: decide what became of the dose`,
    for: { reference: dose.patient },
    authoredOn: safety.now().toISOString(),
    requester: whoIs(caller),
    input: [{ type: { text: 'dose as it was written down' }, valueString: JSON.stringify({ ...rest, at: new Date(atMs).toISOString() }) }],
  };
}

const whoIs = ({ person }: Caller) => ({ type: 'Practitioner', identifier: { value: person.id }, display: person.name });
const encodeToken = (system: string, value: string): string => `${system}|${value}`;
/** That of /medication/administer: a dose that is recorded at the bedside at the same time waits. */
const lockOf = (order: string): bigint => createHash('sha256').update(`administer ${order}`).digest().readBigInt64BE(0);
