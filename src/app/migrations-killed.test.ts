// Steps of the schema and kill -9: a process that migrates a filled database is killed at random moments until it comes through;
// what it leaves is the schema that one uninterrupted run makes, and the rows that were there.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentOf, schemaOf } from '../database/backup/testing.ts';
import type { Migration } from '../database/contract.ts';
import { migrate } from '../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { migrations } from './database.ts';

/** The first schema that had a record: what an old installation has. */
const early = migrations.slice(0, migrations.findIndex(({ name }) => name === '0100-record') + 1);

/** The real steps on a small database take milliseconds: these take long enough to be met, in the middle too. */
const slow: Migration[] = [
  {
    name: '9001-rewritten',
    sql: `alter table resource add column weight int; update resource set weight = length(body);
      alter table resource alter column weight set not null; create index resource_weight on resource (pat, weight)`,
  },
  {
    name: '9002-moved',
    sql: `create table aside as select * from range_value; delete from range_value; insert into range_value select * from aside; drop table aside`,
  },
  { name: '9003-checked', sql: `alter table directory add check (type >= 0); create unique index directory_of on directory (id, type)` },
];
const all = [...migrations, ...slow];

async function fill({ db }: TestDatabase): Promise<void> {
  expect((await migrate(db, early)).ok).toBe(true);
  await db.transaction(async (session) => [
    session.query({ text: `select setseed(0.5)` }),
    session.query({
      text: `insert into resource select md5('p' || i % 100)::uuid, md5('r' || i)::uuid, '2026-01-01'::timestamptz + i * interval '1 s', 1, i % 140, false, null, null, array[i, i * 7], '{"resourceType":"Observation","id":"' || i || '","note":"' || repeat('é ', i % 50) || '"}' from generate_series(1, 8000) i`,
    }),
    session.query({ text: `insert into directory select type, id, pat from resource` }),
    session.query({ text: `insert into range_value select 1, i, i + 1, pat, id, 0 from resource, generate_series(1, 2) i` }),
    session.query({ text: `insert into follower values ('early-warning', 17, now())` }),
    session.query({ text: `insert into change select nextval('change_position'), pat, id, at, pat, 1, type, 1 from resource` }),
  ]);
}

const program = `
import { connect } from ${JSON.stringify(join(process.cwd(), 'dist/src/database/pool.js'))};
import { migrate } from ${JSON.stringify(join(process.cwd(), 'dist/src/database/migrate.js'))};
const { connection, steps } = JSON.parse(process.argv[1]);
const database = await connect(connection, { connectionsMax: 1 });
process.send('connected');
await new Promise((resolve) => process.once('message', resolve));
const done = await migrate(database.value, steps);
process.send(done);
await database.value.close();
process.disconnect();
`;

/** A process that has a connection and waits for the word. */
async function ready(on: TestDatabase): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, JSON.stringify({ connection: on.connection, steps: all })], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [said] = (await once(child, 'message')) as [string];
  expect(said).toBe('connected');
  return child;
}

async function logged({ db }: TestDatabase): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>({ text: 'select name from migration order by applied, name' });
  return rows.map(({ name }) => name);
}

/** Columns that the early schema had: later ones come with values of their own. */
const earlyColumns = {
  resource: ['pat', 'id', 'at', 'version', 'type', 'deleted', 'also', 'name', 'keys', 'body'],
  directory: ['type', 'id', 'pat'],
  follower: ['name', 'position', 'at', 'problem'],
};

describe('migrating', () => {
  const made: TestDatabase[] = [];
  async function filled(): Promise<TestDatabase> {
    const one = await testDatabase();
    made.push(one);
    await fill(one);
    return one;
  }
  let atOnce: TestDatabase;
  let before: Record<string, string>;
  let wholeMs: number;

  beforeAll(async () => {
    atOnce = await filled();
    before = await contentOf(atOnce.db, earlyColumns);
    const started = performance.now();
    expect((await migrate(atOnce.db, all)).ok).toBe(true);
    wholeMs = performance.now() - started;
  });
  afterAll(async () => {
    for (const one of made) await one.drop();
  });

  async function expectWhole(on: TestDatabase): Promise<void> {
    expect(await schemaOf(on.db)).toEqual(await schemaOf(atOnce.db));
    expect((await logged(on)).toSorted()).toEqual(all.map(({ name }) => name).toSorted());
    const after = await contentOf(on.db, earlyColumns);
    for (const [table, says] of Object.entries(before))
      if (!['migration', 'follower', 'change'].includes(table)) expect([table, after[table]]).toEqual([table, says]);
    const { rows } = await on.db.query({
      text: `select (select count(*) from change)::int as changes, (select position from follower) as position, (select count(*) from resource where weight = length(body))::int as weighed`,
    });
    expect(rows).toEqual([{ changes: 8_000, position: 17n, weighed: 8_000 }]);
  }

  it('killed at any moment, as often as it likes, it ends where one run ends', { timeout: 300_000 }, async () => {
    const moments = fc.sample(fc.double({ min: 0, max: 1, noNaN: true }), { seed: 20_261_122, numRuns: 200 });
    let tried = 0;
    let kills = 0;
    let inTheMiddle = 0;
    // How long the steps take differs from run to run: a kill that came too late makes the next ones come earlier.
    let span = wholeMs;
    const enough = (): boolean => kills >= 12 && (inTheMiddle > 0 || kills >= 120);
    while (!enough()) {
      const on = await filled();
      for (let finished = false; !finished; ) {
        const child = await ready(on);
        const exit = once(child, 'exit');
        child.on('message', () => {
          finished = true;
        });
        child.send('go');
        if (!enough()) {
          await sleep(moments[tried++ % moments.length]! * span);
          child.kill('SIGKILL');
        }
        await exit;
        if (!finished) kills += 1;
        else if (!enough()) span = Math.max(5, span * 0.7);
        const steps = await logged(on);
        expect(all.map(({ name }) => name).filter((name) => steps.includes(name))).toEqual(steps);
        if (steps.length > early.length && steps.length < all.length) inTheMiddle += 1;
      }
      await expectWhole(on);
    }
    expect(inTheMiddle).toBeGreaterThan(0);
  });

  it('two processes at once do each step once between them', async () => {
    const on = await filled();
    const children = [await ready(on), await ready(on)];
    const answers = children.map(async (child) => {
      const [done] = (await once(child, 'message')) as [{ ok: boolean; value: string[] }];
      return done;
    });
    for (const child of children) child.send('go');
    const done = await Promise.all(answers);
    expect(done.map(({ ok }) => ok)).toEqual([true, true]);
    expect(done.flatMap(({ value }) => value).toSorted()).toEqual(
      all
        .slice(early.length)
        .map(({ name }) => name)
        .toSorted(),
    );
    await expectWhole(on);
  });
});
