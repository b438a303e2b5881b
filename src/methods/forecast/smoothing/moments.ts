// Mean and variance of what a fitted model expects of each step ahead, exactly. Added and relative errors without a multiplied season: Hyndman RJ,
// Koehler AB, Ord JK, Snyder RD. J Forecast 2005;24:17-37, classes 1 and 2. A multiplied season: its share of one place moves only when that place
// comes round, together with level and slope by the same error, so second moments of (level, slope) × share are carried along for each place.
import type { Fitted } from './fit.ts';

export interface Moments {
  mean: number[];
  variance: number[];
}

/** What an error of size one says about each later step: c₁, c₂, … */
function responses({ model, weights, state }: Fitted, horizon: number): number[] {
  const { alpha, beta, gamma, phi } = weights;
  const period = state.season.length;
  const found: number[] = [];
  let fade = 0;
  for (let j = 1; j < horizon; j++) {
    fade = model.trend === 'N' ? 0 : fade + (j === 1 ? phi : phi ** j);
    found.push(alpha + beta * fade + (model.season === 'A' && j % period === 0 ? gamma : 0));
  }
  return found;
}

/** Level plus faded slopes, h steps ahead of the end. */
function base({ model, weights, state }: Fitted, horizon: number): number[] {
  let slope = state.slope;
  let level = state.level;
  return Array.from({ length: horizon }, () => {
    if (model.trend !== 'N') slope *= weights.phi;
    level += model.trend === 'N' ? 0 : slope;
    return level;
  });
}

export function momentsAhead(fitted: Fitted, horizon: number): Moments {
  if (fitted.model.season === 'M') return seasonTimesTrend(fitted, horizon);
  const { season } = fitted.state;
  const mean = base(fitted, horizon).map((level, h) => level + (fitted.model.season === 'A' ? season[h % season.length]! : 0));
  const c = responses(fitted, horizon);
  const sigma2 = fitted.variance;
  if (fitted.model.error === 'A') {
    const variance: number[] = [];
    let sum = 1;
    for (let h = 0; h < horizon; h++) {
      if (h > 0) sum += c[h - 1]! ** 2;
      variance.push(sigma2 * sum);
    }
    return { mean, variance };
  }
  const theta: number[] = [];
  for (const [h, each] of mean.entries()) {
    let sum = 0;
    for (let j = 1; j <= h; j++) sum += c[j - 1]! ** 2 * theta[h - j]!;
    theta.push(each ** 2 + sigma2 * sum);
  }
  return { mean, variance: mean.map((each, h) => (1 + sigma2) * theta[h]! - each ** 2) };
}

/** Symmetric second moments of (level, slope): of level², level × slope, slope². */
type Second = [number, number, number];

function seasonTimesTrend({ model, weights, state, variance: sigma2 }: Fitted, horizon: number): Moments {
  const { alpha, beta, gamma } = weights;
  const phi = model.trend === 'N' ? 0 : weights.phi;
  const period = state.season.length;
  const mean: number[] = [];
  const variance: number[] = [];
  for (let place = 0; place < Math.min(period, horizon); place++) {
    const share = state.season[place]!;
    let level = state.level * share;
    let slope = state.slope * share;
    let second: Second = [level * level, level * slope, slope * slope];
    for (let h = 0; h < horizon; h++) {
      // The step without its error: a = F x, of which the first is also what the step expects.
      const a = level + phi * slope;
      const b = phi * slope;
      const [ll, lb, bb] = second;
      const aa: Second = [ll + 2 * phi * lb + phi * phi * bb, phi * lb + phi * phi * bb, phi * phi * bb];
      const own = h % period === place;
      if (own) {
        mean[h] = a;
        variance[h] = (1 + sigma2) * aa[0] - a * a;
      }
      // What the error adds is g·a₀·ε; where the place comes round, the share takes (1 + γε) as well.
      const turn = own ? gamma : 0;
      const shared = 1 + turn * turn * sigma2;
      const cross = 2 * turn * sigma2;
      const alone = sigma2 + 3 * turn * turn * sigma2 * sigma2;
      second = [
        shared * aa[0] + cross * 2 * alpha * aa[0] + alone * alpha * alpha * aa[0],
        shared * aa[1] + cross * (alpha * aa[1] + beta * aa[0]) + alone * alpha * beta * aa[0],
        shared * aa[2] + cross * 2 * beta * aa[1] + alone * beta * beta * aa[0],
      ];
      level = a * (1 + turn * alpha * sigma2);
      slope = b + turn * beta * a * sigma2;
    }
  }
  return { mean, variance };
}
