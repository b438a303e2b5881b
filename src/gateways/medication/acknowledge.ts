// Doses that were given before there was an order: the list of those whose order is still to be acknowledged, and the prescriber's
// acknowledgement, which binds the dose to the order that was written.
import { createHash } from 'node:crypto';
import type { MedicationAdministration, Resource, Task } from '../../fhir/generated/types.ts';
import { readJson, readJsonNow } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { parseQuery } from '../../fhir/search/query.ts';
import { taskSystem } from '../../modules/medication-safety/codes.ts';
import { decide } from '../../policy/decide.ts';
import type { Caller, RecordStore, Stored } from '../../record/contract.ts';
import { isOpen, isTask } from './medication-task.ts';
import type { DoseBeforeOrder, DosesBeforeOrder } from './scan-answers.ts';
import type { Bedside } from './scan-facts.ts';
import { isObject, isText } from './scan-wish.ts';

const listMax = 200;
const open = 'requested,received,accepted,ready,in-progress';

export async function unacknowledged(url: string, caller: Caller, bedside: Bedside): Promise<Result<DosesBeforeOrder>> {
  const query = new URL(url, 'http://here').searchParams;
  const unknown = [...query.keys()].find((name) => name !== 'patient');
  if (unknown !== undefined)
    return fail('invalid', `${JSON.stringify(unknown.slice(0, 40))} is not understood here: known is patient`, 'patient');
  const asked = query.get('patient') ?? undefined;
  const patient = asked === undefined ? undefined : /^(?:Patient\/)?([A-Za-z0-9.-]{1,64})$/.exec(asked)?.[1];
  if (asked !== undefined && patient === undefined)
    return fail('invalid', 'patient is the id of a Patient, such as Patient/123', 'patient');
  const of = patient === undefined ? '' : `&patient=Patient/${patient}`;
  const found = await bedside
    .chartFor(caller)
    .search('Task', `code=${encodeURIComponent(`${taskSystem}|acknowledge`)}&status=${open}&_sort=_lastUpdated&_count=${listMax}${of}`);
  if (!found.ok) return found;
  const now = bedside.safety.now().toISOString();
  const doses = found.value.flatMap((task): DoseBeforeOrder[] =>
    task.resourceType === 'Task'
      ? [
          {
            task: `Task/${task.id}`,
            administration: task.focus?.reference,
            patient: task.for?.reference,
            prescriber: task.owner?.display,
            reason: task.reasonCode?.text,
            title: task.description,
            givenBy: task.requester?.display,
            since: task.authoredOn,
            due: task.restriction?.period?.end,
            ...((task.restriction?.period?.end ?? now) < now ? { overdue: true } : {}),
          },
        ]
      : [],
  );
  return ok({ doses, ...(doses.length >= listMax ? { more: true } : {}) });
}

interface AcknowledgeWish {
  task: string;
  order: string;
}

export async function readAcknowledgeWish(text: string): Promise<Result<AcknowledgeWish>> {
  const read = await readJson(text);
  if (!read.ok) return read;
  const body = read.value;
  if (!isObject(body)) return fail('invalid', 'The body is a JSON object with task and order');
  const unknown = Object.keys(body).find((name) => name !== 'task' && name !== 'order');
  if (unknown !== undefined)
    return fail('invalid', `${JSON.stringify(unknown.slice(0, 40))} is not understood here: known are task, order`);
  const [task, order] = (['Task', 'MedicationRequest'] as const).map((type) => {
    const value = body[type === 'Task' ? 'task' : 'order'];
    return isText(value) ? new RegExp(`^(?:${type}/)?([A-Za-z0-9.-]{1,64})$`).exec(value)?.[1] : undefined;
  });
  if (task === undefined) return fail('invalid', 'task is the id of the Task, such as "Task/123"', 'task');
  if (order === undefined) return fail('invalid', 'order is the order that was written for it, such as "MedicationRequest/123"', 'order');
  return ok({ task, order });
}

export async function acknowledge(
  wish: AcknowledgeWish,
  caller: Caller,
  bedside: Bedside,
  record: Pick<RecordStore, 'transact' | 'refuse'>,
): Promise<Result<{ task: string; administration: string; order: string }>> {
  const may = decide(caller.person, caller.purpose, 'create', 'MedicationRequest');
  if (!may.allowed) {
    await record.refuse(caller, 'update', { type: 'Task', outcome: 403 });
    return fail('forbidden', 'Who may prescribe acknowledges what was given before the order');
  }
  const missing = fail('not-found', `There is no Task/${wish.task} that asks for an order to be acknowledged`, 'task');
  const chart = bedside.chartFor(caller);
  const task = await chart.read('Task', wish.task);
  if (!task.ok) return task.problem.kind === 'forbidden' ? task : missing;
  if (task.value.resourceType !== 'Task' || !isTask(task.value, 'acknowledge')) return missing;
  const order = await chart.read('MedicationRequest', wish.order);
  const patient = task.value.for?.reference;
  if (!order.ok || order.value.resourceType !== 'MedicationRequest' || order.value.subject.reference !== patient)
    return fail('invalid', 'The order is none of this patient', 'order');
  if (['draft', 'cancelled', 'entered-in-error'].includes(order.value.status))
    return fail('precondition', `The order is ${order.value.status}: sign it first`, 'order');
  const dose = task.value.focus?.reference?.slice('MedicationAdministration/'.length) ?? '';
  const queries = [parseQuery('Task', [['_id', wish.task]]), parseQuery('MedicationAdministration', [['_id', dose]])] as const;
  const now = bedside.safety.now().toISOString();
  const done = await record.transact(caller, [lockOf(wish.task)], async (find) => {
    const [first, second] = queries;
    if (!first.ok || !second.ok) return missing;
    const [tasks, doses] = [await find(first.value), await find(second.value)];
    if (!tasks.ok) return tasks;
    if (!doses.ok) return doses;
    const [held, given] = [tasks.value.matches[0], doses.value.matches[0]];
    const before = resourceOf(held);
    const administration = resourceOf(given);
    if (before?.resourceType !== 'Task' || administration?.resourceType !== 'MedicationAdministration') return missing;
    if (!isOpen(before)) return fail('conflict', `It was acknowledged already: the Task is ${before.status}`, 'task');
    const reference = `MedicationRequest/${wish.order}`;
    const closed: Task = {
      ...before,
      status: 'completed',
      lastModified: now,
      output: [{ type: { text: 'order' }, valueReference: { reference } }],
    };
    const bound: MedicationAdministration = { ...administration, request: { reference } };
    return ok([
      { kind: 'update', resource: closed, ifVersion: held!.version },
      { kind: 'update', resource: bound, ifVersion: given!.version },
    ]);
  });
  if (!done.ok) return done;
  return ok({ task: `Task/${wish.task}`, administration: `MedicationAdministration/${dose}`, order: `MedicationRequest/${wish.order}` });
}

function resourceOf(stored: Stored | undefined): Resource | undefined {
  const read = stored === undefined ? undefined : readJsonNow(stored.body);
  const value: unknown = read?.ok === true ? read.value : undefined;
  return isResource(value) ? value : undefined;
}
const isResource = (value: unknown): value is Resource => typeof value === 'object' && value !== null && 'resourceType' in value;

const lockOf = (task: string): bigint => createHash('sha256').update(`acknowledge ${task}`).digest().readBigInt64BE(0);
