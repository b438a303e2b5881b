// The tables by PostgreSQL's protocol through the whole server: who sees what, what the trail keeps, TLS, and what ends a connection.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Stand, stand } from './calls.ts';
import { makeCertificates } from './certificates.ts';
import { removeFolder, runCommand, temporaryFolder, tokenFor } from './running-server.ts';

const certificates = temporaryFolder('wire-certificates');
const encrypted = makeCertificates(certificates);
const own = (name: string): string => join(certificates, name);
let here: Stand;
let port = 0;
const open: pg.Client[] = [];

beforeAll(async () => {
  // The HTTP side of this server is not called, so its certificate needs no trust here.
  here = await stand({ env: { LAMPLIGHT_WAREHOUSE: 'on', LAMPLIGHT_SQL_PORT: '0' } });
  port = Number(/SQL for psql.*:(\d+)$/m.exec(here.server.said())?.[1]);
  await put({ resourceType: 'Organization', id: 'north', name: 'North' });
  await put({ resourceType: 'Organization', id: 'south', name: 'South' });
  for (const [id, at] of [
    ['ann', 'north'],
    ['bob', 'south'],
  ])
    await put({
      resourceType: 'Patient',
      id: id!,
      name: [{ family: `Family of ${id}` }],
      birthDate: '1970-06-07',
      managingOrganization: { reference: `Organization/${at}` },
    });
  await vi.waitFor(
    async () => {
      const admin = await connect(here.administrator);
      expect((await admin.query('select count(*) as n from patients')).rows).toEqual([{ n: '2' }]);
    },
    { timeout: 30_000, interval: 200 },
  );
}, 120_000);
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.end().catch(() => {})));
});
afterAll(async () => {
  await here.end();
  removeFolder(certificates);
});

const put = async (resource: { resourceType: string; id: string; [name: string]: unknown }): Promise<void> => {
  const answer = await here.call('PUT', `/fhir/${resource.resourceType}/${resource.id}`, { body: resource });
  expect(answer.status, answer.text).toBeLessThan(300);
};

async function connect(password: string, more: pg.ClientConfig = {}): Promise<pg.Client> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'token', password, database: 'lamplight', ...more });
  client.on('error', () => {});
  await client.connect();
  open.push(client);
  return client;
}

describe('who asks', () => {
  test('sees rows of their organisation, without what identifies unless they ask for it', async () => {
    const north = await connect(await tokenFor(here.database, { role: 'analyst', organisations: ['north'] }), {
      options: '-c lamplight.detail=limited',
    });
    expect((await north.query('select family, birth_date::text as born from public.patients')).rows).toEqual([
      { family: null, born: '1970-06-07' },
    ]);
    await north.query("set lamplight.detail = 'identified'");
    expect((await north.query('select family from patients where birth_date > $1', ['1970-01-01'])).rows).toEqual([
      { family: 'Family of ann' },
    ]);
    expect((await north.query("select column_name from information_schema.columns where table_name = 'patients'")).rows).toContainEqual({
      column_name: 'family',
    });
  });

  test('leaves a row in the trail for each query, and none for the catalogue', async () => {
    const client = await connect(await tokenFor(here.database, { role: 'analyst' }), { options: '-c lamplight.purpose=HRESCH' });
    const noted = async (): Promise<unknown[]> => {
      const { rows } = await here.database.query({
        text: "select query, purpose, outcome from audit where action = 'warehouse-query' and query like '%only_here%' order by at",
      });
      return rows;
    };
    await client.query('select 1 as only_here from pg_class');
    await client.query('select count(*) as only_here from patients where id <> $1', ['ann']);
    await expect(client.query('select nope as only_here from patients')).rejects.toMatchObject({ code: '42703' });
    expect(await noted()).toMatchObject([
      {
        query: 'de-identified as cells: select count(*) as only_here from patients where id <> $1::VARCHAR',
        purpose: 'HRESCH',
        outcome: 200,
      },
      { query: 'de-identified as cells: select nope as only_here from patients', purpose: 'HRESCH', outcome: 422 },
    ]);
  });

  test.each(['patient', 'nurse'] as const)('a %s may not ask the tables', async (role) => {
    const token = await tokenFor(here.database, role === 'patient' ? { role, patients: ['ann'] } : { role });
    await expect(connect(token)).rejects.toMatchObject({ code: '42501' });
  });

  test('may sign in by name and password from this machine, and the wrong one is noted', async () => {
    const admin = await connect('correct horse battery staple', { user: 'admin' });
    expect((await admin.query('select current_user')).rows).toEqual([{ current_user: 'admin' }]);
    await expect(connect('wrong', { user: 'admin' })).rejects.toMatchObject({ code: '28P01' });
    const { rows } = await here.database.query<{ outcome: string }>({
      text: "select outcome from sign_in where name = 'admin' order by at desc limit 1",
    });
    expect(rows).toEqual([{ outcome: 'refused' }]);
  });

  test('is asked for again before each query: a withdrawn token ends it', async () => {
    const token = await tokenFor(here.database, { role: 'analyst' }, 2_000);
    const client = await connect(token);
    await expect
      .poll(() => client.query('select count(*) from patients').catch((error: unknown) => error), { timeout: 10_000 })
      .toMatchObject({ code: '28000' });
  }, 20_000);
});

describe('a query', () => {
  test('that runs for ever ends with its connection, and the server goes on', async () => {
    const client = await connect(here.administrator);
    const lost = client.query('select count(*) from range(10000000000) a, range(10000000) b').catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 300));
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    expect(await lost).toBeInstanceOf(Error);
    const other = await connect(here.administrator);
    expect((await other.query('select count(*) as n from patients')).rows).toEqual([{ n: '2' }]);
  }, 30_000);

  test('may be asked where the data dictionary says', async () => {
    expect((await here.call('GET', '/analytics/tables')).json).toMatchObject({ sqlPort: port });
  });

  test('writes nothing', async () => {
    const client = await connect(here.administrator);
    const before = await here.changes();
    for (const sql of [
      'delete from patients',
      'create table x (a int)',
      "copy patients to '/tmp/x.csv'",
      "attach 'x'",
      'insert into patients select * from patients',
    ])
      await expect(client.query(sql), sql).rejects.toMatchObject({ code: expect.stringMatching(/^(25006|42)/) });
    expect(await here.changes()).toBe(before);
  });
});

test('with a certificate the talk is encrypted, and commands beside it know the server by it', async ({ skip }) => {
  if (!encrypted) return skip('there is no openssl to make certificates');
  mkdirSync(own('channels'));
  const other = await stand({
    env: {
      LAMPLIGHT_WAREHOUSE: 'on',
      LAMPLIGHT_SQL_PORT: '0',
      LAMPLIGHT_CHANNELS: own('channels'),
      LAMPLIGHT_TLS_KEY: own('server.key'),
      LAMPLIGHT_TLS_CERT: own('server.pem'),
    },
  });
  try {
    const there = Number(/SQL for psql.*:(\d+)$/m.exec(other.server.said())?.[1]);
    const ca = readFileSync(own('ca.pem'), 'utf8');
    const client = await connect(other.administrator, { port: there, ssl: { ca } });
    expect((await client.query('select current_database()')).rows).toEqual([{ current_database: 'lamplight' }]);
    // Its certificate is for another name, and signed by nobody whom this machine knows.
    expect(other.server.address).toMatch(/^https:/);
    const settings = { LAMPLIGHT_DATA_DIR: other.server.dataDir, DATABASE_URL: other.url };
    const tls = { LAMPLIGHT_TLS_KEY: own('server.key'), LAMPLIGHT_TLS_CERT: own('server.pem') };
    const done = await runCommand(['exchange', 'reload'], { ...settings, ...tls });
    expect([done.status, done.stderr]).toEqual([0, expect.stringContaining('0 channels are otherwise')]);
    for (const env of [settings, { ...settings, ...tls, LAMPLIGHT_TLS_CERT: own('ca.pem') }]) {
      const refused = await runCommand(['exchange', 'reload'], env);
      expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('run this with the settings of the server')]);
    }
  } finally {
    await Promise.all(open.splice(0).map((client) => client.end()));
    await other.end();
  }
}, 60_000);
