// The row tables that a question reads, as its common table expressions.
import type { RowTables } from './contract.ts';

export const rowName = (table: string): string => `rows_${table}`;

/** `with rows_… as (…), …` with what they read before them, then `further`. */
export function withRows(tables: RowTables, names: readonly string[], further: readonly string[] = []): string {
  const placed = new Set<string>();
  const place = (name: string): void => {
    if (placed.has(name) || !Object.hasOwn(tables, name)) return;
    for (const each of tables[name]!.reads ?? []) place(each);
    placed.add(name);
  };
  for (const name of names) place(name);
  return `with ${[...[...placed].map((name) => `${rowName(name)} as (${tables[name]!.sql})`), ...further].join(',\n')}`;
}
