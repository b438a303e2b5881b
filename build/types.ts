// StructureDefinitions → TypeScript interfaces (`src/fhir/generated/types.ts`).
import { type ElementDefinition, type ElementType, readStructures, type StructureDefinition } from './official.ts';

const primitives: Record<string, string> = {
  boolean: 'boolean',
  integer: 'number',
  positiveInt: 'number',
  unsignedInt: 'number',
  decimal: 'number | Decimal',
};

const pascal = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** TypeScript name of the interface for a path such as `Patient.contact`: `PatientContact`. */
const interfaceName = (path: string): string => path.split('.').map(pascal).join('');

/** The short name of an element's type; FHIRPath system types (ids, url) are plain strings. */
function typeCode(type: ElementType): string {
  return type.code.startsWith('http://hl7.org/fhirpath/') ? 'string' : type.code;
}

export function generateTypes(): string {
  const definitions = [...readStructures().values()].filter((d) => d.derivation !== 'constraint' && d.kind !== 'logical');
  const resources = definitions.filter((d) => d.kind === 'resource' && !d.abstract).map((d) => d.name);
  const isPrimitive = new Set(definitions.filter((d) => d.kind === 'primitive-type').map((d) => d.name));
  const out = [
    '// Generated from the FHIR R4 StructureDefinitions (HL7, CC0) by build/types.ts. Not edited by hand.',
    "import type { Decimal } from '../decimal.ts';",
    `export const resourceTypes = ${JSON.stringify(resources.sort())} as const;`,
    'export type ResourceType = (typeof resourceTypes)[number];',
    `export type Resource = ${resources.join(' | ')};`,
  ];
  for (const d of definitions) if (d.kind !== 'primitive-type' && d.name !== 'Resource') out.push(...interfaces(d, isPrimitive));
  return `${out.join('\n')}\n`;
}

function interfaces(definition: StructureDefinition, isPrimitive: Set<string>): string[] {
  const byParent = new Map<string, string[]>();
  for (const element of definition.snapshot.element) {
    const { path } = element;
    const dot = path.lastIndexOf('.');
    if (dot < 0) {
      byParent.set(path, []);
      continue;
    }
    const parent = path.slice(0, dot);
    const fields = byParent.get(parent) ?? [];
    byParent.set(parent, fields);
    fields.push(...fieldsOf(element, path.slice(dot + 1), isPrimitive));
  }
  const out: string[] = [];
  for (const [path, fields] of byParent) {
    const root = path === definition.name;
    const head = root && definition.kind === 'resource' && !definition.abstract ? [`  resourceType: '${definition.name}';`] : [];
    out.push(`export interface ${interfaceName(path)} {`, ...head, ...fields, '}');
  }
  return out;
}

function fieldsOf(element: ElementDefinition, name: string, isPrimitive: Set<string>): string[] {
  const many = element.max === '*';
  const field = (as: string, type: string, optional: boolean): string =>
    `  ${as}${optional ? '?' : ''}: ${many && type.includes('|') ? `(${type})` : type}${many ? '[]' : ''};`;
  if (element.contentReference) return [field(name, interfaceName(element.contentReference.slice(1)), element.min === 0)];
  const choice = name.endsWith('[x]');
  return (element.type ?? []).flatMap((type) => {
    const as = choice ? name.slice(0, -3) + pascal(type.code) : name;
    const own = field(as, tsType(type, element.path, isPrimitive), choice || element.min === 0);
    // Ids, the url of an extension (both System.String) and the div of a narrative have no id or extensions of their own.
    const extensible = isPrimitive.has(type.code) && type.code !== 'xhtml';
    return extensible ? [own, `  _${as}?: ${many ? '(Element | null)[]' : 'Element'};`] : [own];
  });
}

function tsType(type: ElementType, path: string, isPrimitive: Set<string>): string {
  const code = typeCode(type);
  if (code === 'BackboneElement' || code === 'Element') return path.includes('.') && path !== 'Element' ? interfaceName(path) : code;
  if (code === 'Resource') return 'Resource';
  if (code in primitives) return primitives[code] as string;
  return isPrimitive.has(code) || code === 'string' ? 'string' : pascal(code);
}
