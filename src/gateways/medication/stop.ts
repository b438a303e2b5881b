// POST /medication/stop: an order ended before its time, with a reason in words. The order, who ended it (Provenance) and the Tasks that
// waited for somebody to look at it, all or nothing; asked again with the same words it is done already.
import { createHash } from 'node:crypto';
import type { MedicationRequest, Provenance, Task } from '../../fhir/generated/types.ts';
import { readJson, readJsonNow } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { parseQuery } from '../../fhir/search/query.ts';
import { taskSystem } from '../../modules/medication-safety/codes.ts';
import { statusChanged } from '../../modules/medication-safety/reading/order-from-fhir.ts';
import { decide } from '../../policy/decide.ts';
import type { Caller, RecordStore, Stored, Write } from '../../record/contract.ts';
import { newId } from '../../record/uuid7.ts';
import type { Safety } from './safety.ts';
import { isObject, isText } from './scan-wish.ts';

export interface StopWish {
  order: string;
  reason: string;
}

const reasonLeast = 5;
const known = ['order', 'reason'];

export async function readStopWish(text: string): Promise<Result<StopWish>> {
  const read = await readJson(text);
  if (!read.ok) return read;
  const body = read.value;
  if (!isObject(body)) return fail('invalid', 'The body is a JSON object with order and reason');
  const unknown = Object.keys(body).find((name) => !known.includes(name));
  if (unknown !== undefined)
    return fail('invalid', `${JSON.stringify(unknown.slice(0, 40))} is not understood here: known are ${known.join(', ')}`);
  const order = isText(body['order']) ? /^(?:MedicationRequest\/)?([A-Za-z0-9.-]{1,64})$/.exec(body['order'])?.[1] : undefined;
  if (order === undefined) return fail('invalid', 'order is the order to be stopped, such as "MedicationRequest/123"', 'order');
  const reason = isText(body['reason'], 1000) ? body['reason'].trim() : '';
  if (reason.length < reasonLeast) return fail('invalid', `reason says why in words, ${reasonLeast} to 1000 letters`, 'reason');
  return ok({ order, reason });
}

export interface Stopped {
  order: string;
  at: string;
  /** Tasks that have nothing left to be looked at. */
  tasks: string[];
  repeated?: true;
}

export async function stopOrder(
  { order, reason }: StopWish,
  caller: Caller,
  safety: Safety,
  record: Pick<RecordStore, 'transact' | 'refuse'>,
): Promise<Result<Stopped>> {
  if (!decide(caller.person, caller.purpose, 'update', 'MedicationRequest').allowed) {
    await record.refuse(caller, 'update', { type: 'MedicationRequest', outcome: 403 });
    return fail('forbidden', 'Who may change orders stops them');
  }
  const missing = fail('not-found', `There is no MedicationRequest/${order}`, 'order');
  const ref = `MedicationRequest/${order}`;
  const now = safety.now().toISOString();
  const queries = [
    parseQuery('MedicationRequest', [['_id', order]]),
    parseQuery('Task', [
      ['focus', ref],
      ['code', ['verify', 'recheck', 'arrived'].map((code) => `${taskSystem}|${code}`).join(',')],
      ['status', 'requested,received,accepted,ready,in-progress'],
      ['_count', '100'],
    ]),
  ] as const;
  let stopped: Stopped = { order: ref, at: now, tasks: [] };
  const done = await record.transact(caller, [lockOf(order)], async (find) => {
    const [first, second] = queries;
    if (!first.ok) return first;
    if (!second.ok) return second;
    const orders = await find(first.value);
    if (!orders.ok) return orders;
    const [held] = orders.value.matches;
    const before = held === undefined ? undefined : read<MedicationRequest>(held, 'MedicationRequest');
    if (held === undefined || before === undefined) return missing;
    if (before.status === 'stopped' && before.statusReason?.text === reason) {
      stopped = { order: ref, at: statusChanged(before) ?? before.meta?.lastUpdated ?? now, tasks: [], repeated: true };
      return ok([]);
    }
    if (!['active', 'on-hold', 'unknown'].includes(before.status))
      return fail('conflict', `The order is ${before.status}: there is nothing to stop`, 'order');
    const open = await find(second.value);
    if (!open.ok) return open;
    const tasks = open.value.matches.flatMap((stored) => {
      const task = read<Task>(stored, 'Task');
      return task === undefined ? [] : [{ task, version: stored.version }];
    });
    const trail = newId();
    const who = { type: 'Practitioner', identifier: { value: caller.person.id }, display: caller.person.name };
    stopped = { order: ref, at: now, tasks: tasks.map(({ task }) => `Task/${task.id}`) };
    const writes: Write[] = [
      { kind: 'update', resource: ended(before, reason, now, `Provenance/${trail}`), ifVersion: held.version },
      { kind: 'create', resource: provenanceOf(ref, reason, now, who), id: trail },
      ...tasks.map(
        ({ task, version }): Write => ({
          kind: 'update',
          resource: { ...task, status: 'cancelled', statusReason: { text: `The order was stopped: ${reason}` }, lastModified: now },
          ifVersion: version,
        }),
      ),
    ];
    return ok(writes);
  });
  return done.ok ? ok(stopped) : done;
}

function read<T extends { resourceType: string }>(stored: Stored, type: T['resourceType']): T | undefined {
  const value = readJsonNow(stored.body);
  return value.ok && isObject(value.value) && value.value['resourceType'] === type ? (value.value as object as T) : undefined;
}

/** R4 has no element for when a status changed; the extension is R5's element as FHIR names it for R4. */
function ended(order: MedicationRequest, reason: string, at: string, trail: string): MedicationRequest {
  const { url } = statusChanged;
  return {
    ...order,
    extension: [...(order.extension ?? []).filter((each) => each.url !== url), { url, valueDateTime: at }],
    status: 'stopped',
    statusReason: { text: reason },
    eventHistory: [...(order.eventHistory ?? []), { reference: trail }],
  };
}

const provenanceOf = (ref: string, reason: string, at: string, who: Provenance['agent'][number]['who']): Provenance => ({
  resourceType: 'Provenance',
  target: [{ reference: ref }],
  recorded: at,
  activity: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-DataOperation', code: 'ABORT' }], text: 'Order stopped' },
  reason: [{ text: reason }],
  agent: [{ who }],
});

const lockOf = (order: string): bigint => createHash('sha256').update(`stop ${order}`).digest().readBigInt64BE(0);
