// A simulated year beside published figures (published.ts): apart by no more than a fifth and what chance adds is said to fit.
import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Encounter, Observation, Patient, Resource } from '../../src/fhir/generated/types.ts';
import { fail, ok, type Result } from '../../src/fhir/result.ts';
import { dayMs } from '../calendar.ts';
import { type Published, published, rangeDefinition, tolerance } from './published.ts';

export interface Compared {
  what: string;
  found: string;
  published: string;
  source: string;
  /** Whether somebody who knows the field has looked at the comparison. */
  review: 'unreviewed';
  fits: boolean;
}

const review = 'unreviewed' as const;

async function* linesOf<R extends Resource>(folder: string, type: string): AsyncGenerator<R> {
  const path = join(folder, `${type}.ndjson`);
  if (!existsSync(path)) return;
  for await (const line of createInterface({ input: createReadStream(path) })) if (line !== '') yield JSON.parse(line) as R;
}

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
  const seen = { emergency: 0, admitted: 0, old: 0, oldAdmitted: 0, daytime: 0, mondays: 0, stays: 0, days: 0, deaths: 0, lastDays: 0 };
  for await (const encounter of linesOf<Encounter>(folder, 'Encounter')) {
    const start = new Date(encounter.period?.start ?? '');
    const days = (Date.parse(encounter.period?.end ?? '') - start.getTime()) / dayMs;
    const disposition = encounter.hospitalization?.dischargeDisposition?.coding?.[0]?.code;
    const age = (start.getTime() - (born.get(encounter.subject?.reference ?? '') ?? start.getTime())) / (365.25 * dayMs);
    if (encounter.class.code === 'EMER') {
      const admitted = disposition === 'other-hcf' ? 1 : 0;
      seen.emergency++;
      seen.admitted += admitted;
      if (age >= 60) seen.old++;
      if (age >= 60) seen.oldAdmitted += admitted;
      if (start.getUTCHours() >= 9 && start.getUTCHours() < 18) seen.daytime++;
      if (start.getUTCDay() === 1) seen.mondays++;
    }
    if (encounter.class.code === 'IMP' && Number.isFinite(days)) {
      seen.stays++;
      seen.days += days;
      if (disposition === 'exp') seen.deaths++;
      if (disposition === 'exp') seen.lastDays += days;
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
  const { emergency, stays, deaths } = seen;
  return ok([
    ...(await visitRate(folder, emergency)),
    shareOf(published.admitted, seen.admitted, emergency),
    shareOf(published.admittedFrom60, seen.oldAdmitted, seen.old),
    compared(published.stay, seen.days / Math.max(1, stays), stays),
    shareOf(published.deaths, deaths, stays),
    compared(published.lastStay, seen.lastDays / Math.max(1, deaths), deaths),
    shareOf(published.daytime, seen.daytime, emergency),
    shareOf(published.mondays, seen.mondays, emergency),
    ...watched.map(([code, name]) => {
      const { all, within } = laboratory.get(code) ?? { all: 0, within: 0 };
      const percent = all === 0 ? 0 : (100 * within) / all;
      const what = `${name} within its range`;
      const said = 'at most 95 % of patients';
      return {
        what,
        found: `${percent.toFixed(1)} %`,
        published: said,
        source: rangeDefinition,
        review,
        fits: percent >= 60 && percent <= 97.5,
      };
    }),
  ]);
}

/** How many people and days there were stands beside the files; files from elsewhere lack it. */
async function visitRate(folder: string, emergency: number): Promise<Compared[]> {
  const path = join(folder, 'simulation.txt');
  if (!existsSync(path)) return [];
  const { patients, days } = JSON.parse(await readFile(path, 'utf8')) as { patients?: number; days?: number };
  if (patients === undefined || days === undefined) return [];
  return [compared(published.visits, (100 * emergency * 365) / (patients * days), emergency)];
}

/** Two standard errors of a mean whose values spread as widely as their mean, as lengths of stay and counts at least do. */
const compared = (of: Published, value: number, count: number): Compared => judged(of, value, (2 * value) / Math.sqrt(Math.max(1, count)));

function shareOf(of: Published, part: number, whole: number): Compared {
  const share = whole === 0 ? 0 : part / whole;
  return judged(of, 100 * share, 200 * Math.sqrt((share * (1 - share)) / Math.max(1, whole)));
}

function judged({ what, unit, from, to, said, source }: Published, value: number, chance: number): Compared {
  const fits = value >= from * (1 - tolerance) - chance && value <= to * (1 + tolerance) + chance;
  return { what, found: `${value.toFixed(1)} ${unit}`.trim(), published: said, source, review, fits };
}
