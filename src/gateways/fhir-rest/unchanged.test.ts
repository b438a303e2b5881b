// An update that says what stands there already is done without a version: docs/decisions/0007.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../../database/testing.ts';
import type { Resource } from '../../fhir/generated/types.ts';
import { type Json, readJsonNow } from '../../fhir/json.ts';
import type { Caller, RecordStore } from '../../record/contract.ts';
import { openRecord } from '../../record/record.ts';
import { recordMigrations } from '../../record/schema.ts';
import type { FhirResponse } from './contract.ts';
import { answer } from './router.ts';

const caller: Caller = {
  person: { id: '0190a000-0000-7000-8000-000000000001', name: 'test', role: 'administrator' },
  purpose: 'TREAT',
  from: 'test',
  request: 'r1',
};
let test: TestDatabase;
let record: RecordStore;
beforeAll(async () => {
  test = await testDatabase();
  const done = await migrate(test.db, recordMigrations);
  if (!done.ok) throw new Error(done.problem.message);
  record = openRecord(test.db);
});
afterAll(() => test.drop());

let made = 0;
const fresh = (): string => `unchanged-${++made}`;

async function send(
  method: 'PUT' | 'POST' | 'PATCH' | 'DELETE' | 'GET',
  path: string,
  text?: string,
  headers: Record<string, string> = {},
): Promise<FhirResponse> {
  const body: { ok: true; value: Json } | { ok: false; problem: { message: string } } | undefined =
    text === undefined ? undefined : readJsonNow(text);
  if (body?.ok === false) throw new Error(body.problem.message);
  const [target = '', query = ''] = path.split('?');
  const request = {
    method,
    path: target.split('/').filter((one) => one !== ''),
    query: [...new URLSearchParams(query)] as [string, string][],
    headers,
    caller,
  };
  return answer(
    { ...request, ...(body === undefined ? {} : { body: body.value }) },
    { record, base: 'http://here/fhir', limits: { bundleEntries: 100 } },
  );
}

/** Versions in the history, entries of the feed, audited updates. */
async function traces(id: string): Promise<{ versions: number; changes: number; audited: number }> {
  const { rows } = await test.db.query<{ versions: bigint; changes: bigint; audited: bigint }>({
    text: `with r as (select id from resource where name = $1)
      select (select count(*) from resource where name = $1) + (select count(*) from history h where h.name = $1) as versions,
        (select count(*) from change c where c.id in (select id from r)) as changes,
        (select count(*) from audit a where a.target in (select id from r) and a.action in ('create', 'update') and a.outcome = 200) as audited`,
    values: [id],
  });
  return { versions: Number(rows[0]!.versions), changes: Number(rows[0]!.changes), audited: Number(rows[0]!.audited) };
}

const patient = (id: string, more = ''): string =>
  `{"resourceType":"Patient","id":"${id}","meta":{"tag":[{"code":"a"}]},"name":[{"family":"Ångström 𝔖"}]${more}}`;

describe('an update that says the same', () => {
  it('answers 200 with the version that stands, makes none, and is audited', async () => {
    const id = fresh();
    const first = await send('PUT', `Patient/${id}`, patient(id));
    const again = await send('PUT', `Patient/${id}`, patient(id));
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.headers['etag']).toBe('W/"1"');
    expect(again.headers['last-modified']).toBe(first.headers['last-modified']);
    expect(again.body).toBe(first.body);
    expect(await traces(id)).toEqual({ versions: 1, changes: 1, audited: 2 });
  });

  it('also where it sends back what it read, with the version and time of that', async () => {
    const id = fresh();
    const { body } = await send('PUT', `Patient/${id}`, patient(id));
    expect((await send('PUT', `Patient/${id}`, body)).headers['etag']).toBe('W/"1"');
  });

  it('at any version', async () => {
    const id = fresh();
    for (let i = 0; i < 11; i++) await send('PUT', `Patient/${id}`, patient(id, `,"active":${i % 2 === 0}`));
    expect((await send('PUT', `Patient/${id}`, patient(id, ',"active":true'))).headers['etag']).toBe('W/"11"');
    expect(await traces(id)).toEqual({ versions: 11, changes: 11, audited: 12 });
  });

  it('still meets its conditions', async () => {
    const id = fresh();
    await send('PUT', `Patient/${id}`, patient(id));
    expect((await send('PUT', `Patient/${id}`, patient(id), { 'if-match': 'W/"1"' })).status).toBe(200);
    expect((await send('PUT', `Patient/${id}`, patient(id), { 'if-match': 'W/"2"' })).status).toBe(412);
    expect((await send('PUT', `Patient/${id}`, patient(id), { 'if-none-match': '*' })).status).toBe(412);
    expect((await traces(id)).versions).toBe(1);
  });

  it('says so where an outcome is preferred', async () => {
    const id = fresh();
    await send('PUT', `Patient/${id}`, patient(id));
    expect((await send('PUT', `Patient/${id}`, patient(id), { prefer: 'return=OperationOutcome' })).body).toContain(
      'is the same as version 1',
    );
  });

  it('as a patch or a conditional update', async () => {
    const id = fresh();
    await send('PUT', `Patient/${id}`, patient(id, ',"active":true'));
    const patch = '[{"op":"replace","path":"/active","value":true}]';
    expect((await send('PATCH', `Patient/${id}`, patch, { 'content-type': 'application/json-patch+json' })).headers['etag']).toBe('W/"1"');
    expect((await send('PUT', `Patient?_id=${id}`, patient(id, ',"active":true'))).headers['etag']).toBe('W/"1"');
    expect((await traces(id)).versions).toBe(1);
  });

  it('in a transaction beside real changes, sent twice', async () => {
    const [same, other] = [fresh(), fresh()];
    const bundle = (active: boolean): string => {
      const entry = (id: string, more: string): string =>
        `{"resource":${patient(id, more)},"request":{"method":"PUT","url":"Patient/${id}"}}`;
      return `{"resourceType":"Bundle","type":"transaction","entry":[${entry(same, '')},${entry(other, `,"active":${active}`)}]}`;
    };
    const etags = async (active: boolean): Promise<string[]> => {
      const { body } = await send('POST', '', bundle(active));
      return (JSON.parse(body!) as { entry: { response: { etag: string } }[] }).entry.map(({ response }) => response.etag);
    };
    expect(await etags(true)).toEqual(['W/"1"', 'W/"1"']);
    expect(await etags(true)).toEqual(['W/"1"', 'W/"1"']);
    expect(await etags(false)).toEqual(['W/"1"', 'W/"2"']);
    expect(await traces(same)).toEqual({ versions: 1, changes: 1, audited: 3 });
    expect((await traces(other)).versions).toBe(2);
  });

  it('twenty times at once', async () => {
    const id = fresh();
    const all = await Promise.all(Array.from({ length: 20 }, () => send('PUT', `Patient/${id}`, patient(id))));
    expect(all.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(all.map(({ headers }) => headers['etag']))).toEqual(new Set(['W/"1"']));
    expect(await traces(id)).toEqual({ versions: 1, changes: 1, audited: 20 });
  });
});

describe('an update that says anything else makes a version', () => {
  it.each([
    ['another value of the same length', ',"active":true,"birthDate":"1980-01-01"', ',"active":true,"birthDate":"1980-01-02"'],
    ['more digits of a decimal', ',"extension":[{"url":"u","valueDecimal":1.0}]', ',"extension":[{"url":"u","valueDecimal":1.00}]'],
    ['members in another order', ',"active":true,"gender":"male"', ',"gender":"male","active":true'],
    ['another letter of as many bytes', ',"gender":"male","language":"en"', ',"gender":"male","language":"de"'],
  ])('%s', async (_, before, after) => {
    const id = fresh();
    await send('PUT', `Patient/${id}`, patient(id, before));
    expect((await send('PUT', `Patient/${id}`, patient(id, after))).headers['etag']).toBe('W/"2"');
  });

  it('another tag', async () => {
    const id = fresh();
    await send('PUT', `Patient/${id}`, patient(id));
    expect((await send('PUT', `Patient/${id}`, patient(id).replace('"code":"a"', '"code":"b"'))).headers['etag']).toBe('W/"2"');
  });

  it('after a deletion', async () => {
    const id = fresh();
    await send('PUT', `Patient/${id}`, patient(id));
    await send('DELETE', `Patient/${id}`);
    const back = await send('PUT', `Patient/${id}`, patient(id));
    expect([back.status, back.headers['etag']]).toEqual([201, 'W/"3"']);
  });
});

it('what a module concludes again changes nothing, and its cursor still moves', async () => {
  const resource: Resource = { resourceType: 'Observation', id: fresh(), status: 'final', code: { text: 'score' } };
  let beside = 0;
  for (let i = 0; i < 2; i++) {
    const done = await record.commitWith(caller, [{ kind: 'update', resource }], async () => void beside++);
    expect(done.ok && done.value[0]!.outcome).toBe(i === 0 ? 'created' : 'unchanged');
  }
  expect(beside).toBe(2);
  expect((await traces(resource.id!)).changes).toBe(1);
});
