// What holds of any indicator: small denominators, wards, months, days, and files that are not what they say.
import { describe, expect, it } from 'vitest';
import { fulfils } from './conditions.ts';
import type { Condition, Indicator, Row } from './contract.ts';
import { evaluateIndicator, needsOf } from './evaluate.ts';
import { readIndicator } from './indicator-file.ts';

const base: Indicator = {
  kind: 'indicator',
  name: 'deaths',
  title: 'Deaths',
  question: 'How many?',
  version: '1',
  status: 'unreviewed',
  reviewer: 'unreviewed',
  source: { agency: 'nobody', year: 2026, title: 'a test', section: '1' },
  licence: 'none',
  unit: '%',
  direction: 'lower-is-better',
  chart: 'p',
  denominatorLeast: 3,
  limits: 'made up',
  measure: 'share',
  per: 100,
  denominator: { view: 'stays', month: 'end', ward: 'ward' },
  numerator: { where: [{ column: 'died', in: [true] }] },
  needs: { stays: ['died', 'end', 'ward'] },
};
const stay = (end: string | null, died: boolean, ward: string | null = 'A'): Row => ({ end, died, ward });

describe('an indicator', () => {
  it('gives no value of fewer than its least, but says how many there were', () => {
    const rows = [stay('2026-01-03', true), stay('2026-01-04', false), stay('2026-01-05', false, 'B')];
    expect(evaluateIndicator(base, { stays: rows })).toEqual([
      { month: '2026-01', ward: 'A', numerator: 1, denominator: 2, value: null, few: true },
      { month: '2026-01', ward: 'B', numerator: 0, denominator: 1, value: null, few: true },
      { month: '2026-01', ward: 'all', numerator: 1, denominator: 3, value: 100 / 3, few: false },
    ]);
  });

  it('leaves out rows without a month, and keeps rows without a ward for the hospital', () => {
    const found = evaluateIndicator(base, { stays: [stay(null, true), stay('soon', true), stay('2026-01-05', true, null)] });
    expect(found).toMatchObject([{ ward: 'all', denominator: 1 }]);
    expect(evaluateIndicator(base, {})).toEqual([]);
  });

  it('lays days into the months that they are of, also over the new year', () => {
    const days: Indicator = {
      ...base,
      measure: 'rate',
      denominatorLeast: 1,
      denominator: { view: 'stays', month: 'start', daysUntil: 'end' },
      events: { view: 'falls', month: 'at' },
    };
    const found = evaluateIndicator(days, {
      stays: [{ start: '2025-12-30T12:00:00Z', end: '2026-02-01T12:00:00Z' }],
      falls: [{ at: '2026-01-09' }],
    });
    expect(found.map(({ month, denominator, numerator }) => [month, denominator, numerator])).toEqual([
      ['2025-12', 1.5, 0],
      ['2026-01', 31, 1],
      ['2026-02', 0.5, 0],
    ]);
  });

  it('shows events of a month without days, without a value', () => {
    const rate: Indicator = {
      ...base,
      measure: 'rate',
      denominatorLeast: 0,
      denominator: { view: 'stays', month: 'start', daysUntil: 'end' },
      events: { view: 'falls', month: 'at' },
    };
    expect(evaluateIndicator(rate, { falls: [{ at: '2026-01-09' }] })).toMatchObject([{ numerator: 1, denominator: 0, value: null }]);
  });

  it('counts who had, or had not, something beside', () => {
    const linked = { view: 'lines', by: 'patient', at: 'placed', from: 'start' } as const;
    const stays = [
      { patient: 'p1', start: '2026-01-01', end: '2026-01-05', died: true },
      { patient: 'p2', start: '2026-01-01', end: '2026-01-05', died: false },
      { patient: null, start: '2026-01-01', end: '2026-01-05', died: false },
    ];
    const lines = [
      { patient: 'p1', placed: '2026-01-02' },
      { patient: 'p2', placed: '2025-12-01' },
      { patient: null, placed: '2026-01-02' },
    ];
    const count = (of: Partial<Indicator['denominator']>): number | undefined =>
      evaluateIndicator({ ...base, denominator: { view: 'stays', month: 'end', ...of } }, { stays, lines })[0]?.denominator;
    expect(count({ with: linked })).toBe(1);
    expect(count({ without: linked })).toBe(2);
  });
});

describe('a condition', () => {
  const cases: [Condition, Row, boolean][] = [
    [{ column: 'x', in: ['a'] }, { x: 'a' }, true],
    [{ column: 'x', in: ['a'] }, { x: null }, false],
    [{ column: 'x', notIn: ['a'] }, { x: null }, true],
    [{ column: 'x', notIn: ['a'] }, { x: 'a' }, false],
    [{ column: 'x', known: false }, { x: '' }, true],
    [{ column: 'x', known: true }, {}, false],
    [{ column: 'x', startsWith: ['A40', 'A41'] }, { x: 'A41.9' }, true],
    [{ column: 'x', below: 3 }, { x: 3 }, false],
    [{ column: 'x', below: 3 }, { x: '2.9' }, true],
    [{ column: 'x', atLeast: 3 }, { x: 'high' }, false],
    [{ column: 'x', hoursAfter: { column: 'y', atLeast: 48 } }, { x: '2026-01-03', y: '2026-01-01' }, true],
    [{ column: 'x', hoursAfter: { column: 'y', atLeast: 48 } }, { x: '2026-01-03', y: null }, false],
  ];
  it.each(cases)('%j of %j: %s', (condition, row, is) => {
    expect(fulfils(row, [condition])).toBe(is);
  });
});

describe('a file', () => {
  it('is refused where it says to need other columns than it reads', () => {
    expect(readIndicator(base).ok).toBe(true);
    expect(readIndicator({ ...base, needs: { stays: ['end'] } })).toMatchObject({
      ok: false,
      problem: { message: expect.stringContaining('what is read is') },
    });
    expect(needsOf(base)).toEqual({ stays: ['died', 'end', 'ward'] });
  });

  it('is refused where it cannot be computed', () => {
    for (const wrong of [null, [], {}, { ...base, measure: 'time' }, { ...base, denominator: {} }, { ...base, limits: '' }])
      expect(readIndicator(wrong).ok).toBe(false);
  });
});
