// Which weights a model may have: within the usual bounds, and such that old values lose their say (the forecastable region). Hyndman RJ, Akram M,
// Archibald BC. The admissible parameter space for exponential smoothing models. Ann Inst Stat Math 2008;60:407-26.
import type { SmoothingModel, Weights } from './model.ts';

export const usual = { least: 1e-4, most: 0.9999, phiLeast: 0.8, phiMost: 0.98 };
/** Roots may lie this far beyond the unit circle, for rounding. */
const radius = 1 + 1e-10;

/** Where the search starts. `season` is 1 for a model without one. */
export function startingWeights(model: SmoothingModel, season: number): number[] {
  const { least, most, phiLeast, phiMost } = usual;
  const alpha = least + (0.2 * (most - least)) / season;
  const weights = [alpha];
  if (model.trend !== 'N') weights.push(least + 0.1 * (Math.min(most, alpha) - least));
  if (model.season !== 'N') weights.push(least + 0.05 * (Math.min(most, 1 - alpha) - least));
  if (model.trend === 'Ad') weights.push(phiLeast + 0.99 * (phiMost - phiLeast));
  return weights;
}

export function allowed(model: SmoothingModel, { alpha, beta, gamma, phi }: Weights, season: number): boolean {
  const { least, most, phiLeast, phiMost } = usual;
  if (!(alpha >= least && alpha <= most)) return false;
  if (model.trend !== 'N' && !(beta >= least && beta <= alpha && beta <= most)) return false;
  if (model.trend === 'Ad' && !(phi >= phiLeast && phi <= phiMost)) return false;
  if (model.season === 'N') return true;
  if (!(gamma >= least && gamma <= 1 - alpha && gamma <= most)) return false;
  if (alpha < 1 - 1 / phi - (gamma * (1 - season + phi + phi * season)) / (2 * phi * season)) return false;
  return rootsWithin(alpha, beta, gamma, phi, season);
}

let work = new Float64Array(32);

/**
 * Whether all roots of the characteristic polynomial lie within the circle, by Schur and Cohn: take away the constant term, over and over, and see
 * that it never outweighs the leading one. Costs the square of the season's length.
 */
function rootsWithin(alpha: number, beta: number, gamma: number, phi: number, season: number): boolean {
  const degree = season + 1;
  if (work.length < degree + 1) work = new Float64Array(degree + 1);
  const p = work;
  const middle = alpha + beta - alpha * phi;
  p[0] = phi * (1 - alpha - gamma);
  p[1] = middle + gamma - 1;
  for (let i = 2; i < season; i++) p[i] = middle;
  p[season] = alpha + beta - phi;
  p[degree] = 1;
  let power = radius;
  for (let i = 1; i <= degree; i++) {
    p[i] = p[i]! * power;
    power *= radius;
  }
  for (let last = degree; last > 0; last--) {
    const ratio = p[0]! / p[last]!;
    if (!(Math.abs(ratio) < 1)) return false;
    for (let i = 1, j = last - 1; i <= j; i++, j--) {
      const front = p[i]!;
      const back = p[j]!;
      p[i] = front - ratio * back;
      p[j] = back - ratio * front;
    }
    p[last] = p[last]! - ratio * p[0]!;
    for (let i = 0; i < last; i++) p[i] = p[i + 1]!;
  }
  return true;
}
