// ViewDefinitions of SQL on FHIR through the whole server: what is installed, $run in its four forms with its filters, $export as a client
// of Bulk Data walks it, and what is said of what is wrong.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, type Call, type Stand, stand } from './calls.ts';
import { tokenFor } from './running-server.ts';

let here: Stand;
const tokens = new Map<string, string>();

beforeAll(async () => {
  here = await stand({ env: { LAMPLIGHT_WAREHOUSE: 'on' } });
  for (const id of ['north', 'south']) await put({ resourceType: 'Organization', id, name: id });
  for (const [id, family, at] of [
    ['ann', '=Roe()', 'north'],
    ['bob', 'Doe, "Bob"', 'south'],
  ] as const) {
    await put({
      resourceType: 'Patient',
      id,
      name: [{ family, given: ['A', 'B'] }, { family: 'Before' }],
      birthDate: '1970-06',
      managingOrganization: { reference: `Organization/${at}` },
    });
    await here.call('PUT', `/fhir/Observation/o-${id}`, {
      body: `{"resourceType":"Observation","id":"o-${id}","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/${id}"},"valueQuantity":{"value":1.10}}`,
    });
  }
  await put({ resourceType: 'Group', id: 'g', type: 'person', actual: true, member: [{ entity: { reference: 'Patient/bob' } }] });
  for (const role of ['analyst', 'nurse'] as const) tokens.set(role, await tokenFor(here.database, { role }));
  tokens.set('north', await tokenFor(here.database, { role: 'analyst', organisations: ['north'] }));
});
afterAll(() => here.end());

const put = async (resource: { resourceType: string; id: string; [name: string]: unknown }): Promise<void> => {
  const answer = await here.call('PUT', `/fhir/${resource.resourceType}/${resource.id}`, { body: resource });
  expect(answer.status, answer.text).toBeLessThan(300);
};

type Parameter = Record<string, unknown> & { name: string };
const parameters = (...parameter: Parameter[]): object => ({ resourceType: 'Parameters', parameter });
const view = (...column: { name: string; path: string; type?: string; collection?: boolean }[]) => ({
  resourceType: 'ViewDefinition',
  name: 'mine',
  resource: 'Patient',
  select: [{ column }],
});
const families = view({ name: 'id', path: 'id' }, { name: 'family', path: 'name.first().family' });
const run = (body: object, query = '', call: Call = {}): Promise<Answer> =>
  here.call('POST', `/fhir/ViewDefinition/$run${query}`, { token: tokens.get('analyst'), body, ...call });
const runNamed = (name: string, query = '', who = 'analyst'): Promise<Answer> =>
  here.call('GET', `/fhir/ViewDefinition/${name}/$run${query}`, { token: tokens.get(who) });

describe('what is installed', () => {
  test('is a searchset, and each is read by its name', async () => {
    const all = await here.call('GET', '/fhir/ViewDefinition');
    expect(all.json).toMatchObject({ resourceType: 'Bundle', type: 'searchset' });
    expect(Number(all.json?.['total'])).toBeGreaterThanOrEqual(23);
    const one = await here.call('GET', '/fhir/ViewDefinition/patients');
    expect(one.json).toMatchObject({ resourceType: 'ViewDefinition', id: 'patients', resource: 'Patient' });
    expect((await here.call('GET', '/fhir/ViewDefinition?name=patients')).json).toMatchObject({ total: 1 });
    const none = await here.call('GET', '/fhir/ViewDefinition/patient');
    expect([none.status, none.text]).toEqual([404, expect.stringContaining('Is \\"patients\\" meant?')]);
    expect((await here.call('GET', '/fhir/ViewDefinition?url=x')).status).toBe(400);
  });
});

describe('$run', () => {
  test('gives the rows of an installed view and of one that is sent, with the digits as they are', async () => {
    const rows = await runNamed('observations', '?_format=json');
    expect(rows.status, rows.text).toBe(200);
    expect(rows.text).toMatch(/"value":1\.10[,}]/);
    expect(Object.values(rows.json ?? {}).map((row) => row['patient_id'])).toEqual(['ann', 'bob']);
    expect((await run(families)).json).toEqual([
      { id: 'ann', family: '=Roe()' },
      { id: 'bob', family: 'Doe, "Bob"' },
    ]);
    const sent = parameters({ name: 'viewReference', valueReference: { reference: 'ViewDefinition/patients' } });
    expect((await run(sent)).json?.[0]).toMatchObject({ id: 'ann', family: '=Roe()' });
  });

  test('is CSV after RFC 4180 with or without its first line, NDJSON, or Parquet with types', async () => {
    const csv = await run(families, '?_format=csv');
    expect([csv.headers.get('content-type'), csv.text]).toEqual([
      'text/csv; charset=utf-8',
      `id,family\nann,'=Roe()\nbob,"Doe, ""Bob"""\n`,
    ]);
    expect(csv.headers.get('x-lamplight-rows')).toBe('2');
    const bare = await run(parameters({ name: 'viewResource', resource: families }, { name: 'header', valueBoolean: false }), '', {
      headers: { accept: 'text/csv' },
    });
    expect(bare.text.split('\n')[0]).toBe("ann,'=Roe()");
    const lines = await run(view({ name: 'given', path: 'name.given', collection: true }), '?_format=ndjson');
    expect(lines.text).toBe('{"given":["A","B"]}\n{"given":["A","B"]}\n');
    const typed = view(
      { name: 'id', path: 'id' },
      { name: 'born', path: 'birthDate' },
      { name: 'given', path: 'name.given', collection: true },
    );
    const response = await fetch(`${here.server.address}/fhir/ViewDefinition/$run?_format=parquet`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.get('analyst')}`, 'content-type': 'application/fhir+json' },
      body: JSON.stringify(typed),
    });
    const file = await response.arrayBuffer();
    expect(await parquetReadObjects({ file })).toMatchObject([
      { id: 'ann', born: new Date('1970-06-01'), given: ['A', 'B'] },
      { id: 'bob' },
    ]);
  });

  test('as Parquet of an installed view comes from the tables', async () => {
    const asked = () => runNamed('patients', '?_format=parquet');
    await expect.poll(async () => (await asked()).headers.get('x-lamplight-rows'), { timeout: 20_000 }).toBe('2');
    expect((await asked()).headers.get('x-lamplight-as-of')).not.toBeNull();
    const { rows } = await here.database.query({
      text: `select 1 from audit where action = 'warehouse-query' and query like 'identified as parquet: %'`,
    });
    expect(rows.length).toBeGreaterThan(0);
  });

  test('takes the patients, groups, times and rows that are wanted', async () => {
    const ids = async (query: string): Promise<unknown> =>
      (await runNamed('observations', `?_format=csv&header=false${query}`)).text.split('\n').length - 1;
    expect(await ids('')).toBe(2);
    expect(await ids('&patient=Patient/ann')).toBe(1);
    expect(await ids('&group=Group/g')).toBe(1);
    expect(await ids('&_limit=1')).toBe(1);
    expect(await ids('&_since=2999-01-01T00:00:00Z')).toBe(0);
    expect((await runNamed('observations', '?patient=ann&group=g')).status).toBe(400);
    expect((await runNamed('locations', '?patient=ann')).status).toBe(400);
  });

  test('over resources that are sent reads nothing of the record', async () => {
    const resource = { resourceType: 'Patient', id: 'x', name: [{ family: 'Sent' }] };
    const sent = await run(
      parameters(
        { name: 'viewResource', resource: families },
        { name: 'resource', resource },
        { name: 'resource', resource: { resourceType: 'Basic' } },
      ),
    );
    expect(sent.json).toEqual([{ id: 'x', family: 'Sent' }]);
    const wrong = { ...resource, active: 'perhaps' };
    const active = view({ name: 'active', path: 'active', type: 'boolean' });
    const typed = await run(
      parameters({ name: 'viewResource', resource: active }, { name: 'resource', resource: wrong }),
      '?_format=parquet',
    );
    expect([typed.status, typed.text], typed.text).toEqual([400, expect.stringContaining('type of its column')]);
    expect(typed.text).not.toContain('perhaps');
  });

  test('shows the rows that the caller may see, to those who may export, and says so in the trail', async () => {
    expect((await run(families, '', { token: tokens.get('north') })).json).toEqual([{ id: 'ann', family: '=Roe()' }]);
    const refused = await run(families, '', { token: tokens.get('nurse') });
    expect(refused.json).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ code: 'forbidden' }] });
    expect(refused.status).toBe(403);
    const { rows } = await here.database.query<{ outcome: number; seen: string[] | null }>({
      text: `select outcome, seen from audit where action = 'export' and (outcome = 403 or query like '%ViewDefinition/$run') order by outcome, cardinality(seen)`,
    });
    expect(rows.some(({ outcome }) => outcome === 403)).toBe(true);
    expect(rows.some(({ seen }) => seen?.length === 2)).toBe(true);
  });

  test.each<[string, object, string, number, RegExp]>([
    ['an element that R4 does not have', view({ name: 'x', path: 'nmae.family' }), '', 400, /nmae/],
    ['a path that is none', view({ name: 'x', path: 'name.(' }), '', 400, /select\[0\]\.column\[0\]/],
    ['a type that there is not', { ...families, resource: 'Pateint' }, '', 400, /Is \\"Patient\\" meant/],
    ['no view', parameters(), '', 400, /viewReference/],
    [
      'both views',
      parameters({ name: 'viewResource', resource: families }, { name: 'viewReference', valueString: 'patients' }),
      '',
      400,
      /either/,
    ],
    ['a view that is not here', parameters({ name: 'viewReference', valueString: 'ViewDefinition/patient' }), '', 404, /patients/],
    ['no ViewDefinition', parameters({ name: 'viewResource', resource: { resourceType: 'Patient' } }), '', 400, /ViewDefinition/],
    ['another resource', { resourceType: 'Patient' }, '', 400, /Parameters/],
    ['an unknown parameter', families, '?patients=ann', 400, /Is|is \\"patient\\" meant/],
    ['a source', families, '?source=s3', 400, /no parameter/],
    ['a form twice', families, '?_format=csv&_format=json', 400, /twice/],
    ['an unknown form', families, '?_format=xml', 400, /json, ndjson, csv, parquet/],
    ['a limit of nothing', families, '?_limit=0', 400, /_limit/],
    ['a time that is none', families, '?_since=yesterday', 400, /_since/],
    ['two values for one column', view({ name: 'given', path: 'name.given' }), '', 422, /given/],
    ["a prototype's name", families, '?__proto__=x', 400, /no parameter/],
  ])('says what is wrong: %s', async (_, body, query, status, words) => {
    const answer = await run(body, query);
    expect([answer.status, answer.json?.['resourceType']], answer.text).toEqual([status, 'OperationOutcome']);
    expect(answer.text).toMatch(words);
  });

  test('of a view that makes too much of one resource is refused, holds nobody up and leaves nothing', async () => {
    const each = { forEach: 'extension', column: [] as object[] };
    const levels = ['a', 'b', 'c', 'd'].map((name) => ({ ...each, column: [{ name, path: 'url' }] }));
    const resource = {
      resourceType: 'Patient',
      extension: Array.from({ length: 300 }, (_, n) => ({ url: `http://x/${n}`, valueInteger: n })),
    };
    const asked = run(parameters({ name: 'viewResource', resource: { ...families, select: levels } }, { name: 'resource', resource }));
    const began = performance.now();
    expect((await here.call('GET', '/fhir/Patient/ann')).status).toBe(200);
    const waited = performance.now() - began;
    const answer = await asked;
    expect([413, 503], answer.text).toContain(answer.status);
    expect(waited).toBeLessThan(20_000);
    expect(await run(families)).toMatchObject({ status: 200 });
    await expect.poll(() => readdirSync(join(here.server.dataDir, 'view-runs')), { timeout: 10_000 }).toEqual([]);
  }, 90_000);
});

describe('the names that the specification gave them later', () => {
  test('run views as the first ones do, in lines of JSON where no form is said, of the whole server too', async () => {
    const lines = await run(families);
    for (const path of ['/fhir/$viewdefinition-run', '/fhir/ViewDefinition/$viewdefinition-run']) {
      const answer = await here.call('POST', path, { token: tokens.get('analyst'), body: families });
      expect([answer.status, answer.headers.get('content-type')], answer.text).toEqual([200, 'application/x-ndjson']);
      const rows = answer.text.trim().split('\n').map((line) => JSON.parse(line) as unknown); // biome-ignore format: one list
      expect(rows).toEqual(lines.json);
    }
    const named = await here.call('GET', '/fhir/ViewDefinition/observations/$viewdefinition-run?patient=Patient/bob&_format=csv', {
      token: tokens.get('analyst'),
    });
    expect(named.text).toBe((await runNamed('observations', '?patient=Patient/bob&_format=csv')).text);
    const strange = await here.call('POST', '/fhir/$viewdefinition-run', { token: tokens.get('analyst'), body: parameters({ name: 'source', valueString: 'x' }) }); // biome-ignore format: one call
    expect([strange.status, strange.text]).toEqual([400, expect.stringContaining('$viewdefinition-run has no parameter')]);
  });

  test('are those of the CapabilityStatement, which says the first ones beside them', async () => {
    const { json } = await here.call('GET', '/fhir/metadata');
    const operations = Object.values(json?.['rest']?.[0]?.['operation'] ?? {}) as unknown as { name: string; documentation?: string }[];
    const said = operations.filter(({ name }) => name.startsWith('viewdefinition-'));
    expect(said.map(({ name }) => name)).toEqual(['viewdefinition-run', 'viewdefinition-export']);
    expect(said.map(({ documentation = '' }) => /ViewDefinition\/(\$\w+)/.exec(documentation)?.[1])).toEqual(['$run', '$export']);
  });
});

describe('$export', () => {
  const kickOff = (body: object, path = '$export', who = 'analyst'): Promise<Answer> =>
    here.call('POST', path.startsWith('/') ? path : `/fhir/ViewDefinition/${path}`, {
      token: tokens.get(who),
      body,
      headers: { prefer: 'respond-async' },
    });
  const pathOf = (url: string): string => url.slice(here.server.address.length);
  const ended = async (begun: Answer, token = tokens.get('analyst')): Promise<{ answer: Answer; status: string }> => {
    expect(begun.status, begun.text).toBe(202);
    const status = pathOf(begun.headers.get('content-location') ?? '');
    for (;;) {
      const answer = await here.call('GET', status, { token });
      if (answer.status !== 202) return { answer, status };
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  };
  const two = (format: string): object =>
    parameters(
      { name: 'view', part: [{ name: 'viewReference', valueReference: { reference: 'ViewDefinition/observations' } }] },
      {
        name: 'view',
        part: [
          { name: 'name', valueString: 'people' },
          { name: 'viewResource', resource: families },
        ],
      },
      { name: '_format', valueCode: format },
    );

  test.each(['$export', '$viewdefinition-export', '/fhir/$viewdefinition-export'])(
    'gives a file for each view, in its form, and the manifest names them: %s',
    async (name) => {
      const { answer, status } = await ended(await kickOff(two('csv'), name));
      expect(answer.json, answer.text).toMatchObject({
        requiresAccessToken: true,
        output: [
          { type: 'Observation', name: 'observations', count: 2 },
          { type: 'Patient', name: 'people', count: 2 },
        ],
        error: [],
      });
      const url = pathOf(String(answer.json?.['output']?.[1]?.['url']));
      const file = await here.call('GET', url, { token: tokens.get('analyst') });
      expect([file.headers.get('content-type'), file.text]).toEqual([
        'text/csv; charset=utf-8',
        `id,family\nann,'=Roe()\nbob,"Doe, ""Bob"""\n`,
      ]);
      expect((await here.call('GET', url, { token: tokens.get('north') })).status).toBe(404);
      expect((await here.call('DELETE', status, { token: tokens.get('analyst') })).status).toBe(202);
      expect((await here.call('GET', url, { token: tokens.get('analyst') })).status).toBe(404);
    },
  );

  test('of one view as Parquet holds what the caller may see', async () => {
    const begun = await kickOff(parameters({ name: '_format', valueCode: 'parquet' }), 'patients/$export', 'north');
    const { answer } = await ended(begun, tokens.get('north'));
    expect(answer.json).toMatchObject({ output: [{ name: 'patients', count: 1 }] });
    const url = String(answer.json?.['output']?.[0]?.['url']);
    const file = await (await fetch(url, { headers: { authorization: `Bearer ${tokens.get('north')}` } })).arrayBuffer();
    expect(await parquetReadObjects({ file })).toMatchObject([{ id: 'ann' }]);
  });

  test('is refused to those who may not export, and where it is not understood', async () => {
    expect((await kickOff(two('csv'), '$export', 'nurse')).status).toBe(403);
    expect((await here.call('POST', '/fhir/ViewDefinition/$export', { body: two('csv') })).text).toContain('respond-async');
    expect((await kickOff(two('json'))).status).toBe(400);
    expect((await kickOff(parameters())).text).toContain('view');
    const same = { name: 'view', part: [{ name: 'viewReference', valueString: 'patients' }] };
    expect((await kickOff(parameters(same, same))).text).toContain('name of its own');
    const path = { name: 'view', part: [...same.part, { name: 'name', valueString: '../x' }] };
    expect((await kickOff(parameters(path))).status).toBe(400);
  });

  test('ends without files where the rights of who asked have changed meanwhile', async () => {
    await ended(await kickOff(two('ndjson')));
    // As if it had been asked for with wider rights than the account has now.
    const { rows } = await here.database.query<{ id: string }>({
      text: `insert into job (id, kind, account, wish, single, state)
        select gen_random_uuid(), kind, account, replace(wish::text, 'analyst', 'administrator')::json, single, 'waiting'
        from job where kind = 'view-export' order by asked desc limit 1 returning id`,
    });
    const status = `/bulk/${rows[0]!.id}`;
    await expect.poll(async () => (await here.call('GET', status, { token: tokens.get('analyst') })).status, { timeout: 15_000 }).toBe(403);
    expect((await here.call('GET', status, { token: tokens.get('analyst') })).text).toContain('rights');
  });
});
