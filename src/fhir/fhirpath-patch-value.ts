// The Parameters of a FHIRPath Patch as operations (http://hl7.org/fhir/R4/fhirpatch.html#concept).
import { isMembers, type Members } from './fhirpath/node.ts';
import { PatchRefusal } from './fhirpath-patch-place.ts';
import type { Json } from './json.ts';

/** Content of an element: one of value[x] with its type, a resource, or the elements of an anonymous type by name. */
export interface Content {
  /** `Quantity`, `Code` …: as in `valueQuantity`; `Resource` for a resource. */
  of?: string;
  value?: Json;
  /** Id and extensions of a primitive. */
  sibling?: Json;
  parts?: { name: string; content: Content }[];
}

export type OperationType = 'add' | 'insert' | 'delete' | 'replace' | 'move';

export interface Operation {
  type: OperationType;
  path: string;
  name?: string;
  content?: Content;
  index?: number;
  source?: number;
  destination?: number;
}

/** What each operation needs besides its path. */
const needs: Record<OperationType, ('name' | 'content' | 'index' | 'source' | 'destination')[]> = {
  add: ['name', 'content'],
  insert: ['index', 'content'],
  delete: [],
  replace: ['content'],
  move: ['source', 'destination'],
};
const numbers = new Set(['index', 'source', 'destination']);
/** Parts inside one another. */
const mostLevels = 32;

export function readOperations(parameters: Json): Operation[] {
  if (!isMembers(parameters) || parameters['resourceType'] !== 'Parameters')
    throw new PatchRefusal('Send the patch as a Parameters resource.');
  const list = parameters['parameter'] ?? [];
  if (!Array.isArray(list)) throw new PatchRefusal('"parameter" is a list.');
  return list.map((one, index) => {
    if (!isMembers(one) || one['name'] !== 'operation')
      throw new PatchRefusal(`Parameter ${index} has to be named "operation", with its parts in "part".`);
    return operationOf(one, index);
  });
}

function operationOf(one: Members, index: number): Operation {
  const parts = new Map<string, Members>();
  for (const part of Array.isArray(one['part']) ? one['part'] : []) {
    const name = isMembers(part) ? part['name'] : undefined;
    if (typeof name !== 'string' || !isMembers(part)) throw new PatchRefusal(`Give each part of operation ${index} a name.`);
    if (parts.has(name)) throw new PatchRefusal(`Give "${name.slice(0, 32)}" of operation ${index} once.`);
    parts.set(name, part);
  }
  const type = contentOf(parts.get('type'))?.value;
  const path = contentOf(parts.get('path'))?.value;
  if (typeof type !== 'string' || !Object.hasOwn(needs, type))
    throw new PatchRefusal(`The type of operation ${index} has to be one of ${Object.keys(needs).join(', ')}.`);
  if (typeof path !== 'string') throw new PatchRefusal(`Give operation ${index} a path, as valueString.`);
  const operation: Operation = { type: type as OperationType, path };
  for (const need of needs[operation.type]) {
    const part = need === 'content' ? 'value' : need;
    const content = contentOf(parts.get(part));
    if (content === undefined) throw new PatchRefusal(`Operation ${index} (${type}) needs a "${part}".`);
    if (need === 'content') operation.content = content;
    else if (need === 'name') operation.name = textOf(content, index);
    else operation[need] = numberOf(content, part, index);
  }
  return operation;
}

function textOf({ value }: Content, index: number): string {
  if (typeof value !== 'string') throw new PatchRefusal(`The name in operation ${index} is a text.`);
  return value;
}

function numberOf({ value }: Content, name: string, index: number): number {
  if (!numbers.has(name) || typeof value !== 'number' || !Number.isInteger(value) || value < 0)
    throw new PatchRefusal(`"${name}" of operation ${index} is a whole number from 0, as valueInteger.`);
  return value;
}

/** undefined where the part is missing or holds nothing. */
function contentOf(part: Members | undefined, level = 0): Content | undefined {
  if (part === undefined) return undefined;
  if (level > mostLevels) throw new PatchRefusal('The parts of a value are too deep inside one another.', 'too-costly');
  const content: Content = {};
  for (const [name, value] of Object.entries(part)) {
    const match = /^(_?)value([A-Z]\w*)$/.exec(name);
    if (!match) continue;
    content.of = match[2] as string;
    if (match[1]) content.sibling = value;
    else content.value = value;
  }
  if (content.of !== undefined) return content;
  if (isMembers(part['resource'])) return { of: 'Resource', value: part['resource'] };
  const inner = part['part'];
  if (!Array.isArray(inner)) return undefined;
  const parts = inner.map((one) => {
    const name = isMembers(one) ? one['name'] : undefined;
    const held = isMembers(one) ? contentOf(one, level + 1) : undefined;
    if (typeof name !== 'string' || held === undefined) throw new PatchRefusal('Give each part of a value a name and a value.');
    return { name, content: held };
  });
  return { parts };
}
