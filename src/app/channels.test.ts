// The channels of the examples check; and what is wrong in a folder is told with its file.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadChannels } from './channels.ts';

test('the examples are channels', async () => {
  const loaded = await loadChannels('examples/channels', { timeZone: 'UTC', env: { REGISTRY_AUTHORIZATION: 'Bearer x' } });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problem));
  expect(loaded.value.channels.map(({ name, direction }) => `${name} ${direction}`)).toEqual([
    'adt-north-out out',
    'adt-north in',
    'archive out',
    'claims in',
    'lab-east out',
    'registry out',
    'results in',
    'ward-monitors in',
    'wearables in',
    'weights in',
  ]);
});

test('everything that is wrong in a folder is told at once, with file and place', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lamplight-channels-'));
  const write = (name: string, value: unknown): void =>
    writeFileSync(join(folder, name), typeof value === 'string' ? value : JSON.stringify(value, null, 2));
  const out = { format: 'hl7v2', direction: 'out' };
  write('a.json', '{ "name": ');
  write('b.json', { ...out, name: 'b', destination: { folder: { path: 'nothing-here' } } });
  write('c.json', { ...out, name: 'c', destination: { http: { url: 'https://x.example', headers: { Authorization: 'NOT_SET' } } } });
  write('d.json', { ...out, name: 'd', destination: { mllp: { host: 'x', port: 1, tls: { ca: 'ca.pem' } } } });
  write('e.txt', 'no channel');
  const loaded = await loadChannels(folder, { timeZone: 'UTC', env: {} });
  rmSync(folder, { recursive: true });
  if (loaded.ok) throw new Error('nothing was found wrong');
  const said = [loaded.problem, ...(loaded.problem.also ?? [])].map(({ message }) => message.replaceAll(folder, 'F'));
  expect(said).toEqual([
    expect.stringMatching(/^F\/a\.json:1: cannot be read as JSON/),
    'F/b.json:7: destination.folder.path: there is no folder F/nothing-here; make it',
    'F/c.json:9: destination.http.headers.Authorization takes its value from the environment, where "NOT_SET" is not set; set it',
    'F/d.json:10: destination.mllp.tls.ca: there is no file F/ca.pem',
  ]);
  expect((await loadChannels(join(folder, 'gone'), { timeZone: 'UTC', env: {} })).ok).toBe(false);
});
