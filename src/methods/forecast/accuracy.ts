// How near forecasts came to what happened. Hyndman RJ, Koehler AB. Another look at measures of forecast accuracy. Int J Forecast 2006;22:679-88
// (MASE); Makridakis S et al. Int J Forecast 2022;38:1346-64 (RMSSE); Winkler RL. J Am Stat Assoc 1972;67:187-91 (interval score).
import type { Forecast, Series } from './contract.ts';

export interface Accuracy {
  /** Mean absolute error, in units of the seasonal naive's one season ahead within the past; null where the past never changes. */
  mase: number | null;
  /** Root of the mean squared error, in units of the naive's one step ahead; null where the past never changes. */
  rmsse: number | null;
  /** Mean absolute error in per cent of what happened; null where a zero happened. */
  mapePercent: number | null;
  /** Mean of forecast minus what happened, in the series' unit: above 0 is too high. */
  bias: number;
  intervals: {
    level: number /** Share of outcomes inside. */;
    coverage: number /** Width plus 2/α for each unit outside: lower is better. */;
    score: number;
  }[];
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** Mean absolute change from a season before, within the past. */
export function seasonalScale({ values, season }: Series): number {
  const lag = values.length > season ? Math.max(1, season) : 1;
  return mean(values.slice(lag).map((value, i) => Math.abs(value - values[i]!)));
}

/** Of one forecast, against the outcomes of its steps (as many as there are). `past` is what the forecast was made from. */
export function accuracy(past: Series, forecast: Forecast, outcomes: readonly number[]): Accuracy {
  const errors = outcomes.map((outcome, i) => forecast.mean[i]! - outcome);
  const steps = past.values.slice(1).map((value, i) => (value - past.values[i]!) ** 2);
  const share = outcomes.map((outcome, i) => (Math.abs(errors[i]!) / Math.abs(outcome)) * 100);
  return {
    mase: orNull(mean(errors.map(Math.abs)) / seasonalScale(past)),
    rmsse: orNull(Math.sqrt(mean(errors.map((error) => error * error)) / mean(steps))),
    mapePercent: orNull(mean(share)),
    bias: mean(errors),
    intervals: forecast.intervals.map(({ level, lower, upper }) => {
      const alpha = 1 - level / 100;
      const inside = outcomes.map((outcome, i) => (outcome >= lower[i]! && outcome <= upper[i]! ? 1 : 0));
      const scores = outcomes.map((outcome, i) => {
        const outside = Math.max(0, lower[i]! - outcome, outcome - upper[i]!);
        return upper[i]! - lower[i]! + (2 / alpha) * outside;
      });
      return { level, coverage: mean(inside), score: mean(scores) };
    }),
  };
}

const meanOfKnown = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : mean(known);
};

/** The mean over origins or over series; what some do not know is left out of its mean. */
export function meanAccuracy(of: readonly Accuracy[]): Accuracy {
  return {
    mase: meanOfKnown(of.map((each) => each.mase)),
    rmsse: meanOfKnown(of.map((each) => each.rmsse)),
    mapePercent: meanOfKnown(of.map((each) => each.mapePercent)),
    bias: mean(of.map((each) => each.bias)),
    intervals: (of[0]?.intervals ?? []).map(({ level }, i) => ({
      level,
      coverage: mean(of.map((each) => each.intervals[i]!.coverage)),
      score: mean(of.map((each) => each.intervals[i]!.score)),
    })),
  };
}
