// ConceptMap/$translate: http://hl7.org/fhir/R4/conceptmap-operation-translate.html
import { setImmediate } from 'node:timers/promises';
import type { ParametersParameter } from '../../fhir/generated/types.ts';
import { fail } from '../../fhir/result.ts';
import type { Coding, Translation } from '../../fhir/terminology/contract.ts';
import type { TerminologyRoom } from '../../terminology/service.ts';
import type { Operation, OperationCall } from '../fhir-rest/operations/contract.ts';
import { refusal } from '../fhir-rest/outcome.ts';
import { answerParameters, fhirCoding, textParameter } from './answer.ts';
import { askedOf, canonicalOf, codingsOf, flagOf } from './asked.ts';

export const translateOperation = (room: TerminologyRoom): Operation => ({
  name: 'translate',
  definition: 'http://hl7.org/fhir/OperationDefinition/ConceptMap-translate',
  type: true,
  instance: true,
  types: ['ConceptMap'],
  affectsState: false,
  parameters: [
    'url',
    'conceptMap',
    'conceptMapVersion',
    'code',
    'system',
    'version',
    'source',
    'coding',
    'codeableConcept',
    'target',
    'targetsystem',
    'dependency',
    'reverse',
  ],
  repeated: ['dependency'],
  async answer(call) {
    const codings = codingsOf(call, 'version');
    if (!codings.ok) return refusal(codings.problem);
    const reverse = flagOf(call, 'reverse');
    if (!reverse.ok) return refusal(reverse.problem);
    const asked = await askedOf(room, call, 'ConceptMap', 'conceptMap');
    if (!asked.ok) return refusal(asked.problem);
    const { terminology, resource } = asked.value;
    const url = call.text('url');
    const map = resource ?? (url === undefined ? undefined : canonicalOf(url, call.text('conceptMapVersion')));
    const all: Translation['matches'] = [];
    let message: string | undefined;
    let result = false;
    for (const coding of codings.value.slice(0, codingsMax)) {
      const found = await terminology.translate(coding, {
        map,
        source: call.text('source'),
        target: call.text('target'),
        targetSystem: call.text('targetsystem'),
        reverse: reverse.value,
        dependencies: dependenciesOf(call),
      });
      if (!found.ok) return refusal(found.problem);
      if (all.length + found.value.matches.length > matchesMax)
        return refusal(fail('too-costly', `The codings have more than ${matchesMax} mappings: ask about fewer at a time`).problem);
      all.push(...found.value.matches);
      result ||= found.value.result;
      message ??= found.value.message;
    }
    if (all.length > manyMatches) await setImmediate();
    return answerParameters([
      { name: 'result', valueBoolean: result },
      ...(result ? [] : textParameter('message', message)),
      ...all.map(matchOf),
    ]);
  },
});

const codingsMax = 100;
const matchesMax = 10_000;
/** Some milliseconds of answer. */
const manyMatches = 1_000;

function dependenciesOf(call: OperationCall): { property: string; value: string }[] {
  return call.all('dependency').flatMap(({ part = [] }) => {
    const property = part.find(({ name }) => name === 'element')?.valueUri ?? part.find(({ name }) => name === 'element')?.valueString;
    const codings = part
      .filter(({ name }) => name === 'concept')
      .flatMap((one) => one.valueCodeableConcept?.coding ?? one.valueCoding ?? []);
    return property === undefined ? [] : codings.flatMap(({ code }) => (code === undefined ? [] : { property, value: code }));
  });
}

const conceptPart = (concept: Coding): ParametersParameter => ({ name: 'concept', valueCoding: fhirCoding(concept) });

const matchOf = ({ equivalence, concept, source, product = [] }: Translation['matches'][number]): ParametersParameter => ({
  name: 'match',
  part: [
    { name: 'equivalence', valueCode: equivalence },
    ...(concept === undefined ? [] : [conceptPart(concept)]),
    ...product.map((one) => ({ name: 'product', part: [{ name: 'element', valueUri: one.property }, conceptPart(one.concept)] })),
    ...(source === undefined ? [] : [{ name: 'source', valueUri: source }]),
  ],
});
