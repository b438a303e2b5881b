import { describe, expect, it } from 'vitest';
import { dayMs, hourMs, lineLimitMs, moved, stretchOf, tickWords, timeSplits, usual, written, zoomed } from './axis.ts';
import type { Series } from './readings.ts';

const now = Date.parse('2026-11-22T12:00:00Z');
const stretch = { fromMs: now - dayMs, toMs: now };
const series = (...daysAgo: number[]): Series => ({
  key: 'k',
  name: 'Pulse',
  unit: '/min',
  category: 'Vital signs',
  panel: 'k',
  panelName: 'Pulse',
  readings: daysAgo.map((days) => ({ id: 'x', at: '', atMs: now - days * dayMs, value: 70, shown: '70' })),
});

describe('the time axis', () => {
  it('zooms about the place that was pointed at, and back', () => {
    const near = zoomed(stretch, 0.5, stretch.fromMs + dayMs / 4);
    expect(near).toEqual({ fromMs: now - dayMs + dayMs / 8, toMs: now - dayMs + dayMs / 8 + dayMs / 2 });
    expect(zoomed(near, 2, stretch.fromMs + dayMs / 4)).toEqual(stretch);
  });

  it('never becomes shorter than ten minutes', () => {
    const { fromMs, toMs } = zoomed(stretch, 1e-9);
    expect(toMs - fromMs).toBe(600_000);
  });

  it('moves by parts of what is shown', () => expect(moved(stretch, -0.5).toMs).toBe(now - dayMs / 2));

  it('is read from an address as it was written, and refused where it is none', () => {
    expect(stretchOf(written(stretch.fromMs), written(stretch.toMs))).toEqual(stretch);
    expect(stretchOf('2026-11-22', '2026-11-21')).toBeUndefined();
    expect(stretchOf('x', undefined)).toBeUndefined();
  });

  it('begins with what can be compared', () => {
    const short = usual([series(13, 5, 1, 0)]);
    expect(Math.round(((short?.toMs ?? 0) - (short?.fromMs ?? 0)) / dayMs)).toBe(14);
    const dense = usual([series(2.5, 2, 1.5, 1, 0.5, 0)]);
    expect(Math.round(((dense?.toMs ?? 0) - (dense?.fromMs ?? 0)) / dayMs)).toBe(3);
    const long = usual([series(2000, 1000, 0)]);
    expect((long?.toMs ?? 0) - (long?.fromMs ?? 0)).toBeGreaterThan(2000 * dayMs);
    expect(usual([])).toBeUndefined();
  });

  it('says a month by its name', () => {
    expect(tickWords(new Date(2026, 6, 14).getTime(), dayMs, new Date(2026, 6, 13).getTime())).toBe('14-Jul');
    expect(tickWords(new Date(2026, 6, 14, 8).getTime(), hourMs, new Date(2026, 6, 14, 7).getTime())).toBe('08:00');
    expect(tickWords(new Date(2026, 0, 1).getTime(), 31 * dayMs, new Date(2025, 11, 1).getTime())).toBe('Jan-2026');
  });

  it('has ticks at whole hours, days, months and years, as many as there is room for', () => {
    for (const size of [hourMs, dayMs, 30 * dayMs, 400 * dayMs, 40_000 * dayMs]) {
      const ticks = timeSplits(now - size, now, 800);
      expect(ticks.length).toBeGreaterThan(0);
      expect(ticks.length).toBeLessThanOrEqual(12);
      expect(ticks.every((at) => at >= now - size && at <= now && new Date(at).getSeconds() === 0)).toBe(true);
      expect(ticks).toEqual([...ticks].sort((a, b) => a - b));
    }
    expect(timeSplits(now - 30 * dayMs, now, 800).every((at) => new Date(at).getHours() === 0)).toBe(true);
  });

  it('draws no line across a time of which nothing is known', () => {
    expect(lineLimitMs([0, hourMs, 2 * hourMs, 3 * hourMs, 90 * dayMs])).toBe(dayMs);
    expect(lineLimitMs([0, 90 * dayMs, 180 * dayMs, 270 * dayMs])).toBe(540 * dayMs);
  });
});
