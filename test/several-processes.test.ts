// Several processes on one database: what one does the others know, and what is done once is done by one of them.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../src/database/testing.ts';
import { type Caller, caller } from './calls.ts';
import { type RunningServer, removeFolder, runCommand, startServer, temporaryFolder, tokenFor } from './running-server.ts';

let database: TestDatabase;
const servers: RunningServer[] = [];
const folders: string[] = [];
/** Files of channels, which both read. */
const channels = temporaryFolder('several-channels');
let calls: Caller[];
let token: string;
/** In the order of `calls`. */
let running: RunningServer[];

function url(): string {
  const { host, port, user, password, database: name } = database.connection;
  return `postgres://${user}:${encodeURIComponent(password)}@localhost:${port}/${name}?host=${encodeURIComponent(host)}`;
}

async function start(): Promise<RunningServer> {
  const dataDir = temporaryFolder('several');
  folders.push(dataDir);
  const server = await startServer({
    dataDir,
    env: {
      DATABASE_URL: url(),
      LAMPLIGHT_EXPORT_DIR: folders[0]!,
      LAMPLIGHT_CHANNELS: channels,
      LAMPLIGHT_SIGN_IN_RATE_PER_MINUTE: '40',
    },
  });
  servers.push(server);
  return server;
}

beforeAll(async () => {
  database = await testDatabase();
  // Both find an empty database and migrate it at the same moment.
  running = await Promise.all([start(), start()]);
  token = await tokenFor(database.db, { role: 'administrator' });
  calls = running.map(({ address }) => caller(address, token));
});
afterAll(async () => {
  for (const server of servers) await server.stop();
  await database.drop();
  for (const folder of [...folders, channels]) removeFolder(folder);
});

const patient = (id: string, more: object = {}): object => ({ resourceType: 'Patient', id, ...more });
const both = (i: number): Caller => calls[i % 2]!;
/** By the file that its process keeps in its data folder. */
const holderOf = (at: number): string => readFileSync(join(folders[at]!, 'channel-holder'), 'utf8').trim();
const until = async (true_: () => Promise<boolean>): Promise<void> => {
  const deadline = Date.now() + 30_000;
  while (!(await true_())) {
    if (Date.now() > deadline) throw new Error('it did not come to be');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

describe('two processes', () => {
  test('read what the other wrote, at once', async () => {
    for (let i = 0; i < 20; i++) {
      expect((await both(i)('PUT', `/fhir/Patient/r${i}`, { body: patient(`r${i}`) })).status).toBe(201);
      expect((await both(i + 1)('GET', `/fhir/Patient/r${i}`)).status).toBe(200);
      expect((await both(i + 1)('GET', `/fhir/Patient?_id=r${i}`)).text).toContain('"fullUrl"');
    }
  });

  test('lose nothing that both write, and no update of the same resource', async () => {
    const created = await Promise.all(
      Array.from({ length: 200 }, (_, i) => both(i)('POST', '/fhir/Basic', { body: { resourceType: 'Basic', code: { text: `n${i}` } } })),
    );
    expect(new Set(created.map(({ status }) => status))).toEqual(new Set([201]));
    await both(0)('PUT', '/fhir/Patient/counter', { body: patient('counter', { multipleBirthInteger: 0 }) });
    const one = async (i: number): Promise<void> => {
      for (;;) {
        const now = await both(i)('GET', '/fhir/Patient/counter');
        const body = { ...now.json, multipleBirthInteger: Number(now.json!['multipleBirthInteger']) + 1 };
        const { status } = await both(i)('PUT', '/fhir/Patient/counter', { body, headers: { 'if-match': now.headers.get('etag')! } });
        expect([200, 412]).toContain(status);
        if (status === 200) return;
      }
    };
    await Promise.all(Array.from({ length: 24 }, (_, i) => one(i)));
    expect((await both(1)('GET', '/fhir/Patient/counter')).json).toMatchObject({ multipleBirthInteger: 24 });
  });

  test('make one of a hundred conditional creates', async () => {
    const body = { resourceType: 'Patient', identifier: [{ system: 'urn:x', value: 'once' }] };
    const done = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        both(i)('POST', '/fhir/Patient', { body, headers: { 'if-none-exist': 'identifier=urn:x|once' } }),
      ),
    );
    expect(done.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(done.filter(({ status }) => status === 200)).toHaveLength(99);
  });

  test('show one feed in one order', async () => {
    const page = async (call: Caller): Promise<string[]> => {
      const positions: string[] = [];
      for (let after = '0'; ; ) {
        const { json } = await call('GET', `/feed?after=${after}&count=500`, { headers: { accept: 'application/json' } });
        const changes = json!['changes'] as unknown as { position: string; type: string; id: string; version: number }[];
        positions.push(...changes.map(({ position, type, id, version }) => `${position} ${type}/${id} ${version}`));
        if (String(json!['next']) === after) return positions;
        after = String(json!['next']);
      }
    };
    const [a, b] = [await page(calls[0]!), await page(calls[1]!)];
    expect(b).toEqual(a);
    const numbers = a.map((line) => BigInt(line.split(' ')[0]!));
    expect(numbers).toEqual(numbers.toSorted((x, y) => (x < y ? -1 : 1)));
    expect(new Set(a.map((line) => line.slice(line.indexOf(' ')))).size).toBe(a.length);
  });

  test('read the files of their channels each when it is asked, and work by them whoever heard the message', async () => {
    writeFileSync(
      join(channels, 'ward.json'),
      JSON.stringify({ name: 'ward', format: 'hl7v2', direction: 'in', source: { api: true }, overrides: [{ path: 'PID-8', set: 'F' }] }),
    );
    const send = (at: number, control: string) =>
      calls[at]!('POST', '/exchange/receive?channel=ward', {
        headers: { 'content-type': 'x-application/hl7-v2+er7' },
        body: `MSH|^~\\&|ADT|WARD|||20260701120000||ADT^A08|${control}|P|2.5.1\rPID|1||${control}^^^WARD^MR||WARD^${control}||||||||||||\r`,
      });
    const reload = (at: number) =>
      runCommand(['exchange', 'reload'], { DATABASE_URL: url(), LAMPLIGHT_DATA_DIR: folders[at]!, LAMPLIGHT_CHANNELS: channels });
    const genderOf = async (control: string) =>
      (await both(0)('GET', `/fhir/Patient?identifier=${control}`)).json?.['entry']?.[0]?.['resource']?.['gender'];
    const first = await reload(0);
    expect([first.status, first.stderr]).toEqual([0, expect.stringContaining('1 channels are otherwise')]);
    expect(first.stderr).toContain('other processes on this database read their files when they are asked');
    expect((await send(0, 'W1')).status).toBe(200);
    await until(async () => String(await genderOf('W1')) === 'female');
    // The other one was not asked: it says so, and keeps nothing under a name that it does not know.
    expect([(await send(1, 'W2')).status, (await send(1, 'W2')).text]).toEqual([404, expect.stringContaining('There is no channel ward')]);
    expect((await reload(1)).status).toBe(0);
    expect((await send(1, 'W2')).status).toBe(200);
    await until(async () => String(await genderOf('W2')) === 'female');
  });

  test('draw each conclusion once, also when the one that drew them is killed', async () => {
    const vital = (code: string, value: number, unit: string, minute: number): object => ({
      resourceType: 'Observation',
      status: 'final',
      category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] }],
      code: { coding: [{ system: 'http://loinc.org', code }] },
      subject: { reference: 'Patient/r1' },
      effectiveDateTime: new Date(Date.now() - 600_000 + minute * 60_000).toISOString(),
      valueQuantity: { value, unit, system: 'http://unitsofmeasure.org', code: unit },
    });
    await both(0)('POST', '/fhir/Observation', { body: vital('9279-1', 18, '/min', 0) });
    await both(1)('POST', '/fhir/Observation', { body: vital('8867-4', 80, '/min', 0) });
    const derived = async (): Promise<{ total: number; distinct: number }> => {
      const { rows } = await database.db.query<{ total: bigint; distinct: bigint }>({
        text: `select count(*) as total, count(distinct body::json ->> 'effectiveDateTime') as distinct from resource where not deleted and body like '%derivedFrom%' and body like '%"Observation"%'`,
      });
      return { total: Number(rows[0]!.total), distinct: Number(rows[0]!.distinct) };
    };
    await until(async () => (await derived()).total > 0);
    const third = await start();
    await running[0]!.kill();
    const call = caller(third.address, token);
    calls = [calls[1]!, call];
    for (let i = 1; i <= 5; i++)
      expect((await both(i)('POST', '/fhir/Observation', { body: vital('8867-4', 80 + i, '/min', i) })).status).toBe(201);
    const lag = async (): Promise<number> => {
      const { rows } = await database.db.query<{ behind: bigint }>({
        text: `select (select max(position) from change) - min(position) as behind from follower where name like 'module:%'`,
      });
      return Number(rows[0]!.behind);
    };
    await until(async () => (await lag()) === 0);
    const { total, distinct } = await derived();
    expect(total).toBe(distinct);
  });

  test('do each message once, in its order, also when the one that works the channel is killed', async () => {
    const message = (control: string, name: string): string =>
      `MSH|^~\\&|ADT|TAKEN|||20260701120000||ADT^A08|${control}|P|2.5.1\rPID|1||TAKEN^^^NORTH^MR||${name}^ONE\r`;
    const send = async (i: number): Promise<void> => {
      const headers = { 'content-type': 'x-application/hl7-v2+er7' };
      expect(
        (await both(i)('POST', '/exchange/receive', { headers, body: message(`T${String(i).padStart(4, '0')}`, `N${i}`) })).status,
      ).toBe(200);
    };
    for (let i = 0; i < 40; i++) await send(i);
    const { rows } = await database.db.query<{ holder: string }>({ text: `select holder from channel_hold where channel = 'hl7v2'` });
    const fresh = await start();
    // Whoever holds the channel is the one that is killed; its place is taken when its time has run out.
    const holders = calls.map((_, at) => holderOf(servers.length - 3 + at));
    const held = Math.max(0, holders.indexOf(rows[0]?.holder ?? ''));
    await servers[servers.length - 3 + held]!.kill();
    calls = [calls[1 - held]!, caller(fresh.address, token)];
    for (let i = 40; i < 60; i++) await send(i);
    // Its time has run out: nobody wants to wait for that here.
    await database.db.query({ text: `update channel_hold set until = now() where holder = $1`, values: [rows[0]?.holder ?? ''] });
    const state = async (): Promise<Record<string, number>> => {
      const found = await database.db.query<{ state: string; count: bigint }>({
        text: `select coalesce(r.state, 'waiting') as state, count(*) from message m left join message_result r on r.id = m.id where m.sender = 'ADT/TAKEN' group by 1`,
      });
      return Object.fromEntries(found.rows.map((row) => [row.state, Number(row.count)]));
    };
    await until(async () => (await state())['done'] === 60);
    expect(await state()).toEqual({ done: 60 });
    const patients = await both(0)('GET', '/fhir/Patient?family=N59');
    expect(patients.text).toContain('"family":"N59"');
    const versions = await database.db.query<{ count: bigint }>({
      text: `select count(*) from message_made d join message m on m.id = d.id where m.sender = 'ADT/TAKEN' and d.target like 'Patient/%'`,
    });
    expect(Number(versions.rows[0]?.count)).toBe(60);
  });

  test('know a session that the other began, and that it has ended', async () => {
    const made = await tokenFor(database.db, { role: 'nurse' });
    for (const call of calls) expect((await call('GET', '/fhir/Patient/r1', { token: made })).status).toBe(200);
    await database.db.query({ text: 'delete from access_token where name is not null and role = $1', values: ['nurse'] });
    await until(async () =>
      (await Promise.all(calls.map((call) => call('GET', '/fhir/Patient/r1', { token: made })))).every(({ status }) => status === 401),
    );
  });

  test('share the jobs: what one was asked, the other tells and cancels', async () => {
    const asked = await calls[0]!('GET', '/fhir/$export?_type=Patient', { headers: { prefer: 'respond-async' } });
    const path = new URL(asked.headers.get('content-location') ?? '').pathname;
    await until(async () => (await calls[1]!('GET', path)).status === 200);
    const manifest = (await calls[1]!('GET', path)).json!;
    const file = new URL(String(manifest['output']![0]!['url'])).pathname;
    expect((await calls[1]!('GET', file)).text.split('\n').length).toBeGreaterThan(20);
    expect((await calls[1]!('DELETE', path)).status).toBe(202);
    expect((await calls[0]!('GET', path)).status).toBe(404);
  });

  test('count the attempts to sign in together', async () => {
    const attempt = (i: number): Promise<{ status: number }> =>
      both(i)('POST', '/auth/token', {
        token: '',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'grant_type=client_credentials&client_id=x&client_secret=y',
      });
    let refused = 0;
    for (let i = 0; i < 70 && refused === 0; i++) {
      if ((await attempt(i)).status === 429) refused = i + 1;
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    // Each alone would let 40 pass, so together 80.
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThan(70);
  });
});
