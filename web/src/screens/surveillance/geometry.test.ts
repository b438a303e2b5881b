// Where a chart puts things, and what its words say.
import { describe, expect, it } from 'vitest';
import type { Day, Step } from './api.ts';
import { boundPath, box, chosen, named, scaleOf, tickStep } from './geometry.ts';
import { countWords, levelOf, rarity } from './words.ts';

const days = (count: number): Day[] =>
  Array.from({ length: count }, (_, i) => ({
    day: new Date(Date.UTC(2026, 0, 1 + i)).toISOString().slice(0, 10),
    count: i % 5,
    visits: 10,
    incomplete: false,
  }));
const step = (first: string, last: string, upperbound: number | null): Step => ({
  first,
  last,
  upperbound,
  observed: 1,
  expected: 1,
  alarm: false,
  recurrenceDays: null,
});

describe('a chart', () => {
  it('holds its days, its bounds and nought in its box', () => {
    const all = days(90);
    const scale = scaleOf(all, [step('2026-01-05', '2026-01-05', 17.3)], false);
    expect([scale.x(0), scale.x(90)]).toEqual([box.left, box.width - box.right]);
    expect(scale.y(0)).toBe(box.height - box.bottom);
    expect(scale.y(17.3)).toBeGreaterThanOrEqual(box.top);
    expect(scale.ticks).toEqual([0, 5, 10, 15, 20]);
  });
  it('draws the bound of a week over its days, as a seventh, and none where it is not known', () => {
    const all = days(14);
    const weekly = [step('2025-12-30', '2026-01-05', 14), step('2026-01-06', '2026-01-12', null)];
    const scale = scaleOf(all, weekly, true);
    expect(boundPath(all, weekly, scale, true)).toBe(`M36.0 ${scale.y(2).toFixed(1)}H${scale.x(5).toFixed(1)}`);
  });
  it('names about ten days, or months', () => {
    expect(named(days(30)).length).toBeLessThanOrEqual(12);
    expect(named(days(30)).at(-1)).toBe(29);
    expect(named(days(400)).map((i) => days(400)[i]!.day.slice(8))).toEqual(named(days(400)).map(() => '01'));
  });
  it.each([
    [1, 1],
    [9, 5],
    [40, 10],
    [700, 200],
  ])('up to %i has lines every %i', (most, every) => expect(tickStep(most)).toBe(every));
  it('knows which days are chosen, whichever came first', () => {
    expect(chosen(days(10), '2026-01-04', '2026-01-02')).toEqual([1, 3]);
    expect(chosen(days(10), '2025-01-01', '2025-02-01')).toBeUndefined();
  });
});

describe('words', () => {
  it('say what is kept back, and how rare', () => {
    expect([countWords(null), countWords(0), countWords(1234)]).toEqual(['<5', '0', '1,234']);
    expect([rarity(120), rarity(730), rarity(1e6), rarity(null)]).toEqual([
      'once in 120 days',
      'once in 2.0 years',
      'once in more than 100 years',
      'rarity not known',
    ]);
  });
  it('call an area high only where chance does not explain it', () => {
    const ratio = (value: number, lower: number, upper: number) => levelOf({ ratio: { value, lower, upper } });
    expect([ratio(2, 1.1, 3), ratio(2, 0.9, 3), ratio(1, 0.8, 1.2), ratio(0.5, 0.3, 0.9), levelOf({ ratio: null })]).toEqual([
      'high',
      'above',
      'usual',
      'below',
      'unknown',
    ]);
  });
});
