// The Kalman filter of an ARMA process: what each value adds to what the ones before told, and how sure that was. Harvey AC. Forecasting, Structural
// Time Series Models and the Kalman Filter, 1989, 3.3; Gardner G, Harvey AC, Phillips GDA. Appl Stat 1980;29:311-22. How sure depends on the process
// only, not on the values, so it is found once and used for the series and each of its regressors.
import type { Process } from './process.ts';

export interface Filter {
  process: Process;
  /** The state's length. */
  size: number;
  /** For each step until nothing changes any more: the variance of what a value adds (in units of the error's), and how it moves the state. */
  variances: Float64Array;
  gains: Float64Array;
  /** How many steps that took; later ones add with variance 1. */
  settled: number;
}

const settledAt = 1e-13;

/** The variance of a stationary state, by doubling: the sum of T^k·R·R'·T'^k. Null where it does not settle. */
function stationaryVariance(process: Process, size: number): Float64Array<ArrayBuffer> | null {
  const cells = size * size;
  let move = new Float64Array(cells);
  for (let i = 0; i < size; i++) {
    move[i * size] = process.ar[i] ?? 0;
    if (i + 1 < size) move[i * size + i + 1] = 1;
  }
  const shock = Float64Array.from({ length: size }, (_, i) => (i === 0 ? 1 : (process.ma[i - 1] ?? 0)));
  const variance = new Float64Array(cells);
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) variance[i * size + j] = shock[i]! * shock[j]!;
  for (let round = 0; round < 60; round++) {
    const half = times(move, variance, size, false);
    const added = times(half, move, size, true);
    let most = 0;
    for (let i = 0; i < cells; i++) {
      variance[i] = variance[i]! + added[i]!;
      most = Math.max(most, Math.abs(added[i]!));
    }
    if (!Number.isFinite(most)) return null;
    if (most <= 1e-14 * variance[0]!) return variance;
    move = times(move, move, size, false);
  }
  return null;
}

function times(a: Float64Array, b: Float64Array, size: number, turned: boolean): Float64Array<ArrayBuffer> {
  const found = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += a[i * size + k]! * (turned ? b[j * size + k]! : b[k * size + j]!);
      found[i * size + j] = sum;
    }
  return found;
}

/** Null where the process is too near the edge of the stationary. Costs up to n × size² where the moving average is near its edge. */
export function filterOf(process: Process, n: number): Filter | null {
  const { ar, ma } = process;
  const size = Math.max(ar.length, ma.length + 1);
  const found = stationaryVariance(process, size);
  if (found === null) return null;
  let p = found;
  let next = new Float64Array(size * size);
  const variances = new Float64Array(n);
  const gains = new Float64Array(n * size);
  let settled = 0;
  for (; settled < n; settled++) {
    const f = p[0]!;
    if (!(f > 0) || !Number.isFinite(f)) return null;
    if (Math.abs(f - 1) < settledAt) break;
    variances[settled] = f;
    for (let i = 0; i < size; i++) {
      const carried = i + 1 < size ? p[(i + 1) * size]! : 0;
      gains[settled * size + i] = ((ar[i] ?? 0) * f + carried) / f;
    }
    for (let i = 0; i < size; i++) {
      const own = ar[i] ?? 0;
      const shock = i === 0 ? 1 : (ma[i - 1] ?? 0);
      for (let j = i; j < size; j++) {
        const other = ar[j] ?? 0;
        const inner = i + 1 < size && j + 1 < size ? p[(i + 1) * size + j + 1]! : 0;
        const cross = own * (j + 1 < size ? p[j + 1]! : 0) + other * (i + 1 < size ? p[i + 1]! : 0);
        const shocks = shock * (j === 0 ? 1 : (ma[j - 1] ?? 0));
        const value = own * other * f + cross + inner + shocks - gains[settled * size + i]! * gains[settled * size + j]! * f;
        next[i * size + j] = value;
        next[j * size + i] = value;
      }
    }
    [p, next] = [next, p];
  }
  return { process, size, variances, gains, settled };
}

/** What each value adds, divided by its deviation; `state` (of the filter's size) takes what is expected of the steps after the last. */
export function additions(
  { process, size, variances, gains, settled }: Filter,
  values: Float64Array,
  into: Float64Array,
  state: Float64Array,
): void {
  const { ar, ma } = process;
  state.fill(0);
  const first = Math.min(settled, values.length);
  for (let t = 0; t < first; t++) {
    const added = values[t]! - state[0]!;
    into[t] = added / Math.sqrt(variances[t]!);
    const seen = state[0]!;
    for (let i = 0; i < size; i++) {
      state[i] = (ar[i] ?? 0) * seen + (i + 1 < size ? state[i + 1]! : 0) + gains[t * size + i]! * added;
    }
  }
  if (first === values.length) return;
  const later = Float64Array.from({ length: size }, (_, i) => (ar[i] ?? 0) + (ma[i] ?? 0));
  const own = Float64Array.from({ length: size }, (_, i) => ar[i] ?? 0);
  for (let t = first; t < values.length; t++) {
    const seen = state[0]!;
    const added = values[t]! - seen;
    into[t] = added;
    for (let i = 0; i + 1 < size; i++) state[i] = own[i]! * seen + state[i + 1]! + later[i]! * added;
    state[size - 1] = own[size - 1]! * seen + later[size - 1]! * added;
  }
}
