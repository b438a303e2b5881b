// A dose recorded: the session is judged again here, whatever the tablet was told before, and two people who record the same
// dose at once are told apart.
import { createHash } from 'node:crypto';
import type { MedicationAdministration, MedicationRequest, Task } from '../../fhir/generated/types.ts';
import { readJsonNow } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { parseQuery } from '../../fhir/search/query.ts';
import type { Outcome } from '../../modules/medication-administration/contract.ts';
import { effectMinutes } from '../../modules/medication-administration/effect-time.ts';
import { mayRecord } from '../../modules/medication-administration/recording.ts';
import type { Caller, RecordStore, Stored } from '../../record/contract.ts';
import { keyOfId } from '../../record/keys.ts';
import { newId } from '../../record/uuid7.ts';
import { askedTask } from './medication-task.ts';
import type { Bedside } from './scan-facts.ts';
import { type Judged, judgeWish } from './scan-judge.ts';
import { reasonSystem } from './scan-orders.ts';
import { idOfSession, outcomeOf, recordOf } from './scan-record.ts';
import { releases } from './scan-release.ts';
import { type AdministerWish, type BeforeOrder, isObject } from './scan-wish.ts';
import { maySee, proved } from './second-person.ts';

const aheadMsMax = 5 * 60_000;

export async function administer(
  wish: AdministerWish,
  caller: Caller,
  bedside: Bedside,
  record: Pick<RecordStore, 'transact' | 'note'>,
): Promise<Result<Judged & { administration: string; effect?: string; acknowledge?: string }>> {
  const now = bedside.safety.now();
  if (wish.atMs !== undefined && wish.atMs > now.getTime() + aheadMsMax)
    return fail('invalid', 'at lies in the future: a dose is recorded when it is given', 'at');
  const witness = wish.proof === undefined ? undefined : await proved(wish.proof, caller, bedside);
  if (witness !== undefined && !witness.ok) {
    const outcome = witness.problem.kind === 'busy' ? 429 : 403;
    await record.note(caller, 'medication-witness', {
      outcome,
      ...(wish.patient === undefined ? {} : { patients: [keyOfId(wish.patient)] }),
    });
    return witness;
  }
  const judged = await judgeWish(wish, caller, bedside, witness?.value);
  if (!judged.ok) return judged;
  const { verdict, patient, given, atMs } = judged.value;
  const before = await recordedBefore(wish, patient, caller, bedside);
  if (!before.ok) return before;
  if (before.value !== undefined) return ok({ ...judged.value, administration: before.value });
  if (patient === undefined)
    return fail('precondition', 'Whose dose this is is not known: scan the wristband, or open the chart', 'patient');
  const seen = witness === undefined ? ok(undefined) : await maySee(witness.value, caller, patient, bedside);
  if (!seen.ok) return seen;
  const may = mayRecord(wish, verdict, given);
  if (!may.ok) return may;
  const { beforeOrder } = wish;
  if (beforeOrder !== undefined && wish.entered.dose === undefined)
    return fail('invalid', 'Enter the dose that was given: there is no order that says it', 'entered.dose');
  const ref = beforeOrder === undefined ? verdict.order! : undefined;
  const request =
    ref === undefined ? undefined : await bedside.chartFor(caller).read('MedicationRequest', ref.slice('MedicationRequest/'.length));
  if (request !== undefined && !request.ok) return request;
  const { writes, administration } = recordOf(
    wish,
    verdict,
    request?.value as MedicationRequest | undefined,
    patient,
    caller,
    new Date(atMs),
    now,
    witness?.value,
  );
  if (verdict.witness !== undefined)
    await record.note(caller, 'medication-witness', {
      outcome: 200,
      patients: [keyOfId(patient)],
      target: keyOfId(administration.slice('MedicationAdministration/'.length)),
      query: String(
        new URLSearchParams({
          giver: caller.person.name,
          'second-person': witness?.value.name ?? verdict.witness,
          by: witness === undefined ? 'badge' : 'sign-in',
        }),
      ),
    });
  const asked = effectTask(wish, judged.value, administration, caller, bedside);
  if (asked !== undefined) writes.push(asked);
  const released = await releases(wish.outcome, ref, new Date(atMs), bedside.chartFor(caller));
  if (!released.ok) return released;
  writes.push(...released.value);
  const known = new Set(given.map((dose) => dose.ref));
  const acknowledge = beforeOrder === undefined ? undefined : acknowledgeTask(beforeOrder, judged.value, administration, caller, now);
  if (acknowledge !== undefined) writes.push(acknowledge);
  const query = parseQuery('MedicationAdministration', [
    ref === undefined ? ['subject', `Patient/${patient}`] : ['request', ref],
    ['effective-time', `ge${new Date(atMs - 86_400_000).toISOString()}`],
    ['_count', '1000'],
  ]);
  if (!query.ok) return query;
  const done = await record.transact(caller, [lockOf(ref ?? `Patient/${patient}`)], async (find) => {
    const others = await find(query.value);
    if (!others.ok) return others;
    // Sent twice at once: the other one has just been recorded.
    if (wish.session !== undefined && others.value.matches.some((each) => `MedicationAdministration/${each.id}` === administration))
      return ok([]);
    const unseen = others.value.matches.some(
      (each) => !known.has(`MedicationAdministration/${each.id}`) && (ref !== undefined || isWithoutOrder(each)),
    );
    return unseen
      ? fail('conflict', 'Somebody else has just recorded a dose of this order: look at it and scan again', 'order')
      : ok(writes);
  });
  return done.ok
    ? ok({
        ...judged.value,
        administration,
        ...(asked === undefined ? {} : { effect: `Task/${asked.id}` }),
        ...(acknowledge === undefined ? {} : { acknowledge: `Task/${acknowledge.id}` }),
      })
    : done;
}

/** What this session recorded already: its answer was lost, and asking again must not give twice. */
async function recordedBefore(
  { session, outcome }: AdministerWish,
  patient: string | undefined,
  caller: Caller,
  bedside: Bedside,
): Promise<Result<string | undefined>> {
  if (session === undefined) return ok(undefined);
  const held = await bedside.chartFor(caller).read('MedicationAdministration', idOfSession(session));
  if (!held.ok) return held.problem.kind === 'not-found' ? ok(undefined) : held;
  const dose = held.value as MedicationAdministration;
  if (outcomeOf(dose) === outcome && dose.subject.reference === `Patient/${patient}`) return ok(`MedicationAdministration/${dose.id}`);
  return fail(
    'conflict',
    'This session has already recorded something else: look at what stands in the record, then begin again',
    'session',
  );
}

const lockOf = (ref: string): bigint => createHash('sha256').update(`administer ${ref}`).digest().readBigInt64BE(0);

const took: ReadonlySet<Outcome> = new Set(['given', 'partly-given', 'self-administered']);

/** What a dose given when needed did is asked for when it should have acted. */
function effectTask(
  { outcome, entered }: AdministerWish,
  { order, patient, atMs, verdict }: Judged,
  administration: string,
  caller: Caller,
  { safety, rules }: Bedside,
): { kind: 'create'; resource: Task; id: string } | undefined {
  if (order === undefined || patient === undefined || order.rhythm.kind !== 'as-needed' || !took.has(outcome)) return undefined;
  const scanned = verdict.read.find((each) => each.product?.route !== undefined)?.product?.route;
  const minutes = effectMinutes(rules.effectTimes, entered.route ?? order.route ?? scanned);
  if (minutes === undefined) return undefined;
  const id = newId();
  const resource = askedTask({
    id,
    code: 'effect',
    text: 'Effect of a dose given when needed',
    says: `Ask what it did: ${order.title}`,
    focus: administration,
    patient: `Patient/${patient}`,
    requester: { type: 'Practitioner', identifier: { value: caller.person.id }, display: caller.person.name },
    now: safety.now(),
    due: new Date(atMs + minutes * 60_000),
  });
  return { kind: 'create', resource, id };
}

const isWithoutOrder = ({ body }: Stored): boolean => {
  const read = readJsonNow(body);
  return read.ok && isObject(read.value) && read.value['request'] === undefined && read.value['status'] !== 'entered-in-error';
};

/** A verbal order is to be written within a day; sites differ, and the list shows what is open whenever it was due. */
const acknowledgeWithinMs = 24 * 3_600_000;

function acknowledgeTask(
  { prescriber, reason, drug }: BeforeOrder,
  { patient, verdict }: Judged,
  administration: string,
  { person }: Caller,
  now: Date,
): { kind: 'create'; resource: Task; id: string } {
  const id = newId();
  const title = verdict.read.flatMap((each) => each.product?.title ?? [])[0] ?? drug ?? 'a drug';
  const task = askedTask({
    id,
    code: 'acknowledge',
    text: 'Order to be acknowledged',
    says: `Given before the order: ${title}`.slice(0, 200),
    focus: administration,
    patient: `Patient/${patient}`,
    requester: { type: 'Practitioner', identifier: { value: person.id }, display: person.name },
    now,
    due: new Date(now.getTime() + acknowledgeWithinMs),
  });
  const resource: Task = {
    ...task,
    priority: 'urgent',
    reasonCode: { coding: [{ system: reasonSystem, code: reason }], text: reason },
    owner: { type: 'Practitioner', display: prescriber },
  };
  return { kind: 'create', resource, id };
}
