import { describe, expect, it } from 'vitest';
import { dueOf } from './due.ts';

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
