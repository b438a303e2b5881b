// CodeSystem/$subsumes: http://hl7.org/fhir/R4/codesystem-operation-subsumes.html
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Coding } from '../../fhir/terminology/contract.ts';
import type { TerminologyRoom } from '../../terminology/service.ts';
import type { Operation, OperationCall } from '../fhir-rest/operations/contract.ts';
import { refusal } from '../fhir-rest/outcome.ts';
import { answered, answerParameters } from './answer.ts';
import { asCoding, askedOf } from './asked.ts';

export const subsumesOperation = (room: TerminologyRoom): Operation => ({
  name: 'subsumes',
  definition: 'http://hl7.org/fhir/OperationDefinition/CodeSystem-subsumes',
  type: true,
  instance: true,
  types: ['CodeSystem'],
  affectsState: false,
  parameters: ['codeA', 'codeB', 'system', 'version', 'codingA', 'codingB'],
  repeated: [],
  async answer(call) {
    const asked = await askedOf(room, call, 'CodeSystem', 'codeSystem');
    if (!asked.ok) return refusal(asked.problem);
    const { resource, terminology } = asked.value;
    const a = codingOf(call, 'A', resource?.url);
    if (!a.ok) return refusal(a.problem);
    const b = codingOf(call, 'B', resource?.url);
    if (!b.ok) return refusal(b.problem);
    return answered(await terminology.subsumes(a.value, b.value), (outcome) => answerParameters([{ name: 'outcome', valueCode: outcome }]));
  },
});

function codingOf(call: OperationCall, which: 'A' | 'B', url: string | undefined): Result<Coding> {
  const given = call.all(`coding${which}`)[0]?.valueCoding;
  const coding = given === undefined ? undefined : asCoding(given);
  if (coding !== undefined) return ok({ ...coding, system: coding.system ?? url });
  const code = call.text(`code${which}`);
  if (code === undefined) return fail('invalid', `Give code${which} with system, or coding${which}`, `code${which}`);
  return ok({ system: call.text('system') ?? url, version: call.text('version'), code });
}
