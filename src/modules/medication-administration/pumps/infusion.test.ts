// A pump beside what was ordered: what it reports in any order comes to the same state, and nothing that nobody can read is called right.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MedicationAdministration, Observation } from '../../../fhir/generated/types.ts';
import { outcomeSystem } from '../codes.ts';
import type { BedsideOrder, Product } from '../contract.ts';
import type { Programme, PumpReport } from './contract.ts';
import { findingsNow, infusionOf } from './infusion.ts';
import { asReleased, asReported, hungOf, programmeExtension } from './kept.ts';
import { programmeOf } from './programme.ts';
import { anHour } from './rates.ts';
import { reportsOf } from './report.ts';

const t = (minute: number): number => Date.parse('2026-11-01T05:00:00Z') + minute * 60_000;
const heparin: Programme = {
  drug: 'heparin',
  rate: { low: 10, high: 10 },
  dose: { low: 1000, high: 1000, unit: 'unit' },
  perMl: { value: 100, unit: 'unit' },
  volumeMl: 250,
  tolerance: 0.05,
};
const asked = { patient: 'Patient/1', programme: heparin };
const report = (minute: number, more: Partial<PumpReport> = {}): PumpReport => ({
  atMs: t(minute),
  refs: [`Observation/${minute}`],
  state: 'infusing',
  rateMlPerH: 10,
  unread: [],
  ...more,
});
const kinds = (reports: PumpReport[], over = asked): string[] => infusionOf(over, reports).findings.map(({ kind }) => kind);

describe('an infusion', () => {
  it('is given from when the pump says so, not from when it was hung', () => {
    expect(infusionOf(asked, [])).toMatchObject({ state: 'hung', findings: [], complete: false });
    expect(infusionOf(asked, [report(1, { state: 'standby' })])).toMatchObject({ state: 'hung' });
    expect(infusionOf(asked, [report(1, { state: 'standby' }), report(2)])).toMatchObject({
      state: 'infusing',
      startMs: t(2),
      rateMlPerH: 10,
    });
  });

  it('ends complete where all of it went in, and else is stopped', () => {
    const runs = [report(1), report(700, { deliveredMl: 120 })];
    const end = { state: 'ended' as const, deliveredMl: 250, remainingMl: 0 };
    expect(infusionOf(asked, [...runs, report(1500, end)])).toMatchObject({
      state: 'ended',
      complete: true,
      endMs: t(1500),
      deliveredMl: 250,
    });
    expect(infusionOf(asked, [...runs, report(1500, { state: 'ended', deliveredMl: 121 })])).toMatchObject({
      state: 'ended',
      complete: false,
    });
  });

  it('tells each rate and from when on', () => {
    const reports = [report(1), report(2), report(3, { rateMlPerH: 12 }), report(4, { state: 'paused', rateMlPerH: 0 }), report(5)];
    expect(infusionOf(asked, reports).rates).toEqual([
      { atMs: t(1), rateMlPerH: 10 },
      { atMs: t(3), rateMlPerH: 12 },
      { atMs: t(5), rateMlPerH: 10 },
    ]);
  });

  it('that a nurse ends is over, and a pump that goes on runs for nobody', () => {
    const over = { ...asked, releasedMs: t(10) };
    expect(infusionOf(over, [report(1)])).toMatchObject({ state: 'ended', endMs: t(10), findings: [] });
    expect(kinds([report(1), report(11)], over)).toEqual(['not-associated']);
    expect(kinds([report(1), report(5, { state: 'ended' }), report(6)])).toEqual(['not-associated']);
  });
});

it('leaves a dose that hung and was taken down unheard as one of which nobody knows', () => {
  const one: MedicationAdministration = {
    resourceType: 'MedicationAdministration',
    id: 'd',
    status: 'on-hold',
    statusReason: [{ coding: [{ system: outcomeSystem, code: 'hung' }] }],
    subject: { reference: 'Patient/1' },
    device: [{ reference: 'Device/7' }],
    extension: [programmeExtension(heparin, '2026-11-01T05:00:00Z')],
  };
  const hung = hungOf(one)!;
  expect(hung).toMatchObject({ ...asked, device: 'Device/7', hungMs: t(0) });
  expect(asReported(hung, infusionOf(hung, []))).toEqual(one);
  const over = hungOf(asReleased(hung, '2026-11-01T06:00:00Z'))!;
  expect(asReported(over, infusionOf(over, []))).toMatchObject({ status: 'unknown', statusReason: one.statusReason });
  const ran = asReported(over, infusionOf(over, [report(1, { deliveredMl: 9 })]));
  expect(ran).toMatchObject({ status: 'stopped', effectivePeriod: { start: '2026-11-01T05:01:00.000Z', end: '2026-11-01T06:00:00.000Z' } });
  expect(ran.dosage).toMatchObject({ dose: { value: 9, code: 'mL' } });
  // Worked out again from what stands in the record it is the same.
  expect(asReported(hungOf(ran)!, infusionOf(over, [report(1, { deliveredMl: 9 })]))).toEqual(ran);
});

describe('what does not fit', () => {
  it.each<[string, Partial<PumpReport>, string[]]>([
    ['as ordered', {}, []],
    ['within the tolerance', { rateMlPerH: 10.5 }, []],
    ['beyond it', { rateMlPerH: 10.6 }, ['rate-off']],
    ['ten times as fast', { rateMlPerH: 100 }, ['rate-off']],
    ['too slow', { rateMlPerH: 9.4 }, ['rate-off']],
    ['another concentration', { dose: { value: 2000, unit: '[iU]/h' } }, ['dose-rate-off']],
    ['the same dose in other words', { dose: { value: 1000, unit: 'U/h' } }, []],
    ['a dose in another unit', { dose: { value: 10, unit: 'mg/h' } }, ['could-not-check']],
    ['a dose by weight without one', { dose: { value: 10, unit: 'U/kg/h' } }, ['could-not-check']],
    ['a dose in no unit', { dose: { value: 10, unit: 'furlong' } }, ['could-not-check']],
    ['another patient', { patient: 'Patient/2' }, ['other-patient']],
    ['the same patient', { patient: 'Patient/1' }, []],
    ['an alarm', { alarm: 'occlusion' }, ['alarm']],
    ['near empty', { remainingMl: 4 }, ['near-empty']],
    ['through', { state: 'kvo', rateMlPerH: 1 }, ['near-empty']],
    ['no rate said', { rateMlPerH: undefined as never }, ['could-not-check']],
    ['something unread', { unread: ['its rate is said as 1e9 mL/h'], rateMlPerH: undefined as never }, ['could-not-check']],
  ])('%s', (_, more, expected) => {
    expect(kinds([report(1), report(2, more)])).toEqual(expected);
  });

  it('is never fine where no rate was worked out', () => {
    const { rate: _, ...without } = heparin;
    expect(kinds([report(1)], { ...asked, programme: { ...without, why: 'the order says no rate' } })).toEqual(['could-not-check']);
  });

  it('is asked about when the pump counts anew', () => {
    expect(kinds([report(1, { deliveredMl: 240 }), report(2, { deliveredMl: 2 })])).toEqual(['could-not-check']);
  });

  it('stands in the record with from and until', () => {
    const reports = [report(1), report(2, { rateMlPerH: 100 }), report(3, { rateMlPerH: 90 }), report(4)];
    expect(infusionOf(asked, reports).episodes).toMatchObject([{ kind: 'rate-off', fromMs: t(2), untilMs: t(4) }]);
    expect(infusionOf(asked, reports).findings).toEqual([]);
    expect(infusionOf(asked, reports.slice(0, 3)).findings).toMatchObject([{ kind: 'rate-off', fromMs: t(2) }]);
  });
});

describe('what time brings', () => {
  const now = (reports: PumpReport[], minute: number) =>
    findingsNow(infusionOf(asked, reports), t(0), t(minute), 10).map(({ kind, outcome }) => `${kind} ${outcome}`);
  it('says silence, a pump that stands still, one never heard of, and a clock that is wrong', () => {
    expect(now([report(1)], 10)).toEqual([]);
    expect(now([report(1)], 11)).toEqual(['silent could-not-check']);
    expect(now([], 11)).toEqual(['silent could-not-check']);
    const still = [report(1), report(2, { state: 'paused' }), report(13, { state: 'paused' })];
    expect(now(still, 9)).toEqual([]);
    expect(now(still, 14)).toEqual(['stopped alert']);
    expect(now([report(60)], 1)).toEqual(['could-not-check could-not-check']);
    expect(now([report(1), report(2, { state: 'ended' })], 600)).toEqual([]);
  });
});

describe('what a pump said', () => {
  const said = (components: [string, object][], more: Partial<Observation> = {}): Observation => ({
    resourceType: 'Observation',
    id: 'o',
    status: 'final',
    code: { coding: [{ code: '184508' }] },
    effectiveDateTime: '2026-11-01T05:00:00Z',
    valueString: 'pump-status-infusing',
    component: components.map(([code, value]) => ({ code: { coding: [{ code }] }, ...value })),
    ...more,
  });
  const rate = (value: number, code: string): [string, object] => ['157784', { valueQuantity: { value, code } }];

  it('is read from components and from values of one moment alike', () => {
    const [whole] = reportsOf([said([rate(10, 'mL/h')])]);
    const parts = reportsOf([
      said([]),
      said([], { id: 'p', code: { text: 'MDC_FLOW_FLUID_PUMP' }, valueQuantity: { value: 10, unit: 'mL/h' } }),
    ]);
    expect(whole).toMatchObject({ state: 'infusing', rateMlPerH: 10, unread: [] });
    expect(parts).toMatchObject([{ state: 'infusing', rateMlPerH: 10, refs: ['Observation/o', 'Observation/p'] }]);
  });

  it.each<[number, string]>([
    [1e9, 'mL/h'],
    [-5, 'mL/h'],
    [Number.NaN, 'mL/h'],
    [10, 'mg/h'],
    [10, ''],
    [10, 'mL'],
    [10, '__proto__/h'],
  ])('%d %s is no rate, and that is said', (value, unit) => {
    const [one] = reportsOf([said([rate(value, unit)])]);
    expect(one?.rateMlPerH).toBeUndefined();
    expect(one?.unread).toHaveLength(1);
    expect(infusionOf(asked, reportsOf([said([rate(value, unit)])])).findings).toMatchObject([{ outcome: 'could-not-check' }]);
  });

  it('cannot be a negative volume or a state that nobody knows', () => {
    const [one] = reportsOf([said([['157993', { valueQuantity: { value: -3, code: 'mL' } }]], { valueString: 'constructor' })]);
    expect(one).toMatchObject({ unread: [expect.stringContaining('-3 mL'), expect.stringContaining('constructor')] });
    expect(one).not.toHaveProperty('state');
  });
});

describe('what is to be set', () => {
  const order = (rate: BedsideOrder['rate']): BedsideOrder => ({
    ref: 'MedicationRequest/1',
    title: 'heparin',
    status: 'active',
    ingredients: [{ id: 'heparin', title: 'heparin' }],
    codes: [],
    unread: [],
    ...(rate === undefined ? {} : { rate }),
    rhythm: { kind: 'continuous' },
  });
  const bag = (perMl?: { value: number; unit: string }): Product => ({
    ref: 'Medication/1',
    title: 'heparin',
    gtins: [],
    ndcs: [],
    labels: [],
    codes: [],
    ingredients: [{ id: 'heparin', title: 'heparin', ...(perMl ? { perMl } : {}) }],
    volumeMl: 250,
  });
  const ways = { tolerance: 0.05 };
  it('follows from the dose rate and what a mL holds', () => {
    const hundred = bag({ value: 100, unit: 'unit' });
    expect(programmeOf(order({ low: 1000, high: 1000, unit: 'unit' }), hundred, ways)).toMatchObject({
      rate: { low: 10, high: 10 },
      volumeMl: 250,
    });
    expect(programmeOf(order({ low: 5, high: 15, unit: 'mL' }), hundred, ways)).toMatchObject({
      rate: { low: 5, high: 15 },
      dose: { low: 500, high: 1500 },
    });
  });
  it('is not guessed', () => {
    for (const [rate, product] of [
      [undefined, bag({ value: 100, unit: 'unit' })],
      [{ why: 'the order is by weight, and no weight is known' }, bag({ value: 100, unit: 'unit' })],
      [{ low: 1, high: 1, unit: 'mg' }, bag({ value: 100, unit: 'unit' })],
      [{ low: 1, high: 1, unit: 'unit' }, bag()],
      [{ low: 1, high: 1, unit: 'unit' }, undefined],
    ] as const) {
      const made = programmeOf(order(rate), product, ways);
      expect([made.rate, typeof made.why]).toEqual([undefined, 'string']);
    }
    expect(anHour(0.1, 'ug/kg/min', undefined)).toMatchObject({ ok: false });
    expect(anHour(0.1, 'mcg/kg/min', 70)).toEqual({ ok: true, value: { value: 0.42, unit: 'mg' } });
  });
});

it('comes to the same in whatever order and however often reports arrive', () => {
  const one = fc.record({
    minute: fc.integer({ min: 0, max: 30 }),
    state: fc.constantFrom('infusing', 'paused', 'ended', 'kvo', 'mumble'),
    rate: fc.constantFrom(0, 10, 11, 100, 1e9),
    delivered: fc.integer({ min: -1, max: 260 }),
  });
  fc.assert(
    fc.property(fc.uniqueArray(one, { selector: ({ minute }) => minute, maxLength: 12 }), fc.infiniteStream(fc.nat()), (all, dice) => {
      const observations = all.map(
        ({ minute, state, rate, delivered }): Observation => ({
          resourceType: 'Observation',
          id: String(minute),
          status: 'final',
          code: { coding: [{ code: '184508' }] },
          effectiveDateTime: new Date(t(minute)).toISOString(),
          valueString: state,
          component: [
            { code: { coding: [{ code: '157784' }] }, valueQuantity: { value: rate, code: 'mL/h' } },
            { code: { coding: [{ code: '157993' }] }, valueQuantity: { value: delivered, code: 'mL' } },
          ],
        }),
      );
      const shuffled = observations.map((each) => [dice.next().value, each] as const).sort((a, b) => a[0] - b[0]);
      expect(infusionOf(asked, reportsOf(shuffled.map(([, each]) => each)))).toEqual(infusionOf(asked, reportsOf(observations)));
    }),
  );
});
