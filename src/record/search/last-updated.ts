// _lastUpdated as a condition on the row's own time (http://hl7.org/fhir/R4/search.html#lastUpdated).
import type { QueryValue } from '../../fhir/search/contract.ts';
import { typeNumber } from '../keys.ts';
import type { Compiler } from './compiler.ts';

/** The time of a version is known to the millisecond, [at, at + 1), so every prefix is one or two comparisons with a bound. */
export function lastUpdatedCondition(
  { prefix, fromMs, toMs }: Extract<QueryValue, { kind: 'date' }>,
  r: string,
  compiler: Compiler,
): string {
  const atLeast = (ms: number): string => since(Math.floor(ms), r, compiler);
  const before = (ms: number): string => `${r}.at < ${bound(Math.ceil(ms), compiler)}`;
  switch (prefix) {
    case 'eq':
    case 'ap':
      return `(${atLeast(fromMs)} and ${before(toMs)})`;
    case 'ne':
      return `(${before(fromMs)} or ${r}.at >= ${bound(toMs, compiler)})`;
    case 'gt':
    case 'sa':
      return atLeast(toMs);
    case 'ge':
      return atLeast(fromMs);
    case 'lt':
    case 'eb':
      return before(fromMs);
    case 'le':
      return before(toMs);
  }
}

/** Within what an ISO text can say in four digits of a year: nothing was ever written before or after. */
const firstMs = -62_135_596_800_000;
const lastMs = 253_402_300_799_999;

function bound(ms: number, compiler: Compiler): string {
  return compiler.parameters.add(new Date(Math.min(Math.max(ms, firstMs), lastMs)).toISOString(), 'timestamptz');
}

/** For so long back the feed, in whose order the time has an index, is the shorter way. */
const recentMs = 7 * 86_400_000;

/** An index on `at` would burden every update; the feed's order follows the time closely, so its index finds what is recent. */
function since(ms: number, r: string, compiler: Compiler): string {
  const plain = `${r}.at >= ${bound(ms, compiler)}`;
  if (ms < Date.now() - recentMs) return plain;
  return `(${plain} and ${r}.id in (select c.id from change c where c.type = ${typeNumber(compiler.typeOf(r))} and c.at >= ${bound(ms, compiler)}))`;
}
