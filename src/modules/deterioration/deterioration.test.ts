import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Observation } from '../../fhir/generated/types.ts';
import { validateStructure } from '../../fhir/structure/validate.ts';
import { readBandedScore } from '../../methods/banded-score-file.ts';
import { ChartInMemory } from '../chart.fixture.ts';
import { deterioration } from './deterioration.ts';

const news2 = readBandedScore(JSON.parse(readFileSync(new URL('../../../knowledge/deterioration/news2.json', import.meta.url), 'utf8')));
if (!news2.ok) throw new Error(news2.problem.message);
const watch = deterioration([news2.value]);

const day = '2026-11-22';
const loinc = 'http://loinc.org';
const ours = 'http://lamplight.example/CodeSystem/vital-sign';
let chart: ChartInMemory;
let count = 0;

interface Sign {
  id?: string;
  at?: string;
  patient?: string;
  status?: string;
}

/** One vital sign at a time of the day, for example `sign('9279-1', 16, '/min', { at: '08:00' })`. */
function sign(
  code: string,
  value: number | string | undefined,
  unit = '',
  { id, at = '08:00', patient = 'ada', status = 'final' }: Sign = {},
): Observation {
  return {
    resourceType: 'Observation',
    id: id ?? `o${++count}`,
    status,
    code: { coding: [{ system: code.includes('-') && !code.startsWith('spo2') ? loinc : ours, code }] },
    subject: { reference: `Patient/${patient}` },
    effectiveDateTime: at.includes('T') ? at : `${day}T${at}:00Z`,
    ...(typeof value === 'number' ? { valueQuantity: { value, unit, system: 'http://unitsofmeasure.org', code: unit } } : {}),
    ...(typeof value === 'string' ? { valueCodeableConcept: { text: value } } : {}),
  };
}

const pressure = (systolic: number, options: Sign = {}): Observation => {
  const { valueQuantity: _, ...panel } = sign('85354-9', undefined, '', options);
  const part = (code: string, value: number) => ({
    code: { coding: [{ system: loinc, code }] },
    valueQuantity: { value, unit: 'mmHg', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' },
  });
  return { ...panel, component: [part('8480-6', systolic), part('8462-4', 70)] };
};

const saturation = (percent: number, litres: number | undefined, options: Sign = {}): Observation => ({
  ...sign('59408-5', percent, '%', options),
  component:
    litres === undefined
      ? []
      : [{ code: { coding: [{ system: loinc, code: '3151-8' }] }, valueQuantity: { value: litres, unit: 'L/min', code: 'L/min' } }],
});

/** A complete round that scores 0. */
const round = (options: Sign = {}): Observation[] => [
  sign('9279-1', 16, '/min', options),
  saturation(98, 0, options),
  pressure(120, options),
  sign('8867-4', 70, '/min', options),
  sign('80288-4', 'Alert', '', options),
  sign('8310-5', 37, 'Cel', options),
];

/** Follows the arrival; whatever the module concludes must be sound FHIR. */
async function arrive(...observations: Observation[]) {
  const changes = observations.map((observation) => chart.put(observation));
  const conclusions = await chart.follow(watch, ...changes);
  for (const { resource } of conclusions) expect(validateStructure(resource)).toEqual([]);
  return conclusions;
}

const scores = (): Observation[] =>
  [...chart.resources.values()]
    .map((entry) => entry.resource)
    .filter((r): r is Observation => r.resourceType === 'Observation' && r.code.coding?.[0]?.code === 'news2');
const scoreAt = (at: string): Observation | undefined => scores().find((score) => score.effectiveDateTime === `${day}T${at}:00Z`);
const total = (at: string) => scoreAt(at)?.valueQuantity?.value;
const absent = (at: string) => scoreAt(at)?.dataAbsentReason?.text;

beforeEach(() => {
  chart = new ChartInMemory();
  chart.put({ resourceType: 'Patient', id: 'ada', birthDate: '1945-07-14' });
});

describe('a complete set of vital signs', () => {
  it('gives one score, with its parts and what it rests on', async () => {
    const observations = round();
    const conclusions = await arrive(...observations);
    expect(conclusions).toHaveLength(1);
    expect(conclusions[0]).toMatchObject({ knowledge: 'news2 2017.1', basis: observations.map((o) => `Observation/${o.id}`).sort() });
    expect(scores()).toHaveLength(1);
    expect(scoreAt('08:00')).toMatchObject({
      status: 'final',
      subject: { reference: 'Patient/ada' },
      code: { text: 'NEWS2 total score' },
      valueQuantity: { value: 0, code: '{score}' },
      interpretation: [{ coding: [{ code: 'N' }], text: expect.stringMatching(/^low/) }],
    });
    expect(scoreAt('08:00')?.component?.map((c) => [c.code.text, c.valueQuantity?.value])).toEqual([
      ['Respiration rate', 0],
      ['Oxygen saturation', 0],
      ['Air or oxygen', 0],
      ['Systolic blood pressure', 0],
      ['Pulse', 0],
      ['Consciousness', 0],
      ['Temperature', 0],
    ]);
  });

  it('alerts when the patient is unwell', async () => {
    await arrive(
      sign('9279-1', 26, '/min'),
      saturation(92, 4),
      pressure(95),
      sign('8867-4', 118, '/min'),
      sign('80288-4', 'Voice'),
      sign('8310-5', 39.4, 'Cel'),
    );
    expect(total('08:00')).toBe(16);
    expect(scoreAt('08:00')?.interpretation?.[0]).toMatchObject({
      coding: [{ code: 'AA' }],
      text: expect.stringMatching(/^high \(NEWS2 16\). Emergency/),
    });
  });

  it('needs one search, and no second one when all is in hand', async () => {
    for (const observation of round()) chart.put(observation);
    const last = chart.put(sign('8867-4', 71, '/min', { at: '08:01' }));
    await watch.follow?.(last, chart);
    expect(chart.searches).toBe(1);
  });

  it('is scored once more when it is asked again, with the same id and nothing new', async () => {
    const observations = round();
    await arrive(...observations);
    const again = await chart.follow(watch, { ...chart.put(observations[0] as Observation) });
    expect(again).toEqual([]);
    expect(scores()).toHaveLength(1);
  });

  it('takes over the encounter', async () => {
    chart.put({ resourceType: 'Encounter', id: 'stay', status: 'in-progress', class: { code: 'IMP' } });
    await arrive(...round().map((observation) => ({ ...observation, encounter: { reference: 'Encounter/stay' } })));
    expect(scoreAt('08:00')?.encounter).toEqual({ reference: 'Encounter/stay' });
  });

  it('is preliminary as long as one reading is', async () => {
    const observations = round();
    const pulse = { ...(observations[3] as Observation), status: 'preliminary' };
    await arrive(...observations.with(3, pulse));
    expect(scoreAt('08:00')?.status).toBe('preliminary');
    await arrive({ ...pulse, status: 'final' });
    expect(scoreAt('08:00')?.status).toBe('final');
  });
});

describe('what is missing is stated', () => {
  it('says which input was never recorded, and gives no total', async () => {
    await arrive(...round().slice(1));
    expect(total('08:00')).toBeUndefined();
    expect(absent('08:00')).toBe('score not possible: respiration rate none recorded in the 12 h before');
    expect(scoreAt('08:00')?.component?.[0]).toMatchObject({ dataAbsentReason: { coding: [{ code: 'unknown' }] } });
  });

  it('says since when an input is stale', async () => {
    await arrive(...round({ at: '08:00' }));
    await arrive(...round({ at: '12:01' }).slice(1));
    expect(absent('12:01')).toBe('score not possible: respiration rate missing since 2026-11-22T08:00Z, longer than 4 h');
  });

  it('takes a reading of exactly the limit', async () => {
    await arrive(...round({ at: '08:00' }));
    await arrive(...round({ at: '12:00' }).slice(1));
    expect(total('12:00')).toBe(0);
    expect(scoreAt('12:00')?.note?.[0]?.text).toContain('Respiration rate 16 /min at 2026-11-22T08:00Z: 0.');
  });

  it('alerts all the same when what is there is enough', async () => {
    await arrive(sign('9279-1', 26, '/min'), saturation(90, 4));
    expect(total('08:00')).toBeUndefined();
    expect(scoreAt('08:00')?.interpretation?.[0]?.text).toMatch(/^high \(NEWS2 at least 8\)/);
  });

  it('does not take missing oxygen for air', async () => {
    await arrive(...round().with(1, saturation(98, undefined)));
    expect(absent('08:00')).toMatch(/air or oxygen none recorded/);
  });

  it.each([
    ['in another unit', sign('8310-5', 37, 'K'), 'temperature recorded in K, Cel needed'],
    ['outside what is possible', sign('8310-5', 370, 'Cel'), 'temperature 370 Cel is outside what is possible (12 to 47)'],
    [
      'as a comparison',
      { ...sign('8310-5', undefined), valueQuantity: { value: 35, comparator: '<', code: 'Cel' } },
      'temperature recorded as < 35, not as an exact value',
    ],
    ['without a unit', { ...sign('8310-5', undefined), valueQuantity: { value: 37 } }, 'temperature recorded without a unit, Cel needed'],
    [
      'as absent',
      { ...sign('8310-5', undefined), dataAbsentReason: { text: 'refused' } },
      'temperature recorded as not available (refused)',
    ],
    ['in words', { ...sign('8310-5', undefined), valueString: 'warm' }, 'temperature recorded without a value with unit'],
  ])('does not score a temperature recorded %s, nor an older one in its place', async (_, temperature, why) => {
    await arrive(...round({ at: '07:00' }));
    await arrive(...round().with(5, temperature as Observation));
    expect(absent('08:00')).toBe(`score not possible: ${why}`);
    expect(scoreAt('08:00')?.component?.[6]?.dataAbsentReason?.coding?.[0]?.code).toBe('error');
  });

  it('says so when the time of a vital sign is not known', async () => {
    const [conclusion] = await arrive({ ...sign('8867-4', 70, '/min'), effectiveDateTime: day });
    expect(conclusion?.resource).toMatchObject({ dataAbsentReason: { text: expect.stringContaining('is not known to the minute') } });
  });
});

describe('values as they are recorded', () => {
  it.each([
    [100.4, 0],
    [100.5, 1],
    [95, 3],
    [95.1, 1],
    [102.3, 2],
  ])('turns %d °F into Celsius and scores %d', async (fahrenheit, points) => {
    await arrive(...round().with(5, sign('8310-5', fahrenheit, '[degF]')));
    expect(total('08:00')).toBe(points);
  });

  it('does not take kPa for mmHg', async () => {
    const panel = pressure(16);
    const systolic = panel.component?.[0];
    if (systolic) systolic.valueQuantity = { value: 16, unit: 'kPa', system: 'http://unitsofmeasure.org', code: 'kPa' };
    await arrive(...round().with(2, panel));
    expect(absent('08:00')).toBe('score not possible: systolic blood pressure recorded in kPa, mm[Hg] needed');
  });

  it.each([
    ['Alert', 0],
    ['A', 0],
    [' confused ', 3],
    ['V', 3],
    ['Responds to pain', 3],
    ['U', 3],
  ])('reads consciousness %j as %d points', async (word, points) => {
    await arrive(...round().with(4, sign('80288-4', word)));
    expect(total('08:00')).toBe(points);
  });

  it('reads consciousness by code', async () => {
    const coded = {
      ...sign('80288-4', undefined),
      valueCodeableConcept: { coding: [{ system: 'http://lamplight.example/CodeSystem/acvpu', code: 'P' }] },
    };
    await arrive(...round().with(4, coded));
    expect(total('08:00')).toBe(3);
  });

  it('does not choose between words that disagree', async () => {
    const both = { ...sign('80288-4', 'Alert'), valueCodeableConcept: { text: 'Alert', coding: [{ display: 'Voice' }] } };
    await arrive(...round().with(4, both));
    expect(absent('08:00')).toMatch(/consciousness recorded as alert and voice, which disagree/);
  });

  it('takes oxygen by concentration too', async () => {
    await arrive(...round().with(1, saturation(98, undefined)), sign('3150-6', 28, '%'));
    expect(total('08:00')).toBe(2);
  });

  it('takes the reading with more points where two of one moment disagree', async () => {
    await arrive(...round(), sign('8889-8', 140, '/min'));
    expect(total('08:00')).toBe(3);
  });
});

describe('the SpO2 scale', () => {
  const scale2 = (at: string, status = 'final') => sign('spo2-scale', '2', '', { id: 'scale', at, status });

  it('is scale 2 once that is prescribed, however long ago', async () => {
    await arrive(scale2('2026-03-01T10:00:00Z'), ...round().with(1, saturation(90, 0)));
    expect(total('08:00')).toBe(0);
    expect(scoreAt('08:00')?.derivedFrom).toContainEqual({ reference: 'Observation/scale' });
  });

  it('is scale 1 before it is prescribed, and when the prescription was an error', async () => {
    await arrive(...round().with(1, saturation(90, 0)), scale2('09:00'));
    expect(total('08:00')).toBe(3);
    await arrive(...round({ at: '10:00' }).with(1, saturation(90, 0, { at: '10:00' })));
    expect(total('10:00')).toBe(0);
    await arrive(scale2('09:00', 'entered-in-error'));
    expect(total('10:00')).toBe(3);
  });
});

describe('corrections', () => {
  it('scores again when a value is corrected', async () => {
    const observations = round();
    await arrive(...observations);
    await arrive({ ...sign('8867-4', 135, '/min', { id: observations[3]?.id ?? '' }), status: 'corrected' });
    expect(total('08:00')).toBe(3);
  });

  it('withdraws the score when all of its moment was entered in error', async () => {
    const observations = round();
    await arrive(...observations);
    await arrive(...observations.map((observation) => ({ ...observation, status: 'entered-in-error' })));
    expect(scoreAt('08:00')?.status).toBe('entered-in-error');
  });

  it('no longer scores one input that was entered in error', async () => {
    const observations = round();
    await arrive(...observations);
    await arrive({ ...(observations[0] as Observation), status: 'entered-in-error' });
    expect(absent('08:00')).toMatch(/respiration rate none recorded/);
  });

  it('withdraws the score of a deleted moment', async () => {
    const pulse = sign('8867-4', 70, '/min', { at: '09:00' });
    await arrive(...round(), pulse);
    expect(total('09:00')).toBe(0);
    await chart.follow(watch, chart.delete('Observation', pulse.id ?? ''));
    expect(scoreAt('09:00')?.status).toBe('entered-in-error');
    expect(scoreAt('08:00')?.status).toBe('final');
  });

  it('clears the old score when a vital sign moves to another time or another patient', async () => {
    const pulse = sign('8867-4', 135, '/min', { at: '09:00' });
    await arrive(...round(), pulse);
    await arrive({ ...pulse, effectiveDateTime: `${day}T09:30:00Z` });
    expect(scoreAt('09:00')?.status).toBe('entered-in-error');
    expect(total('09:30')).toBe(3);
    await arrive({ ...pulse, subject: { reference: 'Patient/bob' }, effectiveDateTime: `${day}T09:30:00Z` });
    expect(scores().find((s) => s.effectiveDateTime === `${day}T09:30:00Z` && s.subject?.reference === 'Patient/ada')?.status).toBe(
      'entered-in-error',
    );
  });

  it('does not react to its own scores', async () => {
    await arrive(...round());
    const own = chart.put(scoreAt('08:00') as Observation);
    expect(await watch.follow?.(own, chart)).toEqual([]);
  });
});

describe('late vital signs', () => {
  it('remake the score of their moment and the later ones that see them', async () => {
    await arrive(...round({ at: '10:00' }).slice(1));
    expect(total('10:00')).toBeUndefined();
    await arrive(sign('9279-1', 25, '/min', { at: '09:00' }));
    expect(total('10:00')).toBe(3);
    expect(absent('09:00')).toMatch(/oxygen saturation none recorded/);
  });

  it('leave the same scores whatever their order', async () => {
    const all = [
      ...round({ at: '06:00' }),
      ...round({ at: '09:30' }).slice(2),
      ...round({ at: '13:00' }).slice(0, 3),
      ...round({ at: '23:00' }),
    ];
    const outcome = async (order: Observation[]) => {
      chart = new ChartInMemory();
      chart.put({ resourceType: 'Patient', id: 'ada', birthDate: '1945' });
      await arrive(...order.slice(0, 5));
      for (const observation of order.slice(5)) await arrive(observation);
      return scores()
        .map(({ meta: _, ...score }) => score)
        .sort((a, b) => ((a.id ?? '') < (b.id ?? '') ? -1 : 1));
    };
    const inOrder = await outcome(all);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(all, { minLength: all.length }), async (order) => {
        expect(await outcome(order)).toEqual(inOrder);
      }),
      { numRuns: 30 },
    );
  });

  it('are all found where a monitor writes more than a page', async () => {
    for (const observation of round({ at: '06:00' })) chart.put(observation);
    for (let i = 0; i < 1200; i++) {
      const at = new Date(Date.parse(`${day}T06:00:00Z`) + i * 5000).toISOString();
      chart.put(sign('8867-4', 70, '/min', { at }));
    }
    chart.searches = 0;
    await chart.follow(watch, chart.put(sign('9279-1', 25, '/min', { at: '07:41' })));
    expect(total('07:41')).toBe(3);
    // The newest page and one for each input that is not in it, however much the monitor wrote.
    expect(chart.searches).toBeLessThan(15);
  });
});

describe('for whom', () => {
  it('is not made for a child, and says so once', async () => {
    chart.put({ resourceType: 'Patient', id: 'kim', birthDate: '2018-03-02' });
    const conclusions = await arrive(...round({ patient: 'kim' }), ...round({ patient: 'kim', at: '09:00' }));
    expect(conclusions).toHaveLength(1);
    expect(conclusions[0]?.resource).toMatchObject({
      dataAbsentReason: { coding: [{ code: 'not-applicable' }] },
      effectivePeriod: { end: '2034-03-02' },
    });
  });

  it('is made on the sixteenth birthday', async () => {
    chart.put({ resourceType: 'Patient', id: 'kim', birthDate: '2010-11-22' });
    await arrive(...round({ patient: 'kim' }));
    expect(total('08:00')).toBe(0);
  });

  it('is made for someone whose age is not known, and says so', async () => {
    chart.put({ resourceType: 'Patient', id: 'unknown' });
    await arrive(...round({ patient: 'unknown' }));
    expect(total('08:00')).toBe(0);
    expect(scoreAt('08:00')?.note?.[0]?.text).toContain('The age is not recorded.');
  });

  it('is not made for a routine visit', async () => {
    chart.put({ resourceType: 'Encounter', id: 'visit', status: 'finished', class: { code: 'AMB' } });
    await arrive(...round().map((observation) => ({ ...observation, encounter: { reference: 'Encounter/visit' } })));
    expect(scores()).toEqual([]);
  });

  it('leaves other Observations alone, without a search', async () => {
    await arrive(sign('29463-7', 70, 'kg'));
    expect(scores()).toEqual([]);
    expect(chart.searches).toBe(0);
  });
});
