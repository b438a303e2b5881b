// Pages of long documents: what one answer weighs is bounded, and nothing is left out over the pages.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { parseQuery } from '../fhir/search/query.ts';
import { parseWideQuery } from '../fhir/search/wide.ts';
import type { Caller, Page, RecordStore } from './contract.ts';
import { pageBytes } from './heavy.ts';
import { openRecord } from './record.ts';
import { recordMigrations } from './schema.ts';

const caller: Caller = {
  person: { id: '0190a000-0000-7000-8000-000000000001', name: 'test', role: 'administrator' },
  purpose: 'TREAT',
  from: 'test',
  request: 'r1',
};
const must = <T>(result: { ok: true; value: T } | { ok: false; problem: { message: string } }): T => {
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
};

/** Long, short, long …: six of 6 MB among short ones, two versions of the first. */
const sizes = [6, 0, 6, 6, 0, 0, 6, 6, 0, 6];
const megabyte = 1024 * 1024;
let test: TestDatabase;
let record: RecordStore;
beforeAll(async () => {
  test = await testDatabase();
  must(await migrate(test.db, recordMigrations));
  record = openRecord(test.db);
  for (const [i, size] of [...sizes.entries(), [0, 6] as const]) {
    const resource = {
      resourceType: 'Binary',
      id: `b${i}`,
      contentType: 'text/plain',
      data: 'QUJD'.repeat((size * megabyte) / 4 + 1 + i),
    } as const;
    must(await record.commit(caller, [{ kind: 'update', resource: { ...resource, language: size === 6 ? 'en' : 'de' } }]));
    if (i === 0) must(await record.commit(caller, [{ kind: 'update', resource: { ...resource, language: 'fr' } }]));
  }
}, 60_000);
afterAll(() => test.drop());

const weight = ({ matches }: Page): number => matches.reduce((sum, { body }) => sum + body.length, 0);

async function pages(
  read: (cursor: string | undefined) => Promise<{ ok: true; value: Page } | { ok: false; problem: { message: string } }>,
) {
  const all: Page[] = [];
  let cursor: string | undefined;
  do {
    const page = must(await read(cursor));
    all.push(page);
    cursor = page.next;
  } while (cursor !== undefined && all.length < 20);
  return all;
}

const withCursor = (pairs: [string, string][], cursor: string | undefined): [string, string][] =>
  cursor === undefined ? pairs : [...pairs, ['_cursor', cursor]];

describe('pages of long documents', () => {
  it.each<[string, (cursor: string | undefined) => ReturnType<RecordStore['search']>]>([
    ['a search', (cursor) => record.search(caller, must(parseQuery('Binary', withCursor([['_count', '30']], cursor))))],
    [
      'a search by ids',
      (cursor) => record.search(caller, must(parseQuery('Binary', withCursor([['_id', sizes.map((_, i) => `b${i}`).join()]], cursor)))),
    ],
    ['a search over types', (cursor) => record.searchWide(caller, must(parseWideQuery(withCursor([['_type', 'Binary']], cursor))))],
  ])('%s gives every one, whole and once, in pages that weigh no more than they may', async (_name, read) => {
    const all = await pages(read);
    expect(all.length).toBeGreaterThan(2);
    for (const page of all) expect(weight(page)).toBeLessThan(2 * pageBytes);
    const found = all.flatMap(({ matches }) => matches);
    expect(found.map(({ id }) => id).sort()).toEqual(sizes.map((_, i) => `b${i}`));
    for (const { body, id } of found) expect(JSON.parse(body)).toMatchObject({ id, resourceType: 'Binary' });
  });

  it('a history has every version, page by page', async () => {
    const all = await pages((cursor) =>
      record.history(caller, { type: 'Binary' }, { count: 30, ...(cursor === undefined ? {} : { cursor }) }),
    );
    expect(all.length).toBeGreaterThan(2);
    for (const page of all) expect(weight(page)).toBeLessThan(2 * pageBytes);
    const versions = all.flatMap(({ matches }) => matches.map(({ id, version }) => `${id}/${version}`));
    expect(new Set(versions).size).toBe(versions.length);
    expect(versions.length).toBe(sizes.length + 3);
  });

  it('the feed goes on behind what fitted', async () => {
    const seen: bigint[] = [];
    let at = 0n;
    for (let turn = 0; turn < 30; turn++) {
      const { changes, reached } = await record.changesAmong(at, { span: 1000, limit: 500 }, undefined);
      expect(changes.reduce((sum, { body }) => sum + body.length, 0)).toBeLessThan(2 * pageBytes);
      for (const { position, body, id } of changes) {
        seen.push(position);
        expect(JSON.parse(body)).toMatchObject({ id });
      }
      if (reached === at) break;
      at = reached;
    }
    expect(seen.length).toBe(sizes.length + 3);
    expect(at).toBe(await record.head());
  });

  it('reads that come together are each answered whole', async () => {
    const answers = await Promise.all([...sizes.keys(), 99].map((i) => record.read(caller, 'Binary', `b${i}`)));
    expect(answers.map((answer) => answer.ok)).toEqual([...sizes.map(() => true), false]);
    for (const [i, size] of sizes.entries()) expect(must(answers[i]!).body.length).toBeGreaterThan(size * megabyte);
  });

  it('what was deleted stays gone, and a long version of it is still there', async () => {
    must(await record.commit(caller, [{ kind: 'delete', type: 'Binary', id: 'b9' }]));
    expect(await record.read(caller, 'Binary', 'b9')).toMatchObject({ ok: false, problem: { kind: 'gone' } });
    expect(must(await record.readVersion(caller, 'Binary', 'b9', '1')).body.length).toBeGreaterThan(6 * megabyte);
  });
});
