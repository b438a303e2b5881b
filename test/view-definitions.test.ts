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
    ['a source elsewhere', families, '?source=s3', 400, /over its own record/],
    [
      'a canonical of nothing',
      parameters({ name: 'viewCanonical', valueCanonical: 'http://x/ViewDefinition/patients' }),
      '',
      404,
      /no view/,
    ],
    ['a list in rows of FHIR', view({ name: 'given', path: 'name.given', collection: true }), '?_format=fhir', 422, /given.*a list/],
    ['a form twice', families, '?_format=csv&_format=json', 400, /twice/],
    ['an unknown form', families, '?_format=xml', 400, /json, ndjson, csv, parquet, fhir/],
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
    const strange = await here.call('POST', '/fhir/$viewdefinition-run', { token: tokens.get('analyst'), body: parameters({ name: 'sauce', valueString: 'x' }) }); // biome-ignore format: one call
    expect([strange.status, strange.text]).toEqual([400, expect.stringContaining('$viewdefinition-run has no parameter')]);
    const own = parameters(
      { name: 'viewReference', valueString: 'patients' },
      { name: 'source', valueString: `${here.server.address}/fhir` },
    );
    expect((await here.call('POST', '/fhir/$viewdefinition-run', { token: tokens.get('analyst'), body: own })).status).toBe(200);
  });

  test('are those of the CapabilityStatement, which says the first ones beside them', async () => {
    const { json } = await here.call('GET', '/fhir/metadata');
    const operations = Object.values(json?.['rest']?.[0]?.['operation'] ?? {}) as unknown as { name: string; documentation?: string }[];
    const said = operations.filter(({ name }) => name.startsWith('viewdefinition-'));
    expect(said.map(({ name }) => name)).toEqual(['viewdefinition-run', 'viewdefinition-export']);
    expect(operations.map(({ name }) => name)).toEqual(expect.arrayContaining(['sqlquery-run', 'sql-run']));
    expect(said.map(({ documentation = '' }) => /ViewDefinition\/(\$\w+)/.exec(documentation)?.[1])).toEqual(['$run', '$export']);
  });
});

describe('rows of FHIR', () => {
  test('have the value[x] of the type of their column, the digits as they are, and nothing for nothing', async () => {
    const asked = view(
      { name: 'id', path: 'id' },
      { name: 'born', path: 'birthDate' },
      { name: 'living', path: 'deceased.ofType(boolean)' },
      { name: 'many', path: 'name.count()', type: 'integer' },
    );
    const answer = await run(asked, '?_format=fhir&_limit=1');
    expect(answer.headers.get('content-type')).toBe('application/fhir+json; charset=utf-8');
    expect(answer.json, answer.text).toEqual({
      resourceType: 'Parameters',
      parameter: [
        {
          name: 'row',
          part: [
            { name: 'id', valueString: 'ann' },
            { name: 'born', valueDate: '1970-06' },
            { name: 'many', valueInteger: 2 },
          ],
        },
      ],
    });
    const value = { ...view({ name: 'value', path: 'value.ofType(Quantity).value' }), resource: 'Observation' };
    expect((await run(value, '?_format=fhir')).text).toContain('{"name":"value","valueDecimal":1.10}');
    const accept = { headers: { accept: 'application/fhir+json' }, token: tokens.get('analyst'), body: families };
    expect((await here.call('POST', '/fhir/$viewdefinition-run', accept)).json?.['resourceType']).toBe('Parameters');
    const empty = parameters({ name: 'viewResource', resource: asked }, { name: 'resource', resource: { resourceType: 'Bundle' } });
    expect((await run(empty, '?_format=fhir')).json).toEqual({ resourceType: 'Parameters' });
  });

  test('come of a Bundle as of what is in it', async () => {
    const entry = [{ resource: { resourceType: 'Patient', id: 'in', name: [{ family: 'Bundled' }] } }, {}];
    const bundle = { name: 'resource', resource: { resourceType: 'Bundle', type: 'collection', entry } };
    expect((await run(parameters({ name: 'viewResource', resource: families }, bundle))).json).toEqual([{ id: 'in', family: 'Bundled' }]);
  });
});

describe('$sqlquery-run', () => {
  const code = (of: string) => ({ coding: [{ system: 'https://sql-on-fhir.org/ig/CodeSystem/LibraryTypesCodes', code: of }] });
  const depends = (resource: string, label: string) => ({ type: 'depends-on', resource, label });
  const library = (sql: string, more: object = {}) => ({
    resourceType: 'Library',
    status: 'active',
    type: code('sql-query'),
    relatedArtifact: [depends('ViewDefinition/patients', 'person')],
    content: [{ contentType: 'application/sql', data: Buffer.from(sql).toString('base64') }],
    ...more,
  });
  const resourceOf = (resource: object) => ({ name: 'queryResource', resource });
  const ask = (body: object, query = '', call: Call = {}): Promise<Answer> =>
    here.call('POST', `/fhir/$sqlquery-run${query}`, { token: tokens.get('analyst'), body, ...call });
  const born = {
    parameter: [
      { name: 'born', type: 'date', use: 'in' },
      { name: 'name', type: 'string', use: 'in', min: 0 },
    ],
  };
  const given = (...parameter: Parameter[]) => ({ name: 'parameters', resource: parameters(...parameter) });
  const since = { name: 'born', valueDate: '1970-01-01' };

  beforeAll(async () => {
    const until = Date.now() + 20_000;
    while (!(await ask(library('select id from person'))).text.includes('bob') && Date.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 100));
  });

  test('asks the tables by the labels of the Library, its parameters bound and never written into the SQL', async () => {
    const sql = `-- people; of :nobody
with chosen as (select id, family from person where birth_date >= :born and (:name is null or family = :name))
select id, family, '::x :born' as words, cast(1 as integer)::varchar as one from chosen order by id;`;
    await put({ ...library(sql, born), url: 'http://example.org/Library/born', version: '2', id: 'born' });
    const answer = await here.call('POST', '/fhir/Library/born/$sqlquery-run', {
      token: tokens.get('analyst'),
      body: parameters({ name: '_format', valueCode: 'json' }, given(since)),
    });
    expect(answer.json, answer.text).toEqual([
      { id: 'ann', family: '=Roe()', words: '::x :born', one: '1' },
      { id: 'bob', family: 'Doe, "Bob"', words: '::x :born', one: '1' },
    ]);
    const canonical = { name: 'queryCanonical', valueCanonical: 'http://example.org/Library/born|2' };
    const evil = await ask(parameters(canonical, given(since, { name: 'name', valueString: "' or 1=1 --" })));
    expect([evil.status, evil.text]).toEqual([200, '']);
    const reference = { name: 'queryReference', valueReference: { reference: `${here.server.address}/fhir/Library/born` } };
    const named = await ask(parameters(reference, given(since, { name: 'name', valueString: 'Doe, "Bob"' })));
    expect(named.text).toBe('{"id":"bob","family":"Doe, \\"Bob\\"","words":"::x :born","one":"1"}\n');
    const { rows } = await here.database.query({
      text: `select 1 from audit where action = 'warehouse-query' and query like 'identified as ndjson: with "person"%' and outcome = 200`,
    });
    expect(rows.length).toBeGreaterThan(0);
  });

  test('answers in each form; rows of FHIR have the types of SQL', async () => {
    const sql = `select id, true as yes, 3 as whole, 4::bigint as big, 1.50::decimal(4,2) as exact, 0.5::double as half, 'ab'::blob as bytes,
      date '2026-01-31' as day, time '08:00:00' as hour, timestamp '2026-01-31 08:00:00' as local,
      timestamptz '2026-01-31 08:00:00.1236+05:30' as moment, null::varchar as nothing, 'inf'::double as endless from person order by id`;
    const answer = await ask(library(sql), '?_format=fhir&_limit=1');
    expect(answer.json?.['parameter']?.[0]?.['part'], answer.text).toEqual([
      { name: 'id', valueString: 'ann' },
      { name: 'yes', valueBoolean: true },
      { name: 'whole', valueInteger: 3 },
      { name: 'big', valueInteger64: '4' },
      { name: 'exact', valueDecimal: 1.5 },
      { name: 'half', valueDecimal: 0.5 },
      { name: 'bytes', valueBase64Binary: 'YWI=' },
      { name: 'day', valueDate: '2026-01-31' },
      { name: 'hour', valueTime: '08:00:00' },
      { name: 'local', valueDateTime: '2026-01-31T08:00:00' },
      { name: 'moment', valueInstant: '2026-01-31T02:30:00.124Z' },
    ]);
    expect(answer.text).toContain('"valueDecimal":1.50');
    const csv = library('select id as "i\nd", family from person order by id');
    const lines = `ann,'=Roe()\nbob,"Doe, ""Bob"""\n`;
    expect((await ask(csv, '?_format=csv')).text).toBe(`"i\nd",family\n${lines}`);
    expect((await ask(csv, '?_format=csv&header=false')).text).toBe(lines);
    const none = library('select id from person where false');
    expect((await ask(none, '?_format=json')).json).toEqual([]);
    expect((await ask(none, '?_format=fhir')).json).toEqual({ resourceType: 'Parameters' });
    const left = () => readdirSync(join(here.server.dataDir, 'warehouse', 'queries')).filter((name) => /\.(cells|csv|ndjson)$/.test(name));
    await expect.poll(left, { timeout: 10_000 }).toEqual([]);
  });

  test('stands on SQLViews of the record and of the request, each with tables of its own', async () => {
    await put({
      ...library('select id, family from person', { type: code('sql-view'), url: 'http://example.org/Library/names' }),
      id: 'names',
    });
    const sent = library('select n.id, o.id as seen from n join o on o.patient_id = n.id', {
      type: code('sql-view'),
      url: 'http://example.org/Library/sent',
      relatedArtifact: [depends('http://example.org/Library/names', 'n'), depends('ViewDefinition/observations', 'o')],
    });
    const top = resourceOf(
      library('select * from both_ order by id', { relatedArtifact: [depends('http://example.org/Library/sent', 'both_')] }),
    );
    const source = { name: 'tableSource', resource: sent };
    expect((await ask(parameters(top, source), '?_format=json')).json).toEqual([
      { id: 'ann', seen: 'o-ann' },
      { id: 'bob', seen: 'o-bob' },
    ]);
    const other = { name: 'tableSource', resource: { ...sent, url: 'http://example.org/Library/snet' } };
    expect((await ask(parameters(top, other))).status).toBe(404);
    expect((await ask(parameters(top, source, other))).text).toContain('depends on no http://example.org/Library/snet');
    const circle = { ...sent, relatedArtifact: [depends('http://example.org/Library/sent', 'o')] };
    expect((await ask(parameters(top, { name: 'tableSource', resource: circle }))).text).toContain('stands on itself');
  });

  test('shows the rows that policy shows, to those who may export', async () => {
    const all = library('select id from person order by id');
    expect((await ask(all, '', { token: tokens.get('north') })).text).toBe('{"id":"ann"}\n');
    expect((await ask(all, '', { token: tokens.get('nurse') })).status).toBe(403);
  });

  test.each<[string, object, string, number, RegExp]>([
    ['SQL that writes', library('drop table person'), '', 422, /SQL of the Library/],
    ['a file', library("select * from read_csv('/etc/passwd')"), '', 403, /SQL of the Library/],
    ['several statements', library('select 1; select 2'), '', 400, /One SELECT/],
    ['a table that it does not name', library('select * from nobody'), '', 422, /no table/],
    ['a column that there is not', library('select nmae from person'), '', 422, /nmae/],
    ['no Library of SQL', { ...library('select 1'), type: { coding: [{ code: 'logic-library' }] } }, '', 422, /sql-query/],
    ['another dialect', library('', { content: [{ contentType: 'application/sql;dialect=postgresql', data: 'eA==' }] }), '', 422, /duckdb/],
    ['a parameter that is not declared', library('select :x'), '', 400, /does not declare/],
    ['no value', library('select :born', born), '', 400, /needs the parameter born/],
    [
      'a value of another type',
      parameters(resourceOf(library('select :born', born)), given({ name: 'born', valueString: 'x' })),
      '',
      400,
      /valueDate/,
    ],
    ['a value for nobody', parameters(resourceOf(library('select 1')), given({ name: 'x', valueString: 'x' })), '', 400, /no parameter/],
    ['a list in rows of FHIR', library('select [1] as l'), '?_format=fhir', 422, /column/],
    ['a view that is not here', library('select 1', { relatedArtifact: [depends('http://x/ViewDefinition/y', 'y')] }), '', 404, /no view/],
    [
      "another table's name",
      library('select 1', { relatedArtifact: [depends('ViewDefinition/patients', 'Observations')] }),
      '',
      400,
      /call it something else/,
    ],
    ['a patient', library('select 1'), '?patient=ann', 400, /in the SQL/],
    ['a source elsewhere', library('select 1'), '?source=http://elsewhere/fhir', 400, /own record/],
    ['no query', parameters(), '', 400, /queryReference/],
    ['a view as table', parameters(resourceOf(library('select 1')), { name: 'tableSource', resource: families }), '', 400, /SQLView/],
  ])('says what is wrong: %s', async (_, body, query, status, words) => {
    const answer = await ask(body, query);
    expect([answer.status, answer.json?.['resourceType']], answer.text).toEqual([status, 'OperationOutcome']);
    expect(answer.text).toMatch(words);
  });

  test('is asked by the one name of later drafts, as views are', async () => {
    const of = (body: object) => here.call('POST', '/fhir/$sql-run', { token: tokens.get('analyst'), body });
    expect((await of(library('select id from person order by id limit 1'))).text).toBe('{"id":"ann"}\n');
    expect((await of(families)).text).toContain('{"id":"bob"');
    const path = '/fhir/$sql-run?subjectReference=ViewDefinition/patients&_format=csv&_limit=1';
    expect((await here.call('GET', path, { token: tokens.get('analyst') })).text.split('\n')[1]).toContain('ann');
    expect((await of(parameters())).text).toContain('subjectReference');
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
