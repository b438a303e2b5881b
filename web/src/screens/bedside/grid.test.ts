import { describe, expect, it } from 'vitest';
import { outcomes } from '../../../../src/modules/medication-administration/contract.ts';
import type { DueAnswer, Recorded, ShownOrder } from './facts.ts';
import { groupsOf, hourMs, hoursOf, nowDue, rowsOf, stateOf, windowOf } from './grid.ts';
import { marks } from './marks.ts';

const now = Date.parse('2026-11-22T06:00:00Z');
const order = (id: string, more: Partial<ShownOrder> = {}): ShownOrder => ({
  order: `MedicationRequest/${id}`,
  title: id,
  status: 'active',
  kind: 'scheduled',
  withinMinutes: 60,
  ...more,
});
const record = (ref: string, of: string | undefined, at: string, outcome: Recorded['outcome'] = 'given'): Recorded => ({
  ref: `MedicationAdministration/${ref}`,
  order: of === undefined ? undefined : `MedicationRequest/${of}`,
  outcome,
  at,
  by: 'Amara',
  witness: '',
  dose: '',
  site: '',
  reason: '',
  indication: '',
  title: 'Something',
});
const answer = (orders: ShownOrder[], doses: DueAnswer['doses']): DueAnswer => ({
  patient: 'Patient/1',
  from: '2026-11-21T18:00:00Z',
  to: '2026-11-22T18:00:00Z',
  doses,
  infusions: [],
  effects: [],
  orders,
  notRead: [],
});
const due = (of: string, at: string, done?: DueAnswer['doses'][number]['done']) => ({
  order: `MedicationRequest/${of}`,
  kind: 'scheduled' as const,
  at,
  ...(done ? { done } : {}),
});

describe('the state of a dose', () => {
  it('is planned, due within its window, overdue behind it, and without a record when long gone', () => {
    const at = (hours: number) => ({ at: new Date(now - hours * hourMs).toISOString() });
    expect([-3, -1, 0, 1, 1.5, 7].map((hours) => stateOf(at(hours), 60, now))).toEqual([
      'planned',
      'due',
      'due',
      'due',
      'overdue',
      'unrecorded',
    ]);
  });

  it('is never overdue by times that the ward assumed', () => {
    expect(stateOf({ at: new Date(now - 3 * hourMs).toISOString() }, undefined, now)).toBe('due');
  });

  it('has a shape and a word of its own for every outcome', () => {
    for (const outcome of outcomes) expect(marks[outcome].word).not.toBe('');
    expect(new Set(Object.values(marks).map(({ shape, word }) => `${shape} ${word}`)).size).toBe(Object.keys(marks).length);
  });
});

describe('the rows of the record', () => {
  const given = record('a', 'lisinopril', '2026-11-22T04:10:00Z');
  const doses = [
    due('lisinopril', '2026-11-22T04:00:00Z', { outcome: 'given', ref: given.ref, at: given.at }),
    due('lisinopril', '2026-11-22T16:00:00Z'),
    due('metoprolol', '2026-11-22T04:30:00Z'),
  ];

  it('show each dose once, with who recorded it', () => {
    const rows = rowsOf(answer([order('lisinopril'), order('metoprolol')], doses), [given], now);
    expect(rows.map(({ doses: own }) => own.map(({ state, record: of }) => `${state} ${of?.by ?? ''}`))).toEqual([
      ['given Amara', 'planned '],
      ['overdue '],
    ]);
  });

  it('keep what was recorded without a plan: when needed, of an ended order, of no order', () => {
    const prn = order('paracetamol', { kind: 'as-needed', everyHours: 6 });
    const rows = rowsOf(
      answer([prn, order('old', { status: 'stopped' }), order('never')], [{ order: prn.order, kind: 'as-needed' }]),
      [
        record('p', 'paracetamol', '2026-11-22T03:00:00Z'),
        record('o', 'old', '2026-11-22T01:00:00Z'),
        record('x', undefined, '2026-11-22T02:00:00Z'),
      ],
      now,
    );
    expect(groupsOf(rows).map(({ title, rows: own }) => `${title}: ${own.map((row) => row.order.title).join(', ')}`)).toEqual([
      'When needed (PRN): paracetamol',
      'Ended or on hold: old, Something',
    ]);
    expect(rows[0]?.nextMs).toBe(Date.parse('2026-11-22T09:00:00Z'));
  });

  it('list what is to be done now, overdue before due before soon', () => {
    const later = [due('a', '2026-11-22T06:30:00Z'), due('b', '2026-11-22T07:30:00Z'), due('b', '2026-11-22T12:00:00Z')];
    const rows = rowsOf(answer([order('lisinopril'), order('metoprolol'), order('a'), order('b')], [...doses, ...later]), [given], now);
    expect(nowDue(rows, now).map((dose) => `${dose.state} ${dose.order.title}`)).toEqual(['overdue metoprolol', 'due a', 'planned b']);
  });

  it('make wide the hours that hold a dose', () => {
    const rows = rowsOf(answer([order('lisinopril')], doses), [given], now);
    const { fromMs, toMs } = windowOf(now, undefined);
    const hours = hoursOf(fromMs, toMs, rows);
    expect(hours).toHaveLength(24);
    expect(hours.filter(({ busy }) => busy).map(({ startMs }) => new Date(startMs).toISOString().slice(11, 13))).toEqual(['04', '16']);
  });
});
