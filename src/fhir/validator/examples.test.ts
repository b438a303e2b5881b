// All official R4 examples (5,306, and a package.json), judged: every file that is not called valid stands here with what is wrong with it, and any change
// fails. Takes half a minute.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readJsonNow } from '../json.ts';
import { codesAtHand } from './codes-at-hand.ts';
import { ProfileSet } from './profiles.ts';
import { validate } from './validate.ts';

const folder = dirname(createRequire(import.meta.url).resolve('hl7.fhir.r4.examples/package.json'));

/** Errors of a file as `kind of rule, source × how many`, by reason. */
const disagreements: { why: string; errors: string[]; files: string[] }[] = [
  {
    why: 'A narrative without any text breaks txt-2.',
    errors: ['type × 1'],
    files: [
      'ActivityDefinition-blood-tubes-supply',
      'ActivityDefinition-heart-valve-replacement',
      'EventDefinition-example',
      'Questionnaire-zika-virus-exposure-assessment',
    ],
  },
  {
    why: 'Its modifierExtensions are of an example server: what they change is known to nobody else.',
    errors: ['extension × 3'],
    files: ['Basic-referral'],
  },
  {
    why: 'fullUrl ends with pat12, and the id is pat2.',
    errors: ['bundle × 1'],
    files: ['Bundle-10bb101f-a121-4264-a920-67be9cb82c74', 'Bundle-3a0707d3-549e-4467-b8b8-5a2ab3800efe'],
  },
  { why: 'Each fullUrl has lri- before the id.', errors: ['bundle × 16'], files: ['Bundle-lri-example'] },
  {
    why: 'Media types with a parameter that has blanks and no quotes.',
    errors: ['binding × 6'],
    files: ['Bundle-b0a5e4277-83c4-4adb-87e2-e3efe3369b6f'],
  },
  {
    why: 'Twelve data elements of Quantity are in it twice or three times.',
    errors: ['bundle bdl-7 × 12'],
    files: ['Bundle-dataelements'],
  },
  { why: 'Codes with a blank at the end, or of nothing else.', errors: ['type × 4'], files: ['Bundle-v2-valuesets', 'CodeSystem-v2-0550'] },
  {
    why: 'The extension translation stands on contains, and by its own definition only on string, code and markdown. More than 100 times.',
    errors: ['extension translation × 100'],
    files: ['Bundle-valueset-expansions'],
  },
  {
    why: 'Device is the one type allowed, and it refers to a DeviceDefinition.',
    errors: ['reference × 1'],
    files: ['DeviceMetric-example'],
  },
  { why: 'Procedure is not among the types of reasonReference.', errors: ['reference × 1'], files: ['DeviceUseStatement-example'] },
  { why: 'An Organization dispenses, and it refers to a Practitioner.', errors: ['reference × 1'], files: ['MedicationRequest-medrx0301'] },
  { why: 'Encounter is not among the types of performer.', errors: ['reference × 1'], files: ['Observation-clinical-gender'] },
  {
    why: 'A list of all definitions without the mandatory name and status; one reference has an id of more than 64 characters.',
    errors: ['cardinality × 2', 'reference × 1'],
    files: ['ImplementationGuide-fhir', 'ig-r4'],
  },
  {
    why: 'The ethnicity of US Core stands on an Observation, in a form that it had before version 2: its context, its value and its text.',
    errors: ['cardinality us-core-ethnicity × 1', 'extension us-core-ethnicity × 1', 'slicing text × 1'],
    files: ['Observation-example-genetics-brcapat'],
  },
  { why: 'Items without linkId, which is 1..1.', errors: ['cardinality × 32'], files: ['Questionnaire-qs1'] },
  {
    why: 'Search parameters without base, which is 1..*.',
    errors: ['cardinality × 1'],
    files: ['CodeSystem', 'ValueSet'].flatMap((type) =>
      ['author', 'effective', 'end', 'keyword', 'workflow'].map(
        (name) => `SearchParameter-${type.toLowerCase()}-extensions-${type}-${name}`,
      ),
    ),
  },
  {
    why: 'An id of more than 64 characters.',
    errors: ['type × 1'],
    files: ['SearchParameter-questionnaireresponse-extensions-QuestionnaireResponse-item-subject'],
  },
  {
    why: 'Patterns (logical models) that are not abstract and name no baseDefinition: sdf-4.',
    errors: ['invariant sdf-4 × 1'],
    files: ['StructureDefinition-Definition', 'StructureDefinition-Event', 'StructureDefinition-FiveWs', 'StructureDefinition-Request'],
  },
];

describe('the official examples', () => {
  it('are valid, but for those that stand here', { timeout: 300_000 }, () => {
    const profiles = new ProfileSet();
    const found: Record<string, string[]> = {};
    const names = readdirSync(folder).filter((file) => file.endsWith('.json') && file !== 'package.json');
    for (const name of names) {
      // The longest, a list of all definitions, has 108,000 values: above the default bound of a resource.
      const read = readJsonNow(readFileSync(join(folder, name), 'utf8'), { maxEntryValues: 1_000_000 });
      if (!read.ok) throw new Error(`${name}: ${read.problem.message}`);
      const counts = new Map<string, number>();
      for (const { severity, rule, source } of validate(read.value, profiles, { codes: codesAtHand }).findings) {
        if (severity !== 'error') continue;
        const kind = source === undefined ? rule : `${rule} ${source.slice(source.lastIndexOf('/') + 1)}`;
        counts.set(kind, (counts.get(kind) ?? 0) + 1);
      }
      if (counts.size > 0) found[name.slice(0, -5)] = [...counts].map(([kind, count]) => `${kind} × ${count}`).sort();
    }
    const expected = Object.fromEntries(disagreements.flatMap(({ errors, files }) => files.map((file) => [file, errors])));
    expect(found).toEqual(expected);
    expect(names).toHaveLength(5_306);
  });
});
