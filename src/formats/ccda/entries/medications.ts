// Medications (C-CDA R2.1, 2.39 and 3.55–3.61; https://build.fhir.org/ig/HL7/ccda-on-fhir/CF-medications.html): what was or is taken is a
// MedicationStatement, what is ordered or planned a MedicationRequest; a supply is the request, a dispense the MedicationDispense.

import { coded, concept } from '../datatypes/code.ts';
import { identifier } from '../datatypes/identifier.ts';
import { openInterval, quantity, range, ratio } from '../datatypes/quantity.ts';
import { oidOf, uriOf } from '../datatypes/systems.ts';
import { narrated, plain } from '../datatypes/text.ts';
import { moment, period, timed } from '../datatypes/time.ts';
import { timing } from '../datatypes/timing.ts';
import { organization, party, refer } from '../header/people.ts';
import type { Conversion, Converter } from '../mapping/conversion.ts';
import type { Draft, Place } from '../mapping/draft.ts';
import { follow, ifFree, type Row, rowsOf } from '../mapping/rows.ts';
import type { Template } from '../mapping/templates.ts';
import { childOf, childrenOf, type Element, leafOf } from '../tree/tree.ts';
import { actor, authored, indication, intent, isPlanned, made, people, peopleAndOrganizations, priority } from './parts.ts';
import { inside, make } from './resource.ts';

const statementStatus: Record<string, string> = {
  active: 'active',
  completed: 'completed',
  aborted: 'stopped',
  suspended: 'on-hold',
  held: 'on-hold',
  cancelled: 'not-taken',
  new: 'intended',
  nullified: 'entered-in-error',
  // No code of ActStatus; what senders write for what the patient has been prescribed.
  ordered: 'active',
  discontinued: 'stopped',
};
const requestStatus: Record<string, string> = {
  active: 'active',
  completed: 'completed',
  aborted: 'stopped',
  suspended: 'on-hold',
  held: 'on-hold',
  cancelled: 'cancelled',
  new: 'draft',
  nullified: 'entered-in-error',
  ordered: 'active',
  discontinued: 'stopped',
};
const dispenseStatus: Record<string, string> = {
  active: 'in-progress',
  completed: 'completed',
  aborted: 'stopped',
  suspended: 'on-hold',
  held: 'on-hold',
  cancelled: 'cancelled',
  new: 'preparation',
  nullified: 'entered-in-error',
};

/** The product: a code, or a Medication where its maker or lot is said. */
export const product: Converter = (from, at, cx) => {
  const material = childOf(from, 'manufacturedMaterial') ?? childOf(from, 'manufacturedLabeledDrug');
  const maker = childOf(from, 'manufacturerOrganization');
  const lot = childOf(material, 'lotNumberText');
  if (material === undefined || at.at('medicationCodeableConcept').value !== undefined) return;
  const parts = ingredients(from, material);
  if ((lot === undefined || cx.ownText(lot) === '') && (maker === undefined || cx.allText(maker) === '') && parts.length === 0) {
    drug(material, at.at('medicationCodeableConcept'), cx);
    return;
  }
  const draft = cx.draft('Medication', from, 'product');
  follow([['id', 'identifier[]', identifier]], from, draft.at(''), cx);
  drug(material, draft.at('code'), cx);
  if (lot !== undefined) plain(lot, draft.at('batch.lotNumber'), cx);
  if (maker !== undefined) refer(organization(maker, cx), draft.at('manufacturer'));
  for (const [part, active] of parts) {
    const place = draft.at('ingredient[]');
    drug(part, place.at('itemCodeableConcept'), cx);
    if (place.value !== undefined) place.at('isActive').set(active);
  }
  refer(cx.add(draft), at.at('medicationReference'));
};

/** What it is mixed of, and what it is dissolved in (Drug Vehicle, 2.16.840.1.113883.10.20.22.4.24). */
function ingredients(product: Element, material: Element): [Element, active: boolean][] {
  const parts: [Element, boolean][] = [];
  for (const one of childrenOf(material, 'ingredient')) {
    const substance = childOf(one, 'ingredientSubstance');
    if (substance !== undefined) parts.push([substance, true]);
  }
  const statement = product.parent?.parent;
  for (const participant of childrenOf(statement, 'participant')) {
    const vehicle = childOf(childOf(participant, 'participantRole'), 'playingEntity');
    if (statement?.name === 'substanceAdministration' && vehicle !== undefined && childOf(vehicle, 'code') !== undefined)
      parts.push([vehicle, false]);
  }
  return parts;
}

/** Its code; its name where the code says no words of its own. */
export function drug(material: Element, at: Place, cx: Conversion): void {
  const code = childOf(material, 'code');
  if (code !== undefined) concept(code, at, cx);
  const name = childOf(material, 'name');
  if (name !== undefined && at.at('text').value === undefined) plain(name, at.at('text'), cx);
}

const doseOrRange =
  (single: string, interval: string): Converter =>
  (from, at, cx) => {
    const low = childOf(from, 'low');
    const high = childOf(from, 'high');
    if (low === undefined && high === undefined) quantity(from, at.at(single), cx);
    else if (!openInterval(from, at.at(single), cx)) range(from, at.at(interval), cx);
    else at.draft.drop([...at.at(single).keys, 'comparator']);
  };

/** PRN: for what, or that it is as needed. */
const precondition: Converter = (from, at, cx) => {
  const value = childOf(childOf(from, 'criterion'), 'value') ?? childOf(childOf(from, 'criterion'), 'code');
  if (value !== undefined) concept(value, at.at('asNeededCodeableConcept'), cx);
  const text = childOf(childOf(from, 'criterion'), 'text');
  if (text !== undefined && at.at('asNeededCodeableConcept.text').value === undefined)
    narrated(text, at.at('asNeededCodeableConcept.text'), cx);
  if (at.at('asNeededCodeableConcept').value === undefined) at.at('asNeededBoolean').setIfFree(true);
};

const instruction: Converter = (from, at, cx) => {
  const code = childOf(from, 'code');
  const text = childOf(from, 'text');
  if (code !== undefined && cx.value(code, 'code') !== undefined) concept(code, at.at('additionalInstruction[]'), cx);
  if (text !== undefined) narrated(text, at.at('patientInstruction'), cx);
};

/** A dose without a unit is so many of these: puffs, tablets. What has a unit says beside it in what it is given, which no element does. */
export const countedIn: Converter = (from, at, cx) => {
  if (at.at('value').value === undefined || at.at('unit').value !== undefined || at.at('code').value !== undefined) return;
  const system = uriOf(cx.value(from, 'codeSystem') ?? '');
  const code = cx.value(from, 'code');
  if (code !== undefined && system !== undefined && /^\S+$/.test(code)) {
    at.at('system').say(leafOf(from, 'codeSystem'), system, (now) => (typeof now === 'string' ? (oidOf(now) ?? now) : ''));
    at.at('code').say(leafOf(from, 'code'), code);
    const name = leafOf(from, 'codeSystemName');
    if (name !== undefined) cx.structural.add(name);
  }
  const display = cx.value(from, 'displayName');
  if (display !== undefined) at.at('unit').say(leafOf(from, 'displayName'), display);
};

const dosageRows: Row[] = [
  ['text', 'text', narrated],
  ['entryRelationship/substanceAdministration[t:22.4.147]/text', 'text', ifFree(narrated)],
  ['effectiveTime', 'timing', timing],
  ['routeCode', 'route', concept],
  ['approachSiteCode', 'site', ifFree(concept)],
  ['methodCode', 'method', concept],
  ['doseQuantity', 'doseAndRate[0]', doseOrRange('doseQuantity', 'doseRange')],
  ['administrationUnitCode', 'doseAndRate[0].doseQuantity', countedIn],
  ['rateQuantity', 'doseAndRate[0]', doseOrRange('rateQuantity', 'rateRange')],
  ['maxDoseQuantity', 'maxDosePerPeriod', ratio],
  ['precondition', '', precondition],
  ['entryRelationship/act[t:22.4.20]', '', instruction],
];

const reasons: Row = ['entryRelationship/observation[t:22.4.19]', 'reasonCode[]', indication];

const requestRows: Row[] = [
  ['statusCode', 'status', coded(requestStatus)],
  intent,
  priority,
  ['consumable/manufacturedProduct|product/manufacturedProduct', '', product],
  reasons,
  ['author', '', authored('requester', 'authoredOn', [...peopleAndOrganizations, 'Device'])],
  ['performer', 'performer', ifFree(party(...people, 'Organization', 'Device'))],
  ['informant', 'reportedReference', ifFree(party(...people, 'Organization'))],
];

const supplyRows: Row[] = [
  ['quantity', 'dispenseRequest.quantity', quantity],
  ['effectiveTime', 'dispenseRequest.validityPeriod', ifFree(period)],
  [
    'repeatNumber',
    'dispenseRequest.numberOfRepeatsAllowed',
    (from, at, cx) => {
      const text = cx.value(from, 'value');
      if (text !== undefined && /^[0-9]{1,6}$/.test(text)) at.say(leafOf(from, 'value'), Number(text));
    },
  ],
];

const statementRows: Row[] = [
  ['statusCode', 'status', coded(statementStatus)],
  ['consumable/manufacturedProduct', '', product],
  ['effectiveTime', '', (from, at, cx) => (isPoint(from, cx) ? timed('effective')(from, at, cx) : undefined)],
  reasons,
  ['author', '', authored('informationSource', 'dateAsserted', [...people, 'Organization'])],
  ['informant', 'informationSource', ifFree(party(...people, 'Organization'))],
];

/** A time, not a schedule. */
const isPoint = (from: Element, cx: Conversion): boolean =>
  !/PIVL|EIVL|SXPR/.test(cx.value(from, 'type') ?? '') && childOf(from, 'period') === undefined && childOf(from, 'event') === undefined;

const dosage = rowsOf(dosageRows);

export function medicationRequest(statement: Element, cx: Conversion): Draft {
  return make(
    {
      type: 'MedicationRequest',
      rows: requestRows,
      after: (draft, from) => {
        dosage(from, draft.at('dosageInstruction[0]'), cx);
        follow(
          supplyRows.filter(([way]) => way === 'repeatNumber'),
          from,
          draft.at(''),
          cx,
        );
        if (cx.value(from, 'negationInd') === 'true') draft.at('doNotPerform').say(leafOf(from, 'negationInd'), true);
        for (const supply of suppliesIn(from, cx)) {
          cx.claimed.add(supply);
          cx.becomes(supply, draft);
          follow([['id', 'identifier[]', identifier], ...supplyRows], supply, draft.at(''), cx);
          cx.leftovers(supply, draft);
        }
      },
    },
    statement,
    cx,
  );
}

/** Supply orders inside: of the same medicine. */
const suppliesIn = (statement: Element, cx: Conversion): Element[] =>
  childrenOf(statement, 'entryRelationship')
    .map((relation) => childOf(relation, 'supply'))
    .filter((supply): supply is Element => supply !== undefined && !cx.claimed.has(supply) && isPlanned(supply, cx));

function medicationStatement(statement: Element, cx: Conversion): Draft {
  return make(
    {
      type: 'MedicationStatement',
      rows: statementRows,
      after: (draft, from) => {
        dosage(from, draft.at('dosage[0]'), cx);
        if (cx.value(from, 'negationInd') === 'true') {
          draft.drop(['status']);
          draft.at('status').say(leafOf(from, 'negationInd'), 'not-taken', (now) => (now === 'not-taken' ? 'true' : 'false'));
        }
        for (const supply of suppliesIn(from, cx)) {
          const [request] = cx.statement(supply);
          if (request === undefined || request.type !== 'MedicationRequest') continue;
          borrow(draft, request);
          refer(request, draft.at('basedOn[]'));
        }
      },
    },
    statement,
    cx,
  );
}

/** The medicine of the activity, where a supply or dispense inside names none. */
function borrow(from: Draft, to: Draft): void {
  if ('medicationCodeableConcept' in to.body || 'medicationReference' in to.body) return;
  for (const name of ['medicationCodeableConcept', 'medicationReference']) {
    const value = from.body[name];
    if (value !== undefined) to.body[name] = structuredClone(value);
  }
}

function activity(statement: Element, cx: Conversion): Draft[] {
  const draft = isPlanned(statement, cx) ? medicationRequest(statement, cx) : medicationStatement(statement, cx);
  for (const relation of childrenOf(statement, 'entryRelationship')) {
    const supply = childOf(relation, 'supply');
    if (supply === undefined || cx.claimed.has(supply)) continue;
    const [dispense] = cx.statement(supply);
    if (dispense === undefined) continue;
    borrow(draft, dispense);
    if (dispense.type === 'MedicationDispense' && draft.type === 'MedicationRequest')
      refer(draft, dispense.at('authorizingPrescription[]'));
    if (dispense.type === 'MedicationDispense' && draft.type === 'MedicationStatement') refer(dispense, draft.at('derivedFrom[]'));
  }
  return [draft];
}

const orderRows: Row[] = [...requestRows, ...supplyRows, ['entryRelationship/act[t:22.4.20]', 'dosageInstruction[0]', instruction]];

const dispenseRows: Row[] = [
  ['statusCode', 'status', coded(dispenseStatus)],
  ['product/manufacturedProduct', '', product],
  ['quantity', 'quantity', quantity],
  ['effectiveTime', 'whenHandedOver', ifFree(moment)],
  ['performer', '', actor],
  ['entryRelationship/supply[t:22.4.17]', 'authorizingPrescription[]', made('MedicationRequest')],
  ['entryRelationship/act[t:22.4.20]', 'dosageInstruction[0]', instruction],
  ['text', 'note[0].text', narrated],
];

const own = '2.16.840.1.113883.10.20.22.4.';

/** Acts around medication activities: discharge and admission medication. */
const around: Template = {
  name: 'Discharge Medication, Admission Medication',
  roots: [`${own}35`, `${own}36`],
  sections: ['10183-2', '10160-0', '42346-7'],
  elements: ['act'],
  convert: (statement, cx) => inside(statement, cx),
};

export const supplyOrder = (statement: Element, cx: Conversion): Draft =>
  make({ type: 'MedicationRequest', rows: orderRows }, statement, cx);

export const medications: Template[] = [
  {
    name: 'Medication Activity',
    roots: [`${own}16`, `${own}42`, '2.16.840.1.113883.10.20.1.24', `${own}120`],
    sections: ['10160-0', '10183-2', '42346-7', '29549-3', '18610-6'],
    elements: ['substanceAdministration'],
    convert: activity,
  },
  around,
  {
    name: 'Medication Supply Order',
    roots: [`${own}17`],
    convert: (statement, cx) => [supplyOrder(statement, cx)],
  },
  {
    name: 'Medication Dispense',
    roots: [`${own}18`],
    sections: ['10160-0', '10183-2', '42346-7', '29549-3'],
    elements: ['supply'],
    convert: (statement, cx) => [make({ type: 'MedicationDispense', rows: dispenseRows }, statement, cx)],
  },
];
