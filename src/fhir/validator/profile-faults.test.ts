// What a profile can ask for, one kind of rule after another: a resource that keeps to it passes without an error, one with a single
// fault is found by the kind of rule at its place.
import { describe, expect, it } from 'vitest';
import { codesAtHand } from './codes-at-hand.ts';
import type { Rule } from './contract.ts';
import type { Members } from './definition.ts';
import { minimal } from './minimal.fixture.ts';
import { profile, profilesOf, site, slicing } from './profile.fixture.ts';
import { validate } from './validate.ts';

type Case = [what: string, definitions: Members[], good: Members, bad: Members, rule: Rule, where: string];

const loinc = (code: string): Members => ({ coding: [{ system: 'http://loinc.org', code }] });
const patient = (more: Members): Members => minimal('Patient', more);
const observation = (more: Members): Members => minimal('Observation', more);
const sys = (system: string, value = '1'): Members => ({ system: `http://${system}.example`, value });
const quantity = (value: number): Members => ({ value, unit: 'mg', system: 'http://unitsofmeasure.org', code: 'mg' });
const bySystem = (more: Members = {}): Members => slicing('value', 'system', more);
const mrn = (more: Members = {}): Record<string, Members> => ({
  'Patient.identifier:mrn': more,
  'Patient.identifier:mrn.system': { min: 1, fixedUri: 'http://mrn.example' },
});
const ssn: Record<string, Members> = {
  'Patient.identifier:ssn': {},
  'Patient.identifier:ssn.system': { min: 1, fixedUri: 'http://ssn.example' },
};
const extension = (name: string, elements: Record<string, Members>, context = 'Patient', more: Members = {}): Members =>
  profile(
    name,
    'Extension',
    { 'Extension.url': { fixedUri: site(name) }, ...elements },
    { context: [{ type: 'element', expression: context }], ...more },
  );
const flag = extension('flag', { 'Extension.value[x]': { min: 1, type: [{ code: 'boolean' }] } });
const gender = 'http://hl7.org/fhir/ValueSet/administrative-gender';
const marital = 'http://hl7.org/fhir/ValueSet/marital-status';
const entered = 'http://terminology.hl7.org/CodeSystem/v3-MaritalStatus';

const elements: Case[] = [
  [
    'an element made mandatory',
    [profile('p', 'Patient', { 'Patient.birthDate': { min: 1 } })],
    patient({ birthDate: '2000' }),
    patient({}),
    'cardinality',
    'Patient.birthDate',
  ],
  [
    'an element below one that is there',
    [profile('p', 'Patient', { 'Patient.name.family': { min: 1 } })],
    patient({ name: [{ family: 'A' }] }),
    patient({ name: [{ family: 'A' }, { text: 'B' }] }),
    'cardinality',
    'Patient.name[1].family',
  ],
  [
    'two at least',
    [profile('p', 'Patient', { 'Patient.name': { min: 2 } })],
    patient({ name: [{ text: 'A' }, { text: 'B' }] }),
    patient({ name: [{ text: 'A' }] }),
    'cardinality',
    'Patient.name',
  ],
  [
    'an element that is not used',
    [profile('p', 'Patient', { 'Patient.photo': { max: '0' } })],
    patient({}),
    patient({ photo: [{ url: 'http://x.org' }] }),
    'cardinality',
    'Patient.photo',
  ],
  [
    'one at most',
    [profile('p', 'Patient', { 'Patient.name': { max: '1' } })],
    patient({ name: [{ text: 'A' }] }),
    patient({ name: [{ text: 'A' }, { text: 'B' }] }),
    'cardinality',
    'Patient.name',
  ],
  [
    'a choice made mandatory',
    [profile('p', 'Observation', { 'Observation.value[x]': { min: 1 } })],
    observation({ valueString: 'x' }),
    observation({}),
    'cardinality',
    'Observation.value[x]',
  ],
  [
    'a mandatory element of a backbone element',
    [profile('p', 'Patient', { 'Patient.contact.name': { min: 1 } })],
    patient({ contact: [{ name: { text: 'A' } }] }),
    patient({ contact: [{ address: { text: 'A' } }] }),
    'cardinality',
    'Patient.contact[0].name',
  ],
  [
    'an element by reference to another',
    [profile('p', 'Observation', { 'Observation.component.referenceRange.text': { min: 1 } })],
    observation({ component: [{ code: loinc('1'), referenceRange: [{ text: 'x' }] }] }),
    observation({ component: [{ code: loinc('1'), referenceRange: [{ low: quantity(1) }] }] }),
    'cardinality',
    'Observation.component[0].referenceRange[0].text',
  ],
  [
    'fewer types of a choice',
    [profile('p', 'Observation', { 'Observation.value[x]': { type: [{ code: 'Quantity' }, { code: 'string' }] } })],
    observation({ valueString: 'x' }),
    observation({ valueBoolean: true }),
    'type',
    'Observation.valueBoolean',
  ],
  [
    'one type of a choice',
    [profile('p', 'Observation', { 'Observation.effective[x]': { type: [{ code: 'dateTime' }] } })],
    observation({ effectiveDateTime: '2026' }),
    observation({ effectivePeriod: { start: '2026' } }),
    'type',
    'Observation.effectivePeriod',
  ],
  [
    'a type by its short name',
    [profile('p', 'Observation', { 'Observation.valueQuantity': { min: 1 }, 'Observation.valueQuantity.code': { min: 1 } })],
    observation({ valueQuantity: quantity(1) }),
    observation({ valueQuantity: { value: 1 } }),
    'cardinality',
    'Observation.valueQuantity.code',
  ],
  [
    'a fixed code',
    [profile('p', 'Patient', { 'Patient.gender': { fixedCode: 'female' } })],
    patient({ gender: 'female' }),
    patient({ gender: 'male' }),
    'fixed',
    'Patient.gender',
  ],
  [
    'a fixed boolean',
    [profile('p', 'Patient', { 'Patient.active': { fixedBoolean: true } })],
    patient({ active: true }),
    patient({ active: false }),
    'fixed',
    'Patient.active',
  ],
  [
    'a fixed concept, which may hold no more',
    [profile('p', 'Observation', { 'Observation.code': { fixedCodeableConcept: loinc('1') } })],
    observation({ code: loinc('1') }),
    observation({ code: { ...loinc('1'), text: 'x' } }),
    'fixed',
    'Observation.code',
  ],
  [
    'a fixed quantity',
    [profile('p', 'Observation', { 'Observation.value[x]': { type: [{ code: 'Quantity' }], fixedQuantity: { value: 1, unit: 'mg' } } })],
    observation({ valueQuantity: { value: 1, unit: 'mg' } }),
    observation({ valueQuantity: { value: 2, unit: 'mg' } }),
    'fixed',
    'Observation.valueQuantity',
  ],
  [
    'a pattern in a concept',
    [profile('p', 'Observation', { 'Observation.code': { patternCodeableConcept: loinc('1') } })],
    observation({
      code: {
        coding: [
          { system: 'http://x.org', code: '9' },
          { system: 'http://loinc.org', code: '1', display: 'x' },
        ],
      },
    }),
    observation({ code: loinc('2') }),
    'fixed',
    'Observation.code',
  ],
  [
    'a pattern in an identifier',
    [profile('p', 'Patient', { 'Patient.identifier': { patternIdentifier: { system: 'http://a.example' } } })],
    patient({ identifier: [sys('a')] }),
    patient({ identifier: [sys('a'), sys('b')] }),
    'fixed',
    'Patient.identifier[1]',
  ],
  [
    'a pattern of a string',
    [profile('p', 'Patient', { 'Patient.name.family': { patternString: 'A' } })],
    patient({ name: [{ family: 'A' }] }),
    patient({ name: [{ family: 'B' }] }),
    'fixed',
    'Patient.name[0].family',
  ],
  [
    'a least value',
    [profile('p', 'Patient', { 'Patient.multipleBirth[x]': { type: [{ code: 'integer' }], minValueInteger: 1 } })],
    patient({ multipleBirthInteger: 1 }),
    patient({ multipleBirthInteger: 0 }),
    'fixed',
    'Patient.multipleBirthInteger',
  ],
  [
    'a greatest value',
    [
      profile('p', 'Observation', {
        'Observation.value[x]': { type: [{ code: 'Quantity' }] },
        'Observation.value[x].value': { maxValueDecimal: 100 },
      }),
    ],
    observation({ valueQuantity: quantity(100) }),
    observation({ valueQuantity: quantity(100.5) }),
    'fixed',
    'Observation.valueQuantity.value',
  ],
  [
    'a least date',
    [profile('p', 'Patient', { 'Patient.birthDate': { minValueDate: '1900-01-01' } })],
    patient({ birthDate: '1900-01-01' }),
    patient({ birthDate: '1899-12-31' }),
    'fixed',
    'Patient.birthDate',
  ],
  [
    'a longest text',
    [profile('p', 'Patient', { 'Patient.name.family': { maxLength: 3 } })],
    patient({ name: [{ family: 'Abc' }] }),
    patient({ name: [{ family: 'Abcd' }] }),
    'fixed',
    'Patient.name[0].family',
  ],
  [
    'an invariant of a resource',
    [
      profile('p', 'Patient', {
        Patient: {
          constraint: [
            { key: 's-1', severity: 'error', human: 'A name or an identifier', expression: 'name.exists() or identifier.exists()' },
          ],
        },
      }),
    ],
    patient({ name: [{ text: 'A' }] }),
    patient({}),
    'invariant',
    'Patient',
  ],
  [
    'an invariant of an element',
    [
      profile('p', 'Patient', {
        'Patient.name': {
          constraint: [{ key: 's-2', severity: 'error', human: 'Given or family', expression: 'given.exists() or family.exists()' }],
        },
      }),
    ],
    patient({ name: [{ family: 'A' }] }),
    patient({ name: [{ family: 'A' }, { text: 'B' }] }),
    'invariant',
    'Patient.name[1]',
  ],
  [
    'an invariant of a primitive',
    [
      profile('p', 'Patient', {
        'Patient.birthDate': {
          constraint: [{ key: 's-3', severity: 'error', human: 'To the day', expression: '$this.toString().length() = 10' }],
        },
      }),
    ],
    patient({ birthDate: '2000-01-01' }),
    patient({ birthDate: '2000' }),
    'invariant',
    'Patient.birthDate',
  ],
  [
    'an invariant with %resource',
    [
      profile('p', 'Patient', {
        'Patient.contact': {
          constraint: [
            { key: 's-4', severity: 'error', human: 'Only of a living patient', expression: '%resource.deceased.exists().not()' },
          ],
        },
      }),
    ],
    patient({ contact: [{ name: { text: 'A' } }] }),
    patient({ contact: [{ name: { text: 'A' } }], deceasedBoolean: true }),
    'invariant',
    'Patient.contact[0]',
  ],
];

const bindings: Case[] = [
  [
    'a required code',
    [profile('p', 'Patient', { 'Patient.name.use': { binding: { strength: 'required', valueSet: gender } } })],
    patient({ name: [{ text: 'A' }] }),
    patient({ name: [{ use: 'usual', text: 'A' }] }),
    'binding',
    'Patient.name[0].use',
  ],
  [
    'a required concept',
    [profile('p', 'Patient', { 'Patient.maritalStatus': { binding: { strength: 'required', valueSet: marital } } })],
    patient({ maritalStatus: { coding: [{ system: entered, code: 'M' }] } }),
    patient({ maritalStatus: { coding: [{ system: entered, code: 'Q' }] } }),
    'binding',
    'Patient.maritalStatus',
  ],
  [
    'a required concept of another system',
    [profile('p', 'Patient', { 'Patient.maritalStatus': { binding: { strength: 'required', valueSet: `${marital}|4.0.1` } } })],
    patient({ maritalStatus: { coding: [{ system: entered, code: 'M' }] } }),
    patient({ maritalStatus: { coding: [{ system: 'http://x.org', code: 'M' }] } }),
    'binding',
    'Patient.maritalStatus',
  ],
  [
    'a required concept that is text alone',
    [profile('p', 'Patient', { 'Patient.maritalStatus': { binding: { strength: 'required', valueSet: marital } } })],
    patient({ maritalStatus: { coding: [{ system: entered, code: 'M' }], text: 'x' } }),
    patient({ maritalStatus: { text: 'x' } }),
    'binding',
    'Patient.maritalStatus',
  ],
  [
    'a widest value set',
    [
      profile('p', 'Patient', {
        'Patient.maritalStatus': {
          binding: {
            extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet', valueCanonical: marital }],
            strength: 'preferred',
            valueSet: 'http://none.example',
          },
        },
      }),
    ],
    patient({ maritalStatus: { coding: [{ system: entered, code: 'M' }] } }),
    patient({ maritalStatus: { coding: [{ system: entered, code: 'Q' }] } }),
    'binding',
    'Patient.maritalStatus',
  ],
  [
    'a required quantity',
    [
      profile('p', 'Observation', {
        'Observation.value[x]': {
          type: [{ code: 'Quantity' }],
          binding: { strength: 'required', valueSet: 'http://hl7.org/fhir/ValueSet/ucum-units' },
        },
      }),
    ],
    observation({ valueQuantity: quantity(1) }),
    observation({ valueQuantity: { ...quantity(1), system: 'http://x.org' } }),
    'binding',
    'Observation.valueQuantity',
  ],
];

const panel = (more: Members[]): Members => observation({ component: more });
const component = (code: string, more: Members = {}): Members => ({ code: loinc(code), ...more });
const bp = profile('p', 'Observation', {
  'Observation.component': slicing('pattern', 'code'),
  'Observation.component:sys': { min: 1, max: '1' },
  'Observation.component:sys.code': { patternCodeableConcept: loinc('8480-6') },
  'Observation.component:sys.value[x]': { min: 1, type: [{ code: 'Quantity' }] },
});

const slices: Case[] = [
  [
    'a slice by value: too few',
    [profile('p', 'Patient', { 'Patient.identifier': bySystem(), ...mrn({ min: 1 }) })],
    patient({ identifier: [sys('x'), sys('mrn')] }),
    patient({ identifier: [sys('x')] }),
    'slicing',
    'Patient.identifier',
  ],
  [
    'a slice by value: too many',
    [profile('p', 'Patient', { 'Patient.identifier': bySystem(), ...mrn({ max: '1' }) })],
    patient({ identifier: [sys('mrn')] }),
    patient({ identifier: [sys('mrn'), sys('x'), sys('mrn')] }),
    'slicing',
    'Patient.identifier[2]',
  ],
  [
    'a slice that is not allowed',
    [profile('p', 'Patient', { 'Patient.identifier': bySystem(), ...mrn({ max: '0' }) })],
    patient({ identifier: [sys('x')] }),
    patient({ identifier: [sys('x'), sys('mrn')] }),
    'slicing',
    'Patient.identifier[1]',
  ],
  [
    'a closed slicing',
    [profile('p', 'Patient', { 'Patient.identifier': bySystem({ rules: 'closed' }), ...mrn() })],
    patient({ identifier: [sys('mrn')] }),
    patient({ identifier: [sys('mrn'), sys('x')] }),
    'slicing',
    'Patient.identifier[1]',
  ],
  [
    'others only at the end',
    [profile('p', 'Patient', { 'Patient.identifier': bySystem({ rules: 'openAtEnd' }), ...mrn() })],
    patient({ identifier: [sys('mrn'), sys('x')] }),
    patient({ identifier: [sys('x'), sys('mrn')] }),
    'slicing',
    'Patient.identifier[1]',
  ],
  [
    'an order',
    [profile('p', 'Patient', { 'Patient.identifier': bySystem({ ordered: true }), ...mrn(), ...ssn })],
    patient({ identifier: [sys('mrn'), sys('ssn')] }),
    patient({ identifier: [sys('ssn'), sys('mrn')] }),
    'slicing',
    'Patient.identifier[1]',
  ],
  [
    'a rule inside a slice',
    [profile('p', 'Patient', { 'Patient.identifier': bySystem(), ...mrn(), 'Patient.identifier:mrn.period': { min: 1 } })],
    patient({ identifier: [sys('x'), { ...sys('mrn'), period: { start: '2026' } }] }),
    patient({ identifier: [sys('x'), sys('mrn')] }),
    'cardinality',
    'Patient.identifier[1].period',
  ],
  [
    'a slice by pattern',
    [bp],
    panel([component('8480-6', { valueQuantity: quantity(1) }), component('x')]),
    panel([component('8480-6', { valueString: 'x' })]),
    'type',
    'Observation.component[0].valueString',
  ],
  [
    'a slice by pattern that is missing',
    [bp],
    panel([component('8480-6', { valueQuantity: quantity(1) })]),
    panel([component('x', { valueQuantity: quantity(1) })]),
    'slicing',
    'Observation.component',
  ],
  [
    'a slice by a value deeper down',
    [
      profile('p', 'Observation', {
        'Observation.component': slicing('value', 'code.coding.code'),
        'Observation.component:a': { min: 1 },
        'Observation.component:a.code.coding.code': { fixedCode: 'a' },
      }),
    ],
    panel([component('a')]),
    panel([component('b')]),
    'slicing',
    'Observation.component',
  ],
  [
    'a slice by two discriminators',
    [
      profile('p', 'Patient', {
        'Patient.identifier': {
          slicing: {
            discriminator: [
              { type: 'value', path: 'system' },
              { type: 'value', path: 'use' },
            ],
            rules: 'open',
          },
        },
        ...mrn({ min: 1 }),
        'Patient.identifier:mrn.use': { fixedCode: 'official' },
      }),
    ],
    patient({ identifier: [{ ...sys('mrn'), use: 'official' }] }),
    patient({ identifier: [{ ...sys('mrn'), use: 'old' }] }),
    'slicing',
    'Patient.identifier',
  ],
  [
    'a slice by a required binding',
    [
      profile('p', 'Patient', {
        'Patient.contact': slicing('value', 'relationship'),
        'Patient.contact:g': { min: 1 },
        'Patient.contact:g.relationship': { binding: { strength: 'required', valueSet: marital } },
      }),
    ],
    patient({ contact: [{ name: { text: 'A' }, relationship: [{ coding: [{ system: entered, code: 'M' }] }] }] }),
    patient({ contact: [{ name: { text: 'A' }, relationship: [{ coding: [{ system: 'http://x.org', code: 'M' }] }] }] }),
    'slicing',
    'Patient.contact',
  ],
  [
    'a slice by type of a choice',
    [
      profile('p', 'Observation', {
        'Observation.value[x]': slicing('type', '$this', { rules: 'closed' }),
        'Observation.value[x]:valueString': { type: [{ code: 'string' }] },
      }),
    ],
    observation({ valueString: 'x' }),
    observation({ valueBoolean: true }),
    'slicing',
    'Observation.valueBoolean',
  ],
  [
    'a rule inside a slice by type',
    [
      profile('p', 'Observation', {
        'Observation.value[x]': slicing('type', '$this'),
        'Observation.value[x]:valueQuantity': { type: [{ code: 'Quantity' }] },
        'Observation.value[x]:valueQuantity.unit': { min: 1 },
      }),
    ],
    observation({ valueQuantity: quantity(1) }),
    observation({ valueQuantity: { value: 1 } }),
    'cardinality',
    'Observation.valueQuantity.unit',
  ],
  [
    'a slice by type of an entry',
    [
      profile('p', 'Bundle', {
        'Bundle.entry': slicing('type', 'resource'),
        'Bundle.entry:patient': { min: 1 },
        'Bundle.entry:patient.resource': { type: [{ code: 'Patient' }] },
      }),
    ],
    minimal('Bundle', { entry: [{ resource: patient({}) }] }),
    minimal('Bundle', { entry: [{ resource: minimal('Organization') }] }),
    'slicing',
    'Bundle.entry',
  ],
  [
    'a slice by existence',
    [
      profile('p', 'Patient', {
        'Patient.name': slicing('exists', 'period'),
        'Patient.name:old': { max: '1' },
        'Patient.name:old.period': { min: 1 },
      }),
    ],
    patient({ name: [{ text: 'A' }, { text: 'B', period: { start: '2026' } }] }),
    patient({
      name: [
        { text: 'B', period: { start: '2026' } },
        { text: 'C', period: { start: '2026' } },
      ],
    }),
    'slicing',
    'Patient.name[1]',
  ],
  [
    'a slice by absence',
    [
      profile('p', 'Patient', {
        'Patient.name': slicing('exists', 'period'),
        'Patient.name:now': { min: 1 },
        'Patient.name:now.period': { max: '0' },
      }),
    ],
    patient({ name: [{ text: 'A' }] }),
    patient({ name: [{ text: 'A', period: { start: '2026' } }] }),
    'slicing',
    'Patient.name',
  ],
  [
    'a slice by profile',
    [
      profile('q', 'Patient', { 'Patient.birthDate': { min: 1 } }),
      profile('p', 'Bundle', {
        'Bundle.entry': slicing('profile', 'resource'),
        'Bundle.entry:dated': { min: 1 },
        'Bundle.entry:dated.resource': { type: [{ code: 'Patient', profile: [site('q')] }] },
      }),
    ],
    minimal('Bundle', { entry: [{ resource: patient({ birthDate: '2000' }) }] }),
    minimal('Bundle', { entry: [{ resource: patient({}) }] }),
    'slicing',
    'Bundle.entry',
  ],
  [
    'a slice by what a reference leads to',
    [
      profile('p', 'Observation', {
        'Observation.performer': slicing('type', 'resolve()'),
        'Observation.performer:org': {
          min: 1,
          type: [{ code: 'Reference', targetProfile: ['http://hl7.org/fhir/StructureDefinition/Organization'] }],
        },
      }),
    ],
    observation({ performer: [{ reference: 'Organization/1' }] }),
    observation({ performer: [{ reference: 'Practitioner/1' }] }),
    'slicing',
    'Observation.performer',
  ],
  [
    'a slice by a value in what a reference leads to',
    [
      profile('q', 'Organization', { 'Organization.active': { fixedBoolean: true } }),
      profile('p', 'Observation', {
        'Observation.performer': slicing('value', 'resolve().active'),
        'Observation.performer:org': { min: 1, type: [{ code: 'Reference', targetProfile: [site('q')] }] },
      }),
    ],
    observation({ contained: [minimal('Organization', { id: 'o', active: true })], performer: [{ reference: '#o' }] }),
    observation({ contained: [minimal('Organization', { id: 'o', active: false })], performer: [{ reference: '#o' }] }),
    'slicing',
    'Observation.performer',
  ],
  [
    'a slice by an extension',
    [
      extension('flag', { 'Extension.value[x]': { min: 1, type: [{ code: 'boolean' }] } }, 'Element'),
      profile('p', 'Patient', {
        'Patient.name': slicing('value', `extension('${site('flag')}').value`),
        'Patient.name:flagged': { min: 1 },
        'Patient.name:flagged.extension': slicing('value', 'url'),
        'Patient.name:flagged.extension:flag': { type: [{ code: 'Extension', profile: [site('flag')] }] },
        'Patient.name:flagged.extension:flag.value[x]': { fixedBoolean: true },
      }),
    ],
    patient({ name: [{ text: 'A', extension: [{ url: site('flag'), valueBoolean: true }] }] }),
    patient({ name: [{ text: 'A' }] }),
    'slicing',
    'Patient.name',
  ],
  [
    'a slice of a slice',
    [
      profile('p', 'Patient', {
        'Patient.identifier': bySystem(),
        ...mrn({ slicing: { discriminator: [{ type: 'value', path: 'use' }], rules: 'open' } }),
        'Patient.identifier:mrn/old': { max: '1' },
        'Patient.identifier:mrn/old.use': { min: 1, fixedCode: 'old' },
      }),
    ],
    patient({
      identifier: [
        { ...sys('mrn'), use: 'old' },
        { ...sys('x'), use: 'old' },
      ],
    }),
    patient({
      identifier: [
        { ...sys('mrn'), use: 'old' },
        { ...sys('mrn'), use: 'old' },
      ],
    }),
    'slicing',
    'Patient.identifier[1]',
  ],
  [
    'the slice of the rest',
    [
      profile('p', 'Patient', {
        'Patient.identifier': bySystem({ rules: 'closed' }),
        ...mrn(),
        'Patient.identifier:@default': { max: '1' },
      }),
    ],
    patient({ identifier: [sys('mrn'), sys('x')] }),
    patient({ identifier: [sys('x'), sys('y')] }),
    'slicing',
    'Patient.identifier[1]',
  ],
  [
    'slices of primitives',
    [profile('p', 'Patient', { 'Patient.name.given': slicing('value', '$this'), 'Patient.name.given:a': { min: 1, fixedString: 'A' } })],
    patient({ name: [{ given: ['B', 'A'] }] }),
    patient({ name: [{ given: ['B'] }] }),
    'slicing',
    'Patient.name[0].given',
  ],
];

const extensions: Case[] = [
  [
    'an extension that is mandatory',
    [
      flag,
      profile('p', 'Patient', {
        'Patient.extension': slicing('value', 'url'),
        'Patient.extension:flag': { min: 1, type: [{ code: 'Extension', profile: [site('flag')] }] },
      }),
    ],
    patient({ extension: [{ url: site('flag'), valueBoolean: true }] }),
    patient({ extension: [{ url: 'http://x.example', valueBoolean: true }] }),
    'slicing',
    'Patient.extension',
  ],
  [
    'an extension twice',
    [
      flag,
      profile('p', 'Patient', {
        'Patient.extension': slicing('value', 'url'),
        'Patient.extension:flag': { max: '1', type: [{ code: 'Extension', profile: [site('flag')] }] },
      }),
    ],
    patient({ extension: [{ url: site('flag'), valueBoolean: true }] }),
    patient({
      extension: [
        { url: site('flag'), valueBoolean: true },
        { url: site('flag'), valueBoolean: true },
      ],
    }),
    'slicing',
    'Patient.extension[1]',
  ],
  [
    'the value of an extension',
    [flag, profile('p', 'Patient', {})],
    patient({ extension: [{ url: site('flag'), valueBoolean: true }] }),
    patient({ extension: [{ url: site('flag'), valueString: 'x' }] }),
    'type',
    'Patient.extension[0].valueString',
  ],
  [
    'an extension in the wrong place',
    [flag, profile('p', 'Patient', {})],
    patient({ extension: [{ url: site('flag'), valueBoolean: true }] }),
    patient({ name: [{ text: 'A', extension: [{ url: site('flag'), valueBoolean: true }] }] }),
    'extension',
    'Patient.name[0].extension[0]',
  ],
  [
    'an extension of one element elsewhere',
    [extension('named', { 'Extension.value[x]': { type: [{ code: 'string' }] } }, 'Patient.name'), profile('p', 'Patient', {})],
    patient({ name: [{ text: 'A', extension: [{ url: site('named'), valueString: 'x' }] }] }),
    patient({ address: [{ text: 'A', extension: [{ url: site('named'), valueString: 'x' }] }] }),
    'extension',
    'Patient.address[0].extension[0]',
  ],
  [
    'an extension of a data type elsewhere',
    [extension('typed', { 'Extension.value[x]': { type: [{ code: 'string' }] } }, 'HumanName.family'), profile('p', 'Patient', {})],
    patient({ name: [{ family: 'A', _family: { extension: [{ url: site('typed'), valueString: 'x' }] } }] }),
    patient({ name: [{ text: 'A', _text: { extension: [{ url: site('typed'), valueString: 'x' }] } }] }),
    'extension',
    'Patient.name[0].text.extension[0]',
  ],
  [
    'a condition of where an extension stands',
    [
      extension('when', { 'Extension.value[x]': { type: [{ code: 'string' }] } }, 'Patient', { contextInvariant: ['active = true'] }),
      profile('p', 'Patient', {}),
    ],
    patient({ active: true, extension: [{ url: site('when'), valueString: 'x' }] }),
    patient({ active: false, extension: [{ url: site('when'), valueString: 'x' }] }),
    'extension',
    'Patient.extension[0]',
  ],
  [
    'a part of a complex extension',
    [
      extension('whole', {
        'Extension.extension': slicing('value', 'url'),
        'Extension.extension:part': { min: 1 },
        'Extension.extension:part.url': { fixedUri: 'part' },
        'Extension.extension:part.value[x]': { min: 1, type: [{ code: 'code' }] },
        'Extension.value[x]': { max: '0' },
      }),
      profile('p', 'Patient', {}),
    ],
    patient({ extension: [{ url: site('whole'), extension: [{ url: 'part', valueCode: 'x' }] }] }),
    patient({ extension: [{ url: site('whole'), extension: [{ url: 'part', valueString: 'x' }] }] }),
    'type',
    'Patient.extension[0].extension[0].valueString',
  ],
  [
    'a part that is missing',
    [
      extension('whole', {
        'Extension.extension': slicing('value', 'url'),
        'Extension.extension:part': { min: 1 },
        'Extension.extension:part.url': { fixedUri: 'part' },
        'Extension.value[x]': { max: '0' },
      }),
      profile('p', 'Patient', {}),
    ],
    patient({ extension: [{ url: site('whole'), extension: [{ url: 'part', valueCode: 'x' }] }] }),
    patient({ extension: [{ url: site('whole'), extension: [{ url: 'other', valueString: 'x' }] }] }),
    'slicing',
    'Patient.extension[0].extension',
  ],
  [
    'an extension that changes meaning, and is not known',
    [profile('p', 'Patient', {})],
    patient({ extension: [{ url: 'http://x.example', valueBoolean: true }] }),
    patient({ modifierExtension: [{ url: 'http://x.example', valueBoolean: true }] }),
    'extension',
    'Patient.modifierExtension[0].url',
  ],
  [
    'an extension that changes meaning, in the wrong list',
    [
      extension('mod', { Extension: { isModifier: true, isModifierReason: 'x' }, 'Extension.value[x]': { type: [{ code: 'boolean' }] } }),
      profile('p', 'Patient', {}),
    ],
    patient({ modifierExtension: [{ url: site('mod'), valueBoolean: true }] }),
    patient({ extension: [{ url: site('mod'), valueBoolean: true }] }),
    'extension',
    'Patient.extension[0]',
  ],
  [
    'an extension that changes no meaning, among those that do',
    [flag, profile('p', 'Patient', {})],
    patient({ extension: [{ url: site('flag'), valueBoolean: true }] }),
    patient({ modifierExtension: [{ url: site('flag'), valueBoolean: true }] }),
    'extension',
    'Patient.modifierExtension[0]',
  ],
  [
    'a profile where an extension is meant',
    [flag, profile('q', 'Patient', {}), profile('p', 'Patient', {})],
    patient({ extension: [{ url: site('flag'), valueBoolean: true }] }),
    patient({ extension: [{ url: site('q'), valueBoolean: true }] }),
    'extension',
    'Patient.extension[0].url',
  ],
];

const q = profile('q', 'Patient', { 'Patient.birthDate': { min: 1 } });
const toQ = profile('p', 'Observation', { 'Observation.subject': { type: [{ code: 'Reference', targetProfile: [site('q')] }] } });
const references: Case[] = [
  [
    'a target that must be contained',
    [profile('p', 'Observation', { 'Observation.subject': { type: [{ code: 'Reference', aggregation: ['contained'] }] } })],
    observation({ contained: [patient({ id: 'p' })], subject: { reference: '#p' } }),
    observation({ subject: { reference: 'Patient/1' } }),
    'reference',
    'Observation.subject.reference',
  ],
  [
    'a target that must not be contained',
    [profile('p', 'Observation', { 'Observation.subject': { type: [{ code: 'Reference', aggregation: ['referenced'] }] } })],
    observation({ subject: { reference: 'Patient/1' } }),
    observation({ contained: [patient({ id: 'p' })], subject: { reference: '#p' } }),
    'reference',
    'Observation.subject.reference',
  ],
  [
    'fewer types of a reference',
    [
      profile('p', 'Observation', {
        'Observation.subject': { type: [{ code: 'Reference', targetProfile: ['http://hl7.org/fhir/StructureDefinition/Patient'] }] },
      }),
    ],
    observation({ subject: { reference: 'Patient/1' } }),
    observation({ subject: { reference: 'Group/1' } }),
    'reference',
    'Observation.subject.reference',
  ],
  [
    'the type of a profile that is referred to',
    [q, toQ],
    observation({ subject: { reference: 'Patient/1' } }),
    observation({ subject: { reference: 'http://x.example/Device/1' } }),
    'reference',
    'Observation.subject.reference',
  ],
  [
    'a contained target against its profile',
    [q, toQ],
    observation({ contained: [patient({ id: 'p', birthDate: '2000' })], subject: { reference: '#p' } }),
    observation({ contained: [patient({ id: 'p' })], subject: { reference: '#p' } }),
    'reference',
    'Observation.subject.reference',
  ],
  [
    'a target in the Bundle against its profile',
    [q, toQ],
    minimal('Bundle', {
      entry: [
        { fullUrl: 'urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7', resource: patient({ birthDate: '2000' }) },
        {
          resource: observation({
            meta: { profile: [site('p')] },
            subject: { reference: 'urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7' },
          }),
        },
      ],
    }),
    minimal('Bundle', {
      entry: [
        { fullUrl: 'urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7', resource: patient({}) },
        {
          resource: observation({
            meta: { profile: [site('p')] },
            subject: { reference: 'urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7' },
          }),
        },
      ],
    }),
    'reference',
    'Bundle.entry[1].resource.subject.reference',
  ],
];

const profiles: Case[] = [
  [
    'a profile of a data type',
    [
      profile('name', 'HumanName', { 'HumanName.family': { min: 1 } }),
      profile('p', 'Patient', { 'Patient.name': { type: [{ code: 'HumanName', profile: [site('name')] }] } }),
    ],
    patient({ name: [{ family: 'A' }] }),
    patient({ name: [{ text: 'A' }] }),
    'cardinality',
    'Patient.name[0].family',
  ],
  [
    'one of two profiles of a data type',
    [
      profile('name', 'HumanName', { 'HumanName.family': { min: 1 } }),
      profile('text', 'HumanName', { 'HumanName.text': { min: 1 } }),
      profile('p', 'Patient', { 'Patient.name': { type: [{ code: 'HumanName', profile: [site('name'), site('text')] }] } }),
    ],
    patient({ name: [{ family: 'A' }, { text: 'B' }] }),
    patient({ name: [{ family: 'A' }, { given: ['B'] }] }),
    'profile',
    'Patient.name[1]',
  ],
  [
    'a profile of an entry',
    [q, profile('p', 'Bundle', { 'Bundle.entry.resource': { type: [{ code: 'Patient', profile: [site('q')] }] } })],
    minimal('Bundle', { entry: [{ resource: patient({ birthDate: '2000' }) }] }),
    minimal('Bundle', { entry: [{ resource: patient({}) }] }),
    'cardinality',
    'Bundle.entry[0].resource.birthDate',
  ],
  [
    'a type of an entry',
    [profile('p', 'Bundle', { 'Bundle.entry.resource': { type: [{ code: 'Patient' }] } })],
    minimal('Bundle', { entry: [{ resource: patient({}) }] }),
    minimal('Bundle', { entry: [{ resource: minimal('Organization') }] }),
    'type',
    'Bundle.entry[0].resource',
  ],
  [
    'what stands below a profile',
    [
      profile('below', 'Patient', { 'Patient.birthDate': { min: 1 } }),
      profile('p', 'Patient', { 'Patient.name': { min: 1 } }, { baseDefinition: site('below') }),
    ],
    patient({ birthDate: '2000', name: [{ text: 'A' }] }),
    patient({ name: [{ text: 'A' }] }),
    'cardinality',
    'Patient.birthDate',
  ],
  [
    'a slice from below, narrowed',
    [
      profile('below', 'Patient', { 'Patient.identifier': bySystem(), ...mrn() }),
      profile(
        'p',
        'Patient',
        { 'Patient.identifier:mrn': { min: 1 }, 'Patient.identifier:mrn.period': { min: 1 } },
        { baseDefinition: site('below') },
      ),
    ],
    patient({ identifier: [{ ...sys('mrn'), period: { start: '2026' } }] }),
    patient({ identifier: [sys('mrn')] }),
    'cardinality',
    'Patient.identifier[0].period',
  ],
];

const minValueSet = 'http://hl7.org/fhir/StructureDefinition/elementdefinition-minValueSet';
const questionnaire = (more: Members = {}): Members => ({ resourceType: 'Questionnaire', id: 'q', status: 'draft', ...more });
const response = (more: Members): Members => ({ resourceType: 'QuestionnaireResponse', status: 'completed', ...more });
const library: Members = { resourceType: 'Library', id: 'l', status: 'draft', type: { text: 'x' }, url: 'http://x.org/l' };
const instantiates = {
  'ServiceRequest.instantiatesCanonical': {
    type: [{ code: 'canonical', targetProfile: ['http://hl7.org/fhir/StructureDefinition/PlanDefinition'] }],
  },
};
const request = (canonical: string, more: Members = {}): Members =>
  minimal('ServiceRequest', { instantiatesCanonical: ['http://x.org/other', canonical], ...more });
const plan: Members = { resourceType: 'PlanDefinition', id: 'pd', status: 'draft', url: 'http://x.org/pd', version: '2' };
const activity: Members = { resourceType: 'ActivityDefinition', id: 'ad', status: 'draft', url: 'http://x.org/ad' };
const collection = (...resources: Members[]): Members => ({
  resourceType: 'Bundle',
  type: 'collection',
  entry: resources.map((resource, i) => ({
    fullUrl: `http://x.org/fhir/${String(resource['resourceType'])}/${String(resource['id'] ?? i)}`,
    resource,
  })),
});

const canonicals: Case[] = [
  [
    'a contained definition of another type',
    [profile('p', 'ServiceRequest', instantiates)],
    request('#pd', { contained: [plan] }),
    request('#ad', { contained: [activity] }),
    'reference',
    'ServiceRequest.instantiatesCanonical[1]',
  ],
  [
    'a StructureDefinition where another is meant',
    [profile('p', 'ServiceRequest', instantiates)],
    request('http://hl7.org/fhir/PlanDefinition/unknown|1'),
    request('http://hl7.org/fhir/StructureDefinition/bp|4.0.1'),
    'reference',
    'ServiceRequest.instantiatesCanonical[1]',
  ],
  [
    'one of two types',
    [
      profile('p', 'ServiceRequest', {
        'ServiceRequest.instantiatesCanonical': {
          type: [
            {
              code: 'canonical',
              targetProfile: [
                'http://hl7.org/fhir/StructureDefinition/PlanDefinition',
                'http://hl7.org/fhir/StructureDefinition/ActivityDefinition',
              ],
            },
          ],
        },
      }),
    ],
    request('#ad', { contained: [activity] }),
    request('#q', { contained: [questionnaire()] }),
    'reference',
    'ServiceRequest.instantiatesCanonical[1]',
  ],
  [
    'a type by a profile of it',
    [
      profile('plans', 'PlanDefinition', {}),
      profile('p', 'ServiceRequest', {
        'ServiceRequest.instantiatesCanonical': { type: [{ code: 'canonical', targetProfile: [site('plans')] }] },
      }),
    ],
    request('#pd', { contained: [plan] }),
    request('#ad', { contained: [activity] }),
    'reference',
    'ServiceRequest.instantiatesCanonical[1]',
  ],
  [
    'a type by a profile that is not here',
    [
      profile('p', 'ServiceRequest', {
        'ServiceRequest.instantiatesCanonical': { max: '2', type: [{ code: 'canonical', targetProfile: ['http://nowhere.example/p'] }] },
      }),
    ],
    request('#ad', { contained: [activity] }),
    request('#ad', { contained: [activity], instantiatesCanonical: ['a:1', 'a:2', '#ad'] }),
    'cardinality',
    'ServiceRequest.instantiatesCanonical',
  ],
];

/** By R4 itself, without a profile. */
const named: Case[] = [
  [
    'a Library as the questionnaire',
    [],
    response({ questionnaire: '#q', contained: [questionnaire()] }),
    response({ questionnaire: '#l', contained: [library] }),
    'reference',
    'QuestionnaireResponse.questionnaire',
  ],
  [
    'a ValueSet as the questionnaire',
    [],
    response({ questionnaire: 'http://hl7.org/fhir/Questionnaire/x' }),
    response({ questionnaire: gender }),
    'reference',
    'QuestionnaireResponse.questionnaire',
  ],
  [
    'another entry of the Bundle, by its url',
    [],
    collection(questionnaire({ url: 'http://x.org/l' }), response({ questionnaire: 'http://x.org/l' })),
    collection(library, response({ questionnaire: 'http://x.org/l' })),
    'reference',
    'Bundle.entry[1].resource.questionnaire',
  ],
  [
    'a version of another entry',
    [],
    collection(plan, minimal('ServiceRequest', { instantiatesCanonical: ['http://x.org/pd|2'] })),
    collection(
      { ...library, url: 'http://x.org/pd', version: '2' },
      minimal('ServiceRequest', { instantiatesCanonical: ['http://x.org/pd|2'] }),
    ),
    'reference',
    'Bundle.entry[1].resource.instantiatesCanonical[0]',
  ],
  [
    'the value set of an item',
    [],
    questionnaire({ item: [{ linkId: '1', type: 'choice', answerValueSet: gender }] }),
    questionnaire({ item: [{ linkId: '1', type: 'choice', answerValueSet: 'http://hl7.org/fhir/StructureDefinition/Patient' }] }),
    'reference',
    'Questionnaire.item[0].answerValueSet',
  ],
  [
    'a choice of canonical and uri',
    [],
    { ...plan, action: [{ definitionCanonical: '#ad' }, { definitionUri: gender }], contained: [activity] },
    { ...plan, action: [{ definitionCanonical: '#l' }], contained: [library] },
    'reference',
    'PlanDefinition.action[0].definitionCanonical',
  ],
];

describe('a least value set', () => {
  const least = (strength: string): Members => ({
    'Observation.bodySite': {
      binding: { extension: [{ url: minValueSet, valueCanonical: marital }], strength, valueSet: 'http://none.example' },
    },
  });
  const told = (definition: Members, resource: Members, bestPractice: boolean) =>
    validate(resource, profilesOf(definition), { codes: codesAtHand, profiles: [site('p')], bestPractice }).findings.filter(
      ({ source }) => source === marital,
    );
  const own = observation({ bodySite: { coding: [{ system: 'http://x.org', code: 'own' }] } });
  const common = patient({
    maritalStatus: {
      coding: [
        { system: 'http://x.org', code: 'own' },
        { system: entered, code: 'M' },
      ],
    },
  });

  it.each(['example', 'preferred', 'extensible'])('of a binding that is %s is named where best practices are asked for', (strength) => {
    const definition = profile('p', 'Observation', least(strength) as Record<string, Members>);
    expect(told(definition, own, true)).toMatchObject([{ severity: 'information', rule: 'binding', where: 'Observation.bodySite' }]);
    expect(told(definition, common, true)).toEqual([]);
    expect(told(definition, observation({ bodySite: { text: 'x' } }), true)).toEqual([]);
  });

  it('binds systems and no instance: another code is no fault', () => {
    expect(told(profile('p', 'Observation', least('required') as Record<string, Members>), own, false)).toEqual([]);
  });

  it('that is not at hand says nothing', () => {
    const definition = profile('p', 'Observation', {
      'Observation.bodySite': { binding: { extension: [{ url: minValueSet, valueUri: 'http://nowhere.example' }], strength: 'example' } },
    });
    const { findings } = validate(own, profilesOf(definition), { codes: codesAtHand, profiles: [site('p')], bestPractice: true });
    expect(findings.filter(({ rule }) => rule === 'binding')).toEqual([]);
  });
});

describe.each([
  ['elements', elements],
  ['bindings', bindings],
  ['slices', slices],
  ['extensions', extensions],
  ['references', references],
  ['canonicals', canonicals],
  ['canonicals by R4 alone', named],
  ['profiles', profiles],
])('a profile that says something about %s', (_, cases) => {
  it.each(cases)('%s', (_, definitions, good, bad, rule, where) => {
    const known = profilesOf(...definitions);
    const errors = (resource: Members) => {
      const own = known.get(site('p'))?.type === resource['resourceType'] ? [site('p')] : [];
      return validate(resource, known, { codes: codesAtHand, profiles: own }).findings.filter((one) => one.severity === 'error');
    };
    expect(errors(good)).toEqual([]);
    expect(errors(bad).map((one) => `${one.rule} ${one.where}`)).toContain(`${rule} ${where}`);
  });
});
