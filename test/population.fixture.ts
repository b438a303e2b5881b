// A small practice: people with diabetes, some looked after and some not, of two clinics and two practitioners. For test/population.test.ts and its journey.
import { dayBack } from './surveillance.fixture.ts';

const icd = 'http://hl7.org/fhir/sid/icd-10-cm';
type Resource = { resourceType: string; id: string } & Record<string, unknown>;

/** Twelve with diabetes: the first four have an HbA1c of last month, of whom the fourth one too high; number 11 has a retinal photograph. */
export function smallPractice(): Resource[] {
  const places: Resource[] = ['Riverside', 'Hilltop'].flatMap((name, i) => [
    { resourceType: 'Location', id: `pop-house${i}`, name: `${name} Clinic` },
    { resourceType: 'Location', id: `pop-room${i}`, name: `${name} Clinic, room`, partOf: { reference: `Location/pop-house${i}` } },
    { resourceType: 'Practitioner', id: `pop-dr${i}`, name: [{ family: `Doctor${i}`, given: ['Ada'] }] },
  ]);
  const people = Array.from({ length: 14 }, (_, i): Resource[] => {
    const id = `pop-p${i}`;
    const patient = { reference: `Patient/${id}` };
    const of = i < 10 ? 0 : 1;
    return [
      {
        resourceType: 'Patient',
        id,
        identifier: [
          { type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] }, value: `PO${100 + i}` },
        ],
        name: [{ family: `Registered${i}`, given: ['Ben'] }],
        telecom: [{ system: 'phone', value: `+1-555-01${10 + i}` }],
        gender: i % 2 === 0 ? 'female' : 'male',
        birthDate: `${1950 + i}-05-05`,
        address: [{ postalCode: '00003' }],
      },
      {
        resourceType: 'Encounter',
        id: `${id}-v`,
        status: 'finished',
        class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
        subject: patient,
        participant: [{ individual: { reference: `Practitioner/pop-dr${of}` } }],
        location: [{ location: { reference: `Location/pop-room${of}` } }],
        period: { start: `${dayBack(40)}T09:00:00Z`, end: `${dayBack(40)}T09:20:00Z` },
      },
      ...(i < 12
        ? [
            {
              resourceType: 'Condition',
              id: `${id}-c`,
              subject: patient,
              clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] },
              code: { coding: [{ system: icd, code: 'E11.9' }] },
              onsetDateTime: '2019-01-01',
            },
          ]
        : []),
      ...(i < 4
        ? [
            {
              resourceType: 'Observation',
              id: `${id}-a`,
              status: 'final',
              code: { coding: [{ system: 'http://loinc.org', code: '4548-4' }] },
              subject: patient,
              effectiveDateTime: dayBack(30),
              valueQuantity: { value: i === 3 ? 9.4 : 6.9, unit: '%', system: 'http://unitsofmeasure.org', code: '%' },
            },
            {
              resourceType: 'Observation',
              id: `${id}-b`,
              status: 'final',
              code: { coding: [{ system: 'http://loinc.org', code: '85354-9' }] },
              subject: patient,
              effectiveDateTime: dayBack(40),
              component: [
                {
                  code: { coding: [{ system: 'http://loinc.org', code: '8480-6' }] },
                  valueQuantity: { value: 124, code: 'mm[Hg]', system: 'http://unitsofmeasure.org' },
                },
                {
                  code: { coding: [{ system: 'http://loinc.org', code: '8462-4' }] },
                  valueQuantity: { value: 76, code: 'mm[Hg]', system: 'http://unitsofmeasure.org' },
                },
              ],
            },
          ]
        : []),
      ...(i === 11
        ? [
            {
              resourceType: 'Procedure',
              id: `${id}-r`,
              status: 'completed',
              code: { text: 'Retinal photographs, both eyes' },
              subject: patient,
              performedDateTime: dayBack(50),
            },
          ]
        : []),
    ];
  });
  return [...places, ...people.flat()];
}
