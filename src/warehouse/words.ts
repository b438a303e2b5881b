// The data dictionary: what a table and its columns are, in words.
import type { CompiledView, TableWords } from './contract.ts';
import type { Derived } from './derived/contract.ts';
import { shownType } from './store/columns.ts';

export const viewWords = ({ view }: CompiledView): TableWords => ({
  name: view.name,
  title: view.title ?? view.name,
  description: view.description ?? '',
  columns: view.columns.map((column) => ({
    name: column.name,
    type: shownType(column),
    description: column.description ?? '',
    ...(column.identifies === undefined ? {} : { identifies: column.identifies }),
  })),
});

/** By name, those without a schema first. */
export const inOrder = (words: readonly TableWords[]): TableWords[] =>
  words.toSorted((a, b) => Number(a.name.includes('.')) - Number(b.name.includes('.')) || (a.name < b.name ? -1 : 1));

export const derivedWords = ({ name, title, description, columns }: Derived): TableWords => ({
  name,
  title,
  description,
  columns: columns.map(({ name: column, type, description: said, identifies }) => ({
    name: column,
    type,
    description: said,
    ...(identifies === undefined ? {} : { identifies }),
  })),
});
