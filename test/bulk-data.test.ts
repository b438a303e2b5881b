// Bulk Data through the whole server, as a client of the specification walks: kick-off, status, manifest, files, DELETE
// (https://hl7.org/fhir/uv/bulkdata/STU2/export.html), and the same from the command line into another installation.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, type Json, type Stand, stand } from './calls.ts';
import { runCommand, tokenFor } from './running-server.ts';

let here: Stand;
let folder: string;
/** Files that $import may fetch. */
const served = new Map<string, string>();
const files = createServer((request, response) => {
  const text = served.get(request.url ?? '');
  response.writeHead(text === undefined ? 404 : 200).end(text);
});
let filesAt: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lamplight-bulk-'));
  await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
  filesAt = `http://127.0.0.1:${(files.address() as AddressInfo).port}`;
  here = await stand({ env: { LAMPLIGHT_EXPORT_DIR: folder, LAMPLIGHT_IMPORT_FROM: `${filesAt}/open/` } });
  for (const id of ['a', 'b', 'c']) await put({ resourceType: 'Patient', id, gender: id === 'b' ? 'male' : 'female' });
  await put({
    resourceType: 'Observation',
    id: 'oa',
    status: 'final',
    code: { text: 'x' },
    subject: { reference: 'Patient/a' },
    valueQuantity: { value: 7 },
  });
  await put({
    resourceType: 'Group',
    id: 'g',
    type: 'person',
    actual: true,
    member: [{ entity: { reference: 'Patient/a' } }, { entity: { reference: 'Patient/b' }, inactive: true }],
  });
  await put({ resourceType: 'Organization', id: 'o', name: 'ward' });
});
afterAll(async () => {
  await here.end();
  files.close();
  rmSync(folder, { recursive: true, force: true });
});

const put = async (resource: { resourceType: string; id: string; [name: string]: unknown }): Promise<void> => {
  const answer = await here.call('PUT', `/fhir/${resource.resourceType}/${resource.id}`, { body: resource });
  expect(answer.status, answer.text).toBeLessThan(300);
};
const respondAsync = { prefer: 'respond-async', accept: 'application/fhir+json' };
const pathOf = (url: string): string => url.slice(here.server.address.length);

async function ended(kickOff: Answer, token = here.administrator): Promise<{ answer: Answer; status: string }> {
  expect(kickOff.status, kickOff.text).toBe(202);
  const status = pathOf(kickOff.headers.get('content-location') ?? '');
  for (;;) {
    const answer = await here.call('GET', status, { token });
    if (answer.status !== 202) return { answer, status };
    expect(answer.headers.get('x-progress')).not.toBeNull();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

interface Manifest {
  transactionTime: string;
  request: string;
  requiresAccessToken: boolean;
  output: { type: string; url: string; count: number }[];
  deleted?: { type: string; url: string; count: number }[];
  error: { url: string }[];
}

async function exported(
  path: string,
  token = here.administrator,
): Promise<{ manifest: Manifest; lines: string[]; names: string[]; status: string }> {
  const { answer, status } = await ended(await here.call('GET', `/fhir/${path}`, { headers: respondAsync, token }), token);
  expect(answer.status, answer.text).toBe(200);
  const manifest = answer.json as unknown as Manifest;
  const lines: string[] = [];
  for (const { url, count, type } of manifest.output) {
    const file = await here.call('GET', pathOf(url), { token });
    expect(file.headers.get('content-type')).toBe('application/fhir+ndjson');
    const found = file.text.trimEnd().split('\n');
    expect(found).toHaveLength(count);
    for (const line of found) expect(JSON.parse(line)).toMatchObject({ resourceType: type });
    lines.push(...found);
  }
  const names = lines
    .map((line) => JSON.parse(line) as { resourceType: string; id: string })
    .map(({ resourceType, id }) => `${resourceType}/${id}`);
  return { manifest, lines, names: names.sort(), status };
}

describe('an export', () => {
  test('of everything holds each resource as it is read, and its manifest says what the specification asks', async () => {
    const { manifest, lines, names, status } = await exported('$export');
    expect(names).toEqual(expect.arrayContaining(['Group/g', 'Observation/oa', 'Organization/o', 'Patient/a', 'Patient/b', 'Patient/c']));
    expect(manifest).toMatchObject({ requiresAccessToken: true, error: [], request: `${here.server.address}/fhir/$export` });
    expect(Date.parse(manifest.transactionTime)).not.toBeNaN();
    const read = await here.call('GET', '/fhir/Observation/oa');
    expect(lines).toContain(read.text);
    expect((await here.call('GET', status)).headers.get('expires')).not.toBeNull();
  });

  test('since the last one holds the changes and the deletions', async () => {
    const first = await exported('$export?_type=Patient');
    await put({ resourceType: 'Patient', id: 'd' });
    await put({ resourceType: 'Patient', id: 'gone' });
    await here.call('DELETE', '/fhir/Patient/gone');
    const second = await exported(`$export?_type=Patient&_since=${first.manifest.transactionTime}`);
    expect(second.names).toEqual(['Patient/d']);
    const [deleted] = second.manifest.deleted ?? [];
    const bundle = JSON.parse((await here.call('GET', pathOf(deleted!.url))).text);
    expect(bundle).toMatchObject({
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [{ request: { method: 'DELETE', url: 'Patient/gone' } }],
    });
    expect((await exported('$export?_type=Patient')).names).toEqual(['Patient/a', 'Patient/b', 'Patient/c', 'Patient/d']);
  });

  test('of patients, and of a Group, holds their compartments', async () => {
    expect((await exported('Patient/$export')).names).not.toContain('Organization/o');
    expect((await exported('Group/g/$export')).names).toEqual(['Group/g', 'Observation/oa', 'Patient/a']);
  });

  test('takes types, filters and elements', async () => {
    expect(
      (await exported('$export?_type=Patient,Observation&_typeFilter=Patient%3Fgender%3Dmale&_typeFilter=Patient%3F_id%3Dc')).names,
    ).toEqual(['Observation/oa', 'Patient/b', 'Patient/c']);
    const { lines } = await exported('$export?_type=Patient&_typeFilter=Patient%3F_id%3Da&_elements=Patient.id');
    expect(JSON.parse(lines[0]!)).not.toHaveProperty('gender');
    expect(JSON.parse(lines[0]!).meta.tag[0].code).toBe('SUBSETTED');
  });

  test('by POST takes Parameters, with single patients', async () => {
    const body = {
      resourceType: 'Parameters',
      parameter: [
        { name: '_type', valueString: 'Patient' },
        { name: 'patient', valueReference: { reference: 'Patient/b' } },
      ],
    };
    const { answer } = await ended(await here.call('POST', '/fhir/Patient/$export', { headers: respondAsync, body }));
    expect((answer.json as unknown as Manifest).output).toMatchObject([{ type: 'Patient', count: 1 }]);
    const stranger = { ...body, parameter: [{ name: 'patient', valueReference: { reference: 'Patient/c' } }] };
    expect((await here.call('POST', '/fhir/Group/g/$export', { headers: respondAsync, body: stranger })).status).toBe(400);
  });

  test.each([
    ['$export', {}, 400],
    ['$export?_type=Pateint', respondAsync, 400],
    ['$export?_since=yesterday', respondAsync, 400],
    ['$export?_outputFormat=text/csv', respondAsync, 400],
    ['$export?_typeFilter=Patient', respondAsync, 400],
    ['$export?_typeFilter=Patient%3Fnonsense%3D1', respondAsync, 400],
    ['$export?_typeFilter=Patient%3F_sort%3Dname', respondAsync, 400],
    ['$export?_type=Patient&_typeFilter=Observation%3Fstatus%3Dfinal', respondAsync, 400],
    ['$export?organizeOutputBy=Patient', respondAsync, 400],
    ['Group/none/$export', respondAsync, 404],
  ])('is refused with words: %s', async (path, headers, status) => {
    const answer = await here.call('GET', `/fhir/${path}`, { headers });
    expect([answer.status, answer.json?.['resourceType']]).toEqual([status, 'OperationOutcome']);
  });

  test("is refused to those who may not, and what is somebody else's is not there", async () => {
    const nurse = await tokenFor(here.database, { role: 'nurse' });
    expect((await here.call('GET', '/fhir/$export', { headers: respondAsync, token: nurse })).status).toBe(403);
    const analyst = await tokenFor(here.database, { role: 'analyst' });
    const other = await tokenFor(here.database, { role: 'analyst' });
    const mine = await exported('$export?_type=Patient', analyst);
    expect((await here.call('GET', mine.status, { token: other })).status).toBe(404);
    expect((await here.call('GET', pathOf(mine.manifest.output[0]!.url), { token: other })).status).toBe(404);
    expect((await here.call('DELETE', mine.status, { token: other })).status).toBe(404);
    expect((await here.call('GET', '/fhir/$export?_type=AuditEvent', { headers: respondAsync, token: analyst })).status).toBe(403);
    expect((await fetch(mine.manifest.output[0]!.url)).status).toBe(401);
  });

  test('leaves a row in the trail for each file that is fetched, and gives none to who may not export any more', async () => {
    const token = await tokenFor(here.database, { role: 'analyst' });
    const { manifest } = await exported('$export?_type=Patient,Observation', token);
    const names = manifest.output.map(({ url }) => pathOf(url));
    expect(names).toHaveLength(2);
    await here.call('GET', names[0]!, { token });
    const rows = async (path: string): Promise<object[]> => {
      const { json } = await here.call('GET', '/audit?action=download&count=1000', { headers: { accept: 'application/json' } });
      return (json!['rows'] as unknown as { query: string; role: string; resource: string; outcome: number }[])
        .filter(({ query }) => query === path)
        .map(({ role, resource, outcome }) => ({ role, resource, outcome }));
    };
    expect(await rows(names[0]!)).toEqual(Array(2).fill({ role: 'analyst', resource: 'Observation', outcome: 200 }));
    expect(await rows(names[1]!)).toEqual([{ role: 'analyst', resource: 'Patient', outcome: 200 }]);
    await here.database.query({
      text: `update access_token set role = 'nurse' where id = (select max(account::text)::uuid from audit where query = $1)`,
      values: [names[0]!],
    });
    for (;;) {
      const answer = await here.call('GET', names[1]!, { token });
      if (answer.status === 200) continue;
      expect([answer.status, answer.text]).toEqual([403, expect.stringContaining('may not export Patient')]);
      break;
    }
    expect(await rows(names[1]!)).toContainEqual({ role: 'nurse', resource: 'Patient', outcome: 403 });
  });

  test('is ended with words where its asker is disabled before it has finished', async () => {
    const token = await tokenFor(here.database, { role: 'analyst' });
    // Its job waits behind two that hold the same lock for a while: only so is there a time between the asking and the end.
    const session = here.database.transaction(async (held) => {
      await held.query({ text: 'lock table resource in access exclusive mode' });
      const kickOff = await here.call('GET', '/fhir/$export?_type=Patient', { headers: respondAsync, token });
      expect(kickOff.status).toBe(202);
      const { rows } = await held.query<{ account: string }>({ text: `select account from job where ended is null` });
      await held.query({ text: 'delete from access_token where id = $1', values: [rows[0]!.account] });
      return kickOff;
    });
    const { answer } = await ended(await session);
    expect([answer.status, answer.json]).toMatchObject([
      403,
      { resourceType: 'OperationOutcome', issue: [{ diagnostics: expect.stringContaining('was ended before it was finished') }] },
    ]);
  });

  test('that is deleted is gone, with its files', async () => {
    const { status, manifest } = await exported('$export?_type=Patient');
    expect((await here.call('DELETE', status)).status).toBe(202);
    expect((await here.call('GET', status)).status).toBe(404);
    expect((await here.call('GET', pathOf(manifest.output[0]!.url))).status).toBe(404);
    expect(readdirSync(folder)).not.toContain(status.split('/').at(-1));
    for (const path of ['/bulk/x', '/bulk/../../etc/passwd', `${status}/..%2f..%2fetc%2fpasswd`])
      expect((await here.call('GET', path)).status, path).toBe(404);
  });
});

describe('an import', () => {
  const importing = (url: string, more: object[] = []): Promise<Answer> =>
    here.call('POST', '/fhir/$import', {
      headers: respondAsync,
      body: {
        resourceType: 'Parameters',
        parameter: [
          ...more,
          {
            name: 'input',
            part: [
              { name: 'type', valueCode: 'Patient' },
              { name: 'url', valueUrl: url },
            ],
          },
        ],
      },
    });

  test('fetches the files, takes every line that is right, and tells of the others with their number', async () => {
    served.set(
      '/open/patients.ndjson',
      [
        '{"resourceType":"Patient","id":"i1"}',
        '{"resourceType":"Patient","id":"i2","brithDate":"1970"}',
        '',
        '{"resourceType":"Basic","id":"i3"}',
        '{"resourceType":"Patient"}',
        'nonsense',
      ].join('\n'),
    );
    const { answer } = await ended(await importing(`${filesAt}/open/patients.ndjson`));
    expect(answer.status, answer.text).toBe(200);
    expect((await here.call('GET', '/fhir/Patient/i1')).status).toBe(200);
    const [errors] = (answer.json as unknown as Manifest).error;
    const lines = (await here.call('GET', pathOf(errors!.url))).text
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as Json)['issue']![0]!['diagnostics'] as unknown as string);
    expect(lines.map((line) => /line (\d)/.exec(line)?.[1])).toEqual(['2', '4', '5', '6']);
  });

  test('fetches from nowhere else: not from other folders, hosts, or protocols', async () => {
    served.set('/closed/x.ndjson', '{"resourceType":"Patient","id":"x"}');
    for (const url of [
      `${filesAt}/closed/x.ndjson`,
      `${filesAt}/open/../closed/x.ndjson`,
      'file:///etc/passwd',
      'http://169.254.169.254/latest',
      `${filesAt}@evil.example/open/`,
    ])
      expect((await importing(url)).status, url).toBe(403);
    expect((await here.call('GET', '/fhir/Patient/x')).status).toBe(404);
  });

  test('is for administrators', async () => {
    const token = await tokenFor(here.database, { role: 'system' });
    const body = {
      resourceType: 'Parameters',
      parameter: [{ name: 'input', part: [{ name: 'url', valueUrl: `${filesAt}/open/patients.ndjson` }] }],
    };
    expect((await here.call('POST', '/fhir/$import', { headers: respondAsync, body, token })).status).toBe(403);
    const lines = await here.call('POST', '/bulk/lines?keepVersions=true', {
      token,
      body: '{"resourceType":"Patient","id":"f","meta":{"versionId":"9","lastUpdated":"2020-01-01T00:00:00Z"}}',
    });
    expect(lines.json![0]).toMatchObject({ line: 1, problem: { kind: 'forbidden' } });
  });
});

test('from one installation to another and out again: the same files, deletions too', async () => {
  const place = join(folder, 'journey');
  mkdirSync(place);
  const other = await stand();
  try {
    const here_ = { LAMPLIGHT_URL: `${here.server.address}/fhir`, LAMPLIGHT_TOKEN: here.administrator };
    const there = { LAMPLIGHT_URL: `${other.server.address}/fhir`, LAMPLIGHT_TOKEN: other.administrator };
    const first = await runCommand(['export', join(place, 'one'), '--since', '1970-01-01T00:00:00Z', '--json', '--quiet'], here_);
    expect(first.status, first.stderr).toBe(0);
    expect(JSON.parse(first.stdout)).toMatchObject({ deleted: 1 });
    const taken = await runCommand(['import', join(place, 'one'), '--json', '--quiet'], there);
    expect(taken.status, taken.stderr).toBe(0);
    const second = await runCommand(['export', join(place, 'two'), '--since', '1970-01-01T00:00:00Z', '--json', '--quiet'], there);
    expect(second.status, second.stderr).toBe(0);
    const hashes = (name: string): unknown =>
      (JSON.parse(readFileSync(join(place, name, 'manifest.json'), 'utf8')) as { files: unknown }).files;
    expect(hashes('two')).toEqual(hashes('one'));
    const again = await runCommand(['import', join(place, 'one'), '--json', '--quiet'], there);
    expect(JSON.parse(again.stdout)).not.toHaveProperty('created');
    // A file that was touched is not taken.
    writeFileSync(join(place, 'one', 'Patient.1.ndjson'), '{}\n');
    const wrong = await runCommand(['import', join(place, 'one')], there);
    expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringContaining('SHA-256')]);
    expect((await runCommand(['export', join(place, 'one')], here_)).stderr).toContain('not empty');
  } finally {
    await other.end();
  }
});
