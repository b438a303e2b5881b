// Backup, loss and restore of the whole program, as an operator lives through them: docs/upgrade.md, step by step.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, caller } from './calls.ts';
import { databaseOf, type RunningServer, removeFolder, runCommand, startServer, temporaryFolder, tokenFor } from './running-server.ts';

const folder = temporaryFolder('backup');
const password = 'correct horse battery staple';
const passphraseFile = join(folder, 'passphrase');
writeFileSync(passphraseFile, 'four words that have nothing to do\n', { mode: 0o600 });

const dataDir = (name: string): string => join(folder, name);
const file = (name: string): string => join(folder, name);
const lamplight = (at: string, ...args: string[]) =>
  runCommand(args, {
    LAMPLIGHT_DATA_DIR: dataDir(at),
    LAMPLIGHT_PORT: '0',
    LAMPLIGHT_DEMO: 'off',
    LAMPLIGHT_LOG_LEVEL: 'error',
    DATABASE_URL: '',
  });

const servers: RunningServer[] = [];
async function serve(name: string): Promise<{ server: RunningServer; call: Caller; token: string }> {
  const server = await startServer({ dataDir: dataDir(name) });
  servers.push(server);
  const database = await databaseOf(dataDir(name));
  const token = await tokenFor(database, { role: 'administrator' });
  await database.close();
  return { server, call: caller(server.address, token), token };
}

const patients = Array.from({ length: 120 }, (_, i) => ({
  resourceType: 'Patient',
  id: `p${i}`,
  name: [{ family: i % 3 === 0 ? 'Éluard' : 'Heron', given: [`N${i}`] }],
  multipleBirthInteger: i,
}));

/** What a user sees, byte by byte, without what is made anew for each answer. */
async function seen(call: Caller): Promise<unknown> {
  const bodies: string[] = [];
  for (const { id } of patients) bodies.push((await call('GET', `/fhir/Patient/${id}`)).text);
  const found = (await call('GET', '/fhir/Patient?name=eluard&_sort=-_id&_count=50')).json!;
  const history = (await call('GET', '/fhir/Patient/p1/_history')).json!;
  return {
    bodies,
    found: (found['entry'] as unknown as { resource: object }[]).map(({ resource }) => JSON.stringify(resource)),
    history: (history['entry'] as unknown as { resource: object }[]).map(({ resource }) => JSON.stringify(resource)),
    old: (await call('GET', '/fhir/Patient/p1/_history/1')).text,
    gone: (await call('GET', '/fhir/Patient/p2')).status,
  };
}

const signIn = (address: string) =>
  fetch(`${address}/auth/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'admin', password }),
  });

const feedOf = async (at: string): Promise<{ position: string }[]> =>
  (await lamplight(at, 'feed')).stdout
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { position: string });

describe('an operator', () => {
  let before: unknown;
  let oldToken: string;
  let secret: string;
  let cursors: unknown;
  let running: RunningServer;

  const asked = async (name: string, sql: string): Promise<unknown[]> => {
    const database = await databaseOf(dataDir(name));
    const { rows } = await database.query({ text: sql });
    await database.close();
    return rows;
  };
  const followers = (name: string): Promise<unknown[]> => asked(name, 'select name, position from follower order by name');
  /** Until the modules have seen everything: then the cursors stand still. */
  const followed = async (name: string): Promise<void> => {
    while ((await asked(name, 'select from follower where position = (select max(position) from change)')).length === 0) await sleep(200);
  };

  beforeAll(async () => {
    const { server, call, token } = await serve('first');
    running = server;
    oldToken = token;
    const entry = patients.map((resource) => ({ resource, request: { method: 'PUT', url: `Patient/${resource.id}` } }));
    expect((await call('POST', '/fhir', { body: { resourceType: 'Bundle', type: 'transaction', entry } })).status).toBe(200);
    expect((await call('PUT', '/fhir/Patient/p1', { body: { ...patients[1], active: true } })).status).toBe(200);
    expect((await call('DELETE', '/fhir/Patient/p2')).status).toBeLessThan(300);
    secret = (await lamplight('first', 'client', 'add', 'laboratory', '--role', 'system')).stdout.trim();
    await followed('first');
    cursors = await followers('first');
    before = await seen(call);
  });
  afterAll(async () => {
    for (const server of servers) await server.stop();
    removeFolder(folder);
  });

  it('makes a backup beside the server, which nobody else may read', async () => {
    const made = await lamplight('first', 'backup', file('monday'), '--passphrase-file', passphraseFile, '--json');
    expect(made.stderr).not.toContain('error');
    expect(made.status).toBe(0);
    expect(JSON.parse(made.stdout)).toMatchObject({ encrypted: true, header: { position: expect.stringMatching(/^\d+$/) } });
    expect(statSync(file('monday')).mode & 0o777).toBe(0o600);
    expect(readFileSync(file('monday')).includes('Heron')).toBe(false);
    const trail = await lamplight('first', 'audit', '--action', 'backup', '--json');
    expect(JSON.parse(trail.stdout)).toMatchObject({ action: 'backup', who: expect.stringContaining('command line'), outcome: 200 });
  });

  it('checks it without any database', async () => {
    const checked = await lamplight('nowhere', 'backup', '--verify', file('monday'), '--passphrase-file', passphraseFile);
    expect(checked).toMatchObject({ status: 0, stderr: expect.stringContaining('whole and unchanged') });
    expect(existsSync(dataDir('nowhere'))).toBe(false);
    const turned = readFileSync(file('monday'));
    turned[Math.floor(turned.length / 2)]! ^= 4;
    writeFileSync(file('turned'), turned);
    expect(await lamplight('nowhere', 'backup', '--verify', file('turned'), '--passphrase-file', passphraseFile)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('damaged'),
    });
    expect((await lamplight('nowhere', 'restore', file('monday'))).stderr).toContain('--passphrase-file');
    expect(existsSync(dataDir('nowhere')), 'a backup that cannot be opened makes no database').toBe(false);
  });

  it('loses nothing that was there when a backup is killed, and makes the next one', async () => {
    for (const delayMs of [50, 400, 700]) {
      const child = spawn(process.execPath, ['bin/lamplight.js', 'backup', file('killed'), '--quiet'], {
        env: { ...process.env, LAMPLIGHT_DATA_DIR: dataDir('first'), DATABASE_URL: '' },
        stdio: 'ignore',
      });
      const exit = once(child, 'exit');
      await sleep(delayMs);
      child.kill('SIGKILL');
      await exit;
      if (existsSync(file('killed'))) expect((await lamplight('first', 'backup', '--verify', file('killed'))).status).toBe(0);
    }
    expect((await lamplight('first', 'backup', file('killed'), '--force')).status).toBe(0);
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('is not let restore over a record that is there', async () => {
    expect((await lamplight('first', 'restore', file('monday'), '--passphrase-file', passphraseFile)).stderr).toContain('stop it first');
    await running.stop();
    const refused = await lamplight('first', 'restore', file('monday'), '--passphrase-file', passphraseFile);
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringMatching(/not empty .*LAMPLIGHT_DATA_DIR/) });
  });

  it('makes a backup of the stopped record too', async () => {
    const made = await lamplight('first', 'backup', file('tuesday'));
    expect(made).toMatchObject({ status: 0, stderr: expect.stringContaining('found right') });
    expect(await lamplight('first', 'backup', file('tuesday'))).toMatchObject({ status: 1, stderr: expect.stringContaining('--force') });
  });

  it('restores into a new folder, and everything is as it was', async () => {
    const restored = await lamplight('second', 'restore', file('monday'), '--passphrase-file', passphraseFile, '--json');
    expect(restored.stderr).not.toContain('error');
    const { header } = JSON.parse(restored.stdout) as { header: { position: string } };
    const positions = (await feedOf('second')).map(({ position }) => BigInt(position));
    expect(positions.at(-1)).toBe(BigInt(header.position));

    const { server, call } = await serve('second');
    expect(await seen(call)).toEqual(before);
    expect(await followers('second')).toEqual(cursors);
    expect((await signIn(server.address)).status).toBe(200);
    const fetchToken = await fetch(`${server.address}/auth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`laboratory:${secret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    expect(fetchToken.status).toBe(200);
    expect((await call('GET', '/fhir/Patient/p3', { token: oldToken })).status, 'what was given out before the backup opens nothing').toBe(
      401,
    );

    expect((await call('PUT', '/fhir/Patient/after', { body: { resourceType: 'Patient', id: 'after' } })).status).toBe(201);
    const later = (await feedOf('second')).map(({ position }) => BigInt(position));
    expect(later.slice(0, positions.length)).toEqual(positions);
    expect(later.at(-1)! - positions.at(-1)!, 'no position is given out twice').toBeGreaterThan(1_000_000_000n);
    const trail = await lamplight('second', 'audit', '--action', 'restore', '--json');
    expect(JSON.parse(trail.stdout)).toMatchObject({ action: 'restore' });
    await server.stop();
  });

  it('restores through a pipe, also into what killed restores left', async () => {
    for (const delayMs of [700, 1500, 2200]) {
      const killed = spawn(process.execPath, ['bin/lamplight.js', 'restore', file('tuesday'), '--quiet'], {
        env: { ...process.env, LAMPLIGHT_DATA_DIR: dataDir('third'), DATABASE_URL: '' },
        stdio: 'ignore',
      });
      const exit = once(killed, 'exit');
      await sleep(delayMs);
      killed.kill('SIGKILL');
      await exit;
    }
    const child = spawn(process.execPath, ['bin/lamplight.js', 'restore', '-', '--quiet'], {
      env: { ...process.env, LAMPLIGHT_DATA_DIR: dataDir('third'), DATABASE_URL: '' },
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += String(chunk);
    });
    child.stdin.on('error', () => {});
    child.stdin.end(readFileSync(file('tuesday')));
    const [status] = (await once(child, 'close')) as [number | null];
    // One of the killed ones may have had all of it in: then it is there, and is not written over.
    if (status !== 0) expect(said).toContain('not empty');
    const found = await lamplight('third', 'search', 'Patient', '--all', '--count', '100');
    expect(found.stdout.trim().split('\n')).toHaveLength(patients.length - 1);
  });

  it('is told by doctor when there was no backup for a week', async () => {
    const found = async () =>
      (await lamplight('first', 'doctor', '--json')).stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { check: string; state: string; says: string })
        .find(({ check }) => check === 'last backup');
    expect(await found()).toMatchObject({ state: 'ok' });
    const note = join(dataDir('first'), 'last-backup.json');
    const made = new Date(Date.now() - 9 * 86_400_000).toISOString();
    writeFileSync(note, JSON.stringify({ made, file: file('tuesday') }));
    expect(await found()).toMatchObject({ state: 'warn', says: expect.stringContaining('9 days') });
  });
});
