// What devices say: told with its unit or not at all, every leaf accounted for, the same whatever the order.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Decimal } from '../../fhir/decimal.ts';
import type { Observation, Resource } from '../../fhir/generated/types.ts';
import { writeJson } from '../../fhir/json.ts';
import { asResource } from '../../fhir/structure/validate.ts';
import type { Translation, TranslationContext } from '../contract.ts';
import { aboutDevices, devices } from './devices.ts';
import { sfloatBits } from './sfloat.ts';

const context: TranslationContext = { sender: 'monitor', receivedAt: new Date('2026-07-01T13:00:00Z'), timeZone: 'Europe/London' };
const bytesOf = (payload: unknown): Buffer => Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
const tell = (payload: unknown): Translation => devices.toFhir(devices.read(bytesOf(payload)), context);
const all = ({ resources }: Translation): Resource[] => resources.map(({ resource }) => resource);
const observed = (told: Translation): Observation[] => all(told).filter((one): one is Observation => one.resourceType === 'Observation');
const time = '2026-07-01T12:00:00Z';
const patient = { system: 'http://north.example.org/mrn', value: 'P1' };
const values = (...list: object[]): object => ({ patient, time, values: list });

/** As text, so that digits count. */
const shown = (value: unknown): unknown => JSON.parse(writeJson(value), (_key, one: unknown) => (one instanceof Decimal ? one.text : one));

describe('a value', () => {
  test('has the LOINC and IEEE codes of what was measured, UCUM, the digits that were sent, and is a vital sign', () => {
    const [one] = observed(tell('{"time":"2026-07-01T12:00:00Z","values":[{"code":"MDC_TEMP_BODY","value":37.10,"unit":"MDC_DIM_DEGC"}]}'));
    expect(writeJson(one?.valueQuantity)).toBe('{"value":37.10,"unit":"MDC_DIM_DEGC","system":"http://unitsofmeasure.org","code":"Cel"}');
    expect(one?.code.coding?.map(({ code }) => code)).toEqual(['150364', '8310-5']);
    expect(one?.category?.[0]?.coding?.[0]?.code).toBe('vital-signs');
  });

  test('under a LOINC code that many devices share claims no way of measuring', () => {
    const [one] = observed(tell(values({ code: '8867-4', value: 60, unit: '/min' })));
    expect(one?.code.coding).toEqual([{ system: 'http://loinc.org', code: '8867-4' }]);
  });

  test.each([
    ['no unit', { code: 'MDC_MASS_BODY_ACTUAL', value: 150 }],
    ['a unit of something else', { code: 'MDC_TEMP_BODY', value: 37, unit: 'mmHg' }],
    ['a text for a number', { code: '150456', value: '97', unit: '%' }],
    ['no code', { value: 97, unit: '%' }],
    ['a time that is none', { code: '150456', value: 97, unit: '%', time: 'yesterday' }],
  ])('with %s is kept with a note and makes no observation', (_name, value) => {
    const told = tell(values(value));
    expect(observed(told)).toEqual([]);
    expect(told.notes[0]?.where).toMatch(/^\/values\/0/);
    expect(told.ledger.filter(({ path }) => path.startsWith('/values/0')).every(({ state }) => state === 'kept')).toBe(true);
  });

  test.each([
    ['NaN', 'not-a-number'],
    ['INF', 'positive-infinity'],
    ['-INF', 'negative-infinity'],
    ['NRes', 'unsupported'],
  ])('%s is the reason why there is none', (value, code) => {
    const [one] = observed(tell(values({ code: '150456', value, unit: '%' })));
    expect(one).toMatchObject({ dataAbsentReason: { coding: [{ code }] } });
    expect(one?.valueQuantity).toBeUndefined();
  });
});

test('pressures of one moment are one blood pressure, those of another moment another', () => {
  const told = tell(
    values(
      { code: 150022, value: 76, unit: 'mmHg' },
      { code: 150021, value: 118, unit: 'mmHg' },
      { code: 150021, value: 120, unit: 'mmHg', time: '2026-07-01T12:05:00Z' },
    ),
  );
  const [first, second] = observed(told);
  expect(first?.code.coding?.some(({ code }) => code === '85354-9')).toBe(true);
  expect(first?.component?.map(({ valueQuantity }) => valueQuantity?.value)).toEqual([118, 76]);
  expect(second?.component).toHaveLength(1);
  expect(told.ledger.find(({ path }) => path === '/values/1/value')).toMatchObject({
    state: 'mapped',
    elements: [`Observation/${first?.id}#component[0].valueQuantity.value`],
  });
});

test('a clock that is wrong is corrected, and what it said stays, as the PHD guide asks', () => {
  const told = tell({ ...values({ code: '147842', value: 60, unit: 'bpm' }), sent: '2026-07-01T12:10:00Z', clock: '2026-07-01T12:00:30Z' });
  const clock = observed(told).find(({ code }) => code.coding?.[0]?.code === '67975');
  const one = observed(told).find(({ valueQuantity }) => valueQuantity !== undefined);
  expect(clock).toMatchObject({ effectiveDateTime: '2026-07-01T12:10:00Z', valueDateTime: '2026-07-01T12:00:30Z' });
  expect(one?.effectiveDateTime).toBe('2026-07-01T12:09:30Z');
  expect(one?.extension?.[0]?.valueReference?.reference).toBe(`Observation/${clock?.id}`);
});

test('samples of a waveform are SampledData and one leaf', () => {
  const told = tell({
    patient,
    time,
    series: [{ code: 'MDC_ECG_ELEC_POTL_II', unit: 'mV', factor: 0.005, period: 4, data: [12, -13, 15] }],
  });
  expect(shown(observed(told)[0]?.valueSampledData)).toMatchObject({
    origin: { value: 0, code: 'mV' },
    period: 4,
    factor: 0.005,
    data: '12 -13 15',
  });
  expect(told.ledger.find(({ path }) => path === '/series/0/data')).toMatchObject({ text: '[12,-13,15]', state: 'mapped' });
});

describe('GATT', () => {
  const gatt = (characteristic: string, ...bytes: number[]): object => ({
    patient,
    time,
    gatt: { characteristic, bytes: Buffer.from(bytes).toString('hex') },
  });
  const le = (bits: number): number[] => [bits & 255, bits >> 8];
  const date = [...le(2026), 7, 1, 12, 0, 30];

  test('glucose in mol/L or kg/L comes out in the units of people, at the device’s time and its offset', () => {
    const moles = observed(tell(gatt('2A18', 0b0111, ...le(7), ...date, ...le(60), ...le(sfloatBits(63, -4)), 0x11)));
    expect(shown(moles[0]?.valueQuantity)).toMatchObject({ value: 6.3, code: 'mmol/L' });
    expect(moles[0]).toMatchObject({ effectiveDateTime: '2026-07-01T13:00:30+01:00', bodySite: { text: 'Finger' } });
    expect(moles[0]?.code.coding?.map(({ code }) => code)).toEqual(['160184', '14743-9']);
    const mass = observed(tell(gatt('0x2A18', 0b0010, ...le(7), ...date, ...le(sfloatBits(105, -5)), 0x11)));
    expect(mass[0]?.valueQuantity).toMatchObject({ value: 105, code: 'mg/dL' });
  });

  test('a control solution is nobody’s glucose', () => {
    const told = tell(gatt('2A18', 0b0010, ...le(7), ...date, ...le(sfloatBits(105, -5)), 0x1a));
    expect(observed(told)).toEqual([]);
    expect(told.notes[0]?.message).toMatch(/control solution/);
  });

  test('a blood pressure is one observation with its parts, and the pulse another', () => {
    const told = observed(tell(gatt('2A35', 0b0110, ...le(118), ...le(76), ...le(0x07ff), ...date, ...le(61))));
    expect(told[0]?.component?.map((part) => part.valueQuantity?.value ?? part.dataAbsentReason?.coding?.[0]?.code)).toEqual([
      118,
      76,
      'not-a-number',
    ]);
    expect(told[1]?.valueQuantity).toMatchObject({ value: 61, code: '/min' });
  });

  test.each([
    ['2A5E', [0, ...le(97), ...le(60)], [97, 60], ['%', '/min']],
    ['2A5F', [1, ...le(98), ...le(61), ...le(1), ...le(2)], [98, 61], ['%', '/min']],
    ['2A9D', [0, ...le(14_020)], [70.1], ['kg']],
    ['2A9D', [1, ...le(15_450)], [154.5], ['[lb_av]']],
    ['2A1C', [0, 0x6c, 1, 0, 0xff], [36.4], ['Cel']],
    ['2A37', [0, 72], [72], ['/min']],
    ['2A37', [1, ...le(300)], [300], ['/min']],
  ])('%s %j', (name, bytes, numbers, units) => {
    const told = observed(tell(gatt(name, ...bytes)));
    expect(told.map(({ valueQuantity }) => Number(valueQuantity?.value))).toEqual(numbers);
    expect(told.map(({ valueQuantity }) => valueQuantity?.code)).toEqual(units);
  });

  test('any bytes of any characteristic are a measurement or a note', () => {
    const names = fc.constantFrom('2A18', '2A35', '2A5E', '2A5F', '2A9D', '2A1C', '2A37');
    fc.assert(
      fc.property(names, fc.uint8Array({ minLength: 1, maxLength: 30 }), (name, bytes) => {
        const told = tell(gatt(name, ...bytes));
        expect(observed(told).length + told.notes.length).toBeGreaterThan(0);
        for (const resource of all(told)) expect(asResource(resource).ok).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('whatever comes', () => {
  test('every leaf is in the ledger once, and what it says validates', () => {
    const value = fc.record(
      {
        code: fc.oneof(fc.constantFrom('150456', 'MDC_TEMP_BODY', '8867-4', 150021, 150022, 'X'), fc.string(), fc.integer()),
        value: fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom('NaN', 'x', null)),
        unit: fc.oneof(fc.constantFrom('%', '/min', 'Cel', 'mmHg'), fc.string()),
        time: fc.constantFrom(time, '2026-07-01T12:00:01+02:00', 'x'),
      },
      { requiredKeys: [] },
    );
    const envelope = fc.record(
      {
        patient: fc.oneof(fc.constant(patient), fc.jsonValue()),
        device: fc.jsonValue(),
        time: fc.constantFrom(time, 'x'),
        values: fc.array(value),
        more: fc.jsonValue(),
      },
      { requiredKeys: ['values'] },
    );
    fc.assert(
      fc.property(fc.oneof(envelope, fc.jsonValue()), (payload) => {
        const told = tell(payload);
        expect(new Set(told.ledger.map(({ path }) => path)).size).toBe(told.ledger.length);
        for (const resource of all(told)) {
          const checked = asResource(JSON.parse(writeJson(resource)));
          if (!checked.ok) throw new Error(checked.problem.message);
        }
        for (const row of told.ledger) if (row.state === 'mapped') expect(row.elements.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  test('any bytes are read, written as they came, and never thrown at', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(devices.write(devices.read(bytes))).toEqual(bytes);
        expect(() => devices.toFhir(devices.read(bytes), context)).not.toThrow();
        expect(aboutDevices(bytes).controlId).not.toBe('');
      }),
    );
  });
});

test('the same samples are the same observations however they are put into messages', () => {
  const samples = Array.from({ length: 12 }, (_, index) => ({
    code: index % 2 === 0 ? 150456 : 147842,
    value: 90 + index,
    unit: index % 2 === 0 ? '%' : '/min',
    time: `2026-07-01T12:00:${10 + index}Z`,
  }));
  const state = (messages: (typeof samples)[]): Map<string, string> =>
    new Map(messages.flatMap((list) => observed(tell({ patient, values: list })).map((one) => [one.id ?? '', writeJson(one)] as const)));
  const once = state([samples]);
  fc.assert(
    fc.property(fc.shuffledSubarray(samples, { minLength: samples.length }), fc.integer({ min: 1, max: 12 }), (order, size) => {
      const messages = [order.slice(0, size), order.slice(size), order.slice(0, 3)];
      expect(new Map([...state(messages)].sort())).toEqual(new Map([...once].sort()));
    }),
  );
});

describe('the way back', () => {
  const payload = {
    id: '7',
    patient,
    device: { id: 'M', model: 'X~/1' },
    time,
    values: [{ code: '150456', value: 97, unit: '%', odd: [true, { a: null }] }],
  };

  test('gives the payload as it was', () => {
    const told = tell(payload);
    const back = devices.restore(all(told), told.ledger, context);
    if (!back.ok) throw new Error(back.problem.message);
    expect(JSON.parse(Buffer.from(back.value.raw).toString())).toEqual(payload);
  });

  test('with one element changed changes its leaf and no other', () => {
    const told = tell(payload);
    const changed = all(told).map((one) =>
      one.resourceType === 'Observation' ? { ...one, valueQuantity: { ...one.valueQuantity, value: 91 } } : one,
    );
    const back = devices.restore(changed, told.ledger, context);
    if (!back.ok) throw new Error(back.problem.message);
    expect(JSON.parse(Buffer.from(back.value.raw).toString())).toEqual({ ...payload, values: [{ ...payload.values[0], value: 91 }] });
  });
});

test('a system that is no address names nobody and nothing', () => {
  const bad = { system: 'not an address', value: 'P1' };
  const told = tell({ patient: bad, time, values: [{ code: '8867-4', value: 60, unit: '/min' }] });
  expect(all(told).some(({ resourceType }) => resourceType === 'Patient')).toBe(false);
  expect(told.notes.map(({ where }) => where)).toContain('/patient/system');
  expect(observed(tell(values({ code: 'x', system: 'not one', value: 60, unit: '/min' })))).toEqual([]);
  expect(
    all(tell({ patient, device: { id: 'a\u0001b', manufacturer: 'c\u0002' }, time, values: [] })).every((one) => asResource(one).ok),
  ).toBe(true);
});

test('a waveform of a million samples as text is read, and one that is longer than FHIR can say is kept', () => {
  const series = (data: string): object => ({ patient, time, series: [{ code: 'MDC_ECG_ELEC_POTL_II', unit: 'mV', period: 4, data }] });
  const most = Array.from({ length: 500_000 }, (_, at) => at % 10).join(' ');
  expect(observed(tell(series(`${most} E`)))).toHaveLength(1);
  for (const bad of [`${most} `, `${most}  1`, `${most} x`, `${most} ${most}`]) {
    const told = tell(series(bad));
    expect(observed(told)).toEqual([]);
    expect(told.notes[0]?.where).toBe('/series/0');
  }
});
