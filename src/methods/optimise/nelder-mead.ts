// The lowest point of a function without its derivatives, by a simplex that walks. Nelder JA, Mead R. Computer J 1965;7:308-13, with the starting
// simplex and the ends of Nash JC. Compact Numerical Methods for Computers, 2nd ed, algorithm 19, so that R's optimisers end where this one does.

export interface SimplexOptions {
  /** Ends when the simplex' highest and lowest values are this near, relative to the value at the start. */
  tolerance?: number;
  /** The most evaluations. */
  evaluationsMax?: number;
}

export interface Lowest {
  at: Float64Array;
  value: number;
  evaluations: number;
}

const reflection = 1;
const contraction = 0.5;
const expansion = 2;
const huge = 1e35;

/** The lowest point near `start`; null where the function has no finite value at the start. The function must not keep its argument. */
export function nelderMead(of: (at: Float64Array) => number, start: readonly number[], options: SimplexOptions = {}): Lowest | null {
  const size = start.length;
  const tolerance = options.tolerance ?? 1.4901161193847656e-8;
  const evaluationsMax = options.evaluationsMax ?? 2000;
  const point = Float64Array.from(start);
  let evaluations = 1;
  const first = of(point);
  if (!Number.isFinite(first)) return null;
  const value = (at: Float64Array): number => {
    evaluations++;
    const found = of(at);
    return Number.isFinite(found) ? found : huge;
  };
  const near = tolerance * (Math.abs(first) + tolerance);

  const corners = Array.from({ length: size + 1 }, () => Float64Array.from(start));
  const heights = new Float64Array(size + 1);
  heights[0] = first;
  const step = start.reduce((largest, each) => Math.max(largest, 0.1 * Math.abs(each)), 0) || 0.1;
  let extent = 0;
  for (let i = 0; i < size; i++) {
    let trial = step;
    const corner = corners[i + 1]!;
    while (corner[i] === start[i]) {
      corner[i] = start[i]! + trial;
      trial *= 10;
    }
    extent += trial;
  }

  const centre = new Float64Array(size);
  const take = (corner: number, at: Float64Array, height: number): void => {
    corners[corner]!.set(at);
    heights[corner] = height;
  };
  let low = 0;
  let stale = true;
  for (;;) {
    if (stale) {
      for (let j = 0; j <= size; j++) if (j !== low) heights[j] = value(corners[j]!);
      stale = false;
    }
    let high = low;
    for (let j = 0; j <= size; j++) {
      if (heights[j]! < heights[low]!) low = j;
      if (heights[j]! > heights[high]!) high = j;
    }
    const lowest = heights[low]!;
    const highest = heights[high]!;
    if (highest <= lowest + near || evaluations > evaluationsMax) break;
    const worst = corners[high]!;
    for (let i = 0; i < size; i++) {
      let sum = -worst[i]!;
      for (let j = 0; j <= size; j++) sum += corners[j]![i]!;
      centre[i] = sum / size;
      point[i] = (1 + reflection) * centre[i]! - reflection * worst[i]!;
    }
    const reflected = value(point);
    if (reflected < lowest) {
      for (let i = 0; i < size; i++) {
        const further = expansion * point[i]! + (1 - expansion) * centre[i]!;
        centre[i] = point[i]!;
        point[i] = further;
      }
      const expanded = value(point);
      if (expanded < reflected) take(high, point, expanded);
      else take(high, centre, reflected);
      continue;
    }
    if (reflected < highest) take(high, point, reflected);
    for (let i = 0; i < size; i++) point[i] = (1 - contraction) * worst[i]! + contraction * centre[i]!;
    const contracted = value(point);
    if (contracted < heights[high]!) {
      take(high, point, contracted);
      continue;
    }
    if (reflected < highest) continue;
    let shrunk = 0;
    const best = corners[low]!;
    for (let j = 0; j <= size; j++) {
      if (j === low) continue;
      const corner = corners[j]!;
      for (let i = 0; i < size; i++) {
        corner[i] = contraction * (corner[i]! - best[i]!) + best[i]!;
        shrunk += Math.abs(corner[i]! - best[i]!);
      }
    }
    if (shrunk >= extent) break;
    extent = shrunk;
    stale = true;
  }
  return { at: corners[low]!, value: heights[low]!, evaluations };
}
