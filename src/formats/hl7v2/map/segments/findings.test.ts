// What the official maps have no row for, and FHIR an element: of the people around the patient, authorisations, trials, diets, copies.
import { expect, test } from 'vitest';
import { segment, told } from '../../testing/lines-told.ts';

const patient = 'PID|1||77^^^HOSP^MR||Doe^Jane';

test('what is known of a guarantor is an observation about the guarantor', () => {
  const message = told(`${patient}\n${segment('GT1', { 1: '1', 3: 'Doe^John', 4: 'Doe^Mary', 20: '1', 25: 'N', 30: 'M', 42: 'Smith' })}`);
  const observation = message.the('Observation');
  const guarantor = message.all('RelatedPerson').find(({ name }) => name?.[0]?.given?.[0] === 'John');
  expect(observation.focus).toEqual([{ reference: `RelatedPerson/${guarantor?.id}` }]);
  expect(observation.component?.map(({ code }) => code.text)).toEqual([
    'Employment status',
    'Deceased',
    'Marital status',
    'Maiden name of the mother',
  ]);
  expect(message.became('GT1-30')).toEqual(['Observation.component[2].valueCodeableConcept.coding[0].code']);
  expect(message.all('RelatedPerson').find(({ relationship }) => relationship?.[0]?.text === 'Spouse of the guarantor')?.name).toEqual([
    { family: 'Doe', given: ['Mary'] },
  ]);
});

test('the holder of a Medicaid case holds the policy, and no employer is written into that person', () => {
  const message = told(`${patient}\nIN1|1|P1^Plan|I1|Insurer\n${segment('IN2', { 7: 'Roe^Ann', 70: 'Works Ltd^L' })}`);
  expect(message.all('RelatedPerson').map(({ name }) => name?.[0]?.family)).toEqual(['Roe']);
  expect(message.all('Organization').map(({ name }) => name)).toContain('Works Ltd');
});

test('an authorisation is the answer of a payer', () => {
  const message = told(`${patient}\nAUT|PPO|HC02|Payer Inc|20220110|20220310|A1^HC|175|1|2|20220211`, 'REF^I12');
  const answer = message.the('ClaimResponse');
  expect(answer).toMatchObject({ use: 'preauthorization', preAuthRef: 'A1', preAuthPeriod: { start: '2022-01-10', end: '2022-03-10' } });
  expect(answer.addItem?.[0]?.quantity?.value).toBe(2);
  expect(message.all('Organization').map(({ name }) => name)).toContain('Payer Inc');
});

test('who is to be told of a result is asked for', () => {
  const message = told(`${patient}\n${segment('OBR', { 1: '1', 3: 'F1', 4: '1^Test^L', 28: '9^Roe^Ann~8^Poe^Al', 49: 'N' })}`, 'OML^O21');
  const request = message.the('CommunicationRequest');
  expect(request.recipient).toHaveLength(2);
  expect(message.became('OBR-49')).toEqual(['CommunicationRequest.category[0].coding[0].code']);
});

test('reagents, trials and diets have resources of their own', () => {
  const message = told(
    `${patient}\nCTI|S1^SPONSOR|1^Phase^L\nINV|R1^Reagent^L|OK^OK^HL70383|RC^Reagent^HL70384|C1|||50|25|25||mL^^UCUM|20310131|||||LOT\nODS|D||LF^Low fat^L|no salt`,
    'OML^O21',
  );
  expect(message.the('ResearchStudy').identifier?.[0]?.value).toBe('S1');
  expect(message.the('ResearchSubject').study.reference).toBe(`ResearchStudy/${message.the('ResearchStudy').id}`);
  expect(message.the('Substance').instance).toEqual([
    {
      identifier: { value: 'C1' },
      quantity: { value: 25, code: 'mL', system: 'http://unitsofmeasure.org', unit: 'mL' },
      expiry: '2031-01-31',
    },
  ]);
  expect(message.the('NutritionOrder').oralDiet?.instruction).toBe('no salt');
});

test('a remark on what takes no notes stands in the extension that any resource may have', () => {
  const message = told(`${patient}\nNTE|1|P|Speaks softly`);
  expect(message.the('Patient').extension).toEqual([
    {
      url: 'http://hl7.org/fhir/StructureDefinition/note',
      valueAnnotation: { text: 'Speaks softly', authorString: 'Orderer' },
    },
  ]);
  expect(message.became('NTE-2')).toEqual(['Patient.extension[0].valueAnnotation.authorString']);
});

test('a code that FHIR has no word for stands beside the one that it asks for', () => {
  const message = told('PID|1||77^^^HOSP^MR||Doe^Jane||||||1 Lane^^Town^^^^N^^017&Kent&L||^XYZ^PH^^^^5550100');
  expect(message.became('PID-11.7')).toEqual(['Patient.address[0]._use.extension[0].valueCodeableConcept.coding[0].code']);
  expect(message.the('Patient').address?.[0]?.district).toBe('Kent');
  expect(message.became('PID-11.9.1')).toEqual(['Patient.address[0]._district.extension[0].valueCoding.code']);
  expect(message.became('PID-13.2')).toEqual(['Patient.telecom[0]._use.extension[0].valueCodeableConcept.coding[0].code']);
});

test('findings about a problem, its prognosis and its episode are told beside it', () => {
  const message = told(
    `${patient}\n${segment('PRB', { 1: 'AD', 2: '20260101', 3: '1^Pain^L', 4: 'P1', 5: 'E1', 19: 'S^Sure^L', 22: 'G^Good^L' })}`,
    'PPR^PC1',
  );
  const condition = message.the('Condition');
  expect(message.the('ClinicalImpression').problem).toEqual([{ reference: `Condition/${condition.id}` }]);
  expect(message.the('EpisodeOfCare').diagnosis).toEqual([{ condition: { reference: `Condition/${condition.id}` } }]);
  expect(message.became('PRB-2')).toEqual(['Provenance.occurredDateTime']);
});

test('a remark that holds what no text of FHIR can hold makes no note', () => {
  const message = told(`${patient}\nNTE|1|P|a\\X00\\b\nNTE|2||fine`);
  expect(message.the('Patient').extension?.map(({ valueAnnotation }) => valueAnnotation?.text)).toEqual(['fine']);
  expect(message.became('NTE-3')).toBe('kept');
});

test('a race in words that no text of FHIR can hold is left out of the words of the others', () => {
  const message = told('PID|1||77^^^HOSP^MR||Doe^Jane|||||^Blue~^Gr\\X00\\een');
  expect(message.the('Patient').extension?.[0]?.extension).toEqual([{ url: 'text', valueString: 'Blue' }]);
  expect(message.became('PID-10[2].2')).toBe('kept');
});

test('what a bill says beside its charges is information of a draft claim', () => {
  const message = told(`${patient}\nIN1|1|P1^Plan|I1|Insurer\nUB2|1|2|01~02|5||01^150&USD|11^20260101|70^20260102^20260105`, 'BAR^P01');
  const claim = message.the('Claim');
  expect(claim).toMatchObject({ status: 'draft', insurance: [{ coverage: { reference: `Coverage/${message.the('Coverage').id}` } }] });
  expect(claim.supportingInfo?.map(({ sequence, category }) => `${sequence} ${category.text}`)).toEqual([
    '1 co-insurance days',
    '2 condition',
    '3 condition',
    '4 covered days',
    '5 value',
    '6 occurrence',
    '7 occurrence span',
  ]);
  expect(message.became('UB2-8.3')).toEqual(['Claim.supportingInfo[6].timingPeriod.end']);
});

test('a pharmacy of which only the deletion of its address is said still is called something', () => {
  const message = told(`${patient}\nORC|NW|P1\n${segment('RXO', { 1: '1^Drug^L', 33: '""' })}`, 'OMP^O09');
  expect(message.all('Organization').map(({ name }) => name)).toContain('unknown');
});
