// Shapes of other vendors' messages: fields that are a place off, an ampersand that nobody escaped, an OBR before a drug order, a referral
// whose patient comes after it, documents without a type.
import { expect, test } from 'vitest';
import { pick, told } from './testing/lines-told.ts';
import { usualDelimiters } from './tree/delimiters.ts';
import { unescapeText } from './tree/escape.ts';

const patient = 'PID|1||77^^^HOSP^MR||Doe^Jane';

test('names of code systems are read however they are written, and go back as they came', () => {
  const message = told(`${patient}
DG1|1||R07.9^Chest pain^ICD10
DG1|2||R07.8^Other chest pain^ICD-10-CM
DG1|3|ICD9|786.5|Chest pain
PR1|1||71275^CT^CPT-4`);
  expect(message.all('Condition').map(({ code }) => code?.coding?.[0]?.system)).toEqual([
    'http://hl7.org/fhir/sid/icd-10',
    'http://hl7.org/fhir/sid/icd-10-cm',
    'http://hl7.org/fhir/sid/icd-9-cm',
  ]);
  expect(message.the('Procedure').code?.coding?.[0]?.system).toBe('http://www.ama-assn.org/go/cpt');
});

test('a coded value in the place of a person or of a number makes neither', () => {
  const message = told(`${patient}||||||||||||||||N^Not Hispanic^HL70189
PV1|1|I|||||||MED^Medicine^HL70069`);
  expect(message.all('Practitioner')).toEqual([]);
  expect(message.all('RelatedPerson')).toEqual([]);
  expect(message.became('PV1-9.1')).toBe('kept');
  expect(message.translation.notes.map(({ where }) => where)).toEqual(expect.arrayContaining(['PID-21.1', 'PV1-9.1']));
});

test('an ampersand in words is one of them, in parts it divides', () => {
  const message = told(`${patient}
IN1|1|P1^Gold & Silver|7|Life & Health Ltd
PV1|1|I|W^1^A^North&1.2.3&ISO`);
  expect(message.the('Coverage').class?.[0]?.name).toBe('Gold & Silver');
  expect(message.all('Organization').map(({ name }) => name)).toContain('Life & Health Ltd');
  expect(JSON.stringify(message.all('Location'))).not.toContain('&');
});

test('an OBR that only introduces a drug order leaves it one order', () => {
  const message = told(
    `MSH|^~\\&|A|B|||20260301120000||ORM^O01|1|P|2.3
${patient}
ORC|NW|O1^A
OBR|1|O1^A||RX^Pharmacy order^L
RXO|00093^Metformin 500 mg^NDC|500||mg
RXR|PO`,
  );
  expect(message.all('ServiceRequest')).toEqual([]);
  expect(message.the('MedicationRequest')).toMatchObject({
    identifier: [{ value: 'O1' }],
    medicationCodeableConcept: { coding: [{ code: '00093' }] },
    category: [{ coding: [{ code: 'RX' }] }],
  });
});

test('a referral is of the patient who comes after it', () => {
  const message = told(
    `RF1|A||||||20260301
PRD|RP|Roe^Ann
${patient}`,
    'REF^I12',
  );
  const { subject } = message.the('ServiceRequest');
  expect(subject).toEqual({ reference: `Patient/${message.the('Patient').id}` });
});

test('a document without a type has the one that its bytes begin with', () => {
  const message = told(
    `MSH|^~\\&|A|B|||20260301120000||ORU^R01|1|P|2.6
${patient}
OBR|1|P1|F1|REP^Report^L
OBX|1|ED|PDF^Report^L||^AP^^Base64^JVBERi0xLjQKMSAwIG9iago8PAov||||||F
OBX|2|ED|BIN^Other^L||^AP^^Base64^AAECAwQFBgcICQoLDA0ODw==||||||F`,
  );
  expect(message.the('DiagnosticReport').presentedForm?.map((one) => pick(one, 'contentType'))).toEqual([
    { contentType: 'application/pdf' },
    { contentType: 'application/octet-stream' },
  ]);
});

test('an appointment with a length ends', () => {
  const message = told(
    `SCH|A1|||||||OV^Visit|45|MIN|^^^20260301100000
${patient}`,
    'SIU^S12',
  );
  expect(message.the('Appointment')).toMatchObject({ start: '2026-03-01T10:00:00+00:00', end: '2026-03-01T10:45:00+00:00' });
});

test('relatives are what words say they are', () => {
  const message = told(`${patient}
NK1|1|Doe^Jim|HUSBAND
NK1|2|Doe^Kim|Daughter`);
  expect(message.all('RelatedPerson').map(({ relationship }) => relationship?.[0]?.coding?.[1]?.code)).toEqual(['HUSB', 'DAU']);
});

test('where a vaccination is known from is said by two digits alone too', () => {
  const message = told(
    `MSH|^~\\&|A|B|||20260301120000||VXU^V04|1|P|2.5.1
${patient}
RXA|0|1|20260101||20^DTaP^CVX|0.5|mL||01
RXA|0|2|20260201||20^DTaP^CVX|0.5|mL||00`,
  );
  expect(message.all('Immunization').map(({ primarySource }) => primarySource)).toEqual([false, true]);
  expect(message.all('Immunization').map(({ note }) => note)).toEqual([undefined, undefined]);
});

test('a telephone number in the place of an address of e-mail is one', () => {
  const message = told(`${patient}||||||||^^CP^+4511122233~^PRN^PH^^354^5551234~^NET^Internet^jane@home.example~^^PH^^^907`);
  expect(message.the('Patient').telecom?.map((one) => pick(one, 'system', 'use', 'value'))).toEqual([
    { system: 'phone', use: 'mobile', value: '+4511122233' },
    { system: 'phone', use: 'home', value: '+354 5551234' },
    { system: 'email', use: 'home', value: 'jane@home.example' },
  ]);
  expect(message.became('PID-13.4')).toEqual(['Patient.telecom[0].value']);
  expect(message.became('PID-13[4].6')).toBe('kept');
});

test('a code system without a code makes no coding', () => {
  const message = told(
    `MSH|^~\\&|A|B|||20260301120000||ORU^R01|1|P|2.6
${patient}
OBR|1|P1|F1|LIP^Lipids^L
OBX|1|CE|CH^Cholesterol^L^^^LN||^^99HOUSE||||||F`,
  );
  expect(message.the('Observation').code?.coding).toEqual([{ system: 'urn:id:L', code: 'CH', display: 'Cholesterol' }]);
  expect(message.the('Observation').valueCodeableConcept).toBeUndefined();
  expect(message.became('OBX-5.3')).toBe('kept');
});

test('an authority with the name of a registered one gives numbers of its own', () => {
  const message = told(`PID|1||77^^^NHS^MR~RSSMRA80A01H501U^^^SSN^SS~9434765919^^^NHS^NH~123-45-6789^^^SSA^SS||Doe^Jane`);
  expect(message.the('Patient').identifier?.map(({ system }) => system)).toEqual([
    'urn:id:NHS',
    'urn:id:SSN',
    'https://fhir.nhs.uk/Id/nhs-number',
    'http://hl7.org/fhir/sid/us-ssn',
  ]);
});

test('an order without a result is wanted when it says that it is observed', () => {
  const order = (obr: string) =>
    told(
      `${patient}
ORC|NW|O1^A
${obr}`,
      'ORM^O01',
    );
  expect(order('OBR|1|O1^A||CT^Chest^L|||20260301080000').the('ServiceRequest').occurrenceDateTime).toBe('2026-03-01T08:00:00+00:00');
  const both = order('OBR|1|O1^A||CT^Chest^L||20260302|20260301080000');
  expect(both.the('ServiceRequest').occurrenceDateTime).toBe('2026-03-02');
  expect(both.became('OBR-7')).toBe('kept');
});

test('formatting commands are what a reader sees of them, and make no text longer than it was sent', () => {
  const read = (raw: string): string => unescapeText(raw, usualDelimiters);
  expect(read('\\H\\first\\N\\\\.br\\second\\.sp2\\third\\.sk3\\fourth\\.in+4\\')).toBe('first\nsecond\n\nthird   fourth');
  for (const command of ['.sp99', '.sk99', '.sp', '.ti-9', '.ce'])
    expect(read(`\\${command}\\`.repeat(1000)).length, command).toBeLessThanOrEqual((command.length + 2) * 1000);
});
