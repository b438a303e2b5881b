// Medications Administered Section (C-CDA R2.1, 2.40): what was given, or was not, as activities that took place.
import type { MedicationAdministration, MedicationStatement } from '../../../../fhir/generated/types.ts';
import type { SectionKind } from '../contract.ts';
import { day, words } from '../values.ts';
import { activity, doseWords, medicationOf } from './medications.ts';

const statuses: Record<string, MedicationStatement['status']> = {
  'in-progress': 'active',
  'not-done': 'not-taken',
  'on-hold': 'on-hold',
  stopped: 'stopped',
};

/** As what the template of activities is written from. */
function statementOf(one: MedicationAdministration): MedicationStatement {
  const { text, route, site, dose, rateQuantity } = one.dosage ?? {};
  const rate = { ...(dose === undefined ? {} : { doseQuantity: dose }), ...(rateQuantity === undefined ? {} : { rateQuantity }) };
  const dosage = {
    ...(text === undefined ? {} : { text }),
    ...(route === undefined ? {} : { route }),
    ...(site === undefined ? {} : { site }),
    ...(Object.keys(rate).length === 0 ? {} : { doseAndRate: [rate] }),
  };
  const { id, identifier, subject, medicationCodeableConcept, medicationReference, effectiveDateTime, effectivePeriod, reasonCode } = one;
  return {
    resourceType: 'MedicationStatement',
    status: statuses[one.status] ?? 'completed',
    subject,
    ...(id === undefined ? {} : { id }),
    ...(identifier === undefined ? {} : { identifier }),
    ...(medicationCodeableConcept === undefined ? {} : { medicationCodeableConcept }),
    ...(medicationReference === undefined ? {} : { medicationReference }),
    ...(effectiveDateTime === undefined ? {} : { effectiveDateTime }),
    ...(effectivePeriod === undefined ? {} : { effectivePeriod }),
    ...(reasonCode === undefined ? {} : { reasonCode }),
    ...(Object.keys(dosage).length === 0 ? {} : { dosage: [dosage] }),
  };
}

export const medicationsAdministered: SectionKind = {
  code: '29549-3',
  title: 'Medications administered',
  templates: [['2.16.840.1.113883.10.20.22.2.38', '2014-06-09']],
  columns: ['Medication', 'Dose', 'When', 'Status'],
  items: (chart) =>
    chart.resources
      .filter(
        (one): one is MedicationAdministration => one.resourceType === 'MedicationAdministration' && one.status !== 'entered-in-error',
      )
      .map((given) => {
        const one = statementOf(given);
        return {
          cells: [
            words(one.medicationCodeableConcept ?? medicationOf(one, chart)?.code),
            doseWords(one),
            day(one.effectiveDateTime ?? one.effectivePeriod?.start),
            given.status,
          ],
          entry: (link) => activity(one, link, chart),
        };
      }),
};
