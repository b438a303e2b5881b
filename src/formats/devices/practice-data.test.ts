// Open mHealth's own samples: what its schemas accept is told, what they refuse gets a note and no value. And what the HL7 Personal
// Health Device guide gives as examples says the codes that our tables say.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { devices } from './devices.ts';
import { measurementOf } from './nomenclature.ts';
import { bodies } from './omh-words.ts';

const folder = join(process.env['LAMPLIGHT_SHARED_DATA'] ?? '../shared/data', 'devices');
const there = existsSync(folder);
const schemas = ['blood-pressure', 'calories-burned', 'physical-activity', ...Object.keys(bodies).map((name) => name.replaceAll('_', '-'))];

interface Sample {
  name: string;
  passes: boolean;
  payload: string;
}

function samples(): Sample[] {
  const found: Sample[] = [];
  const root = join(folder, 'openmhealth', 'test-data', 'omh');
  for (const schema of schemas) {
    if (!existsSync(join(root, schema))) continue;
    for (const version of readdirSync(join(root, schema)))
      for (const kind of readdirSync(join(root, schema, version)))
        for (const file of readdirSync(join(root, schema, version, kind))) {
          const header = `{"id":"x","creation_date_time":"2026-07-01T12:00:00Z","schema_id":{"namespace":"omh","name":"${schema}","version":"${version}"}}`;
          const body = readFileSync(join(root, schema, version, kind, file), 'utf8');
          found.push({
            name: `${schema} ${version} ${kind} ${file}`,
            passes: kind === 'shouldPass',
            payload: `{"header":${header},"body":${body}}`,
          });
        }
  }
  return found;
}

describe.skipIf(!there)(there ? 'Open mHealth' : 'Open mHealth (skipped: no practice data)', () => {
  test('every sample is told or refused as its schema says', () => {
    const wrong = samples().flatMap(({ name, passes, payload }) => {
      const told = devices.toFhir(devices.read(Buffer.from(payload)), { sender: 'app', receivedAt: new Date(0), timeZone: 'UTC' });
      const count = told.resources.filter(({ resource }) => resource.resourceType === 'Observation').length;
      // FHIR knows a date, not a part of a day: that leaf has no home.
      const kept = told.ledger
        .filter(({ state, path }) => state === 'kept' && path.startsWith('/body') && !path.endsWith('/part_of_day'))
        .map(({ path }) => path);
      if (passes && (count !== 1 || kept.length > 0))
        return [`${name}: ${count} observations, kept ${kept.join(' ')}, ${told.notes[0]?.message ?? ''}`];
      return passes || (count === 0 && told.notes.length > 0) ? [] : [`${name}: told although it is not valid`];
    });
    expect(samples().length).toBeGreaterThan(100);
    expect(wrong).toEqual([]);
  });
});

describe.skipIf(!there)(there ? 'the PHD guide' : 'the PHD guide (skipped: no practice data)', () => {
  test('has the same LOINC code where an example has one beside an IEEE code', () => {
    const examples = join(folder, 'HL7-phd', 'input', 'examples');
    const wrong: string[] = [];
    let compared = 0;
    for (const file of readdirSync(examples)) {
      const text = readFileSync(join(examples, file), 'utf8');
      for (const [, list = ''] of text.matchAll(/"coding"\s*:\s*\[([^\]]*)\]/g)) {
        const mdc = /11073:10101"\s*,\s*"code"\s*:\s*"(\d+)"/.exec(list)?.[1];
        const loincs = [...list.matchAll(/loinc\.org"\s*,\s*"code"\s*:\s*"([\d-]+)"/g)].map((match) => match[1] ?? '');
        const what = mdc === undefined || loincs.length === 0 ? undefined : measurementOf(mdc);
        if (what === undefined) continue;
        compared++;
        const ours = Array.isArray(what.loinc) ? what.loinc : Object.values(what.loinc as Record<string, string[]>).flat();
        if (!loincs.some((code) => ours.includes(code))) wrong.push(`${file}: ${mdc} is ${loincs.join(' ')}, not ${ours.join(' ')}`);
      }
    }
    expect(compared).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });
});
