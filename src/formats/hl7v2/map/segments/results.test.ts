// Results as a laboratory sends them, and what the chart says then.
import { describe, expect, test } from 'vitest';
import { lay } from '../../../../exchange/merge.ts';
import { told } from '../../testing/told.ts';

const order = [
  'ORC|RE|P1^EHR|F1^LAB',
  'OBR|1|P1^EHR|F1^LAB|2345-7^Glucose^LN|||20260301083000|||||||||99^House^Gregory||||||20260301093000||CH|F',
];

describe('a result', () => {
  const chart = told('ORU^R01', ...order, 'OBX|1|NM|2345-7^Glucose^LN||5.50|mmol/L^^UCUM|3.9-5.6|N|||F|||20260301083000');

  test('is a number with its units, range and interpretation, of the patient, in its report and on its order', () => {
    const observation = chart.one('Observation');
    expect(observation.valueQuantity).toMatchObject({ unit: 'mmol/L', code: 'mmol/L', system: 'http://unitsofmeasure.org' });
    expect(String(observation.valueQuantity?.value)).toBe('5.50');
    expect(observation.referenceRange?.[0]).toMatchObject({ text: '3.9-5.6', low: { value: 3.9 }, high: { value: 5.6, unit: 'mmol/L' } });
    expect(observation).toMatchObject({
      status: 'final',
      interpretation: [
        { coding: [{ code: 'N' }, { code: 'N', system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation' }] },
      ],
      category: [{ coding: [{ code: 'laboratory' }] }],
      subject: { reference: `Patient/${chart.one('Patient').id}` },
    });
    const report = chart.one('DiagnosticReport');
    expect(report).toMatchObject({ status: 'final', effectiveDateTime: '2026-03-01T08:30:00+00:00', issued: '2026-03-01T09:30:00+00:00' });
    expect(report.result).toEqual([{ reference: `Observation/${observation.id}` }]);
    expect(report.basedOn).toEqual([{ reference: `ServiceRequest/${chart.one('ServiceRequest').id}` }]);
  });

  test('that is corrected replaces the value and what judged it', () => {
    const again = told('ORU^R01', ...order, 'OBX|1|NM|2345-7^Glucose^LN||7.1|mmol/L^^UCUM||H|||C');
    const [was, now] = [chart.translation, again.translation].map(({ resources }) =>
      resources.find(({ resource }) => resource.resourceType === 'Observation'),
    );
    if (was === undefined || now === undefined) throw new Error('no observation');
    expect(now.resource.id).toBe(was.resource.id);
    const first = lay(null, was, { at: 1, tie: '1' }, {});
    const { resource } = lay(first.resource, now, { at: 2, tie: '2' }, first.clock);
    expect(resource).toMatchObject({
      status: 'corrected',
      valueQuantity: { value: 7.1 },
      interpretation: [{ coding: [{ code: 'H' }, { code: 'H' }] }],
    });
    expect(resource).not.toHaveProperty('referenceRange');
  });

  test('that only changes its status keeps its value', () => {
    const again = told('ORU^R01', ...order, 'OBX|1|NM|2345-7^Glucose^LN||||||||W');
    const [was, now] = [chart.translation, again.translation].map(({ resources }) =>
      resources.find(({ resource }) => resource.resourceType === 'Observation'),
    );
    if (was === undefined || now === undefined) throw new Error('no observation');
    const first = lay(null, was, { at: 1, tie: '1' }, {});
    expect(lay(first.resource, now, { at: 2, tie: '2' }, first.clock).resource).toMatchObject({
      status: 'entered-in-error',
      valueQuantity: { unit: 'mmol/L' },
    });
  });
});

test.each([
  ['SN', '>^100', { valueQuantity: { comparator: '>', value: 100 } }],
  ['SN', '^1^:^8', { valueRatio: { numerator: { value: 1 }, denominator: { value: 8 } } }],
  ['SN', '^5^-^9', { valueRange: { low: { value: 5 }, high: { value: 9 } } }],
  ['SN', '^2^+', { valueString: '^2^+' }],
  ['NM', '<0.01', { valueQuantity: { comparator: '<', value: 0.01 } }],
  ['NM', '>= 60', { valueQuantity: { comparator: '>=', value: 60 } }],
  ['NM', '+++', { valueString: '+++' }],
  ['FT', '\\H\\Seen:\\N\\ yes\\.sp2\\\\.in+4\\again\\.br\\end', { valueString: 'Seen: yes\n\nagain\nend' }],
  ['CWE', 'POS^Positive^L', { valueCodeableConcept: { coding: [{ code: 'POS', display: 'Positive' }] } }],
  ['DT', '20260301', { valueDateTime: '2026-03-01' }],
  ['TM', '1030', { valueTime: '10:30:00' }],
  ['DR', '20260301^20260303', { valuePeriod: { start: '2026-03-01', end: '2026-03-03' } }],
  ['NR', '1^3', { valueRange: { low: { value: 1 }, high: { value: 3 } } }],
  ['NA', '1^2^3', { valueSampledData: { data: '1 2 3', dimensions: 1 } }],
  ['ST', 'H\\T\\P & more', { valueString: 'H&P & more' }],
  ['XPN', 'Doe^Jane', { valueString: 'Doe Jane' }],
  ['ZZ', 'a^b', { valueString: 'a^b' }],
])('a value of type %s, %s', (type, value, says) => {
  const chart = told('ORU^R01', ...order, `OBX|1|${type}|1^Test^L||${value}|||||||F`);
  expect(chart.one('Observation')).toMatchObject(says);
});

test('a value that is not of its type is text, and the sender hears of it', () => {
  const chart = told('ORU^R01', ...order, 'OBX|1|NM|1^Test^L||not done|||||F');
  expect(chart.one('Observation').valueString).toBe('not done');
  expect(chart.translation.notes.map(({ where }) => where)).toContain('OBX-5');
});

test('several values of one observation are its components', () => {
  const chart = told('ORU^R01', ...order, 'OBX|1|CWE|1^Organisms^L||A^Alpha^L~B^Beta^L||||||F');
  const { valueCodeableConcept, component } = chart.one('Observation');
  expect(valueCodeableConcept?.coding?.[0]?.code).toBe('A');
  expect(component).toMatchObject([{ code: { text: 'Organisms' }, valueCodeableConcept: { coding: [{ code: 'B' }] } }]);
});

test('a panel keeps its order, and its sub-ids tell the same code apart', () => {
  const chart = told(
    'ORU^R01',
    ...order,
    'OBX|1|NM|1^Pulse^L|a|60||||||F',
    'OBX|2|NM|1^Pulse^L|b|70||||||F',
    'OBX|3|NM|2^Other^L||1||||||F',
  );
  const byId = new Map(chart.all('Observation').map((one) => [`Observation/${one.id}`, Number(one.valueQuantity?.value)]));
  expect(chart.one('DiagnosticReport').result?.map(({ reference }) => byId.get(reference ?? ''))).toEqual([60, 70, 1]);
});

test('a text over many OBX is one observation, line by line, blank ones too', () => {
  const chart = told(
    'ORU^R01',
    ...order,
    'OBX|1|TX|18748-4^Report^LN||FINDINGS||||||F',
    'OBX|2|TX|18748-4^Report^LN||||||||F',
    'OBX|3|TX|18748-4^Report^LN||No fracture.||||||F',
  );
  expect(chart.one('Observation').valueString).toBe('FINDINGS\n\nNo fracture.');
  const mapped = chart.translation.ledger.filter(({ path }) => /^OBX(\[\d\])?-5/.test(path));
  expect(mapped.map(({ state }) => state)).toEqual(['mapped', 'mapped']);
});

test('a PDF stands in the report, byte for byte', () => {
  const bytes = Buffer.from('%PDF-1.7 \u0000 made up').toString('base64');
  const chart = told('ORU^R01', ...order, `OBX|1|ED|PDF^Report^L||LAB^Application^PDF^Base64^${bytes}||||||F`);
  expect(chart.one('DiagnosticReport').presentedForm).toEqual([{ contentType: 'application/pdf', data: bytes }]);
});

test('the susceptibilities of an organism follow from it', () => {
  const chart = told(
    'ORU^R01',
    'OBR|1|P1|F1|600-7^Culture^LN|||20260301|||||||||||||||||MB|F',
    'OBX|1|CWE|600-7^Culture^LN|1|EC^E. coli^L||||||F',
    'OBR|2|P1|F2|50545-3^Susceptibility^LN|||20260301|||||||||||||||||MB|F|600-7&Culture&LN^1^E. coli|||P1^F1',
    'OBX|1|SN|18906-8^Ciprofloxacin^LN||<=^0.25|ug/mL^^UCUM||S|||F',
  );
  const [organism, drug] = chart.all('Observation');
  expect(drug?.derivedFrom).toEqual([{ reference: `Observation/${organism?.id}`, display: 'E. coli' }]);
  expect(chart.all('ServiceRequest')[1]?.basedOn?.[0]?.identifier?.value).toBe('P1');
});

test('a specimen belongs to the report, its request and its observation', () => {
  const chart = told(
    'ORU^R01',
    ...order,
    'OBX|1|NM|1^Test^L||1||||||F',
    'SPM|1|S1&EHR^S2&LAB||BLD^Blood^HL70487|||||||||||||20260301080000|20260301084500',
  );
  const specimen = chart.one('Specimen');
  expect(specimen).toMatchObject({
    collection: { collectedDateTime: '2026-03-01T08:00:00+00:00' },
    receivedTime: '2026-03-01T08:45:00+00:00',
  });
  expect(chart.one('Observation').specimen?.reference).toBe(`Specimen/${specimen.id}`);
  expect(chart.one('ServiceRequest').specimen?.[0]?.reference).toBe(`Specimen/${specimen.id}`);
});

test('a note belongs to what stands before it', () => {
  const chart = told('ORU^R01', ...order, 'NTE|1||of the order', 'OBX|1|NM|1^Test^L||1||||||F', 'NTE|1||of the result');
  expect(chart.one('ServiceRequest').note).toEqual([{ text: 'of the order' }]);
  expect(chart.one('Observation').note).toEqual([{ text: 'of the result' }]);
});
