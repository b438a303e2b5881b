// Conditional references on the real record: whatever the order of the files, and where the target never comes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../../database/testing.ts';
import { ok } from '../../fhir/result.ts';
import { migrations } from '../database.ts';
import type { Destination } from '../destination/contract.ts';
import { localDestination } from '../destination/local.ts';
import { readSettings } from '../settings.ts';
import type { Refused } from './contract.ts';
import { findFiles } from './find-files.ts';
import { openJournal } from './journal.ts';
import { load } from './load.ts';
import { logicalReferences } from './logical-references.ts';
import { makeSender } from './send.ts';

let folder: string;
let test: TestDatabase;
let destination: Destination;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lamplight-references-'));
  test = await testDatabase();
  const migrated = await migrate(test.db, migrations);
  const settings = readSettings({});
  if (!migrated.ok || !settings.ok) throw new Error('not ready');
  destination = localDestination(test.db, settings.value, 'test');
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await test.drop();
});

const npi = 'http://hl7.org/fhir/sid/us-npi';
const searching = (value: string): object => ({ reference: `Practitioner?identifier=${npi}|${value}`, display: 'Dr. A' });
const transaction = (...resources: { resourceType: string; id?: string }[]): string =>
  JSON.stringify({
    resourceType: 'Bundle',
    type: 'transaction',
    entry: resources.map((resource, i) => ({
      fullUrl: `urn:uuid:0000000${i}-0000-4000-8000-000000000000`,
      resource,
      request:
        resource.id === undefined
          ? { method: 'POST', url: resource.resourceType }
          : { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    })),
  });
const practitioner = (value: string) => ({
  resourceType: 'Practitioner',
  identifier: [{ system: npi, value }],
  name: [{ family: value }],
});
const patient = (id: string, ...values: string[]) => ({
  resourceType: 'Patient',
  id,
  generalPractitioner: values.map(searching),
});

async function loaded(files: Record<string, string>, keep = true) {
  const into = mkdtempSync(join(folder, 'files-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(into, name), text);
  const found = findFiles([into]);
  const journal = openJournal(join(folder, `${Math.random()}`));
  if (!found.ok || !journal.ok) throw new Error('not ready');
  const refused: Refused[] = [];
  const result = await load(found.value.sources, {
    sender: makeSender(destination, { forMs: 0, say: () => {} }),
    jobs: 2,
    groupResources: 10,
    groupBytes: 100_000,
    lineBytesMax: 100_000,
    memory: { journal: journal.value, into: 'here', restart: false, holds: async () => ok(true) },
    keepReferences: keep ? logicalReferences((ask) => destination.fhir(ask)) : undefined,
    hear: { bytes: () => {}, resources: () => {}, note: () => {}, refused: (one) => refused.push(one) },
  });
  return { ...result, reports: refused };
}

async function practitionersOf(id: string): Promise<{ reference?: string; identifier?: object; type?: string; display?: string }[]> {
  const answer = await destination.fhir({ method: 'GET', target: `Patient/${id}` });
  if (!answer.ok || answer.value.status !== 200) return [];
  return (JSON.parse(answer.value.body) as { generalPractitioner: object[] }).generalPractitioner;
}

describe('a reference that is a search', () => {
  it('finds its target in a file that comes later, in Bundles and in NDJSON', async () => {
    const result = await loaded({
      'a.json': transaction(patient('p1', 'A1')),
      'b.ndjson': `${JSON.stringify(patient('p2', 'A1'))}\n${JSON.stringify({ resourceType: 'Patient', id: 'p3' })}`,
      'z.json': transaction(practitioner('A1')),
    });
    expect(result).toMatchObject({ loaded: 4, refused: 0, logicalReferences: 0 });
    const [found] = await practitionersOf('p1');
    expect(found?.reference).toMatch(/^Practitioner\/[0-9a-f-]{36}$/);
    expect(found?.display).toBe('Dr. A');
    expect((await practitionersOf('p2'))[0]?.reference).toBe(found?.reference);
  });

  it('goes through a chain of files in the wrong order', async () => {
    const role = {
      resourceType: 'Practitioner',
      identifier: [{ system: npi, value: 'C2' }],
      qualification: [{ code: { text: 'q' }, issuer: { reference: `Organization?identifier=${npi}|O2` } }],
    };
    const result = await loaded({
      '1.json': transaction(patient('c1', 'C2')),
      '2.json': transaction(role),
      '3.json': transaction({ resourceType: 'Organization', identifier: [{ system: npi, value: 'O2' }] } as { resourceType: string }),
    });
    expect(result).toMatchObject({ loaded: 3, refused: 0, logicalReferences: 0 });
  });

  it('becomes a logical reference where its target never comes, and is counted', async () => {
    const result = await loaded({ 'a.json': transaction(patient('l1', 'nobody', 'A1')) });
    expect(result).toMatchObject({ loaded: 1, refused: 0, logicalReferences: 1 });
    const [missing, found] = await practitionersOf('l1');
    expect(missing).toEqual({ type: 'Practitioner', identifier: { system: npi, value: 'nobody' }, display: 'Dr. A' });
    expect(found?.reference).toMatch(/^Practitioner\//);
  });

  it('finds its target in its own Bundle', async () => {
    await loaded({ 'a.json': transaction(practitioner('own'), patient('o1', 'own')) });
    expect((await practitionersOf('o1'))[0]?.reference).toMatch(/^Practitioner\/[0-9a-f-]{36}$/);
  });

  it('is refused where that was asked for, and nothing of its Bundle gets in', async () => {
    const result = await loaded({ 'a.json': transaction(practitioner('with'), patient('n1', 'nobody')) }, false);
    expect(result).toMatchObject({ loaded: 0, refused: 1 });
    expect(result.reports[0]).toMatchObject({ status: 412, resource: 'Bundle' });
    expect(await practitionersOf('n1')).toEqual([]);
  });

  it('that asks for more than one identifier stays as it is and is refused', async () => {
    const text = transaction(patient('m1', 'nobody')).replace('|nobody', '|nobody,other');
    expect(await loaded({ 'a.json': text })).toMatchObject({ loaded: 0, refused: 1, logicalReferences: 0 });
  });

  it('does not hide another fault of its resource', async () => {
    const result = await loaded({ 'a.ndjson': JSON.stringify({ ...patient('f1', 'nobody'), gender: 'wrong' }) });
    expect(result).toMatchObject({ loaded: 0, refused: 1 });
    expect(result.reports[0]?.reason).toContain('Patient.gender');
  });
});
