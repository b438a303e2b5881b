// Whether derived tables fit the tables that they are made of: each is there, names what it reads, takes columns that there are, and is
// not made of itself.
import { fail, ok, type Result } from '../../fhir/result.ts';
import { nearest } from '../../fhir/structure/nearest.ts';
import type { CompiledView } from '../contract.ts';
import type { Derived } from './contract.ts';
import { namedIn } from './names.ts';

const meant = (name: string, known: Iterable<string>): string => {
  const near = nearest(name, new Set(known));
  return near === undefined ? '' : ` Is "${near}" meant?`;
};

/** In an order in which each comes after those that it is made of. */
export function checkDerived(derived: readonly Derived[], views: readonly CompiledView[]): Result<Derived[]> {
  const columns = new Map<string, Set<string>>([
    ...views.map(({ view }): [string, Set<string>] => [view.name, new Set(view.columns.map(({ name }) => name))]),
    ...derived.map(({ name, columns: own }): [string, Set<string>] => [name, new Set(own.map((column) => column.name))]),
  ]);
  for (const one of derived) {
    const problem = mistake(one, columns);
    if (problem !== undefined) return fail('invalid', `The table ${one.name} ${problem}`);
  }
  return inOrder(derived);
}

function mistake({ name, schema, of, content }: Derived, columns: ReadonlyMap<string, ReadonlySet<string>>): string | undefined {
  // DuckDB would look into its own schema first, and find this one where the other is meant.
  if (schema !== undefined && columns.has(name.slice(schema.length + 1)))
    return `has the name of a table without a schema: give it another one`;
  const missing = of.find((one) => !columns.has(one));
  if (missing !== undefined) return `is of "${missing.slice(0, 64)}", which there is not.${meant(missing, columns.keys())}`;
  if (content.kind === 'rows') return undefined;
  const named = namedIn(content.sql);
  const unsaid = named.tables.find((one) => !of.includes(one));
  if (unsaid !== undefined)
    return columns.has(unsaid)
      ? `reads ${unsaid}: name it in the head, "-- of: ${unsaid}"`
      : `reads "${unsaid.slice(0, 64)}", which there is not.${meant(unsaid, columns.keys())}`;
  for (const { tables, column } of named.columns) {
    const known = tables.flatMap((table) => [...(columns.get(table) ?? [])]);
    if (!known.includes(column))
      return `takes the column "${column.slice(0, 64)}" from ${tables.join(' or ')}, which has none of that name.${meant(column, known)}`;
  }
  return undefined;
}

function inOrder(derived: readonly Derived[]): Result<Derived[]> {
  const byName = new Map(derived.map((one) => [one.name, one]));
  const ordered = new Set<Derived>();
  const visit = (one: Derived, way: readonly string[]): string[] | undefined => {
    if (ordered.has(one)) return undefined;
    if (way.includes(one.name)) return [...way.slice(way.indexOf(one.name)), one.name];
    for (const name of one.of) {
      const below = byName.get(name);
      const circle = below === undefined ? undefined : visit(below, [...way, one.name]);
      if (circle !== undefined) return circle;
    }
    ordered.add(one);
    return undefined;
  };
  for (const one of derived) {
    const circle = visit(one, []);
    if (circle !== undefined) return fail('invalid', `A table cannot be made of itself: ${circle.join(' is made of ')}`);
  }
  return ok([...ordered]);
}
