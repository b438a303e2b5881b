// A whole Lamplight with a replica: what its settings, its metrics, its log and its doctor say, and that requests arrive there.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../src/database/pool.ts';
import { type ReplicaPair, replicaPair, urlOf } from '../src/database/replica.fixture.ts';
import { openReplica } from '../src/database/replica.ts';
import { type Caller, caller } from './calls.ts';
import { type RunningServer, removeFolder, runCommand, startServer, temporaryFolder, tokenFor } from './running-server.ts';

const pair: ReplicaPair | undefined = await replicaPair();
if (pair === undefined) console.warn('skipped: no pg_basebackup');

const until = async (holds: () => Promise<boolean>): Promise<void> => {
  const deadline = Date.now() + 15_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('it did not come to be');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

describe.skipIf(pair === undefined)(`a server with a replica${pair === undefined ? ' (skipped: no pg_basebackup)' : ''}`, () => {
  let server: RunningServer | undefined;
  let env: Record<string, string>;
  let call: Caller;
  let analyst: string;
  let dataDir = '';

  const metric = async (name: string): Promise<number> => {
    const { text } = await call('GET', '/metrics');
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  };
  const patients = async (token?: string): Promise<string[]> => {
    const { status, json } = await call('GET', '/fhir/Patient?_sort=_id', token === undefined ? {} : { token });
    expect(status).toBe(200);
    const entries = (json!['entry'] ?? []) as unknown as { resource: { id: string } }[];
    return entries.map(({ resource }) => resource.id);
  };
  const put = async (id: string): Promise<void> => {
    expect((await call('PUT', `/fhir/Patient/${id}`, { body: { resourceType: 'Patient', id } })).status).toBe(201);
  };
  const doctor = async (): Promise<{ check: string; state: string; says: string }[]> => {
    const { stdout } = await runCommand(['doctor', '--json'], env);
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { check: string; state: string; says: string })
      .filter(({ check }) => check === 'replica');
  };

  beforeAll(async () => {
    dataDir = temporaryFolder('replica');
    env = {
      DATABASE_URL: urlOf(pair!.primary),
      LAMPLIGHT_DATA_DIR: dataDir,
      LAMPLIGHT_REPLICA_URL: urlOf(pair!.replica),
      LAMPLIGHT_REPLICA_LAG_SECONDS: '600',
      LAMPLIGHT_LOG_LEVEL: 'info',
    };
    server = await startServer({ dataDir, env });
    call = caller(server.address, await tokenFor(pair!.db, { role: 'administrator' }));
    analyst = await tokenFor(pair!.db, { role: 'analyst' });
    await put('a');
    await pair!.replayed();
    await until(async () => (await metric('lamplight_replica_usable')) === 1);
  }, 60_000);
  afterAll(async () => {
    await server?.stop();
    await pair!.drop();
    if (dataDir !== '') removeFolder(dataDir);
  });

  test('reads searches of analysts and exports there, and everything else on the primary', async () => {
    await pair!.pause();
    await put('b');
    expect(await patients(analyst)).toEqual(['a']);
    expect(await patients()).toEqual(['a', 'b']);
    const begun = await call('GET', '/fhir/$export?_type=Patient', { headers: { prefer: 'respond-async' } });
    const status = new URL(begun.headers.get('content-location') ?? '').pathname;
    await until(async () => (await call('GET', status)).status === 200);
    const manifest = (await call('GET', status)).json!;
    const lines = await call('GET', new URL(String(manifest['output']![0]!['url'])).pathname);
    expect(lines.text.trim().split('\n')).toHaveLength(1);
    await pair!.resume();
    await pair!.replayed();
    const since = encodeURIComponent(String(manifest['transactionTime']));
    const next = await call('GET', `/fhir/$export?_type=Patient&_since=${since}`, { headers: { prefer: 'respond-async' } });
    const second = new URL(next.headers.get('content-location') ?? '').pathname;
    await until(async () => (await call('GET', second)).status === 200);
    const file = (await call('GET', second)).json!['output']![0]!;
    expect((await call('GET', new URL(String(file['url'])).pathname)).text).toMatch(/^\{[^\n]*"id":"b"[^\n]*\}\n$/);
  });

  test('is fit in the eyes of doctor, which names a replica that is none and one that long exports cannot rest on', async () => {
    expect(await doctor()).toMatchObject([
      { state: 'ok', says: 'it has what the primary has' },
      { state: 'warn', says: expect.stringContaining('cancelled by replay') as string },
    ]);
    env['LAMPLIGHT_REPLICA_URL'] = urlOf(pair!.primary);
    expect(await doctor()).toMatchObject([{ state: 'fail', says: expect.stringContaining('no standby') as string }]);
    env['LAMPLIGHT_REPLICA_URL'] = urlOf(pair!.replica);
  });

  test('never shows the password in its address', async () => {
    const shown = await runCommand(['settings'], env);
    expect(shown.stdout).toContain('LAMPLIGHT_REPLICA_URL');
    expect(shown.stdout + shown.stderr).not.toContain(pair!.replica.password);
    const alone = await runCommand(['settings'], { LAMPLIGHT_REPLICA_URL: urlOf(pair!.replica), DATABASE_URL: '' });
    expect(alone.stderr).toContain('set that too');
    expect(alone.stderr).not.toContain(pair!.replica.password);
  });

  test('goes on without it, says so in the log, and comes back to it', async () => {
    await pair!.stopReplica();
    expect(await patients(analyst)).toEqual(['a', 'b']);
    await until(async () => (await metric('lamplight_replica_usable')) === 0);
    await until(async () => /"level":40.*the replica is passed over/.test(server!.said()));
    expect(server!.said()).not.toContain(pair!.replica.password);
    expect(await doctor()).toMatchObject([{ state: 'warn', says: expect.stringContaining('does not answer') as string }]);
    await pair!.startReplica();
    await until(async () => (await metric('lamplight_replica_usable')) === 1);
    expect(server!.said().match(/the replica is read/g)?.length).toBe(2);
    await pair!.pause();
    await put('c');
    expect(await patients(analyst)).toEqual(['a', 'b']);
    await pair!.resume();
  });

  test.skipIf(process.platform !== 'linux')('stops though its replica hangs', async () => {
    pair!.freezeReplica();
    await server!.stop();
    pair!.thawReplica();
    expect(server!.process.exitCode).toBe(0);
  });

  test('needs no more rights on either than any account has, to know where they are', async () => {
    await pair!.db.query({ text: `create role plain login password 'plain'` });
    await pair!.replayed();
    const rights = { user: 'plain', password: 'plain' };
    const primary = await connect({ ...pair!.primary, ...rights }, { connectionsMax: 1 });
    if (!primary.ok) throw new Error(primary.problem.message);
    const replica = openReplica(primary.value, { ...pair!.replica, ...rights }, { lagMsMax: 600_000, lookMs: 50 });
    await until(async () => replica.usable());
    await replica.close();
    await primary.value.close();
  });
});
