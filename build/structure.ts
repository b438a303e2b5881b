// StructureDefinitions → the tables that structural validation runs on (`src/fhir/generated/structure.ts`).
//
// One string for each type, one line for each element: `name min max type|type …`, then `=value-set` where a required binding
// can be checked. A type may name the resources it may refer to: `Reference>Patient,Group`, `canonical>ValueSet`. `src/fhir/structure/rules.ts`
// reads a type's string when it first meets the type.
import { codesOf, type ElementDefinition, readStructures, readTerminology, type StructureDefinition } from './official.ts';

/** Here the formats of the API may be named by their short codes too (http://hl7.org/fhir/R4/http.html#parameters). */
const shortFormats = new Set([
  'CapabilityStatement.format',
  'TestScript.setup.action.operation.accept',
  'TestScript.setup.action.operation.contentType',
  'TestScript.setup.action.assert.contentType',
]);

/** Value sets whose codes no file lists; their codes are checked by form (`src/fhir/structure/bindings.ts`). */
const checkedByForm: Record<string, string> = {
  'http://hl7.org/fhir/ValueSet/all-languages': 'language',
  'http://hl7.org/fhir/ValueSet/mimetypes': 'mime-type',
  'http://hl7.org/fhir/ValueSet/currencies': 'currency',
  'http://hl7.org/fhir/ValueSet/ucum-units': 'unit',
};

const maxValueSet = 'http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet';
const fhirType = 'http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type';

/** Codes by system of each value set that an element is bound to; what could not be listed goes to `missing`. */
class ValueSets {
  readonly codes = new Map<string, [system: string, codes: string[]][]>();
  readonly missing = new Set<string>();

  /** The short name under which elements refer to the value set, undefined where it cannot be checked at all. */
  add(canonical: string): string | undefined {
    const url = canonical.split('|')[0] as string;
    if (checkedByForm[url]) return checkedByForm[url];
    const name = url.slice(url.lastIndexOf('/') + 1);
    if (this.codes.has(name)) return name;
    const systems = this.#expand(url);
    if (!systems) {
      this.missing.add(canonical);
      return undefined;
    }
    this.codes.set(name, systems);
    return name;
  }

  #expand(url: string): [string, string[]][] | undefined {
    const compose = readTerminology('ValueSet', url)?.compose;
    if (!compose || compose.exclude) return undefined;
    const systems: [string, string[]][] = [];
    for (const { system, concept, filter, valueSet } of compose.include) {
      if (!system || filter || valueSet) return undefined;
      const whole = concept ? undefined : readTerminology('CodeSystem', system);
      if (!concept && whole?.content !== 'complete') return undefined;
      systems.push([system, codesOf(concept ?? whole?.concept)]);
    }
    return systems;
  }
}

interface StructureTables {
  types: Record<string, string>;
  valueSets: ValueSets;
  /** Elements, as `Type.name`, whose bindings the tables hold. */
  checked: Set<string>;
}

export function structureTables(): StructureTables {
  const tables: StructureTables = { types: {}, valueSets: new ValueSets(), checked: new Set() };
  for (const structure of readStructures().values()) {
    if (structure.kind === 'primitive-type' || structure.id === 'Resource' || structure.id === 'DomainResource') continue;
    for (const [path, elements] of byParent(structure)) {
      const lines = elements.map((element) => line(element, tables.valueSets));
      tables.types[path] = lines.join('\n');
      for (const one of lines) if (one.includes(' =')) tables.checked.add(`${path}.${one.slice(0, one.indexOf(' '))}`);
    }
  }
  return tables;
}

export function generateStructure(): string {
  const structures = readStructures();
  const { types, valueSets } = structureTables();
  const resources = [...structures.values()].filter((s) => s.kind === 'resource' && !s.abstract).map((s) => s.id);
  const primitives = [...structures.values()].filter((s) => s.kind === 'primitive-type').map((s) => s.id);
  return `${[
    '// Generated from the FHIR R4 StructureDefinitions (HL7, CC0) by build/structure.ts. Not edited by hand.',
    '/** Elements of each type, one a line; the notation is described in build/structure.ts. */',
    `export const types: Record<string, string> = ${JSON.stringify(types, null, 1)};`,
    `export const resources: string[] = ${JSON.stringify(resources)};`,
    `export const primitives: string[] = ${JSON.stringify(primitives)};`,
    '/** Codes of each value set of a required binding, by system. */',
    `export const valueSets: Record<string, [system: string, codes: string[]][]> = ${JSON.stringify(Object.fromEntries(valueSets.codes))};`,
    '/** Required bindings that nothing here can check. */',
    `export const uncheckedBindings: string[] = ${JSON.stringify([...valueSets.missing])};`,
  ].join('\n')}\n`;
}

/** The elements of a type under the path of the object they are members of: `Observation`, `Observation.component` … */
export function byParent(structure: StructureDefinition): Map<string, ElementDefinition[]> {
  const parents = new Map<string, ElementDefinition[]>();
  for (const element of structure.snapshot.element) {
    const dot = element.path.lastIndexOf('.');
    const parent = structure.derivation === 'constraint' ? structure.id : dot < 0 ? element.path : element.path.slice(0, dot);
    const elements = parents.get(parent) ?? [];
    parents.set(parent, elements);
    if (dot >= 0) elements.push(element);
  }
  return parents;
}

function line(element: ElementDefinition, valueSets: ValueSets): string {
  const name = element.path.slice(element.path.lastIndexOf('.') + 1);
  const fields = [name, element.min, element.max, typesOf(element).join('|')];
  const { binding } = element;
  // The widest value set of a concept is left to profiles: real records name languages by other systems than BCP 47.
  const isCode = element.type?.length === 1 && element.type[0]?.code === 'code';
  const widest = isCode ? binding?.extension?.find((e) => e.url === maxValueSet)?.valueCanonical : undefined;
  const bound = binding?.strength === 'required' ? binding.valueSet : widest && checkedByForm[widest] ? widest : undefined;
  const valueSet = bound ? valueSets.add(bound) : undefined;
  if (valueSet) fields.push(`=${shortFormats.has(element.path) ? 'format' : valueSet}`);
  return fields.join(' ');
}

/** The types of an element as the tables name them: an element with elements of its own by its path. */
function typesOf(element: ElementDefinition): string[] {
  if (element.contentReference) return [element.contentReference.slice(1)];
  return (element.type ?? []).map((type) => {
    if (type.code === 'BackboneElement' || (type.code === 'Element' && element.path.includes('.'))) return element.path;
    if (type.code.startsWith('http://hl7.org/fhirpath/'))
      return systemType(element, type.extension?.find((e) => e.url === fhirType)?.valueUrl);
    const profile = type.profile?.[0]?.split('/').at(-1);
    const targets = (type.targetProfile ?? []).map((url) => url.split('/').at(-1));
    const name = profile === 'SimpleQuantity' ? profile : type.code;
    return (type.code === 'Reference' || type.code === 'canonical') && targets.length > 0 && !targets.includes('Resource')
      ? `${name}>${targets.join(',')}`
      : name;
  });
}

/** `id` of a resource is an id (the R4 file says string, its text and regex say id); `id` of an element a string without blanks. */
function systemType(element: ElementDefinition, stated = 'string'): string {
  if (!element.path.endsWith('.id')) return stated;
  return element.isSummary ? 'id' : 'element-id';
}
