// What a chart says of a series: signs with their meaning, and what it does not judge.
import { describe, expect, it } from 'vitest';
import type { Indicator, IndicatorValue } from '../../methods/indicators/contract.ts';
import { periodsUntil } from '../../methods/indicators/periods.ts';
import { indicatorChart } from './indicator-chart.ts';

const nowMs = Date.parse('2026-03-20T00:00:00Z');
const periods = periodsUntil('UTC', 'month', nowMs, 20);
const indicator: Indicator = {
  kind: 'indicator',
  name: 'falls',
  title: 'Falls',
  question: '?',
  version: '1',
  status: 'unreviewed',
  reviewer: 'unreviewed',
  source: { agency: 'nobody', year: 2026, title: 'a test', section: '1' },
  licence: 'none',
  unit: 'per 1,000 bed days',
  direction: 'lower-is-better',
  chart: 'u',
  denominatorLeast: 100,
  limits: 'made up',
  measure: 'rate',
  per: 1000,
  denominator: { view: 'encounters', month: 'start', daysUntil: 'end' },
  events: { view: 'safety_events', month: 'occurred_at' },
  needs: {},
};
const values = (counts: readonly number[], denominator = 1000): IndicatorValue[] =>
  counts.map((numerator, n) => ({
    month: periods[n]!.name,
    ward: 'all',
    numerator,
    denominator,
    value: numerator,
    few: denominator < 100,
  }));
const drawn = (own: Indicator, given: readonly IndicatorValue[], more = {}) => {
  const chart = indicatorChart(own, given, { ward: 'all', periods, step: 'month', nowMs, ...more });
  if (!chart.ok) throw new Error(chart.problem.message);
  return chart.value;
};
const steady = [5, 6, 4, 5, 7, 5, 4, 6, 5, 5, 6, 4];

describe('the chart of an indicator', () => {
  it('says that more is worse where less is better, and the other way round', () => {
    const worse = drawn(indicator, values([...steady, 19, 20, 21, 18, 19, 20, 22]), { baseline: 12 });
    expect(worse.now).toMatchObject({ meaning: 'worse', period: '2026-02' });
    expect(worse.signs.find(({ rule }) => rule === 'run')?.says).toBe(
      'Aug 2025 to Feb 2026: 7 months one after the other above the middle, for the worse',
    );
    expect(worse.notes.join(' ')).toContain('The level seems to have changed with Aug 2025');
    expect(
      drawn({ ...indicator, direction: 'higher-is-better' }, values([...steady, 19, 20, 21, 18, 19, 20, 22]), { baseline: 12 }).now.meaning,
    ).toBe('better');
    expect(drawn(indicator, values([...steady, 5, 6, 5, 4, 6, 5, 5])).now.meaning).toBe('usual');
  });

  it('does not judge the month that is not over, nor one whose follow-up is not known', () => {
    const counts = [...steady, 5, 6, 5, 4, 6, 5, 5, 90];
    expect(drawn(indicator, values(counts)).points.at(-1)).toMatchObject({ period: '2026-03', left: 'the month is not over', broken: [] });
    const share: Indicator = {
      ...indicator,
      measure: 'share',
      chart: 'p',
      per: 100,
      numerator: { linked: { view: 'patients', by: 'patient_id', at: 'deceased_at', from: 'start', hoursAtMost: 720 } },
    };
    expect(drawn(share, values(counts)).points.at(-2)).toMatchObject({ period: '2026-02', left: 'what follows is not known yet' });
  });

  it('says that something is not recorded where its absence is all that there is', () => {
    const unseen: Indicator = {
      ...indicator,
      measure: 'share',
      chart: 'p',
      per: 100,
      numerator: { where: [{ column: 'seen_at', known: false }] },
    };
    const rows = (missing: number): IndicatorValue[] =>
      values(
        steady.map(() => missing),
        0,
      ).map((each) => ({ ...each, denominator: 500, few: false }));
    expect(drawn(unseen, rows(500)).now).toMatchObject({
      value: null,
      meaning: 'unknown',
      says: 'seen_at is not recorded here: nothing can be said',
    });
    expect(drawn(unseen, rows(30)).now.meaning).toBe('usual');
  });

  it('asks no rule of a handful of events', () => {
    const rare = drawn(indicator, values([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2]), { baseline: 12 });
    expect([rare.signs, rare.now.meaning]).toEqual([[], 'unknown']);
    expect(rare.notes.join(' ')).toContain('Only 0 events made the limits');
  });

  it('starts its limits anew where a note says so', () => {
    const changed = drawn(indicator, values([...steady, 19, 20, 21, 18, 19, 20, 22]), {
      annotations: [{ day: '2025-08-04', words: 'counted otherwise', phase: true }],
    });
    expect(changed.points[12]!.limits!.centre).toBeGreaterThan(15);
    expect(changed.signs).toEqual([]);
  });

  it('begins with the first month that has a row, and says where there is none', () => {
    expect(
      drawn(
        indicator,
        values([0, 0, 5], 0).map((each, n) => ({ ...each, denominator: n < 2 ? 0 : 500 })),
      ).points[0]!.period,
    ).toBe(periods[2]!.name);
    expect(drawn(indicator, []).now).toMatchObject({ period: null, meaning: 'unknown' });
  });
});
