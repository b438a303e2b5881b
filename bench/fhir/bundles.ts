// Transaction Bundles for the benchmark, deterministic: 100 resources a patient in the mix of a general hospital
// (64 observations, 8 encounters, 8 conditions, 8 prescriptions …), about 730 bytes of JSON each.

type Made = { resourceType: string } & Record<string, unknown>;

const families =
  'Smith Jones Garcia Nguyen Brown Khan Silva Kowalski Rossi Yamamoto Okafor Larsen Novak Dubois Haddad Peters Moreau Costa Ivanov Chen'.split(
    ' ',
  );
const givens = 'Ana Ben Chloe David Elif Farid Grace Hugo Ines Jonas Kofi Lena Mei Noah Olga Pavel Rosa Sami Tara Uma'.split(' ');
export const measured: [code: string, name: string, unit: string, low: number, high: number][] = [
  ['8867-4', 'Heart rate', '/min', 50, 120],
  ['8480-6', 'Systolic blood pressure', 'mm[Hg]', 90, 180],
  ['8462-4', 'Diastolic blood pressure', 'mm[Hg]', 50, 110],
  ['8310-5', 'Body temperature', 'Cel', 35, 40],
  ['9279-1', 'Respiratory rate', '/min', 10, 30],
  ['2708-6', 'Oxygen saturation', '%', 85, 100],
  ['2345-7', 'Glucose', 'mg/dL', 60, 300],
  ['2160-0', 'Creatinine', 'mg/dL', 0.4, 4],
  ['4548-4', 'Hemoglobin A1c', '%', 4, 12],
  ['718-7', 'Hemoglobin', 'g/dL', 7, 18],
  ['2951-2', 'Sodium', 'mmol/L', 125, 150],
  ['2823-3', 'Potassium', 'mmol/L', 2.8, 6],
];
const conditions = [
  ['E11.9', 'Type 2 diabetes mellitus without complications'],
  ['I10', 'Essential (primary) hypertension'],
  ['J45.909', 'Unspecified asthma, uncomplicated'],
  ['I50.9', 'Heart failure, unspecified'],
];
const medications = [
  ['860975', 'metformin 500 MG Oral Tablet'],
  ['314076', 'lisinopril 10 MG Oral Tablet'],
  ['617310', 'atorvastatin 20 MG Oral Tablet'],
];

const loinc = 'http://loinc.org';
const hl7 = 'http://terminology.hl7.org/CodeSystem/';
const concept = (system: string, [code, display]: readonly [string, string, ...unknown[]] | string[]): object => ({
  coding: [{ system, code, display }],
  text: display,
});

/** One Bundle a patient, as JSON text. The same numbers give the same text. */
export function* bundles(patients: number): Generator<string> {
  let state = 20_261_122;
  const random = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
  const between = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
  const pick = <T>(list: readonly T[]): T => list[between(0, list.length - 1)]!;
  const uuid = (): string => 'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, () => between(0, 15).toString(16));
  for (let i = 0; i < patients; i++) {
    const entries: object[] = [];
    const add = (resource: Made): string => {
      const fullUrl = `urn:uuid:${uuid()}`;
      entries.push({ fullUrl, resource, request: { method: 'POST', url: resource.resourceType } });
      return fullUrl;
    };
    const subject = {
      reference: add({
        resourceType: 'Patient',
        identifier: [{ system: 'http://hospital.example/mrn', value: `MRN${100_000 + i}` }],
        active: true,
        name: [{ use: 'official', family: families[i % families.length], given: [pick(givens), pick(givens)] }],
        telecom: [{ system: 'email', value: `p${i}@example.org` }],
        gender: pick(['male', 'female']),
        birthDate: `${between(1930, 2015)}-0${between(1, 9)}-1${between(0, 9)}`,
        address: [
          {
            line: [`${between(1, 999)} Main Street`],
            city: pick(['Springfield', 'Riverton', 'Lakeside']),
            state: 'MA',
            postalCode: `0${between(1000, 2999)}`,
            country: 'US',
          },
        ],
      }),
    };
    for (let visit = 0; visit < 8; visit++) {
      const start = Date.UTC(2018 + visit, between(0, 11), between(1, 28), between(7, 18));
      const time = (minutes: number): string => new Date(start + minutes * 60_000).toISOString().replace('.000', '');
      const encounter = {
        reference: add({
          resourceType: 'Encounter',
          status: 'finished',
          class: { system: `${hl7}v3-ActCode`, code: pick(['AMB', 'EMER', 'IMP']) },
          type: [{ text: 'Encounter for symptom' }],
          subject,
          period: { start: time(0), end: time(90) },
        }),
      };
      const results: string[] = [];
      for (let k = 0; k < 8; k++) {
        const [code, name, unit, low, high] = measured[(visit * 5 + k) % measured.length]!;
        results.push(
          add({
            resourceType: 'Observation',
            status: 'final',
            category: [concept(`${hl7}observation-category`, k < 6 ? ['vital-signs', 'Vital signs'] : ['laboratory', 'Laboratory'])],
            code: concept(loinc, [code, name]),
            subject,
            encounter,
            effectiveDateTime: time(k),
            issued: time(k + 1),
            valueQuantity: {
              value: Math.round((low + random() * (high - low)) * 10) / 10,
              unit,
              system: 'http://unitsofmeasure.org',
              code: unit,
            },
          }),
        );
      }
      add({
        resourceType: 'Condition',
        clinicalStatus: concept(`${hl7}condition-clinical`, ['active', 'Active']),
        verificationStatus: concept(`${hl7}condition-ver-status`, ['confirmed', 'Confirmed']),
        code: concept('http://hl7.org/fhir/sid/icd-10-cm', pick(conditions)),
        subject,
        encounter,
        onsetDateTime: time(0),
        recordedDate: time(0),
      });
      add({
        resourceType: 'MedicationRequest',
        status: 'active',
        intent: 'order',
        medicationCodeableConcept: concept('http://www.nlm.nih.gov/research/umls/rxnorm', pick(medications)),
        subject,
        encounter,
        authoredOn: time(0),
        dosageInstruction: [
          {
            text: 'Take one daily',
            timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd' } },
            doseAndRate: [{ doseQuantity: { value: 1, unit: 'tablet' } }],
          },
        ],
      });
      if (visit % 2 === 1)
        add({
          resourceType: 'Procedure',
          status: 'completed',
          code: { text: 'Medication reconciliation' },
          subject,
          encounter,
          performedDateTime: time(0),
        });
      else
        add({
          resourceType: 'DiagnosticReport',
          status: 'final',
          code: concept(loinc, ['58410-2', 'CBC panel']),
          subject,
          encounter,
          effectiveDateTime: time(0),
          issued: time(5),
          result: results.slice(6).map((reference) => ({ reference })),
        });
    }
    add({
      resourceType: 'AllergyIntolerance',
      clinicalStatus: concept(`${hl7}allergyintolerance-clinical`, ['active', 'Active']),
      verificationStatus: concept(`${hl7}allergyintolerance-verification`, ['confirmed', 'Confirmed']),
      type: 'allergy',
      code: { text: 'Penicillin' },
      patient: subject,
    });
    for (let k = 0; k < 2; k++)
      add({
        resourceType: 'Immunization',
        status: 'completed',
        vaccineCode: concept('http://hl7.org/fhir/sid/cvx', ['140', 'Influenza']),
        patient: subject,
        occurrenceDateTime: `${2020 + k}-10-01`,
      });
    yield JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry: entries });
  }
}
