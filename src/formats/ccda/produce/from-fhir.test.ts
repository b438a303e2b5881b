// Documents from the record, and read back.
import { describe, expect, test } from 'vitest';
import type { Organization, Patient, Practitioner, Resource } from '../../../fhir/generated/types.ts';
import { context } from '../document.fixture.ts';
import { ccda } from '../format.ts';
import { leavesIn } from '../tree/tree.ts';
import type { DocumentKind, Wish } from './contract.ts';
import { documentOf } from './from-fhir.ts';
import { faultsOf } from './rules.ts';

const concept = (code: string, display: string) => ({ coding: [{ system: 'urn:oid:2.999.5', code, display }] });
const patient: Patient = {
  resourceType: 'Patient',
  id: 'p',
  identifier: [{ system: 'urn:oid:2.999.2', value: 'p-7' }],
  name: [{ use: 'official', family: 'Example', given: ['Ada', 'M'] }],
  gender: 'female',
  birthDate: '1970-01-02',
  address: [{ use: 'home', line: ['1 <Long> & Winding Rd'], city: 'Elsewhere', postalCode: '00000' }],
  telecom: [{ system: 'phone', value: '+1-555-0100', use: 'mobile' }],
};
const subject = { reference: 'Patient/p' };
const author: Practitioner = {
  resourceType: 'Practitioner',
  id: 'd',
  identifier: [{ system: 'http://hl7.org/fhir/sid/us-npi', value: '1234567893' }],
  name: [{ family: 'Doctor', given: ['Hy'] }],
};
const custodian: Organization = {
  resourceType: 'Organization',
  id: 'o',
  identifier: [{ system: 'urn:oid:2.999.3', value: '1' }],
  name: 'House of Tests',
};

const chart: Resource[] = [
  patient,
  author,
  {
    resourceType: 'AllergyIntolerance',
    id: 'a',
    identifier: [{ system: 'urn:oid:2.999.4', value: 'a-1' }],
    patient: subject,
    clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] },
    type: 'allergy',
    category: ['food'],
    criticality: 'high',
    code: concept('walnut', 'Walnut'),
    onsetDateTime: '1999',
    recorder: { reference: 'Practitioner/d' },
    recordedDate: '2020-01-02',
    reaction: [{ manifestation: [concept('hives', 'Hives')], severity: 'moderate' }],
  },
  {
    resourceType: 'Condition',
    id: 'c',
    identifier: [{ system: 'urn:oid:2.999.4', value: 'c-1' }],
    subject,
    clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] },
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-category', code: 'problem-list-item' }] }],
    code: concept('fever', 'Made-up fever'),
    onsetDateTime: '2021-02-03',
  },
  {
    resourceType: 'MedicationRequest',
    id: 'm',
    identifier: [{ system: 'urn:oid:2.999.4', value: 'm-1' }],
    subject,
    status: 'active',
    intent: 'order',
    medicationCodeableConcept: concept('testamol', 'Testamol'),
    authoredOn: '2024-01-01',
    requester: { reference: 'Practitioner/d' },
    reasonCode: [concept('fever', 'Made-up fever')],
    dosageInstruction: [
      {
        text: 'two a day',
        timing: { repeat: { frequency: 2, period: 1, periodUnit: 'd' } },
        doseAndRate: [{ doseQuantity: { value: 10, unit: 'mg', system: 'http://unitsofmeasure.org', code: 'mg' } }],
      },
    ],
  },
  {
    resourceType: 'Observation',
    id: 'k',
    identifier: [{ system: 'urn:oid:2.999.4', value: 'k-1' }],
    subject,
    status: 'final',
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] }],
    code: { coding: [{ system: 'http://loinc.org', code: '2823-3', display: 'Potassium' }] },
    effectiveDateTime: '2024-03-05T08:30:00Z',
    valueQuantity: { value: 3.1, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' },
    referenceRange: [{ low: { value: 3.5, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' } }],
  },
  {
    resourceType: 'Procedure',
    id: 'x',
    identifier: [{ system: 'urn:oid:2.999.4', value: 'x-1' }],
    subject,
    status: 'completed',
    code: concept('stitch', 'Stitching'),
    performedDateTime: '2023-01-01',
  },
  {
    resourceType: 'Immunization',
    id: 'v',
    identifier: [{ system: 'urn:oid:2.999.4', value: 'v-1' }],
    patient: subject,
    status: 'not-done',
    vaccineCode: concept('vacc', 'Testivax'),
    occurrenceDateTime: '2022-01-01',
  },
];

const wish = (kind: DocumentKind): Wish => ({
  kind,
  author,
  custodian,
  time: '2024-03-05T10:15:00+01:00',
  sender: 'test',
  texts: { '8648-8': 'Came & went.\nFelt better.' },
  content: { contentType: 'text/plain', bytes: Buffer.from('Dear doctor') },
});

const written = (kind: DocumentKind) => {
  const document = documentOf(chart, wish(kind));
  if (!document.ok) throw new Error(JSON.stringify(document.problem));
  return document.value;
};
const kinds: DocumentKind[] = [
  'continuity-of-care',
  'discharge-summary',
  'referral-note',
  'progress-note',
  'consultation-note',
  'operative-note',
  'history-and-physical',
  'unstructured',
];

describe('a document from the record', () => {
  test.each(kinds)('of the kind %s has what C-CDA asks for, and is read back without a loss', (kind) => {
    const document = written(kind);
    expect(faultsOf(document, kind)).toEqual([]);
    expect(document.notes).toEqual([]);
    const back = ccda.toFhir(document, context);
    expect(back.notes).toEqual([]);
    const leaves = document.roots.flatMap((root) => [...leavesIn(root)]);
    expect(back.ledger.filter(({ path }) => path !== '/')).toHaveLength(leaves.length);
    expect(back.resources[0]?.resource).toMatchObject({
      name: patient.name,
      birthDate: '1970-01-02',
      gender: 'female',
      address: patient.address,
      telecom: patient.telecom,
      identifier: patient.identifier,
    });
  });

  test('says the same in its entries as the record does', () => {
    const back = ccda.toFhir(written('continuity-of-care'), context).resources.map(({ resource }) => resource);
    const find = (type: string, value: string) =>
      back.find((one) => one.resourceType === type && JSON.stringify(one).includes(`"value":"${value}"`));
    const same = (type: string, value: string, ...names: string[]): void => {
      const sent = chart.find((one) => one.resourceType === type && JSON.stringify(one).includes(`"value":"${value}"`));
      const found = find(type, value);
      for (const name of names) expect(found, `${type}.${name}`).toHaveProperty(name, Object(sent)[name]);
    };
    same(
      'AllergyIntolerance',
      'a-1',
      'type',
      'category',
      'criticality',
      'code',
      'onsetDateTime',
      'recordedDate',
      'reaction',
      'clinicalStatus',
    );
    same('Condition', 'c-1', 'code', 'onsetDateTime', 'clinicalStatus');
    same('MedicationRequest', 'm-1', 'status', 'intent', 'medicationCodeableConcept', 'authoredOn', 'reasonCode');
    expect(find('MedicationRequest', 'm-1')).toMatchObject({
      dosageInstruction: [
        { text: 'two a day', timing: { repeat: { period: 12, periodUnit: 'h' } }, doseAndRate: [{ doseQuantity: { value: 10 } }] },
      ],
    });
    same('Observation', 'k-1', 'code', 'status', 'effectiveDateTime', 'valueQuantity', 'referenceRange', 'category');
    same('Procedure', 'x-1', 'code', 'status', 'performedDateTime');
    same('Immunization', 'v-1', 'vaccineCode', 'status', 'occurrenceDateTime');
  });

  test('has words where it has no entries, and says so where it has neither', () => {
    const { text } = written('discharge-summary');
    expect(text).toContain('<paragraph>Came &amp; went.</paragraph>');
    expect(text).toMatch(/<section nullFlavor="NI">\s*<templateId root="2.16.840.1.113883.10.20.22.2.24"/);
  });

  test('holds the bytes of an unstructured one', () => {
    const back = ccda.toFhir(written('unstructured'), context).resources.map(({ resource }) => resource);
    const reference = back.find((one) => one.resourceType === 'DocumentReference');
    expect(reference).toMatchObject({
      content: [{}, { attachment: { contentType: 'text/plain', data: Buffer.from('Dear doctor').toString('base64') } }],
    });
  });

  test('is of one patient', () => {
    expect(documentOf([author], wish('progress-note'))).toMatchObject({
      ok: false,
      problem: { message: expect.stringContaining('one patient') },
    });
  });
});

test('a document without its sections is told what it lacks', () => {
  const bare = ccda.read(Buffer.from('<ClinicalDocument><component><structuredBody/></component></ClinicalDocument>'));
  const faults = faultsOf(bare, 'progress-note').map(({ message }) => message);
  expect(faults).toContain('Add recordTarget: C-CDA asks for it');
  expect(faults).toContain('Add section Assessment: C-CDA asks for it');
});
