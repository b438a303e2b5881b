// Which token parameters find codes of a vocabulary. Identifiers, telephone numbers and ids are tokens too
// (http://hl7.org/fhir/R4/search.html#token), but there are as many of them as there are resources: they are put in order as
// they are written, where codes are put in order regardless of case.
import type { SearchParameter } from './contract.ts';

const known = new WeakMap<SearchParameter, boolean>();

export function isOfVocabulary(parameter: SearchParameter): boolean {
  let answer = known.get(parameter);
  if (answer === undefined) {
    answer = !/dentifier|telecom|\.uid\b|\.id\b/.test(parameter.expression);
    known.set(parameter, answer);
  }
  return answer;
}
