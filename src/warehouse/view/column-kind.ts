// What a column holds, in the few kinds that tables tell apart.
import { fhirType, type Type } from '../../fhir/fhirpath/types.ts';
import type { Column } from '../contract.ts';

/** `date`: YYYY, YYYY-MM or YYYY-MM-DD; `moment`: a date with or without a time; `complex`: an element with parts, as JSON. */
export type ColumnKind = 'boolean' | 'integer' | 'decimal' | 'text' | 'date' | 'moment' | 'complex';

export function kindOf(type: Type | undefined): ColumnKind {
  if (type === undefined || !type.primitive) return type === undefined ? 'text' : 'complex';
  const kinds: Record<string, ColumnKind> = {
    Boolean: 'boolean',
    Integer: 'integer',
    Decimal: 'decimal',
    Date: 'date',
    DateTime: 'moment',
  };
  return kinds[type.system ?? ''] ?? 'text';
}

export const columnKind = (column: Column): ColumnKind => kindOf(fhirType(column.type));
