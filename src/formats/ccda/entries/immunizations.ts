// Immunizations, given and refused (C-CDA R2.1, 2.32 and 3.41–3.43; https://build.fhir.org/ig/HL7/ccda-on-fhir/CF-immunizations.html).

import { coded, concept } from '../datatypes/code.ts';
import { quantity } from '../datatypes/quantity.ts';
import { plain } from '../datatypes/text.ts';
import { moment } from '../datatypes/time.ts';
import { organization, placeReference, refer } from '../header/people.ts';
import type { Conversion, Converter } from '../mapping/conversion.ts';
import type { Draft } from '../mapping/draft.ts';
import { ifFree, type Row } from '../mapping/rows.ts';
import type { Template } from '../mapping/templates.ts';
import { childOf, type Element, leafOf } from '../tree/tree.ts';
import { countedIn, drug, medicationRequest } from './medications.ts';
import { actor, indication, isPlanned, made, note } from './parts.ts';
import { make } from './resource.ts';

const vaccine: Converter = (from, at, cx) => {
  const material = childOf(from, 'manufacturedMaterial');
  if (material !== undefined) {
    drug(material, at.at('vaccineCode'), cx);
    const lot = childOf(material, 'lotNumberText');
    if (lot !== undefined) plain(lot, at.at('lotNumber'), cx);
  }
  const maker = childOf(from, 'manufacturerOrganization');
  if (maker !== undefined) refer(organization(maker, cx), at.at('manufacturer'));
};

/** Why not: the code of the refusal. */
const refusal: Converter = (from, at, cx) => {
  const code = childOf(from, 'code');
  if (code !== undefined) concept(code, at, cx);
};

const series: Converter = (from, at, cx) => {
  const text = cx.value(from, 'value');
  if (text !== undefined && /^[1-9][0-9]{0,3}$/.test(text))
    at.at('protocolApplied[0].doseNumberPositiveInt').say(leafOf(from, 'value'), Number(text));
};

const rows: Row[] = [
  [
    'statusCode',
    'status',
    coded({ completed: 'completed', active: 'completed', aborted: 'not-done', cancelled: 'not-done', nullified: 'entered-in-error' }),
  ],
  ['consumable/manufacturedProduct', '', vaccine],
  ['effectiveTime', 'occurrenceDateTime', ifFree(moment)],
  ['routeCode', 'route', concept],
  ['approachSiteCode', 'site', ifFree(concept)],
  ['doseQuantity', 'doseQuantity', quantity],
  ['administrationUnitCode', 'doseQuantity', countedIn],
  ['repeatNumber', '', series],
  ['performer', '', actor],
  ['participant[@typeCode=LOC]/participantRole', 'location', placeReference],
  ['entryRelationship/observation[t:22.4.53]', 'statusReason', ifFree(refusal)],
  ['entryRelationship/observation[t:22.4.19]', 'reasonCode[]', indication],
  ['entryRelationship/observation[t:22.4.9]', 'reaction[].detail', made('Observation')],
  ['text', '', note],
];

export function immunization(statement: Element, cx: Conversion): Draft {
  return make(
    {
      type: 'Immunization',
      rows,
      patient: 'patient',
      after: (draft, from) => {
        if (cx.value(from, 'negationInd') !== 'true') return;
        draft.drop(['status']);
        draft.at('status').say(leafOf(from, 'negationInd'), 'not-done', (now) => (now === 'not-done' ? 'true' : 'false'));
      },
    },
    statement,
    cx,
  );
}

export const immunizations: Template[] = [
  {
    name: 'Immunization Activity, Planned Immunization Activity',
    roots: ['2.16.840.1.113883.10.20.22.4.52', '2.16.840.1.113883.10.20.22.4.120'],
    sections: ['11369-6'],
    elements: ['substanceAdministration'],
    convert: (statement, cx) => [isPlanned(statement, cx) ? medicationRequest(statement, cx) : immunization(statement, cx)],
  },
];
