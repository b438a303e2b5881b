// How late cases are told, from a triangle that is not full yet: the chance of a delay given that it is not longer, day by day backwards, so
// that what is still to come distorts nothing. Lawless JF. Can J Stat 1994;22:15-31; R's surveillance::nowcast(method = "lawless").
import type { ReportingTriangle } from './contract.ts';

export interface DelayCounts {
  /** By delay d: cases told after d days, and after d or fewer, both of days on which d days have passed. */
  after: number[];
  upTo: number[];
}

/** `window`: of how many newest days. */
export function delayCounts({ reported }: ReportingTriangle, delayMax: number, window: number): DelayCounts {
  const after = Array.from({ length: delayMax + 1 }, () => 0);
  const upTo = after.slice();
  for (const row of reported.slice(-window)) {
    let sum = 0;
    for (let d = 0; d <= delayMax && d < row.length; d++) {
      sum += row[d]!;
      after[d]! += row[d]!;
      upTo[d]! += sum;
    }
  }
  return { after, upTo };
}

/** Share told within 0, 1, … days, of what is told within the longest delay; from chances of each delay given that it is no longer. */
export function toldWithin(chances: readonly number[]): number[] {
  const told = chances.map(() => 1);
  for (let d = chances.length - 2; d >= 0; d--) told[d] = told[d + 1]! * (1 - chances[d + 1]!);
  return told;
}

export const delayOf = ({ after, upTo }: DelayCounts): number[] =>
  toldWithin(after.map((count, d) => (upTo[d] === 0 ? 0 : count / upTo[d]!)));
