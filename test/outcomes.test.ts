// How the house does, on a running server: what was written comes out as figures, for whom it should.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../src/database/contract.ts';
import { type Caller, caller } from './calls.ts';
import { databaseOf, type RunningServer, removeFolder, startServer, temporaryFolder, tokenFor } from './running-server.ts';

interface Indicator {
  chart: {
    points: { period: string; value: number | null; numerator: number; denominator: number; left?: string }[];
    signs: unknown[];
    notes: string[];
  };
  wards: { ward: string }[];
  notes: { id: string; words: string }[];
  indicator: { version: string; reviewer: string };
  position: string;
}

describe('outcomes', () => {
  const dataDir = temporaryFolder('outcomes');
  let server: RunningServer;
  let database: Database;
  let call: Caller;
  const as = async (role: Parameters<typeof tokenFor>[1]): Promise<Caller> => caller(server.address, await tokenFor(database, role));
  const ask = async <T>(path: string, who: Caller = call): Promise<{ status: number; value: T }> => {
    const { status, text } = await who('GET', path);
    return { status, value: JSON.parse(text) as T };
  };

  beforeAll(async () => {
    server = await startServer({ dataDir, env: { LAMPLIGHT_WAREHOUSE: 'on', LAMPLIGHT_TIME_ZONE: 'Europe/Berlin' } });
    database = await databaseOf(dataDir);
    call = await as({ role: 'administrator' });
    const put = async (resource: { resourceType: string; id: string; [name: string]: unknown }): Promise<void> => {
      const { status, text } = await call('PUT', `/fhir/${resource.resourceType}/${resource.id}`, { body: resource });
      expect(status, text).toBe(201);
    };
    await put({ resourceType: 'Location', id: 'ward-a', name: 'Ward A', physicalType: { coding: [{ code: 'wa' }] } });
    await put({
      resourceType: 'Location',
      id: 'bed-1',
      name: 'Bed 1',
      partOf: { reference: 'Location/ward-a' },
      physicalType: { coding: [{ code: 'bd' }] },
    });
    for (let n = 0; n < 12; n++) {
      await put({
        resourceType: 'Patient',
        id: `p${n}`,
        gender: 'female',
        birthDate: `19${40 + n}-02-03`,
        name: [{ family: 'Canary' }],
      });
      await put({
        resourceType: 'Encounter',
        id: `e${n}`,
        status: 'finished',
        class: { code: 'IMP' },
        subject: { reference: `Patient/p${n}` },
        // The last of them leaves in April in Berlin, still in March in UTC.
        period: { start: '2026-03-02T08:00:00Z', end: n === 11 ? '2026-03-31T22:30:00Z' : '2026-03-12T08:00:00Z' },
        location: [{ location: { reference: 'Location/bed-1' } }],
        hospitalization: { dischargeDisposition: { coding: [{ code: n === 0 ? 'exp' : 'home' }] } },
      });
    }
    await put({
      resourceType: 'AdverseEvent',
      id: 'fall',
      actuality: 'actual',
      event: { text: 'Fall from bed' },
      severity: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/adverse-event-severity', code: 'moderate' }] },
      subject: { reference: 'Patient/p1' },
      encounter: { reference: 'Encounter/e1' },
      date: '2026-03-05T04:00:00Z',
    });
  }, 120_000);
  afterAll(async () => {
    await database?.close();
    await server?.stop();
    removeFolder(dataDir);
  });

  it('tells within seconds of what was written', async () => {
    await expect
      .poll(
        async () =>
          (await ask<Indicator>('/outcomes/indicators/falls-with-harm?until=2026-05-31')).value.chart?.points.some(
            ({ numerator }) => numerator === 1,
          ),
        { timeout: 30_000 },
      )
      .toBe(true);
  }, 60_000);

  it('counts by local months and wards, and says what it rests on', async () => {
    const { value } = await ask<Indicator>('/outcomes/indicators/in-hospital-mortality?until=2026-05-31');
    expect(value.chart.points.map(({ period, numerator, denominator }) => [period, numerator, denominator])).toEqual([
      ['2026-03', 1, 11],
      ['2026-04', 0, 1],
      ['2026-05', 0, 0],
    ]);
    expect(value.chart.points[1]?.left).toBe('fewer than 10');
    expect(value.wards.map(({ ward }) => ward)).toEqual(['Ward A']);
    expect(value.indicator).toMatchObject({ version: '1', reviewer: 'unreviewed' });
    expect(Number(value.position)).toBeGreaterThan(0);
    const weeks = await ask<Indicator>('/outcomes/indicators/falls-with-harm?until=2026-05-31&step=week&ward=Ward%20A');
    expect(weeks.value.chart.points[0]).toMatchObject({ period: '2026-03-02', numerator: 1 });
  });

  it('shows the rows behind a point to who may export, and to nobody else', async () => {
    const path = '/outcomes/indicators/in-hospital-mortality/rows?period=2026-03&ward=Ward%20A';
    const { value } = await ask<{ rows: { id: string; inNumerator: boolean; patient: string }[] }>(path);
    expect(value.rows).toHaveLength(11);
    expect(value.rows[0]).toMatchObject({ id: 'e0', patient: 'p0', inNumerator: true });
    const nurse = await as({ role: 'nurse' });
    expect((await ask(path, nurse)).status).toBe(403);
    expect((await ask('/outcomes/indicators/in-hospital-mortality', nurse)).status).toBe(200);
    expect((await ask('/outcomes/data-quality/number-known/rows', nurse)).status).toBe(403);
    const patient = await as({ role: 'patient', patients: ['p1'] });
    expect((await ask('/outcomes/indicators', patient)).status).toBe(403);
  });

  it('keeps notes beside a chart, and takes them away again', async () => {
    const note = { indicator: 'falls-with-harm', day: '2026-04-01', words: 'New protocol began', phase: true };
    const headers = { 'content-type': 'application/json' };
    const made = await call('POST', '/outcomes/notes', { headers, body: note });
    expect(made.status, made.text).toBe(201);
    const { value } = await ask<Indicator>('/outcomes/indicators/falls-with-harm?until=2026-05-31');
    expect(value.notes).toMatchObject([{ words: 'New protocol began' }]);
    for (const wrong of [
      { ...note, day: 'soon' },
      { ...note, words: 'a\u0000b' },
      { ...note, indicator: '__proto__' },
      { ...note, words: '' },
      [],
    ])
      expect((await call('POST', '/outcomes/notes', { headers, body: wrong })).status).toBe(400);
    expect((await call('POST', `/outcomes/notes/${value.notes[0]!.id}/end`, { headers, body: {} })).status).toBe(200);
    expect((await ask<Indicator>('/outcomes/indicators/falls-with-harm?until=2026-05-31')).value.notes).toEqual([]);
  });

  it('asks the data, and leads to the rows that fail', async () => {
    const { value } = await ask<{ checks: { id: string; outcome: string; of: number; failures: number }[] }>('/outcomes/data-quality');
    expect(value.checks.find(({ id }) => id === 'number-known')).toMatchObject({ outcome: 'failed', of: 12, failures: 12 });
    expect(value.checks.find(({ id }) => id === 'encounter-patient')).toMatchObject({ outcome: 'passed', of: 12 });
    expect((await ask<{ rows: object[] }>('/outcomes/data-quality/number-known/rows')).value.rows).toHaveLength(12);
  });

  it('says why there is no model, and that a signal is no cause', async () => {
    const expected = await ask<{ title: string }>('/outcomes/expected?outcome=mortality');
    expect([expected.status, expected.value.title]).toEqual([400, expect.stringContaining('a model needs at least 20')]);
    const signals = await ask<{ says: string; reports: number }>('/outcomes/signals?since=2026-01-01&until=2026-05-31');
    expect(signals.value, JSON.stringify(signals)).toMatchObject({ reports: 12, says: expect.stringContaining('not a cause') });
    expect((await ask('/outcomes/signals?kind=devices&since=2026-01-01&until=2026-05-31')).status).toBe(200);
  });

  it('refuses what it does not understand, with a sentence', async () => {
    for (const [path, status] of [
      ['/outcomes/indicators/nothing', 404],
      ['/outcomes/indicators/__proto__', 404],
      ['/outcomes/indicators/clabsi?periods=1000', 400],
      ['/outcomes/indicators/clabsi?until=1e9', 400],
      ['/outcomes/indicators/clabsi?ward=%00', 400],
      ['/outcomes/indicators/clabsi?drop=table', 400],
      ['/outcomes/indicators/clabsi/rows?period=2026', 400],
      ['/outcomes/indicators/clabsi/rows', 400],
      ['/outcomes/indicators/clabsi/rows?period=2026-13', 400],
      ['/outcomes/indicators/clabsi/rows?ward=W1&period=%00', 400],
      ['/outcomes/indicators/ed-door-to-doctor/funnel', 422],
      ['/outcomes/expected?from=2026-05-01&until=2026-01-01', 400],
      ['/outcomes/data-quality/constructor/rows', 404],
    ] as const) {
      const found = await ask<{ title: string }>(path);
      expect([path, found.status]).toEqual([path, status]);
      expect(found.value.title.length).toBeGreaterThan(10);
    }
  });

  it('leaves a row in the audit trail for each question', async () => {
    const { value } = await ask<{ rows: { action: string; query?: string }[] }>('/audit?action=warehouse-summary&count=200');
    expect(JSON.stringify(value)).toContain('outcomes-indicator in-hospital-mortality');
  });
});
