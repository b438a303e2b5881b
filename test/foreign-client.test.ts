// FHIR clients that are not ours against a running server: Medplum's client as applications use it, and plain HTTP as SMART
// applications, HAPI clients and curl speak it. Whether a habit has to work is for the specification to say:
// http://hl7.org/fhir/R4/http.html
import { MedplumClient, OperationOutcomeError } from '@medplum/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Bundle, BundleEntry, Observation, Patient } from '../src/fhir/generated/types.ts';
import { openPeople } from '../src/people/people.ts';
import { type Stand, stand } from './calls.ts';

let here: Stand;
let medplum: MedplumClient;
let base: string;
const clientOf = (accessToken: string, more: object = {}): MedplumClient =>
  new MedplumClient({
    baseUrl: `${here.server.address}/`,
    fhirUrlPath: 'fhir/',
    tokenUrl: `${here.server.address}/auth/token`,
    accessToken,
    cacheTime: 0,
    ...more,
  });

beforeAll(async () => {
  here = await stand();
  base = `${here.server.address}/fhir`;
  medplum = clientOf(here.administrator);
});
afterAll(() => here.end());

let made = 0;
const unique = (): string => `number-${++made}`;
const identified = (value: string): Patient => ({ resourceType: 'Patient', identifier: [{ system: 'urn:numbers', value }] });
const person = (family: string, more: Partial<Patient> = {}): Patient => ({ resourceType: 'Patient', name: [{ family }], ...more });

describe("Medplum's client", () => {
  test('creates, reads, updates, patches and deletes', async () => {
    const patient = await medplum.createResource(person('Adams', { birthDate: '1970-01-02' }));
    expect(patient).toMatchObject({ resourceType: 'Patient', birthDate: '1970-01-02', meta: { versionId: '1' } });
    expect(await medplum.readResource('Patient', patient.id)).toEqual(patient);
    expect(await medplum.readReference({ reference: `Patient/${patient.id}` })).toEqual(patient);

    const updated = await medplum.updateResource({ ...patient, gender: 'female' });
    expect(updated).toMatchObject({ gender: 'female', meta: { versionId: '2' } });
    const patched = await medplum.patchResource('Patient', patient.id, [
      { op: 'test', path: '/gender', value: 'female' },
      { op: 'add', path: '/active', value: true },
    ]);
    expect(patched).toMatchObject({ active: true, meta: { versionId: '3' } });

    await medplum.deleteResource('Patient', patient.id);
    const gone = await medplum.readResource('Patient', patient.id).catch((error: unknown) => error);
    expect(gone).toBeInstanceOf(OperationOutcomeError);
    expect((gone as OperationOutcomeError).outcome.issue[0]).toMatchObject({ severity: 'error', code: 'deleted' });
  });

  test('reads histories and versions', async () => {
    const patient = await medplum.createResource(person('Baker'));
    await medplum.updateResource({ ...patient, name: [{ family: 'Baxter' }] });
    const history = await medplum.readHistory('Patient', patient.id);
    expect(history.entry?.map((entry: BundleEntry) => entry.resource?.meta?.versionId)).toEqual(['2', '1']);
    expect(await medplum.readVersion('Patient', patient.id, '1')).toEqual(patient);
    expect((await medplum.readHistory('Patient', patient.id, { count: 1 })).entry).toHaveLength(1);
  });

  test('searches in each of its ways', async () => {
    const [one, two] = await Promise.all([
      medplum.createResource(person('Carter', { gender: 'male' })),
      medplum.createResource(person('Cartier')),
    ]);
    expect((await medplum.search('Patient', { name: 'cart', _total: 'accurate' })).total).toBe(2);
    expect((await medplum.searchOne('Patient', 'name=carter'))?.id).toBe(one.id);
    expect(await medplum.searchOne('Patient', 'name=nobody-has-it')).toBeUndefined();
    expect((await medplum.searchResources('Patient', { name: 'cart', _sort: '-family' })).map(({ id }) => id)).toEqual([two.id, one.id]);
    expect(
      (await medplum.searchResources('Patient', new URLSearchParams({ family: 'Carter', _fields: 'id' })).catch(String)).toString(),
    ).toContain('_fields');
    const searched = await medplum.search('Patient', [
      ['family', 'Carter'],
      ['gender', 'male'],
    ] as [string, string][]);
    expect(searched.entry?.[0]).toMatchObject({ fullUrl: `${base}/Patient/${one.id}`, search: { mode: 'match' } });
  });

  test('goes through all pages along the next links', async () => {
    const patients = Array.from({ length: 23 }, (_, i) => person('Davies', { birthDate: `19${10 + i}-01-01` }));
    await medplum.executeBatch({
      resourceType: 'Bundle',
      type: 'batch',
      entry: patients.map((resource) => ({ resource, request: { method: 'POST', url: 'Patient' } })),
    });
    const born: string[] = [];
    let pages = 0;
    for await (const page of medplum.searchResourcePages('Patient', 'family=Davies&_count=5&_sort=birthdate')) {
      pages++;
      born.push(...page.map(({ birthDate }) => birthDate!));
    }
    expect(pages).toBe(5);
    expect(born).toEqual(patients.map(({ birthDate }) => birthDate));
  });

  test('creates only what is not there, and puts by a condition', async () => {
    const number = unique();
    const first = await medplum.createResourceIfNoneExist(identified(number), `identifier=urn:numbers|${number}`);
    const second = await medplum.createResourceIfNoneExist(identified(number), `identifier=urn:numbers|${number}`);
    expect(second).toEqual(first);
    const other = unique();
    const put = await medplum.upsertResource(identified(other), { identifier: `urn:numbers|${other}` });
    expect(put.meta?.versionId).toBe('1');
    const again = await medplum.upsertResource({ ...identified(other), active: true }, { identifier: `urn:numbers|${other}` });
    expect(again).toMatchObject({ id: put.id, active: true, meta: { versionId: '2' } });
  });

  test('sends a batch and gets an answer for each entry', async () => {
    const patient = await medplum.createResource(person('Evans'));
    const answer = await medplum.executeBatch({
      resourceType: 'Bundle',
      type: 'batch',
      entry: [
        { request: { method: 'GET', url: `Patient/${patient.id}` } },
        { request: { method: 'GET', url: 'Patient/nobody' } },
        { request: { method: 'GET', url: '/Patient?family=Evans' } },
        { request: { method: 'POST', url: 'Patient' }, resource: { resourceType: 'Patient', birthDate: 'yesterday' } },
      ],
    });
    expect(answer.type).toBe('batch-response');
    expect(answer.entry?.map((entry: BundleEntry) => entry.response?.status?.slice(0, 3))).toEqual(['200', '404', '200', '422']);
    expect(answer.entry?.[0]?.resource).toEqual(patient);
    expect(answer.entry?.[2]?.resource).toMatchObject({ type: 'searchset', entry: [{ resource: { id: patient.id } }] });
    expect(answer.entry?.[3]?.response?.outcome).toMatchObject({ resourceType: 'OperationOutcome' });
  });

  test('sends a transaction with links between its entries', async () => {
    const number = unique();
    const fullUrl = 'urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a';
    const answer = await medplum.executeBatch({
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        {
          resource: {
            resourceType: 'Observation',
            status: 'final',
            code: { text: 'pulse' },
            subject: { reference: fullUrl },
          } as Observation,
          request: { method: 'POST', url: 'Observation' },
        },
        {
          fullUrl,
          resource: identified(number),
          request: { method: 'POST', url: 'Patient', ifNoneExist: `identifier=urn:numbers|${number}` },
        },
      ],
    });
    expect(answer.type).toBe('transaction-response');
    expect(answer.entry?.map((entry: BundleEntry) => entry.response?.status?.slice(0, 3))).toEqual(['201', '201']);
    const observation = await medplum.searchOne('Observation', `patient.identifier=urn:numbers|${number}`);
    const patient = await medplum.readReference(observation!.subject as { reference: string });
    expect(patient).toMatchObject({ identifier: [{ value: number }] });
  });

  test('gathers reads into one batch by itself', async () => {
    const gathering = clientOf(here.administrator, { autoBatchTime: 20 });
    const some = await Promise.all(['Fisher', 'Foster', 'Fox'].map((family) => medplum.createResource(person(family))));
    const read = await Promise.all(some.map(({ id }) => gathering.readResource('Patient', id)));
    expect(read).toEqual(some);
    const [found, missing] = await Promise.allSettled([
      gathering.readResource('Patient', some[0]!.id),
      gathering.readResource('Patient', 'nobody'),
    ]);
    expect([found.status, missing.status]).toEqual(['fulfilled', 'rejected']);
  });

  test('is told what is wrong as an OperationOutcome', async () => {
    const faults: [() => Promise<unknown>, string, RegExp][] = [
      [() => medplum.readResource('Patient', 'nobody'), 'not-found', /nobody/],
      [() => medplum.createResource({ resourceType: 'Patient', birthDate: 'yesterday' }), 'invalid', /birthDate|date/],
      [() => medplum.createResource({ resourceType: 'Patient', nmae: [] } as Patient), 'invalid', /no element of this name/],
      [() => medplum.search('Patient', 'nmae=x'), 'invalid', /nmae/],
      [() => medplum.patchResource('Patient', 'nobody', []), 'not-found', /nobody/],
      [() => medplum.updateResource({ ...person('Grey'), id: 'not an id' }), 'invalid', /id/],
    ];
    for (const [asked, code, words] of faults) {
      const error = await asked().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(OperationOutcomeError);
      const { outcome } = error as OperationOutcomeError;
      expect(outcome.issue[0]?.severity).toBe('error');
      expect(outcome.issue[0]?.diagnostics).toMatch(words);
      expect([code, 'value', 'structure', 'not-supported']).toContain(outcome.issue[0]?.code);
    }
  });

  test('hears that another was faster (If-Match), and keeps its copy where nothing changed', async () => {
    const patient = await medplum.createResource(person('Hill'));
    await medplum.updateResource({ ...patient, active: true });
    const late = medplum.updateResource({ ...patient, active: false }, { headers: { 'If-Match': 'W/"1"' } });
    await expect(late).rejects.toThrow(/version/);
    const caching = clientOf(here.administrator, { cacheTime: 60_000 });
    const first = await caching.readResource('Patient', patient.id);
    expect(await caching.readResource('Patient', patient.id)).toEqual(first);
    expect(await caching.readResource('Patient', patient.id, { headers: { 'If-None-Match': 'W/"2"' } })).toEqual(first);
  });

  test('signs in with client credentials at the token endpoint', async () => {
    const client = await openPeople(here.database).createClient({ name: 'laboratory', role: 'system' }, new Date());
    if (!client.ok) throw new Error(client.problem.message);
    for (const authCredentialsMethod of ['body', 'header'] as const) {
      const laboratory = new MedplumClient({
        baseUrl: `${here.server.address}/`,
        fhirUrlPath: 'fhir/',
        tokenUrl: `${here.server.address}/auth/token`,
        authCredentialsMethod,
      });
      await laboratory.startClientLogin('laboratory', client.value.secret);
      expect((await laboratory.createResource(person('Ives'))).id).toBeDefined();
    }
    await expect(clientOf('').startClientLogin('laboratory', 'a guess')).rejects.toThrow('Failed to fetch tokens');
    const rejected = await clientOf('x'.repeat(20))
      .readResource('Patient', 'x')
      .catch((error: unknown) => error);
    expect((rejected as OperationOutcomeError).outcome.issue[0]?.code).toBe('login');
  });
});

describe('plain HTTP', () => {
  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${base}${path}`, { ...init, headers: { authorization: `Bearer ${here.administrator}`, ...init.headers } });
  const put = async (id: string, more: Partial<Patient> = {}): Promise<Response> =>
    ask(`/Patient/${id}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify({ ...person('Jones', more), id }),
    });

  test.each([
    'application/fhir+json',
    'application/fhir+json; fhirVersion=4.0',
    'application/json',
    'application/json+fhir',
    '*/*',
    'application/*',
    'application/fhir+xml;q=0.5, application/fhir+json;q=0.9',
    'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'APPLICATION/FHIR+JSON',
  ])('Accept: %s gets FHIR JSON', async (accept) => {
    await put('accepting');
    const answer = await ask('/Patient/accepting', { headers: { accept } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/fhir\+json/);
    expect(await answer.json()).toMatchObject({ id: 'accepting' });
  });

  test.each([
    'text/turtle',
    'image/png',
    'application/fhir+json;q=0, text/turtle',
    'application/fhir+json; fhirVersion=3.0',
    'application/fhir+xml; fhirVersion=3.0',
  ])('Accept: %s is 406', async (accept) => {
    const answer = await ask('/Patient/accepting', { headers: { accept } });
    expect(answer.status).toBe(406);
    expect(await answer.json()).toMatchObject({ resourceType: 'OperationOutcome' });
  });

  test.each(['json', 'application/json', 'application/fhir%2Bjson', 'application/fhir+json', 'text/json'])(
    '_format=%s counts before Accept',
    async (format) => {
      const answer = await ask(`/Patient?_format=${format}&_count=1`, { headers: { accept: 'application/fhir+xml' } });
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ resourceType: 'Bundle', type: 'searchset' });
    },
  );

  test.each([
    ['application/fhir+xml', ''],
    ['application/xml', ''],
    ['text/xml, application/json;q=0.5', ''],
    ['application/fhir+json', '?_format=xml'],
    ['*/*', '?_format=application/fhir+xml'],
  ])('Accept: %s with %s gets FHIR XML', async (accept, query) => {
    await put('accepting');
    const answer = await ask(`/Patient/accepting${query}`, { headers: { accept } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/fhir\+xml/);
    expect(await answer.text()).toContain('<Patient xmlns="http://hl7.org/fhir"><id value="accepting"/>');
  });

  test('_pretty=true is for reading', async () => {
    await put('pretty');
    expect(await (await ask('/Patient/pretty?_pretty=true')).text()).toContain('\n  "id"');
  });

  test.each(['application/fhir+json; charset=utf-8', 'application/fhir+json;fhirVersion=4.0', 'application/json', 'Application/FHIR+JSON'])(
    'Content-Type: %s is taken',
    async (type) => {
      const answer = await ask('/Patient', { method: 'POST', headers: { 'content-type': type }, body: JSON.stringify(person('Keller')) });
      expect(answer.status).toBe(201);
      expect(answer.headers.get('location')).toMatch(new RegExp(`^${base}/Patient/[^/]+/_history/1$`));
      expect(answer.headers.get('etag')).toBe('W/"1"');
      expect(Date.parse(answer.headers.get('last-modified') ?? '')).not.toBeNaN();
    },
  );

  test('Content-Type: text/turtle and another version of FHIR are 415', async () => {
    const answer = await ask('/Patient', { method: 'POST', headers: { 'content-type': 'text/turtle' }, body: '[] a fhir:Patient .' });
    expect(answer.status).toBe(415);
    expect(await answer.json()).toMatchObject({ resourceType: 'OperationOutcome' });
    const older = { 'content-type': 'application/fhir+json; fhirVersion=3.0' };
    expect((await ask('/Patient', { method: 'POST', headers: older, body: JSON.stringify(person('Keller')) })).status).toBe(415);
  });

  test('POST _search takes a form, with parameters in the address too', async () => {
    await put('formed', { identifier: [{ system: 'urn:x', value: 'a b&c' }] });
    const search = (path: string, body: string, type = 'application/x-www-form-urlencoded'): Promise<Response> =>
      ask(path, { method: 'POST', headers: { 'content-type': type }, body });
    for (const answer of [
      await search('/Patient/_search', 'identifier=urn%3Ax%7Ca+b%26c'),
      await search(
        '/Patient/_search',
        new URLSearchParams({ identifier: 'urn:x|a b&c' }).toString(),
        'application/x-www-form-urlencoded; charset=UTF-8',
      ),
      await search('/Patient/_search?identifier=urn:x|a%20b%26c', ''),
      await search('/Patient/_search?_format=json', 'identifier=urn:x|a b%26c'),
    ]) {
      expect(answer.status).toBe(200);
      const found = (await answer.json()) as Bundle;
      expect(found.entry?.map((entry: BundleEntry) => entry.resource?.id)).toEqual(['formed']);
    }
    expect((await ask('/Patient/_search', { method: 'POST' })).status).toBe(200);
  });

  test('Prefer decides what a write answers with', async () => {
    const write = (prefer: string): Promise<Response> =>
      ask('/Patient', {
        method: 'POST',
        headers: { 'content-type': 'application/fhir+json', prefer },
        body: JSON.stringify(person('Lloyd')),
      });
    expect(await (await write('return=minimal')).text()).toBe('');
    expect(await (await write('return=representation')).json()).toMatchObject({ resourceType: 'Patient' });
    expect(await (await write('return=OperationOutcome')).json()).toMatchObject({ resourceType: 'OperationOutcome' });
    expect((await write('respond-async')).status).toBe(201);
    const lenient = await ask('/Patient?colour=green&_count=1', { headers: { prefer: 'handling=lenient' } });
    expect(lenient.status).toBe(200);
    const link = ((await lenient.json()) as Bundle).link?.find(({ relation }) => relation === 'self');
    expect(link?.url).not.toContain('colour');
    expect((await ask('/Patient?colour=green', { headers: { prefer: 'handling=strict' } })).status).toBe(400);
  });

  test('ETags carry a client from read to write', async () => {
    await put('tagged');
    const read = await ask('/Patient/tagged');
    const etag = read.headers.get('etag')!;
    expect((await ask('/Patient/tagged', { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect((await ask('/Patient/tagged', { headers: { 'if-none-match': `"zzz", ${etag}` } })).status).toBe(304);
    expect((await ask('/Patient/tagged', { headers: { 'if-modified-since': read.headers.get('last-modified')! } })).status).toBe(304);
    const body = JSON.stringify({ ...person('Moore'), id: 'tagged' });
    const change = (tag: string): Promise<Response> =>
      ask('/Patient/tagged', { method: 'PUT', headers: { 'content-type': 'application/fhir+json', 'if-match': tag }, body });
    expect((await change(etag)).status).toBe(200);
    expect((await change(etag)).status).toBe(412);
    const changed = await ask('/Patient/tagged', { headers: { 'if-none-match': etag } });
    expect([changed.status, changed.headers.get('etag')]).toEqual([200, 'W/"2"']);
    expect((await ask('/Patient/tagged', { method: 'DELETE', headers: { 'if-match': 'W/"1"' } })).status).toBe(412);
    expect((await ask('/Patient/tagged', { method: 'DELETE', headers: { 'if-match': 'W/"2"' } })).status).toBe(204);
    expect((await ask('/Patient/tagged')).status).toBe(410);
  });

  test('metadata needs no token, and says what a client looks for first', async () => {
    const answer = await fetch(`${base}/metadata`, { headers: { accept: 'application/fhir+json' } });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      resourceType: 'CapabilityStatement',
      fhirVersion: '4.0.1',
      kind: 'instance',
      rest: [{ mode: 'server' }],
    });
    const head = await fetch(`${base}/metadata`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect((await fetch(`${base}/metadata?_format=json&_summary=true`)).status).toBe(200);
    expect((await fetch(`${base}/metadata?_format=text/turtle`)).status).toBe(406);
  });

  test('without a token the rest is 401 with a challenge and an OperationOutcome', async () => {
    const answer = await fetch(`${base}/Patient`);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect(await answer.json()).toMatchObject({ resourceType: 'OperationOutcome' });
  });

  test.each([
    '/Patient/headed',
    '/Patient/headed/_history',
    '/Patient/headed/_history/1',
    '/Patient?_id=headed',
    '/Patient/_history',
    '/_history',
  ])('HEAD %s has the headers of GET and no body', async (path) => {
    await put('headed');
    const [get, head] = [await ask(path), await ask(path, { method: 'HEAD' })];
    expect([head.status, await head.text()]).toEqual([get.status, '']);
    for (const name of ['content-type', 'etag', 'last-modified', 'content-length'])
      expect(head.headers.get(name), name).toBe(get.headers.get(name));
  });

  test('a trailing slash, an absolute reference and a body with the wrong id are told apart', async () => {
    await put('slashed');
    expect((await ask('/Patient/slashed/')).status).toBe(200);
    expect((await ask('/Patient/?_id=slashed')).status).toBe(200);
    const wrong = await ask('/Patient/slashed', {
      method: 'PUT',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify({ ...person('Nash'), id: 'another' }),
    });
    expect(wrong.status).toBe(400);
    const none = await ask('/Patient/slashed', {
      method: 'PUT',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify(person('Nash')),
    });
    expect(none.status).toBe(400);
    const posted = await ask('/Patient', {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify({ ...person('Nash'), id: 'mine' }),
    });
    expect(posted.status).toBe(201);
    expect(((await posted.json()) as Patient).id).not.toBe('mine');
    await ask('/Observation', {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify({
        resourceType: 'Observation',
        status: 'final',
        code: { text: 'x' },
        subject: { reference: 'Patient/slashed' },
      }),
    });
    for (const subject of ['slashed', 'Patient/slashed', `${base}/Patient/slashed`]) {
      const found = (await (await ask(`/Observation?patient=${subject}&_total=accurate`)).json()) as Bundle;
      expect(found.total, subject).toBe(1);
    }
  });

  test('a result that names its patient by our whole address is in the chart of that patient, however it comes', async () => {
    await put('whole');
    const observation = (word: string) => ({
      resourceType: 'Observation',
      status: 'final',
      code: { text: word },
      subject: { reference: `${base}/Patient/whole` },
    });
    const send = (method: string, path: string, body: object) =>
      ask(path, { method, headers: { 'content-type': 'application/fhir+json' }, body: JSON.stringify(body) });
    const entry = (word: string) => ({ resource: observation(word), request: { method: 'POST', url: 'Observation' } });
    expect((await send('POST', '/Observation', observation('posted'))).status).toBe(201);
    expect((await send('PUT', '/Observation/whole-put', { ...observation('put'), id: 'whole-put' })).status).toBe(201);
    expect((await send('POST', '', { resourceType: 'Bundle', type: 'batch', entry: [entry('batch')] })).status).toBe(200);
    expect((await send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry: [entry('transaction')] })).status).toBe(200);
    for (const path of ['/Observation?patient=whole', '/Patient/whole/Observation']) {
      const found = (await (await ask(path)).json()) as Bundle;
      const words = found.entry?.map(({ resource }) => (resource as { code: { text: string } }).code.text);
      expect(words?.sort(), path).toEqual(['batch', 'posted', 'put', 'transaction']);
    }
  });

  test('what is not offered says so: 404 for operations and unknown types, 405 for a method that has no place there', async () => {
    for (const [method, path, status] of [
      ['GET', '/Patient/x/$nothing', 404],
      ['POST', '/Observation/x/$everything', 404],
      ['GET', '/Pateint', 404],
      ['POST', '/Patient/x', 405],
      ['PUT', '', 405],
    ] as const) {
      const body =
        method === 'GET'
          ? {}
          : { headers: { 'content-type': 'application/fhir+json' }, body: JSON.stringify({ resourceType: 'Parameters' }) };
      const answer = await ask(path, { method, ...body });
      expect(answer.status, `${method} ${path}`).toBe(status);
      expect(await answer.json()).toMatchObject({ resourceType: 'OperationOutcome' });
    }
  });
});
