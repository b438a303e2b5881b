// Search parameters that a site defines: from the definition to the complete index, with writers in between that know of it and
// writers that do not yet. Two records on one database stand for two processes.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { migrate } from '../../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../../database/testing.ts';
import { compile } from '../../fhir/fhirpath/compile.ts';
import type { Resource, ResourceType } from '../../fhir/generated/types.ts';
import { parseQuery } from '../../fhir/search/query.ts';
import type { Jobs } from '../../jobs/contract.ts';
import { openJobs } from '../../jobs/jobs.ts';
import { jobMigrations } from '../../jobs/schema.ts';
import type { RecordStore, Written } from '../contract.ts';
import { defaultRecordSettings, openRecord } from '../record.ts';
import { recordMigrations } from '../schema.ts';
import { administrator, must } from '../search/testing/world.ts';
import { countOf, reindexSome } from './reindex.ts';
import { reindexJob, reindexKind } from './reindex-job.ts';

let database: TestDatabase;
let record: RecordStore;
let jobs: Jobs;

beforeAll(async () => {
  database = await testDatabase();
  must(await migrate(database.db, [...jobMigrations, ...recordMigrations]));
});
beforeEach(async () => {
  await database.db.query({
    text: 'truncate directory, resource, contained, history, range_value, string_value, concept_text, change, search_parameter, job',
  });
  await database.db.query({ text: 'update parameter_epoch set epoch = epoch + 1' });
  record = openRecord(database.db, { ...defaultRecordSettings, compile });
  await record.registry.refresh();
  await jobs?.close();
  jobs = openJobs(database.db, { pollMs: 50 });
});
afterAll(async () => {
  await jobs.close();
  await database.drop();
});

const put = async (resource: object, on = record): Promise<Written> =>
  must(await on.commit(administrator, [{ kind: 'update', resource: resource as Resource }]))[0]!;

const definition = (rest: object = {}): object => ({
  resourceType: 'SearchParameter',
  id: 'eye',
  url: 'http://e.org/SearchParameter/eye',
  name: 'Eye',
  status: 'active',
  description: 'Colour of the eyes',
  code: 'eye',
  base: ['Patient'],
  type: 'string',
  expression: "Patient.extension.where(url = 'http://e.org/eye').value.ofType(string)",
  ...rest,
});

const patient = (id: string, eye: string, rest: object = {}): object => ({
  resourceType: 'Patient',
  id,
  extension: [{ url: 'http://e.org/eye', valueString: eye }],
  ...rest,
});

/** Ids that it finds, or why it does not look. */
async function finds(text: string, type: ResourceType = 'Patient', on = record): Promise<string> {
  const pairs = text.split('&').map((pair): [string, string] => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]);
  const query = parseQuery(type, pairs);
  if (!query.ok) return query.problem.kind;
  const page = await on.search(administrator, query.value);
  return page.ok
    ? page.value.matches
        .map(({ id }) => id)
        .sort()
        .join(' ') || '-'
    : page.problem.kind;
}

async function reindex(wish: object = {}): Promise<object> {
  jobs.work([reindexJob(database.db, record.registry)]);
  const { id } = await jobs.ask(reindexKind, wish as never, administrator.person.id);
  for (let tries = 0; tries < 600; tries++) {
    const job = (await jobs.get(id))!;
    if (job.state === 'done') return { ...(job.result as object), progress: job.progress };
    if (job.state === 'failed') throw new Error(job.problem?.message);
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error('the reindex does not end');
}

describe('a search parameter that is defined', () => {
  test('is refused by search until every resource is indexed by it, and complete from then on', async () => {
    for (let i = 0; i < 450; i++) await put(patient(`p${i}`, i % 150 === 0 ? 'Green' : 'brown'));
    expect(await finds('eye=green')).toBe('invalid');
    await put(definition());
    await put(patient('new', 'green'));
    expect(await finds('eye=green')).toBe('busy');
    expect(await finds('name=x')).toBe('-');
    expect(await countOf(database.db, 'Patient')).toEqual({ all: 451, stale: 450 });
    expect(await reindex({ types: ['Patient'], parameter: 'eye' })).toMatchObject({
      done: 450,
      stale: 0,
      verified: true,
      progress: { done: 450, total: 450 },
    });
    expect(await finds('eye=green')).toBe('new p0 p150 p300');
    expect(await finds('eye:contains=REE&_sort=-eye')).toBe('new p0 p150 p300');
    expect(await finds('eye:missing=true')).toBe('-');
    // What it had before is there as it was.
    expect(await finds('_id=p7')).toBe('p7');
  });

  test('is searched at once where there is nothing that it could miss', async () => {
    await put(definition());
    await put(patient('a', 'blue'));
    expect(await finds('eye=blue')).toBe('a');
    expect(await finds('eye=blue&_sort=eye')).toBe('a');
  });

  test('of every type works like one of R4', async () => {
    const ext = (value: string): string => `Patient.extension.where(url='http://e.org/x').value.ofType(${value})`;
    const of = (code: string, type: string, expression: string, rest: object = {}): object =>
      definition({ id: code, code, type, expression, url: `http://e.org/SearchParameter/${code}`, ...rest });
    await put(of('x-token', 'token', ext('CodeableConcept')));
    await put(of('x-ref', 'reference', ext('Reference'), { target: ['Organization'] }));
    await put(of('x-date', 'date', ext('date')));
    await put(of('x-number', 'number', 'Patient.name.count()'));
    await put(of('x-quantity', 'quantity', ext('Quantity')));
    await put(of('x-uri', 'uri', ext('uri')));
    await put(
      of('x-pair', 'composite', 'Patient.contact', {
        component: [
          { definition: 'http://hl7.org/fhir/SearchParameter/individual-gender', expression: 'gender' },
          { definition: 'http://e.org/SearchParameter/x-date', expression: 'period.start' },
        ],
      }),
    );
    await put({ resourceType: 'Organization', id: 'o', name: 'House' });
    const extension = (rest: object): object => ({ url: 'http://e.org/x', ...rest });
    await put({
      resourceType: 'Patient',
      id: 'all',
      name: [{ family: 'A' }, { family: 'B' }],
      contact: [
        { gender: 'male', period: { start: '2020-01-01' } },
        { gender: 'female', period: { start: '2021-01-01' } },
      ],
      extension: [
        extension({ valueCodeableConcept: { coding: [{ system: 'http://s', code: 'C' }] } }),
        extension({ valueReference: { reference: 'Organization/o' } }),
        extension({ valueDate: '2024-05-06' }),
        extension({ valueQuantity: { value: 5, system: 'http://unitsofmeasure.org', code: 'g' } }),
        extension({ valueUri: 'http://u/1' }),
      ],
    });
    const asked = {
      'x-token=http://s|c': 'all', 'x-token=http://s|d': '-', 'x-ref=Organization/o': 'all', 'x-ref.name=house': 'all', 'x-date=ge2024-05': 'all',
      'x-date=lt2024': '-', 'x-number=2': 'all', 'x-number=3': '-', 'x-quantity=5000|http://unitsofmeasure.org|mg': 'all', 'x-uri=http://u/1': 'all',
      'x-pair=male$2020': 'all', 'x-pair=male$2021': '-', '_sort=x-date,-x-number,x-token': 'all', '_sort=x-ref': 'unsupported',
    }; // biome-ignore format: pairs
    for (const [text, found] of Object.entries(asked)) expect([text, await finds(text)]).toEqual([text, found]);
  });

  test('is gone with its rows when it is retired or deleted', async () => {
    await put(definition());
    await put(patient('a', 'blue'));
    expect(await finds('eye=blue')).toBe('a');
    const rows = async (): Promise<number> =>
      (await database.db.query({ text: "select 1 from string_value where folded = 'blue'" })).rows.length;
    expect(await rows()).toBe(1);
    await put(definition({ status: 'retired' }));
    expect(await finds('eye=blue')).toBe('invalid');
    expect(await reindex()).toMatchObject({ stale: 0, verified: true });
    expect(await rows()).toBe(0);
    await put(definition({ status: 'active' }));
    expect(await finds('eye=blue')).toBe('busy');
    must(await record.commit(administrator, [{ kind: 'delete', type: 'SearchParameter', id: 'eye' }]));
    expect(await finds('eye=blue')).toBe('invalid');
  });
});

describe('a definition is refused', () => {
  test.each([
    ['whose code is one of R4', { code: 'family' }, /Patient has the search parameter family already/],
    ['whose code another has', { id: 'other', url: 'http://e.org/SearchParameter/other' }, /has the search parameter eye already/],
    ['whose expression is wrong, with the place', { code: 'x', expression: 'Patient.name.where(' }, /1:|line 1|column|position/i],
    ['without expression', { code: 'x', expression: undefined }, /needs its FHIRPath expression/],
    ['of a type that R4 gives no meaning', { code: 'x', type: 'special' }, /type special/],
    ['whose code could not be asked for', { code: 'a.b' }, /code of a search parameter/],
    [
      'whose parts are not known',
      {
        code: 'x',
        type: 'composite',
        expression: 'Patient',
        component: [
          { definition: 'http://no', expression: 'a' },
          { definition: 'http://no', expression: 'a' },
        ],
      },
      /define it first/,
    ],
  ])('%s', async (_, rest, words) => {
    await put(definition());
    const refused = await record.commit(administrator, [
      { kind: 'update', resource: JSON.parse(JSON.stringify(definition({ id: 'wrong', url: 'http://e.org/wrong', ...rest }))) as Resource },
    ]);
    expect(refused.ok ? 'accepted' : refused.problem.message).toMatch(words);
  });

  test('but one of R4 itself, a draft and what is retired are resources like others', async () => {
    await put(definition({ id: 'family', code: 'family', url: 'http://hl7.org/fhir/SearchParameter/individual-family' }));
    await put(definition({ id: 'draft', code: 'family', status: 'draft' }));
    const { rows } = await database.db.query({ text: 'select 1 from search_parameter' });
    expect(rows).toEqual([]);
  });
});

describe('a writer in another process', () => {
  test('that has not heard of the definition is turned back at its commit, learns, and indexes by it', async () => {
    const other = openRecord(database.db, { ...defaultRecordSettings, compile });
    await other.registry.refresh();
    const known = other.registry.epoch;
    await put(patient('before', 'blue'), other);
    await put(definition());
    expect(other.registry.epoch).toBe(known);
    await put(patient('after', 'blue'), other);
    expect(other.registry.epoch).not.toBe(known);
    expect(await countOf(database.db, 'Patient')).toEqual({ all: 2, stale: 1 });
    // And the same inside a transaction that plans what it writes.
    await put(definition({ id: 'second', code: 'second', url: 'http://e.org/second' }));
    must(
      await other.transact(administrator, [], async () => ({
        ok: true,
        value: [{ kind: 'create', resource: patient('x', 'blue') as Resource }],
      })),
    );
    expect((await countOf(database.db, 'Patient')).stale).toBe(2);
    expect(await reindex()).toMatchObject({ stale: 0 });
    expect((await finds('eye=blue')).split(' ')).toHaveLength(3);
  });

  test('never finds less than there is by a parameter that it believes to be complete', async () => {
    const other = openRecord(database.db, { ...defaultRecordSettings, compile });
    await put(patient('a', 'blue'));
    await put(definition());
    await other.registry.refresh();
    expect(await finds('eye=blue', 'Patient', other)).toBe('busy');
    await reindex();
    expect(await finds('eye=blue', 'Patient', other)).toBe('a');
    await put(definition({ status: 'retired' }));
    expect(['conflict', 'invalid']).toContain(await finds('eye=blue', 'Patient', other));
  });
});

describe('the reindex', () => {
  test('never puts older rows over those of a writer who came between', async () => {
    await put(patient('a', 'blue'));
    await put(definition());
    const slow = reindexSome(database.db, { type: 'Patient', after: null }, false, 10, async () => {});
    // The writer commits while the reindex has read and not yet written, or waits for its short transaction: both must end well.
    await put(patient('a', 'green'));
    await slow;
    await reindex();
    expect([await finds('eye=blue'), await finds('eye=green')]).toEqual(['-', 'a']);
    const { rows } = await database.db.query({ text: "select folded from string_value where folded in ('blue', 'green')" });
    expect(rows).toEqual([{ folded: 'green' }]);
  });

  test('leaves a version alone that is newer than the one it read', async () => {
    await put(patient('a', 'blue'));
    await put(definition());
    await reindexSome(
      {
        ...database.db,
        query: (statement) => database.db.query(statement),
        transaction: async (work) => {
          await put(patient('a', 'green'));
          return database.db.transaction(work);
        },
      },
      { type: 'Patient', after: null },
      false,
      10,
      async () => {},
    );
    expect([await finds('eye=blue'), await finds('eye=green')]).toEqual(['-', 'a']);
  });

  test('under steady writing comes to its end, and every resource is found by what it says last', async () => {
    for (let i = 0; i < 300; i++) await put(patient(`p${i}`, `c${i % 7}`));
    await put(definition());
    let stop = false;
    const last = new Map<string, string>();
    const writing = (async () => {
      for (let n = 0; !stop; n++) {
        const [id, eye] = [`p${(n * 7) % 300}`, `c${n % 5}`];
        await put(patient(id, eye));
        last.set(id, eye);
      }
    })();
    expect(await reindex()).toMatchObject({ stale: 0, verified: true });
    stop = true;
    await writing;
    const wrong: string[] = [];
    for (let i = 0; i < 300; i++) {
      const eye = last.get(`p${i}`) ?? `c${i % 7}`;
      if ((await finds(`_id=p${i}&eye:exact=${eye}`)) !== `p${i}`) wrong.push(`p${i}`);
    }
    expect(wrong).toEqual([]);
    const { rows } = await database.db.query<{ n: bigint }>({ text: "select count(*) as n from string_value where folded like 'c_'" });
    expect(rows[0]!.n).toBe(300n);
  });

  test('makes all rows anew where what they were made by is not known', async () => {
    await put({ resourceType: 'Patient', id: 'a', name: [{ family: 'Old' }], birthDate: '1980-01-01' });
    await database.db.query({ text: 'truncate string_value, range_value' });
    await database.db.query({ text: "update resource set keys = '{}'" });
    await database.db.query({ text: 'update directory set indexed = null' });
    expect(await reindex()).toMatchObject({ done: 1, stale: 0 });
    expect([await finds('family=old'), await finds('birthdate=1980'), await finds('family:missing=false')]).toEqual(['a', 'a', 'a']);
    expect(await reindex({ all: true })).toMatchObject({ done: 1, stale: 0 });
    const { rows } = await database.db.query({ text: 'select 1 from range_value' });
    expect(rows).toHaveLength(1);
  });
});

test('what is contained is indexed by a new parameter together with its container, before the parameter may be asked', async () => {
  const task = {
    resourceType: 'Task',
    id: 't',
    status: 'draft',
    intent: 'order',
    for: { reference: '#p' },
    contained: [patient('p', 'Green')],
  };
  await put(task);
  await put(definition());
  expect(await finds('eye=green&_contained=true')).toBe('busy');
  expect(await countOf(database.db, 'Patient')).toEqual({ all: 1, stale: 1 });
  expect(await reindex({ types: ['Patient'] })).toMatchObject({ done: 1, stale: 0, verified: true });
  expect(await finds('eye=green&_contained=true')).toBe('t');
  expect(await finds('eye=green')).toBe('-');
  expect(await finds('patient.eye=green', 'Task')).toBe('t');
});
