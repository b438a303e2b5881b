// The order of a regression's ARIMA errors by steps: from four simple models, ever to a neighbour with a lower corrected Akaike criterion. Hyndman RJ,
// Khandakar Y. J Stat Software 2008;27(3), without seasonal orders (the season is among the regressors).
import { differencing } from './differencing.ts';
import { type ArimaFit, fitArima, type Order, trusted } from './fit.ts';

const orderMost = 5;
const triesMost = 94;
/** Criteria are compared to a tenth or so; nearer ends cost more trials and change nothing. */
export const compared = 1e-7;

export interface Searched {
  order: Order;
  /** Whether the model has a mean (d = 0) or a drift (d = 1). */
  constant: boolean;
  fit: ArimaFit;
}

/** The regressor that stands for a mean, or for a drift of a differenced series. */
export const constantOf = (n: number, d: number, from = 1): Float64Array =>
  Float64Array.from({ length: n }, (_, t) => (d === 0 ? 1 : from + t));

/** Yields after each model it tries; the models by their criterion, the best first; none where none can be fitted. `values` are what regressors leave of the series. */
export function* searchOrder(values: Float64Array): Generator<Order, Searched[]> {
  const n = values.length;
  const d = differencing(values);
  const most = Math.min(orderMost, Math.floor(n / 3));
  const mayConstant = d < 2;
  const known = new Set<string>();
  let best: Searched | null = null;
  const fitted: Searched[] = [];
  const attempt = (p: number, q: number, constant: boolean): boolean => {
    const name = `${p},${q},${constant}`;
    if (p < 0 || q < 0 || p > most || q > most || known.has(name) || known.size >= triesMost) return false;
    known.add(name);
    const order = { p, d, q };
    const fit = fitArima(values, constant ? [constantOf(n, d)] : [], order, { tolerance: compared });
    if (fit === null || !trusted(fit) || !Number.isFinite(fit.aicc)) return false;
    const found = { order, constant, fit };
    fitted.push(found);
    if (best !== null && fit.aicc >= best.fit.aicc) return false;
    best = found;
    return true;
  };
  const low = n < 10 ? 1 : 2;
  for (const [p, q] of [
    [low, low],
    [0, 0],
    [1, 0],
    [0, 1],
  ] as const) {
    attempt(Math.min(p, most), Math.min(q, most), mayConstant);
    yield { p, d, q };
  }
  if (mayConstant) attempt(0, 0, false);
  for (let moved: boolean = true; moved; ) {
    moved = false;
    const at: Searched | null = best as Searched | null;
    if (at === null) return [];
    const { p, q } = at.order;
    for (const [dp, dq] of [
      [-1, 0],
      [0, -1],
      [1, 0],
      [0, 1],
      [-1, -1],
      [-1, 1],
      [1, -1],
      [1, 1],
    ] as const) {
      moved = attempt(p + dp, q + dq, at.constant);
      yield { p: p + dp, d, q: q + dq };
      if (moved) break;
    }
    if (!moved && mayConstant) moved = attempt(p, q, !at.constant);
  }
  return fitted.sort((a, b) => a.fit.aicc - b.fit.aicc);
}
