import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { migrate } from '../../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../../database/testing.ts';
import type { Resource } from '../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Job, Jobs } from '../../jobs/contract.ts';
import { type JobSettings, openJobs } from '../../jobs/jobs.ts';
import { jobMigrations } from '../../jobs/schema.ts';
import type { Person } from '../../policy/contract.ts';
import type { Caller, RecordStore } from '../../record/contract.ts';
import { openRecord } from '../../record/record.ts';
import { recordMigrations } from '../../record/schema.ts';
import { type BulkResult, type ExportAsked, exportKind } from './contract.ts';
import { exportJob } from './export-job.ts';

const person: Person = { id: '0190a000-0000-7000-8000-000000000001', name: 'test', role: 'analyst' };
const caller: Caller = { person, purpose: 'HRESCH', from: 'test', request: 'r1' };
const quick: Partial<JobSettings> = { leaseMs: 400, pollMs: 20, retryMs: { first: 1, most: 2 }, attempts: 3 };
const types = ['Patient', 'Observation'] as const;
let database: TestDatabase;
let record: RecordStore;
let root: string;
/** What the account may do now. */
let rights: Result<Person>;
const open: Jobs[] = [];

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'lamplight-export-job-'));
  database = await testDatabase();
  await migrate(database.db, [...recordMigrations, ...jobMigrations]);
  record = openRecord(database.db);
  const resources = types.flatMap((resourceType) =>
    ['a', 'b'].map(
      (id) => ({ resourceType, id, ...(resourceType === 'Patient' ? {} : { status: 'final', code: { text: id } }) }) as Resource,
    ),
  );
  const done = await record.commit(
    { ...caller, person: { ...person, role: 'administrator' } },
    resources.map((resource) => ({ kind: 'update', resource })),
  );
  expect(done.ok).toBe(true);
});
afterAll(async () => {
  await database.drop();
  rmSync(root, { recursive: true, force: true });
});
beforeEach(async () => {
  for (const jobs of open.splice(0)) await jobs.close();
  rights = ok(person);
});

/** One process of the several that may share the database and the folder. */
function process(of: RecordStore = record): Jobs {
  const jobs = openJobs(database.db, quick);
  open.push(jobs);
  jobs.work([exportJob({ record: of, root, rightsNow: async () => rights })]);
  return jobs;
}

const asked: ExportAsked = { caller, request: 'http://here/fhir/$export', filters: [], types: [...types] };
const ask = (jobs: Jobs): Promise<Job> => jobs.ask(exportKind, JSON.stringify(asked), person.id);

async function ended(jobs: Jobs, { id }: Job): Promise<Job> {
  for (;;) {
    const job = (await jobs.get(id))!;
    if (job.ended !== undefined) return job;
    await rest();
  }
}
const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

/** A record that waits, after each part that it handed out, for what the test does then. */
const pausing = (after: (part: number) => Promise<void>): RecordStore => {
  let parts = 0;
  return {
    ...record,
    exportAll: (who, wish, sink, signal) =>
      record.exportAll(
        who,
        wish,
        async (part) => {
          await sink(part);
          await after(++parts);
        },
        signal,
      ),
  };
};

const lines = (job: Job): string[] =>
  (JSON.parse(String(job.result)) as BulkResult).output.flatMap(({ file, count }) => {
    const found = readFileSync(join(root, job.id, file), 'utf8')
      .trimEnd()
      .split('\n');
    expect(found).toHaveLength(count);
    return found
      .map((line) => JSON.parse(line) as { resourceType: string; id: string })
      .map(({ resourceType, id }) => `${resourceType}/${id}`);
  });
const all = ['Observation/a', 'Observation/b', 'Patient/a', 'Patient/b'];

describe('an export whose process slept past its lease', () => {
  test('and wakes while another writes, or has ended, touches none of its files', async () => {
    let wake = (): void => {};
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    let sleeperEnded = (): void => {};
    const over = new Promise<void>((resolve) => {
      sleeperEnded = resolve;
    });
    let asleep = false;
    const sleeper = pausing(async (part) => {
      if (part !== 1) return;
      asleep = true;
      // Its lease runs out: nothing of this process runs, its clock neither.
      await database.db.query({
        text: `update job set holder = gen_random_uuid(), lease = now() - interval '1 second' where ended is null`,
      });
      await woken;
    });
    const slow = process({ ...sleeper, exportAll: (...wish) => sleeper.exportAll(...wish).finally(sleeperEnded) });
    const job = await ask(slow);
    while (!asleep) await rest();
    const files = readdirSync(join(root, job.id));
    expect(files).toHaveLength(1);

    // The other wakes it in the middle of its own work.
    const fast = process(
      pausing(async (part) => {
        if (part !== 1) return;
        wake();
        await over;
      }),
    );
    const done = await ended(fast, job);
    expect(done.state).toBe('done');
    expect(lines(done).sort()).toEqual(all);
    const { output } = JSON.parse(String(done.result)) as BulkResult;
    for (const { file } of output) expect(file.startsWith(`${files[0]}/`)).toBe(false);
    // What the sleeper left is gone already; what the export made goes with it.
    expect(readdirSync(join(root, job.id))).toHaveLength(1);
    await fast.forget(job.id);
    expect(readdirSync(root)).not.toContain(job.id);
  });

  test('leaves nothing behind where the job was cancelled meanwhile', async () => {
    let asleep = false;
    let cancelled = false;
    const jobs = process(
      pausing(async () => {
        asleep = true;
        while (!cancelled) await rest();
      }),
    );
    const job = await ask(jobs);
    while (!asleep) await rest();
    await database.db.query({ text: `update job set holder = gen_random_uuid(), lease = now() - interval '1 second' where ended is null` });
    const other = openJobs(database.db, quick);
    other.work([exportJob({ record, root, rightsNow: async () => rights })]);
    open.push(other);
    await other.cancel(job.id);
    cancelled = true;
    await jobs.close();
    while (readdirSync(root).includes(job.id)) await rest();
    expect((await other.get(job.id))?.state).toBe('cancelled');
  });
});

describe('an export ends with words, and without files, when its asker', () => {
  test.each<[string, Result<Person>, RegExp]>([
    ['was disabled', fail('forbidden', 'The account was disabled'), /ended before it was finished\. The account was disabled/],
    ['has another role', ok({ ...person, role: 'nurse' }), /rights of the account have changed/],
    ['was bound to an organisation', ok({ ...person, organisations: ['north'] }), /rights of the account have changed/],
  ])('%s in the middle of it', async (_, then, words) => {
    const jobs = process(
      pausing(async () => {
        rights = then;
      }),
    );
    const job = await ended(jobs, await ask(jobs));
    expect(job).toMatchObject({ state: 'failed', problem: { kind: 'forbidden', message: expect.stringMatching(words) } });
    expect(job.result).toBeUndefined();
    expect(readdirSync(root)).not.toContain(job.id);
    const { rows } = await database.db.query<{ outcome: number; query: string }>({
      text: `select outcome, query from audit where action = 'export' and outcome = 403 order by id desc limit 1`,
    });
    expect(rows).toEqual([{ outcome: 403, query: asked.request }]);
  });

  test('lost the right while it waited for its turn', async () => {
    rights = fail('forbidden', 'The account was disabled');
    const jobs = process({ ...record, exportAll: () => Promise.reject(new Error('nothing may be read')) });
    expect((await ended(jobs, await ask(jobs))).problem?.kind).toBe('forbidden');
  });

  test('but not where the rights could only not be read just now', async () => {
    rights = fail('busy', 'The database is busy');
    const jobs = process();
    const job = await ask(jobs);
    await rest();
    rights = ok(person);
    expect((await ended(jobs, job)).state).toBe('done');
  });

  test('and goes on where they have become wider', async () => {
    const jobs = process();
    const narrow = { ...asked, caller: { ...caller, person: { ...person, organisations: ['north'] } } };
    expect((await ended(jobs, await jobs.ask(exportKind, JSON.stringify(narrow), person.id))).state).toBe('done');
  });
});
