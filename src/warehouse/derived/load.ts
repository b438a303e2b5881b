// Derived tables as they lie in folders beside the views: NAME.sql is a table, SCHEMA/NAME.sql one in a schema. What a later folder has
// under a name takes the place of an earlier one's; rows of a file come together, and a later folder's of the same key stands instead.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, type Result } from '../../fhir/result.ts';
import type { CompiledView } from '../contract.ts';
import { checkDerived } from './check.ts';
import type { Derived } from './contract.ts';
import { readDataFile } from './data-file.ts';
import { readDerived } from './read.ts';

interface Place {
  folder: string;
  schema: string | undefined;
}

const placesIn = (folder: string): Place[] =>
  existsSync(folder)
    ? [
        { folder, schema: undefined },
        ...readdirSync(folder, { withFileTypes: true })
          .filter((entry) => entry.isDirectory())
          .map(({ name }) => ({ folder: join(folder, name), schema: name }))
          .sort((a, b) => (a.schema < b.schema ? -1 : 1)),
      ]
    : [];

/** Problems name the file, with line and column where it is one of rows. */
export function loadDerived(folders: readonly string[], views: readonly CompiledView[]): Result<Derived[]> {
  const tables = new Map<string, Derived>();
  const places = folders.flatMap(placesIn);
  for (const { folder, schema } of places)
    for (const file of readdirSync(folder).sort()) {
      if (!file.endsWith('.sql')) continue;
      const read = readDerived(file.slice(0, -4), schema, readFileSync(join(folder, file), 'utf8'));
      if (!read.ok) return fail(read.problem.kind, `${join(folder, file)}: ${read.problem.message}`, read.problem.where);
      tables.set(read.value.name, read.value);
    }
  for (const place of places) {
    const problem = addRows(place, tables);
    if (problem !== undefined) return problem;
  }
  return checkDerived([...tables.values()], views);
}

function addRows({ folder, schema }: Place, tables: Map<string, Derived>): ReturnType<typeof fail> | undefined {
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.csv')) continue;
    const name = `${schema === undefined ? '' : `${schema}.`}${file.slice(0, -4)}`.toLowerCase();
    const table = tables.get(name);
    const path = join(folder, file);
    if (table?.content.kind !== 'rows') return fail('invalid', `${path}: there is no table ${name} whose rows are a file`);
    const { key, rows } = table.content;
    const read = readDataFile(readFileSync(path, 'utf8'), table.columns, key);
    if (!read.ok) {
      const where = read.problem.where ?? '1:1';
      return fail(read.problem.kind, `${path}:${where}: ${read.problem.message}`, where);
    }
    tables.set(name, { ...table, content: { kind: 'rows', key, rows: together(rows, read.value, table, key) } });
  }
  return undefined;
}

function together(before: readonly (readonly string[])[], more: string[][], { columns }: Derived, key: readonly string[]): string[][] {
  const places = key.map((name) => columns.findIndex((column) => column.name === name));
  const keyOf = (row: readonly string[]): string => JSON.stringify(places.map((at) => row[at]));
  const replaced = new Set(places.length === 0 ? [] : more.map(keyOf));
  return [...before.filter((row) => !replaced.has(keyOf(row))).map((row) => [...row]), ...more];
}
