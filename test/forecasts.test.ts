// Forecasts of arrivals, beds and staff as a site manager's program asks for them: on the record, by the tables, over HTTP.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, type Json, type Stand, stand } from './calls.ts';
import { smallHospital } from './forecast-hospital.ts';
import { tokenFor } from './running-server.ts';

const patience = { timeout: 60_000, interval: 500 };

const listOf = (json: Json | undefined): Json[] => (Array.isArray(json) ? json : []);

describe('forecasts on the record', () => {
  let it: Stand;
  const get = (path: string, token?: string): Promise<Answer> => it.call('GET', `/forecasts/${path}`, token === undefined ? {} : { token });
  const at = (json: Json | undefined, ...names: (string | number)[]): Json => names.reduce((found, name) => found![name as string]!, json!);

  beforeAll(async () => {
    it = await stand({ env: { LAMPLIGHT_WAREHOUSE: 'on' } });
  }, 60_000);
  afterAll(async () => {
    await it?.end();
  });

  test('of an empty record say what is missing instead of numbers', async () => {
    await expect.poll(async () => (await get('arrivals')).status, patience).toBe(200);
    const { json } = await get('arrivals');
    expect(json?.['forecast']).toBeNull();
    expect(String(at(json, 'missing', 0))).toContain('no arrival at an emergency department');
    expect((await get('census')).json?.['wards']).toEqual([]);
  });

  describe('of ninety days', () => {
    beforeAll(async () => {
      const all = smallHospital({ days: 90, daily: 20, now: new Date(), seed: 3 });
      for (let from = 0; from < all.length; from += 500) {
        const entry = all.slice(from, from + 500).map((resource) => {
          const { resourceType, id } = resource as { resourceType: string; id: string };
          return { resource, request: { method: 'PUT', url: `${resourceType}/${id}` } };
        });
        expect((await it.call('POST', '/fhir', { body: { resourceType: 'Bundle', type: 'transaction', entry } })).status).toBe(200);
      }
    }, 100_000);

    test('are of the tables as they are some seconds later', { timeout: 120_000 }, async () => {
      const { rows } = await it.database.query<{ head: bigint }>({ text: 'select max(position)::int8 as head from change' });
      const position = async (): Promise<number> => Number((await get('census')).json?.['position']);
      await expect.poll(position, { timeout: 100_000, interval: 1_000 }).toBeGreaterThanOrEqual(Number(rows[0]!.head));
      expect(listOf((await get('census')).json?.['wards'])).toHaveLength(3);
    });

    test('tell 28 days and 48 hours of arrivals with intervals, their error in the past beside the seasonal naive, and of when they are', async () => {
      const analyst = await tokenFor(it.database, { role: 'analyst' });
      await expect
        .poll(async () => at((await get('arrivals', analyst)).json, 'forecast'), { ...patience, timeout: 120_000 })
        .not.toBeNull();
      const { json } = await get('arrivals', analyst);
      expect(Date.parse(String(json?.['asOf']))).toBeGreaterThan(Date.now() - 300_000);
      expect(Number(json?.['position'])).toBeGreaterThan(0);
      const found = at(json, 'forecast');
      expect(found['days']).toHaveLength(28);
      expect(at(found, 'hours', 'starts')).toHaveLength(48);
      expect(Number(at(found, 'mean', 8))).toBeGreaterThan(14);
      expect(Number(at(found, 'mean', 8))).toBeLessThan(27);
      expect(Number(at(found, 'intervals', 1, 'upper', 8))).toBeGreaterThan(Number(at(found, 'intervals', 0, 'upper', 8)));
      expect(found['preferred']).toBe('combination');
      const past = at(found, 'past');
      expect(Number(at(past, 'combination', 'mase'))).toBeLessThan(Number(at(past, 'seasonalNaive', 'mase')));
      expect(at(past, 'combination', 'intervals')).toHaveLength(2);
    });

    test('tell the beds of each ward, and with fewer beds and more arrivals a ward is full sooner', async () => {
      const analyst = await tokenFor(it.database, { role: 'analyst' });
      const { json } = await get('what-if?arrivals=1.5&beds=-8&ward=fc-medical&stay=0.5', analyst);
      const ward = (side: string): Json => listOf(at(json, side, 'wards')).find((each) => String(each['id']) === 'fc-medical')!;
      const [base, changed] = [ward('asItIs'), ward('whatIf')];
      expect(base['beds']).toBe(12);
      expect(changed['beds']).toBe(4);
      expect(base['mean']).toHaveLength(168);
      expect(Number(at(changed, 'mean', 100))).toBeGreaterThan(Number(at(base, 'mean', 100)));
      expect(Number(at(changed, 'overfull', 100))).toBeGreaterThan(Number(at(base, 'overfull', 100)));
      expect(Number(at(base, 'p05', 50))).toBeLessThanOrEqual(Number(at(base, 'p95', 50)));
      expect(at((await get('past', analyst)).json, 'census', 'wards', 0, 'coverage')).toHaveLength(2);
    });

    test('warn of a surge by the threshold of the site, and say how such warnings would have done', async () => {
      const analyst = await tokenFor(it.database, { role: 'analyst' });
      const { json } = await get('surge?threshold=15&chance=0.5', analyst);
      expect(at(json, 'surge', 'threshold')).toBe(15);
      expect(at(json, 'surge', 'days', 1, 'warned')).toBe(true);
      const record = at(json, 'surge', 'record');
      expect(Number(record['found']) + Number(record['missed'])).toBe(Number(record['surges']));
    });

    test('set staff needed beside staff planned, which a manager changes, and the audit trail says who', async () => {
      const staff = [
        { ward: 'fc-medical', shift: 'early', role: 'nurse', planned: 1, patientsPerNurse: 4 },
        { ward: 'fc-ed', shift: 'late', role: 'clinician', planned: 1 },
      ];
      const nurse = await tokenFor(it.database, { role: 'nurse' });
      expect((await it.call('PUT', '/forecasts/plan', { token: nurse, body: { staff, rules: { surgeThreshold: 33 } } })).status).toBe(200);
      const analyst = await tokenFor(it.database, { role: 'analyst' });
      const { json } = await get('staffing', analyst);
      const gap = listOf(json?.['nurses']).find((row) => String(row['ward']) === 'fc-medical' && String(row['shift']) === 'early')!;
      expect(gap['patientsPerNurse']).toBe(4);
      expect(Number(gap['gap'])).toBe(Number(gap['needed']) - 1);
      expect(Number(at(json, 'hours', 3, 'seenPercent'))).toBeGreaterThanOrEqual(95);
      expect(at((await get('surge', analyst)).json, 'surge', 'threshold')).toBe(33);
      const { rows } = await it.database.query<{ query: string }>({
        text: `select query from audit where action = 'forecast-plan' and role = 'nurse'`,
      });
      expect(rows[0]?.query).toContain('fc-medical');
    });
  });

  test.each([
    ['beds=ten', 400],
    ['beds=-99999', 400],
    ['arrivals=0', 400],
    ['colour=red', 400],
    ['ward=no-such-ward', 404],
    ['ward=%00', 400],
  ])('refuse what-if?%s', async (query, status) => {
    expect((await get(`what-if?${query}`)).status).toBe(status);
  });

  test.each<object>([
    {},
    { staff: [{ ward: 'x', shift: 'noon', role: 'nurse', planned: 1 }] },
    { staff: [{ ward: 'x\u0000', shift: 'early', role: 'nurse', planned: 1 }] },
    { staff: [{ ward: 'x', shift: 'early', role: 'nurse', planned: 1.5 }] },
    { rules: { __proto__x: 1 } },
    { rules: { constructor: 1 } },
    { rules: { surgeChance: 7 } },
  ])('refuse a plan of %j', async (body) => {
    expect((await it.call('PUT', '/forecasts/plan', { body })).status).toBe(400);
  });

  test('are not for patients, and a plan is not changed by who only looks', async () => {
    const patient = await tokenFor(it.database, { role: 'patient', patients: ['fc-p1'] });
    for (const path of ['arrivals', 'census', 'staffing', 'plan', 'what-if']) expect((await get(path, patient)).status).toBe(403);
    const analyst = await tokenFor(it.database, { role: 'analyst' });
    expect((await it.call('PUT', '/forecasts/plan', { token: analyst, body: { rules: { surgeChance: 0.2 } } })).status).toBe(403);
    const { rows } = await it.database.query<{ outcome: number }>({
      text: `select outcome from audit where action = 'forecast-plan' and role = 'analyst'`,
    });
    expect(rows.map(({ outcome }) => outcome)).toContain(403);
  });
});
