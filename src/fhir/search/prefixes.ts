// What eq, ne, gt, lt, ge, le, sa, eb and ap mean (http://hl7.org/fhir/R4/search.html#prefix): "the range of the search value"
// is what was asked for with its implicit precision, "the range of the target value" what is in the resource.
import type { Prefix } from './contract.ts';
import type { Interval } from './dates.ts';

/** Dates: both are half-open intervals. For `ap` the asked interval is already as wide as is meant. */
export function compareDate(prefix: Prefix, asked: Interval, found: Interval): boolean {
  const contains = asked.fromMs <= found.fromMs && found.toMs <= asked.toMs;
  const reachesAfter = found.toMs > asked.toMs;
  const reachesBefore = found.fromMs < asked.fromMs;
  switch (prefix) {
    // "the range of the search value fully contains the range of the target value"
    case 'eq':
      return contains;
    case 'ne':
      return !contains;
    // "the range above the search value intersects (i.e. overlaps) with the range of the target value"
    case 'gt':
      return reachesAfter;
    case 'lt':
      return reachesBefore;
    // gt or eq
    case 'ge':
      return reachesAfter || contains;
    case 'le':
      return reachesBefore || contains;
    // "the range of the search value does not overlap with the range of the target value, and the range above the search value contains the range of the target value"
    case 'sa':
      return found.fromMs >= asked.toMs;
    case 'eb':
      return found.toMs <= asked.fromMs;
    case 'ap':
      return found.fromMs < asked.toMs && found.toMs > asked.fromMs;
  }
}

export interface AskedNumber {
  value: number;
  /** The literal with its implicit precision: [low, high); for `ap` the value ± 10 %: [low, high]. */
  low: number;
  high: number;
}

/**
 * Numbers and quantities: what is found is a point (low = high) or a closed range. "When a comparison prefix in the set gt,
 * lt, ge, le, sa & eb is provided, the implicit precision of the number is ignored".
 */
export function compareNumber(prefix: Prefix, { value, low, high }: AskedNumber, found: { low: number; high: number }): boolean {
  const contains = low <= found.low && found.high < high;
  switch (prefix) {
    case 'eq':
      return contains;
    case 'ne':
      return !contains;
    case 'gt':
      return found.high > value;
    case 'lt':
      return found.low < value;
    case 'ge':
      return found.high >= value;
    case 'le':
      return found.low <= value;
    case 'sa':
      return found.low > value;
    case 'eb':
      return found.high < value;
    case 'ap':
      return found.low <= high && found.high >= low;
  }
}
