// Orders that wait for a pharmacist: Tasks that a signature makes (POST /medication/sign), those of standing orders that something new
// made questionable and of orders that came from elsewhere and are, the urgent ones before others.
import type { Bundle, DetectedIssue, MedicationRequest, Patient, Reference, Task } from '../../../../src/fhir/generated/types.ts';
import { search } from '../../api/fhir.ts';
import { ask } from '../../api/http.ts';
import { conceptOf } from '../../parts/words.ts';

const code = ['verify', 'recheck', 'arrived', 'unscannable']
  .map((one) => `http://lamplight.example/CodeSystem/medication-task|${one}`)
  .join(',');
const most = 100;

export interface Waiting {
  task: Task;
  /** Undefined: it may not be read, or is gone. */
  order: MedicationRequest | undefined;
  patient: Patient | undefined;
}

export interface Queue {
  waiting: Waiting[];
  /** There are more of them than are shown. */
  more: boolean;
}

/** A product that nurses could not scan: nothing to verify, something to mend. */
export const isUnscannable = ({ code: coded }: Task): boolean => coded?.coding?.some((one) => one.code === 'unscannable') === true;

export const isUrgent = ({ priority }: Task): boolean => priority !== undefined && priority !== 'routine';

const ranks = ['stat', 'asap', 'urgent', 'routine'];
const rankOf = ({ priority }: Task): number => (priority === undefined ? ranks.length : ranks.indexOf(priority));

/** Urgent before routine, of the same urgency whoever has waited longest. */
export const inOrder = (a: Task, b: Task): number => rankOf(a) - rankOf(b) || (a.authoredOn ?? '').localeCompare(b.authoredOn ?? '');

const page = (priority: string, signal: AbortSignal) =>
  search(
    'Task',
    { code, status: 'requested', priority, _sort: 'authored-on', _count: most, _include: ['Task:focus', 'Task:patient'] },
    signal,
  );

export const queueQuery = {
  queryKey: ['Task', 'verify'],
  meta: { types: ['MedicationRequest'] },
  // Asked for apart, so that no number of routine orders hides an urgent one.
  queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Queue> => {
    const pages = await Promise.all(['stat,asap,urgent', 'routine'].map((priority) => page(priority, signal)));
    const included = new Map(pages.flatMap((one) => [...one.included]));
    const waiting = pages
      .flatMap(({ resources }) => resources)
      .sort(inOrder)
      .map((task) => {
        const order = included.get(task.focus?.reference ?? '');
        const patient = included.get(task.for?.reference ?? '');
        return {
          task,
          order: order?.resourceType === 'MedicationRequest' ? order : undefined,
          patient: patient?.resourceType === 'Patient' ? patient : undefined,
        };
      });
    return { waiting, more: pages.some(({ next }) => next !== undefined) };
  },
};

export const verified = (task: Task, by: Reference, at: string): Task => ({ ...task, status: 'completed', owner: by, lastModified: at });

/** The task is rejected and the order held, both or neither; refused with 412 where one of them has changed since it was read. */
export function returned({ task, order }: Waiting, reason: string, by: Reference, at: string): Bundle {
  const resources = [
    { ...task, status: 'rejected' as const, statusReason: { text: reason }, owner: by, lastModified: at },
    ...(order === undefined ? [] : [{ ...order, status: 'on-hold' as const, statusReason: { text: reason } }]),
  ];
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: resources.map((resource) => ({
      resource,
      request: {
        method: 'PUT' as const,
        url: `${resource.resourceType}/${resource.id ?? ''}`,
        ...(resource.meta?.versionId === undefined ? {} : { ifMatch: `W/"${resource.meta.versionId}"` }),
      },
    })),
  };
}

export const sendReturned = (bundle: Bundle): Promise<Bundle> => ask('/fhir', { method: 'POST', body: bundle });

/** Signed against an alert: what was said about it. */
export const overrideOf = ({ mitigation }: DetectedIssue): string | undefined => {
  const [first] = mitigation ?? [];
  if (first === undefined) return undefined;
  const coded = first.action.coding?.[0]?.code?.replaceAll('-', ' ') ?? '';
  const words = conceptOf(first.action);
  const said = words === '' || words.replaceAll('-', ' ') === coded ? coded : `${coded}: “${words}”`;
  return `${said}${first.author?.display === undefined ? '' : ` (${first.author.display})`}`;
};

const severities = ['high', 'moderate', 'low'];
/** What was overridden first, then by severity. */
export const bySeverity = (a: DetectedIssue, b: DetectedIssue): number =>
  Number(b.mitigation !== undefined) - Number(a.mitigation !== undefined) ||
  severities.indexOf(a.severity ?? 'low') - severities.indexOf(b.severity ?? 'low');

/** It was shown and somebody had to decide about it. */
export const stoodInTheWay = ({ mitigation, severity, detail }: DetectedIssue): boolean =>
  mitigation !== undefined || ((severity === 'high' || severity === 'moderate') && !/\(not shown: /.test(detail ?? ''));
