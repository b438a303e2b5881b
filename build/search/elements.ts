// What the StructureDefinitions say of an element: its JSON property, its type, whether it repeats, what it may point to.
// Types are named by datatype (`HumanName`), by resource (`Patient`) or, for backbone elements, by path (`Patient.contact`).
import { type Definition, readDefinitions } from '../definitions.ts';

export interface Element {
  /** JSON property: `valueQuantity` for value[x] as a Quantity. */
  property: string;
  type: string;
  repeats: boolean;
  /** References and canonicals: resource types that it may point to; empty means any. */
  targets: string[];
  /** The code system implied by a required binding of a `code`, where there is exactly one. */
  impliedSystem: string | undefined;
}

const structures = [...readDefinitions('profiles-types.json'), ...readDefinitions('profiles-resources.json')].filter(
  (d) => d.resourceType === 'StructureDefinition' && d.derivation !== 'constraint' && d.kind !== 'logical',
);

export const resourceTypes: string[] = structures
  .filter((d) => d.kind === 'resource' && !d.abstract)
  .map((d) => d.name as string)
  .sort();

export const isDomainResource = (type: string): boolean =>
  structures.some((d) => d.name === type && String(d.baseDefinition).endsWith('/DomainResource'));

const byPath = new Map<string, Definition>();
for (const d of structures) for (const element of d.snapshot.element) byPath.set(element.path, element);

const valueSets = new Map<string, Definition>();
for (const d of readDefinitions('valuesets.json')) if (d.resourceType === 'ValueSet') valueSets.set(d.url, d);

/** Types with no properties to walk into. */
export const isKnownType = (type: string): boolean => byPath.has(type);

/** Top-level JSON names of a resource type, as `_elements` may name them: `value` for value[x]. */
export function topElements(type: string): string[] {
  const names: string[] = [];
  for (const path of byPath.keys()) {
    const [root, name, deeper] = path.split('.');
    if (root === type && name && deeper === undefined) names.push(name.replace('[x]', ''));
  }
  return names;
}

/** The elements called `name` in a type; a choice element gives one for each of its types. Empty: there is none. */
export function elementsOf(type: string, name: string): Element[] {
  const plain = byPath.get(`${type}.${name}`);
  if (plain) return [toElement(plain, name)];
  const choice = byPath.get(`${type}.${name}[x]`);
  return (choice?.type ?? []).map((t: Definition) => ({
    property: name + pascal(t['code']),
    type: t['code'],
    repeats: false,
    targets: targetsOf(t),
    impliedSystem: undefined,
  }));
}

function toElement(element: Definition, name: string): Element {
  const repeats = element.max !== '1';
  if (element.contentReference) {
    const type = element.contentReference.split('#')[1];
    return { property: name, type, repeats, targets: [], impliedSystem: undefined };
  }
  const [type] = element.type;
  let code: string = type.code.startsWith('http://hl7.org/fhirpath/') ? 'string' : type.code;
  if (code === 'BackboneElement' || (code === 'Element' && element.path.includes('.'))) code = element.path;
  return {
    property: name,
    type: code,
    repeats,
    targets: targetsOf(type),
    impliedSystem: code === 'code' ? impliedSystem(element) : undefined,
  };
}

function targetsOf(type: Definition): string[] {
  const targets = ((type['targetProfile'] ?? []) as string[]).map((profile) => profile.split('/').pop() as string);
  return targets.includes('Resource') || targets.some((target) => !resourceTypes.includes(target)) ? [] : targets;
}

function impliedSystem(element: Definition): string | undefined {
  if (element['binding']?.strength !== 'required') return undefined;
  const valueSet = valueSets.get(String(element['binding'].valueSet).split('|')[0] as string);
  const systems = new Set((valueSet?.['compose']?.include ?? []).map((include: Definition) => include['system'] as string | undefined));
  const [system] = systems;
  return systems.size === 1 && typeof system === 'string' ? system : undefined;
}

const pascal = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
