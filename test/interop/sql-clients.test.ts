// npm run conformance sql: what the clients that are installed here do with the tables by PostgreSQL's protocol: psql, R with RPostgreSQL
// or RPostgres, Python with psycopg2 or psycopg. Nothing is installed for it; a client that is not there is said to be skipped.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Stand, stand } from '../calls.ts';

const full = process.env['LAMPLIGHT_FULL'] === '1';
const run = promisify(execFile);
const password = 'correct horse battery staple';
let here: Stand;
let port = '';

beforeAll(async () => {
  if (!full) return;
  here = await stand({ env: { LAMPLIGHT_WAREHOUSE: 'on', LAMPLIGHT_SQL_PORT: '0' } });
  port = /SQL for psql.*:(\d+)$/m.exec(here.server.said())?.[1] ?? '';
  for (let count = 0; count < 25; count++) {
    const resource = { resourceType: 'Patient', id: `p${count}`, gender: count < 10 ? 'female' : 'male', birthDate: '1970-06-07' };
    await here.call('PUT', `/fhir/Patient/p${count}`, { body: resource });
  }
  const fresh = async (): Promise<void> => {
    const answer = await here.call('POST', '/analytics/query', { body: { sql: 'select count(*) from patients' } });
    expect(answer.json?.['rows']).toEqual([[25]]);
  };
  await vi.waitFor(fresh, { timeout: 30_000, interval: 200 });
}, 120_000);
afterAll(async () => {
  if (full) await here.end();
});

const env = (): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  LC_ALL: 'C.UTF-8',
  PGHOST: '127.0.0.1',
  PGPORT: port,
  PGUSER: 'admin',
  PGPASSWORD: password,
  PGDATABASE: 'lamplight',
});
const said = async (command: string, args: string[]): Promise<string> => {
  const { stdout, stderr } = await run(command, args, { env: env(), timeout: 60_000 });
  return stdout + stderr;
};
const works = async (command: string, args: string[]): Promise<boolean> =>
  run(command, args, { timeout: 30_000 }).then(
    () => true,
    () => false,
  );

const psql: readonly [string, RegExp][] = [
  ['\\dt', /public \| patients +\| table/],
  ['\\d patients', /birth_date +\| date/],
  ['\\d+ patients', /Administrative gender/],
  ['\\l', /lamplight/],
  ['\\dn', /public/],
  ['\\du', /admin/],
  ['\\df', /0 rows/],
  ['select gender, count(*) from public.patients group by 1 order by 1', /female \| +10/],
  ["set lamplight.detail = 'limited'; select min(birth_date) from patients", /1970-06-07/],
  ['\\set FETCH_COUNT 7 \\\\ select id from patients', /25 rows|rows/],
];

const pythons: readonly [string, string][] = ['psycopg2', 'psycopg'].map((module): [string, string] => [
  module,
  `import ${module} as driver
connection = driver.connect("", options="-c lamplight.detail=limited")
cursor = connection.cursor()
cursor.execute("select count(*), min(birth_date) from patients where gender = %s", ("female",))
print(cursor.fetchone())
try:
    cursor.execute("select nope from patients")
except driver.Error as error:
    print(type(error).__name__)
connection.rollback()
named = connection.cursor("named")
named.execute("select id from patients")
print(len(named.fetchall()), "rows of a cursor")
connection.close()`,
]);

const rs: readonly [string, string][] = ['RPostgreSQL', 'RPostgres'].map((library): [string, string] => [
  library,
  `suppressMessages({library(DBI); library(${library})})
driver <- ${library === 'RPostgres' ? 'Postgres()' : 'PostgreSQL()'}
connection <- dbConnect(driver, host = Sys.getenv("PGHOST"), port = as.integer(Sys.getenv("PGPORT")), user = "admin", password = Sys.getenv("PGPASSWORD"), dbname = "lamplight")
cat("patients" %in% dbListTables(connection), "birth_date" %in% dbListFields(connection, "patients"), dim(dbReadTable(connection, "patients")), "\\n")
print(dbGetQuery(connection, "select gender, count(*) as n from patients where gender = $1 group by gender", ${library === 'RPostgres' ? 'params = list("female")' : '"female"'}))
invisible(dbDisconnect(connection))`,
]);

describe('clients of PostgreSQL', () => {
  test.each(psql)(
    'psql: %s',
    async (command, shows) => {
      if (!full) return console.info('skipped: npm run conformance sql asks the clients that are installed');
      if (!(await works('psql', ['--version']))) return console.info('skipped: no psql');
      const [first, second] = command.split(' \\\\ ');
      expect(await said('psql', ['-X', ...(second === undefined ? ['-c', first!] : ['-v', 'FETCH_COUNT=7', '-c', second])])).toMatch(shows);
    },
    60_000,
  );

  test.each(pythons)(
    'Python: %s',
    async (module, program) => {
      if (!full) return console.info('skipped: npm run conformance sql asks the clients that are installed');
      // Debian's own python3 has Debian's modules.
      const python = (await works('/usr/bin/python3', ['-c', `import ${module}`])) ? '/usr/bin/python3' : 'python3';
      if (!(await works(python, ['-c', `import ${module}`]))) return console.info(`skipped: no ${module}`);
      expect(await said(python, ['-c', program])).toBe('(10, datetime.date(1970, 6, 7))\nUndefinedColumn\n25 rows of a cursor\n');
    },
    60_000,
  );

  test.each(rs)(
    'R: %s',
    async (library, program) => {
      if (!full) return console.info('skipped: npm run conformance sql asks the clients that are installed');
      if (!(await works('Rscript', ['-e', `library(${library})`]))) return console.info(`skipped: no R with ${library}`);
      expect(await said('Rscript', ['-e', program])).toMatch(/TRUE TRUE 25 22 \n +gender +n\n1 female 10/);
    },
    60_000,
  );
});
