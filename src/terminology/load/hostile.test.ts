// Loads that are cut off, and files that want to do harm: the version that is there goes on answering.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '../../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../../database/testing.ts';
import { listReleases, putIntoUse, removeRelease } from '../releases.ts';
import { terminologyMigrations } from '../schema.ts';
import { openTerminology } from '../service.ts';
import { makePackage, makeRf2, makeZip, zipOf } from '../testing.ts';
import { type LoadWish, loadReleaseFile } from './load.ts';

const now = (): Date => new Date('2026-01-01T00:00:00Z');
const system = 'http://snomed.info/sct';
let place: TestDatabase;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lamplight-hostile-'));
  place = await testDatabase();
  await migrate(place.db, terminologyMigrations);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await place.drop();
});

function write(name: string, content: string | Buffer): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}
const load = (path: string, wish: LoadWish = {}) => loadReleaseFile(place.db, path, wish, now);
async function said(name: string, content: string | Buffer, wish: LoadWish = {}): Promise<string> {
  const result = await load(write(name, content), wish);
  return result.ok ? 'loaded' : result.problem.message;
}
const made = (count: number, date: string) =>
  makeRf2(
    Array.from({ length: count }, (_, i) => ({
      code: String(100_000_000 + i),
      terms: [`Number ${i} (made)`, `Number ${i}`],
      parents: i === 0 ? [] : [String(100_000_000 + ((i - 1) >> 1))],
    })),
    date,
  );
async function total(filter?: string): Promise<unknown> {
  const terminology = openTerminology(place.db, { now }).seenBy(undefined, 'ada');
  const found = await terminology.expand(`${system}?fhir_vs=isa/100000001`, { count: 1, filter });
  return found.ok ? found.value.total : found.problem.message;
}

describe('a load', () => {
  test('that is cut off again and again comes to the same as one that is not', async () => {
    const file = write('a.zip', zipOf(made(6_000, '20260101')));
    // Cut later and later, after each thing that it says of itself: in every phase, then.
    for (let steps = 1, done = false; !done; steps += 1) {
      const cut = new AbortController();
      let left = steps;
      const step = (): void => {
        left -= 1;
        if (left < 0) cut.abort();
      };
      const result = await load(file, { signal: cut.signal, hear: { bytes: step, concepts: step } });
      done = result.ok;
      if (!result.ok) expect(result.problem.kind).toBe('busy');
      else expect(result.value.concepts).toBe(6_000);
      expect(steps).toBeLessThan(200);
    }
    const whole = write('b.zip', zipOf(made(6_000, '20260102')));
    const cutOff = [await total(), await total('number 59'), await total('5999')];
    expect((await load(whole)).ok).toBe(true);
    expect([await total(), await total('number 59'), await total('5999')]).toEqual(cutOff);
    const { rows } = await place.db.query<{ stages: number }>({
      text: `select count(*)::int as stages from pg_class where relname like 'terminology_stage%'`,
    });
    expect(rows[0]?.stages).toBe(0);
  });

  test('of the same file a second time does nothing; versions stand side by side and can be chosen and removed', async () => {
    expect(await load(join(folder, 'b.zip'))).toMatchObject({ ok: true, value: { already: true } });
    const [first, second] = (await listReleases(place.db)).filter((one) => one.system === system);
    expect([first?.inUse, second?.inUse]).toEqual([false, true]);
    expect(await putIntoUse(place.db, system, first!.version)).toMatchObject({ ok: true });
    expect(await removeRelease(place.db, system, first!.version)).toMatchObject({ ok: true });
    expect((await listReleases(place.db)).map(({ version, inUse }) => [version, inUse])).toEqual([[second!.version, true]]);
    expect(await removeRelease(place.db, system, 'none')).toMatchObject({ ok: false, problem: { kind: 'not-found' } });
    const { rows } = await place.db.query<{ releases: number }>({
      text: 'select count(distinct release)::int as releases from terminology_concept',
    });
    expect(rows[0]?.releases).toBe(1);
  });

  test('of a new file for a version replaces it only when it is whole', async () => {
    const before = await total();
    const more = makeRf2([{ code: '100000001', terms: ['Other (made)', 'Other'], parents: [] }], '20260102');
    const broken = Object.fromEntries(
      Object.entries(more).map(([path, text]) => [path, path.includes('Relationship') ? `${text}nonsense\r\n` : text]),
    );
    expect(await said('c.zip', zipOf(broken))).toMatch(/Relationship_Snapshot_INT_20260102.txt:\d+: a line has 10 fields/);
    expect(await total()).toBe(before);
    expect(await said('d.zip', zipOf(more))).toBe('loaded');
    expect(await total()).toBe(1);
  });

  test('waits for no other: a second one is refused', async () => {
    const file = write('e.zip', zipOf(made(200, '20260401')));
    let second: Promise<unknown> | undefined;
    await load(file, { hear: { bytes: () => (second ??= load(file)) } });
    expect(await second).toMatchObject({ ok: false, problem: { kind: 'conflict' } });
  });
});

describe('an archive', () => {
  const begin = 'id\teffectiveTime\tactive\tmoduleId\tdefinitionStatusId\r\n';
  test('that unpacks to a thousand times its size is refused before it is read', async () => {
    expect(
      await said('bomb.zip', makeZip([{ path: 'sct2_Concept_Snapshot_INT_20260101.txt', content: begin + '0'.repeat(80 * 1024 * 1024) }])),
    ).toMatch(/unpacks to \d+ times its size/);
  });
  test('that lies about its size is refused when that shows', async () => {
    const files = Object.entries(made(3, '20260501')).map(([path, content]) => ({ path, content, says: content.length - 20 }));
    expect(await said('lie.zip', makeZip(files))).toMatch(/cannot be unpacked|is broken/);
  });
  test.each(['../../etc/passwd', '/etc/passwd', 'C:\\x.txt', '..\\x'])('with the name %s in it is refused', async (path) => {
    expect(await said('path.zip', makeZip([{ path, content: begin }]))).toMatch(/path.zip is broken/);
  });
  test('that is cut off or changed is refused', async () => {
    const whole = zipOf(made(300, '20260601'));
    expect(await said('cut.zip', whole.subarray(0, whole.length - 300))).toMatch(/cut.zip cannot be read as a zip|is broken/);
    const changed = Buffer.from(whole);
    for (let at = 200; at < 260; at += 1) changed[at] = 0x55;
    expect(await said('changed.zip', changed)).toMatch(/cannot be unpacked|fields|broken/);
    const packed = makePackage({
      'package/package.json': { name: 'x', version: '1' },
      'package/a.json': { resourceType: 'ValueSet', url: 'x' },
    });
    expect(await said('cut.tgz', packed.subarray(0, packed.length - 40))).toMatch(/cut.tgz: it cannot be unpacked/);
  });
  test('that is empty, or is none, is refused', async () => {
    expect(await said('empty.zip', makeZip([]))).toMatch(/none of the release files/);
    expect(await said('nothing.txt', '')).toMatch(/none of the release files/);
    expect(await load(join(folder, 'missing.zip'))).toMatchObject({ ok: false, problem: { kind: 'not-found' } });
    expect(await load(folder)).toMatchObject({ ok: false, problem: { kind: 'invalid' } });
  });
});

test('a line without end is refused by its number', async () => {
  const text = `00001 X90     0 ${'Made'.padEnd(60)} Made\n00002 X900    1 ${'x'.repeat(3 * 1024 * 1024)}`;
  expect(await said('icd10cm-order-2026.txt', text)).toMatch(/icd10cm-order-2026.txt:2: the line is longer/);
});

test('elements without end are refused by their line', async () => {
  const xml = `<ICD10CM.tabular><version>2027</version>\n${'<diag>'.repeat(5_000)}`;
  expect(await said('icd10cm_tabular_2027.xml', xml)).toMatch(/icd10cm_tabular_2027.xml:2: elements are nested more than 100 deep/);
});
