// The Theta method: a level that is smoothed, plus half the slope of the whole past. Assimakopoulos V, Nikolopoulos K. Int J Forecast 2000;16:521-30,
// in the form of Hyndman RJ, Billah B. Int J Forecast 2003;19:287-90, with the test for a season; as R's thetaf().
import { normalQuantile } from '../statistics/normal.ts';
import { type Forecast, isConstant, type Method, normalIntervals } from './contract.ts';
import { constantForecast } from './ets.ts';
import { lineThrough } from './line.ts';
import { classicalSeason } from './seasonal/classical.ts';
import { fitSmoothing } from './smoothing/fit.ts';

/** Whether the autocorrelation at one season is more than chance makes of the ones before, at 5 per cent one-sided. */
export function hasSeason(values: readonly number[], season: number): boolean {
  const n = values.length;
  if (season < 2 || n <= 2 * season || isConstant(values)) return false;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const at = (lag: number): number => {
    let sum = 0;
    for (let i = lag; i < n; i++) sum += (values[i]! - mean) * (values[i - lag]! - mean);
    return sum;
  };
  const whole = at(0);
  let squares = 0;
  for (let lag = 1; lag < season; lag++) squares += (at(lag) / whole) ** 2;
  return Math.abs(at(season) / whole) / Math.sqrt((1 + 2 * squares) / n) > normalQuantile(0.95);
}

export const theta: Method = ({ values, season }, { horizon, levels = [] }): Forecast | null => {
  const n = values.length;
  if (n > 0 && isConstant(values)) return constantForecast(values[0]!, { horizon, levels });
  const parts = hasSeason(values, season) ? classicalSeason(values, season, 'multiplied') : null;
  const shares = parts?.every((part) => Math.abs(part) >= 1e-4) === true ? parts : null;
  const adjusted = shares === null ? values : values.map((value, i) => value / shares[i]!);
  const fitted = fitSmoothing(adjusted, 1, { error: 'A', trend: 'N', season: 'N' }, 'squares');
  if (fitted === null) return null;
  const drift = lineThrough(adjusted).slope / 2;
  const alpha = Math.max(1e-10, fitted.weights.alpha);
  const settled = (1 - (1 - alpha) ** n) / alpha;
  const mean = Array.from({ length: horizon }, (_, h) => {
    const share = shares === null ? 1 : shares[n - season + (h % season)]!;
    return (fitted.state.level + drift * (h + settled)) * share;
  });
  const deviations = mean.map((_, h) => Math.sqrt(fitted.variance * (h * alpha * alpha + 1)));
  return {
    method: shares === null ? 'Theta' : 'Theta, seasonally adjusted',
    mean,
    intervals: normalIntervals(mean, deviations, levels, normalQuantile),
  };
};
