// An Apple Health export: streamed, each record once, percentages as percentages, a blood pressure as one.
import { describe, expect, test } from 'vitest';
import type { Observation } from '../../fhir/generated/types.ts';
import { writeJson } from '../../fhir/json.ts';
import { BrokenExport, readAppleHealth } from './apple-health.ts';
import { aboutDevices, devices } from './devices.ts';

const options = { patient: { system: 'http://north.example.org/mrn', value: 'P1' } };
const dtd = '<!DOCTYPE HealthData [\n<!ELEMENT HealthData (Record*)>\n<!ATTLIST Record type CDATA #REQUIRED>\n]>\n';
const record = (type: string, value: string, unit: string, start = '12:00:00', end = start, source = 'Watch'): string =>
  `<Record type="HKQuantityTypeIdentifier${type}" sourceName="${source}" unit="${unit}" value="${value}" startDate="2026-07-01 ${start} +0100" endDate="2026-07-01 ${end} +0100"/>`;

async function* pieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const file = (...records: string[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${dtd}<HealthData locale="en_GB">${records.join('\n')}</HealthData>`;

async function messages(text: string, size = 1000, perMessage = 500): Promise<Buffer[]> {
  const found: Buffer[] = [];
  for await (const message of readAppleHealth(pieces(text, size), { ...options, perMessage })) found.push(message);
  return found;
}

async function observations(text: string, size?: number, perMessage?: number): Promise<Observation[]> {
  const context = { sender: 'phone', receivedAt: new Date(0), timeZone: 'UTC' };
  return (await messages(text, size, perMessage)).flatMap((raw) => {
    expect(aboutDevices(raw)).toMatchObject({ kind: 'apple-health' });
    const told = devices.toFhir(devices.read(raw), context);
    return told.resources.flatMap(({ resource }) => (resource.resourceType === 'Observation' ? [resource] : []));
  });
}

describe('an export', () => {
  test('says values in their units, at a moment or over a time', async () => {
    const found = await observations(
      file(
        record('HeartRate', '61', 'count/min'),
        record('OxygenSaturation', '0.97', '%'),
        record('StepCount', '120', 'count', '12:00:00', '12:10:00'),
      ),
    );
    expect(found.map(({ valueQuantity }) => [valueQuantity?.value, valueQuantity?.code])).toEqual([
      [61, '/min'],
      [97, '%'],
      [120, '{count}'],
    ]);
    expect(found[0]?.effectiveDateTime).toBe('2026-07-01T12:00:00+01:00');
    expect(found[2]?.effectivePeriod).toEqual({ start: '2026-07-01T12:00:00+01:00', end: '2026-07-01T12:10:00+01:00' });
  });

  test('says a blood pressure once, though it is written thrice, and a lonely part by itself', async () => {
    const [systolic, diastolic] = [record('BloodPressureSystolic', '118', 'mmHg'), record('BloodPressureDiastolic', '76', 'mmHg')];
    const correlation = `<Correlation type="HKCorrelationTypeIdentifierBloodPressure" sourceName="Watch" startDate="2026-07-01 12:00:00 +0100" endDate="2026-07-01 12:00:00 +0100">${systolic}${diastolic}</Correlation>`;
    const found = await observations(file(systolic, diastolic, record('BloodPressureSystolic', '130', 'mmHg', '13:00:00'), correlation));
    expect(
      found.map(({ component, valueQuantity }) => component?.map((part) => part.valueQuantity?.value) ?? valueQuantity?.value),
    ).toEqual([[118, 76], 130]);
  });

  test('is the same however it is cut, and however often a record is in it', async () => {
    const records = Array.from({ length: 50 }, (_, index) =>
      record('HeartRate', String(60 + index), 'count/min', `12:00:${10 + index}`, undefined, index % 2 === 0 ? 'Watch' : 'Strap'),
    );
    const state = (list: Observation[]): string[] => [...new Set(list.map((one) => writeJson(one)))].sort();
    const once = state(await observations(file(...records)));
    expect(once).toHaveLength(50);
    expect(state(await observations(file(...records, ...records), 7, 3))).toEqual(once);
    expect(await messages(file(...records, ...records))).toHaveLength(2);
  });

  test('is read without holding it', async () => {
    let most = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('<HealthData>');
      for (let chunk = 0; chunk < 200; chunk++) {
        const start = (index: number): string => new Date(Date.UTC(2026, 0, 1) + (chunk * 200 + index) * 1000).toISOString().slice(11, 19);
        yield Buffer.from(Array.from({ length: 200 }, (_, index) => record('HeartRate', '60', 'count/min', start(index))).join(''));
        most = Math.max(most, process.memoryUsage().arrayBuffers);
      }
      yield Buffer.from('</HealthData>');
    }
    let count = 0;
    const before = process.memoryUsage().arrayBuffers;
    for await (const message of readAppleHealth(endless(), options))
      count += (JSON.parse(message.toString()) as { records: unknown[] }).records.length;
    expect(count).toBe(40_000);
    expect(most - before).toBeLessThan(30_000_000);
  });

  test.each([
    ['no XML', 'hello'],
    ['another XML', '<Bundle/>'],
    ['an end that is missing', '<HealthData><Record type="x"/>'],
    ['an entity of its own', '<!DOCTYPE HealthData [<!ENTITY a "x">]><HealthData><Record type="&a;"/></HealthData>'],
    ['a tag that never ends', `<HealthData><Record type="${'x'.repeat(5_000_000)}`],
  ])('with %s says where it breaks', async (_name, text) => {
    await expect(messages(text, 100_000)).rejects.toBeInstanceOf(BrokenExport);
  });
});
