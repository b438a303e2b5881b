// From one Lamplight into another by Bulk Data: asked for over HTTP, and by the command line; both hold the same afterwards.
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../src/database/contract.ts';
import { type Stand, stand } from './calls.ts';
import { databaseOf, runCommand, startServer, temporaryFolder } from './running-server.ts';

let source: Stand;
let target: Stand;
const folders: string[] = [];

beforeAll(async () => {
  source = await stand();
  for (let i = 0; i < 40; i++) await put({ resourceType: 'Patient', id: `p${i}`, gender: 'female', birthDate: '1980-01-01' });
  // A second version, digits that must stay, and what was deleted.
  await put({ resourceType: 'Patient', id: 'p0', gender: 'male' });
  const value =
    '{"resourceType":"Observation","id":"o","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/p1"},"valueQuantity":{"value":1.10}}';
  expect((await source.call('PUT', '/fhir/Observation/o', { body: value })).status).toBe(201);
  await put({ resourceType: 'Group', id: 'g', type: 'person', actual: true, member: [{ entity: { reference: 'Patient/p1' } }] });
  target = await stand({ env: { LAMPLIGHT_IMPORT_FROM: source.server.address, LAMPLIGHT_IMPORT_TOKEN: source.administrator } });
});
afterAll(async () => {
  await target.end();
  await source.end();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

async function put(resource: { resourceType: string; id: string; [name: string]: unknown }): Promise<void> {
  const answer = await source.call('PUT', `/fhir/${resource.resourceType}/${resource.id}`, { body: resource });
  expect(answer.status, answer.text).toBeLessThan(300);
}

/** Every resource with its version and the hash of its text. */
async function hashes(database: Database): Promise<string[]> {
  const { rows } = await database.query<{ row: string }>({
    text: `select concat_ws(' ', type, id, version, at, deleted, md5(body)) as row from resource order by type, id`,
  });
  return rows.map(({ row }) => row);
}

describe('the export of another server', () => {
  test('asked for over HTTP, is taken over with versions, times and every digit', async () => {
    const parameter = [
      { name: 'exportUrl', valueUrl: `${source.server.address}/fhir/$export` },
      { name: 'keepVersions', valueBoolean: true },
    ];
    const began = await target.call('POST', '/fhir/$import', {
      body: { resourceType: 'Parameters', parameter },
      headers: { prefer: 'respond-async' },
    });
    expect(began.status, began.text).toBe(202);
    const status = new URL(began.headers.get('content-location') ?? '').pathname;
    for (;;) {
      const answer = await target.call('GET', status);
      if (answer.status === 202) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        continue;
      }
      expect(answer.status, answer.text).toBe(200);
      expect(answer.json).toMatchObject({ error: [] });
      break;
    }
    expect(await hashes(target.database)).toEqual(await hashes(source.database));
    expect((await target.call('GET', '/fhir/Observation/o')).text).toContain('1.10');
  });

  test('is only fetched from where the site allows', async () => {
    const parameter = [{ name: 'exportUrl', valueUrl: 'http://127.0.0.1:9/fhir/$export' }];
    const answer = await target.call('POST', '/fhir/$import', {
      body: { resourceType: 'Parameters', parameter },
      headers: { prefer: 'respond-async' },
    });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('LAMPLIGHT_IMPORT_FROM');
  });

  test('by the command line, of a Group, and later only what has changed and was deleted', async () => {
    const folder = temporaryFolder('import-from');
    folders.push(folder);
    const env = { LAMPLIGHT_DATA_DIR: folder, LAMPLIGHT_IMPORT_TOKEN: source.administrator, LAMPLIGHT_DEMO: 'off' };
    const from = ['import', '--from', `${source.server.address}/fhir`, '--json', '--quiet'];
    const first = await runCommand([...from, '--group', 'g'], env);
    expect(first.status, first.stderr).toBe(0);
    const { taken, transactionTime } = JSON.parse(first.stdout) as { taken: number; transactionTime: string };
    expect(taken).toBeGreaterThanOrEqual(2);

    await put({ resourceType: 'Patient', id: 'p1', gender: 'other' });
    await source.call('DELETE', '/fhir/Observation/o');
    const server = await startServer({ dataDir: folder });
    try {
      // Also while a server runs on it.
      const second = await runCommand([...from, '--type', 'Patient,Observation', '--since', transactionTime], env);
      expect(second.status, second.stderr).toBe(0);
      const database = await databaseOf(folder);
      try {
        const { rows } = await database.query<{ body: string; deleted: boolean }>({
          text: 'select body, deleted from resource order by body',
        });
        expect(rows.filter(({ deleted }) => deleted)).toHaveLength(1);
        expect(rows.map(({ body }) => body).join()).toContain('"gender":"other"');
      } finally {
        await database.close();
      }
    } finally {
      await server.stop();
    }
  });
});
