// componentOf/encompassingEncounter → Encounter (CDA R2, 4.2.3.5).

import { coding, concept } from '../datatypes/code.ts';
import { identifier } from '../datatypes/identifier.ts';
import { period } from '../datatypes/time.ts';
import type { Conversion, Converter } from '../mapping/conversion.ts';
import type { Draft } from '../mapping/draft.ts';
import { follow, type Row } from '../mapping/rows.ts';
import { childOf, childrenOf, type Element, leafOf } from '../tree/tree.ts';
import { participantOf, place, refer } from './people.ts';

const actCode = '2.16.840.1.113883.5.4';

/** The first code of ActCode, the code's own or a translation, is the class; the whole is the type. */
export const classAndType: Converter = (from, at, cx) => {
  concept(from, at.at('type[]'), cx);
  const ofClass = [from, ...childrenOf(from, 'translation')].find(
    (one) => cx.value(one, 'codeSystem') === actCode && cx.value(one, 'code') !== undefined,
  );
  if (ofClass !== undefined && at.at('class').value === undefined) coding(ofClass, at.at('class'), cx);
};

/** Who took part and as what: the participation's own type, which the code of FHIR's system repeats. */
export const encounterParticipant: Converter = (from, at, cx) => {
  const who = participantOf(from, cx);
  if (who === undefined || !['Practitioner', 'PractitionerRole', 'RelatedPerson'].includes(who.type)) return;
  const member = at.at('participant[]');
  refer(who, member.at('individual'));
  const type = cx.value(from, 'typeCode');
  if (type !== undefined && /^[A-Z]+$/.test(type)) {
    const code = member.at('type[0].coding[0]');
    code.at('system').set('http://terminology.hl7.org/CodeSystem/v3-ParticipationType');
    code.at('code').say(leafOf(from, 'typeCode'), type);
  }
  const role = childOf(from, 'functionCode');
  if (role !== undefined) concept(role, member.at('type[]'), cx);
  const time = childOf(from, 'time');
  if (time !== undefined) period(time, member.at('period'), cx);
};

const rows: Row[] = [
  ['id', 'identifier[]', identifier],
  ['code', '', classAndType],
  ['effectiveTime', 'period', period],
  ['dischargeDispositionCode', 'hospitalization.dischargeDisposition', concept],
  ['responsibleParty', '', encounterParticipant],
  ['encounterParticipant', '', encounterParticipant],
];

export function encompassingEncounter(from: Element, cx: Conversion): Draft | undefined {
  const draft: Draft = cx.known('Encounter', cx.idOf(from) ?? `${cx.documentKey}${from.start}`);
  draft.how = 'merge';
  follow(rows, from, draft.at(''), cx);
  const facility = childOf(childOf(from, 'location'), 'healthCareFacility');
  if (facility !== undefined) {
    const where = place(facility, cx);
    if (where !== undefined) refer(where, draft.at('location[0].location'));
  }
  if (draft.sayings.length === 0) return undefined;
  if (cx.patient !== undefined) refer(cx.patient, draft.at('subject'));
  const met = cx.meet(draft);
  cx.encounter ??= met;
  return met;
}
