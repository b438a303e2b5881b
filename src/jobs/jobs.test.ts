import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { migrate } from '../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import type { Json } from '../fhir/json.ts';
import { fail, ok } from '../fhir/result.ts';
import type { Job, JobKind, JobState, Jobs } from './contract.ts';
import { type JobSettings, openJobs } from './jobs.ts';
import { jobMigrations } from './schema.ts';

const somebody = '01890000-0000-7000-8000-000000000001';
const quick: Partial<JobSettings> = { leaseMs: 400, pollMs: 20, retryMs: { first: 1, most: 2 }, attempts: 3 };
let database: TestDatabase;
const open: Jobs[] = [];

beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.db, jobMigrations);
  await database.db.query({ text: 'create table counted (n int8 primary key)' });
});
afterAll(() => database.drop());
beforeEach(async () => {
  for (const jobs of open.splice(0)) await jobs.close();
  await database.db.query({ text: 'truncate job, counted' });
});

/** One process of the several that may share the database. */
function process(kinds: JobKind[], settings = quick): Jobs {
  const jobs = openJobs(database.db, settings);
  open.push(jobs);
  jobs.work(kinds);
  return jobs;
}

async function until(jobs: Jobs, id: string, state: JobState): Promise<Job> {
  for (;;) {
    const job = await jobs.get(id);
    if (job === undefined) throw new Error('the job is gone');
    if (job.state === state) return job;
    if (job.ended !== undefined) throw new Error(`the job ended as ${job.state}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Counts to `wish`, a number a transaction, each written down together with how far it is. */
const counting = (name: string, after: (n: number) => void | Promise<void> = () => {}): JobKind => ({
  name,
  async run(job) {
    for (let n = Number(job.checkpoint) + 1; n <= Number(job.wish); n++) {
      if (job.signal.aborted) return fail('busy', 'stopped');
      const kept = await database.db
        .transaction(async (session) => {
          await session.query({ text: 'insert into counted values ($1)', values: [n] });
          const saved = await job.save(n, { done: n, total: Number(job.wish) }, session);
          if (!saved.ok) throw new Error('lost');
        })
        .then(
          () => true,
          (error: Error) => {
            if (error.message === 'lost') return false;
            throw error;
          },
        );
      if (!kept) return fail('busy', 'lost');
      await after(n);
    }
    return ok({ counted: job.wish } as Json);
  },
});

const counted = async (): Promise<number> =>
  Number((await database.db.query<{ n: string }>({ text: 'select count(*) n from counted' })).rows[0]!.n);
const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('a job', () => {
  test('is done, tells how far it is and what came out', async () => {
    const jobs = process([counting('count')]);
    const { id } = await jobs.ask('count', 5, somebody);
    const done = await until(jobs, id, 'done');
    expect(done).toMatchObject({ by: somebody, progress: { done: 5, total: 5 }, result: { counted: 5 } });
    expect(done.ended).toBeInstanceOf(Date);
  });

  test('keeps the digits of what it was asked', async () => {
    const jobs = openJobs(database.db, quick);
    const job = await jobs.ask('nobody does this', { filter: 'a', list: [1, null] }, somebody);
    expect((await jobs.get(job.id))?.wish).toEqual({ filter: 'a', list: [1, null] });
    expect(await jobs.get('nonsense')).toBeUndefined();
  });

  test('that ends in a failure keeps the reason', async () => {
    const jobs = process([{ name: 'refuse', run: async () => fail('invalid', 'The file has no rows', 'line 1') }]);
    const { id } = await jobs.ask('refuse', null, somebody);
    expect((await until(jobs, id, 'failed')).problem).toEqual({ kind: 'invalid', message: 'The file has no rows', where: 'line 1' });
  });

  test('is tried again after an error, from where it was, and given up when it never comes further', async () => {
    let thrown = 0;
    const falters = counting('falter', (n) => {
      if (n % 2 === 0 && thrown++ < 4) throw new Error('the disk hiccuped');
    });
    const jobs = process([falters, { name: 'break', run: () => Promise.reject(new Error('broken')) }]);
    await until(jobs, (await jobs.ask('falter', 10, somebody)).id, 'done');
    expect(await counted()).toBe(10);
    expect((await until(jobs, (await jobs.ask('break', 1, somebody)).id, 'failed')).problem?.message).toContain('3 times in a row');
  });

  test('that tells how far it is, and begins anew after each error, is given up as well', async () => {
    const circles: JobKind = {
      name: 'circle',
      async run(job) {
        await job.save(null, { done: 5 });
        throw new Error('the disk is full');
      },
    };
    const jobs = process([circles]);
    expect((await until(jobs, (await jobs.ask('circle', 1, somebody)).id, 'failed')).problem?.message).toContain('3 times in a row');
  });

  test('that may be asked for only once at a time answers the one that is under way', async () => {
    let go = (): void => {};
    const wait = new Promise<void>((resolve) => {
      go = resolve;
    });
    const jobs = process([{ name: 'slow', run: async () => wait.then(() => ok(null)) }]);
    const [first, second] = await Promise.all([1, 2].map(() => jobs.ask('slow', null, somebody, { only: true })));
    expect(second!.id).toBe(first!.id);
    go();
    await until(jobs, first!.id, 'done');
    expect((await jobs.ask('slow', null, somebody, { only: true })).id).not.toBe(first!.id);
  });
});

describe('a job that is cancelled', () => {
  test('stops and cleans up once, wherever it runs', async () => {
    const cleaned: string[] = [];
    const endless = { ...counting('endless', rest), clean: async ({ id }: Job) => void cleaned.push(id) };
    process([endless]);
    const other = openJobs(database.db, quick);
    const { id } = await other.ask('endless', 1_000_000, somebody);
    await until(other, id, 'running');
    expect(await other.cancel(id)).toBe(true);
    while (cleaned.length === 0) await rest();
    const then = await counted();
    for (let i = 0; i < 10; i++) await rest();
    expect(await counted()).toBe(then);
    expect(cleaned).toEqual([id]);
    expect(await other.cancel(id)).toBe(false);
  });

  test('before it began is never begun', async () => {
    const jobs = openJobs(database.db, quick);
    open.push(jobs);
    const { id } = await jobs.ask('count', 3, somebody);
    await jobs.cancel(id);
    jobs.work([counting('count')]);
    await until(jobs, (await jobs.ask('count', 2, somebody)).id, 'done');
    expect((await jobs.get(id))?.state).toBe('cancelled');
    expect(await counted()).toBe(2);
  });

  test('and forgotten is gone', async () => {
    const jobs = process([counting('count')]);
    const { id } = await jobs.ask('count', 1, somebody);
    await until(jobs, id, 'done');
    await jobs.forget(id);
    expect(await jobs.get(id)).toBeUndefined();
  });
});

describe('several processes', () => {
  test('go on where one was closed, and where one was killed', async () => {
    const first = process([counting('count', rest)]);
    const { id } = await first.ask('count', 60, somebody);
    while ((await counted()) < 10) await rest();
    await first.close();
    // As a killed process leaves it: held, and nobody renews.
    await database.db.query({
      text: `update job set state = 'running', holder = gen_random_uuid(), lease = now() + interval '200 ms' where id = $1`,
      values: [id],
    });
    const second = process([counting('count')]);
    await until(second, id, 'done');
    expect(await counted()).toBe(60);
  });

  test('do each number once, though a worker slept past its lease', async () => {
    let slept = false;
    const sleepy = counting('count', async (n) => {
      if (n === 5 && !slept) {
        slept = true;
        // Only now there is another who can take it over.
        process([counting('count')]);
        await database.db.query({ text: `update job set holder = gen_random_uuid(), lease = now() - interval '1 second'` });
      }
    });
    const jobs = process([sleepy]);
    const { id } = await jobs.ask('count', 50, somebody);
    await until(jobs, id, 'done');
    expect(slept).toBe(true);
    expect(await counted()).toBe(50);
  });

  test('share the work: a kind runs as often at a time as it allows, in each', async () => {
    let most = 0;
    let now = 0;
    const kind: JobKind = {
      name: 'short',
      together: 2,
      run: async () => {
        most = Math.max(most, ++now);
        await rest();
        now--;
        return ok(null);
      },
    };
    const jobs = process([kind]);
    const asked = await Promise.all(Array.from({ length: 20 }, () => jobs.ask('short', null, somebody)));
    for (const { id } of asked) await until(jobs, id, 'done');
    expect(most).toBe(2);
  });
});

test('jobs that ended long ago are forgotten, with what they left behind', async () => {
  const cleaned: string[] = [];
  const kind: JobKind = { name: 'old', keepHours: 1, run: async () => ok(null), clean: async ({ id }) => void cleaned.push(id) };
  await database.db.query({
    text: `insert into job (id, kind, account, wish, single, state, ended) values
(gen_random_uuid(), 'old', $1, 'null', false, 'done', now() - interval '2 hours'),
(gen_random_uuid(), 'old', $1, 'null', false, 'done', now())`,
    values: [somebody],
  });
  const jobs = process([kind]);
  while (cleaned.length === 0) await rest();
  while ((await jobs.list('old')).length > 1) await rest();
  expect(cleaned).toHaveLength(1);
});
