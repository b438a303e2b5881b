// What a flag, an order, a consent and an observation each say of resuscitation; undefined: nothing, or no longer.
import type { CodeableConcept, Consent, Flag, Observation, Resource, ServiceRequest } from '../../../../src/fhir/generated/types.ts';
import { conceptOf } from '../words.ts';
import { asks, keyOf, type Meaning, meaningOf, meaningOfWords, orderInPlace } from './meaning.ts';

export interface Statement {
  source: 'flag' | 'order' | 'consent' | 'observation';
  /** `ServiceRequest/7`. */
  reference: string;
  /** As it is recorded. */
  words: string;
  meaning: Meaning;
  /** When it was said; undefined: not recorded. When the record received it is something else. */
  at: string | undefined;
}

const consentCategory = 'http://terminology.hl7.org/CodeSystem/consentcategorycodes';
const past = (end: string | undefined, now: Date): boolean => end !== undefined && Date.parse(end) < now.getTime();
const referenceOf = ({ resourceType, id }: Resource): string => `${resourceType}/${id ?? ''}`;

export function ofFlag(flag: Flag, now: Date): Statement | undefined {
  if (flag.status !== 'active' || past(flag.period?.end, now)) return undefined;
  const meaning = meaningOf(flag.code);
  if (meaning === 'unclear' && ![flag.code, ...(flag.category ?? [])].some(asks)) return undefined;
  return { source: 'flag', reference: referenceOf(flag), words: conceptOf(flag.code), meaning, at: flag.period?.start };
}

/** An order that was carried out was about one resuscitation, not about the next. */
export function ofOrder(order: ServiceRequest, now: Date): Statement | undefined {
  if (!['active', 'on-hold'].includes(order.status) || ['proposal', 'plan', 'option'].includes(order.intent)) return undefined;
  if (past(order.occurrencePeriod?.end, now)) return undefined;
  const said = meaningOf(order.code, ...(order.orderDetail ?? []));
  if (said === 'unclear' && !asks(order.code)) return undefined;
  const words = [order.code, ...(order.orderDetail ?? [])]
    .map(conceptOf)
    .filter((one) => one !== '')
    .join(': ');
  const not = order.doNotPerform === true;
  return {
    source: 'order',
    reference: referenceOf(order),
    words: not ? `Do not: ${words}` : words,
    // "Do not: cardiopulmonary resuscitation" is one; "do not: DNR" is for a person to read.
    meaning: order.status === 'on-hold' ? 'unclear' : not ? (said === 'unclear' && plainly(order.code) ? 'do not' : 'unclear') : said,
    at: order.authoredOn ?? order.occurrenceDateTime ?? order.occurrencePeriod?.start,
  };
}

const plainly = (code: CodeableConcept | undefined): boolean => /^(?:cpr|(?:cardiopulmonary )?resuscitation)\b/i.test(conceptOf(code));

export function ofConsent(consent: Consent, now: Date): Statement | undefined {
  const { provision } = consent;
  if (consent.status !== 'active' || past(provision?.period?.end, now)) return undefined;
  const form = consent.category.some((one) => one.coding?.some((coding) => keyOf(coding) === `${consentCategory}|dnr`));
  const said = meaningOf(...(provision?.code ?? []));
  const title = consent.category
    .map(conceptOf)
    .filter((one) => one !== '')
    .join(', ');
  if (!form && said === 'unclear' && !consent.category.some(asks)) return undefined;
  const words = (provision?.code ?? [])
    .map(conceptOf)
    .filter((one) => one !== '')
    .join(', ');
  return {
    source: 'consent',
    reference: referenceOf(consent),
    words: words === '' ? title || 'Do not resuscitate' : words,
    // A consent of the category "Do Not Resuscitate" that says nothing more is that; one that denies is for a person to read.
    meaning: said !== 'unclear' || words !== '' ? said : form && provision?.type !== 'deny' ? 'do not' : 'unclear',
    at: consent.dateTime ?? provision?.period?.start,
  };
}

export function ofObservation(one: Observation): Statement | undefined {
  if (!['final', 'amended', 'corrected', 'preliminary'].includes(one.status)) return undefined;
  const { valueCodeableConcept: value, valueString, valueBoolean } = one;
  const yes = valueBoolean ?? yesOrNo(value);
  const inPlace = one.code.coding?.some((coding) => keyOf(coding) === orderInPlace) === true;
  const words = value === undefined ? (valueString ?? '') : conceptOf(value);
  const said = value === undefined ? meaningOfWords(words) : meaningOf(value);
  if (!inPlace && !asks(one.code) && said === 'unclear') return undefined;
  const at = one.effectiveDateTime ?? one.effectiveInstant ?? one.effectivePeriod?.start ?? one.issued;
  const statement = { source: 'observation' as const, reference: referenceOf(one), at };
  // That no such order is in place is not that somebody has asked for everything: it is told, and compared.
  if (inPlace && yes !== undefined)
    return yes
      ? { ...statement, words: 'Do-not-resuscitate order is in place', meaning: 'do not' }
      : { ...statement, words: 'No do-not-resuscitate order is in place', meaning: 'resuscitate' };
  // "No directive", "unknown" or no value at all tell nothing of a code status.
  return words === '' || (said === 'unclear' && silent.test(words)) ? undefined : { ...statement, words, meaning: said };
}

const silent = /^(?:n|no|none|no (?:advance )?directive|unknown|not (?:known|recorded|asked|discussed))$/i;

/** LOINC LA33-6 and LA32-8; HL7 v2 table 0136. */
function yesOrNo(value: CodeableConcept | undefined): boolean | undefined {
  const codes = value?.coding?.map(({ code }) => code) ?? [];
  const yes = codes.some((code) => code === 'LA33-6' || code === 'Y') || /^yes$/i.test(value?.text ?? '');
  const no = codes.some((code) => code === 'LA32-8' || code === 'N') || /^no$/i.test(value?.text ?? '');
  return yes === no ? undefined : yes;
}
