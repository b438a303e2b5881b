// Reporting odds ratio with Woolf's interval: Rothman KJ, Lanes S, Sacks ST. Pharmacoepidemiol Drug Saf 2004;13:519-23; van Puijenbroek EP, et al.
// Pharmacoepidemiol Drug Saf 2002;11:3-10 (a signal where the lower bound is above 1; as usual from 3 reports on).
import { normalQuantile } from '../statistics/normal.ts';
import { filledCells, level, type RatioWithInterval, type TwoByTwo } from './contract.ts';

export interface Ror extends RatioWithInterval {
  signal: boolean;
}

export function ror(table: TwoByTwo): Ror {
  const { cells, corrected } = filledCells(table);
  const { a, b, c, d } = cells;
  const ratio = (a / b) * (d / c);
  const half = normalQuantile(0.5 + level / 200) * Math.sqrt(1 / a + 1 / b + 1 / c + 1 / d);
  const low = ratio * Math.exp(-half);
  return { ratio, low, high: ratio * Math.exp(half), corrected, signal: table.a >= 3 && low > 1 };
}
