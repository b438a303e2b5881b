// Initial case reports: what public health's Schematron looks for stands there, the same reader reads them back, and a later version
// names the one before.
import { describe, expect, test } from 'vitest';
import type { Resource } from '../../../fhir/generated/types.ts';
import { context } from '../document.fixture.ts';
import { ccda } from '../format.ts';
import { templatesOf } from '../mapping/templates-of.ts';
import { childOf, childrenOf, type Element, everyElement, leafOf, leavesIn } from '../tree/tree.ts';
import { lacksOf } from './case-report-rules.ts';
import type { Wish } from './contract.ts';
import { documentOf } from './from-fhir.ts';
import { faultsOf } from './rules.ts';

const subject = { reference: 'Patient/p' };
const encounter = { reference: 'Encounter/e' };
const icd = 'http://hl7.org/fhir/sid/icd-10-cm';
const home = { line: ['1 Way'], city: 'Elsewhere', state: 'ZZ', postalCode: '00000' };
const usCore = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-';
const origin = (kind: string, code: string, display: string) => ({
  url: usCore + kind,
  extension: [{ url: 'ombCategory', valueCoding: { system: 'urn:oid:2.16.840.1.113883.6.238', code, display } }],
});

const chart: Resource[] = [
  {
    resourceType: 'Patient',
    id: 'p',
    identifier: [{ system: 'urn:oid:2.999.2', value: 'p-7' }],
    extension: [origin('race', '2106-3', 'White'), origin('ethnicity', '2186-5', 'Not Hispanic or Latino')],
    name: [{ family: 'Example', given: ['Ada'] }],
    gender: 'female',
    birthDate: '1990-01-02',
    address: [{ use: 'home', ...home }],
    telecom: [{ system: 'phone', value: '+1-555-0100', use: 'mobile' }],
    deceasedBoolean: false,
  },
  {
    resourceType: 'Encounter',
    id: 'e',
    status: 'in-progress',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'EMER' },
    subject,
    period: { start: '2026-03-01T08:00:00Z' },
    participant: [
      { individual: { reference: 'Practitioner/other' } },
      {
        type: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'ATND' }] }],
        individual: { reference: 'Practitioner/d' },
      },
    ],
    location: [{ location: { reference: 'Location/bed' } }],
    serviceProvider: { reference: 'Organization/o' },
  },
  { resourceType: 'Location', id: 'bed', name: 'Bed 3', partOf: { reference: 'Location/ed' } },
  { resourceType: 'Location', id: 'ed', name: 'Emergency', address: home },
  { resourceType: 'Practitioner', id: 'other', name: [{ family: 'Other' }] },
  {
    resourceType: 'Practitioner',
    id: 'd',
    identifier: [{ system: 'http://hl7.org/fhir/sid/us-npi', value: '1234567893' }],
    name: [{ family: 'Doctor', given: ['Hy'] }],
    telecom: [{ system: 'phone', value: '+1-555-0101', use: 'work' }],
  },
  { resourceType: 'Organization', id: 'o', name: 'House of Tests', telecom: [{ system: 'phone', value: '+1-555-0102' }], address: [home] },
  {
    resourceType: 'Condition',
    id: 'c',
    subject,
    encounter,
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-category', code: 'encounter-diagnosis' }] }],
    code: {
      coding: [
        { system: 'http://snomed.info/sct', code: '14189004', display: 'Measles' },
        { system: icd, code: 'B05.9', display: 'Measles without complication' },
      ],
    },
    recordedDate: '2026-03-01T09:00:00Z',
  },
  {
    resourceType: 'Observation',
    id: 'lab',
    status: 'final',
    category: [{ coding: [{ code: 'laboratory' }] }],
    subject,
    encounter,
    code: { coding: [{ system: 'http://loinc.org', code: '21503-8', display: 'Measles virus IgM' }] },
    effectiveDateTime: '2026-03-01T09:30:00Z',
    valueCodeableConcept: { text: 'Positive' },
  },
  {
    resourceType: 'Observation',
    id: 'pregnant',
    status: 'final',
    subject,
    code: { coding: [{ system: 'http://loinc.org', code: '82810-3', display: 'Pregnancy status' }] },
    effectiveDateTime: '2026-02-20',
    valueCodeableConcept: { coding: [{ system: 'http://snomed.info/sct', code: '77386006', display: 'Pregnant' }] },
  },
  {
    resourceType: 'Observation',
    id: 'travel',
    status: 'final',
    category: [{ coding: [{ code: 'social-history' }] }],
    subject,
    code: { coding: [{ system: 'http://snomed.info/sct', code: '420008001', display: 'Travel' }] },
    effectivePeriod: { start: '2026-02-01', end: '2026-02-10' },
    valueString: 'Two weeks in Nowhere & beyond',
  },
  {
    resourceType: 'MedicationAdministration',
    id: 'm',
    status: 'completed',
    subject,
    context: encounter,
    medicationCodeableConcept: { coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '1', display: 'Testamol' }] },
    effectiveDateTime: '2026-03-01T09:10:00Z',
    dosage: { dose: { value: 500, unit: 'mg', system: 'http://unitsofmeasure.org', code: 'mg' } },
  },
];

const wish = (more: Partial<NonNullable<Wish['caseReport']>> = {}): Wish => ({
  kind: 'case-report',
  author: { resourceType: 'Device', id: 'author', deviceName: [{ name: 'Lamplight', type: 'model-name' }] },
  custodian: { resourceType: 'Organization', id: 'o', name: 'House of Tests' },
  time: '2026-03-01T10:00:00Z',
  sender: 'test',
  encounter: 'e',
  texts: { '10154-3': 'Fever and rash', '29299-5': 'Fever and rash' },
  caseReport: {
    setId: '11111111-2222-8333-8444-555555555555',
    version: 1,
    triggers: ['Condition/c', 'Observation/lab'],
    isTrigger: (code) => code.startsWith('B05') || code === '21503-8',
    valueSet: { oid: '2.999.9', version: '7' },
    ...more,
  },
});
const without = (...ids: string[]): Resource[] => chart.filter(({ id }) => !ids.includes(id ?? ''));
const writtenOf = (resources: readonly Resource[] = chart, of = wish()) => {
  const made = documentOf(resources, of);
  if (!made.ok) throw new Error(JSON.stringify(made.problem));
  const document = made.value;
  const root = document.roots[0]!;
  const value = (from: Element | undefined, name: string): string | undefined => {
    const leaf = leafOf(from, name);
    return leaf === undefined ? undefined : document.text.slice(leaf.start, leaf.end);
  };
  const withTemplate = (id: string): Element | undefined =>
    [...everyElement(root)].find((one) => templatesOf(one, document.text).includes(id));
  return { document, root, value, withTemplate };
};

describe('an initial case report', () => {
  test('has what C-CDA and public health ask for, and is read back without a loss', () => {
    const { document } = writtenOf();
    expect(faultsOf(document, 'case-report')).toEqual([]);
    expect(lacksOf(document)).toEqual([]);
    const back = ccda.toFhir(document, context);
    expect(back.notes).toEqual([]);
    const leaves = document.roots.flatMap((root) => [...leavesIn(root)]);
    expect(back.ledger.filter(({ path }) => path !== '/')).toHaveLength(leaves.length);
    const read = back.resources.map(({ resource }) => resource);
    expect(read.find((one) => one.resourceType === 'Condition')).toMatchObject({
      code: { coding: [{ code: '14189004' }, { code: 'B05.9' }] },
    });
    expect(read.find((one) => one.resourceType === 'Composition')).toMatchObject({
      identifier: { value: 'urn:uuid:11111111-2222-8333-8444-555555555555' },
      type: { coding: [{ code: '55751-2' }] },
    });
    expect(read.filter((one) => one.resourceType === 'Observation').map(({ code }) => code.coding?.[0]?.code)).toContain('21503-8');
  });

  test('says of each reason by which template and of which list its code is', () => {
    const { value, withTemplate } = writtenOf();
    const problem = withTemplate('2.16.840.1.113883.10.20.15.2.3.3');
    expect(value(problem, 'negationInd')).toBe('false');
    const coded = childOf(problem, 'value');
    // The code that was found is the second one.
    expect(value(coded, 'valueSet')).toBeUndefined();
    const translation = childOf(coded, 'translation');
    expect([value(translation, 'code'), value(translation, 'valueSet'), value(translation, 'valueSetVersion')]).toEqual([
      'B05.9',
      '2.999.9',
      '7',
    ]);
    const result = withTemplate('2.16.840.1.113883.10.20.15.2.3.2');
    expect(value(childOf(result, 'code'), 'valueSet')).toBe('2.999.9');
  });

  test('names who is responsible and the nearest place that has an address', () => {
    const { root, document } = writtenOf();
    const visit = childOf(childOf(root, 'componentOf'), 'encompassingEncounter');
    const words = document.text.slice(visit!.start, visit!.end);
    for (const one of [
      '<family>Doctor</family>',
      '<name>Emergency</name>',
      '<state>ZZ</state>',
      'code="ER"',
      '<name>House of Tests</name>',
    ])
      expect(words).toContain(one);
    expect(words).not.toContain('Other');
  });

  test('says of pregnancy, travel and what was given', () => {
    const { document, withTemplate } = writtenOf();
    for (const id of ['2.16.840.1.113883.10.20.15.3.8', '2.16.840.1.113883.10.20.15.2.3.1', '2.16.840.1.113883.10.20.22.4.16'])
      expect(withTemplate(id), id).toBeDefined();
    expect(document.text).toContain('Two weeks in Nowhere &amp; beyond');
  });

  test('of a later version has an id of its own, and replaces the one before in the same series', () => {
    const first = writtenOf();
    const second = writtenOf(chart, wish({ version: 2 }));
    expect(childrenOf(first.root, 'relatedDocument')).toEqual([]);
    const related = childOf(second.root, 'relatedDocument');
    const before = childOf(related, 'parentDocument');
    const idOf = ({ root, value }: ReturnType<typeof writtenOf>): string | undefined => value(childOf(root, 'id'), 'root');
    expect(second.value(related, 'typeCode')).toBe('RPLC');
    expect(second.value(childOf(before, 'id'), 'root')).toBe(idOf(first));
    expect(idOf(second)).not.toBe(idOf(first));
    expect(second.value(childOf(second.root, 'setId'), 'root')).toBe(first.value(childOf(first.root, 'setId'), 'root'));
    expect([second.value(childOf(second.root, 'versionNumber'), 'value'), second.value(childOf(before, 'versionNumber'), 'value')]).toEqual(
      ['2', '1'],
    );
  });

  test('says what is lacking, and for what it would be refused', () => {
    const poor = writtenOf(without('c', 'lab', 'bed', 'ed', 'd', 'other', 'o').map((one) =>
      one.resourceType === 'Patient' ? { resourceType: 'Patient', id: 'p' } : one)); // biome-ignore format: one call
    const lacks = lacksOf(poor.document);
    expect(lacks.filter(({ refused }) => refused).map(({ says }) => says)).toEqual([
      'No diagnosis or result in it has a code of the list of notifiable conditions',
      'Neither the patient nor the facility has a state or a postal code',
    ]);
    expect(lacks.map(({ says }) => says).join('\n')).toContain('The patient’s address lacks: street, city, state, postal code');
    expect(documentOf(chart, { ...wish(), caseReport: undefined as never }).ok).toBe(false);
  });
});
