// One run of exponential smoothing over a series: the errors of the forecasts one step ahead, and the state at the end. The innovations form of
// Hyndman et al. 2008, chapter 2: what is seen is compared with what was expected, and each part of the state moves by its weight.
import type { SmoothingModel, Weights } from './model.ts';

const tiny = 1e-10;
/** Stands for a ratio by nothing. */
const manifold = 10_000;

/** Level, slope and the season's shares, oldest first (that of the next step at 0). */
export interface State {
  level: number;
  slope: number;
  season: Float64Array;
}

export interface Run {
  /** Sum of the squared errors (relative ones where the error multiplies). */
  squares: number;
  /** Sum of the logarithms of what was expected. */
  logs: number;
}

/**
 * Runs over all values and leaves `state` at the series' end. `errors` takes the error of each step, where given. This is the innermost loop of the
 * search: about 6 ns a step without a season, 8 with.
 */
export function run(values: Float64Array, model: SmoothingModel, weights: Weights, state: State, result: Run, errors?: Float64Array): void {
  const { alpha, beta, gamma, phi } = weights;
  const trended = model.trend !== 'N';
  const added = model.season === 'A';
  const multiplied = model.season === 'M';
  const relative = model.error === 'M';
  const share = beta / alpha;
  const season = state.season;
  const period = season.length;
  let level = state.level;
  let slope = state.slope;
  let slot = 0;
  let squares = 0;
  let logs = 0;
  // The product of up to sixteen expectations has one logarithm taken of it: the costliest operation of the loop otherwise.
  let product = 1;
  let factors = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const fading = trended ? phi * slope : 0;
    const base = level + fading;
    let expected = base;
    let own = value;
    if (added) {
      const part = season[slot]!;
      expected = base + part;
      own = value - part;
    } else if (multiplied) {
      const part = season[slot]!;
      expected = base * part;
      own = Math.abs(part) < tiny ? manifold : value / part;
    }
    let error = value - expected;
    if (relative) {
      error /= Math.abs(expected) < tiny ? expected + tiny : expected;
      const size = Math.abs(expected);
      if (size > 1e-12 && size < 1e12) {
        product *= size;
        if (++factors === 16) {
          logs += Math.log(product);
          product = 1;
          factors = 0;
        }
      } else logs += Math.log(size);
    }
    squares += error * error;
    if (errors !== undefined) errors[i] = error;
    const next = base + alpha * (own - base);
    if (trended) slope = fading + share * (next - level - fading);
    level = next;
    if (added) season[slot] = season[slot]! + gamma * (value - base - season[slot]!);
    else if (multiplied) season[slot] = season[slot]! + gamma * ((Math.abs(base) < tiny ? manifold : value / base) - season[slot]!);
    if (++slot >= period) slot = 0;
  }
  state.level = level;
  state.slope = slope;
  if (slot > 0) {
    const turned = Float64Array.from(season, (_, i) => season[(i + slot) % period]!);
    season.set(turned);
  }
  result.squares = squares;
  result.logs = logs + Math.log(product);
}
