// Reports through the whole server: kept on screen, made with the keeper's rights, taken by those whose rights suffice; dashboards and
// questions as PDF at once.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Mailbox, openMailbox } from '../src/gateways/reports/mail/testing.ts';
import { type Answer, type Call, type Json, type Stand, stand } from './calls.ts';
import { tokenFor } from './running-server.ts';

let here: Stand;
let mailbox: Mailbox;
const tokens = new Map<string, string>();

beforeAll(async () => {
  mailbox = await openMailbox();
  here = await stand({
    env: {
      LAMPLIGHT_WAREHOUSE: 'on',
      LAMPLIGHT_TIME_ZONE: 'Europe/London',
      LAMPLIGHT_MAIL_HOST: '127.0.0.1',
      LAMPLIGHT_MAIL_PORT: String(mailbox.port),
      LAMPLIGHT_MAIL_FROM: 'lamplight@hospital.example',
      LAMPLIGHT_MAIL_DOMAINS: 'hospital.example',
      LAMPLIGHT_PUBLIC_URL: 'https://lamplight.hospital.example',
    },
  });
  const patient = { resourceType: 'Patient', id: 'ann', name: [{ family: 'Zzyzx' }], birthDate: '1970-06-07' };
  expect((await here.call('PUT', '/fhir/Patient/ann', { body: patient })).status).toBe(201);
  for (const role of ['analyst', 'nurse', 'clinician', 'records-officer'] as const)
    tokens.set(role, await tokenFor(here.database, { role }));
  tokens.set('north', await tokenFor(here.database, { role: 'analyst', organisations: ['north'] }));
  await vi.waitFor(
    async () => expect((await as('analyst')('POST', '/analytics/questions/patients-count/run')).json?.['rows']).toEqual([[1]]),
    {
      timeout: 30_000,
      interval: 100,
    },
  );
});
afterAll(async () => {
  await here.end();
  await mailbox.close();
});

const as =
  (who: string) =>
  (method: string, path: string, call: Call = {}): Promise<Answer> =>
    here.call(method, path, { token: tokens.get(who), ...call });

const text = (more: object = {}): string =>
  JSON.stringify({ title: 'Patients', question: 'patients-count', schedule: { every: 'week', on: 'monday', at: '07:00' }, formats: ['pdf', 'csv'], ...more }); // biome-ignore format: one report

async function made(name: string, who = 'analyst'): Promise<Json> {
  const asked = await as(who)('POST', `/analytics/reports/${name}/run`);
  expect(asked.status, asked.text).toBe(202);
  let run: Json | undefined;
  await expect
    .poll(
      async () => {
        const { json } = await as(who)('GET', `/analytics/reports/${name}`);
        run = Object.values(json?.['runs'] ?? []).find((one) => one['id'] === asked.json?.['id']);
        return run?.['state'];
      },
      { timeout: 30_000 },
    )
    .not.toBe('waiting');
  return run!;
}

describe('a report', () => {
  test('is kept, is due next Monday at seven, and is made at once where somebody wants it', async () => {
    const kept = await as('analyst')('PUT', '/analytics/reports/patients', { body: { text: text() } });
    expect(kept.status, kept.text).toBe(201);
    const next = new Date(String(kept.json?.['next']));
    expect(next.toLocaleString('en-GB', { timeZone: 'Europe/London', weekday: 'long', hour: '2-digit', minute: '2-digit' })).toMatch(
      /Monday.*07:00/,
    );
    expect(kept.json?.['keeper']).toMatchObject({ current: true });
    const run = await made('patients');
    expect(run).toMatchObject({ state: 'done', outcome: '1 question answered', byHand: true, open: true });
    const files = Object.values(run['files'] ?? []).map((one) => String(one['name']));
    expect(files.map((name) => name.replace(/-[\w-]+\./, '.'))).toEqual(['patients.pdf', 'patients.csv']);
    expect(readdirSync(join(here.server.dataDir, 'reports', 'patients')).sort()).toEqual([...files].sort());
    const at = `/analytics/reports/patients/runs/${String(run['id'])}`;
    const pdf = await as('nurse')('GET', `${at}/${files[0]}`);
    expect([pdf.status, pdf.headers.get('content-type'), pdf.text.slice(0, 5)]).toEqual([200, 'application/pdf', '%PDF-']);
    expect((await as('analyst')('GET', `${at}/${files[1]}`)).text).toContain('# Patients');
    expect((await as('analyst')('GET', `${at}/..%2f..%2flamplight`)).status).toBe(404);
    expect((await as('north')('GET', `${at}/${files[0]}`)).status).toBe(403);
    const { rows } = await here.database.query<{ action: string; outcome: number; query: string }>({
      text: "select action, outcome, query from audit where action in ('report-keep', 'report-ask', 'report-run', 'report-file') order by at",
    });
    expect(rows.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      'report-keep 200', 'report-ask 202', 'report-run 200', 'report-file 200', 'report-file 200', 'report-file 404', 'report-file 403',
    ]); // biome-ignore format: a list
  });

  test('of rows of persons is taken by nobody who may not export them', async () => {
    expect((await as('analyst')('PUT', '/analytics/questions/everybody', { body: { text: '-- title: Everybody\n-- detail: identified\nselect family from patients' } })).status).toBe(201); // biome-ignore format: one call
    expect((await as('analyst')('PUT', '/analytics/reports/persons', { body: { text: text({ question: 'everybody' }) } })).status).toBe(
      201,
    );
    const run = await made('persons');
    const csv = String(Object.values(run['files'] ?? [])[1]?.['name']);
    const at = `/analytics/reports/persons/runs/${String(run['id'])}/${csv}`;
    expect((await as('analyst')('GET', at)).text).toContain('Zzyzx');
    for (const who of ['nurse', 'clinician', 'north']) {
      const answer = await as(who)('GET', at);
      expect([answer.status, answer.text.includes('Zzyzx')], who).toEqual([403, false]);
    }
    const seen = await as('nurse')('GET', '/analytics/reports/persons');
    expect(Object.values(seen.json?.['runs'] ?? [])[0]).toMatchObject({ open: false });
  });

  test('is kept and made by nobody who may not keep questions, and not over what another has changed', async () => {
    for (const who of ['nurse', 'north']) {
      expect((await as(who)('PUT', '/analytics/reports/other', { body: { text: text() } })).status).toBe(403);
      expect((await as(who)('POST', '/analytics/reports/patients/run')).status).toBe(403);
    }
    expect((await as('analyst')('PUT', '/analytics/reports/patients', { body: { text: text({ title: 'Mine' }) } })).status).toBe(409);
    expect((await as('analyst')('PUT', '/analytics/reports/wrong', { body: { text: text({ colour: 'red' }) } })).status).toBe(422);
  });

  test('that comes along has no keeper until somebody keeps it', async () => {
    const { json } = await as('nurse')('GET', '/analytics/reports');
    const one = Object.values(json?.['reports'] ?? []).find(({ name }) => String(name) === 'emergency-weekly');
    expect(one).toMatchObject({ site: false, keeper: null, next: null, last: null });
    expect((await made('situation-brief'))['outcome']).toBe('2 questions answered');
  });

  test('goes with its files', async () => {
    const { json } = await as('analyst')('GET', '/analytics/reports/persons');
    expect((await as('analyst')('DELETE', `/analytics/reports/persons?version=${String(json?.['version'])}`)).status).toBe(204);
    expect(readdirSync(join(here.server.dataDir, 'reports'))).not.toContain('persons');
    expect((await as('analyst')('GET', '/analytics/reports/persons')).status).toBe(404);
  });
});

describe('at once as PDF', () => {
  test('comes a question, and a dashboard, with parameters in the address', async () => {
    for (const path of ['questions/patients-count/pdf', 'dashboards/hospital/pdf', 'dashboards/emergency/pdf?since=-7d']) {
      const { status, text: body, headers } = await as('analyst')('GET', `/analytics/${path}`);
      expect([status, body.slice(0, 5), headers.get('content-type')], `${path} ${body.slice(0, 200)}`).toEqual([
        200,
        '%PDF-',
        'application/pdf',
      ]);
    }
    const wrong = await as('analyst')('GET', '/analytics/dashboards/hospital/pdf?colour=red');
    expect([wrong.status, wrong.json?.['title']]).toEqual([422, 'No question of it has a parameter "colour"']);
    expect((await as('analyst')('GET', '/analytics/dashboards/emergency/pdf?__proto__=x')).status).toBe(422);
  });

  test('is refused as the question itself is', async () => {
    expect((await as('nurse')('GET', '/analytics/questions/patients-count/pdf')).status).toBe(200);
    expect((await as('nurse')('GET', '/analytics/questions/longest-stays/pdf')).status).toBe(403);
    // On a dashboard the reason stands in the place of the tile.
    expect((await as('nurse')('GET', '/analytics/dashboards/emergency/pdf')).status).toBe(200);
  });
});

test('a run tells whom the report names, and the page says what became of it; other domains are refused', async () => {
  const keep = (mail: object) => as('analyst')('PUT', '/analytics/reports/told', { body: { text: text({ mail }) } });
  const stray = await keep({ to: ['eve@evil.example'] });
  expect([stray.status, stray.text]).toEqual([422, expect.stringContaining('evil.example is none of the domains')]);
  expect((await keep({ to: ['ben@hospital.example'], attach: true })).status).toBe(201);
  const run = await made('told');
  await expect
    .poll(
      async () => {
        const { json } = await as('analyst')('GET', '/analytics/reports/told');
        expect(json?.['mailed']).toBe(true);
        return Object.values(json?.['runs'] ?? []).find((one) => one['id'] === run['id'])?.['mail'];
      },
      { timeout: 20_000 },
    )
    .toMatchObject([{ address: 'ben@hospital.example', state: 'sent', says: 'Taken by the mail server' }]);
  expect(mailbox.messages.map(({ to }) => to)).toEqual([['ben@hospital.example']]);
  // What nobody keeps, and what is no address, is refused in words, whatever it is made of.
  const again = (report: string, id: string, address: unknown) =>
    as('analyst')('POST', `/analytics/reports/${report}/runs/${id}/mail`, { body: { address } });
  for (const [report, id, address, status] of [
    ['told', '%00', 'ben@hospital.example', 404],
    ['%00', String(run['id']), 'ben@hospital.example', 404],
    ['told', String(run['id']), 'nobody@hospital.example', 404],
    ['told', String(run['id']), 'ben@hospital.example\r\nBcc: x@hospital.example', 422],
    ['told', String(run['id']), '', 422],
    ['told', String(run['id']), ['ben@hospital.example'], 422],
  ] as const) {
    const { status: got, json, text } = await again(report, id, address);
    expect([address, got, String(json?.['title']).length > 10], text).toEqual([address, status, true]);
  }
  expect(mailbox.messages[0]!.text).toContain('application/pdf');
  const { rows } = await here.database.query<{ outcome: number; query: string }>({
    text: "select outcome, query from audit where action = 'report-mail' order by outcome",
  });
  expect(rows).toEqual([200, 202].map((outcome) => ({ outcome, query: 'told to ben@hospital.example' })));
});
