// $closure: http://hl7.org/fhir/R4/conceptmap-operation-closure.html. The answer is a ConceptMap whose mappings say that a code is a
// kind of another, of what the client did not know yet.
import { randomUUID } from 'node:crypto';
import { fail } from '../../fhir/result.ts';
import type { ClosureAnswer } from '../../fhir/terminology/contract.ts';
import type { TerminologyRoom } from '../../terminology/service.ts';
import type { Operation } from '../fhir-rest/operations/contract.ts';
import { refusal } from '../fhir-rest/outcome.ts';
import { answered, answerResource } from './answer.ts';
import { asCoding, numberOf } from './asked.ts';
import { recordResources } from './record-resources.ts';

const nameMax = 200;

export const closureOperation = (room: TerminologyRoom, now: () => Date): Operation => ({
  name: 'closure',
  definition: 'http://hl7.org/fhir/OperationDefinition/ConceptMap-closure',
  system: true,
  types: [],
  affectsState: true,
  parameters: ['name', 'concept', 'version'],
  repeated: ['concept'],
  async answer(call) {
    const name = call.text('name');
    if (name === undefined || name === '' || name.length > nameMax || name.includes('\0'))
      return refusal(fail('invalid', `Name the closure table with 1 to ${nameMax} characters`, 'name').problem);
    const after = numberOf(call, 'version');
    if (!after.ok) return refusal(after.problem);
    const codings = call.all('concept').map(({ valueCoding }) => (valueCoding === undefined ? undefined : asCoding(valueCoding)));
    if (codings.some((one) => one?.system === undefined))
      return refusal(fail('invalid', 'Each concept is a Coding with system and code', 'concept').problem);
    const { caller } = call.request;
    const terminology = room.seenBy(recordResources(call.context.record, caller), caller.person.id);
    const found = await terminology.closure(
      name,
      codings.filter((one) => one !== undefined),
      after.value,
    );
    return answered(found, (value) => answerResource(mapOf(name, value, now())));
  },
});

function mapOf(name: string, { version, entries }: ClosureAnswer, at: Date): object {
  const systems = [...new Set(entries.map(({ source }) => source.system))];
  const group = systems.map((system) => {
    const sources = new Map<string, string[]>();
    for (const { source, target } of entries)
      if (source.system === system) sources.set(source.code, [...(sources.get(source.code) ?? []), target.code]);
    // Read from target to source, as R4 does: the target subsumes the source.
    const element = [...sources].map(([code, targets]) => ({
      code,
      target: targets.map((one) => ({ code: one, equivalence: 'subsumes' })),
    }));
    return { source: system, target: system, element };
  });
  return {
    resourceType: 'ConceptMap',
    id: randomUUID(),
    version: String(version),
    name,
    status: 'active',
    experimental: true,
    date: at.toISOString(),
    ...(group.length === 0 ? {} : { group }),
  };
}
