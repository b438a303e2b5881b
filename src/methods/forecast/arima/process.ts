// What an autoregressive moving-average process is: its weights, and the change of variables that keeps every trial stationary and invertible.
// Monahan JF. A note on enforcing stationarity in autoregressive-moving average models. Biometrika 1984;71:403-4.

/** x(t) = Σ ar·x(t−i) + e(t) + Σ ma·e(t−j). */
export interface Process {
  ar: Float64Array;
  ma: Float64Array;
}

/** Weights of a stationary autoregression from free numbers: their hyperbolic tangents are taken as partial autocorrelations. */
function stationary(free: Float64Array, from: number, count: number): Float64Array {
  const weights = new Float64Array(count);
  const before = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    const partial = Math.tanh(free[from + k]!);
    before.set(weights);
    weights[k] = partial;
    for (let i = 0; i < k; i++) weights[i] = before[i]! - partial * before[k - 1 - i]!;
  }
  return weights;
}

/** The process of p + q free numbers. */
export function processOf(free: Float64Array, p: number, q: number): Process {
  const ma = stationary(free, p, q);
  for (let j = 0; j < q; j++) ma[j] = -ma[j]!;
  return { ar: stationary(free, 0, p), ma };
}

/** Whether all roots of 1 − Σ weight·zⁱ lie farther from 0 than `radius`: partial autocorrelations of the stretched weights below 1. */
export function rootsBeyond(weights: Float64Array, radius: number): boolean {
  const left = Float64Array.from(weights, (weight, i) => weight * radius ** (i + 1));
  for (let k = left.length - 1; k >= 0; k--) {
    const partial = left[k]!;
    if (!(Math.abs(partial) < 1)) return false;
    const before = left.slice(0, k);
    for (let i = 0; i < k; i++) left[i] = (before[i]! + partial * before[k - 1 - i]!) / (1 - partial * partial);
  }
  return true;
}
