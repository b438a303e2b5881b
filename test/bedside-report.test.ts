// Reports of the bedside: what happened there, counted; for those who answer for it, with small numbers kept honest.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, caller, type Stand, stand } from './calls.ts';
import { runCommand, tokenFor } from './running-server.ts';

let world: Stand;
let pharmacist: Caller;
let nurse: Caller;

/** Doses as they are noted; `n` of each. */
async function happened(n: number, more: Record<string, unknown>): Promise<void> {
  const row = {
    asked: 'administer',
    verdict: 'allow',
    outcome: 'given',
    band: true,
    drug: true,
    reasons: [],
    unscannable: [],
    before_order: false,
    ...more,
  };
  const names = Object.keys(row);
  for (let i = 0; i < n; i++)
    await world.database.query({
      text: `insert into bedside_event (id, at, session, ${names.join(', ')}) values (gen_random_uuid(), '2026-03-05T10:00:00Z', $1, ${names.map((_, at) => `$${at + 2}`).join(', ')})`,
      values: [more['session'] ?? Buffer.from(`${JSON.stringify(more)} ${i}`), ...Object.values(row)].filter(
        (_, at) => names[at - 1] !== 'session',
      ) as never[],
    });
}
const report = async (query: string, as = pharmacist) => as('GET', `/medication/reports?${query}`);
const march = 'from=2026-03-01&to=2026-04-01';

beforeAll(async () => {
  world = await stand();
  pharmacist = caller(world.server.address, await tokenFor(world.database, { role: 'pharmacist' }));
  nurse = caller(world.server.address, await tokenFor(world.database, { role: 'nurse' }));
  await happened(196, { ward: 'Location/a', off_minutes: 10, window_minutes: 60 });
  await happened(4, { ward: 'Location/a', band: false, not_scanned: 'patient-isolated', off_minutes: 90, window_minutes: 60 });
  await happened(3, {
    ward: 'Location/b',
    drug: false,
    not_scanned: 'no-barcode',
    unscannable: ['not-known 00300000000014'],
    reasons: ['block product-not-known'],
  });
  await happened(5, {
    asked: 'scan',
    outcome: null,
    verdict: 'block',
    ward: 'Location/a',
    reasons: ['block wrong-drug', 'warn wristband-missing'],
  });
  await happened(2, { verdict: 'warn', ward: 'Location/a', reasons: ['warn late'], reason_code: 'in words' });
}, 120_000);
afterAll(() => world?.end());

describe('GET /medication/reports', () => {
  it('counts scans against the target, and judges only where there are enough', async () => {
    const { json, text } = await report(`${march}&ward=Location/a`);
    expect(json, text).toMatchObject({
      doses: 202,
      scanRate: { patients: { count: 198, of: 202, target: 0.95, judged: 'met' }, drugs: { count: 202, of: 202, judged: 'met' } },
      onTime: { all: { count: 196, of: 200 }, late: { count: 4 }, early: { count: 0 } },
      notScanned: [{ reason: 'patient-isolated', times: 4 }],
    });
    const small = (await report(`${march}&ward=b`)).json!;
    expect(small['scanRate']!['drugs']).toMatchObject({ count: 0, of: 3, few: true, judged: 'not certain' });
    const none = (await report('from=2025-03-01&to=2025-04-01')).json!;
    expect(none['scanRate']!['patients']).toEqual({ count: 0, of: 0, target: 0.95 });
  });

  it('tells near misses that were heeded from warnings gone on with, and steps of the work from both', async () => {
    const { json } = await report(march);
    expect(json!['nearMisses']).toEqual([
      { code: 'wrong-drug', severity: 'block', seen: 5, heeded: expect.objectContaining({ count: 5, of: 5, few: true }) },
      { code: 'product-not-known', severity: 'block', seen: 3, heeded: expect.objectContaining({ count: 0, of: 3 }) },
      { code: 'late', severity: 'warn', seen: 2, heeded: expect.objectContaining({ count: 0, of: 2 }) },
    ]);
    expect(json!['overrides']).toContainEqual({ code: 'late', reason: 'in words', times: 2 });
    expect(json!['unscannable']).toEqual([{ product: '00300000000014', why: 'not-known', times: 3 }]);
  });

  it('is a table for spreadsheets too', async () => {
    const { text, headers } = await report(`${march}&format=csv`);
    expect(headers.get('content-type')).toContain('text/csv');
    expect(text.split('\r\n')[0]).toBe('part,name,detail,count,of,share,low,high,judged');
    expect(text).toContain('unscannable,00300000000014,not-known,3,');
  });

  it('refuses what it does not understand', async () => {
    for (const query of [
      '',
      'from=x&to=y',
      'from=2026-01-01&to=2028-01-01',
      'from=2026-02-01&to=2026-01-01',
      `${march}&ward=a'b`,
      `${march}&ward=%00`,
      `${march}&format=xml`,
      `${march}&constructor=1`,
    ])
      expect((await report(query)).status, query).toBe(400);
  });

  it('counts what is scanned, and keeps no number that may be of a person', async () => {
    const patient = await world.call('POST', '/fhir/Patient', { body: { resourceType: 'Patient', identifier: [{ value: 'MRN-5' }] } });
    await nurse('POST', '/medication/scan', {
      body: { patient: `Patient/${String(patient.json!['id'])}`, scans: [']C0SECRET-NUMBER-77', ']C0MRN-5'] },
    });
    const today = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    const tomorrow = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
    await expect
      .poll(async () => (await report(`from=${today}&to=${tomorrow}`)).json!['unscannable'])
      .toEqual([{ why: 'not-known', times: 1 }]);
    const { rows } = await world.database.query<{ row: string }>({
      text: `select row_to_json(bedside_event)::text as row from bedside_event where at > '2026-04-01'`,
    });
    expect(rows).toHaveLength(1);
    expect(rows[0]!.row).not.toMatch(/SECRET|MRN-5/);
  });
});

describe('lamplight medication report', () => {
  const asked = (...args: string[]) => runCommand(['medication', 'report', ...args], { DATABASE_URL: world.url });

  it('prints the same from the database, and says so where nothing was recorded', async () => {
    const all = await asked('--from', '2026-03-01', '--to', '2026-04-01', '--ward', 'Location/a');
    expect(all.status, all.stderr).toBe(0);
    expect(all.stdout).toMatch(/^202 doses recorded at the bedside from 2026-03-01 to 2026-04-01 in Location\/a/);
    expect(all.stdout).toMatch(/on time +196 of 200/);
    const none = await asked('--from', '2025-03-01', '--to', '2025-04-01');
    expect(none.stdout.trim()).toBe('0 doses recorded at the bedside from 2025-03-01 to 2025-04-01 in all wards');
    expect(none.stderr).toContain('POST /medication/administer');
    const wrong = await asked('--from', '2026-04-01', '--to', '2026-03-01');
    expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining('to lies behind from')]);
  });
});
