// Each of the 27 check types finds what it names, and passes where it is not.
import { describe, expect, it } from 'vitest';
import { assess } from './assess.ts';
import { type CheckName, checkTypes } from './check-types.ts';
import type { Check, Found, Row, Surroundings } from './contract.ts';

const persons = { has: (key: unknown) => ['p1', 'p2', 'p3'].includes(String(key)), size: 3 };
const surroundings: Surroundings = {
  sets: { persons, conditions: { has: (key) => key === 'p1' || key === 'p2', size: 2 } },
  questions: { right: (concept) => (concept === 99 ? undefined : concept === 1) },
};
interface Case {
  check: Omit<Check, 'check' | 'table'>;
  wrong: Row[];
  right: Row[];
  /** Failures, of how many, and which to look at. */
  finds: [number, number, string[]];
}
const row = (id: string, x: Row[string], more: Row = {}): Row => ({ id, x, patient_id: 'p1', ...more });
const x = { column: 'x' };
const birth = (id: string, at: string): Row => row(id, at, { other: '1980-05-01' });
const attribute: Case = {
  check: { ...x, reference: 'right' },
  wrong: [row('a', 1), row('b', 2), row('c', 99)],
  right: [row('a', 1)],
  finds: [1, 2, ['b']],
};
const zero: Case = { check: x, wrong: [row('a', 0), row('b', 5), row('c', null)], right: [row('a', 4)], finds: [2, 3, ['a', 'c']] };
const required: Case = {
  check: x,
  wrong: [row('a', null), row('b', ''), row('c', 0)],
  right: [row('a', 0), row('b', false)],
  finds: [2, 3, ['a', 'b']],
};
const before: Case = {
  check: { ...x, against: 'other' },
  wrong: [birth('a', '1979-01-01'), birth('b', '1980-05-01'), birth('c', '')],
  right: [birth('a', '1990-01-01')],
  finds: [1, 2, ['a']],
};
const death: Case = {
  check: { ...x, against: 'other', bound: 60 },
  wrong: [birth('a', '1981-01-01'), birth('b', '1980-06-01')],
  right: [birth('a', '1980-06-29')],
  finds: [1, 2, ['a']],
};
const sex: Case = {
  check: { column: 'x', values: ['female'], where: { code: ['pregnancy'] } },
  wrong: [row('a', 'male', { code: 'pregnancy' }), row('b', 'male', { code: 'cough' }), row('c', 'female', { code: 'pregnancy' })],
  right: [row('a', 'female', { code: 'pregnancy' })],
  finds: [1, 2, ['a']],
};
const stay = (id: string, at: string): Row => row(id, at, { from: '2026-03-01', to: '2026-03-05' });
const period = (id: string, patient_id: string, from: string, to: string): Row => ({ id, patient_id, from, to });

const cases: Record<Exclude<CheckName, 'cdmTable' | 'cdmField'>, Case> = {
  measurePersonCompleteness: {
    check: { reference: 'persons' },
    wrong: [row('a', 1), row('b', 1)],
    right: [row('a', 1), row('b', 1, { patient_id: 'p2' }), row('c', 1, { patient_id: 'p3' })],
    finds: [2, 3, []],
  },
  measureConditionEraCompleteness: {
    check: { reference: 'conditions' },
    wrong: [row('a', 1, { patient_id: 'p3' }), row('b', 1)],
    right: [row('a', 1), row('b', 1, { patient_id: 'p2' })],
    finds: [1, 2, []],
  },
  measureObservationPeriodOverlap: {
    check: { against: 'from', until: 'to' },
    wrong: [
      period('a', 'p1', '2026-01-01', '2026-02-01'),
      period('b', 'p1', '2026-02-02', '2026-03-01'),
      period('c', 'p2', '2026-01-01', '2026-02-01'),
    ],
    right: [period('a', 'p1', '2026-01-01', '2026-02-01'), period('b', 'p1', '2026-02-04', '')],
    finds: [1, 2, ['p1']],
  },
  isRequired: required,
  cdmDatatype: { check: x, wrong: [row('a', 1.5), row('b', '7'), row('c', 'seven')], right: [row('a', 3)], finds: [2, 3, ['a', 'c']] },
  isPrimaryKey: {
    check: { column: 'id' },
    wrong: [row('a', 1), row('b', 1), row('a', 2), row('a', 3)],
    right: [row('a', 1), row('b', 1)],
    finds: [3, 4, ['a']],
  },
  isForeignKey: {
    check: { ...x, reference: 'persons' },
    wrong: [row('a', 'p1'), row('b', 'p9'), row('c', null)],
    right: [row('a', 'p2')],
    finds: [1, 2, ['b']],
  },
  fkDomain: attribute,
  fkClass: attribute,
  isStandardValidConcept: attribute,
  measureValueCompleteness: required,
  standardConceptRecordCompleteness: zero,
  sourceConceptRecordCompleteness: zero,
  sourceValueCompleteness: {
    check: { ...x, against: 'concept' },
    wrong: [row('a', 'K', { concept: 0 }), row('b', 'Na', { concept: 7 }), row('c', 'K', { concept: 0 })],
    right: [row('a', 'K', { concept: 7 })],
    finds: [1, 2, []],
  },
  plausibleValueLow: {
    check: { ...x, bound: 10 },
    wrong: [row('a', 9.9), row('b', 10), row('c', null)],
    right: [row('a', 10)],
    finds: [1, 2, ['a']],
  },
  plausibleValueHigh: { check: { ...x, bound: 10 }, wrong: [row('a', '10.1'), row('b', 10)], right: [row('a', 10)], finds: [1, 2, ['a']] },
  plausibleTemporalAfter: before,
  plausibleDuringLife: death,
  withinVisitDates: {
    check: { ...x, against: 'from', until: 'to' },
    wrong: [stay('a', '2026-02-21'), stay('b', '2026-03-13'), stay('c', '2026-03-12')],
    right: [stay('a', '2026-02-22')],
    finds: [2, 3, ['a', 'b']],
  },
  plausibleAfterBirth: before,
  plausibleBeforeDeath: death,
  plausibleStartBeforeEnd: {
    check: { ...x, against: 'other' },
    wrong: [birth('a', '1980-05-02'), birth('b', '1980-05-01')],
    right: [birth('a', '1980-05-01')],
    finds: [1, 2, ['a']],
  },
  plausibleGender: sex,
  plausibleGenderUseDescendants: sex,
  plausibleUnitConceptIds: {
    check: { ...x, values: ['mmol/L'] },
    wrong: [row('a', 'mg/dL'), row('b', 'mmol/L')],
    right: [row('a', 'mmol/L')],
    finds: [1, 2, ['a']],
  },
};

const one = (check: Check, rows: Row[], limits = {}): Found => assess([check], { t: rows }, surroundings, limits)[0]!;

describe('the check types of OHDSI', () => {
  it('are 27, in three categories', () => {
    expect(Object.keys(checkTypes)).toHaveLength(27);
    expect(new Set(Object.values(checkTypes).map(({ category }) => category))).toEqual(
      new Set(['conformance', 'completeness', 'plausibility']),
    );
  });

  it.each(Object.entries(cases))('%s', (name, { check, wrong, right, finds }) => {
    const own = { ...check, check: name as CheckName, table: 't' };
    const [failures, of, look] = finds;
    expect(one(own, wrong)).toMatchObject({ outcome: 'failed', failures, of, look });
    expect(one(own, right)).toMatchObject({ outcome: 'passed', failures: 0 });
  });

  it('cdmTable and cdmField', () => {
    const found = assess(
      [
        { check: 'cdmTable', table: 't' },
        { check: 'cdmTable', table: 'absent' },
        { check: 'cdmField', table: 't', column: 'x' },
        { check: 'cdmField', table: 't', column: 'y' },
      ],
      { t: [row('a', 1)] },
    );
    expect(found.map(({ outcome }) => outcome)).toEqual(['passed', 'failed', 'passed', 'failed']);
  });
});

describe('an assessment', () => {
  it('lets pass what is below the threshold', () => {
    const rows = Array.from({ length: 100 }, (_, i) => row(`r${i}`, i === 3 ? null : 1));
    expect(one({ check: 'isRequired', table: 't', column: 'x', thresholdPercent: 1 }, rows)).toMatchObject({
      outcome: 'passed',
      percent: 1,
    });
    expect(one({ check: 'isRequired', table: 't', column: 'x', thresholdPercent: 0.9 }, rows)).toMatchObject({
      outcome: 'failed',
      look: ['r3'],
    });
  });

  it('could not check where table, column, set or rows are absent, and says why', () => {
    const because = (check: Partial<Check>, rows: Row[] = [row('a', 1)]): string | undefined =>
      one({ check: 'isForeignKey', table: 't', column: 'x', reference: 'persons', ...check }, rows).because;
    expect(because({ table: 'nowhere' })).toContain('no table nowhere');
    expect(because({ column: 'y' })).toContain('no column y');
    expect(because({ reference: 'nobody' })).toContain('set nobody');
    expect(because({}, [])).toContain('no row');
  });

  it('keeps no more ids and keys than it may, of any number of rows', () => {
    function* many(): Generator<Row> {
      for (let i = 0; i < 50_000; i++) yield row(`r${i}`, null);
    }
    const [missing, keys] = assess(
      [
        { check: 'isRequired', table: 't', column: 'x' },
        { check: 'isPrimaryKey', table: 't', column: 'id' },
      ],
      { t: many() },
      {},
      { lookMost: 5, keysMost: 1000 },
    );
    expect(missing).toMatchObject({ failures: 50_000, look: ['r0', 'r1', 'r2', 'r3', 'r4'] });
    expect(keys).toMatchObject({ outcome: 'could-not-check', because: expect.stringContaining('1000 different keys') });
  });
});
