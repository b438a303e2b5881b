// What conditions and observations say of a pregnancy.
import type { CodeableConcept } from '../../../fhir/generated/types.ts';
import type { Facts } from '../contract.ts';
import { wordsOf } from '../reading/order-from-fhir.ts';

/** By the completed weeks; what no pregnancy can have is not taken. */
export function setTrimester(facts: Facts, weeks: number): void {
  if (weeks < 0 || weeks > 45) return;
  facts.pregnant = true;
  facts.trimester = weeks < 14 ? 1 : weeks < 28 ? 2 : 3;
}

/** In words or as yes and no. */
export function pregnancyStatus(concept: CodeableConcept | undefined, flag: boolean | undefined, facts: Facts): void {
  const text = wordsOf(concept).toLowerCase();
  if (flag === true || (/\bpregnant\b/.test(text) && !/\bnot pregnant\b|\bno\b/.test(text)) || /^(?:positive|yes)\b/.test(text))
    facts.pregnant = true;
  else if (flag === false || /\bnot pregnant\b|^negative\b|^no\b/.test(text)) facts.pregnant ??= false;
}
