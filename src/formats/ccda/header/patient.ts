// recordTarget → Patient (CDA R2, 4.2.2.11; C-CDA R2.1 US Realm Header 1.1.1; US Core race, ethnicity and birth sex extensions).

import { address, telecom } from '../datatypes/address.ts';
import { coded, coding, concept } from '../datatypes/code.ts';
import { identifier } from '../datatypes/identifier.ts';
import { isBcp47 } from '../datatypes/language.ts';
import { humanName } from '../datatypes/name.ts';
import { truth, wholeNumber } from '../datatypes/quantity.ts';
import { day, when } from '../datatypes/time.ts';
import type { Conversion, Converter } from '../mapping/conversion.ts';
import type { Place } from '../mapping/draft.ts';
import { follow, type Row } from '../mapping/rows.ts';
import { childOf, type Element, leafOf } from '../tree/tree.ts';
import { organization, refer, related, rememberPatient } from './people.ts';

const usCore = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-';

/** Administrative gender of HL7 v3 (2.16.840.1.113883.5.1). */
export const genders: Record<string, string> = { M: 'male', F: 'female', UN: 'other', O: 'other', UNK: 'unknown', U: 'unknown' };

/** The categories of race and ethnicity of the OMB; every other code is a detail of one. */
const omb: Record<string, ReadonlySet<string>> = {
  race: new Set(['1002-5', '2028-9', '2054-5', '2076-8', '2106-3']),
  ethnicity: new Set(['2135-2', '2186-5']),
};
const mostCategories: Record<string, number> = { race: 5, ethnicity: 1 };

/** All codes of one kind make one extension, with its words. */
function origin(kind: 'race' | 'ethnicity'): Converter {
  return (from, at, cx) => {
    const code = cx.value(from, 'code');
    const flavor = cx.value(from, 'nullFlavor');
    if (code === undefined && flavor === undefined) return;
    const place = extensionAt(at, usCore + kind);
    const words = cx.value(from, 'displayName') ?? code ?? flavor!;
    const detail = code !== undefined && !omb[kind]!.has(code);
    const sameKind = parts(place).filter((url) => url === 'ombCategory').length;
    const unknown = code === undefined && (flavor === 'UNK' || flavor === 'ASKU');
    if (code !== undefined || unknown) {
      if (!detail && sameKind >= mostCategories[kind]!) return;
      const part = place.at('extension[]');
      part.at('url').set(detail ? 'detailed' : 'ombCategory');
      const value = part.at('valueCoding');
      if (code !== undefined) coding(from, value, cx);
      else {
        value.at('system').set('http://terminology.hl7.org/CodeSystem/v3-NullFlavor');
        value.at('code').say(leafOf(from, 'nullFlavor'), flavor!, (now) => (typeof now === 'string' ? now : ''));
      }
    }
    if (parts(place).includes('text')) return;
    const text = place.at('extension[]');
    text.at('url').set('text');
    text.at('valueString').set(words);
  };
}

function extensionAt(at: Place, url: string): Place {
  const list = at.at('extension').value;
  const index = Array.isArray(list)
    ? list.findIndex((one) => typeof one === 'object' && one !== null && 'url' in one && one.url === url)
    : -1;
  if (index >= 0) return at.at(`extension[${index}]`);
  const place = at.at('extension[]');
  place.at('url').set(url);
  return place;
}

function parts(place: Place): string[] {
  const list = place.at('extension').value;
  return Array.isArray(list) ? list.map((one) => (typeof one === 'object' && one !== null && 'url' in one ? String(one.url) : '')) : [];
}

const spokenLanguage: Converter = (from, at, cx) => {
  const language = childOf(from, 'languageCode');
  const code = cx.value(language, 'code');
  if (code === undefined) return;
  const place = at.at('language.coding[0]');
  if (isBcp47(code)) {
    place.at('system').set('urn:ietf:bcp:47');
    place.at('code').say(leafOf(language, 'code'), code);
  } else at.at('language.text').say(leafOf(language, 'code'), code);
  const preferred = childOf(from, 'preferenceInd');
  if (preferred !== undefined) truth(preferred, at.at('preferred'), cx);
  const mode = childOf(from, 'modeCode');
  const level = childOf(from, 'proficiencyLevelCode');
  if (cx.value(mode, 'code') === undefined && cx.value(level, 'code') === undefined) return;
  const ability = at.at('extension[0]');
  ability.at('url').set('http://hl7.org/fhir/StructureDefinition/patient-proficiency');
  for (const [element, url] of [
    [mode, 'type'],
    [level, 'level'],
  ] as const) {
    if (element === undefined || cx.value(element, 'code') === undefined) continue;
    const part = ability.at('extension[]');
    part.at('url').set(url);
    coding(element, part.at('valueCoding'), cx);
  }
};

const extended =
  (url: string, name: string, as: Converter): Converter =>
  (from, at, cx) => {
    const place = at.at('extension[]');
    as(from, place.at(name), cx);
    if (place.at(name).value !== undefined) place.at('url').set(url);
  };

/** The day in birthDate; where a time is said, the moment in the extension that R4 has for it. */
const birthTime: Converter = (from, at, cx) => {
  const text = cx.value(from, 'value');
  if (text !== undefined && text.length > 8) {
    when(from, at.at('_birthDate.extension[0].valueDateTime'), cx);
    const moment = at.at('_birthDate.extension[0].valueDateTime').value;
    if (typeof moment === 'string') {
      at.at('_birthDate.extension[0].url').set('http://hl7.org/fhir/StructureDefinition/patient-birthTime');
      at.at('birthDate').set(moment.slice(0, 10));
      return;
    }
  }
  day(from, at.at('birthDate'), cx);
};

const guardian: Converter = (from, at, cx) => {
  related(from, cx);
  // A guardian that is an organisation.
  const owner = childOf(from, 'guardianOrganization');
  if (owner !== undefined) refer(organization(owner, cx), at.at('contact[].organization'));
};

/** sdtc:identifiedBy: an identifier with the kind that it is. */
const alternateIdentifier: Converter = (from, at, cx) => {
  const id = childOf(from, 'id');
  const place = at.at('identifier[]');
  if (id !== undefined) identifier(id, place, cx);
  const code = childOf(from, 'code');
  if (code !== undefined && place.value !== undefined) concept(code, place.at('type'), cx);
};

/** The order of birth says that there were several. */
const multipleBirth: Converter = (from, at, cx) => {
  const order = at.at('multipleBirthInteger');
  if (order.value === undefined) truth(from, at.at('multipleBirthBoolean'), cx);
  else if (cx.value(from, 'value') === 'true') order.also(leafOf(from, 'value'), (now, was) => (now === undefined ? 'false' : was));
};

const rows: Row[] = [
  ['id', 'identifier[]', identifier],
  ['addr', 'address[]', address],
  ['telecom', 'telecom[]', telecom],
  ['patient/name', 'name[]', humanName],
  ['patient/administrativeGenderCode', 'gender', coded(genders)],
  ['patient/birthTime', '', birthTime],
  ['patient/deceasedTime', 'deceasedDateTime', when],
  ['patient/maritalStatusCode', 'maritalStatus', concept],
  [
    'patient/religiousAffiliationCode',
    '',
    extended('http://hl7.org/fhir/StructureDefinition/patient-religion', 'valueCodeableConcept', concept),
  ],
  ['patient/raceCode', '', origin('race')],
  ['patient/ethnicGroupCode', '', origin('ethnicity')],
  ['patient/birthplace/place/addr', '', extended('http://hl7.org/fhir/StructureDefinition/patient-birthPlace', 'valueAddress', address)],
  ['patient/languageCommunication', 'communication[]', spokenLanguage],
  ['identifiedBy/alternateIdentification', '', alternateIdentifier],
  ['patient/multipleBirthOrderNumber', 'multipleBirthInteger', wholeNumber],
  ['patient/multipleBirthInd', '', multipleBirth],
];

export function recordTarget(from: Element, cx: Conversion): void {
  const role = childOf(from, 'patientRole') ?? from;
  const key = cx.idOf(role);
  const draft = cx.known('Patient', key ?? `${cx.documentKey}${role.start}`);
  draft.how = 'merge';
  follow(rows, role, draft.at(''), cx);
  deceased(role, draft.at(''), cx);
  const met = cx.meet(draft);
  cx.patient ??= met;
  rememberPatient(role, cx);
  for (const one of childOf(role, 'patient')?.children ?? []) {
    if ('attributes' in one && one.name === 'guardian') guardian(one, met.at(''), cx);
  }
  const provider = childOf(role, 'providerOrganization');
  if (provider !== undefined) refer(organization(provider, cx), met.at('managingOrganization'));
}

/** deceasedInd says no more than deceasedTime where both stand. */
function deceased(role: Element, at: Place, cx: Conversion): void {
  const said = childOf(childOf(role, 'patient'), 'deceasedInd');
  if (said === undefined) return;
  const date = at.at('deceasedDateTime');
  if (date.value === undefined) truth(said, at.at('deceasedBoolean'), cx);
  else if (cx.value(said, 'value') === 'true') date.also(leafOf(said, 'value'), (now, was) => (now === undefined ? 'false' : was));
}
