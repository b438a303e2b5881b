// ValueSet/$expand: http://hl7.org/fhir/R4/valueset-operation-expand.html
import { randomUUID } from 'node:crypto';
import type { ValueSetExpansionContains, ValueSetExpansionParameter } from '../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { ExpandedCode, ExpandWish, Expansion } from '../../fhir/terminology/contract.ts';
import type { TerminologyRoom } from '../../terminology/service.ts';
import type { Operation, OperationCall } from '../fhir-rest/operations/contract.ts';
import { refusal } from '../fhir-rest/outcome.ts';
import { answered, answerResource, fhirCoding } from './answer.ts';
import { askedOf, canonicalOf, flagOf, numberOf, textsOf } from './asked.ts';

export const expandOperation = (room: TerminologyRoom, now: () => Date): Operation => ({
  name: 'expand',
  definition: 'http://hl7.org/fhir/OperationDefinition/ValueSet-expand',
  type: true,
  instance: true,
  types: ['ValueSet'],
  affectsState: false,
  parameters: [
    'url',
    'valueSet',
    'valueSetVersion',
    'filter',
    'offset',
    'count',
    'includeDesignations',
    'activeOnly',
    'excludeNested',
    'excludeNotForUI',
    'excludePostCoordinated',
    'displayLanguage',
    'system-version',
    'property',
  ],
  repeated: ['system-version', 'property'],
  async answer(call) {
    const wish = wishOf(call);
    if (!wish.ok) return refusal(wish.problem);
    const asked = await askedOf(room, call, 'ValueSet', 'valueSet');
    if (!asked.ok) return refusal(asked.problem);
    const { terminology, resource } = asked.value;
    const url = call.text('url');
    if (resource === undefined && url === undefined)
      return refusal(fail('invalid', 'Name the value set: url, or valueSet with a ValueSet', 'url').problem);
    const found = await terminology.expand(resource ?? canonicalOf(url!, call.text('valueSetVersion')), wish.value);
    return answered(found, (expansion) => answerResource(valueSetOf(expansion, wish.value, resource?.id, now())));
  },
});

/** excludeNested and excludePostCoordinated ask for what is done anyway: a flat list of the codes as they are. */
function wishOf(call: OperationCall): Result<ExpandWish> {
  const flags: Partial<
    Record<'includeDesignations' | 'activeOnly' | 'excludeNotForUI' | 'excludeNested' | 'excludePostCoordinated', boolean>
  > = {};
  for (const name of ['includeDesignations', 'activeOnly', 'excludeNotForUI', 'excludeNested', 'excludePostCoordinated'] as const) {
    const flag = flagOf(call, name);
    if (!flag.ok) return flag;
    if (flag.value !== undefined) flags[name] = flag.value;
  }
  const offset = numberOf(call, 'offset');
  if (!offset.ok) return offset;
  const count = numberOf(call, 'count');
  if (!count.ok) return count;
  return ok({
    filter: call.text('filter'),
    offset: offset.value,
    count: count.value,
    activeOnly: flags.activeOnly,
    includeDesignations: flags.includeDesignations,
    excludeNotForUI: flags.excludeNotForUI,
    displayLanguage: call.text('displayLanguage'),
    systemVersions: textsOf(call, 'system-version'),
    properties: textsOf(call, 'property'),
  });
}

/** Extension of R4 for properties in an expansion, which R5 has as an element. */
const propertyExtension = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.expansion.contains.property';

function valueSetOf({ valueSet, codes, total, offset, used }: Expansion, wish: ExpandWish, id: string | undefined, at: Date): object {
  return {
    resourceType: 'ValueSet',
    ...(id === undefined ? {} : { id }),
    ...valueSet,
    status: 'active',
    expansion: {
      identifier: `urn:uuid:${randomUUID()}`,
      timestamp: at.toISOString(),
      ...(total === undefined ? {} : { total }),
      offset,
      parameter: parametersOf(wish, used),
      ...(codes.length === 0 ? {} : { contains: codes.map(containsOf) }),
    },
  };
}

function parametersOf(wish: ExpandWish, used: Expansion['used']): ValueSetExpansionParameter[] {
  const asked: ValueSetExpansionParameter[] = [
    ...used.map(({ system, version }) => ({ name: 'used-codesystem', valueUri: version === undefined ? system : `${system}|${version}` })),
    ...(wish.systemVersions ?? []).map((one) => ({ name: 'system-version', valueUri: one })),
  ];
  if (wish.filter !== undefined) asked.push({ name: 'filter', valueString: wish.filter });
  if (wish.count !== undefined) asked.push({ name: 'count', valueInteger: wish.count });
  if (wish.offset !== undefined) asked.push({ name: 'offset', valueInteger: wish.offset });
  for (const name of ['activeOnly', 'includeDesignations', 'excludeNotForUI'] as const)
    if (wish[name] !== undefined) asked.push({ name, valueBoolean: wish[name] });
  if (wish.displayLanguage !== undefined) asked.push({ name: 'displayLanguage', valueCode: wish.displayLanguage });
  return asked;
}

function containsOf({ designations, properties, ...coding }: ExpandedCode): ValueSetExpansionContains {
  return {
    ...(properties === undefined
      ? {}
      : {
          extension: properties.map(({ code, value }) => ({
            url: propertyExtension,
            extension: [
              { url: 'code', valueCode: code },
              typeof value === 'object'
                ? { url: 'value', valueCoding: fhirCoding(value) }
                : typeof value === 'boolean'
                  ? { url: 'value', valueBoolean: value }
                  : typeof value === 'number'
                    ? { url: 'value', valueDecimal: value }
                    : { url: 'value', valueString: value },
            ],
          })),
        }),
    ...coding,
    ...(designations === undefined
      ? {}
      : {
          designation: designations.map(({ language, use, value }) => ({
            ...(language === undefined ? {} : { language }),
            ...(use === undefined ? {} : { use: fhirCoding(use) }),
            value,
          })),
        }),
  };
}
