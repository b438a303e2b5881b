// CodeSystem/$lookup: http://hl7.org/fhir/R4/codesystem-operation-lookup.html
import type { ParametersParameter } from '../../fhir/generated/types.ts';
import type { Lookup } from '../../fhir/terminology/contract.ts';
import type { TerminologyRoom } from '../../terminology/service.ts';
import type { Operation } from '../fhir-rest/operations/contract.ts';
import { refusal } from '../fhir-rest/outcome.ts';
import { answered, answerParameters, fhirCoding, textParameter } from './answer.ts';
import { askedOf, codingsOf, textsOf } from './asked.ts';

export const lookupOperation = (room: TerminologyRoom): Operation => ({
  name: 'lookup',
  definition: 'http://hl7.org/fhir/OperationDefinition/CodeSystem-lookup',
  type: true,
  types: ['CodeSystem'],
  affectsState: false,
  parameters: ['code', 'system', 'version', 'coding', 'displayLanguage', 'property'],
  repeated: ['property'],
  async answer(call) {
    const codings = codingsOf(call, 'version');
    if (!codings.ok) return refusal(codings.problem);
    const asked = await askedOf(room, call, 'CodeSystem', 'codeSystem');
    if (!asked.ok) return refusal(asked.problem);
    const wanted = textsOf(call, 'property');
    const found = await asked.value.terminology.lookup(
      codings.value[0]!,
      wanted.length === 0 ? undefined : wanted,
      call.text('displayLanguage'),
    );
    return answered(found, (value) => answerParameters(parametersOf(value)));
  },
});

const parametersOf = ({ name, version, display, abstract, designations, properties }: Lookup): ParametersParameter[] => [
  { name: 'name', valueString: name },
  ...textParameter('version', version),
  { name: 'display', valueString: display },
  ...(abstract === true ? [{ name: 'abstract', valueBoolean: true }] : []),
  ...designations.map(({ language, use, value }) => ({
    name: 'designation',
    part: [
      ...(language === undefined ? [] : [{ name: 'language', valueCode: language }]),
      ...(use === undefined ? [] : [{ name: 'use', valueCoding: fhirCoding(use) }]),
      { name: 'value', valueString: value },
    ],
  })),
  ...properties.map((one) => ({
    name: 'property',
    part: [{ name: 'code', valueCode: one.code }, valuePart(one), ...textParameter('description', one.description)],
  })),
];

function valuePart({ code, value }: Lookup['properties'][number]): ParametersParameter {
  if (typeof value === 'object') return { name: 'value', valueCoding: fhirCoding(value) };
  if (typeof value === 'boolean') return { name: 'value', valueBoolean: value };
  if (typeof value === 'number')
    return Number.isInteger(value) ? { name: 'value', valueInteger: value } : { name: 'value', valueDecimal: value };
  return code === 'parent' || code === 'child' ? { name: 'value', valueCode: value } : { name: 'value', valueString: value };
}
