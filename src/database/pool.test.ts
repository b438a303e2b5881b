import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from './contract.ts';
import { DatabaseError } from './failure.ts';
import { connect } from './pool.ts';
import { type TestDatabase, testDatabase } from './testing.ts';

let bench: TestDatabase;
let db: Database;
beforeAll(async () => {
  bench = await testDatabase({ connectionsMax: 3, waitMs: 200, waitingMax: 2, statementTimeoutMs: 2_000 });
  db = bench.db;
  await db.query({ text: 'create table dose (id int primary key, mg numeric not null, unique (mg) deferrable initially deferred)' });
});
afterAll(() => bench.drop());

const doses = async () => (await db.query<{ id: number }>({ text: 'select id from dose order by id' })).rows.map((row) => row.id);
const insert = (id: number, mg = id) => ({ name: 'insert dose', text: 'insert into dose values ($1, $2)', values: [id, mg] });
const refusal = async (work: Promise<unknown>): Promise<DatabaseError> => {
  const thrown: unknown = await work.then(
    () => undefined,
    (error) => error,
  );
  if (thrown instanceof DatabaseError) return thrown;
  throw new Error('a DatabaseError was expected', { cause: thrown });
};
/** As an operator would: ends the connections of this pool from outside. */
const cutConnections = async () => {
  const outside = await connect(bench.connection, { connectionsMax: 1 });
  if (!outside.ok) throw new Error(outside.problem.message);
  await outside.value.query({
    text: `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
  });
  await outside.value.close();
};

describe('a statement', () => {
  test('gives bigint, numeric, instant, date and arrays without loss', async () => {
    const { rows } = await db.query({
      text: `select 9007199254740993::int8 as position, 1.10::numeric as mg, '2026-02-28 23:59:59.123456+02'::timestamptz as at,
        '2026-02-28'::date as day, array['a', null] as names, array[9007199254740993] as positions, '0044-03-15 BC'::timestamptz as ides`,
    });
    expect(rows).toEqual([
      {
        position: 9007199254740993n,
        mg: '1.10',
        at: new Date('2026-02-28T21:59:59.123Z'),
        day: '2026-02-28',
        names: ['a', null],
        positions: [9007199254740993n],
        ides: new Date(Date.UTC(-43, 2, 15)),
      },
    ]);
  });

  test('that is refused keeps its code and never quotes a value', async () => {
    await db.query({ text: 'create table bed (name text primary key)' });
    const occupied = { text: 'insert into bed values ($1)', values: ['Doe, Jane'] };
    await db.query(occupied);
    const twice = await refusal(db.query(occupied));
    expect(twice).toMatchObject({ code: '23505', constraint: 'bed_pkey', table: 'bed', problem: { kind: 'conflict' } });
    const nonsense = await refusal(db.query({ text: 'select $1::int', values: ['Doe, Jane'] }));
    expect(nonsense).toMatchObject({ code: '22P02', problem: { kind: 'invalid' } });
    for (const error of [twice, nonsense]) expect(JSON.stringify(error) + error.stack).not.toContain('Doe');
  });

  test('that takes too long is cancelled', async () => {
    expect((await refusal(db.query({ text: 'select pg_sleep(10)' }))).code).toBe('57014');
  });

  test('is prepared under its name, and the name is free again after an error in it', async () => {
    const divide = (by: number) => ({ name: 'divide', text: 'select 10 / $1::int as result', values: [by] });
    expect((await refusal(db.query(divide(0)))).code).toBe('22012');
    expect((await db.query(divide(5))).rows).toEqual([{ result: 2 }]);
  });
});

describe('a transaction', () => {
  test('sends statements together and returns their answers, awaited or not', async () => {
    const [, second] = await db.transaction(async (session) => [
      session.query(insert(1)),
      session.query<{ n: bigint }>({ text: 'select count(*) as n from dose' }),
    ]);
    expect((await second!).rows).toEqual([{ n: 1n }]);
    expect(await doses()).toEqual([1]);
  });

  test('that throws leaves nothing and throws the same', async () => {
    const stop = new Error('the pharmacist said no');
    const work = db.transaction(async (session) => {
      await session.query(insert(2));
      throw stop;
    });
    await expect(work).rejects.toBe(stop);
    expect(await doses()).toEqual([1]);
  });

  test('is never reported as done when an unawaited statement failed, and gives the first error', async () => {
    const work = db.transaction(async (session) => [session.query(insert(3)), session.query(insert(1)), session.query(insert(4))]);
    expect((await refusal(work)).code).toBe('23505');
    expect(await doses()).toEqual([1]);
  });

  test('is not saved by catching the error of a statement', async () => {
    const work = db.transaction(async (session) => {
      await session.query(insert(5));
      await session.query(insert(1)).catch(() => {});
      return 'done';
    });
    expect((await refusal(work)).code).toBe('23505');
    expect(await doses()).toEqual([1]);
  });

  test('goes on after a rollback to a savepoint', async () => {
    await db.transaction(async (session) => {
      await session.query({ text: 'savepoint before' });
      await session.query(insert(1)).catch(() => {});
      await session.query({ text: 'rollback to before' });
      await session.query(insert(6));
    });
    expect(await doses()).toEqual([1, 6]);
  });

  test('that is refused at the commit itself says why', async () => {
    const work = db.transaction(async (session) => [session.query(insert(7, 1))]);
    expect(await refusal(work)).toMatchObject({ code: '23505', constraint: 'dose_mg_key' });
    expect(await doses()).toEqual([1, 6]);
  });

  test('refuses statements after its end', async () => {
    const kept = await db.transaction(async (session) => session);
    expect(() => kept.query(insert(8))).toThrow(/after its transaction had ended/);
  });

  test('whose connection is cut before the commit is an error, and the next one works', async () => {
    const work = db.transaction(async (session) => {
      await session.query(insert(9));
      await cutConnections();
      await session.query(insert(10));
    });
    expect((await refusal(work)).problem.kind).toBe('busy');
    expect(await doses()).toEqual([1, 6]);
  });

  test('whose connection is cut during the commit does not claim to know', async () => {
    await db.query({
      text: `create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(1); return null; end $$;
        create table slow_commit (id int);
        create constraint trigger slow after insert on slow_commit deferrable initially deferred for each row execute function slow()`,
    });
    const work = refusal(db.transaction(async (session) => [session.query({ text: 'insert into slow_commit values (1)' })]));
    await new Promise((resolve) => setTimeout(resolve, 200));
    await cutConnections();
    expect((await work).code).toBe('08007');
  });
});

describe('the pool', () => {
  test('makes requests wait for a bounded time and in bounded number', async () => {
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const holders = [1, 2, 3].map(() => db.transaction(() => ended));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const waiters = [1, 2].map(() => refusal(db.query({ text: 'select 1' })));
    expect(db.stats()).toEqual({ total: 3, idle: 0, waiting: 2 });
    expect((await refusal(db.query({ text: 'select 1' }))).message).toContain('already wait');
    for (const error of await Promise.all(waiters)) expect(error).toMatchObject({ problem: { kind: 'busy' } });
    end();
    await Promise.all(holders);
    expect(db.stats()).toEqual({ total: 3, idle: 3, waiting: 0 });
  });

  test('opens new connections after all were cut', async () => {
    await Promise.all([1, 2, 3].map(() => db.query({ text: 'select 1' })));
    await cutConnections();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await db.query({ text: 'select 1 as one' })).rows).toEqual([{ one: 1 }]);
  });

  test('says what to do when nobody answers', async () => {
    const nobody = await connect({ host: '/nowhere', port: 5432, user: 'x', password: 'x', database: 'x' });
    expect(nobody).toMatchObject({ ok: false, problem: { kind: 'busy', message: expect.stringContaining('DATABASE_URL') } });
  });

  test('reports a wrong password without showing it', async () => {
    const wrong = await connect({
      ...(bench.connection as { host: string; port: number; user: string; database: string }),
      password: 'hunter2',
    });
    expect(wrong).toMatchObject({ ok: false, problem: { kind: 'forbidden' } });
    expect(JSON.stringify(wrong)).not.toContain('hunter2');
  });
});

describe('listening', () => {
  test('hears notifications, and after a lost connection is told to look for itself', async () => {
    const heard: string[] = [];
    let wake = () => {};
    const listener = await db.listen('ward_round', (payload) => {
      heard.push(payload);
      wake();
    });
    const next = () =>
      new Promise<void>((resolve) => {
        wake = resolve;
      });
    let woken = next();
    await db.query({ text: `select pg_notify('ward_round', 'bed 4')` });
    await woken;
    woken = next();
    await cutConnections();
    await woken;
    woken = next();
    await db.query({ text: `select pg_notify('ward_round', 'bed 5')` });
    await woken;
    expect(heard).toEqual(['bed 4', '', 'bed 5']);
    await listener.close();
  });
});
