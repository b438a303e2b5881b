// Empirical Bayes geometric mean (multi-item gamma Poisson shrinker): what observed by expected is worth, given all other pairs. DuMouchel W. Bayesian
// data mining in large frequency tables. Am Stat 1999;53:177-202. The prior of two gammas is fitted by likelihood; pairs that were never reported
// together are in no table, so the likelihood is that of counts above 0 (DuMouchel W, Pregibon D. KDD 2001:67-76).
import { nelderMead } from '../optimise/nelder-mead.ts';
import { logGamma } from '../statistics/incomplete-integrals.ts';
import { gammaMixtureQuantile } from '../statistics/quantiles-by-halving.ts';

export interface Prior {
  /** Shape and rate of the gammas of λ = true / expected, and the first one's share. */
  alpha1: number;
  beta1: number;
  alpha2: number;
  beta2: number;
  share: number;
}

export interface FittedPrior {
  prior: Prior;
  /** False where there were too few pairs, and DuMouchel's own start was taken. */
  fitted: boolean;
  logLikelihood: number;
}

export interface CountedPair {
  observed: number;
  expected: number;
}

/** Where DuMouchel starts. */
export const startPrior: Prior = { alpha1: 0.2, beta1: 0.1, alpha2: 2, beta2: 4, share: 1 / 3 };
const starts: readonly Prior[] = [
  startPrior,
  { alpha1: 1, beta1: 1, alpha2: 4, beta2: 4, share: 0.2 },
  { alpha1: 2, beta1: 0.5, alpha2: 3, beta2: 3, share: 0.1 },
];
/** Five numbers are not read from fewer pairs. */
const pairsLeast = 50;
/** Above as many different pairs, neighbours of one count are taken together. */
const pairsMost = 2000;

/** ln of the chance of a count: negative binomial with shape α and odds β / expected. All in logarithms, so that 0 and millions are safe. */
const logChance = (n: number, expected: number, alpha: number, beta: number, constant: number): number =>
  logGamma(alpha + n) - constant - n * Math.log1p(beta / expected) - alpha * Math.log1p(expected / beta);

const logSum = (x: number, y: number): number => {
  const [most, least] = x > y ? [x, y] : [y, x];
  return least === Number.NEGATIVE_INFINITY ? most : most + Math.log1p(Math.exp(least - most));
};

interface Weighted extends CountedPair {
  weight: number;
}

/** Pairs of one count and nearly one expectation as one, with their mean: the likelihood hardly changes, its cost does. */
function squashed(pairs: readonly CountedPair[]): Weighted[] {
  const known = pairs.filter(({ observed, expected }) => observed >= 1 && expected > 0 && Number.isFinite(observed + expected));
  const sorted = known.toSorted((a, b) => a.observed - b.observed || a.expected - b.expected);
  if (known.length <= pairsMost) return sorted.map((pair) => ({ ...pair, weight: 1 }));
  const size = Math.ceil(known.length / pairsMost);
  const found: Weighted[] = [];
  for (const { observed, expected } of sorted) {
    const last = found.at(-1);
    if (last !== undefined && last.observed === observed && last.weight < size && expected < 1.5 * last.expected) {
      last.expected += (expected - last.expected) / (last.weight + 1);
      last.weight++;
    } else found.push({ observed, expected, weight: 1 });
  }
  return found;
}

/** The log likelihood of counts above 0. Neighbours of one count share its ln Γ, so pairs sorted by count cost least. */
export function logLikelihood(
  pairs: readonly (CountedPair & { weight?: number })[],
  { alpha1, beta1, alpha2, beta2, share }: Prior,
): number {
  const [one, two] = [logGamma(alpha1), logGamma(alpha2)];
  const [logShare, logRest] = [Math.log(share), Math.log1p(-share)];
  let [count, ofCount, ofOne, ofTwo] = [Number.NaN, 0, 0, 0];
  let sum = 0;
  for (const { observed, expected, weight = 1 } of pairs) {
    if (observed !== count) {
      count = observed;
      ofCount = logGamma(observed + 1);
      ofOne = logGamma(alpha1 + observed) - one;
      ofTwo = logGamma(alpha2 + observed) - two;
    }
    // ln of the chances of no report, then of this many: as logChance, with what both share taken once.
    const none1 = logShare - alpha1 * Math.log1p(expected / beta1);
    const none2 = logRest - alpha2 * Math.log1p(expected / beta2);
    const own = logSum(none1 + ofOne - observed * Math.log1p(beta1 / expected), none2 + ofTwo - observed * Math.log1p(beta2 / expected));
    sum += weight * (own - ofCount - Math.log(-Math.expm1(logSum(none1, none2))));
  }
  return sum;
}

const priorAt = (at: ArrayLike<number>): Prior => ({
  alpha1: Math.exp(at[0]!),
  beta1: Math.exp(at[1]!),
  alpha2: Math.exp(at[2]!),
  beta2: Math.exp(at[3]!),
  share: 1 / (1 + Math.exp(-at[4]!)),
});
/** Beyond, a gamma is a point or a plain: the likelihood no longer moves, and the search would walk for ever. */
const inReach = (at: ArrayLike<number>): boolean => Array.from(at).every((each) => Math.abs(each) < 12);

/** The prior that all pairs say. Costs some hundred passes over at most some 2,000 pairs. */
export function fitPrior(pairs: readonly CountedPair[]): FittedPrior {
  const own = squashed(pairs);
  if (own.length < pairsLeast)
    return { prior: startPrior, fitted: false, logLikelihood: own.length === 0 ? 0 : logLikelihood(own, startPrior) };
  let best: FittedPrior = { prior: startPrior, fitted: false, logLikelihood: logLikelihood(own, startPrior) };
  for (const start of starts) {
    let at = [start.alpha1, start.beta1, start.alpha2, start.beta2].map(Math.log).concat(Math.log(start.share / (1 - start.share)));
    // Started anew where it ended, since a simplex can fold up before it is there.
    for (let again = 0; again < 3; again++) {
      const found = nelderMead((x) => (inReach(x) ? -logLikelihood(own, priorAt(x)) : Number.POSITIVE_INFINITY), at, {
        tolerance: 1e-10,
        evaluationsMax: 1500,
      });
      if (found === null) break;
      const gain = -found.value - best.logLikelihood;
      at = Array.from(found.at);
      if (gain > 0) best = { prior: priorAt(at), fitted: true, logLikelihood: -found.value };
      if (gain < 1e-6) break;
    }
  }
  return best;
}

/** ψ(x), the derivative of ln Γ, for x > 0. NIST DLMF 5.5.2 and 5.11.2. */
export function digamma(x: number): number {
  let value = 0;
  let at = x;
  for (; at < 10; at++) value -= 1 / at;
  const square = 1 / (at * at);
  return value + Math.log(at) - 0.5 / at - square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square * (1 / 240 - square / 132))));
}

export interface Ebgm {
  ebgm: number;
  eb05: number;
  eb95: number;
  /** EB05 ≥ 2, as the FDA's reviewers use it: Szarfman A, Machado SG, O'Neill RT. Drug Saf 2002;25:381-92. */
  signal: boolean;
}

/** One pair under the prior; observed ≥ 0, expected > 0. */
export function ebgm({ observed, expected }: CountedPair, { alpha1, beta1, alpha2, beta2, share }: Prior): Ebgm {
  const one = Math.log(share) + logChance(observed, expected, alpha1, beta1, logGamma(alpha1));
  const two = Math.log1p(-share) + logChance(observed, expected, alpha2, beta2, logGamma(alpha2));
  const first = Math.exp(one - logSum(one, two));
  const parts = [
    { weight: first, shape: alpha1 + observed, rate: beta1 + expected },
    { weight: 1 - first, shape: alpha2 + observed, rate: beta2 + expected },
  ];
  const mean = parts.reduce((sum, { weight, shape, rate }) => sum + (weight > 0 ? weight * (digamma(shape) - Math.log(rate)) : 0), 0);
  const eb05 = gammaMixtureQuantile(0.05, parts);
  return { ebgm: Math.exp(mean), eb05, eb95: gammaMixtureQuantile(0.95, parts), signal: eb05 >= 2 };
}
