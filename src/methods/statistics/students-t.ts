// Student's t: the two-sided p-value. Abramowitz, Stegun. Handbook of Mathematical Functions, 26.7.1.
import { betaShare } from './incomplete-integrals.ts';

/** How likely a t of this size or larger, in either direction, is by chance; degrees of freedom > 0. */
export function tTwoSided(t: number, degreesOfFreedom: number): number {
  if (Number.isNaN(t) || !(degreesOfFreedom > 0)) return Number.NaN;
  return betaShare(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5);
}
