// Local regression over equally spaced values, at every so many of them with straight lines between. Cleveland WS. J Am Stat Assoc 1979;74:829-36.

export interface LoessOptions {
  /** How many neighbours count, odd. */
  window: number;
  /** 0 fits a mean, 1 a line. */
  degree: 0 | 1;
  /** The fit is made at every so many values. */
  jump: number;
}

const weights: { of: Float64Array } = { of: new Float64Array(256) };

/**
 * The fit at x (from 0, may lie one step outside), of the neighbours from `left` to `right`. A neighbour counts by the tricube of its distance, times
 * its own weight where `robust` gives one. NaN where no neighbour counts.
 */
export function loessAt(
  values: Float64Array,
  n: number,
  x: number,
  left: number,
  right: number,
  options: LoessOptions,
  robust?: Float64Array,
): number {
  if (weights.of.length < right - left + 1) weights.of = new Float64Array(2 * (right - left + 1));
  const w = weights.of;
  let reach = Math.max(x - left, right - x);
  if (options.window > n) reach += Math.floor((options.window - n) / 2);
  let sum = 0;
  for (let i = left; i <= right; i++) {
    const distance = Math.abs(i - x);
    let weight = 0;
    if (distance <= 0.999 * reach) {
      if (distance <= 0.001 * reach) weight = 1;
      else {
        const ratio = distance / reach;
        const rest = 1 - ratio * ratio * ratio;
        weight = rest * rest * rest;
      }
      if (robust !== undefined) weight *= robust[i]!;
    }
    w[i - left] = weight;
    sum += weight;
  }
  if (!(sum > 0)) return Number.NaN;
  let slope = 0;
  let centre = 0;
  if (reach > 0 && options.degree === 1) {
    for (let i = left; i <= right; i++) centre += (w[i - left]! / sum) * i;
    let spread = 0;
    for (let i = left; i <= right; i++) spread += (w[i - left]! / sum) * (i - centre) ** 2;
    if (Math.sqrt(spread) > 0.001 * (n - 1)) slope = (x - centre) / spread;
  }
  let found = 0;
  for (let i = left; i <= right; i++) found += (w[i - left]! / sum) * (slope * (i - centre) + 1) * values[i]!;
  return found;
}

/** The window's neighbours of a place, kept inside the values. */
function neighbours(place: number, n: number, window: number): [number, number] {
  if (window >= n) return [0, n - 1];
  const half = (window - 1) / 2;
  const left = Math.min(Math.max(place - half, 0), n - window);
  return [left, left + window - 1];
}

/** The smoothed values; `into` takes them. */
export function loess(values: Float64Array, n: number, options: LoessOptions, into: Float64Array, robust?: Float64Array): void {
  if (n < 2) {
    into[0] = values[0]!;
    return;
  }
  const jump = Math.min(options.jump, n - 1);
  const fitAt = (place: number): void => {
    const [left, right] = neighbours(place, n, options.window);
    const fit = loessAt(values, n, place, left, right, options, robust);
    into[place] = Number.isNaN(fit) ? values[place]! : fit;
  };
  const join = (from: number, to: number): void => {
    const step = (into[to]! - into[from]!) / (to - from);
    for (let i = from + 1; i < to; i++) into[i] = into[from]! + step * (i - from);
  };
  let last = 0;
  fitAt(0);
  for (let place = jump; place < n; place += jump) {
    fitAt(place);
    join(last, place);
    last = place;
  }
  if (last === n - 1) return;
  fitAt(n - 1);
  join(last, n - 1);
}
