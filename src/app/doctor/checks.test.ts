import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSettings, type Settings } from '../settings.ts';
import type { Check, Finding, Subject } from './contract.ts';
import { dataFolder, instance } from './data-folder.ts';
import { knowledge } from './knowledge.ts';
import { clock, memory, node, openFiles } from './machine.ts';
import { address, port, tls } from './network.ts';
import { programs } from './postgres.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamplight-doctor-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function subject(settings: Partial<Settings>, more: Partial<Subject> = {}): Subject {
  const usual = readSettings({});
  if (!usual.ok) throw new Error(usual.problem.message);
  return {
    settings: { ...usual.value, dataDir: join(folder, 'data'), ...settings },
    running: undefined,
    database: undefined,
    now: new Date(),
    ...more,
  };
}
const found = async (check: Check, of: Subject): Promise<Finding[]> => check.look(of);

describe('doctor', () => {
  it('finds this machine fit, since the tests run on it', async () => {
    for (const check of [node, memory, openFiles, clock, knowledge]) {
      const states = (await found(check, subject({}))).map(({ state }) => state);
      expect(states, check.name).not.toContain('fail');
      expect(states, check.name).not.toEqual([]);
    }
  });

  it('sees that a data folder is a file, or open to everybody', async () => {
    writeFileSync(join(folder, 'file'), '');
    expect(await found(dataFolder, subject({ dataDir: join(folder, 'file') }))).toMatchObject([{ state: 'fail' }]);
    const open = join(folder, 'open');
    mkdirSync(open);
    chmodSync(open, 0o755);
    writeFileSync(join(open, 'postgres.password'), 'x');
    expect(await found(dataFolder, subject({ dataDir: open }))).toMatchObject([{ state: 'warn', hint: `chmod o-rwx ${open}` }]);
    chmodSync(open, 0o750);
    expect(await found(dataFolder, subject({ dataDir: open }))).toMatchObject([{ state: 'ok' }]);
  });

  it('knows the file of a Lamplight that was killed from that of one that runs', async () => {
    const dataDir = join(folder, 'killed');
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'lamplight.json'), JSON.stringify({ pid: 1, startTime: 'long ago', token: 'x' }));
    expect(await found(instance, subject({ dataDir }))).toMatchObject([{ state: 'warn' }]);
    const running = { pid: 7, startTime: '', token: 'x', address: 'http://127.0.0.1:1' };
    expect(await found(instance, subject({ dataDir }, { running }))).toMatchObject([
      { state: 'ok', says: 'runs as process 7 at http://127.0.0.1:1' },
    ]);
    expect(await found(address, subject({ dataDir }, { running }))).toMatchObject([{ state: 'fail' }]);
  });

  it('says where a port cannot be opened', async () => {
    expect(await found(port, subject({ host: '203.0.113.7', port: 8080 }))).toMatchObject([{ state: 'fail' }]);
  });

  it('warns of listening to the world without TLS', async () => {
    expect(await found(address, subject({ host: '0.0.0.0' }))).toMatchObject([{ state: 'warn' }]);
    expect(await found(address, subject({ host: '0.0.0.0', trustProxy: true }))).toEqual([]);
  });

  it('sees that TLS files are missing or hold something else', async () => {
    const key = join(folder, 'key.pem');
    writeFileSync(key, 'no key');
    expect(await found(tls, subject({ tlsKey: key, tlsCert: join(folder, 'none.pem') }))).toMatchObject([
      { state: 'fail', says: expect.stringContaining('ENOENT') as string },
    ]);
    expect(await found(tls, subject({ tlsKey: key, tlsCert: key }))).toMatchObject([
      { state: 'fail', says: expect.stringContaining('nothing that can be used') as string },
    ]);
  });

  it('never shows the password of DATABASE_URL', async () => {
    const [finding] = await found(programs, subject({ databaseUrl: 'postgres://ada:hidden@db.example:5432/lamplight' }));
    expect(finding?.says).toContain('db.example:5432/lamplight');
    expect(finding?.says).not.toContain('hidden');
  });
});
