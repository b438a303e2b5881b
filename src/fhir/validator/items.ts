// The values that stand at an element, whichever JSON name they have, with their types (http://hl7.org/fhir/R4/json.html).
import type { Json } from '../json.ts';
import { type Field, resourceTypes, rulesOf } from '../structure/rules.ts';
import { isMembers, type Members } from './definition.ts';
import { r4 } from './plan.ts';

export interface Item {
  /** Undefined where a primitive has only extensions. */
  value: Json | undefined;
  sibling: Json | undefined;
  /** Type as the structure tables name it; of a resource its own type. */
  type: string;
  /** JSON name without underscore. */
  name: string;
  /** -1 where the element does not repeat. */
  position: number;
}

const noItems: Item[] = [];

/** `name` as in definitions: `code`, `value[x]`. */
export function itemsOf(parent: Members, parentType: string, name: string): Item[] {
  if (!r4.has(parentType)) return noItems;
  const { fields } = rulesOf(parentType);
  if (!name.endsWith('[x]')) {
    const field = fields.get(name);
    return field === undefined ? noItems : ofField(parent, name, field, noItems);
  }
  let items = noItems;
  const start = name.slice(0, -3);
  for (const key in parent) {
    const bare = key.charCodeAt(0) === 95 ? key.slice(1) : key;
    if (!bare.startsWith(start)) continue;
    const field = fields.get(bare);
    if (field?.element !== name || (bare !== key && parent[bare] !== undefined)) continue;
    items = ofField(parent, bare, field, items);
  }
  return items;
}

function ofField(parent: Members, name: string, field: Field, before: Item[]): Item[] {
  const value = parent[name];
  const sibling = field.check ? parent[`_${name}`] : undefined;
  if (value === undefined && sibling === undefined) return before;
  if (!field.many) {
    const one = item(value, sibling, field, name, -1);
    return before.length === 0 ? [one] : [...before, one];
  }
  const values = Array.isArray(value) ? value : [];
  const siblings = Array.isArray(sibling) ? sibling : [];
  const items = before === noItems ? [] : before;
  for (let i = 0; i < Math.max(values.length, siblings.length); i++) items.push(item(values[i], siblings[i], field, name, i));
  return items;
}

function item(value: Json | undefined, sibling: Json | undefined, field: Field, name: string, position: number): Item {
  let { type } = field;
  if (field.resource && isMembers(value)) {
    const own = value['resourceType'];
    if (typeof own === 'string' && resourceTypes.has(own)) type = own;
  }
  return { value: value ?? undefined, sibling: sibling ?? undefined, type, name, position };
}
