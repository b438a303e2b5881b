// What a code or plain words say of resuscitation. What is neither of the two means nothing here: a person has to read it.
import type { CodeableConcept, Coding } from '../../../../src/fhir/generated/types.ts';
import { conceptOf } from '../words.ts';

export type Meaning = 'resuscitate' | 'do not' | 'unclear';

const loinc = 'http://loinc.org';
const snomed = 'http://snomed.info/sct';

/** LOINC 81351-9: "Do Not Resuscitate, Do Not Attempt Resuscitation, or Allow Natural Death order is in place": yes or no. */
export const orderInPlace = `${loinc}|81351-9`;
/** SNOMED CT: resuscitation status. */
const statusQuestion = `${snomed}|304251008`;

/** SNOMED CT findings (as the GECCO consents and CH EMR use them); the LOINC answers of POLST forms (LL6263-9); HL7 v2 table 0435. */
const meanings: Readonly<Record<string, Meaning>> = {
  [`${snomed}|304252001`]: 'resuscitate',
  [`${snomed}|450475007`]: 'resuscitate',
  [`${loinc}|LA33470-8`]: 'resuscitate',
  [`${snomed}|304253006`]: 'do not',
  [`${loinc}|LA33471-6`]: 'do not',
  'http://terminology.hl7.org/CodeSystem/v2-0435|DNR': 'do not',
};

const against =
  /\b(?:dnr|dnar|dnacpr|(?:do )?not (?:to )?(?:be )?(?:attempt(?:ed)? )?(?:resuscitate|resuscitation|resuscitated|cpr)|not for (?:attempted )?(?:cpr|(?:cardiopulmonary )?resuscitation)|no cpr|allow natural death)\b/i;
const inFavour =
  /\b(?:full code|full resuscitation|(?<!not )for (?:attempted )?(?:cpr|(?:cardiopulmonary )?resuscitation)|(?<!not )attempt (?:cpr|resuscitation)|yes cpr)\b/i;
/** Words that turn or bound what stands beside them: a person has to read those. */
const bounded =
  /\b(?:revoked|rescinded|cancelled|canceled|withdrawn|suspended|lifted|expired|unknown|discuss\w*|declin\w*|refus\w*|consider\w*|except|unless|until|during|partial|limited|if|no dnr|no dnar|no dnacpr|no do not|not dnr|not a dnr|not full code|without)\b|\?/i;
const subject = /advance (?:care )?directive|code status|resuscit|\bcpr\b/i;

const longest = 300;
export const keyOf = ({ system, code }: Coding): string => `${system ?? ''}|${code ?? ''}`;

export function meaningOfWords(words: string): Meaning {
  const text = words.slice(0, longest).replace(/[-\s]+/g, ' ');
  if (bounded.test(text)) return 'unclear';
  const no = against.test(text);
  return no === inFavour.test(text) ? 'unclear' : no ? 'do not' : 'resuscitate';
}

/** Codes that contradict each other mean nothing. */
export function meaningOf(...concepts: (CodeableConcept | undefined)[]): Meaning {
  const coded = new Set(concepts.flatMap((one) => one?.coding ?? []).flatMap((coding) => meanings[keyOf(coding)] ?? []));
  const [only] = coded;
  if (only !== undefined) return coded.size === 1 ? only : 'unclear';
  return meaningOfWords(concepts.map(conceptOf).join(' '));
}

/** Whether this asks about, or names, a code status or an advance directive. */
export const asks = (concept: CodeableConcept | undefined): boolean =>
  subject.test(conceptOf(concept)) || (concept?.coding?.some((one) => [orderInPlace, statusQuestion].includes(keyOf(one))) ?? false);
