// Given this message, the chart says this of allergies, diagnoses, procedures, problems and referrals.
import { describe, expect, test } from 'vitest';
import { told } from '../../testing/lines-told.ts';

const patient = 'PID|||1^^^A\n';

describe('allergies', () => {
  test('have a category, how bad they can be, and what they did', () => {
    expect(told(`${patient}AL1|1|DA|PEN^Penicillin^L|SV|Rash~Hives|20200102`).the('AllergyIntolerance')).toMatchObject({
      category: ['medication'],
      type: 'allergy',
      criticality: 'high',
      clinicalStatus: { coding: [{ code: 'active' }] },
      reaction: [{ manifestation: [{ text: 'Rash' }, { text: 'Hives' }], severity: 'severe' }],
      onsetDateTime: '2020-01-02',
    });
  });

  test('are one for one substance, whichever segment tells it', () => {
    const id = (text: string) => told(patient + text).the('AllergyIntolerance').id;
    expect(id('AL1|1|DA|PEN^Penicillin^L')).toBe(id('IAM|1|FA|PEN^Penicillin^L|MI'));
  });

  test('that were entered in error have no clinical status and are deleted by their number', () => {
    const { the, said, translation } = told(`${patient}IAM|1|DA|PEN^Penicillin^L|||D|N5^A`);
    expect(the('AllergyIntolerance').verificationStatus?.coding?.[0]?.code).toBe('entered-in-error');
    expect(said('AllergyIntolerance').removes).toEqual(['clinicalStatus']);
    expect(translation.instructions).toMatchObject([{ kind: 'delete', type: 'AllergyIntolerance' }]);
  });

  test('that are inactive say so', () => {
    const { the, became } = told(`${patient}IAM|1|DA|PEN^Penicillin^L|||A|N5^A||||||||||I^Inactive`);
    expect(the('AllergyIntolerance').clinicalStatus?.coding?.[0]?.code).toBe('inactive');
    expect(became('IAM-6')).toBe('structural');
    expect(became('IAM-17.1')).toEqual(['AllergyIntolerance.clinicalStatus.coding[0].code']);
  });

  test('have the reactions of IAR', () => {
    const { the } = told(`${patient}IAM|1|DA|PEN^Penicillin^L\nIAR|R1^Rash^L|MO||Given cream`);
    expect(the('AllergyIntolerance').reaction).toMatchObject([{ severity: 'moderate', note: [{ text: 'Given cream' }] }]);
  });
});

describe('diagnoses', () => {
  test('of a visit are its own, with use and rank', () => {
    const { the } = told(`${patient}PV1|1|I\nDG1|1|I10C|R51^Headache||20260301|A|||||||||2|7^Doe^Jane|||202603011000`);
    expect(the('Condition')).toMatchObject({
      code: { coding: [{ code: 'R51', system: 'http://hl7.org/fhir/sid/icd-10-cm' }] },
      onsetDateTime: '2026-03-01',
      recordedDate: '2026-03-01T10:00:00+00:00',
      encounter: { reference: `Encounter/${the('Encounter').id}` },
    });
    expect(the('Encounter').diagnosis).toMatchObject([{ use: { coding: [{ code: 'A' }, { code: 'AD' }] }, rank: 2 }]);
  });

  test('that are taken back are in error', () => {
    const { the, translation } = told(`${patient}DG1|1||R51^^I10|||||||||||||||||D1^A|D`);
    expect(the('Condition').verificationStatus?.coding?.[0]?.code).toBe('entered-in-error');
    expect(translation.instructions).toMatchObject([{ kind: 'delete', type: 'Condition' }]);
  });
});

describe('procedures', () => {
  test('last as long as PR1-7 says', () => {
    const { the, became } = told(`${patient}PR1|1||P1^Repair^L||202603011000|D|90|6^Moe^Max|||7^Doe^Jane`);
    expect(the('Procedure')).toMatchObject({
      status: 'completed',
      performedPeriod: { start: '2026-03-01T10:00:00+00:00', end: '2026-03-01T11:30:00+00:00' },
    });
    expect(the('Procedure').performer?.map((one) => one.function?.text)).toEqual(['Anesthesiologist', 'Surgeon']);
    expect(became('PR1-7')).toEqual(['Procedure.performedPeriod.end']);
  });
});

test('a cause of death and an autopsy', () => {
  const { the } = told(`${patient}PDA|I21^Infarction^I10||Y|20260301|7^Doe^Jane|Y|20260302^20260303`);
  expect(the('Observation')).toMatchObject({
    code: { coding: [{ code: '69453-9' }] },
    valueCodeableConcept: { coding: [{ code: 'I21' }] },
  });
  expect(the('Procedure')).toMatchObject({ status: 'completed', code: { text: 'Autopsy' } });
});

test('a problem, its goal and its pathway', () => {
  const { the } = told(
    `${patient}PRB|AD|20260301|J45^Asthma^I10|PR1^A|||20260301||||||C^Confirmed|ACTIVE^Active||20200101\nGOL|AD|20260301|G1^Breathe^L|GO1^A|||20260301|20260601\nPTH|AD|PW^Pathway^L|PT1^A|20260301`,
    'PPR^PC1',
  );
  expect(the('Condition')).toMatchObject({
    clinicalStatus: { coding: [{ code: 'active' }] },
    verificationStatus: { coding: [{ code: 'confirmed' }] },
    onsetDateTime: '2020-01-01',
  });
  expect(the('Goal')).toMatchObject({ lifecycleStatus: 'active', startDate: '2026-03-01', target: [{ dueDate: '2026-06-01' }] });
  expect(the('CarePlan')).toMatchObject({ intent: 'plan', period: { start: '2026-03-01' } });
});

test('a referral has who refers and to whom', () => {
  const text = 'RF1|A|R|MED^Medical^HL70281|||RF7^A||||R51^Headache^I10\nPRD|RP|Doe^Jane|||555-0100\nPRD|RT|Roe^Rob\nPID|||1^^^A';
  const { the, all } = told(text, 'REF^I12');
  expect(the('ServiceRequest')).toMatchObject({ status: 'active', intent: 'order', priority: 'routine' });
  expect(all('PractitionerRole')).toHaveLength(2);
  expect(the('ServiceRequest').requester?.reference).toBe(`PractitionerRole/${all('PractitionerRole')[0]?.id}`);
});

test('a master file record that is deleted is of nobody who works here', () => {
  const text = 'MFI|PRA\nMFE|MDL\nSTF|7|7^^^WARD|Doe^Jane\nPRA|7|||||88^NPI';
  expect(told(text, 'MFN^M02').the('Practitioner')).toMatchObject({ active: false, name: [{ family: 'Doe' }] });
});
