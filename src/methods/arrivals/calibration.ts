// Intervals held to what they held in the past: each is widened or narrowed by the factor with which it would have held what it says. Split
// conformal prediction with normalised scores: Lei J et al. J Am Stat Assoc 2018;113:1094-111; over time: Xu C, Xie Y. ICML 2021;139:11559-69.
import type { Forecast } from '../forecast/contract.ts';
import { normalQuantile } from '../statistics/normal.ts';

/** A forecast made from the first `origin` values of a series. */
export interface PastForecast {
  origin: number;
  forecast: Forecast;
}

/** Fewer outcomes than this say nothing of an interval: the factor is 1. */
const outcomesLeast = 60;
/** As many outcomes as the model's own interval counts for: neighbours in time tell the same. */
const ownWeight = 100;

/** A factor a level, from forecasts of the past and what came of them, as far as `values` go. */
export function factorsOf(past: readonly PastForecast[], values: readonly number[]): number[] {
  const levels = past[0]?.forecast.intervals.map(({ level }) => level) ?? [];
  return levels.map((level, i) => {
    const scores: number[] = [];
    for (const { origin, forecast } of past) {
      for (let h = 0; h < forecast.mean.length && origin + h < values.length; h++) {
        const half = (forecast.intervals[i]!.upper[h]! - forecast.intervals[i]!.lower[h]!) / 2;
        if (half > 0) scores.push(Math.abs(values[origin + h]! - forecast.mean[h]!) / half);
      }
    }
    if (scores.length < outcomesLeast) return 1;
    scores.sort((a, b) => a - b);
    const at = scores[Math.min(scores.length - 1, Math.ceil((level / 100) * (scores.length + 1)) - 1)]!;
    return (at * scores.length + ownWeight) / (scores.length + ownWeight);
  });
}

/**
 * Of counts: nothing lies below zero, and no interval is narrower than chance alone makes it. People who do not know of each other come as a Poisson
 * number at least (Kingman JFC. Poisson Processes, 1993, 1.3); a model that seems to know better has learnt the past by heart.
 */
export function widened(forecast: Forecast, factors: readonly number[]): Forecast {
  const mean = forecast.mean.map((each) => Math.max(0, each));
  return {
    ...forecast,
    mean,
    intervals: forecast.intervals.map(({ level, lower, upper }, i) => {
      const chance = normalQuantile(0.5 + level / 200);
      const half = (own: number, h: number): number => Math.max((factors[i] ?? 1) * own, chance * Math.sqrt(mean[h]!));
      return {
        level,
        lower: lower.map((each, h) => Math.max(0, mean[h]! - half(forecast.mean[h]! - each, h))),
        upper: upper.map((each, h) => mean[h]! + half(each - forecast.mean[h]!, h)),
      };
    }),
  };
}
