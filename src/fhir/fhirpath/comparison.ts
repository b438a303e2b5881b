// `<`, `<=`, `>`, `>=` (http://hl7.org/fhirpath/N1/#comparison).
import { Amount, compareAmounts } from './amount.ts';
import { refuse } from './failure.ts';
import { exactOf, isNumber, type Plain } from './system.ts';
import { compareTemporal, Temporal } from './temporal.ts';

/** Below, equal or above: negative, 0, positive; undefined where precision, time zone or unit leave it open. */
export function compare(a: Plain, b: Plain): number | undefined {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  if (isNumber(a) && isNumber(b)) return exactOf(a).compare(exactOf(b));
  if (a instanceof Temporal && b instanceof Temporal && (a.kind === 'Time') === (b.kind === 'Time')) return compareTemporal(a, b);
  if (a instanceof Amount && b instanceof Amount) return compareAmounts(a, b);
  if (a instanceof Amount && isNumber(b)) return compareAmounts(a, new Amount(exactOf(b), '1'));
  if (isNumber(a) && b instanceof Amount) return compareAmounts(new Amount(exactOf(a), '1'), b);
  return refuse('invalid', 'These two cannot be compared: compare numbers, texts, dates, times or quantities with their like.');
}
