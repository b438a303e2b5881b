// The official tests of SQL on FHIR v2, on both paths: the closure and the SQL for DuckDB, with identical rows. `npm run conformance
// insight` prints what passed of each.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Json, readJsonNow, writeJson } from '../../src/fhir/json.ts';
import type { Row, View } from '../../src/warehouse/contract.ts';
import { compileView } from '../../src/warehouse/view/closure.ts';
import { readView } from '../../src/warehouse/view/read.ts';
import { viewSql } from '../../src/warehouse/view/sql.ts';

const folder = join(process.env['LAMPLIGHT_SHARED_DATA'] ?? '../shared/data', 'testsuites/sql-on-fhir/tests');
const there = existsSync(folder);

interface Suite {
  title: string;
  resources: Json[];
  tests: { title: string; view: Json; expect?: Row[]; expectError?: boolean; expectCount?: number; expectColumns?: string[] }[];
}

const suites = there
  ? readdirSync(folder).map((name): Suite => {
      const read = readJsonNow(readFileSync(join(folder, name), 'utf8'));
      if (!read.ok) throw new Error(read.problem.message);
      return read.value as Json & Suite;
    })
  : [];
const cases = suites.flatMap(({ title, resources, tests }) => tests.map((one) => ({ ...one, name: `${title}: ${one.title}`, resources })));

/** Rows as a set: neither path promises an order across resources. Numbers by value, so that 1.0 is 1. */
const asSet = (rows: readonly Row[]): string[] =>
  rows.map((row) => JSON.stringify(Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1))))).sort();

function viewOf(json: Json): View | undefined {
  const view = readView(json);
  return view.ok ? view.value : undefined;
}

const passed = { closure: 0, SQL: 0 };

describe.skipIf(!there)('SQL on FHIR v2', () => {
  let database: DuckDBInstance;
  beforeAll(async () => {
    database = await DuckDBInstance.create(':memory:', { threads: '1' });
  });
  afterAll(() => {
    for (const [path, count] of Object.entries(passed)) console.log(`SQL on FHIR v2, official tests, ${path}: ${count}/${cases.length}`);
  });

  test.each(cases)('$name', async ({ view: json, resources, expect: wanted, expectError, expectCount, expectColumns }) => {
    const view = viewOf(json);
    const byClosure = view && tried(() => closureRows(view, resources));
    const bySql = view && (await triedLater(() => sqlRows(database, view, resources)));
    const right = (rows: Row[] | undefined): boolean => {
      if (expectError === true) return rows === undefined;
      if (rows === undefined) return false;
      if (wanted !== undefined && JSON.stringify(asSet(rows)) !== JSON.stringify(asSet(wanted))) return false;
      if (expectColumns !== undefined && rows[0] !== undefined && Object.keys(rows[0]).join() !== expectColumns.join()) return false;
      return expectCount === undefined || rows.length === expectCount;
    };
    if (right(byClosure)) passed.closure++;
    if (right(bySql)) passed.SQL++;
    if (wanted !== undefined) {
      expect(asSet(byClosure ?? []), 'closure').toEqual(asSet(wanted));
      expect(asSet(bySql ?? []), 'SQL').toEqual(asSet(wanted));
    }
    expect({ closure: right(byClosure), sql: right(bySql) }).toEqual({ closure: true, sql: true });
  });
});

test.runIf(!there)('SQL on FHIR v2: skipped: no practice data', () => {});

function closureRows(view: View, resources: readonly Json[]): Row[] {
  const compiled = compileView(view);
  if (!compiled.ok) throw new Error(compiled.problem.message);
  return resources.flatMap((resource) => compiled.value.rows(resource));
}

async function sqlRows(database: DuckDBInstance, view: View, resources: readonly Json[]): Promise<Row[]> {
  const sql = viewSql(view, { table: 'resources', column: 'resource' });
  if (!sql.ok) throw new Error(sql.problem.message);
  const connection = await database.connect();
  try {
    await connection.run('create or replace temp table resources (resource JSON)');
    for (const resource of resources) await connection.run('insert into resources values ($1)', [writeJson(resource)]);
    const reader = await connection.runAndReadAll(sql.value);
    // As JSON, but with numbers: a BIGINT would be text.
    return reader.getRowObjectsJS().map((row) => {
      const cells = Object.entries(row).map(([name, value]): [string, Json] => [
        name,
        typeof value === 'bigint' ? Number(value) : (value as Json),
      ]);
      return Object.fromEntries(cells);
    });
  } finally {
    connection.closeSync();
  }
}

function tried<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

async function triedLater<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (process.env['LAMPLIGHT_TELL'] !== undefined) console.log(String(error).slice(0, 600));
    return undefined;
  }
}
