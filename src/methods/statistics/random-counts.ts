// Random counts from a source of uniform numbers: Poisson and negative binomial, and a small source with a seed for simulations that must be
// repeatable. Hörmann W. The transformed rejection method for generating Poisson random variables. Insur Math Econ 1993;12:39-45; Marsaglia G,
// Tsang WW. A simple method for generating gamma variables. ACM Trans Math Softw 2000;26:363-72.
import { logGamma } from './incomplete-integrals.ts';

/** A number from 0 up to but not 1. */
export type Random = () => number;

/** The same numbers for the same seed (any whole number). Sebastiano Vigna's splitmix, cut to 32 bits; not for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return ((z ^ (z >>> 16)) >>> 0) / 4_294_967_296;
  };
}

export function randomNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export function randomGamma(shape: number, random: Random): number {
  if (shape < 1) return randomGamma(shape + 1, random) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = randomNormal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < x * x * 0.5 + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Below this mean by multiplication, above it by rejection. */
const meanOfRejection = 10;

export function randomPoisson(mean: number, random: Random): number {
  if (!(mean > 0)) return 0;
  if (mean < meanOfRejection) {
    const end = Math.exp(-mean);
    let count = 0;
    for (let product = random(); product > end; product *= random()) count++;
    return count;
  }
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverse = 1.1239 + 1.1328 / (b - 3.4);
  for (;;) {
    const u = random() - 0.5;
    const v = 1 - random();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= 0.9277 - 3.6224 / (b - 2)) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    if (Math.log((v * inverse) / (a / (us * us) + b)) <= k * Math.log(mean) - mean - logGamma(k + 1)) return k;
  }
}

/** A count of this mean and of the variance dispersion · mean; Poisson where the dispersion is 1. */
export function randomCount(mean: number, dispersion: number, random: Random): number {
  if (!(dispersion > 1)) return randomPoisson(mean, random);
  return randomPoisson(randomGamma(mean / (dispersion - 1), random) * (dispersion - 1), random);
}
