// What the StructureDefinitions say of an element: its JSON property, its type, whether it repeats, what it may point to.
// Types are named by datatype (`HumanName`), by resource (`Patient`) or, for backbone elements, by path (`Patient.contact`).
import { type ElementDefinition, type ElementType, readStructures, readTerminology } from '../official.ts';

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

const structures = readStructures();

export const resourceTypes: string[] = [...structures.values()]
  .filter((d) => d.kind === 'resource' && !d.abstract)
  .map((d) => d.name)
  .sort();

const byPath = new Map<string, ElementDefinition>();
for (const d of structures.values()) {
  if (d.derivation !== 'constraint') for (const element of d.snapshot.element) byPath.set(element.path, element);
}

export const isKnownType = (type: string): boolean => byPath.has(type);

/** Only what is a DomainResource can have extensions of its own: Bundle, Parameters and Binary are the others. */
export const isDomainResource = (type: string): boolean => byPath.has(`${type}.extension`);

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
  return (choice?.type ?? []).map((t) => ({
    property: name + pascal(t.code),
    type: t.code,
    repeats: false,
    targets: targetsOf(t),
    impliedSystem: undefined,
  }));
}

function toElement(element: ElementDefinition, property: string): Element {
  const repeats = element.max !== '1';
  const [type] = element.type ?? [];
  // A content reference reuses the backbone element at another path: `#Questionnaire.item`.
  if (!type) return { property, type: String(element.contentReference).slice(1), repeats, targets: [], impliedSystem: undefined };
  let code = type.code.startsWith('http://hl7.org/fhirpath/') ? 'string' : type.code;
  if (code === 'BackboneElement' || (code === 'Element' && element.path.includes('.'))) code = element.path;
  return { property, type: code, repeats, targets: targetsOf(type), impliedSystem: code === 'code' ? impliedSystem(element) : undefined };
}

function targetsOf(type: ElementType): string[] {
  const targets = (type.targetProfile ?? []).map((profile) => profile.slice(profile.lastIndexOf('/') + 1));
  return targets.every((target) => resourceTypes.includes(target)) ? targets : [];
}

function impliedSystem({ binding }: ElementDefinition): string | undefined {
  if (binding?.strength !== 'required' || !binding.valueSet) return undefined;
  const systems = new Set((readTerminology('ValueSet', binding.valueSet)?.compose?.include ?? []).map((include) => include.system));
  return systems.size === 1 ? [...systems][0] : undefined;
}

const pascal = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
