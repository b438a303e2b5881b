// Orders, drugs, vaccinations, appointments and documents: given this message, the chart says this.
import { describe, expect, test } from 'vitest';
import { told } from '../../testing/told.ts';

describe('an order', () => {
  test('asks for a service, by whom, when, how urgently', () => {
    const chart = told(
      'OML^O21',
      'ORC|NW|P1^EHR||G1|||||20260301090000|||99^House^Gregory',
      'TQ1|1||||||20260302||S',
      'OBR|1|P1^EHR||2345-7^Glucose^LN|||||||||||||||||||||||||||R^Routine check^L',
    );
    expect(chart.one('ServiceRequest')).toMatchObject({
      status: 'active',
      intent: 'order',
      priority: 'stat',
      authoredOn: '2026-03-01T09:00:00+00:00',
      requisition: { value: 'G1' },
      occurrenceTiming: { repeat: { boundsPeriod: { start: '2026-03-02' } } },
      code: { coding: [{ code: '2345-7' }] },
    });
    expect(chart.all('DiagnosticReport')).toEqual([]);
  });

  test('that is cancelled is the same order, revoked', () => {
    const [placed, cancelled] = [
      told('ORM^O01', 'ORC|NW|P1^EHR', 'OBR|1|P1^EHR||1^Test^L'),
      told('ORM^O01', 'ORC|CA|P1^EHR', 'OBR|1|P1^EHR||1^Test^L'),
    ];
    expect(cancelled.one('ServiceRequest').id).toBe(placed.one('ServiceRequest').id);
    expect(cancelled.one('ServiceRequest').status).toBe('revoked');
  });

  test('whose number stands at several services is one request for each', () => {
    const chart = told('ORM^O01', 'ORC|NW|P1', 'OBR|1|P1||1^One^L', 'OBR|2|P1||2^Two^L');
    expect(chart.all('ServiceRequest').map(({ code }) => code?.coding?.[0]?.code)).toEqual(['1', '2']);
  });
});

describe('a prescription', () => {
  test('says the drug, the dose with its range, how often, the route, and what to dispense', () => {
    const chart = told(
      'RDE^O11',
      'ORC|NW|P1',
      'RXE|^BID|860975^Metformin^RXNORM|500|1000|mg^^UCUM|TAB^Tablet^L|||||60|TAB|3|||||||||||||||',
      'RXR|PO^Oral^HL70162',
    );
    const request = chart.one('MedicationRequest');
    expect(request.medicationReference?.reference).toBe(`Medication/${chart.one('Medication').id}`);
    expect(request.dosageInstruction?.[0]).toMatchObject({
      timing: { repeat: { frequency: 2, period: 1, periodUnit: 'd' } },
      doseAndRate: [{ doseRange: { low: { value: 500, unit: 'mg' }, high: { value: 1000 } } }],
      route: { coding: [{ code: 'PO' }] },
    });
  });

  test('with a rate says it per time', () => {
    const chart = told('RDE^O11', 'ORC|NW|P1', 'RXE||1^Saline^L|1000||mL|||||||||||||||||H1|125|mL');
    expect(chart.one('MedicationRequest').dosageInstruction?.[0]?.doseAndRate?.[0]?.rateRatio).toMatchObject({
      numerator: { value: 125, unit: 'mL' },
      denominator: { value: 1, code: 'h' },
    });
  });

  test('as it was asked for and as it was encoded is one, and the encoded one holds', () => {
    const chart = told('RDE^O11', 'ORC|NW|P1', 'RXO|A^Asked^L|1||mg', 'RXE||B^Encoded^L|2||mg');
    expect(chart.one('MedicationRequest')).toMatchObject({
      medicationCodeableConcept: { coding: [{ code: 'B' }] },
      dosageInstruction: [{ doseAndRate: [{ doseQuantity: { value: 2 } }] }],
    });
  });

  test('is made of its components', () => {
    const chart = told('RDE^O11', 'ORC|NW|P1', 'RXE||1^Infusion^L|1||L', 'RXC|B|S^Saline^L|1|L', 'RXC|A|K^Potassium^L|20|mmol');
    expect(chart.one('Medication').ingredient).toMatchObject([
      { isActive: false, itemCodeableConcept: { coding: [{ code: 'S' }] } },
      { isActive: true, strength: { numerator: { value: 20, unit: 'mmol' }, denominator: { value: 1 } } },
    ]);
  });

  test('leads to what was dispensed and what was given', () => {
    const dispensed = told('RDS^O13', 'ORC|RE|P1', 'RXE||1^Drug^L|1||mg', 'RXD|1|1^Drug^L|20260301|30|TAB');
    expect(dispensed.one('MedicationDispense')).toMatchObject({
      quantity: { value: 30, unit: 'TAB' },
      authorizingPrescription: [{ reference: `MedicationRequest/${dispensed.one('MedicationRequest').id}` }],
    });
    const given = told(
      'RAS^O17',
      'ORC|RE|P1',
      'RXA|0|1|20260301100000|20260301100000|1^Drug^L|5|mg|||||||||||||CP',
      'RXR|IV^Intravenous^HL70162',
    );
    expect(given.one('MedicationAdministration')).toMatchObject({
      status: 'completed',
      effectiveDateTime: '2026-03-01T10:00:00+00:00',
      dosage: { dose: { value: 5, unit: 'mg' }, route: { coding: [{ code: 'IV' }] } },
      request: { reference: `MedicationRequest/${given.one('MedicationRequest').id}` },
    });
  });
});

describe('a vaccination', () => {
  test('says vaccine, day, dose, lot, where and by whom', () => {
    const chart = told(
      'VXU^V04',
      'ORC|RE||V1^REG',
      'RXA|0|1|20260301||08^Hep B^CVX|0.5|mL^^UCUM||00^New^NIP001|99^Nurse^Amy|||||LOT7|20270101|MSD^Merck^MVX|||CP|A',
      'RXR|IM^Intramuscular^HL70162|LA^Left arm^HL70163',
      'OBX|1|CWE|64994-7^Eligibility^LN|1|V01^Not eligible^L||||||F',
    );
    expect(chart.one('Immunization')).toMatchObject({
      status: 'completed',
      primarySource: true,
      occurrenceDateTime: '2026-03-01',
      doseQuantity: { value: 0.5, code: 'mL' },
      lotNumber: 'LOT7',
      expirationDate: '2027-01-01',
      route: { coding: [{ code: 'IM' }] },
      site: { coding: [{ code: 'LA' }] },
    });
    expect(chart.one('Observation').partOf?.[0]?.reference).toBe(`Immunization/${chart.one('Immunization').id}`);
  });

  test('that was refused was not done, for a reason', () => {
    const chart = told('VXU^V04', 'ORC|RE||9999^CDC', 'RXA|0|1|20260301||08^Hep B^CVX|999||||||||||||00^Parental decision^NIP002||RE');
    expect(chart.one('Immunization')).toMatchObject({ status: 'not-done', statusReason: { coding: [{ code: '00' }] } });
    expect(chart.one('Immunization')).not.toHaveProperty('doseQuantity');
  });
});

describe('an appointment', () => {
  const sch = (from: string, to: string, status: string) =>
    `SCH|1^EHR|2^SCHED||||||ROUTINE^Routine^HL70277|30|min|^^^${from}^${to}|||||99^Clerk^Ann||||99^Clerk^Ann|||||${status}`;

  test('says when, with whom and where', () => {
    const chart = told(
      'SIU^S12',
      sch('20260305090000', '20260305093000', 'Booked'),
      'RGS|1',
      'AIS|1||1^Check^L|20260305090000',
      'AIP|1||55^House^Gregory|D^Doctor^L||20260305090000|||30|min',
      'AIL|1||ROOM^1',
    );
    const appointment = chart.one('Appointment');
    expect(appointment).toMatchObject({
      status: 'booked',
      start: '2026-03-05T09:00:00+00:00',
      end: '2026-03-05T09:30:00+00:00',
      minutesDuration: 30,
    });
    expect(appointment.participant.map(({ actor }) => actor?.reference?.split('/')[0]).sort()).toEqual([
      'Location',
      'Patient',
      'Practitioner',
      'Practitioner',
      'Practitioner',
    ]);
    expect(appointment.participant.find(({ period }) => period !== undefined)?.period?.end).toBe('2026-03-05T09:30:00+00:00');
  });

  test('has somebody from its beginning, for as long as is said, where no time is', () => {
    const chart = told('SIU^S12', sch('20260305090000', '20260305093000', 'Booked'), 'RGS|1', 'AIP|1||55^House^Gregory||||||15|min');
    const doctor = chart.one('Appointment').participant.find(({ period }) => period !== undefined);
    expect(doctor?.period).toEqual({ start: '2026-03-05T09:00:00+00:00', end: '2026-03-05T09:15:00+00:00' });
  });

  test('that moves is the same one at another time, and one that is cancelled says so', () => {
    const [booked, moved, cancelled] = [
      told('SIU^S12', sch('20260305090000', '20260305093000', 'Booked')),
      told('SIU^S13', sch('20260306090000', '20260306093000', 'Booked')),
      told('SIU^S15', sch('20260306090000', '20260306093000', '')),
    ].map((chart) => chart.one('Appointment'));
    expect(moved?.id).toBe(booked?.id);
    expect(moved?.start).toBe('2026-03-06T09:00:00+00:00');
    expect(cancelled).toMatchObject({ id: booked?.id, status: 'cancelled' });
  });
});

describe('a document', () => {
  test('carries its text line by line, and its file byte for byte', () => {
    const bytes = Buffer.from([0, 1, 2, 250]).toString('base64');
    const chart = told(
      'MDM^T02',
      'TXA|1|DS^Discharge^L|TX||||||99^House^Gregory|||D1^EHR|||||AU||AV',
      'OBX|1|TX|1^Note^L||First.',
      'OBX|2|TX|1^Note^L||Second.',
      `OBX|3|ED|2^Scan^L||^IM^PNG^Base64^${bytes}`,
    );
    const document = chart.one('DocumentReference');
    expect(document).toMatchObject({ status: 'current', docStatus: 'final', masterIdentifier: { value: 'D1' } });
    expect(
      document.content.map(({ attachment }) => [attachment.contentType, Buffer.from(attachment.data ?? '', 'base64').toString('latin1')]),
    ).toEqual([
      ['text/plain', 'First.\nSecond.'],
      ['image/png', '\u0000\u0001\u0002\u00fa'],
    ]);
  });

  test('that replaces another makes it superseded', () => {
    const chart = told('MDM^T10', 'TXA|1|DS|TX|||||||||D2^EHR|D1^EHR||||AU', 'OBX|1|TX|1^Note^L||New.');
    const [now, then] = chart.all('DocumentReference');
    expect(now?.relatesTo).toEqual([{ code: 'replaces', target: { reference: `DocumentReference/${then?.id}` } }]);
    expect(then).toMatchObject({ status: 'superseded', masterIdentifier: { value: 'D1' } });
  });

  test('that is cancelled was an error', () => {
    expect(told('MDM^T11', 'TXA|1|DS|TX|||||||||D1^EHR|||||CA').one('DocumentReference').status).toBe('entered-in-error');
  });
});
