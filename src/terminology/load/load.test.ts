// Releases from their files into the tables, and what is answered from there.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '../../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../../database/testing.ts';
import { terminologyMigrations } from '../schema.ts';
import { openTerminology } from '../service.ts';
import { loadReleaseFile } from './load.ts';

const now = (): Date => new Date('2026-01-01T00:00:00Z');
const icd = 'http://hl7.org/fhir/sid/icd-10-cm';

const orderLine = (number: number, code: string, billable: 0 | 1, text: string): string =>
  `${String(number).padStart(5, '0')} ${code.padEnd(7)} ${billable} ${text.padEnd(60)} ${text} in full\r\n`;

const order = [
  orderLine(1, 'X90', 0, 'Made disorders'),
  orderLine(2, 'X900', 1, 'Made disorder of the left ear'),
  orderLine(3, 'X901', 0, 'Made disorder of the right ear'),
  orderLine(4, 'X9011', 1, 'Made disorder of the right ear, Ménière’s'),
  orderLine(5, 'X91', 1, 'Other made disorder'),
].join('');

describe('a release', () => {
  let test0: TestDatabase;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lamplight-release-'));
    test0 = await testDatabase();
    await migrate(test0.db, terminologyMigrations);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await test0.drop();
  });

  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  test('of ICD-10-CM answers look-ups, subsumption and expansions', async () => {
    const loaded = await loadReleaseFile(test0.db, file('icd10cm-order-2026.txt', order), {}, now);
    expect(loaded).toEqual({ ok: true, value: { system: icd, version: '2026', concepts: 5 } });
    const terminology = openTerminology(test0.db, { now }).seenBy(undefined, 'ada');
    expect(await terminology.lookup({ system: icd, code: 'x90.11' })).toMatchObject({
      ok: true,
      value: { version: '2026', display: 'Made disorder of the right ear, Ménière’s in full' },
    });
    expect(await terminology.subsumes({ system: icd, code: 'X90' }, { system: icd, code: 'X90.11' })).toEqual({
      ok: true,
      value: 'subsumes',
    });
    const compose = { include: [{ system: icd, filter: [{ property: 'concept', op: 'is-a', value: 'X90' }] }] };
    const found = await terminology.expand({ resourceType: 'ValueSet', status: 'active', compose }, { filter: 'mad menier' });
    expect(found.ok && found.value.codes.map(({ code }) => code)).toEqual(['X90.11']);
  });
});
