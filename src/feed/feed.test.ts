import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../database/contract.ts';
import { migrate } from '../database/migrate.ts';
import { connect } from '../database/pool.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import type { Resource } from '../fhir/generated/types.ts';
import type { Caller, Change, RecordStore } from '../record/contract.ts';
import { openRecord } from '../record/record.ts';
import { recordMigrations } from '../record/schema.ts';
import { positionLock } from '../record/write-statements.ts';
import { type Delivery, type Feed, FollowerFault } from './contract.ts';
import { openFeed } from './feed.ts';
import { defaultFeedSettings } from './follower.ts';
import { feedMigrations } from './schema.ts';

const caller: Caller = {
  person: { id: randomUUID(), name: 'test', role: 'administrator' },
  purpose: 'TREAT',
  from: 'test',
  request: 'r',
};
const quick = { ...defaultFeedSettings, leaseMs: 600, pollMs: 50, retryMs: { first: 5, most: 20 } };

let test: TestDatabase;
let record: RecordStore;
let feed: Feed;
const others: { close(): Promise<void> }[] = [];

beforeEach(async () => {
  test = await testDatabase({ connectionsMax: 12 });
  const migrated = await migrate(test.db, [...recordMigrations, ...feedMigrations]);
  if (!migrated.ok) throw new Error(migrated.problem.message);
  record = openRecord(test.db);
  feed = await openFeed(test.db, record, quick);
});
afterEach(async () => {
  await feed.close();
  for (const other of others.splice(0)) await other.close();
  await test.drop();
});

const patient = (id: string, family = 'Test'): Resource => ({ resourceType: 'Patient', id, name: [{ family }] });

async function put(...resources: Resource[]): Promise<void> {
  const done = await record.commit(
    caller,
    resources.map((resource) => ({ kind: 'update', resource })),
  );
  if (!done.ok) throw new Error(done.problem.message);
}

/** Until the condition holds; the test's own time limit ends a wait that is in vain. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Follows and keeps what was handed over. */
function collect(name: string, of: Feed = feed, batch?: number): { seen: Change[]; stop(): Promise<void> } {
  const seen: Change[] = [];
  const follower = of.follow(name, { from: 'start', batch }, async ({ changes }) => void seen.push(...changes));
  return { seen, stop: () => follower.stop() };
}

/** What every follower is promised: each change once, in order of position, versions of a resource one after the other. */
function expectWhole(seen: Change[], count: number): void {
  expect(seen).toHaveLength(count);
  const versions = new Map<string, number>();
  for (const [i, change] of seen.entries()) {
    if (i > 0) expect(change.position > seen[i - 1]!.position).toBe(true);
    const key = `${change.type}/${change.id}`;
    expect(change.version).toBe((versions.get(key) ?? 0) + 1);
    versions.set(key, change.version);
  }
}

describe('following', () => {
  it('hands over what is there and what comes, with bodies, in order', async () => {
    await put(patient('a'), patient('b'));
    const { seen } = collect('letters');
    await until(() => seen.length === 2);
    await put(patient('a', 'Married'));
    const gone = await record.commit(caller, [{ kind: 'delete', type: 'Patient', id: 'b' }]);
    expect(gone.ok).toBe(true);
    await until(() => seen.length === 4);
    expect(seen.map(({ id, operation, version }) => `${operation} ${id} ${version}`)).toEqual([
      'create a 1',
      'create b 1',
      'update a 2',
      'delete b 2',
    ]);
    expect(JSON.parse(seen[2]!.body)).toMatchObject({ id: 'a', name: [{ family: 'Married' }] });
    expect(seen[3]!.body).toBe('');
  });

  it('hands over only the types that are watched, and passes by the others', async () => {
    const seen: string[] = [];
    await put(...Array.from({ length: 30 }, (_, i) => patient(`p${i}`)));
    await put({ resourceType: 'Organization', id: 'ward', name: 'Ward' });
    feed.follow(
      'directory',
      { from: 'start', watches: ['Organization'], batch: 3 },
      async ({ changes }) => void seen.push(...changes.map((c) => c.id)),
    );
    await until(() => seen.length === 1);
    await put(patient('last'));
    const head = await record.head();
    await until(async () => (await feed.lag('directory'))?.position === head);
    expect(seen).toEqual(['ward']);
  });

  it('begins where it is told: at the start, after the newest change, or after a position', async () => {
    await put(patient('a'));
    await put(patient('b'));
    const first = (await record.changes(0n, 1))[0]!.position;
    const seen: string[] = [];
    const keep =
      (name: string) =>
      async ({ changes }: Delivery) =>
        void seen.push(...changes.map((c) => `${name} ${c.id}`));
    feed.follow('now', { from: 'now' }, keep('now'));
    feed.follow('after', { from: first }, keep('after'));
    await until(async () => (await feed.lags()).length === 2 && seen.length === 1);
    await put(patient('c'));
    await until(() => seen.length === 3);
    expect(seen.sort()).toEqual(['after b', 'after c', 'now c']);
  });

  it('begins where its place was noted, whatever was written before it followed', async () => {
    await put(patient('a'));
    await feed.place('late', 'now');
    await put(patient('b'));
    // A place that is known stays.
    await feed.place('late', 'now');
    const seen: string[] = [];
    feed.follow('late', { from: 'now' }, async ({ changes }) => void seen.push(...changes.map(({ id }) => id)));
    await until(() => seen.length > 0);
    expect(seen).toEqual(['b']);
  });

  it('goes on where it stood when it is opened again', async () => {
    await put(patient('a'));
    const one = collect('letters');
    await until(() => one.seen.length === 1);
    await one.stop();
    await put(patient('b'));
    const two = collect('letters');
    await until(() => two.seen.length > 0);
    expect(two.seen.map((change) => change.id)).toEqual(['b']);
  });

  it('tries the same changes again after a failure, says why, and does not move', async () => {
    const tries: string[][] = [];
    let broken = true;
    feed.follow('letters', { from: 'start' }, async ({ changes }) => {
      tries.push(changes.map((change) => change.id));
      if (broken) throw new Error('the printer is out of paper');
    });
    await put(patient('a'));
    await until(() => tries.length >= 3);
    await until(async () => (await feed.lag('letters'))?.problem !== undefined);
    expect(await feed.lag('letters')).toMatchObject({ position: 0n, followed: true, problem: 'the printer is out of paper' });
    expect(new Set(tries.map(String))).toEqual(new Set(['a']));
    broken = false;
    await until(async () => (await feed.lag('letters'))?.position === (await record.head()));
    expect((await feed.lag('letters'))?.problem).toBeUndefined();
  });

  it('stops a follower that has a fault and lets the others go on', async () => {
    let calls = 0;
    feed.follow('faulty', { from: 'start' }, async () => {
      calls++;
      throw new FollowerFault('it returned what it may not');
    });
    const { seen } = collect('letters');
    await put(patient('a'));
    await until(async () => (await feed.lag('faulty'))?.followed === false && seen.length === 1);
    await put(patient('b'));
    await until(() => seen.length === 2);
    expect(calls).toBe(1);
    expect((await feed.lag('faulty'))?.problem).toBe('it returned what it may not');
  });

  it('does not keep what the engine quotes in its messages', async () => {
    feed.follow('letters', { from: 'start' }, async () => void JSON.parse('{"family": Nightingale'));
    await put(patient('a'));
    await until(async () => (await feed.lag('letters'))?.problem !== undefined);
    const problem = (await feed.lag('letters'))?.problem;
    expect(problem).toContain('SyntaxError');
    expect(problem).not.toContain('Nightingale');
  });

  it('is set back to a position while it follows, and does all from there again', async () => {
    const { seen } = collect('letters');
    await put(patient('a'), patient('b'), patient('c'));
    await until(() => seen.length === 3);
    expect(await feed.rewind('letters', seen[0]!.position)).toBe(true);
    await until(() => seen.length === 5);
    expect(seen.map((change) => change.id)).toEqual(['a', 'b', 'c', 'b', 'c']);
    expect(await feed.rewind('nobody', 0n)).toBe(false);
  });

  it('lets the handler under way finish when it is stopped', async () => {
    let finished = false;
    let begun = false;
    const follower = feed.follow('letters', { from: 'start' }, async () => {
      begun = true;
      await new Promise((resolve) => setTimeout(resolve, 50));
      finished = true;
    });
    await put(patient('a'));
    await until(() => begun);
    await follower.stop();
    expect(finished).toBe(true);
    expect(await feed.lag('letters')).toMatchObject({ position: await record.head(), followed: false });
  });

  it('says how far behind a follower is', async () => {
    const { stop } = collect('letters');
    await until(async () => (await feed.lag('letters'))?.followed === true);
    await stop();
    expect(await feed.lag('letters')).toMatchObject({ position: 0n, behindMs: 0, followed: false });
    await put(patient('a'));
    await until(async () => ((await feed.lag('letters'))?.behindMs ?? 0) > 0);
    expect((await feed.lag('letters'))?.head).toBe(await record.head());
    expect(await feed.lag('nobody')).toBeUndefined();
  });
});

describe('several processes on one database', () => {
  async function another(): Promise<{ feed: Feed; database: Database }> {
    const database = await connect(test.connection, { connectionsMax: 4 });
    if (!database.ok) throw new Error(database.problem.message);
    const second = await openFeed(database.value, openRecord(database.value), quick);
    const close = async (): Promise<void> => {
      await second.close();
      await database.value.close();
    };
    others.push({ close });
    return { feed: second, database: database.value };
  }

  it('let one of them follow under a name; when it stops, another goes on where it stood', async () => {
    const second = await another();
    const one = collect('letters');
    await put(patient('a'));
    await until(() => one.seen.length === 1);
    const two = collect('letters', second.feed);
    for (let i = 0; i < 20; i++) await put(patient(`b${i}`));
    await until(() => one.seen.length === 21);
    expect(two.seen).toHaveLength(0);
    await one.stop();
    await put(patient('c'));
    await until(() => two.seen.length > 0);
    expect(two.seen.map((change) => change.id)).toEqual(['c']);
  });

  it('replace one that was killed when its lease has run out', async () => {
    // Killed: the row says that somebody follows, and nobody renews it.
    await test.db.query({
      text: `insert into follower (name, position, at, holder, held_until) values ('letters', 0, now(), $1, clock_timestamp() + interval '300 ms')`,
      values: [randomUUID()],
    });
    await put(patient('a'));
    const { seen } = collect('letters');
    await until(() => seen.length === 1);
  });

  it('refuse the move of one that lost its hold while it worked, so that its transaction fails', async () => {
    const second = await another();
    const moves: unknown[] = [];
    let taken = false;
    feed.follow('letters', { from: 'start' }, async ({ move }) => {
      // Longer than the lease lasts where nobody renews it: somebody else takes over.
      await test.db.query({
        text: `update follower set held_until = clock_timestamp() - interval '1 s', holder = $1`,
        values: [randomUUID()],
      });
      collectTwo ??= collect('letters', second.feed);
      await until(() => taken || (collectTwo?.seen.length ?? 0) > 0);
      taken = true;
      await test.db
        .transaction((session) => move(session))
        .catch((error: Error) => {
          moves.push(error.name);
          throw error;
        });
    });
    let collectTwo: ReturnType<typeof collect> | undefined;
    await put(patient('a'));
    await until(() => moves.length > 0);
    expect(moves).toEqual(['HoldLost']);
    expect(collectTwo?.seen.map((change) => change.id)).toEqual(['a']);
  });
});

describe('the feed never skips', () => {
  it('while many write through the record at once', async () => {
    const { seen } = collect('letters', feed, 7);
    const pools = await Promise.all(
      [1, 2, 3].map(async () => {
        const database = await connect(test.connection, { connectionsMax: 4 });
        if (!database.ok) throw new Error(database.problem.message);
        others.push(database.value);
        return openRecord(database.value);
      }),
    );
    let written = 0;
    await Promise.all(
      pools.flatMap((store, process) =>
        Array.from({ length: 8 }, async (_, writer) => {
          for (let i = 0; i < 25; i++) {
            // Some resources are everybody's, some one writer's own; units of one, of several, and such as are refused.
            const shared = patient(`shared${i % 5}`, `by${process}${writer}`);
            const own = patient(`own${process}-${writer}`, `${i}`);
            const writes = i % 3 === 0 ? [shared] : i % 3 === 1 ? [own] : [shared, own];
            const refused = i % 7 === 0;
            const done = await store.commit(
              caller,
              writes.map((resource) => ({ kind: 'update' as const, resource, ...(refused ? { ifVersion: 999 } : {}) })),
            );
            expect(done.ok).toBe(!refused);
            if (done.ok) written += writes.length;
          }
        }),
      ),
    );
    await until(() => seen.length >= written);
    expectWhole(seen, written);
  });

  it('while slow transactions take their turn in another order than they began, and hesitate before they commit', async () => {
    const { seen } = collect('letters', feed, 5);
    const writers = 8;
    const perWriter = 12;
    const waits = (i: number): string => ((i * 7919) % 23).toString();
    await Promise.all(
      Array.from({ length: writers }, async (_, writer) => {
        for (let i = 0; i < perWriter; i++) {
          const id = randomUUID();
          await test.db
            .transaction(async (session) => {
              await session.query({
                text: `insert into resource (pat, id, at, version, type, deleted, keys, body) values ($1, $1, now(), 1, 105, false, '{}', '{}')`,
                values: [id],
              });
              await session.query({ text: `select pg_sleep($1::int / 1000.0)`, values: [waits(writer * 31 + i)] });
              await session.query({ text: `select pg_advisory_xact_lock(${positionLock})` });
              await session.query({
                text: `insert into change (position, pat, id, at, account, version, type, operation) values (nextval('change_position'), $1, $1, now(), $1, 1, 105, 1)`,
                values: [id],
              });
              await session.query({
                text: `select pg_notify('lamplight_change', ''), pg_sleep($1::int / 2000.0)`,
                values: [waits(writer + i * 17)],
              });
              // A number that was taken and given up again leaves a gap, which means nothing.
              if ((writer + i) % 6 === 0) throw new Error('changed its mind');
            })
            .catch((error: Error) => {
              if (error.message !== 'changed its mind') throw error;
            });
        }
      }),
    );
    const { rows } = await test.db.query<{ count: bigint }>({ text: 'select count(*) as count from change' });
    await until(() => seen.length >= Number(rows[0]!.count));
    expect(Number(rows[0]!.count)).toBeLessThan(writers * perWriter);
    expectWhole(seen, Number(rows[0]!.count));
  });
});
