// What a fitted regression with ARIMA errors says of the steps ahead. Box GEP, Jenkins GM, Reinsel GC. Time Series Analysis, 4th ed, 5.1.
import { type ArimaFit, differences } from './fit.ts';

export interface Ahead {
  mean: number[];
  deviation: number[];
}

/** `future` has the regressors of the steps ahead, in the order of the fit's. Parameters are taken as known, as R does. */
export function arimaAhead(
  fit: ArimaFit,
  values: Float64Array,
  regressors: readonly Float64Array[],
  future: readonly Float64Array[],
  horizon: number,
): Ahead {
  const { ar, ma } = fit.filter.process;
  const { d } = fit.order;
  const explained = (columns: readonly Float64Array[], t: number): number =>
    fit.coefficients.reduce((sum, each, j) => sum + each * columns[j]![t]!, 0);
  const rest = values.map((value, t) => value - explained(regressors, t));
  const lasts = Array.from({ length: d }, (_, i) => differences(rest, i).at(-1) ?? 0);

  const state = fit.state.slice();
  const psi: number[] = [];
  const mean: number[] = [];
  for (let h = 0; h < horizon; h++) {
    let step = state[0]!;
    const seen = state[0]!;
    for (let i = 0; i < state.length; i++) state[i] = (ar[i] ?? 0) * seen + (i + 1 < state.length ? state[i + 1]! : 0);
    for (let i = d - 1; i >= 0; i--) {
      step += lasts[i]!;
      lasts[i] = step;
    }
    mean.push(step + explained(future, h));
    let weight = h === 0 ? 1 : (ma[h - 1] ?? 0);
    for (let i = 0; i < ar.length && i < h; i++) weight += ar[i]! * psi[h - 1 - i]!;
    psi.push(weight);
  }
  for (let i = 0; i < d; i++) for (let h = 1; h < horizon; h++) psi[h] = psi[h]! + psi[h - 1]!;
  let sum = 0;
  const deviation = psi.map((weight) => {
    sum += weight * weight;
    return Math.sqrt(fit.variance * sum);
  });
  return { mean, deviation };
}
