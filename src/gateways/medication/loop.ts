// GET /medication/loop?patient=: what became of each order of a patient, from signing to effect, and what does not fit.
import { toNumber } from '../../fhir/decimal.ts';
import type { MedicationDispense, MedicationRequest, Provenance, Task } from '../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { GivenDose } from '../../modules/medication-administration/contract.ts';
import { type Dispensed, discrepancies, type Looped } from '../../modules/medication-administration/loop.ts';
import { taskSystem } from '../../modules/medication-safety/codes.ts';
import type { Asked } from '../../modules/medication-safety/facts/from-chart.ts';
import { readOrder, statusChanged, wordsOf } from '../../modules/medication-safety/reading/order-from-fhir.ts';
import type { Caller } from '../../record/contract.ts';
import type { PatientLoop, ShownDose } from './loop-answers.ts';
import { dueMsOf, isOpen, isTask } from './medication-task.ts';
import { type Bedside, ordersOf } from './scan-facts.ts';
import { bedsideOrder, givenDose } from './scan-orders.ts';
import { lotsOf } from './scan-record.ts';

const dayMs = 86_400_000;
/** Doses are read of so many days (scan-facts.ts). */
const daysBack = 8;
const together = 50;

/** Of one patient, whom the caller can read. */
export async function loopOf(id: string, caller: Caller, bedside: Bedside): Promise<Result<PatientLoop>> {
  const chart = bedside.chartFor(caller);
  const person = await chart.read('Patient', id);
  if (!person.ok) return person.problem.kind === 'forbidden' ? person : fail('not-found', `There is no Patient/${id}`, 'patient');
  const { library } = bedside.safety;
  const nowMs = bedside.safety.now().getTime();
  const sinceMs = nowMs - daysBack * dayMs;
  const notRead: string[] = [];
  const [{ requests, administrations, medications, tasks }, dispenses, effects] = await Promise.all([
    ordersOf(id, nowMs, chart, notRead, notRead),
    found<MedicationDispense>(chart, 'MedicationDispense', `patient=Patient/${id}&_sort=-whenhandedover&_count=500`, 'dispenses', notRead),
    found<Task>(
      chart,
      'Task',
      `patient=Patient/${id}&code=${encodeURIComponent(`${taskSystem}|effect`)}&_sort=-_lastUpdated&_count=500`,
      'effects that were to be asked',
      notRead,
    ),
  ]);
  const orders = requests.map((each) => bedsideOrder(each, { library, medications, tasks }));
  const given = administrations.flatMap((each) => givenDose(each, medications, orders, library) ?? []);
  const lots = lotsOf(
    await scansOf(
      given.filter((dose) => dose.atMs >= sinceMs),
      chart,
      notRead,
    ),
  );
  const handed = dispenses
    .filter(({ status }) => status !== 'entered-in-error' && status !== 'cancelled')
    .map((each) => dispensed(each, bedside));
  const loops = orders.map((order, i): Looped => {
    const request = requests[i]!;
    return {
      order,
      ...signed(request),
      ...verification(tasks.filter((task) => isTask(task, 'verify') && task.focus?.reference === order.ref)),
      dispensed: handed.filter((each) => each.order === order.ref),
      given: given.filter((dose) => dose.order === order.ref),
      effects: effects
        .filter((task) => given.some((dose) => dose.order === order.ref && dose.ref === task.focus?.reference))
        .map((task) => {
          const dueMs = dueMsOf(task);
          return {
            ref: `Task/${task.id}`,
            ...(task.focus?.reference === undefined ? {} : { dose: task.focus.reference }),
            ...(dueMs === undefined ? {} : { dueMs }),
            done: !isOpen(task),
          };
        }),
    };
  });
  const strays = {
    given: given.filter((dose) => dose.atMs >= sinceMs && dose.order === undefined),
    dispensed: handed.filter((each) => each.order === undefined && (each.atMs ?? 0) >= sinceMs),
  };
  const open = discrepancies({ loops, strays, sinceMs, nowMs, timeZone: bedside.timeZone, windows: bedside.windows });
  const doseShown = (dose: GivenDose): ShownDose => ({
    ref: dose.ref,
    at: new Date(dose.atMs).toISOString(),
    outcome: dose.outcome,
    dose: dose.dose,
    lots: lots.get(dose.ref),
  });
  return ok({
    patient: `Patient/${id}`,
    since: new Date(sinceMs).toISOString(),
    discrepancies: open.map(({ atMs, ...each }) => ({ ...each, ...(atMs === undefined ? {} : { at: new Date(atMs).toISOString() }) })),
    loops: loops.map(({ order, signedMs, signedBy, verified, dispensed: out, given: doses, effects: asked }, i) => ({
      order: order.ref,
      title: order.title,
      status: order.status,
      signed: { ...(signedMs === undefined ? {} : { at: new Date(signedMs).toISOString() }), by: signedBy },
      verified: verified && { ...(verified.atMs === undefined ? {} : { at: new Date(verified.atMs).toISOString() }), by: verified.by },
      ended: endOf(requests[i]!),
      dispensed: out.map(({ ref, title, atMs, lot }) => ({
        ref,
        title,
        lot,
        at: atMs === undefined ? undefined : new Date(atMs).toISOString(),
      })),
      given: doses.map(doseShown),
      effects: asked.map(({ ref, dose, dueMs, done }) => ({
        ref,
        dose,
        done,
        due: dueMs === undefined ? undefined : new Date(dueMs).toISOString(),
      })),
    })),
    strays: { given: strays.given.map(doseShown), dispensed: strays.dispensed.map(({ ref, title, lot }) => ({ ref, title, lot })) },
    notRead,
  });
}

/** What was scanned for these doses. */
async function scansOf(given: readonly GivenDose[], chart: Asked, notRead: string[]): Promise<Provenance[]> {
  const all: Provenance[] = [];
  for (let i = 0; i < given.length; i += together) {
    const refs = given.slice(i, i + together).map(({ ref }) => ref);
    all.push(
      ...(await found<Provenance>(chart, 'Provenance', `target=${encodeURIComponent(refs.join(','))}&_count=1000`, 'scans', notRead)),
    );
  }
  return all;
}

async function found<T extends { resourceType: string }>(
  chart: Asked,
  type: 'MedicationDispense' | 'Task' | 'Provenance',
  query: string,
  says: string,
  notRead: string[],
): Promise<T[]> {
  const page = await chart.search(type, query);
  if (!page.ok) notRead.push(`${says} (${page.problem.message})`);
  const most = Number(/_count=(\d+)/.exec(query)?.[1]);
  if (page.ok && page.value.length >= most) notRead.push(`${says}: only the newest ${most} were read`);
  // What a search of a type answers is of that type.
  return page.ok ? page.value.filter((each) => each.resourceType === type).map((each) => each as object as T) : [];
}

function signed({ authoredOn, requester }: MedicationRequest): Pick<Looped, 'signedMs' | 'signedBy'> {
  const at = Date.parse(authoredOn ?? '');
  const by = requester?.display ?? requester?.reference;
  return { ...(Number.isNaN(at) ? {} : { signedMs: at }), ...(by === undefined ? {} : { signedBy: by }) };
}

/** Ended before its time: when, and in whose words why. */
function endOf(request: MedicationRequest): { at?: string; reason?: string } | undefined {
  if (!['stopped', 'cancelled'].includes(request.status)) return undefined;
  const at = statusChanged(request);
  const reason = wordsOf(request.statusReason);
  return { ...(at === undefined ? {} : { at }), ...(reason === '' ? {} : { reason }) };
}

function verification(tasks: readonly Task[]): Pick<Looped, 'verified'> {
  const done = tasks.find(({ status }) => status === 'completed');
  if (done === undefined) return {};
  const at = Date.parse(done.executionPeriod?.end ?? done.lastModified ?? done.meta?.lastUpdated ?? '');
  const by = done.owner?.display ?? done.owner?.reference;
  return { verified: { ...(Number.isNaN(at) ? {} : { atMs: at }), ...(by === undefined ? {} : { by }) } };
}

function dispensed(one: MedicationDispense, { safety }: Bedside): Dispensed {
  const order = one.authorizingPrescription?.find(({ reference }) => reference?.startsWith('MedicationRequest/'))?.reference;
  const contained = one.contained?.find((each) => `#${each.id}` === one.medicationReference?.reference);
  const held = contained?.resourceType === 'Medication' ? contained : undefined;
  const concept = one.medicationCodeableConcept ?? held?.code;
  const read = readOrder(
    { resourceType: 'MedicationStatement', status: 'active', subject: {}, ...(concept ? { medicationCodeableConcept: concept } : {}) },
    { id: '', state: 'active', origin: 'statement' },
    safety.library.reading,
  );
  const atMs = Date.parse(one.whenHandedOver ?? one.whenPrepared ?? '');
  const quantity =
    one.quantity?.value === undefined ? '' : ` (${toNumber(one.quantity.value)} ${one.quantity.unit ?? ''})`.replace(' )', ')');
  return {
    ref: `MedicationDispense/${one.id}`,
    ...(order === undefined ? {} : { order }),
    ingredients: read.ingredients.map(({ ingredient }) => ingredient),
    title: `${wordsOf(concept).slice(0, 120) || 'a product without a name'}${quantity}`,
    ...(Number.isNaN(atMs) ? {} : { atMs }),
    ...(held?.batch?.lotNumber === undefined ? {} : { lot: held.batch.lotNumber }),
  };
}
