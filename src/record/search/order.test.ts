// The orders that stand in no index of their own: by the time of the last change, along the feed, and by what is written in
// references and identifiers. Random searches compare them with the plain evaluation; here is what random data does not bring.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from '../../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../../database/testing.ts';
import type { Resource, ResourceType } from '../../fhir/generated/types.ts';
import { readJsonNow } from '../../fhir/json.ts';
import { parseQuery } from '../../fhir/search/query.ts';
import type { RecordStore, Write } from '../contract.ts';
import { defaultRecordSettings, openRecord } from '../record.ts';
import { recordMigrations } from '../schema.ts';
import { administrator, must } from './testing/world.ts';

let database: TestDatabase;
let record: RecordStore;
let nowMs = Date.parse('2026-01-01T00:00:00Z');
beforeAll(async () => {
  database = await testDatabase();
  must(await migrate(database.db, recordMigrations));
  record = openRecord(database.db, { ...defaultRecordSettings, now: () => new Date(nowMs) });
});
afterAll(() => database.drop());

const put = (type: ResourceType, id: string, rest: object = {}): Write => ({
  kind: 'update',
  resource: { resourceType: type, id, ...rest } as Resource,
});

async function at(ms: number, ...writes: Write[]): Promise<void> {
  nowMs = ms;
  must(await record.commit(administrator, writes));
}

/** Ids in the order of the search, page by page. */
async function inOrder(type: ResourceType, text: string, count: number): Promise<string> {
  const query = must(
    parseQuery(
      type,
      text.split('&').map((pair): [string, string] => pair.split('=') as [string, string]),
    ),
  );
  const ids: string[] = [];
  for (let cursor: string | undefined, page = 0; page < 50; page++) {
    const found = must(await record.search(administrator, { ...query, count, cursor }));
    ids.push(...found.matches.map((one) => one.id));
    cursor = found.next;
    if (cursor === undefined) break;
  }
  return ids.join(' ');
}

test.each([1, 2, 100])('by the last change: each resource once, where its newest version stands, pages of %d', async (count) => {
  const type = 'Observation';
  const of = `n${count}`;
  const about = (patient: string): object => ({ status: 'final', code: {}, subject: { reference: `Patient/${patient}` } });
  const tagged = (rest: object): object => ({ ...rest, meta: { tag: [{ code: of }] } });
  const id = (name: string): string => `${name}-${of}`;
  const base = nowMs + 10_000;
  // Two of one moment stand in the order of their keys, whatever the direction.
  await at(base, put(type, id('a'), tagged(about('p'))), put(type, id('b'), tagged(about('p'))), put(type, id('c'), tagged(about('p'))));
  await at(base + 5, put(type, id('d'), tagged(about('p'))), put(type, id('e'), tagged(about('p'))));
  await at(base + 10, put(type, id('b'), tagged({ ...about('p'), status: 'amended' })));
  // To another patient: the row moves, the feed names both places.
  await at(base + 15, put(type, id('c'), tagged(about('q'))));
  await at(base + 20, { kind: 'delete', type, id: id('d') });
  // A writer whose clock is behind: its change has a later place in the feed and an earlier time.
  await at(base + 7, put(type, id('f'), tagged(about('q'))));
  const names = async (sort: string): Promise<string> => (await inOrder(type, `_tag=${of}&_sort=${sort}`, count)).replaceAll(`-${of}`, '');
  expect(await names('-_lastUpdated')).toBe('c b f e a');
  expect(await names('_lastUpdated')).toBe('a e f b c');
});

test('identifiers stand in the order of their characters, as they are written', async () => {
  const patient = (id: string, value: string): Write => {
    const text = `{"resourceType":"Patient","id":"${id}","identifier":[{"value":"${value}"}]}`;
    return { kind: 'update', resource: must(readJsonNow(text)) as object as Resource };
  };
  await at(nowMs + 10, patient('big-1', 'B'), patient('big-2', 'a'), patient('big-3', 'C'));
  expect(await inOrder('Patient', '_sort=identifier&_id=big-1,big-2,big-3', 2)).toBe('big-1 big-3 big-2');
  expect(await inOrder('Patient', '_sort=-identifier&_id=big-1,big-2,big-3', 1)).toBe('big-2 big-3 big-1');
});

test('resources without the value come last both ways', async () => {
  const about = (id: string, rest: object): Write => put('Encounter', id, { status: 'planned', class: {}, ...rest });
  await at(
    nowMs + 10,
    about('none', {}),
    about('contained', { subject: { reference: '#x' } }),
    about('two', { subject: { reference: 'Patient/2/_history/7' } }),
    about('one', { subject: { reference: 'Patient/1' } }),
  );
  expect((await inOrder('Encounter', '_sort=subject', 1)).split(' ').slice(0, 2)).toEqual(['one', 'two']);
  expect((await inOrder('Encounter', '_sort=-patient', 3)).split(' ').slice(0, 2)).toEqual(['two', 'one']);
});
