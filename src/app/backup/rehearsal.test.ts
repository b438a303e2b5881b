// The upgrade, rehearsed: a backup of every schema that Lamplight ever had, restored by this program, brought up to it, and read.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backupBytes, openForRestore } from '../../database/backup/backup.ts';
import { contentOf, copyRows, schemaOf } from '../../database/backup/testing.ts';
import { migrate } from '../../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../../database/testing.ts';
import type { Resource } from '../../fhir/generated/types.ts';
import type { Result } from '../../fhir/result.ts';
import { parseQuery } from '../../fhir/search/query.ts';
import { openPeople } from '../../people/people.ts';
import type { Caller } from '../../record/contract.ts';
import { defaultRecordSettings, openRecord } from '../../record/record.ts';
import { migrations } from '../database.ts';
import { about, afterRestore } from './about.ts';

const caller: Caller = {
  person: { id: '0190a000-0000-7000-8000-000000000001', name: 'test', role: 'administrator' },
  purpose: 'TREAT',
  from: 'test',
  request: 'r1',
};

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
}

const patients = Array.from({ length: 40 }, (_, i): Resource & { id: string } => ({
  resourceType: 'Patient',
  id: `p${i}`,
  name: [{ family: `Heron é ${i}`, given: ['A\tB\\n'] }],
  birthDate: '1980-02-03',
}));
const pressures = patients.map(({ id }, i): Resource & { id: string } => ({
  resourceType: 'Observation',
  id: `o${i}`,
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '8480-6' }] },
  subject: { reference: `Patient/${id}` },
  effectiveDateTime: '2026-03-04T05:06:07+01:00',
  valueQuantity: { value: 100 + i, unit: 'mmHg', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' },
}));

/** A record of this program, from which each older database takes what it has room for. */
let today: TestDatabase;
const password = 'a-heron-in-the-moss';

beforeAll(async () => {
  today = await testDatabase();
  must(await migrate(today.db, migrations));
  const record = openRecord(today.db);
  must(
    await record.commit(
      caller,
      [...patients, ...pressures].map((resource) => ({ kind: 'update', resource })),
    ),
  );
  must(await record.commit(caller, [{ kind: 'update', resource: { ...patients[0]!, active: false } as Resource }]));
  must(await record.commit(caller, [{ kind: 'delete', type: 'Observation', id: 'o7' }]));
  const people = openPeople(today.db);
  must(await people.createAccount({ name: 'ada', role: 'clinician', password }, new Date()));
  must(await people.issueToken({ role: 'clinician', name: 'script' }, 3600_000, new Date()));
  await today.db.query({ text: `insert into follower (name, position, at) values ('early-warning', 42, now())` });
});
afterAll(() => today.drop());

interface Seen {
  bodies: string[];
  high: string[];
  named: string[];
  history: string[];
  deleted: boolean;
  head: bigint;
}

async function look(on: TestDatabase): Promise<Seen> {
  const record = openRecord(on.db, defaultRecordSettings);
  const found = async (type: 'Patient' | 'Observation', query: string): Promise<string[]> =>
    must(await record.search(caller, must(parseQuery(type, [...new URLSearchParams(query)])))).matches.map(({ body }) => body);
  const bodies: string[] = [];
  for (const { resourceType, id } of [...patients, ...pressures])
    if (id !== 'o7') bodies.push(must(await record.read(caller, resourceType, id)).body);
  return {
    bodies,
    high: await found('Observation', 'code=8480-6&value-quantity=gt130&_sort=-date&_count=50'),
    named: await found('Patient', 'name=heron&birthdate=1980-02-03&_count=50'),
    history: must(await record.history(caller, { type: 'Patient', id: 'p0' }, { count: 10 })).matches.map(({ body }) => body),
    deleted: !(await record.read(caller, 'Observation', 'o7')).ok,
    head: await record.head(),
  };
}

async function backedUp(on: TestDatabase): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of backupBytes(on.connection, about, undefined)) chunks.push(chunk);
  return chunks;
}

async function restored(chunks: Uint8Array[]): Promise<{ on: TestDatabase; applied: string[] }> {
  const on = await testDatabase();
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield* chunks;
  }
  const opened = must(await openForRestore(bytes(), undefined, { migrations, afterwards: afterRestore, ears: {} }));
  must(await opened.restoreInto(on.connection));
  return { on, applied: must(await migrate(on.db, migrations)) };
}

const withRecord = migrations.findIndex(({ name }) => name === '0100-record') + 1;
const stages = migrations.slice(withRecord - 1).map(({ name }, at) => ({ name, steps: migrations.slice(0, withRecord + at) }));
/** All of them lead through the same last steps: the first, each sixth and the newest, or, with `LAMPLIGHT_RUNS`, every one. */
const rehearsed = stages.filter((_, at) => process.env['LAMPLIGHT_RUNS'] !== undefined || at % 6 === 0 || at >= stages.length - 6);

describe('a backup of an older Lamplight', () => {
  it.each(rehearsed)('that ended with $name becomes one of this version, and says the same', async ({ steps }) => {
    const old = await testDatabase();
    try {
      must(await migrate(old.db, steps));
      await copyRows(today.db, old.db);
      await old.db.query({ text: `select setval('change_position', (select max(position) from change))` });
      const { on, applied } = await restored(await backedUp(old));
      try {
        expect(applied).toEqual(migrations.slice(steps.length).map(({ name }) => name));
        expect(await schemaOf(on.db)).toEqual(await schemaOf(today.db));
        expect(await look(on)).toEqual(await look(today));
        const { rows } = await on.db.query({
          text: `select (select count(*) from session)::int as sessions, (select count(*) from access_token)::int as tokens, (select position from follower) as cursor`,
        });
        expect(rows).toEqual([{ sessions: 0, tokens: 0, cursor: 42n }]);
        const record = openRecord(on.db);
        const before = await record.head();
        must(await record.commit(caller, [{ kind: 'update', resource: { resourceType: 'Patient', id: 'new' } }]));
        expect(await record.head()).toBeGreaterThan(before);
        const people = openPeople(on.db);
        expect((await people.signIn({ name: 'ada', password, from: '127.0.0.1' }, new Date())).ok).toBe(true);
      } finally {
        await on.drop();
      }
    } finally {
      await old.drop();
    }
  });
});

describe('a backup of this version', () => {
  it('holds every row of every table, and every table is in the schema that is looked at', async () => {
    const chunks = await backedUp(today);
    const { on } = await restored(chunks);
    const taken = new Set(['session', 'access_token']);
    // Numbers of the transactions of a server that was left mean nothing on another.
    for (const table of ['audit', 'message', 'message_result', 'message_work']) {
      const { rows: kept } = await on.db.query({ text: `select 1 from ${table} where written_by <> 0` });
      expect(kept, table).toEqual([]);
      await today.db.query({ text: `update ${table} set written_by = 0` });
    }
    const here = Object.entries(await contentOf(today.db)).filter(([table]) => !taken.has(table));
    const there = Object.entries(await contentOf(on.db)).filter(([table]) => !taken.has(table));
    expect(there).toEqual(here);
    const { rows } = await today.db.query({
      text: `select n.nspname || '.' || c.relname as elsewhere from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where (c.relkind in ('r', 'p', 'S', 'f', 'm') and n.nspname not in ('public', 'information_schema') and n.nspname not like 'pg\\_%') or c.relkind in ('p', 'f', 'm')
        union all select 'large object ' || oid::text from pg_largeobject_metadata`,
    });
    expect(rows, 'a backup takes the ordinary tables and the sequences of one schema: teach it more first').toEqual([]);
    await on.drop();
  });

  it('fails the jobs that were under way, so that nobody waits for them', async () => {
    await today.db.query({
      text: `insert into job (id, kind, account, wish, single, state) values (gen_random_uuid(), 'export', gen_random_uuid(), '{}', false, 'running')`,
    });
    const { on } = await restored(await backedUp(today));
    const { rows } = await on.db.query<{ state: string; problem: string }>({ text: 'select state, problem from job' });
    expect(rows.map(({ state, problem }) => [state, JSON.parse(problem)])).toEqual([
      ['failed', { kind: 'gone', message: expect.stringContaining('restored from a backup') }],
    ]);
    await on.drop();
  });
});
