// What is due, from three kinds of resources, in one list with one order: late first, then what is urgent, then by time.
import type { CarePlan, ServiceRequest, Task } from '../../../../src/fhir/generated/types.ts';
import { conceptOf } from '../../parts/words.ts';

export interface Due {
  key: string;
  patient: string | undefined;
  what: string;
  kind: string;
  /** ISO 8601; undefined: at no certain time. */
  by: string | undefined;
  late: boolean;
  urgent: boolean;
  /** It stands in there; of a care plan the activity at this place. */
  of: Task | ServiceRequest | CarePlan;
  activity?: number;
}

export const patientIn = (reference: string | undefined): string | undefined => /^Patient\/([^/]+)/.exec(reference ?? '')?.[1];

const isUrgent = (priority: string | undefined): boolean => ['urgent', 'asap', 'stat'].includes(priority ?? '');

/** A day without a time is late when it is over. */
function lateAt(by: string | undefined, now: Date): boolean {
  if (by === undefined) return false;
  const end = by.length > 10 ? new Date(by) : new Date(`${by.padEnd(7, '-01').padEnd(10, '-01')}T23:59:59`);
  return end.getTime() < now.getTime();
}

export function dueOf(tasks: readonly Task[], requests: readonly ServiceRequest[], plans: readonly CarePlan[], now: Date): Due[] {
  const due: Due[] = [];
  const add = (one: Omit<Due, 'late'>): void => void due.push({ ...one, late: lateAt(one.by, now) });
  for (const task of tasks)
    add({
      key: `Task/${task.id ?? ''}`,
      patient: patientIn(task.for?.reference),
      what: task.description ?? conceptOf(task.code) ?? '',
      kind: 'Task',
      by: task.restriction?.period?.end ?? task.executionPeriod?.end,
      urgent: isUrgent(task.priority),
      of: task,
    });
  for (const request of requests)
    add({
      key: `ServiceRequest/${request.id ?? ''}`,
      patient: patientIn(request.subject.reference),
      what: conceptOf(request.code),
      kind: 'Order',
      by: request.occurrenceDateTime ?? request.occurrencePeriod?.end,
      urgent: isUrgent(request.priority),
      of: request,
    });
  for (const plan of plans)
    (plan.activity ?? []).forEach(({ detail }, at) => {
      if (detail === undefined || !['not-started', 'scheduled', 'in-progress'].includes(detail.status)) return;
      add({
        key: `CarePlan/${plan.id ?? ''}/${at}`,
        patient: patientIn(plan.subject.reference),
        what: detail.description ?? conceptOf(detail.code),
        kind: 'Care plan',
        by: detail.scheduledPeriod?.end ?? plan.period?.end,
        urgent: false,
        of: plan,
        activity: at,
      });
    });
  const rank = (one: Due): string => `${one.late ? 0 : 1}${one.urgent ? 0 : 1}${one.by ?? '9999'}`;
  return due.sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

const activityWith = (plan: CarePlan, place: number | undefined, status: string): CarePlan => ({
  ...plan,
  activity: (plan.activity ?? []).map((one, at) =>
    at === place && one.detail !== undefined ? { ...one, detail: { ...one.detail, status } } : one,
  ),
});

/** The resource with what was due done; other activities of a care plan stay as they are. `at` is ISO 8601. */
export function done({ of, activity }: Due, at: string): Due['of'] {
  if (of.resourceType === 'CarePlan') return activityWith(of, activity, 'completed');
  if (of.resourceType === 'ServiceRequest') return { ...of, status: 'completed' };
  return { ...of, status: 'completed', lastModified: at, executionPeriod: { ...of.executionPeriod, end: at } };
}

/** What was done by mistake is due again: its state as it was, everything else as it is `now` in the record. */
export function dueAgain(now: Due['of'], { of, activity }: Due, at: string): Due['of'] {
  if (now.resourceType === 'CarePlan' && of.resourceType === 'CarePlan')
    return activityWith(now, activity, of.activity?.[activity ?? 0]?.detail?.status ?? 'scheduled');
  if (now.resourceType === 'ServiceRequest') return { ...now, status: of.status };
  if (now.resourceType !== 'Task' || of.resourceType !== 'Task') throw new Error('what is due has changed its type');
  const { executionPeriod: _, ...rest } = now;
  return {
    ...rest,
    status: of.status,
    lastModified: at,
    ...(of.executionPeriod === undefined ? {} : { executionPeriod: of.executionPeriod }),
  };
}
