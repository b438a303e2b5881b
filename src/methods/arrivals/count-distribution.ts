// How a count spreads about what is expected of it: Poisson where only chance is at work, negative binomial where the expectation itself is uncertain
// (a Poisson number whose rate is a gamma number: Greenwood M, Yule GU. J R Stat Soc 1920;83:255-79).

/** The chance of each number, from 0. */
export type CountDistribution = Float64Array;

/** Variance beyond a Poisson number's, as the square of the rate's coefficient of variation. Zero: Poisson. */
export type ExtraVariance = number;

/** What a spread that was found says of the rate: (deviation² − mean) ÷ mean², at least zero. */
export const extraVariance = (mean: number, deviation: number): ExtraVariance =>
  mean > 0 ? Math.max(0, (deviation * deviation - mean) / (mean * mean)) : 0;

/** The chance of each number from 0 up to where less than 1e-9 is left, from the middle outwards so that nothing vanishes. */
export function countChances(mean: number, extra: ExtraVariance = 0): Float64Array {
  if (!(mean > 0)) return Float64Array.of(1);
  const deviation = Math.sqrt(mean + extra * mean * mean);
  const most = Math.ceil(mean + 12 * deviation + 12);
  const found = new Float64Array(most + 1);
  const middle = Math.floor(mean);
  found[middle] = 1;
  // Ratio of neighbours: (k + 1/extra) · extra · mean ÷ ((1 + extra · mean) (k + 1)); as extra goes to 0 it is mean ÷ (k + 1).
  const ratio = (k: number): number => ((k * extra + 1) * mean) / ((1 + extra * mean) * (k + 1));
  for (let k = middle; k < most; k++) found[k + 1] = found[k]! * ratio(k);
  for (let k = middle; k > 0; k--) found[k - 1] = found[k]! / ratio(k - 1);
  const sum = found.reduce((total, each) => total + each, 0);
  return found.map((each) => each / sum);
}

/** The smallest number at or below which at least this share lies. */
export function quantileOf(chances: ArrayLike<number>, share: number): number {
  let sum = 0;
  for (let k = 0; k < chances.length; k++) {
    sum += chances[k]!;
    if (sum >= share - 1e-12) return k;
  }
  return chances.length - 1;
}

/** The chance of this number and more. */
export function atLeast(chances: ArrayLike<number>, number: number): number {
  let sum = 0;
  for (let k = Math.max(0, Math.ceil(number)); k < chances.length; k++) sum += chances[k]!;
  return Math.min(1, sum);
}

/**
 * How much of a whole number's place in its distribution lies in the middle `level` per cent, from 0 to 1. Its mean over many is the level where the
 * distribution is right, also for small counts, whose intervals of whole numbers always hold too much. Czado C, Gneiting T, Held L. Biometrics
 * 2009;65:1254-61.
 */
export function shareWithin(chances: ArrayLike<number>, outcome: number, level: number): number {
  let below = 0;
  for (let k = 0; k < outcome && k < chances.length; k++) below += chances[k]!;
  const own = chances[outcome] ?? 0;
  const low = 0.5 - level / 200;
  const high = 0.5 + level / 200;
  if (own < 1e-12) return below > low && below < high ? 1 : 0;
  return Math.max(0, Math.min(below + own, high) - Math.max(below, low)) / own;
}
