// An order that was written in words as a MedicationRequest: what was understood as structure, and the words themselves.
import type { Dosage, MedicationRequest } from '../../fhir/generated/types.ts';
import type { Order } from '../../modules/medication-safety/contract.ts';
import type { Library } from '../../modules/medication-safety/library.ts';

const rxnorm = 'http://www.nlm.nih.gov/research/umls/rxnorm';
const ucum: Partial<Record<string, string>> = {
  mg: 'mg',
  unit: '[iU]',
  mmol: 'mmol',
  mEq: 'meq',
  mL: 'mL',
  puff: '{puff}',
  drop: '[drp]',
  patch: '{patch}',
  application: '{application}',
  tablet: '{tbl}',
};

/** `text`: as the prescriber wrote it; it stays whole in the dosage. */
export function resourceOf(
  order: Order,
  head: Pick<MedicationRequest, 'subject' | 'encounter' | 'authoredOn' | 'requester'>,
  { base }: Library,
): MedicationRequest {
  const [first] = order.ingredients;
  const title = order.ingredients.map((one) => base.title(one.ingredient)).join(' / ');
  const codes = order.ingredients.length === 1 ? (base.ingredients.get(first!.ingredient)?.codes?.rxnorm ?? []).slice(0, 1) : [];
  const made: MedicationRequest = {
    resourceType: 'MedicationRequest',
    status: 'active',
    intent: 'order',
    medicationCodeableConcept: {
      ...(codes.length > 0 ? { coding: codes.map((code) => ({ system: rxnorm, code, display: title })) } : {}),
      text: title === '' ? order.text : title,
    },
    ...head,
    dosageInstruction: [dosageOf(order)],
  };
  if (order.reason !== undefined) made.reasonCode = [{ text: order.reason }];
  return made;
}

function dosageOf(order: Order): Dosage {
  const dosage: Dosage = { text: order.text };
  const { perDay, everyHours, once, asNeeded, durationDays } = order.timing;
  if (order.route !== undefined && !order.routeAssumed) dosage.route = { text: order.route };
  if (asNeeded) dosage.asNeededBoolean = true;
  if (once) dosage.timing = { repeat: { count: 1 } };
  else if (everyHours !== undefined && Number.isInteger(everyHours))
    dosage.timing = { repeat: { frequency: 1, period: everyHours, periodUnit: 'h' } };
  else if (perDay !== undefined && Number.isInteger(perDay)) dosage.timing = { repeat: { frequency: perDay, period: 1, periodUnit: 'd' } };
  if (durationDays !== undefined && dosage.timing?.repeat)
    dosage.timing.repeat.boundsDuration = { value: durationDays, unit: 'd', system: 'http://unitsofmeasure.org', code: 'd' };
  const [one] = order.ingredients;
  const dose = one?.singlePer ?? one?.single;
  if (order.ingredients.length === 1 && dose !== undefined) {
    const per = one?.singlePer === undefined ? '' : `/${one.singlePer.per}`;
    const code = `${ucum[dose.unit] ?? dose.unit}${per}`;
    dosage.doseAndRate = [
      { doseQuantity: { value: Number(dose.value.toPrecision(6)), unit: `${dose.unit}${per}`, system: 'http://unitsofmeasure.org', code } },
    ];
  }
  return dosage;
}
