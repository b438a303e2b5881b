// Values that a condition lets through, as intervals with open or closed ends and as sets: what is left when two meet.

export interface Interval {
  low: number;
  lowOpen: boolean;
  high: number;
  highOpen: boolean;
}
/** A set of words out of a universe that `complement` knows. */
export type Allowed = Interval | ReadonlySet<string>;

export const isInterval = (allowed: Allowed): allowed is Interval => 'low' in allowed;

export const interval = (limits: { from?: number; above?: number; below?: number; to?: number }): Interval => ({
  low: Math.max(limits.from ?? Number.NEGATIVE_INFINITY, limits.above ?? Number.NEGATIVE_INFINITY),
  lowOpen: limits.above !== undefined && limits.above >= (limits.from ?? Number.NEGATIVE_INFINITY),
  high: Math.min(limits.to ?? Number.POSITIVE_INFINITY, limits.below ?? Number.POSITIVE_INFINITY),
  highOpen: limits.below !== undefined && limits.below <= (limits.to ?? Number.POSITIVE_INFINITY),
});

export function meet(a: Allowed, b: Allowed): Allowed {
  if (!isInterval(a) || !isInterval(b)) {
    if (isInterval(a) || isInterval(b)) throw new Error('an interval and a set are of two dimensions');
    return new Set([...a].filter((each) => b.has(each)));
  }
  const low = a.low > b.low || (a.low === b.low && a.lowOpen) ? a : b;
  const high = a.high < b.high || (a.high === b.high && a.highOpen) ? a : b;
  return { low: low.low, lowOpen: low.lowOpen, high: high.high, highOpen: high.highOpen };
}

export function isEmpty(allowed: Allowed): boolean {
  if (!isInterval(allowed)) return allowed.size === 0;
  return allowed.low > allowed.high || (allowed.low === allowed.high && (allowed.lowOpen || allowed.highOpen));
}

/** What it leaves out: up to two intervals, or the rest of the universe. */
export function complement(allowed: Allowed, universe: readonly string[]): Allowed[] {
  if (!isInterval(allowed)) return [new Set(universe.filter((each) => !allowed.has(each)))];
  const below: Interval = { low: Number.NEGATIVE_INFINITY, lowOpen: false, high: allowed.low, highOpen: !allowed.lowOpen };
  const above: Interval = { low: allowed.high, lowOpen: !allowed.highOpen, high: Number.POSITIVE_INFINITY, highOpen: false };
  return [...(allowed.low === Number.NEGATIVE_INFINITY ? [] : [below]), ...(allowed.high === Number.POSITIVE_INFINITY ? [] : [above])];
}
