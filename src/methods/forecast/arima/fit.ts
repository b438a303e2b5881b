// Regression with ARIMA errors by exact maximum likelihood. For each trial of the process the regression is solved exactly (what each regressor adds,
// filtered as the series is, is a plain regression), so only the process is searched for. Harvey 1989, 3.4.2; the same optimum as R's arima().
import { nelderMead } from '../../optimise/nelder-mead.ts';
import { additions, type Filter, filterOf } from './filter.ts';
import { processOf, rootsBeyond } from './process.ts';

export interface Order {
  p: number;
  d: number;
  q: number;
}

export interface ArimaFit {
  order: Order;
  filter: Filter;
  /** One a regressor. */
  coefficients: Float64Array;
  /** Of the error, with the number of weights and coefficients taken off the number of values. */
  variance: number;
  logLikelihood: number;
  aicc: number;
  /** What is expected of the differenced errors after the last value. */
  state: Float64Array;
  /** The free numbers of the process: where a further search may start. */
  free: Float64Array;
}

export function differences(values: Float64Array, times: number): Float64Array {
  let found = values;
  for (let i = 0; i < times; i++) {
    const before = found;
    found = Float64Array.from({ length: before.length - 1 }, (_, t) => before[t + 1]! - before[t]!);
  }
  return found;
}

export interface SearchOptions {
  /** Free numbers to start from. */
  start?: Float64Array;
  /** How near the deviances are to be at the end, relative to their size: smaller for a fit to be used than for one to be compared. */
  tolerance?: number;
}

interface Solved {
  filter: Filter;
  coefficients: Float64Array;
  squares: number;
  deviance: number;
}

/** Buffers of one series, so that a trial allocates nothing of the series' length but its gains. */
class Trials {
  readonly #series: Float64Array;
  readonly #regressors: Float64Array[];
  readonly #filtered: Float64Array;
  readonly #filteredRegressors: Float64Array[];
  readonly #state = new Float64Array(16);

  constructor(series: Float64Array, regressors: Float64Array[]) {
    this.#series = series;
    this.#regressors = regressors;
    this.#filtered = new Float64Array(series.length);
    this.#filteredRegressors = regressors.map(() => new Float64Array(series.length));
  }

  solve(free: Float64Array, { p, q }: Order): Solved | null {
    const n = this.#series.length;
    const filter = filterOf(processOf(free, p, q), n);
    if (filter === null) return null;
    const state = this.#state.subarray(0, filter.size);
    additions(filter, this.#series, this.#filtered, state);
    for (const [j, regressor] of this.#regressors.entries()) additions(filter, regressor, this.#filteredRegressors[j]!, state);
    const coefficients = solveNormal(this.#filteredRegressors, this.#filtered);
    if (coefficients === null) return null;
    let squares = 0;
    for (let t = 0; t < n; t++) {
      let rest = this.#filtered[t]!;
      for (let j = 0; j < coefficients.length; j++) rest -= coefficients[j]! * this.#filteredRegressors[j]![t]!;
      squares += rest * rest;
    }
    let logs = 0;
    for (let t = 0; t < filter.settled; t++) logs += Math.log(filter.variances[t]!);
    return { filter, coefficients, squares, deviance: n * Math.log(squares / n) + logs };
  }
}

/** Columns scaled to length one, then Cholesky's factors of their products; null where they depend on each other. */
function solveNormal(columns: readonly Float64Array[], values: Float64Array): Float64Array | null {
  const k = columns.length;
  const n = values.length;
  const products = new Float64Array(k * k);
  const right = new Float64Array(k);
  for (let i = 0; i < k; i++) {
    const a = columns[i]!;
    for (let j = i; j < k; j++) {
      const b = columns[j]!;
      let sum = 0;
      for (let t = 0; t < n; t++) sum += a[t]! * b[t]!;
      products[i * k + j] = sum;
    }
    let sum = 0;
    for (let t = 0; t < n; t++) sum += a[t]! * values[t]!;
    right[i] = sum;
  }
  const scale = Float64Array.from({ length: k }, (_, i) => 1 / Math.sqrt(products[i * k + i]!));
  for (let i = 0; i < k; i++) {
    right[i] = right[i]! * scale[i]!;
    for (let j = i; j < k; j++) products[i * k + j] = products[i * k + j]! * scale[i]! * scale[j]!;
  }
  for (let i = 0; i < k; i++) {
    for (let j = i; j < k; j++) {
      let sum = products[i * k + j]!;
      for (let t = 0; t < i; t++) sum -= products[t * k + i]! * products[t * k + j]!;
      if (j === i) {
        if (!(sum > 1e-12)) return null;
        products[i * k + i] = Math.sqrt(sum);
      } else products[i * k + j] = sum / products[i * k + i]!;
    }
  }
  for (let i = 0; i < k; i++) {
    let sum = right[i]!;
    for (let t = 0; t < i; t++) sum -= products[t * k + i]! * right[t]!;
    right[i] = sum / products[i * k + i]!;
  }
  for (let i = k - 1; i >= 0; i--) {
    let sum = right[i]!;
    for (let t = i + 1; t < k; t++) sum -= products[i * k + t]! * right[t]!;
    right[i] = sum / products[i * k + i]!;
  }
  return right.map((each, i) => each * scale[i]!);
}

/** A root nearer to the unit circle than this makes a model that is not to be trusted. */
const rootLeast = 1.01;

/** Whether a fit keeps away from the edge of the stationary and the invertible. */
export function trusted({ filter: { process } }: ArimaFit): boolean {
  const inverted = process.ma.map((each) => -each);
  return rootsBeyond(process.ar, rootLeast) && rootsBeyond(inverted, rootLeast);
}

/**
 * Null where the series is too short, regressors depend on each other. Regressors are as long as the series;
 * a constant one stands for the mean (with d = 1: a line for the drift). Costs some 50 to 300 trials of n × (regressors × (size + regressors)).
 */
export function fitArima(
  values: Float64Array,
  regressors: readonly Float64Array[],
  order: Order,
  options: SearchOptions = {},
): ArimaFit | null {
  const series = differences(values, order.d);
  const changed = regressors.map((each) => differences(each, order.d));
  const n = series.length;
  const { p, q } = order;
  const count = p + q + regressors.length + 1;
  if (n - count - 1 <= 0) return null;
  const trials = new Trials(series, changed);
  const initial =
    options.start?.length === p + q
      ? Array.from(options.start)
      : Array.from({ length: p + q }, (_, i) => (i < p ? 0.1 : -0.1) / (1 + (i < p ? i : i - p)));
  let free = Float64Array.from(initial);
  if (p + q > 0) {
    const lowest = nelderMead((at) => trials.solve(at, order)?.deviance ?? Number.POSITIVE_INFINITY, initial, {
      tolerance: options.tolerance ?? 1e-10,
      evaluationsMax: 100 * (p + q),
    });
    if (lowest === null) return null;
    free = Float64Array.from(lowest.at);
  }
  const solved = trials.solve(free, order);
  if (solved === null || !(solved.squares > 0)) return null;
  const { filter, coefficients, squares, deviance } = solved;
  const logLikelihood = -0.5 * (deviance + n * (Math.log(2 * Math.PI) + 1));
  const rest = series.map((value, t) => coefficients.reduce((sum, each, j) => sum - each * changed[j]![t]!, value));
  const state = new Float64Array(filter.size);
  additions(filter, rest, new Float64Array(n), state);
  return {
    order,
    filter,
    coefficients,
    variance: squares / (n - count + 1),
    logLikelihood,
    aicc: -2 * logLikelihood + 2 * count + (2 * count * (count + 1)) / (n - count - 1),
    state,
    free,
  };
}
