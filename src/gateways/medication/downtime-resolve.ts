// POST /medication/downtime/resolve: somebody decides what became of a dose of a downtime that did not fit the record. It is recorded after
// all, as it was written down, or discarded; either with words that say why, once, and both stand in the trail.
import { createHash } from 'node:crypto';
import type { MedicationRequest, Task } from '../../fhir/generated/types.ts';
import { readJson, readJsonNow } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { parseQuery } from '../../fhir/search/query.ts';
import { decide } from '../../policy/decide.ts';
import type { Caller, RecordStore } from '../../record/contract.ts';
import { keyOfId } from '../../record/keys.ts';
import { newId } from '../../record/uuid7.ts';
import { doseOf, type OfflineDose, scanOf } from './downtime-dose.ts';
import { administrationOf, downtimeDoseSystem } from './downtime-reconcile.ts';
import { isOpen, isTask } from './medication-task.ts';
import type { Bedside } from './scan-facts.ts';
import { isObject, isText } from './scan-wish.ts';

interface ResolveWish {
  task: string;
  decision: 'record' | 'discard';
  reason: string;
}

const known = ['task', 'decision', 'reason'];
const reasonLettersMin = 5;

export async function readResolveWish(text: string): Promise<Result<ResolveWish>> {
  const read = await readJson(text);
  if (!read.ok) return read;
  const body = read.value;
  if (!isObject(body) || Object.keys(body).some((name) => !known.includes(name)))
    return fail('invalid', `The body is a JSON object with ${known.join(', ')}`);
  const { decision, reason } = body;
  const task = isText(body['task']) ? /^(?:Task\/)?([A-Za-z0-9.-]{1,64})$/.exec(body['task'])?.[1] : undefined;
  if (task === undefined) return fail('invalid', 'task is the id of the Task that keeps the dose, such as "Task/123"', 'task');
  if (decision !== 'record' && decision !== 'discard') return fail('invalid', 'decision is record or discard', 'decision');
  if (!isText(reason, 1000) || reason.trim().length < reasonLettersMin)
    return fail('invalid', `reason says in words why, in ${reasonLettersMin} to 1000 letters`, 'reason');
  return ok({ task, decision, reason: reason.trim() });
}

export interface Resolved {
  task: string;
  administration?: string;
}

export async function resolveConflict(
  { task: id, decision, reason }: ResolveWish,
  caller: Caller,
  bedside: Bedside,
  record: Pick<RecordStore, 'transact' | 'note' | 'refuse'>,
): Promise<Result<Resolved>> {
  if (!decide(caller.person, caller.purpose, 'create', 'MedicationAdministration').allowed) {
    await record.refuse(caller, 'update', { type: 'Task', outcome: 403 });
    return fail('forbidden', 'Who may record doses decides what became of one');
  }
  const missing = fail('not-found', `There is no Task/${id} that keeps a dose of a downtime`, 'task');
  const chart = bedside.chartFor(caller);
  const read = await chart.read('Task', id);
  if (!read.ok) return read.problem.kind === 'forbidden' ? read : missing;
  const kept = read.value.resourceType === 'Task' ? keptIn(read.value, bedside) : undefined;
  if (kept === undefined) return missing;
  const { dose, mark } = kept;
  const request = await chart.read('MedicationRequest', dose.order.slice('MedicationRequest/'.length));
  // Of another patient's order the dose keeps only that it was given.
  const order =
    request.ok && request.value.resourceType === 'MedicationRequest' && request.value.subject.reference === dose.patient
      ? request.value
      : undefined;
  const query = parseQuery('Task', [['_id', id]]);
  if (!query.ok) return query;
  const now = bedside.safety.now().toISOString();
  const made = newId();
  const done = await record.transact(caller, [lockOf(id)], async (find) => {
    const page = await find(query.value);
    if (!page.ok) return page;
    const stored = page.value.matches[0];
    const body = stored === undefined ? undefined : readJsonNow(stored.body);
    const current: unknown = body?.ok === true ? body.value : undefined;
    if (stored === undefined || !isTaskResource(current)) return missing;
    if (!isOpen(current)) return fail('conflict', `It was decided already: the Task is ${current.status}`, 'task');
    const decided: Task = {
      ...current,
      status: decision === 'record' ? 'completed' : 'rejected',
      statusReason: { text: reason },
      owner: { type: 'Practitioner', identifier: { value: caller.person.id }, display: caller.person.name },
      lastModified: now,
      ...(decision === 'record'
        ? { output: [{ type: { text: 'dose' }, valueReference: { reference: `MedicationAdministration/${made}` } }] }
        : {}),
    };
    const update = { kind: 'update' as const, resource: decided, ifVersion: stored.version };
    if (decision === 'discard') return ok([update]);
    const scan = scanOf(dose, `MedicationAdministration/${made}`, order, { display: caller.person.name }, bedside.safety.now());
    return ok([
      { kind: 'create' as const, resource: afterAll({ dose, mark, order, reason, id: made }, caller), id: made },
      ...(scan === undefined ? [] : [{ kind: 'create' as const, resource: scan, id: scan.id! }]),
      update,
    ]);
  });
  if (!done.ok) return done;
  await record.note(caller, 'medication-downtime-resolve', {
    outcome: 200,
    patients: [keyOfId(dose.patient.slice('Patient/'.length))],
    target: keyOfId(id),
    query: String(new URLSearchParams({ decision })),
  });
  return ok({ task: `Task/${id}`, ...(decision === 'record' ? { administration: `MedicationAdministration/${made}` } : {}) });
}

function afterAll(
  { dose, mark, order, reason, id }: { dose: OfflineDose; mark: string; order: MedicationRequest | undefined; reason: string; id: string },
  caller: Caller,
) {
  const given = administrationOf(id, mark, dose, order, caller);
  return { ...given, note: [...(given.note ?? []), { text: `Recorded after all, since it did not fit the record: ${reason}` }] };
}

/** The dose as it was written down; undefined: the Task keeps none. */
function keptIn(task: Task, { safety }: Bedside): { dose: OfflineDose; mark: string } | undefined {
  const mark = task.identifier?.find(({ system }) => system === downtimeDoseSystem)?.value;
  const text = task.input?.[0]?.valueString;
  if (!isTask(task, 'downtime-conflict') || mark === undefined || text === undefined) return undefined;
  const read = readJsonNow(text);
  const dose = read.ok ? doseOf(read.value, safety.now().getTime()) : undefined;
  return dose === undefined || task.for?.reference !== dose.patient ? undefined : { dose, mark };
}

const isTaskResource = (value: unknown): value is Task =>
  typeof value === 'object' && value !== null && 'resourceType' in value && value.resourceType === 'Task';

const lockOf = (task: string): bigint => createHash('sha256').update(`downtime ${task}`).digest().readBigInt64BE(0);
