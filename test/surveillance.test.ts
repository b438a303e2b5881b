// Surveillance over a running server, from the record to the alert: counted by local days, alarmed once, told with its reason; and who may see what.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Caller, caller, type Json, type Stand, stand } from './calls.ts';
import { tokenFor } from './running-server.ts';
import { dayBack, layDown, smallHospital } from './surveillance.fixture.ts';

let here: Stand;
let analyst: Caller;
let nurse: Caller;
const polled = { timeout: 30_000, interval: 500 };
const headers = { 'content-type': 'application/json' };
const get = async (as: Caller, path: string): Promise<Json> => {
  const { status, json, text } = await as('GET', `/surveillance/${path}`);
  expect(status, text.slice(0, 300)).toBe(200);
  return json!;
};

const audit = async (wish: string): Promise<Json> => {
  const { status, json, text } = await here.call('GET', `/audit?${wish}`);
  expect(status, text.slice(0, 300)).toBe(200);
  return json!;
};

beforeAll(async () => {
  here = await stand({ env: { LAMPLIGHT_WAREHOUSE: 'on', LAMPLIGHT_TIME_ZONE: 'UTC' } });
  analyst = caller(here.server.address, await tokenFor(here.database, { role: 'analyst' }));
  nurse = caller(here.server.address, await tokenFor(here.database, { role: 'nurse' }));
  await layDown(here.call, smallHospital());
  await vi.waitFor(async () => {
    const { json } = await analyst('GET', `/surveillance/suspected?from=${dayBack(70)}`);
    const { json: series } = await analyst('GET', `/surveillance/series?syndrome=gastrointestinal&from=${dayBack(1)}`);
    const [day] = Object.values(series?.['days'] ?? {});
    expect([json?.['cases']?.['length'], day?.['visits'], day?.['count']]).toEqual([2, 13, 10]);
  }, polled);
}, 120_000);
afterAll(() => here.end());

describe('a series', () => {
  test('has every local day, zeros too, with all visits beside it, and today is not complete', async () => {
    const { days, method, instead } = await get(analyst, `series?syndrome=gastrointestinal&from=${dayBack(9)}`);
    const list = days as unknown as { day: string; count: number; visits: number; incomplete: boolean }[];
    expect(list.map(({ day }) => day)).toEqual(Array.from({ length: 10 }, (_, i) => dayBack(9 - i)));
    // Every fifth complaint is N/V/D; nine, seven and five came with the rise.
    const usual = (back: number): number => [0, 1, 2, 3].filter((nth) => (back + nth) % 5 === 3).length;
    expect(list.slice(0, 9).map(({ count }) => count)).toEqual(Array.from({ length: 9 }, (_, i) => usual(9 - i) + ([9, 7, 5][8 - i] ?? 0)));
    expect(list.at(-2)).toMatchObject({ visits: 13, incomplete: false });
    expect(list.at(-1)).toMatchObject({ count: 0, visits: 0, incomplete: true });
    expect([method, instead]).toEqual(['weeks-before', expect.stringContaining('needs two')]);
  });

  test('keeps small numbers of parts back from whoever may not see rows', async () => {
    const path = `series?syndrome=gastrointestinal&from=${dayBack(2)}&area=00003`;
    const counted = async (as: Caller): Promise<unknown[]> => {
      const { days } = await get(as, path);
      return (days as unknown as { count: number | null }[]).map(({ count }) => count);
    };
    const exact = (await counted(analyst)) as number[];
    expect(exact[1]).toBeGreaterThanOrEqual(9);
    expect(await counted(nurse)).toEqual(exact.map((count) => (count > 0 && count < 5 ? null : count)));
    const small = `series?syndrome=fever&from=${dayBack(40)}&area=00001`;
    const ofNurse = (await get(nurse, small))['days'] as unknown as { count: number | null }[];
    expect(ofNurse.some(({ count }) => count === null)).toBe(true);
    expect(ofNurse.some(({ count }) => count !== null && count > 0 && count < 5)).toBe(false);
  });

  test('is refused in words where it is asked wrongly', async () => {
    for (const [path, status] of [
      ['series?syndrome=plague', 404],
      ['series?syndrome=fever&from=2026-02-30', 400],
      ['series?syndrome=fever&method=__proto__', 400],
      ['series?syndrome=fever&class=EVERY', 400],
      ['series?syndrome=fever&area=%00', 400],
      ['series?syndrome=fever&wish=1', 400],
      ['series?syndrome=fever&from=1900-01-01', 400],
      ['notes?from=0000-01-01&to=0000-01-05', 400],
      ['nowcast?syndrome=fever&intervalMean=1', 400],
    ] as const) {
      const { status: got, json } = await analyst('GET', `/surveillance/${path}`);
      expect([path, got]).toEqual([path, status]);
      expect(String(json?.['title']).length).toBeGreaterThan(10);
    }
  });
});

describe('boundaries', () => {
  test('are given to whoever may look, once, and belong to the areas of the counts', async () => {
    const first = await nurse('GET', '/surveillance/boundaries');
    expect([first.status, first.headers.get('content-type'), first.headers.get('cache-control')]).toEqual([
      200,
      expect.stringContaining('application/geo+json'),
      'private, no-cache',
    ]);
    const features = first.json?.['features'] as unknown as { id: string; geometry: { type: string } }[];
    const { rows } = await get(analyst, `areas?syndrome=gastrointestinal&from=${dayBack(9)}`);
    const drawn = new Set(features.map(({ id }) => id));
    expect((rows as unknown as { area: string }[]).filter(({ area }) => !drawn.has(area))).toEqual([]);
    const again = await nurse('GET', '/surveillance/boundaries', { headers: { 'if-none-match': first.headers.get('etag')! } });
    expect([again.status, again.text]).toEqual([304, '']);
    const patient = caller(here.server.address, await tokenFor(here.database, { role: 'patient', patients: ['sv-p1'] }));
    expect((await patient('GET', '/surveillance/boundaries', { headers: { 'if-none-match': first.headers.get('etag')! } })).status).toBe(
      403,
    );
  });
});

describe('alerts', () => {
  const rising = async (as: Caller): Promise<Json> => {
    const { alerts } = await get(as, 'alerts');
    const found = (alerts as unknown as Json[]).find(
      ({ syndrome, facet }) => String(syndrome) === 'gastrointestinal' && String(facet) === 'all',
    );
    expect(found).toBeDefined();
    return found!;
  };

  test('name the rise, how rare it is, and the town that it is in', async () => {
    const alert = await rising(analyst);
    expect(alert).toMatchObject({ last: dayBack(1), open: true, state: 'new', class: 'EMER' });
    expect(Number(alert['recurrenceDays'])).toBeGreaterThan(100);
    expect(alert['parts'] as unknown as object[]).toContainEqual(expect.objectContaining({ facet: 'area', value: '00003' }));
  });

  test('bear what was said of them, also when the run has grown, and are not raised anew', async () => {
    const { first, last } = await rising(analyst);
    const note = {
      syndrome: 'gastrointestinal',
      class: 'EMER',
      facet: 'all',
      value: '',
      first,
      last,
      state: 'investigating',
      words: 'Called the school',
    };
    const post = (as: Caller, body: object) => as('POST', '/surveillance/notes', { headers, body });
    expect((await post(analyst, note)).status).toBe(200);
    expect(await rising(nurse)).toMatchObject({ state: 'investigating', notes: [{ words: 'Called the school', by: { role: 'analyst' } }] });
    // Said of other days: another event.
    expect((await post(analyst, { ...note, first: dayBack(60), last: dayBack(59), state: 'new', words: '' })).status).toBe(200);
    expect(await rising(analyst)).toMatchObject({ state: 'investigating' });
    expect((await post(analyst, { ...note, state: 'explained', words: 'why' })).status).toBe(400);
    expect((await post(analyst, { ...note, state: 'explained', words: 'A norovirus at the school fair' })).status).toBe(200);
    expect(await rising(analyst)).toMatchObject({ state: 'explained' });
    const { alerts } = await get(analyst, 'alerts');
    expect((alerts as unknown as Json[]).filter(({ syndrome, facet }) => `${syndrome} ${facet}` === 'gastrointestinal all')).toHaveLength(
      1,
    );
    expect((await post(nurse, note)).status).toBe(403);
    expect((await post(analyst, { ...note, syndrome: 'nothing' })).status).toBe(404);
    expect((await post(analyst, { ...note, words: `a${'\0'}bbbbbbbbbbbb` })).status).toBe(400);
  });
});

test('a line list is for whoever may export, leads to charts and says why each row is counted', async () => {
  const path = `linelist?syndrome=gastrointestinal&from=${dayBack(1)}&to=${dayBack(1)}`;
  const { rows, more } = await get(analyst, path);
  const list = rows as unknown as Json[];
  expect(more).toBe(false);
  expect(list.length).toBeGreaterThanOrEqual(9);
  expect(list.find(({ complaint }) => String(complaint).startsWith('vomitting'))).toMatchObject({
    patient: expect.stringMatching(/^sv-p\d+$/),
    words: expect.arrayContaining(['vomitting']),
    area: '00003',
  });
  for (const closed of [path, 'suspected']) expect((await nurse('GET', `/surveillance/${closed}`)).status).toBe(403);
});

test('suspected cases are told with their reasons and when they are due', async () => {
  const { cases } = await get(analyst, `suspected?from=${dayBack(30)}`);
  const list = cases as unknown as Json[];
  expect(list.map(({ condition }) => String(condition)).sort()).toEqual(['hepatitis-a', 'measles']);
  expect(list.find(({ condition }) => String(condition) === 'measles')).toMatchObject({
    patient: 'sv-p14',
    encounter: 'sv-e2-0',
    reasons: [{ kind: 'diagnosis', resource: 'Condition/sv-measles', code: 'B05.9' }],
  });
  expect(list.find(({ condition }) => String(condition) === 'hepatitis-a')).toMatchObject({
    reasons: [{ resource: 'Observation/sv-lab0' }],
  });
});

test('areas, clusters and the nowcast answer over the same days', async () => {
  const query = `syndrome=gastrointestinal&from=${dayBack(65)}`;
  const areas = await get(analyst, `areas?${query}`);
  const town = (areas['rows'] as unknown as Json[]).find(({ area }) => String(area) === '00003');
  expect(Number(town?.['ratio']?.['value'])).toBeGreaterThan(1.5);
  expect(areas['madeUp']).toBe(true);
  const kept = (await get(nurse, `areas?syndrome=fever&from=${dayBack(6)}`))['rows'] as unknown as { cases: number | null }[];
  expect(kept.some(({ cases }) => cases !== null && cases > 0 && cases < 5)).toBe(false);
  const [cluster] = (await get(analyst, `clusters?${query}`))['clusters'] as unknown as Json[];
  expect(cluster).toMatchObject({ areas: ['00003'], last: dayBack(1) });
  expect(Number(cluster?.['p'])).toBeLessThan(0.01);
  const late = await get(analyst, `nowcast?${query}`);
  expect(late['growth']).toMatchObject({ days: 21 });
  expect((late['reproduction'] as unknown as object[]).length).toBeGreaterThan(10);
});

test('every look leaves its row in the audit trail; a patient is not let in', async () => {
  for (const action of ['surveillance-look', 'areas-look', 'surveillance-rows', 'surveillance-note']) {
    const { json, text } = await here.call('GET', `/audit?action=${action}`);
    expect(json?.['rows']?.['length'], text.slice(0, 300)).toBeGreaterThan(0);
  }
  const patient = caller(here.server.address, await tokenFor(here.database, { role: 'patient', patients: ['sv-p3'] }));
  expect((await patient('GET', '/surveillance/alerts')).status).toBe(403);
});

test('whoever was shown is named in the trail: of a suspected case, and of a line list', async () => {
  const trailOf = async (id: string): Promise<string[]> => {
    const { rows } = await audit(`patient=${id}&action=surveillance-rows`);
    return (rows as unknown as { query: string }[]).map(({ query }) => query);
  };
  const day = dayBack(1);
  const line = `syndrome=gastrointestinal&from=${day}&to=${day}`;
  const { rows } = await get(analyst, `linelist?${line}`);
  await get(analyst, `suspected?from=${dayBack(29)}`);
  expect(await trailOf('sv-p14')).toContain(`from=${dayBack(29)}`);
  const listed = (rows as unknown as { patient: string }[]).map((one) => one.patient);
  expect(await trailOf(listed[0]!)).toContain(line);
  // What shows nobody names nobody.
  const everybody = await audit('action=surveillance-look&patient=sv-p14');
  expect(everybody['rows']?.['length']).toBe(0);
});

test('counts are judged by their share of all visits where that is asked, and by methods that can', async () => {
  const wish = `syndrome=gastrointestinal&from=${dayBack(27)}`;
  const [counts, share] = [await get(analyst, `series?${wish}`), await get(analyst, `series?${wish}&of=visits`)];
  expect([counts['share'], share['share']]).toEqual([false, true]);
  expect(JSON.stringify(share['days'])).toBe(JSON.stringify(counts['days']));
  const bounds = (of: Json): string[] => Object.values(of['steps'] ?? {}).map((step) => String(step['upperbound']));
  expect(bounds(share)).not.toEqual(bounds(counts));
  expect((await get(analyst, 'alerts?of=visits'))['share']).toBe(true);
  for (const wrong of ['of=people', 'of=visits&method=rki'])
    expect((await analyst('GET', `/surveillance/alerts?${wrong}`)).status, wrong).toBe(400);
});
