// Practice data of others, where it is at hand: the examples of US Core against the profiles that they name and that are here, and
// patients of a generator. What is not called valid stands here with its reason; nothing of the data does.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readJsonNow } from '../json.ts';
import { codesAtHand } from './codes-at-hand.ts';
import type { Finding } from './contract.ts';
import { ProfileSet } from './profiles.ts';
import { validate } from './validate.ts';

const root = join(process.env['LAMPLIGHT_SHARED_DATA'] ?? '../shared/data', 'fhir');
const has = existsSync(root);
if (!has) console.log('skipped: no practice data');

const profiles = new ProfileSet();
const read = (folder: string): [name: string, findings: Finding[]][] =>
  readdirSync(join(root, folder))
    .filter((file) => file.endsWith('.json'))
    .map((file) => {
      const result = readJsonNow(readFileSync(join(root, folder, file), 'utf8'));
      if (!result.ok) throw new Error(`${file}: ${result.problem.message}`);
      return [file.slice(0, -5), validate(result.value, profiles, { codes: codesAtHand }).findings];
    });
const errorsOf = (all: [string, Finding[]][]): string[] =>
  all.flatMap(([name, findings]) => findings.flatMap((one) => (one.severity === 'error' ? [`${name}: ${one.rule} ${one.where}`] : [])));

describe.skipIf(!has)('practice data', () => {
  it('of US Core is valid, but for what stands here', () => {
    const all = read('us-core');
    expect(all.length).toBeGreaterThan(200);
    expect(errorsOf(all)).toEqual([
      // The narrative has a status and no div, which is 1..1.
      'diagnosticreport-cbc: cardinality DiagnosticReport.text.div',
      // Written for a later release of US Core, in which gender is not mandatory; in 5.0.1 it is.
      'patient-child-example: cardinality Patient.gender',
      'patient-deceased-example: cardinality Patient.gender',
      'patient-example: cardinality Patient.gender',
      'patient-infant-example: cardinality Patient.gender',
    ]);
  });

  it('of a generator of patients is valid, but for what stands here', () => {
    const all = read('synthea');
    expect(all.length).toBeGreaterThan(50);
    for (const [, findings] of all) {
      for (const { severity, where, source } of findings) {
        // One patient's language is named by the codes of ISO 639-1: R4 allows those of BCP 47 alone (maxValueSet).
        if (severity === 'error') {
          expect(source).toBe('http://hl7.org/fhir/ValueSet/all-languages');
          expect(where).toMatch(/\.communication\[\d+\]\.language$/);
        }
      }
    }
  });

  it('is judged without anything that could not be checked but for profiles and extensions that are not here', () => {
    const unchecked = [...read('us-core'), ...read('synthea')].flatMap(([, all]) =>
      all.filter((one) => /could not be checked/.test(one.message)),
    );
    expect(unchecked).toEqual([]);
  });
});
