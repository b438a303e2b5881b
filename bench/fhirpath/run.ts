// npm run bench -- fhirpath [seconds]: µs of one evaluation, invariants of R4 and typical expressions, beside @medplum/core with the
// expression parsed before, in the same run on the same resources.
import { parseFhirPath, toTypedValue } from '@medplum/core';
import { compile } from '../../src/fhir/fhirpath/compile.ts';
import type { Focus } from '../../src/fhir/fhirpath/contract.ts';
import { type Json, readJsonNow } from '../../src/fhir/json.ts';

const seconds = Number(process.argv[2] ?? 0.3);

const ucum = { system: 'http://unitsofmeasure.org', unit: 'mmHg', code: 'mm[Hg]' };
const loinc = (code: string): object => ({ coding: [{ system: 'http://loinc.org', code }] });
const observation = {
  resourceType: 'Observation',
  id: 'bp',
  meta: { lastUpdated: '2026-01-01T10:00:00Z', profile: ['http://hl7.org/fhir/StructureDefinition/bp'] },
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">120/80</div>' },
  status: 'final',
  category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] }],
  code: loinc('85354-9'),
  subject: { reference: 'Patient/p' },
  effectiveDateTime: '2026-01-01T10:00:00+01:00',
  component: [
    { code: loinc('8480-6'), valueQuantity: { value: 120, ...ucum } },
    { code: loinc('8462-4'), valueQuantity: { value: 80, ...ucum } },
  ],
};
const patient = {
  resourceType: 'Patient',
  id: 'p',
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">Jane</div>' },
  identifier: [{ system: 'urn:example', value: '1', type: { coding: [{ code: 'MR' }] } }],
  active: true,
  name: [
    { use: 'official', family: 'Roe', given: ['Jane', 'Ann'] },
    { use: 'nickname', given: ['Jay'] },
  ],
  telecom: [
    { system: 'phone', value: '555', use: 'home' },
    { system: 'email', value: 'a@example.org' },
  ],
  gender: 'female',
  birthDate: '1980-02-29',
  contact: [{ name: { text: 'John' }, gender: 'male' }],
};

/** Invariants of DomainResource, Observation and the types in it (http://hl7.org/fhir/R4/observation.html#invs), then five others. */
const cases: [string, object, string][] = [
  ['dom-2', observation, 'contained.contained.empty()'],
  ['dom-4', observation, 'contained.meta.versionId.empty() and contained.meta.lastUpdated.empty()'],
  [
    'dom-3',
    observation,
    "contained.where((('#'+id in (%resource.descendants().reference | %resource.descendants().as(canonical) | %resource.descendants().as(uri) | %resource.descendants().as(url))) or descendants().where(reference = '#').exists() or descendants().where(as(canonical) = '#').exists() or descendants().where(as(canonical) = '#').exists()).not()).trace('unmatched', id).empty()",
  ],
  ['dom-5', observation, 'contained.meta.security.empty()'],
  ['dom-6', observation, 'text.`div`.exists()'],
  ['obs-6', observation, 'dataAbsentReason.empty() or value.empty()'],
  ['obs-7', observation, 'value.empty() or component.code.where(coding.intersect(%resource.code.coding).exists()).empty()'],
  ['obs-3 of each component', observation, 'component.all(referenceRange.all(low.exists() or high.exists() or text.exists()))'],
  ['qty-3 of each value', observation, 'component.value.all(code.empty() or system.exists())'],
  [
    'ref-1',
    observation,
    "subject.all(reference.startsWith('#').not() or (reference.substring(1).trace('url') in %rootResource.contained.id.trace('ids')))",
  ],
  ['vs-2', observation, 'component.all(value.exists() or dataAbsentReason.exists())'],
  ['pat-1', patient, 'contact.all(name.exists() or telecom.exists() or address.exists() or organization.exists())'],
  ['cpt-2 of each telecom', patient, 'telecom.all(value.empty() or system.exists())'],
  ['path', patient, 'Patient.name.given'],
  ['where', patient, "Patient.name.where(use = 'official').given.first()"],
  ['dates', patient, 'Patient.birthDate <= today() and Patient.birthDate > @1900-01-01'],
  ['component by code', observation, "component.where(code.coding.exists(system = 'http://loinc.org' and code = '8480-6')).value.value"],
  ['union', patient, 'Patient.name.family | Patient.name.given'],
];

/** CPU in µs of one run, the best of five rounds: what else the machine does only ever adds. */
function cost(work: () => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) {
    const before = process.cpuUsage();
    const until = performance.now() + (seconds * 1000) / 5;
    let done = 0;
    while (performance.now() < until) {
      for (let i = 0; i < 100; i++) work();
      done += 100;
    }
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / done);
  }
  return best;
}

console.log(`\n${new Date().toISOString().slice(0, 10)}, Node ${process.version}: CPU µs of one evaluation, best of five\n`);
console.log('| expression | Lamplight | @medplum/core, parsed before |\n| --- | --- | --- |');
let ours = 0;
let theirs = 0;
for (const [name, resource, text] of cases) {
  const compiled = compile(text);
  const read = readJsonNow(JSON.stringify(resource));
  if (!compiled.ok || !read.ok) throw new Error(`${name} does not compile`);
  const focus: Focus = { type: (resource as { resourceType: string }).resourceType, value: read.value as Json };
  const boolean = !/^(path|where|component by code|union)$/.test(name);
  const own = cost(boolean ? () => compiled.value.test(focus) : () => compiled.value.evaluate(focus));
  const atom = parseFhirPath(text);
  const typed = toTypedValue(resource);
  const variables = { '%resource': typed, '%rootResource': typed, '%context': typed };
  let other: number | undefined;
  try {
    atom.eval({ variables }, [typed]);
    other = cost(() => atom.eval({ variables }, [typed]));
  } catch {
    other = undefined;
  }
  ours += own;
  theirs += other ?? 0;
  console.log(`| ${name} | ${own.toFixed(2)} | ${other?.toFixed(2) ?? 'fails'} |`);
}
console.log(`| together | ${ours.toFixed(1)} | ${theirs.toFixed(1)} |`);
