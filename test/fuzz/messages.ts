// Made-up messages of the kinds whose readers differ.
import type { CsvMapping } from '../../src/formats/csv/mapping.ts';

const header = (kind: string): string =>
  `MSH|^~\\&|FUZZ|NORTH^2.16.840.1.113883.3.1^ISO|LAMP|SOUTH|20260701120000+0100||${kind}|F1|P|2.5.1||||||UNICODE UTF-8`;
const patient =
  'PID|1||100^^^NORTH&2.16.840.1.113883.3.1&ISO^MR~200^^^USSSA^SS||O\\T\\BRIEN&VAN&BRIEN^MÁRTA^A^JR^DR^MD^L||19450714|F|||1 MAIN ST&MAIN&1^APT 2^ANN ARBOR^MI^48104^USA^H||(555)555-1234^PRN^PH^a@b.example~^^CP^^1^555^5551234|||M|CAT|ACC1^^^NORTH';
const visit =
  'PV1|1|I|WARD^1^2^NORTH||||1000^WOOLFSON^KATHLEEN^^^DR^MD^^NORTH&1.2.3&ISO|||MED||||||||I|V1^^^NORTH^VN|||||||||||||||||01|||||||20260701|20260705';
const lines: string[][] = [
  [
    header('ADT^A01^ADT_A01'),
    'EVN|A01|20260701',
    patient,
    'PD1|||CLINIC^^1',
    'NK1|1|NEXT^KIN|SPO^Spouse^HL70063|1 MAIN ST|5551',
    visit,
    'AL1|1|DA|70618^Penicillin^RXNORM|SV|Rash~Hives',
    'DG1|1||I10^Hypertension^I10C||20260701|A',
    'GT1|1||PAYER^ONE',
    'IN1|1|PLAN^Plan^L|C1|INSURER||||G1|||||||ONE^SELF|SEL',
    'ZPI|local|\\X0D0A\\',
  ],
  [header('ADT^A40^ADT_A39'), 'EVN|A40|20260702', patient, 'MRG|300^^^NORTH^MR'],
  [
    header('ORU^R01^ORU_R01'),
    patient,
    visit,
    'ORC|RE|P1^NORTH|F1^LAB',
    'OBR|1|P1^NORTH|F1^LAB|24323-8^Panel^LN|||20260701091500|||||||||1000^W^K||||||20260701||LAB|F',
    'NTE|1||a note\\.br\\of two lines',
    'OBX|1|NM|2345-7^Glucose^LN||5.60|mmol/L^^UCUM|3.5-6.1|N|||F',
    'OBX|2|SN|100^Titer^L||<^1^:^8|||A|||C',
    'OBX|3|CWE|600-7^Culture^LN||112283007^E. coli^SCT|||A|||F',
    'OBX|4|ED|PDF^Report^L||^application^pdf^Base64^JVBERi0xLjQ=||||||F',
    'OBX|5|TX|R^Report^L||one~two||||||F',
  ],
  [
    header('RDE^O11^RDE_O11'),
    patient,
    'ORC|NW|P2',
    'RXE|1^BID^^20260701|197361^Amlodipine 5 MG^RXNORM|5||MG|TAB|Take one||||30|TAB|3',
    'RXR|PO^Oral^HL70162',
    'TQ1|1||BID||||20260701',
  ],
  [
    header('SIU^S12^SIU_S12'),
    'SCH|A1^NORTH|A2^NORTH|||||CHECK^Checkup|NORMAL|30|MIN|^^30^20260801090000^20260801093000',
    patient,
    'RGS|1',
    'AIS|1||CHECK^Checkup|20260801090000',
    'AIP|1||1000^W^K|DOC',
    'AIL|1||CLINIC^1',
  ],
  [
    header('VXU^V04^VXU_V04'),
    patient,
    'ORC|RE||I1^NORTH',
    'RXA|0|1|20260701||08^Hep B^CVX|0.5|mL^^UCUM||00^New^NIP001|1000^W^K|||||LOT1|20270101|MSD^Merck^MVX|||CP|A',
    'RXR|IM^Intramuscular^HL70162|LA^Left arm^HL70163',
  ],
  [
    header('MDM^T02^MDM_T02'),
    'EVN|T02|20260701',
    patient,
    visit,
    'TXA|1|DS^Discharge summary|TX|20260701|1000^W^K|||||||D1^NORTH|||||LA',
    'OBX|1|TX|||All is well',
  ],
  [header('DFT^P03^DFT_P03'), 'EVN|P03|20260701', patient, visit, 'FT1|1|T1||20260701||CG|99213^Visit^L||1|100.00&USD'],
];
export const hl7Fixtures: readonly Buffer[] = lines.map((one) => Buffer.from(`${one.join('\r')}\r`));

const gluco = { characteristic: '2A18', bytes: '0b0700ea0701020c1e0f3c00b0651100' };
const payloads: object[] = [
  {
    id: '17',
    patient: { system: 'urn:x', value: '123' },
    device: { id: '74-E8-FF-FE-FF-05-1C-00', manufacturer: 'M', model: 'X', serial: '1', version: '2' },
    sent: '2026-07-01T12:00:30Z',
    clock: '2026-07-01T11:58:30Z',
    time: '2026-07-01T11:58:00Z',
    values: [
      { code: 'MDC_PULS_OXIM_SAT_O2', value: 97, unit: '%' },
      { code: 150021, value: 118, unit: 'mmHg' },
      { code: 150022, value: 76, unit: 'mmHg' },
      { code: '8310-5', value: 37.25, unit: 'Cel', time: '2026-07-01T11:57:00+02:00', note: 'after tea' },
      {
        code: '8867-4',
        value: 'NaN',
        start: '2026-07-01T11:00:00',
        end: '2026-07-01T11:10:00',
        components: [{ code: '8867-4', value: 1, unit: '/min' }],
      },
    ],
    series: [{ code: 'MDC_ECG_ELEC_POTL_II', unit: 'mV', factor: 0.005, period: 4, data: [12, 13, 15, 11], lowerLimit: -2 }],
  },
  { patient: { value: '9' }, device: { id: 'g' }, sent: '2026-07-01T12:00:30Z', gatt: gluco },
  { device: { id: 'g' }, gatt: { characteristic: '2A35', bytes: '160078005000640000000000ea0701020c1e004800' } },
  { device: { id: 'g' }, gatt: { characteristic: '2A5F', bytes: '0061003c00' } },
  {
    header: { id: 'h1', user_id: 'u', schema_id: { namespace: 'omh', name: 'blood-pressure', version: '3.0' } },
    body: {
      systolic_blood_pressure: { value: 120, unit: 'mmHg' },
      diastolic_blood_pressure: { value: 80, unit: 'mmHg' },
      effective_time_frame: { date_time: '2026-02-05T07:25:00Z' },
    },
  },
  {
    sleep_duration: { value: 7.5, unit: 'h' },
    effective_time_frame: { time_interval: { start_date_time: '2026-02-05T00:25:00Z', duration: { value: 7.5, unit: 'h' } } },
  },
  {
    patient: { system: 'urn:x', value: '9' },
    device: { id: 'Watch' },
    records: [
      {
        type: 'HKQuantityTypeIdentifierHeartRate',
        unit: 'count/min',
        value: '61',
        startDate: '2026-02-05 07:25:00 +0100',
        endDate: '2026-02-05 07:25:00 +0100',
      },
      {
        type: 'HKQuantityTypeIdentifierOxygenSaturation',
        unit: '%',
        value: '0.97',
        startDate: '2026-02-05 07:25:00 +0100',
        endDate: '2026-02-05 07:25:00 +0100',
      },
    ],
  },
];
export const deviceFixtures: readonly Buffer[] = payloads.map((one) => Buffer.from(JSON.stringify(one)));

export const csvMapping: CsvMapping = {
  delimiter: ',',
  columns: [
    { column: 'mrn', to: 'Patient.identifier', system: 'urn:x', key: true },
    { column: 'name', to: 'Patient.name.family' },
    { column: 'given', to: 'Patient.name.given[0]' },
    { column: 'second', to: 'Patient.name.given[1]' },
    { column: 'dob', to: 'Patient.birthDate', date: 'DD/MM/YYYY' },
    { column: 'sex', to: 'Patient.gender', map: { M: 'male', F: 'female' } },
    { column: 'visit', to: 'Encounter.identifier', key: true },
    { column: 'from', to: 'Encounter.period.start' },
    { column: 'taken', to: 'Observation.effectiveDateTime', date: 'YYYY-MM-DD HH:mm', key: true },
    { column: 'glucose', to: 'Observation.valueQuantity', unit: 'mmol/L' },
    { column: 'note' },
  ],
  constants: {
    'Encounter.status': 'finished',
    'Encounter.class.code': 'AMB',
    'Observation.status': 'final',
    'Observation.code.coding.system': 'http://loinc.org',
    'Observation.code.coding.code': '15074-8',
  },
};
const csvRows = [
  'mrn,name,given,second,dob,sex,visit,from,taken,glucose,note',
  '1,"O""Brien, jr",Anna,,03/02/1961,F,V1,2026-07-01,2026-07-01 08:30,5.60,"two\nlines"',
  '2,Müller,Bo,Cy,,M,,,2026-07-01 08:31,<7,',
  '3,,,,,,,,,,',
  '1,,,,,,V2,2026-07-01T09:00:00+02:00,2026-07-02 08:30,6.1,x',
];
export const csvFixtures: readonly Buffer[] = ['\n', '\r\n', '\r'].flatMap((end) => [
  Buffer.from(`${csvRows.join(end)}${end}`),
  Buffer.from(`\ufeff${csvRows.join(end)}`),
]);
