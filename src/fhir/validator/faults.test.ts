// Faults by the rules of R4 itself: made from the tables for every resource type, and written by hand for Bundles, contained resources,
// references, bindings and meta. The resource without the fault passes without an error; the fault is found by its rule at its place.
import { describe, expect, it } from 'vitest';
import { resources, types } from '../generated/structure.ts';
import { codesAtHand } from './codes-at-hand.ts';
import type { Finding, Rule, Severity } from './contract.ts';
import type { Members } from './definition.ts';
import { minimal } from './minimal.fixture.ts';
import { ProfileSet } from './profiles.ts';
import { validate } from './validate.ts';

const profiles = new ProfileSet();
const findings = (resource: Members): Finding[] => validate(resource, profiles, { codes: codesAtHand, bestPractice: false }).findings;
const errors = (resource: Members): string[] =>
  findings(resource)
    .filter((one) => one.severity === 'error')
    .map((one) => `${one.rule} ${one.where}`);

type Generated = [type: string, element: string, faulty: Members, rule: Rule, where: string];

const linesOf = (type: string): string[][] => (types[type] ?? '').split('\n').map((line) => line.split(' '));

/** One mandatory element after another left out. */
const missing = resources.flatMap((type): Generated[] =>
  linesOf(type).flatMap(([name = '', min]): Generated[] => {
    if (min === '0') return [];
    const whole = minimal(type);
    const given = Object.keys(whole).find((one) => one === name || (name.endsWith('[x]') && one.startsWith(name.slice(0, -3)))) as string;
    const { [given]: _, ...faulty } = whole;
    return [[type, name, faulty, 'cardinality', `${type}.${name}`]];
  }),
);

/** The first reference that not every type may stand in, led to a type that may not. */
const misled = resources.flatMap((type): Generated[] => {
  const line = linesOf(type).find(([name = '', , , list = '']) => /^Reference>[A-Za-z,]+$/.test(list) && !name.endsWith('[x]'));
  const [name = '', , max, list = ''] = line ?? [];
  if (!line || list.includes('Linkage')) return [];
  const reference = { reference: 'Linkage/1' };
  const where = `${type}.${name}${max === '*' ? '[0]' : ''}.reference`;
  return [[type, name, minimal(type, { [name]: max === '*' ? [reference] : reference }), 'reference', where]];
});

/** Several values where one may stand, and one where several may. */
const shaped = resources.flatMap((type): Generated[] => {
  const one =
    linesOf(type).find(([name = '', , max]) => max === '1' && !name.endsWith('[x]') && !['id', 'implicitRules'].includes(name)) ?? [];
  const many = linesOf(type).find(([, , max]) => max === '*') ?? [];
  const [single = '', several = ''] = [one[0], many[0]];
  return [
    [type, single, minimal(type, { [single]: [{ id: 'a' }] }), 'type', `${type}.${single}`],
    ...(several === '' ? [] : ([[type, several, minimal(type, { [several]: { id: 'a' } }), 'type', `${type}.${several}`]] as Generated[])),
  ];
});

const contains = resources.filter((type) => linesOf(type).some(([name]) => name === 'contained'));
/** Something contained that nobody refers to. */
const unreferenced = contains.map(
  (type): Generated => [
    type,
    'contained',
    minimal(type, { contained: [minimal('Patient', { id: 'p' })] }),
    'invariant',
    `${type}.contained[0]`,
  ],
);

describe.each([
  ['that lacks what is mandatory', missing],
  ['with a reference to the wrong type', misled],
  ['with one and several confused', shaped],
  ['with something contained that nobody refers to', unreferenced],
])('a resource %s', (_, cases) => {
  it.each(cases)('%s: %s', (type, __, faulty, rule, where) => {
    expect(errors(minimal(type))).toEqual([]);
    expect(errors(faulty)).toContain(`${rule} ${where}`);
  });
});

it('holds far more than 300 generated faults', () => {
  expect(missing.length + misled.length + shaped.length + unreferenced.length).toBeGreaterThan(600);
});

type Case = [what: string, good: Members, bad: Members, rule: Rule, where: string];

const bundle = (type: string, entry: Members[], more: Members = {}): Members => ({ resourceType: 'Bundle', type, entry, ...more });
const patient = (more: Members = {}): Members => minimal('Patient', more);
const observation = (more: Members): Members => minimal('Observation', more);
const url = (id: string): string => `http://x.example/fhir/Patient/${id}`;
const get = { request: { method: 'GET', url: 'Patient/1' } };
const done = { response: { status: '200' } };
const composition = minimal('Composition', { author: [{ display: 'x' }] });
const document = (more: Members): Members =>
  bundle('document', [{ fullUrl: 'urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7', resource: composition }], {
    identifier: { system: 'http://x.example', value: '1' },
    timestamp: '2026-01-31T12:00:00Z',
    ...more,
  });
const header = minimal('MessageHeader');
const without = (name: string, members: Members): Members => ({ ...members, [name]: undefined as never });

const bundles: Case[] = [
  [
    'bdl-1: a total',
    bundle('searchset', [{ resource: patient() }], { total: 1 }),
    bundle('collection', [{ resource: patient() }], { total: 1 }),
    'bundle',
    'Bundle.total',
  ],
  [
    'bdl-2: a search',
    bundle('searchset', [{ resource: patient(), search: { mode: 'match' } }]),
    bundle('collection', [{ resource: patient(), search: { mode: 'match' } }]),
    'bundle',
    'Bundle.entry[0]',
  ],
  ['bdl-3: no request', bundle('batch', [get, get]), bundle('batch', [get, { resource: patient() }]), 'bundle', 'Bundle.entry[1]'],
  [
    'bdl-3: a request',
    bundle('collection', [{ resource: patient() }]),
    bundle('collection', [{ resource: patient(), ...get }]),
    'bundle',
    'Bundle.entry[0]',
  ],
  [
    'bdl-4: no response',
    bundle('batch-response', [done]),
    bundle('batch-response', [{ resource: patient() }]),
    'bundle',
    'Bundle.entry[0]',
  ],
  ['bdl-4: a response', bundle('transaction', [get]), bundle('transaction', [{ ...get, ...done }]), 'bundle', 'Bundle.entry[0]'],
  [
    'bdl-5: an entry of nothing',
    bundle('collection', [{ resource: patient() }]),
    bundle('collection', [{ fullUrl: url('1') }]),
    'bundle',
    'Bundle.entry[0]',
  ],
  [
    'bdl-7: the same twice',
    bundle('collection', [
      { fullUrl: url('a'), resource: patient({ id: 'a' }) },
      { fullUrl: url('b'), resource: patient({ id: 'b' }) },
    ]),
    bundle('collection', [
      { fullUrl: url('a'), resource: patient({ id: 'a' }) },
      { fullUrl: url('a'), resource: patient({ id: 'a' }) },
    ]),
    'bundle',
    'Bundle.entry[1]',
  ],
  [
    'bdl-7: two versions of one',
    bundle(
      'collection',
      ['1', '2'].map((versionId) => ({ fullUrl: url('a'), resource: patient({ id: 'a', meta: { versionId } }) })),
    ),
    bundle(
      'collection',
      ['1', '1'].map((versionId) => ({ fullUrl: url('a'), resource: patient({ id: 'a', meta: { versionId } }) })),
    ),
    'bundle',
    'Bundle.entry[1]',
  ],
  [
    'bdl-8: a version in fullUrl',
    bundle('collection', [{ fullUrl: url('a'), resource: patient({ id: 'a' }) }]),
    bundle('collection', [{ fullUrl: `${url('a')}/_history/1`, resource: patient({ id: 'a' }) }]),
    'bundle',
    'Bundle.entry[0].fullUrl',
  ],
  ['bdl-9: a document without identifier', document({}), without('identifier', document({})), 'bundle', 'Bundle.identifier'],
  ['bdl-9: an identifier without system', document({}), document({ identifier: { value: '1' } }), 'bundle', 'Bundle.identifier'],
  ['bdl-10: a document without time', document({}), without('timestamp', document({})), 'bundle', 'Bundle.timestamp'],
  [
    'bdl-11: a document that begins with another',
    document({}),
    document({ entry: [{ resource: patient() }] }),
    'bundle',
    'Bundle.entry[0]',
  ],
  [
    'bdl-12: a message that begins with another',
    bundle('message', [{ resource: header }]),
    bundle('message', [{ resource: patient() }, { resource: header }]),
    'bundle',
    'Bundle.entry[0]',
  ],
  [
    'a fullUrl of another id',
    bundle('collection', [{ fullUrl: url('a'), resource: patient({ id: 'a' }) }]),
    bundle('collection', [{ fullUrl: url('a'), resource: patient({ id: 'b' }) }]),
    'bundle',
    'Bundle.entry[0].fullUrl',
  ],
  [
    'a fullUrl that is relative',
    bundle('collection', [{ fullUrl: url('a'), resource: patient({ id: 'a' }) }]),
    bundle('collection', [{ fullUrl: 'Patient/a', resource: patient({ id: 'a' }) }]),
    'bundle',
    'Bundle.entry[0].fullUrl',
  ],
  [
    'a fault inside an entry',
    bundle('collection', [{ resource: observation({ valueString: 'x' }) }]),
    bundle('collection', [{ resource: observation({ valueString: 'x', dataAbsentReason: { text: 'y' } }) }]),
    'invariant',
    'Bundle.entry[0].resource',
  ],
  [
    'a reference to the wrong type in the Bundle',
    bundle('collection', [
      { fullUrl: 'urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7', resource: patient() },
      { resource: observation({ subject: { reference: 'urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7' } }) },
    ]),
    bundle('collection', [
      { fullUrl: 'urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7', resource: minimal('Organization') },
      { resource: observation({ subject: { reference: 'urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7' } }) },
    ]),
    'reference',
    'Bundle.entry[1].resource.subject.reference',
  ],
  [
    'a Bundle in a Bundle',
    bundle('collection', [{ resource: bundle('searchset', [], { entry: undefined as never, total: 0 }) }]),
    bundle('collection', [{ resource: bundle('collection', [], { entry: undefined as never, total: 0 }) }]),
    'bundle',
    'Bundle.entry[0].resource.total',
  ],
];

const inside = (contained: Members[], more: Members = {}): Members => observation({ contained, subject: { reference: '#p' }, ...more });
const containing: Case[] = [
  [
    'dom-2: contained in contained',
    inside([patient({ id: 'p' })]),
    inside([patient({ id: 'p', contained: [patient({ id: 'q' })] })]),
    'structure',
    'Observation.contained[0].contained',
  ],
  [
    'dom-3: nobody refers to it',
    inside([patient({ id: 'p' })]),
    inside([patient({ id: 'p' }), patient({ id: 'q' })]),
    'invariant',
    'Observation.contained[1]',
  ],
  [
    'dom-3: it refers to what contains it',
    inside([patient({ id: 'p' }), minimal('Provenance', { id: 'v', target: [{ reference: '#' }] })]),
    inside([patient({ id: 'p' }), minimal('Provenance', { id: 'v' })]),
    'invariant',
    'Observation.contained[1]',
  ],
  [
    'dom-4: a version',
    inside([patient({ id: 'p' })]),
    inside([patient({ id: 'p', meta: { versionId: '1' } })]),
    'invariant',
    'Observation.contained[0].meta.versionId',
  ],
  [
    'dom-4: a time of change',
    inside([patient({ id: 'p' })]),
    inside([patient({ id: 'p', meta: { lastUpdated: '2026-01-31T12:00:00Z' } })]),
    'invariant',
    'Observation.contained[0].meta.lastUpdated',
  ],
  [
    'dom-5: a security label',
    inside([patient({ id: 'p' })]),
    inside([patient({ id: 'p', meta: { security: [{ code: 'R', system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality' }] } })]),
    'invariant',
    'Observation.contained[0].meta.security',
  ],
  [
    'ref-1: no such id',
    inside([patient({ id: 'p' })]),
    observation({ subject: { reference: '#p' } }),
    'reference',
    'Observation.subject.reference',
  ],
  [
    'a contained resource of the wrong type',
    inside([patient({ id: 'p' })]),
    inside([minimal('Organization', { id: 'p' })]),
    'reference',
    'Observation.subject.reference',
  ],
  [
    'a contained resource with a fault',
    inside([patient({ id: 'p', contact: [{ name: { text: 'x' } }] })]),
    inside([patient({ id: 'p', contact: [{ gender: 'male' }] })]),
    'invariant',
    'Observation.contained[0].contact[0]',
  ],
  [
    'a reference between two that are contained',
    inside([patient({ id: 'p', managingOrganization: { reference: '#o' } }), minimal('Organization', { id: 'o' })]),
    inside([patient({ id: 'p', managingOrganization: { reference: '#x' } })]),
    'reference',
    'Observation.contained[0].managingOrganization.reference',
  ],
];

const us = (name: string): string => `http://hl7.org/fhir/us/core/StructureDefinition/${name}`;
const usPatient = (more: Members = {}): Members =>
  patient({
    meta: { profile: [us('us-core-patient')] },
    identifier: [{ system: 'http://x.example', value: '1' }],
    name: [{ family: 'A' }],
    gender: 'female',
    ...more,
  });
const loinc = (code: string): Members => ({ coding: [{ system: 'http://loinc.org', code }] });
const mmHg = (value: number, more: Members = {}): Members => ({
  value,
  unit: 'mmHg',
  system: 'http://unitsofmeasure.org',
  code: 'mm[Hg]',
  ...more,
});
const vital = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] };
const part = (code: string, more: Members = {}): Members => ({ code: loinc(code), valueQuantity: mmHg(120), ...more });
const usBp = (more: Members = {}): Members =>
  observation({
    meta: { profile: [us('us-core-blood-pressure')] },
    category: [vital],
    code: loinc('85354-9'),
    subject: { reference: 'Patient/1' },
    effectiveDateTime: '2026-01-31',
    component: [part('8480-6'), part('8462-4')],
    ...more,
  });
const hr = (more: Members = {}): Members =>
  observation({
    meta: { profile: ['http://hl7.org/fhir/StructureDefinition/heartrate'] },
    category: [vital],
    code: loinc('8867-4'),
    subject: { reference: 'Patient/1' },
    effectiveDateTime: '2026-01-31',
    valueQuantity: { value: 60, unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' },
    ...more,
  });
const race = (...extension: Members[]): Members => usPatient({ extension: [{ url: us('us-core-race'), extension }] });
const raceText = { url: 'text', valueString: 'x' };
const device = (more: Members = {}): Members =>
  minimal('Device', {
    meta: { profile: [us('us-core-implantable-device')] },
    type: { text: 'x' },
    patient: { reference: 'Patient/1' },
    ...more,
  });
const order = (more: Members = {}): Members =>
  minimal('MedicationRequest', {
    meta: { profile: [us('us-core-medicationrequest')] },
    requester: { reference: 'Practitioner/1' },
    authoredOn: '2026-01-31',
    medicationCodeableConcept: { text: 'x' },
    ...more,
  });

const published: Case[] = [
  ['US Core Patient without a name', usPatient(), without('name', usPatient()), 'cardinality', 'Patient.name'],
  ['US Core Patient without an identifier', usPatient(), without('identifier', usPatient()), 'cardinality', 'Patient.identifier'],
  ['US Core Patient without gender', usPatient(), without('gender', usPatient()), 'cardinality', 'Patient.gender'],
  [
    'US Core Patient: identifier without system',
    usPatient(),
    usPatient({ identifier: [{ value: '1' }] }),
    'cardinality',
    'Patient.identifier[0].system',
  ],
  [
    'US Core Patient: identifier without value',
    usPatient(),
    usPatient({ identifier: [{ system: 'http://x.example' }] }),
    'cardinality',
    'Patient.identifier[0].value',
  ],
  ['US Core Patient: us-core-6', usPatient(), usPatient({ name: [{ text: 'A' }] }), 'invariant', 'Patient'],
  [
    'US Core Patient: language not of the widest value set',
    usPatient({ communication: [{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'es' }] } }] }),
    usPatient({ communication: [{ language: { coding: [{ system: 'http://x.example', code: 'es' }] } }] }),
    'binding',
    'Patient.communication[0].language',
  ],
  [
    'US Core race without text',
    race(raceText),
    race({ url: 'detailed', valueCoding: { system: 'urn:oid:2.16.840.1.113883.6.238', code: '2108-9' } }),
    'slicing',
    'Patient.extension[0].extension',
  ],
  [
    'US Core race: text of the wrong type',
    race(raceText),
    race({ url: 'text', valueCode: 'x' }),
    'type',
    'Patient.extension[0].extension[0].valueCode',
  ],
  ['US Core race with two texts', race(raceText), race(raceText, raceText), 'slicing', 'Patient.extension[0].extension[1]'],
  [
    'US Core race on an Observation',
    race(raceText),
    observation({ extension: [{ url: us('us-core-race'), extension: [raceText] }] }),
    'extension',
    'Observation.extension[0]',
  ],
  [
    'US Core birth sex of the wrong type',
    usPatient({ extension: [{ url: us('us-core-birthsex'), valueCode: 'F' }] }),
    usPatient({ extension: [{ url: us('us-core-birthsex'), valueString: 'F' }] }),
    'type',
    'Patient.extension[0].valueString',
  ],
  [
    'US Core blood pressure without a diastolic',
    usBp(),
    usBp({ component: [part('8480-6'), part('1')] }),
    'slicing',
    'Observation.component',
  ],
  ['US Core blood pressure with one component', usBp(), usBp({ component: [part('8480-6')] }), 'cardinality', 'Observation.component'],
  ['US Core blood pressure of another code', usBp(), usBp({ code: loinc('1') }), 'fixed', 'Observation.code'],
  [
    'US Core blood pressure in kPa',
    usBp(),
    usBp({ component: [part('8480-6', { valueQuantity: mmHg(120, { code: 'kPa' }) }), part('8462-4')] }),
    'fixed',
    'Observation.component[0].valueQuantity.code',
  ],
  [
    'US Core blood pressure without unit',
    usBp(),
    usBp({
      component: [part('8480-6'), part('8462-4', { valueQuantity: { value: 1, system: 'http://unitsofmeasure.org', code: 'mm[Hg]' } })],
    }),
    'cardinality',
    'Observation.component[1].valueQuantity.unit',
  ],
  ['US Core blood pressure without category', usBp(), without('category', usBp()), 'cardinality', 'Observation.category'],
  [
    'US Core blood pressure of another category',
    usBp(),
    usBp({ category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] }] }),
    'slicing',
    'Observation.category',
  ],
  ['US Core blood pressure without time', usBp(), without('effectiveDateTime', usBp()), 'cardinality', 'Observation.effective[x]'],
  ['US Core blood pressure: vs-1', usBp(), usBp({ effectiveDateTime: '2026' }), 'invariant', 'Observation.effectiveDateTime'],
  [
    'US Core blood pressure: vs-3',
    usBp(),
    usBp({ component: [part('8480-6'), part('8462-4'), { code: loinc('1') }] }),
    'invariant',
    'Observation.component[2]',
  ],
  ['US Core blood pressure of a group', usBp(), usBp({ subject: { reference: 'Group/1' } }), 'reference', 'Observation.subject.reference'],
  [
    'US Core blood pressure in a time of the wrong type',
    usBp(),
    { ...without('effectiveDateTime', usBp()), effectiveInstant: '2026-01-31T12:00:00Z' },
    'type',
    'Observation.effectiveInstant',
  ],
  ['US Core device without type', device(), without('type', device()), 'cardinality', 'Device.type'],
  ['US Core device without patient', device(), without('patient', device()), 'cardinality', 'Device.patient'],
  ['US Core order without requester', order(), without('requester', order()), 'cardinality', 'MedicationRequest.requester'],
  [
    'US Core order reported by a type that may not',
    order(),
    order({ reportedReference: { reference: 'Group/1' } }),
    'reference',
    'MedicationRequest.reportedReference.reference',
  ],
  ['US Core order for a group', order(), order({ subject: { reference: 'Group/1' } }), 'reference', 'MedicationRequest.subject.reference'],
  ['heart rate of another code', hr(), hr({ code: loinc('1') }), 'slicing', 'Observation.code.coding'],
  [
    'heart rate in another unit',
    hr(),
    hr({ valueQuantity: { value: 60, unit: 'bpm', system: 'http://unitsofmeasure.org', code: '{bpm}' } }),
    'fixed',
    'Observation.valueQuantity.code',
  ],
  [
    'heart rate in another system of units',
    hr(),
    hr({ valueQuantity: { value: 60, unit: '/min', system: 'http://x.example', code: '/min' } }),
    'fixed',
    'Observation.valueQuantity.system',
  ],
  ['heart rate as text', hr(), { ...without('valueQuantity', hr()), valueString: '60' }, 'type', 'Observation.valueString'],
  ['heart rate: vs-2', hr(), without('valueQuantity', hr()), 'invariant', 'Observation'],
  ['heart rate without subject', hr(), without('subject', hr()), 'cardinality', 'Observation.subject'],
  [
    'a profile of another type',
    usPatient(),
    observation({ meta: { profile: [us('us-core-patient')] } }),
    'profile',
    'Observation.meta.profile[0]',
  ],
];

describe.each([
  ['Bundles', bundles],
  ['contained resources', containing],
  ['published profiles', published],
])('by the rules of %s', (_, cases) => {
  it.each(cases)('%s', (__, good, bad, rule, where) => {
    expect(errors(good)).toEqual([]);
    expect(errors(bad)).toContain(`${rule} ${where}`);
  });
});

const category = (code: string): Members =>
  observation({ category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code }] }] });
const interpreted = (more: Members): Members =>
  observation({
    interpretation: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', ...more }] }],
  });
const softer: [what: string, good: Members, bad: Members, severity: Severity, rule: Rule, where: string][] = [
  [
    'a code outside an extensible binding',
    interpreted({ code: 'N' }),
    interpreted({ code: 'ZZZ' }),
    'warning',
    'binding',
    'Observation.interpretation[0]',
  ],
  [
    'a display of another code',
    interpreted({ code: 'N', display: 'normal' }),
    interpreted({ code: 'N', display: 'Abnormal' }),
    'warning',
    'binding',
    'Observation.interpretation[0]',
  ],
  [
    'a display of another code under a required binding',
    minimal('Condition', {
      verificationStatus: {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', code: 'confirmed', display: 'Confirmed' }],
      },
    }),
    minimal('Condition', {
      verificationStatus: {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', code: 'confirmed', display: 'Refuted' }],
      },
    }),
    'warning',
    'binding',
    'Condition.verificationStatus',
  ],
  [
    'a name that no machine can use',
    minimal('ValueSet', { name: 'Alpha' }),
    minimal('ValueSet', { name: 'alpha beta' }),
    'warning',
    'invariant',
    'ValueSet',
  ],
  [
    'a profile that is not known',
    patient({ meta: { profile: ['http://hl7.org/fhir/StructureDefinition/Patient'] } }),
    patient({ meta: { profile: ['http://x.example/p'] } }),
    'warning',
    'profile',
    'Patient.meta.profile[0]',
  ],
  [
    'an extension with a relative address',
    patient({ extension: [{ url: 'http://x.example', valueCode: 'x' }] }),
    patient({ extension: [{ url: 'x', valueCode: 'x' }] }),
    'warning',
    'extension',
    'Patient.extension[0].url',
  ],
  [
    'a document that lacks what it refers to',
    document({}),
    document({
      entry: [
        {
          fullUrl: 'urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7',
          resource: { ...composition, subject: { reference: 'urn:uuid:00000000-0000-4000-8000-000000000000' } },
        },
      ],
    }),
    'warning',
    'bundle',
    'Bundle.entry[0]',
  ],
];

describe('what is no error but worth a word', () => {
  it.each(softer)('%s', (_, good, bad, severity, rule, where) => {
    expect(findings(good)).toEqual([]);
    expect(findings(bad)).toMatchObject([{ severity, rule, where }]);
  });

  it('speaks of preferred codes only where best practices are asked for', () => {
    expect(findings(category('zzz'))).toEqual([]);
    const told = validate(category('zzz'), profiles, { codes: codesAtHand, bestPractice: true }).findings;
    expect(told).toContainEqual(expect.objectContaining({ severity: 'information', rule: 'binding', where: 'Observation.category[0]' }));
  });

  it('asks for a narrative only where best practices are asked for', () => {
    expect(validate(patient(), profiles, { bestPractice: true }).findings).toMatchObject([{ severity: 'information', source: 'dom-6' }]);
    expect(validate(patient(), profiles).findings).toEqual([]);
  });
});
