import { describe, expect, it } from 'vitest';
import type { CarePlan } from '../../../../src/fhir/generated/types.ts';
import { done, dueAgain, dueOf } from './due.ts';

const now = new Date('2026-11-22T12:00:00Z');
const task = (id: string, end?: string, priority?: string) => ({
  resourceType: 'Task' as const,
  id,
  status: 'requested',
  intent: 'order',
  description: id,
  for: { reference: 'Patient/p1' },
  ...(priority === undefined ? {} : { priority }),
  ...(end === undefined ? {} : { restriction: { period: { end } } }),
});

describe('what is due', () => {
  it('is in the order late, urgent, time, no time', () => {
    const due = dueOf(
      [
        task('whenever'),
        task('later', '2026-11-22T18:00:00Z'),
        task('urgent', '2026-11-22T19:00:00Z', 'stat'),
        task('late', '2026-11-22T08:00:00Z'),
      ],
      [],
      [],
      now,
    );
    expect(due.map(({ what }) => what)).toEqual(['late', 'urgent', 'later', 'whenever']);
    expect(due.map(({ late }) => late)).toEqual([true, false, false, false]);
  });

  it('of a day is late when the day is over', () => {
    const late = (by: string): boolean | undefined => dueOf([task('x', by)], [], [], now)[0]?.late;
    expect(late('2026-11-22')).toBe(false);
    expect(late('2026-11-20')).toBe(true);
  });

  it('is also what was ordered and what a care plan has still to do, and whose it is', () => {
    const subject = { reference: 'Patient/p2' };
    const due = dueOf(
      [],
      [{ resourceType: 'ServiceRequest', status: 'active', intent: 'order', code: { text: 'Chest X-ray' }, subject }],
      [
        {
          resourceType: 'CarePlan',
          status: 'active',
          intent: 'plan',
          subject,
          activity: [
            { detail: { status: 'not-started', description: 'Turn every two hours' } },
            { detail: { status: 'completed', description: 'Done' } },
          ],
        },
      ],
      now,
    );
    expect(due.map(({ what, patient }) => [what, patient])).toEqual([
      ['Chest X-ray', 'p2'],
      ['Turn every two hours', 'p2'],
    ]);
  });
});

describe('what was due', () => {
  const subject = { reference: 'Patient/p2' };
  const plan: CarePlan = {
    resourceType: 'CarePlan',
    status: 'active',
    intent: 'plan',
    subject,
    activity: [
      { detail: { status: 'in-progress', description: 'Walk' } },
      { detail: { status: 'not-started', description: 'Turn every two hours' } },
    ],
  };
  const due = dueOf(
    [task('turn', '2026-11-22T18:00:00Z')],
    [{ resourceType: 'ServiceRequest', id: 'x', status: 'active', intent: 'order', code: { text: 'Chest X-ray' }, subject }],
    [plan],
    now,
  );
  const later = '2026-11-22T13:00:00Z';

  it('is done with the time at which it was, and nothing else of it changes', () => {
    expect(due.map((one) => done(one, later))).toEqual([
      { ...task('turn', '2026-11-22T18:00:00Z'), status: 'completed', lastModified: later, executionPeriod: { end: later } },
      expect.objectContaining({ resourceType: 'ServiceRequest', status: 'completed', code: { text: 'Chest X-ray' } }),
      { ...plan, activity: [{ detail: { status: 'completed', description: 'Walk' } }, plan.activity?.[1]] },
      { ...plan, activity: [plan.activity?.[0], { detail: { status: 'completed', description: 'Turn every two hours' } }] },
    ]);
  });

  it('is due again where that was a mistake, with what others have changed meanwhile', () => {
    for (const one of due) {
      const now = { ...done(one, later), meta: { versionId: '7' }, note: [{ text: 'seen' }] };
      const { lastModified: _, ...again } = { lastModified: '', ...dueAgain(now, one, later) };
      expect(again).toEqual({ ...one.of, meta: { versionId: '7' }, note: [{ text: 'seen' }] });
    }
  });

  it('does not open again what others have done of the same plan', () => {
    const walk = due.find(({ what }) => what === 'Walk');
    if (walk === undefined) throw new Error('nothing is due');
    const [, turn] = (done({ ...walk, activity: 1, of: done(walk, later) }, later) as CarePlan).activity ?? [];
    const again = dueAgain(done({ ...walk, activity: 1, of: done(walk, later) }, later), walk, later) as CarePlan;
    expect(again.activity).toEqual([plan.activity?.[0], turn]);
  });
});
