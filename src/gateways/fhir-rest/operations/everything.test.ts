// $everything, $lastn and $meta over a record, as the router answers them.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '../../../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../../../database/testing.ts';
import type { Resource } from '../../../fhir/generated/types.ts';
import type { Json } from '../../../fhir/json.ts';
import type { Person } from '../../../policy/contract.ts';
import type { Caller } from '../../../record/contract.ts';
import { openRecord } from '../../../record/record.ts';
import { recordMigrations } from '../../../record/schema.ts';
import type { FhirContext, FhirRequest } from '../contract.ts';
import { answer } from '../router.ts';
import { standardOperations } from './standard.ts';

let database: TestDatabase;
let context: FhirContext;
const as = (person: Partial<Person>): Caller => ({
  person: { id: '0190a000-0000-7000-8000-000000000001', name: 'test', role: 'administrator', ...person },
  purpose: 'TREAT',
  from: 'test',
  request: 'test',
});
const everyone = as({});

interface Answered {
  status: number;
  json: { [name: string]: Json } & {
    entry?: { resource: Resource; search?: { mode: string } }[];
    link?: { relation: string; url: string }[];
  };
}

async function ask(address: string, caller = everyone, body?: Json): Promise<Answered> {
  const [path = '', query = ''] = address.split('?');
  const request: FhirRequest = {
    method: body === undefined ? 'GET' : 'POST',
    path: path.split('/'),
    query: [...new URLSearchParams(query)],
    headers: {},
    ...(body === undefined ? {} : { body }),
    caller,
  };
  const response = await answer(request, context);
  return { status: response.status, json: JSON.parse(response.body ?? '{}') };
}

const names = ({ json }: Answered, mode = 'match'): string =>
  (json.entry ?? []).flatMap((one) => (one.search?.mode === mode ? [`${one.resource.resourceType}/${one.resource.id}`] : [])).join(' ');

/** All pages; each resource must come once. */
async function pages(address: string, caller = everyone): Promise<string[]> {
  const all: string[] = [];
  for (let next: string | undefined = address, page = 0; next !== undefined && page < 100; page++) {
    const answered: Answered = await ask(next, caller);
    all.push(...names(answered).split(' '));
    next = answered.json.link?.find(({ relation }) => relation === 'next')?.url.replace('http://here/fhir/', '');
  }
  expect(new Set(all).size).toBe(all.length);
  return all;
}

const observation = (id: string, patient: string, code: string, date: string, rest: object = {}): object => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code }] },
  subject: { reference: `Patient/${patient}` },
  effectiveDateTime: date,
  ...rest,
});

beforeAll(async () => {
  database = await testDatabase();
  expect((await migrate(database.db, recordMigrations)).ok).toBe(true);
  const record = openRecord(database.db);
  context = { record, base: 'http://here/fhir', limits: { bundleEntries: 10 }, operations: standardOperations };
  const resources = [
    { resourceType: 'Organization', id: 'house', name: 'House' },
    { resourceType: 'Organization', id: 'other', name: 'Other' },
    { resourceType: 'Location', id: 'ward', managingOrganization: { reference: 'Organization/house' } },
    { resourceType: 'Practitioner', id: 'doctor' },
    { resourceType: 'Practitioner', id: 'stranger' },
    { resourceType: 'Medication', id: 'pill' },
    { resourceType: 'Patient', id: 'p1', managingOrganization: { reference: 'Organization/house' } },
    { resourceType: 'Patient', id: 'p2', managingOrganization: { reference: 'Organization/other' } },
    observation('o1', 'p1', '1', '2026-01-01', { performer: [{ reference: 'Practitioner/doctor' }] }),
    observation('o2', 'p1', '1', '2026-03-01'),
    observation('o3', 'p1', '2', '2026-02-01'),
    observation('o4', 'p2', '1', '2026-02-01', { performer: [{ reference: 'Practitioner/stranger' }] }),
    {
      resourceType: 'MedicationRequest',
      id: 'm1',
      status: 'active',
      intent: 'order',
      medicationReference: { reference: 'Medication/pill' },
      subject: { reference: 'Patient/p1' },
      note: [{ text: '"reference":"Practitioner/stranger"' }],
    },
    {
      resourceType: 'Encounter',
      id: 'e1',
      status: 'finished',
      class: { code: 'IMP' },
      subject: { reference: 'Patient/p1' },
      period: { start: '2025-12-01', end: '2026-01-05' },
      location: [{ location: { reference: 'Location/ward' } }],
    },
    {
      resourceType: 'Appointment',
      id: 'both',
      status: 'booked',
      participant: [
        { actor: { reference: 'Patient/p2' }, status: 'accepted' },
        { actor: { reference: 'Patient/p1' }, status: 'accepted' },
      ],
    },
  ];
  for (const resource of resources) {
    const done = await record.commit(everyone, [{ kind: 'update', resource: resource as object as Resource }]);
    expect(done.ok ? '' : done.problem.message).toBe('');
  }
});
afterAll(() => database.drop());

const ofFirst = [
  'Appointment/both',
  'Encounter/e1',
  'MedicationRequest/m1',
  'Observation/o1',
  'Observation/o2',
  'Observation/o3',
  'Patient/p1',
];

describe('Patient/$everything', () => {
  test('brings the Patient first, all in the compartment, and what that points to outside it', async () => {
    const answered = await ask('Patient/p1/$everything');
    expect(names(answered).split(' ')[0]).toBe('Patient/p1');
    expect(names(answered).split(' ').sort()).toEqual(ofFirst);
    // From the ward to its house; and a text that only looks like a reference names nobody.
    expect(names(answered, 'include').split(' ').sort()).toEqual([
      'Location/ward',
      'Medication/pill',
      'Organization/house',
      'Practitioner/doctor',
    ]);
  });

  test.each([1, 2, 3])('comes page by page, each resource once, pages of %d', async (count) => {
    expect((await pages(`Patient/p1/$everything?_count=${count}`)).sort()).toEqual(ofFirst);
    const all = await pages(`Patient/$everything?_count=${count}`);
    expect(all.sort()).toEqual([...ofFirst, 'Observation/o4', 'Patient/p2'].sort());
  });

  test('keeps to types, to care dates and to what has changed', async () => {
    expect(
      names(await ask('Patient/p1/$everything?_type=Observation,Medication'))
        .split(' ')
        .sort()
        .join(' '),
    ).toBe('Observation/o1 Observation/o2 Observation/o3');
    const within = await ask('Patient/p1/$everything?start=2026-02-01&end=2026-02-28&_type=Observation,Encounter');
    expect(names(within)).toBe('Observation/o3');
    expect(names(await ask('Patient/p1/$everything?start=2026-01-03&end=2026-01-03&_type=Encounter'))).toBe('Encounter/e1');
    // Without a care date it is always of it.
    expect(names(await ask('Patient/p1/$everything?start=2030-01-01'))).toContain('Patient/p1');
    expect(names(await ask('Patient/p1/$everything?_since=2100-01-01'))).toBe('');
  });

  test('tells whoever may not see the patient that there is none', async () => {
    const elsewhere = as({ role: 'clinician', organisations: ['other'] });
    expect((await ask('Patient/p1/$everything', elsewhere)).status).toBe(404);
    expect((await ask('Patient/nobody/$everything')).status).toBe(404);
    expect((await pages('Patient/$everything', elsewhere)).sort()).toEqual(['Appointment/both', 'Observation/o4', 'Patient/p2'].sort());
    const own = as({ role: 'patient', patients: ['p1'] });
    expect((await pages('Patient/$everything', own)).sort()).toEqual(ofFirst);
    expect((await ask('Patient/p2/$everything', own)).status).toBe(404);
  });

  test('says what it does not understand', async () => {
    for (const wrong of ['_count=0', '_since=x', '_type=Patint', 'start=soon', '_cursor=abc', 'nonsense=1'])
      expect([wrong, (await ask(`Patient/p1/$everything?${wrong}`)).status]).toEqual([wrong, 400]);
    const page = await ask('Patient/p1/$everything?_count=1');
    const next = page.json.link!.find(({ relation }) => relation === 'next')!.url.replace('http://here/fhir/', '');
    expect((await ask(next.replace('p1', 'p2'))).status).toBe(400);
  });

  test('leaves one row in the trail, of the patient', async () => {
    const { rows } = await database.db.query<{ query: string; seen: string[] | null }>({
      text: "select query, seen from audit where query = '$everything?_count=3' limit 1",
    });
    expect(rows).toHaveLength(1);
  });
});

describe('Observation/$lastn', () => {
  test('gives the newest of each code', async () => {
    expect(names(await ask('Observation/$lastn?patient=p1'))).toBe('Observation/o2 Observation/o3');
    expect(names(await ask('Observation/$lastn?patient=Patient/p1&max=2'))).toBe('Observation/o2 Observation/o1 Observation/o3');
    expect(names(await ask('Observation/$lastn?subject=Patient/p1&code=http://loinc.org|1'))).toBe('Observation/o2');
  });

  test('needs to know about whom, and shows nobody else', async () => {
    expect((await ask('Observation/$lastn?code=1')).status).toBe(400);
    expect((await ask('Observation/$lastn?patient=p1&max=0')).status).toBe(400);
    expect(names(await ask('Observation/$lastn?patient=p1', as({ role: 'clinician', organisations: ['other'] })))).toBe('');
    expect((await ask('Observation/$lastn?patient=p1', as({ role: 'patient', patients: [] }))).status).toBe(403);
  });
});

describe('$meta', () => {
  const tag = { system: 'http://e.org', code: 'seen' };
  const sent = { resourceType: 'Parameters', parameter: [{ name: 'meta', valueMeta: { tag: [tag], profile: ['http://e.org/profile'] } }] };
  const metaOf = ({ json }: Answered) =>
    (json['parameter'] as { valueMeta: { tag?: object[]; profile?: string[]; versionId: string } }[])[0]!.valueMeta;

  test('is shown, added to and taken away from, and each change is a version', async () => {
    expect(metaOf(await ask('Practitioner/doctor/$meta')).tag).toBeUndefined();
    const added = metaOf(await ask('Practitioner/doctor/$meta-add', everyone, sent));
    expect(added).toMatchObject({ tag: [tag], profile: ['http://e.org/profile'], versionId: '2' });
    expect(names(await ask('Practitioner?_tag=http://e.org|seen'))).toBe('Practitioner/doctor');
    // What is there already is not added again, and no version is made.
    expect(metaOf(await ask('Practitioner/doctor/$meta-add', everyone, sent))).toMatchObject({ tag: [tag], versionId: '2' });
    const removed = metaOf(await ask('Practitioner/doctor/$meta-delete', everyone, sent));
    expect([removed.tag, removed.profile, removed.versionId]).toEqual([undefined, undefined, '3']);
  });

  test('asks policy as any read and write', async () => {
    expect((await ask('Observation/o1/$meta', as({ role: 'clinician', organisations: ['other'] }))).status).toBe(404);
    expect((await ask('Practitioner/doctor/$meta-add', as({ role: 'nurse' }), sent)).status).toBe(403);
    expect((await ask('Practitioner/nobody/$meta-add', everyone, sent)).status).toBe(404);
  });
});
