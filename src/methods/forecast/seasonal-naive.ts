// What every forecast is measured against: the same as a season ago. Hyndman RJ, Athanasopoulos G. Forecasting: Principles and Practice, 3rd ed, 5.2.
import { normalQuantile } from '../statistics/normal.ts';
import { type Method, normalIntervals } from './contract.ts';

export const seasonalNaive: Method = ({ values, season }, { horizon, levels = [] }) => {
  const n = values.length;
  const lag = n > season ? Math.max(1, season) : 1;
  if (n < 1) return null;
  let squares = 0;
  for (let i = lag; i < n; i++) squares += (values[i]! - values[i - lag]!) ** 2;
  const deviation = n > lag ? Math.sqrt(squares / (n - lag)) : Number.NaN;
  const mean = Array.from({ length: horizon }, (_, h) => values[n - lag + (h % lag)]!);
  const deviations = mean.map((_, h) => deviation * Math.sqrt(Math.floor(h / lag) + 1));
  return { method: lag > 1 ? 'seasonal naive' : 'naive', mean, intervals: normalIntervals(mean, deviations, levels, normalQuantile) };
};
