// Regression of counts by a log link with the variance mean + alpha · mean², where alpha is estimated too: fits of the mean and of 1 / alpha in
// turns, both by maximum likelihood. Venables WN, Ripley BD. Modern Applied Statistics with S, 4th ed., 2002, 7.4.
import { logGamma } from './incomplete-integrals.ts';
import { fitPoisson, type PoissonFit } from './poisson-regression.ts';

export interface NegativeBinomialFit extends PoissonFit {
  /** Nearly 0 where counts scatter no more than Poisson's. */
  alpha: number;
}

const turnsMax = 25;

/** 1 / alpha of counts about known means, by Newton's steps; their number is bound, since without overdispersion it has no end. */
function sizeOf(counts: readonly number[], means: readonly number[]): number {
  let size = counts.length / counts.reduce((sum, count, i) => sum + (count / (means[i] ?? 1) - 1) ** 2, 0);
  let change = 1;
  for (let step = 1; step < turnsMax && Math.abs(change) > Number.EPSILON ** 0.25; step++) {
    size = Math.abs(size);
    let score = 0;
    let information = 0;
    for (const [i, count] of counts.entries()) {
      const mean = means[i] ?? 1;
      for (let j = 0; j < count; j++) {
        score += 1 / (size + j);
        information += 1 / (size + j) ** 2;
      }
      score += Math.log(size) + 1 - Math.log(size + mean) - (count + size) / (mean + size);
      information += -1 / size + 2 / (mean + size) - (count + size) / (mean + size) ** 2;
    }
    change = score / information;
    size += change;
  }
  return Math.max(0, size);
}

const logLikelihood = (counts: readonly number[], means: readonly number[], size: number): number =>
  counts.reduce((sum, count, i) => {
    const mean = means[i] ?? 1;
    const constant = logGamma(size + count) - logGamma(size) - logGamma(count + 1);
    return sum + constant + size * Math.log(size) + (count > 0 ? count * Math.log(mean) : 0) - (size + count) * Math.log(size + mean);
  }, 0);

/** Counts are whole numbers ≥ 0. Undefined where the regression is (see fitPoisson) or all counts are 0. */
export function fitNegativeBinomial(design: readonly (readonly number[])[], counts: readonly number[]): NegativeBinomialFit | undefined {
  const weights = counts.map(() => 1);
  let fit = fitPoisson(design, counts, weights);
  if (fit === undefined) return undefined;
  let size = sizeOf(counts, fit.fitted);
  const scale = Math.sqrt(2 * Math.max(1, fit.degreesOfFreedom));
  let likelihood = logLikelihood(counts, fit.fitted, size);
  let before = likelihood + 2 * scale;
  let change = 1;
  for (let turn = 0; turn < turnsMax && Math.abs(before - likelihood) / scale + Math.abs(change) > 1e-8; turn++) {
    if (!(size > 0 && Number.isFinite(size))) return undefined;
    const next = fitPoisson(design, counts, weights, 1 / size, fit.fitted);
    if (next === undefined) return undefined;
    fit = next;
    const found = sizeOf(counts, fit.fitted);
    change = size - found;
    size = found;
    before = likelihood;
    likelihood = logLikelihood(counts, fit.fitted, size);
  }
  return size > 0 && Number.isFinite(size) ? { ...fit, alpha: 1 / size } : undefined;
}
