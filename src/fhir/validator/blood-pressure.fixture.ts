// The blood pressure that the benchmark and the tests look at, without a fault and with nine.
import type { Json } from '../json.ts';

type Members = { [name: string]: Json };

const loinc = (code: string, display: string): Json => ({ coding: [{ system: 'http://loinc.org', code, display }] });
const mmHg = (value: number): Json => ({ value, unit: 'mmHg', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' });

export const bloodPressure: Members = {
  resourceType: 'Observation',
  id: 'bp-1',
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml"><p>Blood pressure 128/82 mmHg</p></div>' },
  identifier: [{ system: 'urn:ietf:rfc:3986', value: 'urn:uuid:187e0c12-8dd2-67e2-99b2-bf273c878281' }],
  status: 'final',
  category: [
    {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs', display: 'Vital Signs' }],
    },
  ],
  code: loinc('85354-9', 'Blood pressure panel with all children optional'),
  subject: { reference: 'Patient/example' },
  effectiveDateTime: '2026-09-17T08:30:00+02:00',
  performer: [{ reference: 'Practitioner/example' }],
  interpretation: [
    { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', code: 'N', display: 'Normal' }] },
  ],
  component: [
    { code: loinc('8480-6', 'Systolic blood pressure'), valueQuantity: mmHg(128), referenceRange: [{ low: mmHg(90), high: mmHg(140) }] },
    { code: loinc('8462-4', 'Diastolic blood pressure'), valueQuantity: mmHg(82) },
  ],
};

/** Nine faults of nine kinds, and where each must be found. */
export const planted: Members = {
  ...bloodPressure,
  status: 'finished',
  category: [{}],
  effectiveDateTime: '2026-02-30',
  performer: { reference: 'Practitioner/example' },
  bodySyte: { text: 'left arm' },
  dataAbsentReason: { text: 'not asked' },
  valueString: '128/82',
  component: [
    { code: loinc('8480-6', 'Systolic blood pressure'), valueQuantity: mmHg(128), valueString: '128' },
    { code: loinc('8462-4', 'Diastolic blood pressure'), valueQuantity: { ...(mmHg(82) as Members), value: '82' } },
  ],
};
delete planted['code'];

export const plantedAt: readonly string[] = [
  'Observation.status',
  'Observation.category[0]',
  'Observation.effectiveDateTime',
  'Observation.performer',
  'Observation.bodySyte',
  'Observation',
  'Observation.component[0].valueString',
  'Observation.component[1].valueQuantity.value',
  'Observation.code',
];
