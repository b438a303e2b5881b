// Reports that are due: once among several processes, made up for once after a stop, with the rights of who keeps them at that moment.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { migrate } from '../../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../../database/testing.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Jobs } from '../../jobs/contract.ts';
import { openJobs } from '../../jobs/jobs.ts';
import { jobMigrations } from '../../jobs/schema.ts';
import type { Person } from '../../policy/contract.ts';
import type { Caller } from '../../record/contract.ts';
import type { Answer, Tables } from '../../warehouse/contract.ts';
import { readDashboard } from '../questions/dashboard-file.ts';
import { readQuestion } from '../questions/question-file.ts';
import { openShelf } from '../questions/shelf.ts';
import { begin, lookForDue } from './clock.ts';
import { type ReportJobParts, reportJob } from './job.ts';
import type { MailServer } from './mail/contract.ts';
import { Letters } from './mail/letters.ts';
import { readReport } from './report-file.ts';
import { type Run, Runs } from './runs.ts';
import { reportMigrations } from './schema.ts';

const anna = '01890000-0000-7000-8000-00000000000a';
let database: TestDatabase;
let folder: string;
let now: Date;
let rights: Result<Person>;
let answer: () => Result<Answer>;
let asked: { caller: Caller; parameters: unknown }[];
let noted: [action: string, outcome: number][];
const open: Jobs[] = [];

const answered: Answer = {
  columns: [
    { name: 'day', type: 'DATE' },
    { name: 'visits', type: 'BIGINT' },
  ],
  rows: [
    ['2026-03-01', 3],
    ['2026-03-02', 5],
  ],
  cut: false,
};

beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.db, [...jobMigrations, ...reportMigrations]);
});
afterAll(() => database.drop());
beforeEach(async () => {
  for (const jobs of open.splice(0)) await jobs.close();
  await database.db.query({ text: 'truncate job, report_run, report_keeper cascade' });
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  folder = mkdtempSync(join(tmpdir(), 'lamplight-reports-'));
  for (const of of ['questions', 'reports', 'dashboards']) mkdirSync(join(folder, 'site', of), { recursive: true });
  writeFileSync(
    join(folder, 'site', 'questions', 'arrivals.sql'),
    '-- title: Arrivals\n-- parameter: since date = -30d "Since"\n-- summary: yes\n-- chart: line x=day y=visits\nselect $since as day, 1 as visits',
  );
  now = new Date('2026-03-30T12:00:00Z');
  rights = ok({ id: anna, name: 'anna', role: 'analyst' });
  answer = () => ok(answered);
  [asked, noted] = [[], []];
});

const daily = { title: 'Daily', question: 'arrivals', parameters: { since: '-7d' }, schedule: { every: 'day', at: '07:00' }, formats: ['pdf', 'csv'] }; // biome-ignore format: one report

function shelf<T>(of: string, extension: '.sql' | '.json', read: (name: string, text: string) => Result<T>) {
  return openShelf({ shipped: join(folder, 'shipped', of), site: join(folder, 'site', of), extension, read });
}

/** One process of the several that may share the database and the folder. */
function process(more: Partial<ReportJobParts> = {}): ReportJobParts & { jobs: Jobs } {
  const jobs = openJobs(database.db, { pollMs: 20, retryMs: { first: 1, most: 2 } });
  open.push(jobs);
  const tables: Tables = {
    async ask(caller, _sql, options) {
      asked.push({ caller, parameters: options?.parameters });
      return answer();
    },
    dictionary: () => [],
    freshness: async () => undefined,
  };
  const parts = {
    jobs,
    tables,
    questions: shelf('questions', '.sql', readQuestion),
    dashboards: shelf('dashboards', '.json', readDashboard),
    reports: shelf('reports', '.json', readReport),
    database: database.db,
    root: join(folder, 'files'),
    timeZone: 'Europe/London',
    now: () => now,
    record: { note: async (_: Caller, action: string, { outcome }: { outcome: number }) => void noted.push([action, outcome]) },
    rightsNow: async () => rights,
    ...more,
  };
  jobs.work([reportJob(parts)]);
  return parts;
}

async function keep(parts: ReportJobParts, report: object = daily, name = 'daily'): Promise<void> {
  const before = await parts.reports.get(name);
  const kept = await parts.reports.put(name, JSON.stringify(report), before?.version);
  if (!kept.ok) throw new Error(kept.problem.message);
  await new Runs(database.db).keep({ report: name, version: kept.value.version, account: anna, name: 'anna', at: now });
}

const runs = (name = 'daily'): Promise<Run[]> => new Runs(database.db).of(name);
async function ended(name = 'daily'): Promise<Run[]> {
  for (;;) {
    const all = await runs(name);
    if (all.every(({ state }) => state !== 'waiting')) return all;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test('whom a report names is told of a run that is done, once, and of none that failed or where no e-mail is sent', async () => {
  const mail: MailServer = { host: 'h', port: 25, tls: 'tls', from: 'l@h.example', domains: [], publicUrl: 'https://h' };
  const told = async (): Promise<string[]> =>
    (await new Letters(database.db).of('daily')).map(({ address, period, file, wanted }) =>
      [address, period, file, wanted.toISOString()].join(' | '),
    );
  const [quiet, here] = [process(), process({ mail })];
  await keep(quiet, { ...daily, mail: { to: ['ben@h.example'], attach: true } });
  await quiet.jobs.close();
  now = new Date('2026-03-31T06:00:00Z');
  await lookForDue(here);
  await ended();
  const once = [
    'ben@h.example | of 2026-03-31 07:00 (Europe/London), since 2026-03-24 | daily-2026-03-31-0700.pdf | 2026-03-31T06:00:00.000Z',
  ];
  expect(await told()).toEqual(once);
  now = new Date('2026-04-01T06:00:00Z');
  answer = () => fail('forbidden', 'no');
  await lookForDue(here);
  expect((await ended()).map(({ state }) => state)).toEqual(['failed', 'done']);
  expect(await told()).toEqual(once);
  await here.jobs.close();
  answer = () => ok(answered);
  const last = process();
  now = new Date('2026-04-02T06:00:00Z');
  await lookForDue(last);
  expect((await ended())[0]).toMatchObject({ state: 'done' });
  expect(await told()).toEqual(once);
});

describe('a report that is due', () => {
  test('is made with the rights and at the time of the clock of the site, as files that can be read', async () => {
    const here = process();
    await keep(here);
    now = new Date('2026-03-31T06:00:00Z');
    await lookForDue(here);
    const [run] = await ended();
    expect(run).toMatchObject({ state: 'done', outcome: '1 question answered', summary: true, byHand: false, due: now });
    expect(run?.files.map(({ name }) => name)).toEqual(['daily-2026-03-31-0700.pdf', 'daily-2026-03-31-0700.csv']);
    expect(asked).toMatchObject([{ caller: { person: { id: anna, name: 'anna' } }, parameters: { since: '2026-03-24' } }]);
    const csv = readFileSync(join(here.root, 'daily', 'daily-2026-03-31-0700.csv'), 'utf8');
    expect(csv).toMatch(/^# Daily: Arrivals\r\n# as of 2026-03-31 07:00 \(Europe\/London\), asked with the rights of anna/);
    expect(csv.endsWith('day,visits\r\n2026-03-01,3\r\n2026-03-02,5\r\n')).toBe(true);
    expect(
      readFileSync(join(here.root, 'daily', 'daily-2026-03-31-0700.pdf'))
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
    await expect.poll(() => noted).toEqual([['report-run', 200]]);
  });

  test('is not due before its first time after it was kept', async () => {
    const here = process();
    await keep(here);
    await lookForDue(here);
    expect(await runs()).toEqual([]);
  });

  test('is made once, however many processes see it, and once after a long stop', async () => {
    const all = [process(), process(), process()];
    await keep(all[0]!);
    now = new Date('2026-04-20T05:00:00Z');
    await Promise.all(all.map((one) => Promise.all([lookForDue(one), lookForDue(one)])));
    expect((await ended()).map(({ due }) => due.toISOString())).toEqual(['2026-04-19T06:00:00.000Z']);
    await Promise.all(all.map(lookForDue));
    expect(asked).toHaveLength(1);
    now = new Date('2026-04-20T06:00:01Z');
    await Promise.all(all.map(lookForDue));
    expect(await ended()).toHaveLength(2);
  });

  test('is made though the process was stopped between writing it down and asking for its job', async () => {
    const here = process();
    await keep(here);
    now = new Date('2026-03-31T06:00:00Z');
    await new Runs(database.db).begin({ report: 'daily', due: now, byHand: false, account: anna, name: 'anna', asked: now });
    await lookForDue(here);
    expect(asked).toHaveLength(0);
    now = new Date('2026-03-31T06:02:00Z');
    await lookForDue(here);
    expect((await ended())[0]).toMatchObject({ state: 'done' });
  });

  test('of a text that somebody else put there runs with nobody’s rights', async () => {
    const here = process();
    await keep(here);
    writeFileSync(join(folder, 'site', 'reports', 'daily.json'), JSON.stringify({ ...daily, parameters: { since: '-900d' } }));
    now = new Date('2026-03-31T06:00:00Z');
    await lookForDue(here);
    expect(await runs()).toEqual([]);
  });
});

describe('a run', () => {
  const next = async (here: ReturnType<typeof process>): Promise<Run> => {
    now = new Date(now.getTime() + 86_400_000);
    await lookForDue(here);
    return (await ended())[0]!;
  };

  test.each<[string, () => void]>([
    ['is disabled', () => { rights = fail('forbidden', 'The account was disabled'); }],
    ['is a nurse now', () => { rights = ok({ id: anna, name: 'anna', role: 'nurse' }); }],
    ['is bound to a hospital now', () => { rights = ok({ id: anna, name: 'anna', role: 'analyst', organisations: ['north'] }); }],
    ['is refused by the tables', () => { answer = () => fail('forbidden', 'The role may not'); }],
  ])('fails with a sentence where its keeper %s, and leaves no file', async (_, change) => {
    const here = process();
    await keep(here);
    change();
    expect(await next(here)).toMatchObject({ state: 'failed', files: [], outcome: expect.stringContaining('the rights of anna, which do not suffice any more') });
    expect(noted).toEqual([['report-run', 403]]);
    expect(() => readdirSync(here.root)).toThrow();
  }); // biome-ignore format: a table

  test('that could not ask one of its questions says so, and is tried again where the tables were busy', async () => {
    const here = process();
    await keep(here, {
      ...daily,
      question: undefined,
      blocks: [{ heading: 'Situation', text: 'x' }, { question: 'nothing' }, { question: 'arrivals' }],
    });
    let busy = 1;
    answer = () => (busy-- > 0 ? fail('busy', 'in a moment') : ok(answered));
    expect(await next(here)).toMatchObject({
      state: 'done',
      outcome: '1 question answered, 1 could not be: the report says why in their place',
    });
    expect(asked).toHaveLength(2);
  });

  test('with a parameter that no question has fails with its name', async () => {
    const here = process();
    await keep(here, { ...daily, parameters: { ward: 'x' } });
    expect((await next(here)).outcome).toBe('No question of it has a parameter "ward"');
  });

  test('takes the oldest files away, beyond as many as the report keeps', async () => {
    const here = process();
    await keep(here, { ...daily, keep: 2 });
    for (let i = 0; i < 4; i++) await next(here);
    await expect.poll(async () => (await runs()).length).toBe(2);
    await expect
      .poll(() => readdirSync(join(here.root, 'daily')).sort())
      .toEqual(['daily-2026-04-02-0700.csv', 'daily-2026-04-02-0700.pdf', 'daily-2026-04-03-0700.csv', 'daily-2026-04-03-0700.pdf']);
    // What was made by hand does not make it forget that it was due.
    for (let i = 1; i < 4; i++)
      await begin(here, {
        report: 'daily',
        due: new Date(now.getTime() + i * 60_000),
        byHand: true,
        account: anna,
        name: 'anna',
        asked: now,
      });
    await ended();
    const count = asked.length;
    await lookForDue(here);
    await ended();
    expect(asked).toHaveLength(count);
  });
});
