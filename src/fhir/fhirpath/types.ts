// The types that an expression meets: FHIR's, by the generated structure tables, and the System types of FHIRPath
// (http://hl7.org/fhir/R4/fhirpath.html#types). One object for each type, so that identity says whether two are the same.
import { primitives, types } from '../generated/structure.ts';
import { type Field, resourceTypes, rulesOf } from '../structure/rules.ts';

export type SystemKind = 'Boolean' | 'String' | 'Integer' | 'Decimal' | 'Date' | 'DateTime' | 'Time' | 'Quantity';

/** One JSON name that an element may have: `valueQuantity` for `value`. */
export interface Choice {
  json: string;
  /** `_birthDate`, for a primitive that can have one. */
  sibling: string | undefined;
  many: boolean;
  /** Of what stands there; undefined for a resource of any type. */
  type: Type | undefined;
}

export interface Type {
  namespace: 'FHIR' | 'System';
  /** `HumanName`, `Patient.contact`, `string`, `Integer`. */
  name: string;
  /** What a primitive is converted to where an operator wants a System type; Quantity and its kinds too. */
  system: SystemKind | undefined;
  primitive: boolean;
  isResource: boolean;
  /** Names that `is` is true for. */
  names: ReadonlySet<string>;
  /** By element name, without `[x]`. */
  elements: ReadonlyMap<string, readonly Choice[]>;
  /** By JSON name, for children(). */
  members: ReadonlyMap<string, Choice>;
}

const systemOfPrimitive: Record<string, SystemKind> = {
  boolean: 'Boolean',
  integer: 'Integer',
  positiveInt: 'Integer',
  unsignedInt: 'Integer',
  decimal: 'Decimal',
  date: 'Date',
  dateTime: 'DateTime',
  instant: 'DateTime',
  time: 'Time',
};

/** Kinds of type, each with what it specializes (the `baseDefinition` of the R4 definitions). */
const bases: Record<string, string> = {
  code: 'string',
  id: 'string',
  markdown: 'string',
  canonical: 'uri',
  oid: 'uri',
  url: 'uri',
  uuid: 'uri',
  positiveInt: 'integer',
  unsignedInt: 'integer',
  Age: 'Quantity',
  Count: 'Quantity',
  Distance: 'Quantity',
  Duration: 'Quantity',
  SimpleQuantity: 'Quantity',
  BackboneElement: 'Element',
  Dosage: 'BackboneElement',
  ElementDefinition: 'BackboneElement',
  MarketingStatus: 'BackboneElement',
  Population: 'BackboneElement',
  ProdCharacteristic: 'BackboneElement',
  ProductShelfLife: 'BackboneElement',
  SubstanceAmount: 'BackboneElement',
  Timing: 'BackboneElement',
  Bundle: 'Resource',
  Parameters: 'Resource',
  Binary: 'Resource',
  DomainResource: 'Resource',
};

const primitiveNames = new Set(primitives);
const known = new Map<string, Type>();

function baseOf(name: string): string | undefined {
  const base = bases[name];
  if (base !== undefined) return base;
  if (resourceTypes.has(name)) return 'DomainResource';
  if (name === 'Element' || name === 'Resource') return undefined;
  const dot = name.indexOf('.');
  return dot > 0 && resourceTypes.has(name.slice(0, dot)) ? 'BackboneElement' : 'Element';
}

function chain(name: string): Set<string> {
  const names = new Set<string>();
  for (let at: string | undefined = name; at !== undefined; at = baseOf(at)) names.add(at);
  return names;
}

/** A System type by its name without `System.`. */
export const systemType = (name: SystemKind | 'TypeInfo'): Type => {
  const key = `System.${name}`;
  let type = known.get(key);
  if (!type) {
    const system = name === 'TypeInfo' ? undefined : name;
    type = {
      namespace: 'System',
      name,
      system,
      primitive: true,
      isResource: false,
      names: new Set([name, 'Any']),
      elements: new Map(),
      members: new Map(),
    };
    known.set(key, type);
  }
  return type;
};

/** A FHIR type by its name in the tables; undefined where there is none. */
export function fhirType(name: string): Type | undefined {
  const type = known.get(name);
  if (type) return type;
  if (name === 'element-id') return systemType('String');
  if (!primitiveNames.has(name) && !Object.hasOwn(types, name)) return undefined;
  return make(name);
}

function make(name: string): Type {
  const primitive = primitiveNames.has(name);
  const elements = new Map<string, Choice[]>();
  const members = new Map<string, Choice>();
  const names = chain(name);
  const type: Type = {
    namespace: 'FHIR',
    name,
    system: primitive ? (systemOfPrimitive[name] ?? 'String') : names.has('Quantity') ? 'Quantity' : undefined,
    primitive,
    isResource: resourceTypes.has(name),
    names,
    elements,
    members,
  };
  known.set(name, type);
  const { fields } = rulesOf(primitive ? 'Element' : name);
  for (const field of fields.values()) {
    if (field.sibling) continue;
    const choice = lazily(field, fields.has(`_${field.name}`));
    const element = field.element.replace('[x]', '');
    const choices = elements.get(element);
    if (choices) choices.push(choice);
    else elements.set(element, [choice]);
    members.set(field.name, choice);
    if (choice.sibling !== undefined) members.set(choice.sibling, choice);
  }
  return type;
}

/** The type of an element is made when it is first met: types hold one another. */
function lazily(field: Field, sibling: boolean): Choice {
  let type: Type | undefined;
  return {
    json: field.name,
    sibling: sibling ? `_${field.name}` : undefined,
    many: field.many,
    get type() {
      if (!field.resource) type ??= fhirType(field.type);
      return type;
    },
  };
}

/** What `type()` says of it: a backbone element has no name of its own. */
export function publicName(type: Type): string {
  if (!type.name.includes('.')) return type.name === 'SimpleQuantity' ? 'Quantity' : type.name;
  return type.names.has('BackboneElement') ? 'BackboneElement' : 'Element';
}

const systemNames = new Set(['Boolean', 'String', 'Integer', 'Decimal', 'Date', 'DateTime', 'Time', 'Quantity', 'Any', 'TypeInfo']);
const abstractNames = new Set(['Element', 'BackboneElement', 'Resource', 'DomainResource']);

/** A type as an expression names it. */
export interface Named {
  namespace: 'FHIR' | 'System' | undefined;
  name: string;
}

/** undefined where there is no such type: `string1`. */
export function typeNamed(text: string): Named | undefined {
  const dot = text.indexOf('.');
  const namespace = dot < 0 ? undefined : text.slice(0, dot);
  const name = text.slice(dot + 1);
  if (namespace !== undefined && namespace !== 'FHIR' && namespace !== 'System') return undefined;
  const fhir = namespace !== 'System' && (abstractNames.has(name) || primitiveNames.has(name) || fhirType(name) !== undefined);
  const system = namespace !== 'FHIR' && systemNames.has(name);
  // `System.Patient` is no type, yet asking for it is answered (with no) rather than refused.
  return fhir || system || namespace === 'System' ? { namespace, name } : undefined;
}

export const isType = (type: Type, named: Named): boolean =>
  (named.namespace === undefined || named.namespace === type.namespace) && type.names.has(named.name);
