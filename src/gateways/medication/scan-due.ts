// GET /medication/due: the doses of a patient between two instants, and what became of each.
import { fail, ok, type Result } from '../../fhir/result.ts';
import { due } from '../../modules/medication-administration/due.ts';
import { taskSystem } from '../../modules/medication-safety/codes.ts';
import type { Asked } from '../../modules/medication-safety/facts/from-chart.ts';
import type { Caller } from '../../record/contract.ts';
import { dueMsOf, isOpen } from './medication-task.ts';
import type { AskedEffect, DueAnswer } from './scan-answers.ts';
import { shownOrder } from './scan-due-order.ts';
import { type Bedside, ordersOf } from './scan-facts.ts';
import { infusionsOf } from './scan-infusions.ts';
import { bedsideOrder, givenDose } from './scan-orders.ts';

const hourMs = 3_600_000;
const spanMsMax = 14 * 24 * hourMs;

export async function dueList(url: string, caller: Caller, bedside: Bedside): Promise<Result<DueAnswer>> {
  const query = new URL(url, 'http://here').searchParams;
  const [patient, from, to] = ['patient', 'from', 'to'].map((name) => query.get(name) ?? undefined);
  const unknown = [...query.keys()].find((name) => !['patient', 'from', 'to'].includes(name));
  if (unknown !== undefined)
    return fail('invalid', `${JSON.stringify(unknown.slice(0, 40))} is not understood here: known are patient, from, to`);
  const id = /^(?:Patient\/)?([A-Za-z0-9.-]{1,64})$/.exec(patient ?? '')?.[1];
  if (id === undefined) return fail('invalid', 'patient is the id of a Patient, such as Patient/123', 'patient');
  const now = bedside.safety.now().getTime();
  const fromMs = momentOf(from, now - 4 * hourMs);
  const toMs = momentOf(to, (fromMs ?? now) + 24 * hourMs);
  if (fromMs === undefined || toMs === undefined) return fail('invalid', 'from and to are moments such as 2026-11-22T08:00:00Z', 'from');
  if (toMs <= fromMs || toMs - fromMs > spanMsMax) return fail('invalid', 'to lies behind from, at most 14 days', 'to');
  const chart = bedside.chartFor(caller);
  const person = await chart.read('Patient', id);
  if (!person.ok) return person.problem.kind === 'forbidden' ? person : fail('not-found', `There is no Patient/${id}`, 'patient');
  const notRead: string[] = [];
  const { requests, administrations, medications, tasks } = await ordersOf(id, fromMs, chart, notRead);
  const { library } = bedside.safety;
  const isFluid = (id: string): boolean => library.base.ingredients.get(id)?.sort === 'fluid';
  const orders = requests.map((each) => bedsideOrder(each, { library, medications, tasks }));
  const given = administrations.flatMap((each) => givenDose(each, medications, orders, library) ?? []);
  const doses = due(orders, given, fromMs, toMs, bedside.timeZone);
  const infusions = await infusionsOf(id, administrations, orders, bedside, chart, notRead);
  const effects = await askedEffects(id, { fromMs, toMs, now }, chart, notRead);
  return ok({
    patient: `Patient/${id}`,
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    doses: doses.map(({ order, kind, atMs, done }) => {
      const held = orders.find((each) => each.ref === order);
      return {
        order,
        title: held?.title,
        kind,
        at: atMs === undefined ? undefined : new Date(atMs).toISOString(),
        timesAssumed: held?.rhythm.assumed,
        done: done && { outcome: done.outcome, ref: done.ref, at: new Date(done.atMs).toISOString() },
      };
    }),
    infusions,
    effects,
    orders: orders.map((each) => shownOrder(each, { highAlert: bedside.rules.highAlert, windows: bedside.windows }, isFluid)),
    notRead,
  });
}

function momentOf(value: string | undefined, otherwise: number): number | undefined {
  if (value === undefined) return otherwise;
  const moment = /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(moment) ? undefined : moment;
}

/** Of doses given when needed: what they did is asked for then. What is overdue stays, whenever it was due. */
async function askedEffects(
  patient: string,
  { fromMs, toMs, now }: { fromMs: number; toMs: number; now: number },
  chart: Asked,
  notRead: string[],
): Promise<AskedEffect[]> {
  const found = await chart.search(
    'Task',
    `patient=Patient/${patient}&code=${encodeURIComponent(`${taskSystem}|effect`)}&_sort=-_lastUpdated&_count=500`,
  );
  if (!found.ok) {
    notRead.push(`effects of doses given when needed (${found.problem.message})`);
    return [];
  }
  return found.value
    .flatMap((task): AskedEffect[] => {
      const atMs = task.resourceType === 'Task' ? dueMsOf(task) : undefined;
      if (task.resourceType !== 'Task' || atMs === undefined || atMs >= toMs) return [];
      const open = isOpen(task);
      if (!open && (task.status !== 'completed' || atMs < fromMs)) return [];
      const observation = task.output?.[0]?.valueReference?.reference;
      return [
        {
          kind: 'effect',
          task: `Task/${task.id}`,
          administration: task.focus?.reference,
          title: task.description,
          at: new Date(atMs).toISOString(),
          ...(open && atMs < now ? { overdue: true } : {}),
          ...(open ? {} : { done: { observation, at: task.lastModified } }),
        },
      ];
    })
    .sort((a, b) => a.at.localeCompare(b.at));
}
