// Registries over a running server, from the record to the list of whom to call: counted once, the same of the tables and of the record; and who may see what.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Caller, caller, type Json, type Stand, stand } from './calls.ts';
import { smallPractice } from './population.fixture.ts';
import { tokenFor } from './running-server.ts';
import { layDown } from './surveillance.fixture.ts';

let here: Stand;
let analyst: Caller;
let nurse: Caller;
let patient: Caller;
const get = async (as: Caller, path: string): Promise<Json> => {
  const { status, json, text } = await as('GET', `/population/${path}`);
  expect(status, text.slice(0, 300)).toBe(200);
  return json!;
};
type Counts = {
  met: number | null;
  gap: number | null;
  unknown: number | null;
  share: { share: number; low: number; high: number } | null;
};
type OneGap = Counts & { id: string; by: Record<string, { value: string; share: Counts }[]> };
type Row = {
  patient: string;
  name: string;
  phone: string;
  outcome: string;
  last: string | null;
  value: number | null;
  due: string | null;
  clinic: string;
};
const gapOf = (json: Json, id: string): OneGap => (json['gaps'] as unknown as OneGap[]).find((each) => each.id === id)!;

beforeAll(async () => {
  here = await stand({ env: { LAMPLIGHT_WAREHOUSE: 'on', LAMPLIGHT_TIME_ZONE: 'UTC' } });
  analyst = caller(here.server.address, await tokenFor(here.database, { role: 'analyst' }));
  nurse = caller(here.server.address, await tokenFor(here.database, { role: 'nurse' }));
  patient = caller(here.server.address, await tokenFor(here.database, { role: 'patient', patients: ['pop-p0'] }));
  await layDown(here.call, smallPractice());
  // Asked of everything that was written, not of counts that are kept for a while.
  await vi.waitFor(
    async () => {
      const { json } = await analyst('GET', '/population/registries/diabetes/patients?gap=eye');
      expect((json?.['rows'] as unknown as Row[] | undefined)?.map(({ outcome }) => outcome).sort()).toEqual([
        ...Array(11).fill('gap'),
        'met',
      ]);
    },
    { timeout: 30_000, interval: 500 },
  );
}, 120_000);
afterAll(() => here.end());

test('a registry has its size, and of each gap what is met, open and could not be told, with an interval', async () => {
  const one = await get(analyst, 'registries/diabetes');
  expect(one['members']).toBe(12);
  expect(gapOf(one, 'hba1c-6-months')).toMatchObject({ met: 4, gap: 8, unknown: 0 });
  expect(gapOf(one, 'hba1c-below-8')).toMatchObject({ met: 3, gap: 1, unknown: 8 });
  expect(gapOf(one, 'blood-pressure')).toMatchObject({ met: 4, gap: 0, unknown: 8 });
  const { share } = gapOf(one, 'hba1c-6-months');
  // Wilson's interval of 4 of 12.
  expect([share?.share, share?.low, share?.high]).toEqual([expect.closeTo(1 / 3, 9), expect.closeTo(0.138, 3), expect.closeTo(0.609, 3)]);
  expect(gapOf(one, 'eye').by['clinic']).toMatchObject([
    { value: 'Hilltop Clinic', share: { met: 1, gap: 1 } },
    { value: 'Riverside Clinic', share: { met: 0, gap: 10 } },
  ]);
});

test('small numbers are kept back from whoever may not see rows', async () => {
  const one = await get(nurse, 'registries/diabetes');
  expect(one['members']).toBe(12);
  for (const { met, gap, unknown, by } of one['gaps'] as unknown as OneGap[])
    for (const count of [met, gap, unknown, ...by['clinic']!.flatMap(({ share }) => [share.met, share.gap, share.unknown])])
      expect(count === null || count === 0 || count >= 5).toBe(true);
});

test('the overview has the months before: nobody had an HbA1c a year ago', async () => {
  const { registries } = await get(analyst, 'registries?months=12');
  const { trend } = (registries as unknown as { name: string; trend: { day: string; members: number; met: number }[] }[]).find(
    ({ name }) => name === 'diabetes',
  )!;
  expect(trend.length).toBe(13);
  expect([trend[0]?.members, trend.at(-1)?.members]).toEqual([12, 12]);
  expect(trend[0]!.met).toBeLessThan(trend.at(-1)!.met);
});

test('the list says whom to call; the nurse sees the same of a practitioner’s patients, in the record', async () => {
  const all = (await get(analyst, 'registries/diabetes/patients?gap=hba1c-below-8&outcome=gap'))['rows'] as unknown as Row[];
  expect(all).toMatchObject([
    { patient: 'pop-p3', name: 'REGISTERED3, Ben', phone: '+1-555-0113', value: 9.4, clinic: 'Riverside Clinic' },
  ]);
  // The trail of whom it shows has it, and of nobody else.
  const shown = async (id: string): Promise<unknown> =>
    (await here.call('GET', `/audit?patient=${id}&action=population-rows`)).json?.['rows'];
  expect(await shown('pop-p3')).toContainEqual(
    expect.objectContaining({ query: expect.stringContaining('gap=hba1c-below-8&outcome=gap') }),
  );
  expect(JSON.stringify(await shown('pop-p4'))).not.toContain('gap=hba1c-below-8&outcome=gap');
  const refused = await nurse('GET', '/population/registries/diabetes/patients?gap=eye');
  expect([refused.status, String(refused.json?.['title'])]).toEqual([403, expect.stringContaining('name a practitioner')]);
  const plain = ({ patient: id, outcome, last, value, due }: Row) => [id, outcome, last, value, due];
  for (const gap of ['eye', 'hba1c-below-8', 'blood-pressure', 'hba1c-6-months']) {
    const path = `registries/diabetes/patients?gap=${gap}&practitioner=pop-dr1`;
    const [exported, own] = [await get(analyst, path), await get(nurse, path)];
    expect([exported['from'], own['from']]).toEqual(['export', 'record']);
    const of = (json: Json): unknown[] => (json['rows'] as unknown as Row[]).map(plain).sort();
    expect(of(own)).toEqual(of(exported));
    expect(of(own).length).toBe(2);
  }
});

test('one patient has their registries and gaps, as the record shows them', async () => {
  const { registries } = await get(nurse, 'patient/pop-p3');
  const diabetes = (registries as unknown as { name: string; gaps: { gap: string; outcome: string; value: number | null }[] }[]).find(
    ({ name }) => name === 'diabetes',
  )!;
  expect(diabetes.gaps.find(({ gap }) => gap === 'hba1c-below-8')).toMatchObject({ outcome: 'gap', value: 9.4 });
  expect(diabetes.gaps.find(({ gap }) => gap === 'blood-pressure')).toMatchObject({ outcome: 'met', value: 124 });
  expect((await nurse('GET', '/population/patient/nobody')).status).toBe(404);
  expect((await patient('GET', '/population/patient/pop-p0')).status).toBe(403);
});

test('rates are by area and standardised, and say that the people are made up', async () => {
  const { rows, madeUp } = await get(analyst, 'registries/diabetes/rates');
  expect(madeUp).toBe(true);
  expect(rows).toMatchObject([{ area: '00003', members: 12, onRecord: 14 }]);
  const [{ crude, standardised }] = rows as unknown as [{ crude: number; standardised: { value: number; lower: number; upper: number } }];
  expect(crude).toBeGreaterThan(0);
  expect(standardised.lower).toBeLessThan(standardised.value);
  expect(standardised.upper).toBeGreaterThan(standardised.value);
});

test('what is asked wrongly is refused in words', async () => {
  for (const [path, status] of [
    ['registries?months=13', 400],
    ['registries?wish=1', 400],
    ['registries/plague', 404],
    ['registries/__proto__', 404],
    ['registries/diabetes/patients', 400],
    ['registries/diabetes/patients?gap=none', 404],
    ['registries/diabetes/patients?gap=eye&outcome=constructor', 400],
    ['registries/diabetes/patients?gap=eye&clinic=%00', 400],
    ["registries/diabetes/patients?gap=eye&practitioner=a'b", 400],
  ] as const) {
    const { status: got, json } = await analyst('GET', `/population/${path}`);
    expect([path, got]).toEqual([path, status]);
    expect(String(json?.['title']).length).toBeGreaterThan(10);
  }
});
