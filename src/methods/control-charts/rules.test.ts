// Each rule has a series that breaks it and one, a hair from it, that does not.
import { describe, expect, it } from 'vitest';
import type { Limits } from './contract.ts';
import { brokenRules } from './rules.ts';

const limits: Limits = { centre: 10, middle: 10, lower: 4, upper: 16, nearLower: 6, nearUpper: 14 };
const broken = (values: number[], lengths = { run: 7, trend: 7 }) =>
  brokenRules(
    values.map((value, index) => ({ index, value, limits })).filter(({ value }) => Number.isFinite(value)),
    lengths,
  ).map(({ rule, direction, points }) => `${rule} ${direction} ${points[0]}-${points.at(-1)}`);

const none = Number.NaN;
const cases: { says: string; values: number[]; breaks: string[]; lengths?: { run: number; trend: number } }[] = [
  { says: 'a point above the upper limit', values: [9, 11, 16.1, 9], breaks: ['outside up 2-2'] },
  { says: 'a point on the upper limit is within', values: [9, 11, 16, 9], breaks: [] },
  { says: 'a point below the lower limit', values: [11, 3.9, 11], breaks: ['outside down 1-1'] },
  { says: 'a point on the lower limit is within', values: [11, 4, 11], breaks: [] },
  { says: 'seven above the centre', values: [9, 11, 12, 11, 13, 11, 12, 11, 9], breaks: ['run up 1-7'] },
  { says: 'six above the centre are chance', values: [9, 11, 12, 11, 13, 11, 12, 9], breaks: [] },
  { says: 'seven below the centre', values: [9, 8, 9, 7, 9, 8, 9], breaks: ['run down 0-6'] },
  { says: 'a point on the centre ends a run', values: [11, 12, 11, 10, 13, 11, 12, 11], breaks: [] },
  { says: 'a point that is not known ends a run', values: [11, 12, 11, none, 13, 11, 12, 11], breaks: [] },
  {
    says: 'eight where eight are asked for',
    values: [11, 12, 11, 13, 11, 12, 11, 12],
    lengths: { run: 8, trend: 7 },
    breaks: ['run up 0-7'],
  },
  { says: 'seven are not eight', values: [11, 12, 11, 13, 11, 12, 11], lengths: { run: 8, trend: 7 }, breaks: [] },
  { says: 'seven that rise', values: [7, 8, 9, 10, 11, 12, 13, 9], breaks: ['trend up 0-6'] },
  { says: 'six that rise are chance', values: [7, 8, 9, 10, 11, 12, 9], breaks: [] },
  { says: 'seven that fall', values: [13, 12, 11, 10.5, 9, 8, 7], breaks: ['trend down 0-6'] },
  { says: 'equal neighbours end a trend', values: [7, 8, 9, 9, 11, 12, 13], breaks: [] },
  { says: 'two of three beyond the upper third', values: [9, 14.5, 9, 15, 9], breaks: ['two-of-three up 1-3'] },
  { says: 'on the line of the third is within it', values: [9, 14, 9, 14, 9], breaks: [] },
  { says: 'two of four are chance', values: [14.5, 9, 9, 15], breaks: [] },
  { says: 'one high and one low are not near one limit', values: [14.5, 9, 5.5], breaks: [] },
  { says: 'two of three beyond the lower third', values: [5, 5, 11], breaks: ['two-of-three down 0-1'] },
];

describe('the rules of a control chart', () => {
  it.each(cases.map((each) => [each.says, each] as const))('%s', (_, { values, breaks, lengths }) => {
    expect(broken(values, lengths)).toEqual(breaks);
  });

  it('names all points of a sign once', () => {
    expect(
      brokenRules(
        [15, 15, 15, 15].map((value, index) => ({ index, value, limits })),
        { run: 7, trend: 7 },
      ),
    ).toEqual([{ rule: 'two-of-three', direction: 'up', points: [0, 1, 2, 3] }]);
  });
});
