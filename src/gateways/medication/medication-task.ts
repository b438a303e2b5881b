// Tasks of medication: how they are coded, and what of them is the same for all.
import type { Reference, Task } from '../../fhir/generated/types.ts';
import { taskSystem } from '../../modules/medication-safety/codes.ts';

export type TaskCode = 'verify' | 'monitor' | 'recheck' | 'arrived' | 'effect' | 'acknowledge' | 'downtime-conflict' | 'unscannable';

export const isTask = (task: Task, code: TaskCode): boolean =>
  task.code?.coding?.some((each) => each.system === taskSystem && each.code === code) === true;

export const isOpen = ({ status }: Task): boolean => ['requested', 'received', 'accepted', 'ready', 'in-progress'].includes(status);

export const dueMsOf = (task: Task): number | undefined => {
  const ms = Date.parse(task.restriction?.period?.end ?? '');
  return Number.isNaN(ms) ? undefined : ms;
};

export interface AskedTask {
  id: string;
  code: TaskCode;
  text: string;
  says: string;
  focus: string;
  patient: string;
  requester: Reference;
  now: Date;
  due: Date;
}
export const askedTask = ({ id, code, text, says, focus, patient, requester, now, due }: AskedTask): Task => ({
  resourceType: 'Task',
  id,
  status: 'requested',
  intent: 'order',
  priority: 'routine',
  code: { coding: [{ system: taskSystem, code }], text },
  description: says,
  focus: { reference: focus },
  for: { reference: patient },
  authoredOn: now.toISOString(),
  requester,
  restriction: { period: { start: now < due ? now.toISOString() : due.toISOString(), end: due.toISOString() } },
});
