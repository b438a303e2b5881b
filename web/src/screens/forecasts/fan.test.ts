import { describe, expect, it } from 'vitest';
import { bandOf, fanSize, lineOf, roundUp, ticksOf, xOf, yOf } from './fan.ts';

const series = { length: 3, most: 10 };

describe('a fan chart', () => {
  it('begins at the left with nothing at the bottom', () => {
    expect(xOf(series, 0)).toBe(fanSize.left);
    expect(xOf(series, 2)).toBe(fanSize.width - fanSize.right);
    expect(yOf(series, 0)).toBe(fanSize.height - fanSize.bottom);
    expect(yOf(series, 10)).toBe(fanSize.top);
  });

  it('never leaves its frame', () => {
    expect(yOf(series, 99)).toBe(fanSize.top);
    expect(yOf(series, -5)).toBe(fanSize.height - fanSize.bottom);
  });

  it('draws a band there and back', () => {
    expect(bandOf(series, 0, [1, 1], [3, 3]).match(/[ML]/g)).toHaveLength(4);
    expect(bandOf(series, 0, [], [])).toBe('');
    expect(lineOf(series, 1, [5])).toMatch(/^M/);
  });

  it('ends its scale with a round number, in whole steps', () => {
    expect([0, 7, 11, 14, 37].map(roundUp)).toEqual([1, 8, 15, 15, 40]);
    expect(ticksOf(4)).toEqual([0, 1, 2, 3, 4]);
    expect(ticksOf(40)).toEqual([0, 10, 20, 30, 40]);
  });
});
