// StructureDefinitions → TypeScript interfaces (`src/fhir/generated/types.ts`).
import { type Definition, readDefinitions } from './definitions.ts';

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
function typeCode(type: { code: string }): string {
  return type.code.startsWith('http://hl7.org/fhirpath/') ? 'string' : type.code;
}

export function generateTypes(): string {
  const definitions = [...readDefinitions('profiles-types.json'), ...readDefinitions('profiles-resources.json')].filter(
    (d) => d.resourceType === 'StructureDefinition' && d.derivation !== 'constraint' && d.kind !== 'logical',
  );
  const resources = definitions.filter((d) => d.kind === 'resource' && !d.abstract).map((d) => d.name as string);
  const isPrimitive = new Set(definitions.filter((d) => d.kind === 'primitive-type').map((d) => d.name as string));
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

function interfaces(definition: Definition, isPrimitive: Set<string>): string[] {
  const byParent = new Map<string, string[]>();
  for (const element of definition.snapshot.element) {
    const path: string = element.path;
    const dot = path.lastIndexOf('.');
    if (dot < 0) {
      byParent.set(path, []);
      continue;
    }
    const parent = path.slice(0, dot);
    const fields = byParent.get(parent) ?? [];
    byParent.set(parent, fields);
    const name = path.slice(dot + 1);
    const array = element.max !== '1' ? '[]' : '';
    const optional = element.min > 0 && !name.endsWith('[x]') ? '' : '?';
    const add = (field: string, code: string, type: string, opt: string) => {
      const element_ = array && type.includes('|') ? `(${type})` : type;
      fields.push(`  ${field}${opt}: ${element_}${array};`);
      if (isPrimitive.has(code)) fields.push(`  _${field}?: ${array ? '(Element | null)[]' : 'Element'};`);
    };
    if (element.contentReference) {
      add(name, '', interfaceName(element.contentReference.split('#')[1]), optional);
    } else if (name.endsWith('[x]')) {
      for (const type of element.type) add(name.slice(0, -3) + pascal(type.code), type.code, tsType(type, path, isPrimitive), '?');
    } else {
      const type = element.type[0];
      add(name, path.endsWith('.id') && path.split('.').length > 2 ? '' : typeCode(type), tsType(type, path, isPrimitive), optional);
    }
  }
  const out: string[] = [];
  for (const [path, fields] of byParent) {
    const root = path === definition.name;
    const head = root && definition.kind === 'resource' && !definition.abstract ? [`  resourceType: '${definition.name}';`] : [];
    out.push(`export interface ${interfaceName(path)} {`, ...head, ...fields, '}');
  }
  return out;
}

function tsType(type: { code: string }, path: string, isPrimitive: Set<string>): string {
  const code = typeCode(type);
  if (code === 'BackboneElement' || code === 'Element') return path.includes('.') && path !== 'Element' ? interfaceName(path) : code;
  if (code === 'Resource') return 'Resource';
  if (code in primitives) return primitives[code] as string;
  return isPrimitive.has(code) || code === 'string' ? 'string' : pascal(code);
}
