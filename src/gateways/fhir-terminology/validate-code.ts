// $validate-code of CodeSystem and ValueSet: http://hl7.org/fhir/R4/codesystem-operation-validate-code.html and
// http://hl7.org/fhir/R4/valueset-operation-validate-code.html. What cannot be checked is a refusal, never "false".
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { CodeAnswer, Coding, Terminology } from '../../fhir/terminology/contract.ts';
import type { TerminologyRoom } from '../../terminology/service.ts';
import type { FhirResponse } from '../fhir-rest/contract.ts';
import type { Operation, OperationCall } from '../fhir-rest/operations/contract.ts';
import { refusal } from '../fhir-rest/outcome.ts';
import { answerParameters, textParameter } from './answer.ts';
import { askedOf, canonicalOf, codingsOf, flagOf } from './asked.ts';

export const validateCodeInSystem = (room: TerminologyRoom): Operation => ({
  name: 'validate-code',
  definition: 'http://hl7.org/fhir/OperationDefinition/CodeSystem-validate-code',
  type: true,
  instance: true,
  types: ['CodeSystem'],
  affectsState: false,
  parameters: ['url', 'codeSystem', 'code', 'version', 'display', 'coding', 'codeableConcept', 'abstract'],
  repeated: [],
  async answer(call) {
    const asked = await askedOf(room, call, 'CodeSystem', 'codeSystem');
    if (!asked.ok) return refusal(asked.problem);
    const { terminology, resource } = asked.value;
    const url = resource?.url ?? call.text('url');
    const codings = codingsOf(call, 'version', url);
    if (!codings.ok) return refusal(codings.problem);
    const version = resource?.version ?? call.text('version');
    const ask = async (coding: Coding): Promise<CodeAnswer> => {
      const system = coding.system ?? url;
      if (url !== undefined && system !== url) return { answer: 'no', why: `The coding is of ${system}, not of ${url}` };
      return terminology.inSystem({ ...coding, system, version: coding.version ?? version });
    };
    return judged(call, codings.value, terminology, ask);
  },
});

export const validateCodeInValueSet = (room: TerminologyRoom): Operation => ({
  name: 'validate-code',
  definition: 'http://hl7.org/fhir/OperationDefinition/ValueSet-validate-code',
  type: true,
  instance: true,
  types: ['ValueSet'],
  affectsState: false,
  parameters: ['url', 'valueSet', 'valueSetVersion', 'code', 'system', 'systemVersion', 'display', 'coding', 'codeableConcept', 'abstract'],
  repeated: [],
  async answer(call) {
    const asked = await askedOf(room, call, 'ValueSet', 'valueSet');
    if (!asked.ok) return refusal(asked.problem);
    const { terminology, resource } = asked.value;
    const url = call.text('url');
    const codings = codingsOf(call, 'systemVersion');
    if (!codings.ok) return refusal(codings.problem);
    if (resource === undefined && url === undefined)
      return refusal(fail('invalid', 'Name the value set: url, or valueSet with a ValueSet', 'url').problem);
    const valueSet = resource ?? canonicalOf(url!, call.text('valueSetVersion'));
    return judged(call, codings.value, terminology, async (coding) => (await terminology.memberOf(valueSet, [coding]))[0]!);
  },
});

/** Of several codings one that passes is enough. */
async function judged(
  call: OperationCall,
  codings: readonly Coding[],
  terminology: Terminology,
  ask: (coding: Coding) => Promise<CodeAnswer>,
): Promise<FhirResponse> {
  const abstract = flagOf(call, 'abstract');
  if (!abstract.ok) return refusal(abstract.problem);
  let last: CodeAnswer | undefined;
  for (const coding of codings.slice(0, codingsMax)) {
    const found = await concrete(coding, await ask(coding), abstract.value, terminology);
    if (found.answer === 'yes') return answerOf(found);
    if (last?.answer !== 'unknown') last = found;
  }
  if (last === undefined || last.answer === 'unknown')
    return refusal(fail('not-found', last?.why ?? 'There is no coding to check').problem);
  return answerOf(last);
}

const codingsMax = 100;

/** With `abstract=false` a heading does not pass. */
async function concrete(coding: Coding, found: CodeAnswer, abstract: boolean | undefined, terminology: Terminology): Promise<CodeAnswer> {
  if (found.answer !== 'yes' || abstract !== false) return found;
  const concept: Result<{ abstract?: boolean }> = coding.system === undefined ? ok({}) : await terminology.lookup(coding, []);
  return concept.ok && concept.value.abstract === true
    ? { answer: 'no', why: `${coding.code} is a heading, not for use in a record`, display: found.display }
    : found;
}

function answerOf({ answer, why, display, wrongDisplay }: CodeAnswer): FhirResponse {
  const good = answer === 'yes' && wrongDisplay !== true;
  const message = wrongDisplay === true ? `The display that was given is not one of the code's; it is "${display}"` : why;
  return answerParameters([
    { name: 'result', valueBoolean: good },
    ...(good ? [] : textParameter('message', message)),
    ...textParameter('display', display),
  ]);
}
