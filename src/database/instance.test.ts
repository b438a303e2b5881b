import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { acquireInstance, readInstance } from './instance.ts';
import { processStart } from './process-identity.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = join(mkdtempSync(join(tmpdir(), 'lamplight-instance-')), 'data');
});
afterEach(() => rmSync(join(dataDir, '..'), { recursive: true, force: true }));

const taken = async () => {
  const instance = await acquireInstance(dataDir);
  if (!instance.ok) throw new Error(instance.problem.message);
  return instance.value;
};

test('a second start beside a running one is told its process and address', async () => {
  const first = await taken();
  first.announce({ port: 8080, address: 'http://localhost:8080' });
  const second = await acquireInstance(dataDir);
  expect(second).toMatchObject({ ok: false, problem: { kind: 'conflict' } });
  expect(JSON.stringify(second)).toContain('http://localhost:8080');
  expect(JSON.stringify(second)).toContain(`process ${process.pid}`);
  expect(readInstance(dataDir)).toMatchObject({ pid: process.pid, port: 8080 });
  first.release();
  expect(readInstance(dataDir)).toBeUndefined();
  (await taken()).release();
});

test('the file of a process that was killed does not count', async () => {
  const child = spawn('sleep', ['1000']);
  const record = { pid: child.pid!, startTime: processStart(child.pid!), token: 'of-the-killed' };
  (await taken()).release();
  writeFileSync(join(dataDir, 'lamplight.json'), JSON.stringify(record));
  expect(await acquireInstance(dataDir)).toMatchObject({ ok: false, problem: { kind: 'conflict' } });
  child.kill('SIGKILL');
  await once(child, 'exit');
  (await taken()).release();
});

test('the file of another process that had the same id does not count', async () => {
  (await taken()).release();
  writeFileSync(join(dataDir, 'lamplight.json'), JSON.stringify({ pid: process.pid, startTime: 'before the last boot', token: 'old' }));
  (await taken()).release();
});

test('a damaged file does not keep anyone out', async () => {
  (await taken()).release();
  writeFileSync(join(dataDir, 'lamplight.json'), '{"pid":');
  (await taken()).release();
});

test('of many that start at once over a stale file exactly one gets the folder', async () => {
  (await taken()).release();
  writeFileSync(join(dataDir, 'lamplight.json'), JSON.stringify({ pid: process.pid, startTime: 'before the last boot', token: 'old' }));
  const all = await Promise.all(Array.from({ length: 50 }, () => acquireInstance(dataDir)));
  const winners = all.flatMap((one) => (one.ok ? [one.value] : []));
  expect(winners).toHaveLength(1);
  winners[0]!.release();
  expect(existsSync(join(dataDir, 'lamplight.json'))).toBe(false);
});

test('releasing does not remove the file of a later holder', async () => {
  const first = await taken();
  first.release();
  const second = await taken();
  first.release();
  expect(JSON.parse(readFileSync(join(dataDir, 'lamplight.json'), 'utf8'))).toMatchObject({ token: second.record.token });
  second.release();
});
