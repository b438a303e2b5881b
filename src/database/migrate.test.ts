import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Migration } from './contract.ts';
import { migrate } from './migrate.ts';
import { connect } from './pool.ts';
import { type TestDatabase, testDatabase } from './testing.ts';

let bench: TestDatabase;
beforeEach(async () => {
  bench = await testDatabase();
});
afterEach(() => bench.drop());

const wards: Migration = { name: 'ward-1', sql: 'create table ward (name text); create index on ward (name)' };
const beds: Migration = { name: 'bed-1', sql: 'create table bed (ward text)' };
const moreWards: Migration = { name: 'ward-2', sql: 'alter table ward add floor int' };

test('each step is applied once, also one that was added before others of the list', async () => {
  expect(await migrate(bench.db, [wards, beds])).toEqual({ ok: true, value: ['ward-1', 'bed-1'] });
  expect(await migrate(bench.db, [wards, moreWards, beds])).toEqual({ ok: true, value: ['ward-2'] });
  expect(await migrate(bench.db, [wards, moreWards, beds])).toEqual({ ok: true, value: [] });
});

test('an applied step that changed is refused', async () => {
  await migrate(bench.db, [wards]);
  const changed = await migrate(bench.db, [{ ...wards, sql: 'create table ward (name text not null)' }]);
  expect(changed).toMatchObject({ ok: false, problem: { kind: 'conflict', message: expect.stringContaining('ward-1') } });
});

test('a database that a newer program used is refused', async () => {
  await migrate(bench.db, [wards, beds]);
  const older = await migrate(bench.db, [wards]);
  expect(older).toMatchObject({ ok: false, problem: { kind: 'conflict', message: expect.stringContaining('newer') } });
});

test('a step that fails leaves nothing of itself and keeps the steps before it', async () => {
  const half: Migration = { name: 'half', sql: 'create table half (id int); create table half (id int)' };
  await expect(migrate(bench.db, [wards, half])).rejects.toMatchObject({ code: '42P07' });
  expect(await migrate(bench.db, [wards, { ...half, sql: 'create table half (id int)' }])).toEqual({ ok: true, value: ['half'] });
});

test('a connection that is cut in the middle of a step leaves the step to the next start', async () => {
  const slow: Migration = { name: 'slow', sql: 'create table slow (id int); select pg_sleep(1)' };
  const cut = migrate(bench.db, [wards, slow]).catch((error: unknown) => error);
  const outside = await connect(bench.connection, { connectionsMax: 1 });
  if (!outside.ok) throw new Error(outside.problem.message);
  for (let ended = 0n; ended === 0n; ) {
    const { rows } = await outside.value.query<{ ended: bigint }>({
      text: `select count(pg_terminate_backend(pid)) as ended from pg_stat_activity where query like '%pg_sleep%' and pid <> pg_backend_pid()`,
    });
    ended = rows[0]!.ended;
  }
  await outside.value.close();
  expect(await cut).toMatchObject({ problem: { kind: 'busy' } });
  expect(await migrate(bench.db, [wards, slow])).toEqual({ ok: true, value: ['slow'] });
});

test('two programs that start at once do each step once between them', async () => {
  const both = await Promise.all([migrate(bench.db, [wards, beds]), migrate(bench.db, [wards, beds])]);
  expect(both.flatMap((one) => (one.ok ? one.value : [])).sort()).toEqual(['bed-1', 'ward-1']);
});
