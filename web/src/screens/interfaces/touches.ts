// Which leaves and which FHIR elements belong together, by the ledger.
import type { LedgerRow } from './api.ts';

export interface Touched {
  /** Paths of leaves. */
  leaves: ReadonlySet<string>;
  /** `Type/id#element.path[0]` */
  elements: ReadonlySet<string>;
}

/** Only what was mapped has some. */
export const elementsOf = (row: LedgerRow): readonly string[] => (row.state === 'mapped' ? row.elements : []);

const nothing: Touched = { leaves: new Set(), elements: new Set() };

/** `place`: a leaf such as `PID-5.1`, or `#` and an element; an element is touched by leaves of what is inside it or around it. */
export function touches(rows: readonly LedgerRow[], place: string | undefined): Touched {
  if (place === undefined) return nothing;
  if (!place.startsWith('#'))
    return {
      leaves: new Set([place]),
      elements: new Set(rows.filter(({ path }) => path === place).flatMap(elementsOf)),
    };
  const element = place.slice(1);
  const leaves = rows.filter((row) => elementsOf(row).some((one) => inside(one, element) || inside(element, one)));
  return { leaves: new Set(leaves.map(({ path }) => path)), elements: new Set([element]) };
}

/** Whether `inner` is `outer` or stands in it; the resource as a whole holds everything and is meant by nobody. */
const inside = (inner: string, outer: string): boolean =>
  !outer.endsWith('#') && inner.startsWith(outer) && (inner.length === outer.length || /^[.[]/.test(inner.slice(outer.length)));
