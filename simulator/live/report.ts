// A simulated year beside published figures. The bounds say how far a town of this size may be from a nation; each figure names its
// source, so that whoever doubts it can look.
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Encounter, Observation, Patient, Resource } from '../../src/fhir/generated/types.ts';
import { fail, ok, type Result } from '../../src/fhir/result.ts';
import { dayMs } from '../calendar.ts';

export interface Compared {
  what: string;
  found: string;
  published: string;
  source: string;
  fits: boolean;
}

async function* linesOf<R extends Resource>(folder: string, type: string): AsyncGenerator<R> {
  const path = join(folder, `${type}.ndjson`);
  if (!existsSync(path)) return;
  for await (const line of createInterface({ input: createReadStream(path) })) if (line !== '') yield JSON.parse(line) as R;
}

const nhamcs = 'CDC, NHAMCS 2021 emergency department summary tables';
const hcup = 'AHRQ, HCUP Statistical Brief 180, overview of hospital stays in the United States 2012';
const nhs = 'NHS England, Hospital Accident & Emergency Activity, arrivals by hour';
const definition = 'a reference range holds the middle 95 % of healthy people (CLSI EP28-A3c); people who are ill leave it more often';

/** Codes of the laboratory whose values are compared with their own reference range. */
const watched: readonly (readonly [code: string, name: string])[] = [
  ['2951-2', 'sodium'],
  ['2823-3', 'potassium'],
  ['777-3', 'platelets'],
];

export async function compareYear(folder: string): Promise<Result<Compared[]>> {
  if (!existsSync(join(folder, 'Encounter.ndjson')))
    return fail('not-found', `${folder} holds no Encounter.ndjson: make it with "lamplight simulate --out ${folder}"`);
  const born = new Map<string, number>();
  for await (const { id, birthDate } of linesOf<Patient>(folder, 'Patient')) born.set(`Patient/${id}`, Date.parse(birthDate ?? ''));
  const seen = { emergency: 0, old: 0, young: 0, admitted: 0, stays: 0, days: 0, long: 0, deaths: 0, ended: 0 };
  const hours = Array.from({ length: 24 }, () => 0);
  for await (const encounter of linesOf<Encounter>(folder, 'Encounter')) {
    const startMs = Date.parse(encounter.period?.start ?? '');
    const endMs = Date.parse(encounter.period?.end ?? '');
    const disposition = encounter.hospitalization?.dischargeDisposition?.coding?.[0]?.code;
    const age = (startMs - (born.get(encounter.subject?.reference ?? '') ?? startMs)) / (365.25 * dayMs);
    if (encounter.class.code === 'EMER') {
      seen.emergency++;
      hours[new Date(startMs).getUTCHours()]!++;
      if (age >= 65) seen.old++;
      if (age < 15) seen.young++;
      if (disposition === 'other-hcf') seen.admitted++;
    }
    if (encounter.class.code === 'IMP' && Number.isFinite(endMs)) {
      seen.stays++;
      seen.days += (endMs - startMs) / dayMs;
      if (disposition === 'exp') seen.deaths++;
    }
  }
  const laboratory = new Map(watched.map(([code]) => [code, { all: 0, within: 0 }]));
  for await (const { code, valueQuantity, referenceRange } of linesOf<Observation>(folder, 'Observation')) {
    const count = laboratory.get(code.coding?.[0]?.code ?? '');
    const range = referenceRange?.[0];
    if (count === undefined || valueQuantity?.value === undefined) continue;
    count.all++;
    const value = Number(valueQuantity.value);
    if (value >= Number(range?.low?.value ?? -Infinity) && value <= Number(range?.high?.value ?? Infinity)) count.within++;
  }
  const share = (part: number, whole: number): number => (whole === 0 ? 0 : (100 * part) / whole);
  const figure = (
    what: string,
    value: number,
    [low, high]: readonly [number, number],
    unit: string,
    published: string,
    source: string,
  ): Compared => ({
    what,
    found: `${value.toFixed(1)} ${unit}`,
    published,
    source,
    fits: value >= low && value <= high,
  });
  const mean = seen.emergency / 24;
  const between = (from: number, to: number): number =>
    hours.slice(from, to).reduce((sum, one) => sum + one, 0) / (to - from) / Math.max(1, mean);
  return ok([
    figure('emergency visits that end in admission', share(seen.admitted, seen.emergency), [10, 20], '%', '13.1 %', nhamcs),
    figure('emergency visits of people of 65 and older', share(seen.old, seen.emergency), [14, 26], '%', 'about 18 to 20 %', nhamcs),
    figure('emergency visits of people under 15', share(seen.young, seen.emergency), [11, 24], '%', 'about 16 to 19 %', nhamcs),
    figure('mean length of stay', seen.days / Math.max(1, seen.stays), [3.6, 6], 'days', '4.5 days', hcup),
    figure(
      'stays that end in death',
      share(seen.deaths, seen.stays),
      [0.8, 4.5],
      '%',
      'about 2 %',
      'CDC, NCHS Data Brief 118, trends in inpatient hospital deaths 2000-2010',
    ),
    figure('arrivals from 10 to 13, of an average hour', 100 * between(10, 13), [125, 170], '%', 'highest in the late morning', nhs),
    figure('arrivals from 2 to 6, of an average hour', 100 * between(2, 6), [25, 60], '%', 'lowest in the small hours', nhs),
    ...watched.map(([code, name]) => {
      const { all, within } = laboratory.get(code) ?? { all: 0, within: 0 };
      return figure(`${name} within its range`, share(within, all), [60, 99], '%', 'at most 95 % of patients', definition);
    }),
  ]);
}
