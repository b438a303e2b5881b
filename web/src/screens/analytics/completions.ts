// What may be meant while SQL is typed: the tables, and the columns of those that the text names, each with what it is.
import type { Table } from './api.ts';

export interface Offer {
  label: string;
  /** What is put in where a name needs quotation marks. */
  apply?: string;
  detail: string;
  info: string;
  type: 'class' | 'property';
}

/** Words of SQL that cannot be a name without quotation marks. */
const reserved = new Set(['start', 'end', 'user', 'order', 'group', 'table', 'when', 'then', 'case', 'select', 'from', 'where', 'limit']);

/** As it is written in SQL. */
export const named = (name: string): string => (reserved.has(name) || !/^[a-z_][a-z0-9_]*$/.test(name) ? `"${name}"` : name);

/** `text`: the whole query. Columns first, those of the tables that it names; of no table, all tables. */
export function offersFor(text: string, tables: readonly Table[]): Offer[] {
  const written = text.toLowerCase();
  const words = new Set([...(written.match(/[a-z_][a-z0-9_]*/g) ?? []), ...(written.match(/[a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*/g) ?? [])]);
  const seen = new Map<string, Offer>();
  for (const table of tables.filter(({ name }) => words.has(name)))
    for (const { name, type, description, identifies } of table.columns) {
      const before = seen.get(name);
      const where = before === undefined ? table.name : `${before.detail.split(' · ')[0]}, ${table.name}`;
      seen.set(name, {
        label: name,
        ...(named(name) === name ? {} : { apply: named(name) }),
        detail: `${where} · ${type}`,
        info: `${description}${identifies === undefined ? '' : ` (${whatStays[identifies] ?? ''} unless limited or identified)`}`,
        type: 'property',
      });
    }
  return [
    ...seen.values(),
    ...tables.map(({ name, title, description }): Offer => ({ label: name, detail: title, info: description, type: 'class' })),
  ];
}

/**
 * Where in what is being typed the name begins that is completed: `omop.per` as a whole, where `omop` is a schema; of `e.sta` and
 * `omop.person.gen` only what follows the last dot.
 */
export function nameStart(typed: string, tables: readonly Table[]): number {
  const last = typed.lastIndexOf('.');
  const before = typed.slice(0, Math.max(last, 0)).toLowerCase();
  return last < 0 || tables.some(({ name }) => name.startsWith(`${before}.`)) ? 0 : last + 1;
}

const whatStays: Readonly<Record<string, string>> = {
  direct: 'left out',
  text: 'left out',
  key: 'a pseudonym',
  date: 'the year',
  birth: 'the year, below 90',
  postal: 'three digits',
};
