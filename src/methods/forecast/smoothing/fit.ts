// The weights and the starting state of a model that make the series likeliest, and the likelihood that this reaches. Ord JK, Koehler AB, Snyder RD.
// J Am Stat Assoc 1997;92:1621-9.
import { nelderMead } from '../../optimise/nelder-mead.ts';
import { allowed, startingWeights } from './bounds.ts';
import { type SmoothingModel, type Weights, weightCount, weightsOf } from './model.ts';
import { type Run, run, type State } from './run.ts';
import { startingState } from './starting-state.ts';

/** What is to be lowest: −2 log likelihood, or the mean of squared errors one step ahead. */
export type Criterion = 'likelihood' | 'squares';

export interface Fitted {
  model: SmoothingModel;
  weights: Weights;
  /** At the series' end. */
  state: State;
  /** One a step; relative where the error multiplies. */
  errors: Float64Array;
  /** Of the errors, with the number of parameters taken off the number of values. */
  variance: number;
  /** −2 log likelihood, without the constant that all models share. */
  deviance: number;
  /** Akaike's criterion, corrected for few values. Hurvich CM, Tsai CL. Biometrika 1989;76:297-307. */
  aicc: number;
}

/** −2 log likelihood of a run over n values. */
const devianceOf = (n: number, model: SmoothingModel, { squares, logs }: Run): number =>
  n * Math.log(squares) + (model.error === 'M' ? 2 * logs : 0);

/** Puts the state that the parameters after the weights say into `state`; false where a multiplied share of the season would be negative. */
function readState(parameters: Float64Array, model: SmoothingModel, state: State): boolean {
  let at = weightCount(model);
  state.level = parameters[at++]!;
  state.slope = model.trend === 'N' ? 0 : parameters[at++]!;
  const season = state.season;
  const period = season.length;
  if (model.season === 'N') return true;
  let sum = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < period - 1; i++) {
    const share = parameters[at + i]!;
    season[period - 1 - i] = share;
    sum += share;
    if (share < least) least = share;
  }
  season[0] = (model.season === 'M' ? period : 0) - sum;
  return model.season === 'A' || Math.min(least, season[0]!) >= 0;
}

/** Null where the series is too short for the model or does not carry it. Costs up to 2,000 runs over the series. */
export function fitSmoothing(
  values: readonly number[],
  season: number,
  model: SmoothingModel,
  criterion: Criterion = 'likelihood',
): Fitted | null {
  const n = values.length;
  const period = model.season === 'N' ? 1 : season;
  const start = startingState(values, season, model);
  if (start === null) return null;
  const initial = [...startingWeights(model, period), start.level, ...(model.trend === 'N' ? [] : [start.slope]), ...start.shares];
  if (initial.length >= n - 1) return null;
  const series = Float64Array.from(values);
  const state: State = { level: 0, slope: 0, season: new Float64Array(model.season === 'N' ? 0 : period) };
  const result: Run = { squares: 0, logs: 0 };
  const height = (parameters: Float64Array): number => {
    const weights = weightsOf(model, parameters);
    if (!allowed(model, weights, period) || !readState(parameters, model, state)) return Number.POSITIVE_INFINITY;
    run(series, model, weights, state, result);
    if (criterion === 'squares') return result.squares / n;
    const deviance = devianceOf(n, model, result);
    return Math.max(deviance, -1e10);
  };
  const lowest = nelderMead(height, initial);
  if (lowest === null) return null;
  const weights = weightsOf(model, lowest.at);
  readState(lowest.at, model, state);
  const errors = new Float64Array(n);
  run(series, model, weights, state, result, errors);
  const count = initial.length + 1;
  const deviance = devianceOf(n, model, result);
  return {
    model,
    weights,
    state,
    errors,
    variance: errors.reduce((sum, error) => sum + error * error, 0) / (n - initial.length),
    deviance,
    aicc: deviance + 2 * count + (2 * count * (count + 1)) / (n - count - 1),
  };
}
