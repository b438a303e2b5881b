// A command on a stopped installation knows the codes that the server knows: pick lists of knowledge, those of the site among them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { migrations } from './database.ts';
import { localDestination } from './destination/local.ts';
import { openOwnRecord } from './own-record.ts';
import { readSettings, type Settings } from './settings.ts';

let folder: string;
let test: TestDatabase;
let settings: Settings;
const set = 'http://site.example/ValueSet/wards-say';
const code = { system: 'http://site.example/words', code: 'pale' };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lamplight-lists-'));
  mkdirSync(join(folder, 'pick-lists'));
  const include = [{ system: code.system, concept: [{ code: code.code, display: 'Pale' }] }];
  writeFileSync(
    join(folder, 'pick-lists', 'wards-say.json'),
    JSON.stringify({ resourceType: 'ValueSet', id: 'wards-say', url: set, status: 'active', compose: { include } }),
  );
  test = await testDatabase();
  const migrated = await migrate(test.db, migrations);
  const read = readSettings({ LAMPLIGHT_KNOWLEDGE: folder });
  if (!migrated.ok || !read.ok) throw new Error('not ready');
  settings = read.value;
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await test.drop();
});

describe('the codes of a command', () => {
  it('are found in a search by a pick list of the site', async () => {
    const local = localDestination(test.db, settings, 'test');
    for (const [id, coding] of [
      ['pale', code],
      ['other', { ...code, code: 'red' }],
    ] as const) {
      const body = JSON.stringify({ resourceType: 'Condition', id, subject: { display: 'somebody' }, code: { coding: [coding] } });
      expect(await local.fhir({ method: 'PUT', target: `/Condition/${id}`, body })).toMatchObject({ value: { status: 201 } });
    }
    const found = await local.fhir({ method: 'GET', target: `/Condition?code:in=${encodeURIComponent(set)}&_elements=code` });
    expect(found).toMatchObject({ value: { status: 200 } });
    expect(found.ok && JSON.parse(found.value.body).entry.map(({ resource }: { resource: { id: string } }) => resource.id)).toEqual([
      'pale',
    ]);
  });

  it('are those that writes are checked by', async () => {
    const own = await openOwnRecord(test.db, settings);
    if (!own.ok) throw new Error(own.problem.message);
    const person = { id: '0190f1a0-0000-7000-8000-000000000001', name: 'test', role: 'administrator' as const };
    const terminology = own.value.validation.terminology({ person, purpose: 'HSYSADMIN', from: 'test', request: 'test' });
    expect(await terminology?.memberOf(set, [code, { ...code, code: 'red' }])).toMatchObject([{ answer: 'yes' }, { answer: 'no' }]);
  });

  it('stop a command where a list cannot be read, with the file', async () => {
    writeFileSync(join(folder, 'pick-lists', 'broken.json'), '{');
    const own = await openOwnRecord(test.db, settings);
    expect(own).toMatchObject({ ok: false, problem: { message: expect.stringContaining('broken.json') } });
  });
});
