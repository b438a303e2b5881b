// Scales, lines and figures of the charts of outcomes.
import { expect, it } from 'vitest';
import { pathOf, scaleOf, shownNumber, shownPeriod, ticksBetween } from './shape.ts';

it('has round ticks within', () => {
  expect(ticksBetween(0, 7.3)).toEqual([0, 2, 4, 6]);
  expect(ticksBetween(11.4, 12.4)).toEqual([11.5, 11.75, 12, 12.25]);
  expect(ticksBetween(3, 3)).toEqual([3]);
});

it('begins at 0 where values are near it, and above where they are far', () => {
  const near = scaleOf([1, null, 9], 100, 0);
  expect(near(0)).toBe(100);
  const far = scaleOf([100, 110], 100, 0);
  expect(far(100)).toBeLessThan(100);
  expect(far.ticks[0]).toBeGreaterThan(90);
  expect(scaleOf([], 100, 0)(0)).toBe(100);
});

it('breaks a line where nothing is known', () => {
  expect(pathOf([[0, 1], [1, 2], null, [3, 4]])).toBe('M0.0 1.0L1.0 2.0M3.0 4.0');
});

it('writes figures short', () => {
  expect([shownNumber(12.345), shownNumber(0.00012), shownNumber(12345.6), shownNumber(null)]).toEqual(['12.3', '0.00012', '12346', '–']);
  expect([shownPeriod('2026-03'), shownPeriod('2026-03-02')]).toEqual(['Mar 2026', '2-Mar-2026']);
});
