import { expect, it } from 'vitest';
import type { DetectedIssue, Task } from '../../../../src/fhir/generated/types.ts';
import { bySeverity, inOrder, overrideOf, returned, stoodInTheWay, verified } from './queue.ts';

const task = (priority: Task['priority'], authoredOn: string): Task => ({
  resourceType: 'Task',
  id: authoredOn,
  meta: { versionId: '3' },
  status: 'requested',
  intent: 'order',
  authoredOn,
  ...(priority === undefined ? {} : { priority }),
});
const issue = (severity: DetectedIssue['severity'], action?: DetectedIssue['mitigation']): DetectedIssue => ({
  resourceType: 'DetectedIssue',
  status: 'final',
  ...(severity === undefined ? {} : { severity }),
  ...(action === undefined ? {} : { mitigation: action }),
});

it('has urgent orders first, and whoever waited longest', () => {
  const all = [task('routine', '1'), task('urgent', '4'), task('stat', '5'), task('urgent', '2'), task(undefined, '0')];
  expect(all.sort(inOrder).map(({ id }) => id)).toEqual(['5', '2', '4', '1', '0']);
});

it('holds the order and rejects the task together, each only as it was read', () => {
  const order = {
    resourceType: 'MedicationRequest' as const,
    id: 'm',
    meta: { versionId: '7' },
    status: 'active' as const,
    intent: 'order' as const,
    subject: {},
    dosageInstruction: [{ text: 'as it was' }],
  };
  const { entry } = returned({ task: task('urgent', '1'), order, patient: undefined }, 'Dose too high', { display: 'P' }, '2026');
  expect(entry?.map(({ request }) => request)).toEqual([
    { method: 'PUT', url: 'Task/1', ifMatch: 'W/"3"' },
    { method: 'PUT', url: 'MedicationRequest/m', ifMatch: 'W/"7"' },
  ]);
  expect(entry?.map(({ resource }) => resource)).toMatchObject([
    { status: 'rejected', statusReason: { text: 'Dose too high' }, priority: 'urgent' },
    { status: 'on-hold', statusReason: { text: 'Dose too high' }, dosageInstruction: [{ text: 'as it was' }] },
  ]);
  expect(verified(task('urgent', '1'), { display: 'P' }, '2026')).toMatchObject({ status: 'completed', owner: { display: 'P' } });
});

it('says why an alert was overridden, in the words that were given, and puts those alerts first', () => {
  const action = [{ action: { coding: [{ code: 'no-alternative' }], text: 'Two days only' }, author: { display: 'Dr A' } }];
  expect(overrideOf(issue('low', action))).toBe('no alternative: “Two days only” (Dr A)');
  expect(overrideOf(issue('low', [{ action: { coding: [{ code: 'palliative' }], text: 'palliative' } }]))).toBe('palliative');
  expect(overrideOf(issue('high'))).toBeUndefined();
  expect([issue('low'), issue('high'), issue('moderate', action)].sort(bySeverity).map(({ severity }) => severity)).toEqual([
    'moderate',
    'high',
    'low',
  ]);
});

it('tells alerts that somebody decided about from those that stood aside or were not shown', () => {
  expect(stoodInTheWay(issue('low'))).toBe(false);
  expect(stoodInTheWay(issue('moderate'))).toBe(true);
  expect(stoodInTheWay({ ...issue('high'), detail: 'Bleeding (not shown: shadow). Watch' })).toBe(false);
});
