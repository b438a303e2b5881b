// The generated tables (build/structure.ts) as the walk uses them: for each type a map from JSON name to what may stand there.
// A type is read when it is first met; a server that sees twenty resource types holds the rules of those twenty.
//
// Tables, and not a generated function for each type: they took 3.3 µs for a vital-signs Observation where 20 are allowed, and
// hold 1.4 MB at start and 4 MB when all 661 types and backbone elements have been met; 661 functions would be loaded at each start.
import { primitives, resources, types } from '../generated/structure.ts';
import { type Binding, bindingOf } from './bindings.ts';
import { type Check, primitiveChecks } from './primitives.ts';

/** What one JSON name of a type may hold. `valueString` and `_valueString` are two fields of one element. */
export interface Field {
  /** Without the underscore. */
  name: string;
  /** Of the element: `value[x]` for a choice. */
  element: string;
  type: string;
  many: boolean;
  /** Whether R4 forbids the element here (SimpleQuantity.comparator). */
  forbidden: boolean;
  /** The field with the underscore, for id and extensions of a primitive. */
  sibling: boolean;
  /** Set for a primitive. */
  check?: Check;
  /** Whether any resource may stand here. */
  resource: boolean;
  /** Bit of the element among the required and the choices of its type, 0 for others. */
  bit: number;
  choice: boolean;
  binding?: Binding;
  /** Resource types that a Reference may point to, or a canonical name, where not all. */
  targets?: Set<string>;
  /** Rules of the type, once met. */
  rules?: Rules;
}

export interface Rules {
  /** `Observation`, `Quantity`, `Observation.component`. */
  type: string;
  fields: Map<string, Field>;
  /** Bits of the elements that must be there. */
  required: number;
  /** The elements that have a bit, by its position. */
  marked: { element: string; field: Field }[];
  isResource: boolean;
}

export const resourceTypes: ReadonlySet<string> = new Set(resources);
const primitiveTypes = new Set([...primitives, 'element-id']);
const known = new Map<string, Rules>();

/** Rules of a type named in the tables. */
export function rulesOf(type: string): Rules {
  let rules = known.get(type);
  if (!rules) {
    rules = compile(type);
    known.set(type, rules);
  }
  return rules;
}

const pascal = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function compile(type: string): Rules {
  const table = types[type];
  if (table === undefined) throw new Error(`no definition of type ${type}`);
  const rules: Rules = { type, fields: new Map(), required: 0, marked: [], isResource: resourceTypes.has(type) };
  for (const line of table.split('\n')) {
    const [element = '', min, max, typeList = '', bound] = line.split(' ');
    const choice = element.endsWith('[x]');
    let bit = 0;
    if (min !== '0' || choice) {
      bit = 1 << rules.marked.length;
      if (rules.marked.length > 30) throw new Error(`${type} has more required elements than bits`);
      if (min !== '0') rules.required |= bit;
    }
    for (const typeAndTargets of typeList.split('|')) {
      const [of = '', targets] = typeAndTargets.split('>');
      const name = choice ? element.slice(0, -3) + pascal(of === 'SimpleQuantity' ? 'Quantity' : of) : element;
      const field: Field = {
        name,
        element,
        type: of,
        many: max === '*',
        forbidden: max === '0',
        sibling: false,
        resource: of === 'Resource',
        bit,
        choice,
      };
      if (primitiveTypes.has(of)) field.check = primitiveChecks[of];
      if (bound && ['code', 'Coding', 'CodeableConcept'].includes(of)) field.binding = bindingOf(bound.slice(1));
      if (targets) field.targets = new Set(targets.split(','));
      if (bit && (!choice || rules.marked.at(-1)?.element !== element)) rules.marked.push({ element, field });
      rules.fields.set(name, field);
      // An id is bare, and so is the url of an extension (both are System.String); a div has no extensions.
      const bare = element === 'id' || of === 'xhtml' || (type === 'Extension' && element === 'url');
      if (field.check && !bare) {
        rules.fields.set(`_${name}`, { ...field, sibling: true });
      }
    }
  }
  return rules;
}
