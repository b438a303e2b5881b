// How often a series is to be differenced until it is level: Kwiatkowski D, Phillips PCB, Schmidt P, Shin Y. J Econometrics 1992;54:159-78, at 5 per
// cent, with the number of lags that R's ndiffs() takes.
import { differences } from './fit.ts';

/** The statistic's value that a level series passes once in twenty times. */
const bound = 0.463;

export function kpss(values: Float64Array): number {
  const n = values.length;
  const lags = Math.trunc((3 * Math.sqrt(n)) / 13);
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const rest = values.map((value) => value - mean);
  let running = 0;
  let walks = 0;
  let squares = 0;
  for (const each of rest) {
    running += each;
    walks += running * running;
    squares += each * each;
  }
  let spread = squares / n;
  for (let lag = 1; lag <= lags; lag++) {
    let sum = 0;
    for (let t = lag; t < n; t++) sum += rest[t]! * rest[t - lag]!;
    spread += (2 / n) * (1 - lag / (lags + 1)) * sum;
  }
  return walks / (n * n) / spread;
}

/** 0, 1 or 2. */
export function differencing(values: Float64Array): number {
  let left = values;
  for (let d = 0; d < 2; d++) {
    if (left.length < 3 || left.every((value) => value === left[0]) || !(kpss(left) > bound)) return d;
    left = differences(left, 1);
  }
  return 2;
}
