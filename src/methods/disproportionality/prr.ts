// Proportional reporting ratio with χ² after Yates and the criteria for a signal: Evans SJW, Waller PC, Davis S. Pharmacoepidemiol Drug Saf 2001;10:483-6
// (PRR ≥ 2, χ² ≥ 4, at least 3 reports).
import { normalQuantile } from '../statistics/normal.ts';
import { filledCells, level, type RatioWithInterval, type TwoByTwo } from './contract.ts';

export interface Prr extends RatioWithInterval {
  /** Of the table as it is, 0 where a margin is empty. */
  chiSquared: number;
  signal: boolean;
}

export function chiSquaredYates({ a, b, c, d }: TwoByTwo): number {
  const n = a + b + c + d;
  const margins = [a + b, c + d, a + c, b + d];
  if (margins.some((margin) => margin === 0)) return 0;
  // One margin at a time, so that large counts do not overflow.
  const off = Math.max(0, Math.abs(a * d - b * c) - n / 2);
  return margins.reduce((value, margin, i) => (value / margin) * (i === 0 ? off : i === 1 ? off : i === 2 ? n : 1), 1);
}

export function prr(table: TwoByTwo): Prr {
  const { cells, corrected } = filledCells(table);
  const { a, b, c, d } = cells;
  const ratio = a / (a + b) / (c / (c + d));
  const half = normalQuantile(0.5 + level / 200) * Math.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d));
  const chiSquared = chiSquaredYates(table);
  return {
    ratio,
    low: ratio * Math.exp(-half),
    high: ratio * Math.exp(half),
    corrected,
    chiSquared,
    signal: table.a >= 3 && ratio >= 2 && chiSquared >= 4,
  };
}
