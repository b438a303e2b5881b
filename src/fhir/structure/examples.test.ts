// The official R4 examples against structural validation: what is refused, and why each refusal is right. A run takes one in
// twenty and all that are listed here; LAMPLIGHT_FULL=1 takes all 5,306.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readJsonNow, writeJson } from '../json.ts';
import { validateStructure } from './validate.ts';

const folder = dirname(createRequire(import.meta.url).resolve('hl7.fhir.r4.examples/package.json'));

/** Examples that break R4 themselves: what is wrong with each, and where it is found first. */
const wrong: [why: string, where: RegExp, files: string[]][] = [
  [
    'a narrative without any text breaks txt-2',
    /^[A-Za-z]+\.text\.div$/,
    [
      'ActivityDefinition-blood-tubes-supply',
      'ActivityDefinition-heart-valve-replacement',
      'EventDefinition-example',
      'Questionnaire-zika-virus-exposure-assessment',
    ],
  ],
  ['an item without linkId, which is 1..1', /^Questionnaire\.item\[0\]\.item\[0\]\.linkId$/, ['Questionnaire-qs1']],
  [
    'search parameters without base, which is 1..*',
    /^SearchParameter\.base$/,
    ['CodeSystem', 'ValueSet'].flatMap((type) =>
      ['author', 'effective', 'end', 'keyword', 'workflow'].map(
        (name) => `SearchParameter-${type.toLowerCase()}-extensions-${type}-${name}`,
      ),
    ),
  ],
  [
    'an id of more than 64 characters',
    /^SearchParameter\.id$/,
    ['SearchParameter-questionnaireresponse-extensions-QuestionnaireResponse-item-subject'],
  ],
  ['a list of all definitions, without the mandatory name and status', /^ImplementationGuide\./, ['ImplementationGuide-fhir', 'ig-r4']],
  ['codes with a blank at the end, or of nothing else', /\.concept\[\d+\]\.code$/, ['Bundle-v2-valuesets', 'CodeSystem-v2-0550']],
  [
    'media types with a parameter that has blanks and no quotes',
    /\.payloadMimeType\[0\]$/,
    ['Bundle-b0a5e4277-83c4-4adb-87e2-e3efe3369b6f'],
  ],
  ['Device is the one type allowed, and it refers to a DeviceDefinition', /^DeviceMetric\.parent\.reference$/, ['DeviceMetric-example']],
  [
    'Procedure is not among the types of reasonReference',
    /^DeviceUseStatement\.reasonReference\[0\]\.reference$/,
    ['DeviceUseStatement-example'],
  ],
  [
    'an Organization dispenses, and it refers to a Practitioner',
    /^MedicationRequest\.dispenseRequest\.performer\.reference$/,
    ['MedicationRequest-medrx0301'],
  ],
  ['Encounter is not among the types of performer', /^Observation\.performer\[0\]\.reference$/, ['Observation-clinical-gender']],
];

const listed = new Set(wrong.flatMap(([, , files]) => files));
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.json') && file !== 'package.json')
  .map((file) => file.slice(0, -5));
const every = process.env['LAMPLIGHT_FULL'] === '1' ? 1 : 20;

/** The longest example, a list of all definitions, has 108,000 values: above the default limit of a resource. */
const read = (name: string): unknown => {
  const result = readJsonNow(readFileSync(join(folder, `${name}.json`), 'utf8'), { maxEntryValues: 1_000_000 });
  if (!result.ok) throw new Error(`${name}: ${result.problem.where} ${result.problem.message}`);
  return result.value;
};

describe('the official examples', () => {
  it.each(wrong)('are refused for %s', (_, where, files) => {
    for (const file of files) expect([file, validateStructure(read(file))[0]?.where]).toEqual([file, expect.stringMatching(where)]);
  });

  it('are accepted otherwise', () => {
    const refused: string[] = [];
    for (const [i, name] of names.entries()) {
      if (i % every !== 0 || listed.has(name)) continue;
      for (const { where, message } of validateStructure(read(name))) refused.push(`${name} ${where} ${message}`);
    }
    expect(refused).toEqual([]);
    expect(names.length).toBeGreaterThan(5_000);
  });

  it('are written as they were read, to the digit', () => {
    for (const [i, name] of names.entries()) {
      if (i % (every * 5) !== 0) continue;
      const value = read(name);
      const again = readJsonNow(writeJson(value), { maxEntryValues: 1_000_000 });
      expect(again.ok && again.value, name).toEqual(value);
    }
  });
});
