// The tables follow the real record through the real feed, are set back where the feed is ahead of them, and pass their own check.
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { migrate } from '../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import type { Feed } from '../feed/contract.ts';
import { openFeed } from '../feed/feed.ts';
import { feedMigrations } from '../feed/schema.ts';
import type { Resource } from '../fhir/generated/types.ts';
import type { Caller, RecordStore } from '../record/contract.ts';
import { openRecord } from '../record/record.ts';
import { recordMigrations } from '../record/schema.ts';
import { keepWarehouse, rebuildMark } from './follow.ts';
import { followerOf } from './follower.ts';
import { ask } from './query/ask.ts';
import { seenBy } from './query/tables.ts';
import { verify } from './replay.ts';
import { defaultKeeper } from './store/keeper.ts';
import { readManifest } from './store/manifest.ts';
import { loadViews } from './view/load.ts';

const loaded = loadViews([join(import.meta.dirname, '../../knowledge/views')]);
const views = loaded.ok ? loaded.value : [];
const caller: Caller = {
  person: { id: '00000000-0000-7000-8000-000000000002', name: 'adm', role: 'administrator' },
  purpose: 'HOPERAT',
  from: 'test',
  request: 'test',
};

let test: TestDatabase;
let record: RecordStore;
let feed: Feed;
let folder: string;
beforeAll(async () => {
  test = await testDatabase({ connectionsMax: 8 });
  const migrated = await migrate(test.db, [...recordMigrations, ...feedMigrations]);
  if (!migrated.ok) throw new Error(migrated.problem.message);
  record = openRecord(test.db);
}, 60_000);
afterAll(() => test.drop());
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lamplight-follow-'));
  feed = await openFeed(test.db, record);
});
afterEach(async () => {
  await feed.close();
  rmSync(folder, { recursive: true, force: true });
});

const keep = () => keepWarehouse({ feed, views, settings: defaultKeeper(folder), everyMs: 50, failed: (error) => Promise.reject(error) });

async function families(): Promise<string[]> {
  const manifest = readManifest(folder);
  if (manifest === undefined) return [];
  const { seen } = seenBy(caller.person, caller.purpose, views);
  const answer = await ask('select family from patients order by family', { folder, manifest, seen, detail: 'identified' });
  return answer.ok ? answer.value.rows.map(([family]) => String(family)) : [];
}

const patient = (id: string, family: string): Resource => ({ resourceType: 'Patient', id, name: [{ family }] });
const write = async (id: string, family: string | undefined): Promise<void> => {
  const done = await record.commit(caller, [
    family === undefined ? { kind: 'delete', type: 'Patient', id } : { kind: 'update', resource: patient(id, family) },
  ]);
  if (!done.ok) throw new Error(done.problem.message);
};

it('keeps up with writes, replacements and deletions, over restarts, and equals tables made anew', async () => {
  await write('a', 'Roe');
  await write('b', 'Doe');
  let kept = keep();
  await expect.poll(families, { timeout: 10_000 }).toEqual(['Doe', 'Roe']);
  await write('a', 'Roe-Smith');
  await write('b', undefined);
  await expect.poll(families, { timeout: 10_000 }).toEqual(['Roe-Smith']);
  await kept.stop();
  await write('c', 'Poe');
  // As after a kill: the mark of the feed is ahead of what was written.
  for (const { name } of await feed.lags()) await feed.rewind(name, 1_000_000n);
  kept = keep();
  await expect.poll(families, { timeout: 10_000 }).toEqual(['Poe', 'Roe-Smith']);
  writeFileSync(join(folder, rebuildMark), '');
  await expect.poll(() => existsSync(join(folder, rebuildMark)), { timeout: 10_000 }).toBe(false);
  await expect.poll(families, { timeout: 10_000 }).toEqual(['Poe', 'Roe-Smith']);
  await kept.stop();
  const compared = await verify(record, defaultKeeper(folder), views);
  expect(compared.ok && compared.value.filter(({ stale, missing }) => stale + missing > 0)).toEqual([]);
  expect(compared.ok && compared.value.find(({ table }) => table === 'patients')?.rows).toBe(2);
}, 60_000);

it('of folders that were thrown away nothing stays behind, and a stopped server goes on where its manifest stands', async () => {
  await write('d', 'Thrown');
  let kept = keep();
  await expect.poll(families, { timeout: 10_000 }).toContain('Thrown');
  await kept.stop();
  const thrown = readManifest(folder)!.id;
  const stopped = mkdtempSync(join(tmpdir(), 'lamplight-follow-'));
  cpSync(folder, stopped, { recursive: true });
  rmSync(folder, { recursive: true, force: true });
  kept = keep();
  await expect.poll(families, { timeout: 10_000 }).toContain('Thrown');
  const names = async (): Promise<string[]> => (await feed.lags()).map(({ name }) => name);
  await expect.poll(names, { timeout: 10_000 }).toEqual([followerOf(readManifest(folder)!.id)]);
  expect(await feed.forget(followerOf(readManifest(folder)!.id))).toBe(false);
  // It was only stopped, and comes back.
  await write('d', 'Back');
  const other = keepWarehouse({ feed, views, settings: defaultKeeper(stopped), everyMs: 50, failed: (error) => Promise.reject(error) });
  await expect.poll(async () => readManifest(stopped)?.position, { timeout: 10_000 }).toBe(String((await feed.lags())[0]?.head));
  expect((await names()).sort()).toEqual([followerOf(thrown), followerOf(readManifest(folder)!.id)].sort());
  await other.stop();
  await kept.stop();
  rmSync(stopped, { recursive: true, force: true });
});
