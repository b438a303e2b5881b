// Suspected cases go to public health: a laboratory's report over MLLP to a system that answers, once, by a person, with its state; and
// initial case reports into a folder, a new version where the record says more.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Receiver, receiver } from '../src/gateways/mllp/testing.ts';
import { type Answer, type Caller, caller, type Json, type Stand, stand } from './calls.ts';
import { reportabilityResponse } from './reportability-response.fixture.ts';
import { removeFolder, temporaryFolder, tokenFor } from './running-server.ts';
import { dayBack, layDown, smallHospital } from './surveillance.fixture.ts';

let here: Stand;
let there: Receiver;
let analyst: Caller;
const folder = temporaryFolder('public-health');
const path = `/surveillance/suspected?from=${dayBack(30)}`;

beforeAll(async () => {
  there = await receiver();
  for (const name of ['channels', 'reports']) mkdirSync(join(folder, name));
  const channel = {
    name: 'public-health',
    format: 'hl7v2',
    direction: 'out',
    destination: { mllp: { host: '127.0.0.1', port: there.port, answerSeconds: 2 } },
    retry: { pausesSeconds: [0.1], tries: 2 },
  };
  writeFileSync(join(folder, 'channels', 'public-health.json'), JSON.stringify(channel));
  const reports = { name: 'case-reports', format: 'ccda', direction: 'out', destination: { folder: { path: join(folder, 'reports') } } };
  writeFileSync(join(folder, 'channels', 'case-reports.json'), JSON.stringify(reports));
  writeFileSync(
    join(folder, 'site.geojson'),
    JSON.stringify({
      type: 'FeatureCollection',
      features: ['00003', '00000', '00001', '00002', '00004'].map((code, i) => ({
        type: 'Feature',
        properties: i === 0 ? { code, name: 'Our Harbour', population: 2000 } : { code },
        geometry: {
          type: 'Polygon',
          coordinates: [
            [
              [i, 50],
              [i + 0.2, 50],
              [i + 0.2, 50.2],
              [i, 50],
            ],
          ],
        },
      })),
    }),
  );
  const env = {
    LAMPLIGHT_BOUNDARIES: join(folder, 'site.geojson'),
    LAMPLIGHT_WAREHOUSE: 'on',
    LAMPLIGHT_CHANNELS: join(folder, 'channels'),
    LAMPLIGHT_SURVEILLANCE_CHANNEL: 'public-health',
    LAMPLIGHT_CASE_REPORT_CHANNEL: 'case-reports',
  };
  here = await stand({ env });
  analyst = caller(here.server.address, await tokenFor(here.database, { role: 'analyst' }));
  await layDown(here.call, smallHospital());
  await vi.waitFor(async () => expect((await analyst('GET', path)).json?.['cases']?.['length']).toBe(2), {
    timeout: 30_000,
    interval: 500,
  });
}, 120_000);
afterAll(async () => {
  await here.end();
  await there.close();
  removeFolder(folder);
});

const cases = async (): Promise<Json[]> => Object.values((await analyst('GET', path)).json?.['cases'] ?? []);
const caseOf = async (condition: string): Promise<Json> => (await cases()).find((one) => String(one['condition']) === condition)!;
const send = async (condition: string, as: Caller = analyst): Promise<Answer> =>
  as('POST', `/surveillance/suspected/send?from=${dayBack(30)}`, {
    body: { condition, patient: String((await caseOf(condition))['patient']) },
  });
const sent = async (): Promise<Json | undefined> => (await caseOf('hepatitis-a'))['sent'];

test('nothing is sent by itself, nor by whoever may not, nor of a case without a result', async () => {
  expect((await cases()).map((one) => one['sent'])).toEqual([null, null]);
  for (const role of ['nurse', 'clinician', 'records-officer'] as const)
    expect((await send('hepatitis-a', caller(here.server.address, await tokenFor(here.database, { role })))).status, role).toBe(403);
  const bound = caller(here.server.address, await tokenFor(here.database, { role: 'analyst', organisations: ['north'] }));
  expect((await send('hepatitis-a', bound)).status).toBe(403);
  const measles = await send('measles');
  expect([measles.status, measles.json?.['title']]).toEqual([415, expect.stringContaining('diagnosis alone')]);
  for (const body of [
    {},
    { condition: 'x' },
    { condition: 'a', patient: 'b', c: 1 },
    { condition: '\0', patient: 'b' },
    '[',
    '{"__proto__":1}',
  ])
    expect((await analyst('POST', '/surveillance/suspected/send', { body })).status, JSON.stringify(body)).toBe(400);
  expect((await analyst('POST', '/surveillance/suspected/send', { body: { condition: 'measles', patient: 'nobody' } })).status).toBe(404);
  expect(there.heard).toEqual([]);
});

test('a case is refused by the other side, and says so; taken when it is sent again from the exchange, and never a second time', async () => {
  there.behave(() => 'AR');
  const answers = await Promise.all([send('hepatitis-a'), send('hepatitis-a'), send('hepatitis-a')]);
  expect(
    answers.some(({ status }) => status === 200),
    answers[0]?.text,
  ).toBe(true);
  expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  await expect.poll(async () => (await sent())?.['state'], { timeout: 10_000 }).toBe('failed');
  expect(String((await sent())?.['says'])).toContain('not today');
  there.behave(() => 'AA');
  const message = String((await sent())?.['message']);
  expect((await here.call('POST', `/exchange/messages/${message}/again`)).status).toBeLessThan(300);
  await expect.poll(async () => (await sent())?.['state'], { timeout: 10_000 }).toBe('done');
  expect((await send('hepatitis-a')).status).toBe(409);
  expect([...new Set(there.heard.map(({ controlId }) => controlId))]).toHaveLength(1);
  expect(there.heard.filter(({ manner }) => manner === 'AA')).toHaveLength(1);
  const lines = there.heard[0]!.raw.split('\r');
  expect(lines[0]).toMatch(/\|ORU\^R01(\^ORU_R01)?\|.*\|2\.5\.1/);
  for (const segment of ['PID', 'OBR', 'OBX'])
    expect(
      lines.some((line) => line.startsWith(`${segment}|`)),
      segment,
    ).toBe(true);
  const { rows } = await here.database.query<{ outcome: number }>({
    text: "select outcome from audit where action = 'surveillance-send' and outcome in (200, 409) order by at",
  });
  expect(rows.length).toBe(4);
});

test('a result that is corrected since is said, and sent once more as an update', async () => {
  expect((await sent())?.['since']).toEqual([]);
  const resource = String(
    Object.values((await caseOf('hepatitis-a'))['reasons'] ?? {}).find((one) => String(one['kind']) === 'result')?.['resource'],
  );
  const result = (await here.call('GET', `/fhir/${resource}`)).json as unknown as { resourceType: string; id: string };
  await put({ ...result, status: 'corrected' });
  await expect.poll(async () => (await sent())?.['since'], { timeout: 10_000 }).toEqual(['changed: a result of this case']);
  const before = there.heard.length;
  const answers = await Promise.all([send('hepatitis-a'), send('hepatitis-a')]);
  expect(answers.map(({ status }) => status).sort(), answers.map(({ text }) => text).join('\n')).toEqual([200, 409]);
  await expect.poll(() => there.heard.length, { timeout: 10_000 }).toBe(before + 1);
  await expect.poll(async () => (await sent())?.['state'], { timeout: 10_000 }).toBe('done');
  expect(new Set(there.heard.map(({ controlId }) => controlId)).size).toBe(2);
  expect((await sent())?.['since']).toEqual([]);
  expect((await send('hepatitis-a')).status).toBe(409);
});

const report = { condition: 'measles', patient: 'sv-p14', encounter: 'sv-e2-0' };
const reportPath = `/surveillance/suspected/report?from=${dayBack(30)}`;
const lookAt = async (): Promise<Answer> => analyst('GET', `${reportPath}&${new URLSearchParams(report).toString()}`);
const sendReport = async (body: object = report, as: Caller = analyst): Promise<Answer> => as('POST', reportPath, { body });
const written = (): string[] => readdirSync(join(folder, 'reports')).map((name) => readFileSync(join(folder, 'reports', name), 'utf8')); // biome-ignore format: one list
const version = (text: string): string | undefined => /<versionNumber value="(\d+)"\/>/.exec(text)?.[1];
const put = async (resource: { resourceType: string; id: string } & Record<string, unknown>): Promise<void> => {
  const { status, text } = await here.call('PUT', `/fhir/${resource.resourceType}/${resource.id}`, { body: resource });
  if (status >= 300) throw new Error(text);
};

test('a case by diagnosis is looked at as a report, with what it lacks, and nothing is sent by looking', async () => {
  expect((await caseOf('measles'))['visits']).toEqual(['sv-e2-0']);
  const { status, json, text } = await lookAt();
  expect(status, text).toBe(200);
  expect(json).toMatchObject({ version: 1, changed: true });
  const lacks = Object.values(json?.['lacks'] ?? {}).map((one) => String(one['says']));
  expect(lacks).toContain('The visit names no clinician who is responsible');
  const sections = Object.values(json?.['sections'] ?? {});
  expect(JSON.stringify(sections.find((one) => String(one['title']) === 'Problems'))).toContain('Measles without complication');
  expect(String(json?.['document'])).toContain('2.16.840.1.113883.10.20.15.2.3.3');
  expect((await caseOf('measles'))['reports']).toEqual([]);
  for (const role of ['nurse', 'clinician'] as const)
    expect((await sendReport(report, caller(here.server.address, await tokenFor(here.database, { role })))).status, role).toBe(403);
  for (const body of [{}, { ...report, more: 1 }, { ...report, encounter: 7 }]) expect((await sendReport(body)).status).toBe(400);
  // Another visit of the patient is none of the case.
  expect((await sendReport({ ...report, encounter: 'sv-e3-0' })).status).toBe(404);
  expect((await sendReport({ ...report, patient: 'sv-p4' })).status).toBe(404);
});

test('it goes out once, and again only where the record says more: as the next version, which replaces the one before', async () => {
  const answers = await Promise.all([sendReport(), sendReport(), sendReport()]);
  expect(answers.every(({ status }) => status === 200 || status === 409), answers.map(({ text }) => text).join('\n')).toBe(true); // biome-ignore format: one line
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  await expect.poll(() => written().length, { timeout: 10_000 }).toBe(1);
  expect((await sendReport()).status).toBe(409);
  expect((await lookAt()).json).toMatchObject({ version: 2, changed: false });
  await expect.poll(async () => (await caseOf('measles'))['reports']?.[0]?.['state'], { timeout: 10_000 }).toBe('done');
  await put({
    resourceType: 'Observation',
    id: 'sv-measles-igm',
    status: 'final',
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] }],
    code: { coding: [{ system: 'http://loinc.org', code: '21503-8', display: 'Measles virus IgM Ab' }] },
    subject: { reference: 'Patient/sv-p14' },
    encounter: { reference: 'Encounter/sv-e2-0' },
    effectiveDateTime: `${dayBack(1)}T10:00:00Z`,
    valueCodeableConcept: { text: 'Pending' },
  });
  expect((await lookAt()).json).toMatchObject({ version: 2, changed: true, since: ['new: result or finding'] });
  expect((await caseOf('measles'))['reports']).toMatchObject([{ version: 1, since: ['new: result or finding'] }]);
  expect((await sendReport()).status).toBe(200);
  await expect.poll(() => written().map(version).sort(), { timeout: 10_000 }).toEqual(['1', '2']);
  const [first, second] = written().sort((a, b) => Number(version(a)) - Number(version(b)));
  const idOf = (text = ''): string | undefined => /<id root="([^"]+)"\/>\s*<code code="55751-2"/.exec(text)?.[1];
  expect(second).toMatch(new RegExp(`<relatedDocument typeCode="RPLC">\\s*<parentDocument>\\s*<id root="${idOf(first)}"/>`));
  expect(second).toContain('Measles virus IgM Ab');
  expect((await caseOf('measles'))['reports']).toMatchObject([{ encounter: 'sv-e2-0', version: 2, since: [] }]);
  const patient = (await here.call('GET', '/fhir/Patient/sv-p14')).json as unknown as { resourceType: string; id: string };
  await put({ ...patient, name: [{ family: 'Corrected' }] });
  expect((await caseOf('measles'))['reports']).toMatchObject([{ version: 2, since: ['changed: the patient’s details'] }]);
  // It is read by the door through which documents of others come in.
  const read = await here.call('POST', '/exchange/convert?format=ccda', { body: second, headers: { 'content-type': 'application/xml' } });
  expect([read.status, read.text], read.text.slice(0, 300)).toEqual([200, expect.stringContaining('Measles without complication')]);
  const { rows } = await here.database.query<{ n: string }>({
    text: "select count(*) as n from audit where action = 'surveillance-report' and outcome = 200",
  });
  expect(Number(rows[0]?.n)).toBeGreaterThanOrEqual(2);
});

test('what public health answers to a report stands on its case, and an answer to another report does not', async () => {
  const set = /<setId root="([^"]+)"/.exec(written()[0] ?? '')?.[1] ?? '';
  const answer = (body: string) => here.call('POST', '/exchange/receive', { body, headers: { 'content-type': 'application/xml' } });
  for (const body of [reportabilityResponse(set, 2), reportabilityResponse('11111111-2222-8333-8444-555555555555', 1)]) {
    const { status, text } = await answer(body);
    expect([200, 202], text).toContain(status);
  }
  const [report] = Object.values((await caseOf('measles'))['reports'] ?? {}) as unknown as { answers: Json[] }[];
  expect(report?.answers).toMatchObject([
    {
      version: '2',
      conditions: [
        { agency: 'Harbour Department of Health', determination: 'reportable', within: '24 h' },
        { agency: 'County of Hills', determination: 'no rule met' },
      ],
    },
  ]);
  // It is kept as any document is: its original is the bytes that came in.
  const message = String(report?.answers[0]?.['message']);
  expect((await here.call('GET', `/exchange/messages/${message}/original`)).text).toBe(reportabilityResponse(set, 2));
});

test('a site with boundaries of its own has their names, rates by their people and distances between them, and nothing of the made-up town', async () => {
  const features = (await analyst('GET', '/surveillance/boundaries')).json?.['features'] as unknown as { id: string }[];
  expect(features.map(({ id }) => id)).toEqual(['00003', '00000', '00001', '00002', '00004']);
  const wish = `syndrome=gastrointestinal&from=${dayBack(30)}&to=${dayBack(1)}`;
  const answer = (await analyst('GET', `/surveillance/areas?${wish}`)).json!;
  expect(answer['madeUp']).toBe(false);
  const rows = answer['rows'] as unknown as {
    area: string;
    name?: string;
    cases: number;
    rate: object | null;
    crude: { value: number } | null;
  }[];
  const [harbour, bare] = ['00003', '00002'].map((area) => rows.find((row) => row.area === area)!);
  expect([harbour!.name, harbour!.rate]).toEqual(['Our Harbour', null]);
  expect(harbour!.crude!.value).toBeCloseTo((harbour!.cases / 2000 / (30 / 365.25)) * 100_000, 6);
  expect([bare!.name, bare!.rate, bare!.crude]).toEqual([undefined, null, null]);
  // Registries take names and people from the same place.
  const rated = (await analyst('GET', '/population/registries/diabetes/rates')).json!;
  const ofHarbour = Object.values(rated['rows'] ?? {}).find((row) => String(row['area']) === '00003');
  expect([rated['madeUp'], ofHarbour], JSON.stringify(rated).slice(0, 500)).toEqual([false, expect.objectContaining({ name: 'Our Harbour', population: 2000, standardised: null })]); // biome-ignore format: one line
  const found = (await analyst('GET', `/surveillance/clusters?syndrome=gastrointestinal&from=${dayBack(69)}`)).json!;
  expect(found['clusters']?.[0]).toMatchObject({ centre: '00003', areas: ['00003'] });
  expect([found['areas'], found['elsewhere']]).toEqual([5, 0]);
});
