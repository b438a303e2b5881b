// Weekly counts with planted outbreaks, to measure detectors by: the 42 scenarios of Noufaily A et al. Stat Med 2013;32:1206-22, section 3, in
// the arrangement of Bédubourg G, Le Strat Y. PLoS ONE 2017;12:e0181227 (12 years, four outbreaks in the past, one in the last 49 weeks).
import { type Random, randomCount, randomNormal, randomPoisson } from '../statistics/random-counts.ts';

export interface Scenario {
  /** ln of the mean without trend and season. */
  theta: number;
  /** Trend a week on the scale of logarithms. */
  beta: number;
  gamma1: number;
  gamma2: number;
  /** Waves a year: 0 none, 1 yearly, 2 also half-yearly. */
  m: number;
  /** Variance by mean. */
  phi: number;
}

const families = [
  { theta: 0.1, beta: 0.0025, gamma1: 0.6, gamma2: 0.6, phi: 1.5 },
  { theta: -2, beta: 0.005, gamma1: 0.1, gamma2: 0.3, phi: 2 },
  { theta: 1.5, beta: 0.003, gamma1: 0.2, gamma2: -0.4, phi: 1 },
  { theta: 0.5, beta: 0.002, gamma1: 0.5, gamma2: 0.5, phi: 5 },
  { theta: 2.5, beta: 0.001, gamma1: 1, gamma2: 0.1, phi: 3 },
  { theta: 3.75, beta: 0.001, gamma1: 0.1, gamma2: -0.1, phi: 1.1 },
  { theta: 5, beta: 0.0001, gamma1: 0.05, gamma2: 0.01, phi: 1.2 },
] as const;

/** Each family without and with trend, with no, one and two waves. */
export const scenarios: readonly Scenario[] = families.flatMap((family) =>
  [0, family.beta].flatMap((beta) => [0, 1, 2].map((m) => ({ ...family, beta, m }))),
);

export const simulatedWeeks = 624;
/** The past in which old outbreaks lie, and the weeks that are judged: indexes from 0, both included. */
const pastWeeks = { first: 312, last: 574 };
export const judgedWeeks = { first: 575, last: 623 };

export function meanOf({ theta, beta, gamma1, gamma2, m }: Scenario, index: number): number {
  const t = index + 1;
  let predictor = theta + beta * t;
  for (let j = 1; j <= m; j++) {
    const angle = (2 * Math.PI * j * t) / 52;
    predictor += gamma1 * Math.cos(angle) + gamma2 * Math.sin(angle);
  }
  return Math.exp(predictor);
}

/** Cases above the usual by index. */
export type Planted = Map<number, number>;

/** At least two cases, in number Poisson of k deviations of the first week, spread over weeks by a lognormal of mean 0 and deviation 0.5. */
function outbreak(scenario: Scenario, start: number, k: number, random: Random): Planted {
  const expected = k * Math.sqrt(scenario.phi * meanOf(scenario, start));
  let cases = 0;
  // Where two cases are next to impossible, two there are.
  for (let tries = 0; cases < 2 && tries < 1000; tries++) cases = randomPoisson(expected, random);
  const planted: Planted = new Map();
  for (let i = 0; i < Math.max(2, cases); i++) {
    const index = start + Math.floor(Math.exp(0.5 * randomNormal(random)));
    planted.set(index, (planted.get(index) ?? 0) + 1);
  }
  return planted;
}

export interface SimulatedSeries {
  observed: number[];
  /** The outbreak among the judged weeks: its first and last week that is there. */
  outbreak: { first: number; last: number; cases: number };
}

const within = ({ first, last }: { first: number; last: number }, random: Random): number =>
  first + Math.floor(random() * (last - first + 1));

/** `kPast` 0 plants no outbreaks in the past. */
export function simulate(scenario: Scenario, kPast: number, kNow: number, random: Random): SimulatedSeries {
  const observed = Array.from({ length: simulatedWeeks }, (_, i) => randomCount(meanOf(scenario, i), scenario.phi, random));
  const add = (planted: Planted): void => {
    for (const [index, cases] of planted) if (index < simulatedWeeks) observed[index] = (observed[index] ?? 0) + cases;
  };
  if (kPast > 0) for (let i = 0; i < 4; i++) add(outbreak(scenario, within(pastWeeks, random), kPast, random));
  const start = within(judgedWeeks, random);
  const now = outbreak(scenario, start, kNow, random);
  add(now);
  const cases = [...now.values()].reduce((sum, each) => sum + each, 0);
  return { observed, outbreak: { first: start, last: Math.min(judgedWeeks.last, Math.max(...now.keys())), cases } };
}
