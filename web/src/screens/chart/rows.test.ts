import { describe, expect, it } from 'vitest';
import { rowsOf } from './rows.ts';

describe('stretches of time in rows', () => {
  const shown = { fromMs: 0, toMs: 1000 };
  const placed = (...all: [of: string, fromMs: number, toMs?: number][]) => {
    const { of, count } = rowsOf(
      all.map(([name, fromMs, toMs]) => ({ of: name, fromMs, toMs })),
      shown,
      900,
    );
    return [Object.fromEntries(of), count];
  };
  it('stand side by side where there is room', () => expect(placed(['a', 0, 100], ['b', 100, 200])).toEqual([{ a: 0, b: 0 }, 1]));
  it('stand below each other where one is too short to be met by itself', () =>
    expect(placed(['a', 0, 5], ['b', 5, 500])).toEqual([{ a: 0, b: 1 }, 2]));
  it('go on until now where nobody ended them', () => expect(placed(['a', 0], ['b', 890, 950])).toEqual([{ a: 0, b: 1 }, 2]));
  it('take no room out of sight', () => expect(placed(['a', -50, -10], ['b', 2000, 2100])).toEqual([{}, 1]));
});
