// A year (or any number of days) of the hospital as files for analysis: one NDJSON file a resource type, as Bulk Data writes them, and the
// planted truth beside them. Loaded by "lamplight load FOLDER"; the truth is not, because it is no resource.
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Resource } from '../../src/fhir/generated/types.ts';
import { fail, ok, type Result } from '../../src/fhir/result.ts';
import { dayMs, instant } from '../calendar.ts';
import { hospitalOf } from '../hospital.ts';
import { lifeOf, ratesFor } from './life.ts';
import type { Visit } from './world.ts';

export interface YearOptions {
  folder: string;
  seed: string | number;
  days: number;
  population: number;
  bedsEach: number;
  planted: number;
  startMs: number;
  say(text: string): void;
}

export interface YearSummary {
  resources: number;
  byType: Record<string, number>;
  truths: number;
  seconds: number;
  from: string;
  until: string;
}

const flushAt = 1 << 20;

export async function writeYear(options: YearOptions): Promise<Result<YearSummary>> {
  const { folder, seed, days, population, bedsEach, planted, startMs } = options;
  if (existsSync(folder) && readdirSync(folder).length > 0) return fail('conflict', `${folder} is not empty: name a new folder`);
  mkdirSync(folder, { recursive: true });
  const began = performance.now();
  const hospital = hospitalOf(seed, bedsEach);
  const files = new Map<string, { file: number; text: string }>();
  const byType: Record<string, number> = {};
  let truths = 0;
  let resources = 0;
  const line = (name: string, text: string): void => {
    const open = files.get(name) ?? { file: openSync(join(folder, name), 'w'), text: '' };
    files.set(name, open);
    open.text += `${text}\n`;
    if (open.text.length < flushAt) return;
    writeSync(open.file, open.text);
    open.text = '';
  };
  const write = (resource: Resource): void => {
    resources++;
    byType[resource.resourceType] = (byType[resource.resourceType] ?? 0) + 1;
    line(`${resource.resourceType}.ndjson`, JSON.stringify(resource));
  };
  // Written in their last form, when the visit is over or the year is.
  const open = new Set<Visit>();
  const patients = new Map<string, Resource>();

  for (const { resource } of hospital.bundle.entry ?? []) if (resource !== undefined) write(resource);
  const life = lifeOf({
    seed,
    startMs,
    hospital,
    bedsEach,
    population,
    from: 0,
    rates: { ...ratesFor(population), planted },
    tell({ kind, visit, resources: told }) {
      if (visit !== undefined && !visit.over) open.add(visit);
      if (kind === 'discharged' && visit !== undefined) open.delete(visit);
      for (const one of told) {
        if (one.resourceType === 'Patient') patients.set(one.id ?? '', one);
        else if (kind !== 'discharged' && visit?.open.includes(one) === true) continue;
        else write(one);
      }
    },
    plant(truth) {
      truths++;
      line('truth.jsonl.txt', JSON.stringify(truth));
    },
  });
  const endMs = startMs + days * dayMs;
  let saidDay = 0;
  for (let steps = 0; (life.nextMs() ?? Number.POSITIVE_INFINITY) < endMs; steps++) {
    life.step();
    if (steps % 5000 === 0) await new Promise<void>((done) => setImmediate(done));
    const day = Math.floor((life.world.nowMs - startMs) / dayMs);
    if (day >= saidDay + 30) {
      saidDay = day;
      options.say(`day ${day} of ${days}: ${resources.toLocaleString('en')} resources`);
    }
  }
  for (const visit of open) for (const one of visit.open) write(one);
  for (const patient of patients.values()) write(patient);
  for (const { file, text } of files.values()) {
    writeSync(file, text);
    closeSync(file);
  }
  const summary: YearSummary = {
    resources,
    byType,
    truths,
    seconds: (performance.now() - began) / 1000,
    from: instant(startMs),
    until: instant(endMs),
  };
  writeFileSync(
    join(folder, 'simulation.txt'),
    `${JSON.stringify({ seed, days, patients: population, bedsEach, planted, ...summary, seconds: undefined }, undefined, 2)}\n`,
  );
  return ok(summary);
}
