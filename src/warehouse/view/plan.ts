// A view with its paths read: what the closure and the SQL are both written from, so that they cannot differ in what a view means.
import { refuse } from '../../fhir/fhirpath/failure.ts';
import { fhirType, type Type } from '../../fhir/fhirpath/types.ts';
import type { Problem } from '../../fhir/result.ts';
import type { Column, Select, View } from '../contract.ts';
import { type PathReader, pathReader } from './path.ts';
import type { Term } from './term.ts';

export interface PlannedColumn extends Column {
  term: Term;
}

export type PlannedEach =
  | { kind: 'forEach' | 'forEachOrNull'; term: Term }
  /** `first` from what the select begins at, `next` from each item found. */
  | { kind: 'repeat'; first: Term[]; next: Term[] };

export interface PlannedSelect {
  columns: PlannedColumn[];
  each?: PlannedEach;
  selects: PlannedSelect[];
  union: PlannedSelect[];
}

export interface Plan {
  view: View;
  columns: Column[];
  where: Term[];
  select: PlannedSelect;
  notes: readonly Problem[];
  interpreted: readonly string[];
}

/** Rows are written out once for each way through the unionAlls that follow one another: more than these is no view that somebody wrote. */
const mostEnds = 500;

/** Throws a Failure of `fhirpath/failure.ts` where a path is wrong. */
export function plan(view: View, strict: boolean): Plan {
  const reader = pathReader(view.constants, strict);
  const root = fhirType(view.resource);
  const where = view.where.map((path, at) => {
    const term = reader.read(path, root, `where[${at}].path`);
    if (term.kind !== 'interpreted' && term.kind !== 'none' && (term.many || term.type?.system !== 'Boolean'))
      refuse('invalid', `A where is true or false, and "${path.slice(0, 100)}" is not: add exists() or a comparison.`, `where[${at}].path`);
    return term;
  });
  const select = planSelect(view.select, root, reader, '');
  if (ends(select) > mostEnds) refuse('too-costly', 'This view combines too many unionAlls: make it several views.');
  return { view, columns: columnsOf(select), where, select, notes: reader.notes, interpreted: reader.interpreted };
}

const ends = (select: PlannedSelect): number =>
  select.selects.reduce((product, part) => product * ends(part), 1) *
  (select.union.length === 0 ? 1 : select.union.reduce((sum, part) => sum + ends(part), 0));

const columnsOf = (select: PlannedSelect): Column[] => [
  ...select.columns.map(({ term: _, ...column }) => column),
  ...select.selects.flatMap(columnsOf),
  ...(select.union[0] === undefined ? [] : columnsOf(select.union[0])),
];

function planSelect(select: Select, focus: Type | undefined, reader: PathReader, where: string): PlannedSelect {
  const each = select.each && planEach(select.each, focus, reader, where);
  const inner = each === undefined ? focus : each.kind === 'repeat' ? (each.first[0] ?? each.next[0])?.type : each.term.type;
  // Of what is never found no path can be right or wrong.
  const nothing = each !== undefined && (each.kind === 'repeat' ? each.first.length === 0 : each.term.kind === 'none');
  return {
    columns: select.columns.map((column, at) => {
      const term: Term = nothing
        ? { kind: 'none', type: undefined, many: false }
        : reader.read(column.path, inner, `${where}column[${at}].path`);
      return { ...column, type: column.type === '' ? publicType(term) : column.type, term };
    }),
    ...(each === undefined ? {} : { each }),
    selects: nothing
      ? select.selects.map(emptied)
      : select.selects.map((part, at) => planSelect(part, inner, reader, `${where}select[${at}].`)),
    union: nothing
      ? select.union.map(emptied)
      : select.union.map((part, at) => planSelect(part, inner, reader, `${where}unionAll[${at}].`)),
  };
}

const emptied = (select: Select): PlannedSelect => ({
  columns: select.columns.map((column) => ({
    ...column,
    type: column.type || 'string',
    term: { kind: 'none', type: undefined, many: false },
  })),
  ...(select.each === undefined || select.each.kind === 'forEachOrNull'
    ? {}
    : { each: { kind: 'forEach' as const, term: { kind: 'none' as const, type: undefined, many: false } } }),
  selects: select.selects.map(emptied),
  union: select.union.map(emptied),
});

function publicType(term: Term): string {
  if (term.type === undefined) return 'string';
  if (term.type.namespace === 'FHIR') return term.type.name;
  return term.type.name.charAt(0).toLowerCase() + term.type.name.slice(1);
}

function planEach(each: NonNullable<Select['each']>, focus: Type | undefined, reader: PathReader, where: string): PlannedEach {
  if (each.kind !== 'repeat') return { kind: each.kind, term: reader.read(each.path, focus, `${where}${each.kind}`) };
  const look = (path: string, from: Type | undefined, at: number): { term: Term; notes: Problem[] } => {
    const looked = reader.look(path, from, `${where}repeat[${at}]`);
    if (looked === undefined || !leads(looked.term))
      return refuse('unsupported', 'What repeats is a path of elements, such as "item" or "answer.item".', `${where}repeat[${at}]`);
    return looked;
  };
  const first = each.paths.map((path, at) => look(path, focus, at));
  const inner = first.find(({ term }) => term.kind !== 'none')?.term.type;
  const next = inner === undefined ? [] : each.paths.map((path, at) => look(path, inner, at));
  for (const [at, one] of first.entries())
    if (one.term.kind === 'none' && (next[at]?.term.kind ?? 'none') === 'none') reader.say(one.notes);
  const found = (looked: readonly { term: Term }[]): Term[] => looked.map(({ term }) => term).filter(({ kind }) => kind !== 'none');
  if ([...found(first), ...found(next)].some(({ type }) => type !== inner))
    refuse('unsupported', 'All that repeats is of one type.', `${where}repeat`);
  return { kind: 'repeat', first: found(first), next: found(next) };
}

/** It goes down at least one element, so that repeating it comes to an end. */
function leads(term: Term): boolean {
  if (term.kind === 'member' || term.kind === 'none') return true;
  return (term.kind === 'where' || term.kind === 'item' || term.kind === 'last') && leads(term.of);
}
