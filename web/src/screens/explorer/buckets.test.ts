// Spans meet without a gap and hold both ends.
import { expect, it } from 'vitest';
import { bucketsBetween } from './buckets.ts';

it.each([
  ['2026-01-30', '2026-02-03', 'day', 5, '30-Jan-2026'],
  ['2026-01-01', '2026-06-30', 'week', 27, 'week of 29-Dec-2025'],
  ['2024-02', '2026-06-30T10:00:00Z', 'month', 29, 'Feb-2024'],
  ['1960', '2026-06-30', 'year', 67, '1960'],
])('%s to %s by %s', (first, last, step, count, label) => {
  const found = bucketsBetween(first, last);
  expect([found.step, found.buckets.length, found.buckets[0]?.label]).toEqual([step, count, label]);
  found.buckets.forEach(({ until }, at) => {
    const next = found.buckets[at + 1];
    if (next !== undefined) expect(next.from).toBe(until);
  });
  expect((found.buckets.at(-1)?.until ?? '') > last.slice(0, 10)).toBe(true);
});

it('says where the beginning was cut, and what cannot be read has none', () => {
  const long = bucketsBetween('1700', '2026');
  expect([long.cut, long.buckets.length]).toEqual([true, 80]);
  expect(bucketsBetween('never', '2026').buckets).toEqual([]);
});
