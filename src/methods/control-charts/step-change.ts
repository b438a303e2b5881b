// Where a series changed its level, if it did: a question of its own beside the rules, which say when chance alone no longer explains a point. Pettitt AN.
// A non-parametric approach to the change-point problem. Appl Stat 1979;28:126-35; the part before and the part after are looked at again.

export interface StepChange {
  /** The first point at the new level. */
  at: number;
  medianBefore: number;
  medianAfter: number;
  /** Of this part alone, not corrected for the parts before it. */
  p: number;
}

/** Fewer points on a side say nothing of a level. */
const sideLeast = 6;

const medianOf = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
};

/** Ranks from 1, the mean rank for equals. */
export function midRanks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).toSorted((a, b) => values[a]! - values[b]!);
  const ranks = Array.from({ length: values.length }, () => 0);
  for (let i = 0; i < order.length; ) {
    let end = i + 1;
    while (end < order.length && values[order[end]!] === values[order[i]!]) end++;
    for (let j = i; j < end; j++) ranks[order[j]!] = (i + 1 + end) / 2;
    i = end;
  }
  return ranks;
}

/** The one change that ranks speak for most: K = max |2·(ranks up to t) − t·(n + 1)|, p ≈ 2·exp(−6K² / (n³ + n²)). */
export function pettitt(values: readonly number[]): { at: number; k: number; p: number } {
  const n = values.length;
  const ranks = midRanks(values);
  let sum = 0;
  let best = { at: 0, k: 0 };
  for (let t = 0; t < n - 1; t++) {
    sum += ranks[t]!;
    const k = Math.abs(2 * sum - (t + 1) * (n + 1));
    if (k > best.k) best = { at: t + 1, k };
  }
  return { ...best, p: Math.min(1, 2 * Math.exp((-6 * best.k ** 2) / (n ** 3 + n ** 2))) };
}

/** Changes with p below `alpha`, in the order of time. Values that are not known are passed over. Costs n log n for each change. */
export function stepChanges(values: readonly number[], alpha = 0.01): StepChange[] {
  const known = values.flatMap((value, index) => (Number.isFinite(value) ? [{ value, index }] : []));
  const found: StepChange[] = [];
  const parts: [number, number][] = [[0, known.length]];
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const [from, to] = part;
    const own = known.slice(from, to);
    const { at, p } = pettitt(own.map(({ value }) => value));
    if (p >= alpha || at < sideLeast || own.length - at < sideLeast) continue;
    const [before, after] = [own.slice(0, at), own.slice(at)].map((side) => medianOf(side.map(({ value }) => value)));
    found.push({ at: own[at]!.index, medianBefore: before!, medianAfter: after!, p });
    parts.push([from, from + at], [from + at, to]);
  }
  return found.toSorted((a, b) => a.at - b.at);
}
