// A journal as a table of the warehouse: columns by name, kind, what they say and what they identify.
import type { Json } from '../../fhir/json.ts';
import type { Column, CompiledView, Identifies, Row } from '../contract.ts';

/** name, FHIR type, description, what it identifies. */
export type ColumnWords = readonly [name: string, type: string, description: string, identifies?: Identifies];

export function journalTable(words: { name: string; title: string; description: string }, columns: readonly ColumnWords[]): CompiledView {
  const all = columns.map(
    ([name, type, description, identifies]): Column => ({
      name,
      path: name,
      type,
      collection: false,
      description,
      ...(identifies === undefined ? {} : { identifies }),
    }),
  );
  return {
    view: {
      ...words,
      // Of no type of R4; the dead of a table lie under it.
      resource: `journal-${words.name}`,
      constants: [],
      where: [],
      select: { columns: all, selects: [], union: [] },
      columns: all,
    },
    columns: all,
    rows: (values: Json): Row[] => [Object.fromEntries(all.map(({ name }, at) => [name, (values as Json[])[at] ?? null]))],
    notes: [],
    interpreted: [],
  };
}
