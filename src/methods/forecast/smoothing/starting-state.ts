// Where the search for a state begins: the season by classical decomposition (by one wave and a line where there are fewer than three seasons), level
// and slope by a line through the first steps. Hyndman et al. 2008, section 2.6.1.
import { leastSquares } from '../least-squares.ts';
import { lineThrough } from '../line.ts';
import { classicalSeason } from '../seasonal/classical.ts';
import type { SmoothingModel } from './model.ts';

export interface Start {
  level: number;
  slope: number;
  /** The season's shares, newest first, without the last: it follows from the others, which sum to 0 or to the season's length. */
  shares: number[];
}

/** Null where the values do not carry a season. */
export function startingState(values: readonly number[], season: number, model: SmoothingModel): Start | null {
  let adjusted: readonly number[] = values;
  let shares: number[] = [];
  const period = model.season === 'N' ? 1 : season;
  if (model.season !== 'N') {
    const multiplied = model.season === 'M';
    const parts =
      values.length < 3 * season
        ? waveSeason(values, season, multiplied)
        : classicalSeason(values, season, multiplied ? 'multiplied' : 'added');
    if (parts === null) return null;
    shares = parts.slice(1, season).reverse();
    if (multiplied) {
      shares = shares.map((share) => Math.max(share, 0.01));
      const sum = shares.reduce((total, share) => total + share, 0);
      if (sum > season) shares = shares.map((share) => share / (sum + 0.01 * shares.length));
    }
    adjusted = values.map((value, i) => (multiplied ? value / Math.max(parts[i]!, 0.01) : value - parts[i]!));
  }
  const early = adjusted.slice(0, Math.min(Math.max(10, 2 * period), adjusted.length));
  if (model.trend === 'N') return { level: early.reduce((sum, value) => sum + value, 0) / early.length, slope: 0, shares };
  let { intercept: level, slope } = lineThrough(early);
  if (Math.abs(level + slope) < 1e-8) {
    level *= 1.001;
    slope *= 0.999;
  }
  return { level, slope, shares };
}

/** What a line leaves of the values, where the line is fitted together with one wave a season. */
function waveSeason(values: readonly number[], season: number, multiplied: boolean): number[] | null {
  if (values.length < 4) return null;
  const rows = values.map((_, i) => {
    const angle = (2 * Math.PI * (i + 1)) / season;
    return season === 2 ? [1, i + 1, Math.cos(angle)] : [1, i + 1, Math.sin(angle), Math.cos(angle)];
  });
  const fit = leastSquares(rows, values);
  if (fit === null) return null;
  const parts = values.map((value, i) => {
    const line = fit[0]! + fit[1]! * (i + 1);
    return multiplied ? value / line : value - line;
  });
  return parts.every(Number.isFinite) ? parts : null;
}
