// Where an element stands in the JSON of a resource, and how it is put there, moved or removed: a primitive has a second place for
// its id and extensions (`_birthDate`), value[x] has its type in its name, lists are arrays (http://hl7.org/fhir/R4/json.html).
import { Decimal } from './decimal.ts';
import { isMembers, type Members, type Node, resourceTypeOf } from './fhirpath/node.ts';
import { type Choice, fhirType, type Type } from './fhirpath/types.ts';
import type { Content, Operation } from './fhirpath-patch-value.ts';
import type { Json } from './json.ts';
import type { ProblemKind } from './result.ts';

/** Thrown inside the files of FHIRPath Patch only. */
export class PatchRefusal extends Error {
  readonly kind: ProblemKind;
  constructor(message: string, kind: ProblemKind = 'invalid') {
    super(message);
    this.kind = kind;
  }
}

export interface Place {
  node: Node;
  parent: Node;
  holder: Members;
  choice: Choice;
}

export function copyOf(value: Json): Json {
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== 'object' || value === null || value instanceof Decimal) return value;
  const copy: Members = {};
  for (const name of Object.keys(value)) if (name !== '__proto__') copy[name] = copyOf(value[name] as Json);
  return copy;
}

/** Of a primitive what is beside it holds its parts; it is made where there is none. */
function holderOf(node: Node): Members {
  if (!node.type.primitive) {
    if (isMembers(node.value)) return node.value;
    throw new PatchRefusal('An element of the path is not what its type says; correct the resource first.');
  }
  if (isMembers(node.sibling)) return node.sibling;
  const place = placeOf(node);
  const sibling: Members = {};
  if (!place?.choice.sibling) throw new PatchRefusal('This element can have no extensions.');
  set(place.holder, place.choice.sibling, node.index, sibling);
  return sibling;
}

/** undefined for what is no element of a resource, and for the resource itself. */
export function placeOf(node: Node): Place | undefined {
  const { parent } = node;
  if (parent === undefined) return undefined;
  const holder = parent.type.primitive ? parent.sibling : parent.value;
  if (!isMembers(holder)) return undefined;
  const choice = (parent.type.elements.get(node.name) ?? []).find((one) => has(holder, one));
  return choice && { node, parent, holder, choice };
}

const has = (holder: Members, { json, sibling }: Choice): boolean =>
  holder[json] !== undefined || (sibling !== undefined && holder[sibling] !== undefined);

/** One value of a list, or the only one. Lists of values and of what is beside them are kept of one length by `tidy`. */
function set(holder: Members, name: string, index: number, value: Json): void {
  if (index < 0) {
    holder[name] = value;
    return;
  }
  const list = holder[name];
  const items: Json[] = Array.isArray(list) ? list : [];
  while (items.length < index) items.push(null);
  items[index] = value;
  holder[name] = items;
}

/** The type named in a patch that fits a place; every primitive that JSON writes alike may be given for another. */
function fits(choice: Choice, content: Content): boolean {
  const { type } = choice;
  if (content.parts) return type !== undefined && !type.primitive;
  if (content.of === 'Resource') return type === undefined || type.isResource;
  if (type === undefined) return false;
  const given = typeNamed(content.of as string);
  if (type === given) return true;
  if (type.primitive && given?.primitive) return jsonKind(type) === jsonKind(given);
  return type.names.has('Quantity') && (given?.names.has('Quantity') ?? false);
}

const typeNamed = (pascal: string): Type | undefined => fhirType(pascal) ?? fhirType(pascal.charAt(0).toLowerCase() + pascal.slice(1));
const jsonKind = ({ system }: Type): string =>
  system === 'Boolean' ? 'boolean' : system === 'Integer' || system === 'Decimal' ? 'number' : 'string';

/** What may stand under a name, by the content: `value` with a valueQuantity is valueQuantity, which may also be named itself. */
function choose(type: Type, name: string, content: Content): { element: string; choice: Choice } {
  const direct = type.elements.get(name);
  const choices = direct ?? [...type.members.values()].filter(({ json }) => json === name);
  if (choices.length === 0) throw new PatchRefusal(`${type.name} has no element "${name.slice(0, 64)}".`);
  const exact = choices.length > 1 ? choices.filter(({ type: of }) => content.of !== undefined && of === typeNamed(content.of)) : choices;
  const choice = exact.find((one) => fits(one, content));
  if (choice === undefined) {
    const types = choices.map((one) => one.type?.name ?? 'Resource').slice(0, 8);
    throw new PatchRefusal(`"${name}" of ${type.name} takes ${types.join(', ')}; give the value as one of them.`);
  }
  const element = direct ? name : ([...type.elements].find(([, list]) => list.includes(choice))?.[0] ?? name);
  return { element, choice };
}

/** Value and what is beside it, as JSON. */
function made(choice: Choice, content: Content): { value: Json | undefined; sibling: Json | undefined } {
  if (!content.parts) {
    if (choice.type === undefined && resourceTypeOf(content.value) === undefined) throw new PatchRefusal('This is no resource of R4.');
    return {
      value: content.value === undefined ? undefined : copyOf(content.value),
      sibling: content.sibling === undefined ? undefined : copyOf(content.sibling),
    };
  }
  const value: Members = {};
  for (const part of content.parts) addTo(value, choice.type as Type, part.name, part.content);
  return { value, sibling: undefined };
}

function addTo(holder: Members, type: Type, name: string, content: Content): void {
  const { element, choice } = choose(type, name, content);
  const { value, sibling } = made(choice, content);
  if (choice.many) {
    const index = lengthOf(holder, choice);
    store(holder, choice, index, value, sibling);
    return;
  }
  const there = (type.elements.get(element) ?? [choice]).some((one) => has(holder, one));
  if (there) throw new PatchRefusal(`${type.name} has "${element}" already, and but one is allowed; use replace.`);
  store(holder, choice, -1, value, sibling);
}

function store(holder: Members, choice: Choice, index: number, value: Json | undefined, sibling: Json | undefined): void {
  if (value !== undefined) set(holder, choice.json, index, value);
  if (sibling !== undefined && choice.sibling !== undefined) set(holder, choice.sibling, index, sibling);
  tidy(holder, choice);
}

const listOf = (holder: Members, name: string | undefined): Json[] => {
  const list = name === undefined ? undefined : holder[name];
  return Array.isArray(list) ? list : [];
};

const lengthOf = (holder: Members, { json, sibling }: Choice): number =>
  Math.max(listOf(holder, json).length, listOf(holder, sibling).length);

/** No empty arrays and objects, no list of nothing but null; both lists of a primitive of one length. */
function tidy(holder: Members, { json, sibling }: Choice): void {
  const length = Math.max(listOf(holder, json).length, listOf(holder, sibling).length);
  for (const name of [json, sibling]) {
    const value = name === undefined ? undefined : holder[name];
    if (name === undefined || value === undefined) continue;
    if (Array.isArray(value) && sibling !== undefined) while (value.length < length) value.push(null);
    if (isBlank(value)) delete holder[name];
  }
}

const isBlank = (value: Json): boolean =>
  Array.isArray(value) ? value.every((item) => item === null) : isMembers(value) && Object.keys(value).length === 0;

export function add(node: Node, name: string, { content }: Operation): void {
  addTo(holderOf(node), node.type, name, content as Content);
}

/** Both lists of a primitive change together. */
function splice(holder: Members, choice: Choice, index: number, remove: number, ...insert: [Json | undefined, Json | undefined][]): void {
  const length = lengthOf(holder, choice);
  for (const [which, name] of [choice.json, choice.sibling].entries()) {
    if (name === undefined) continue;
    const list = [...listOf(holder, name)];
    while (list.length < length) list.push(null);
    list.splice(index, remove, ...insert.map((pair) => pair[which] ?? null));
    if (list.every((item) => item === null)) delete holder[name];
    else holder[name] = list;
  }
}

export function insert({ holder, name }: { holder: Node; name: string }, index: number, { content }: Operation): void {
  const { choice } = choose(holder.type, name, content as Content);
  const members = holderOf(holder);
  checkList(holder, name, choice, index, lengthOf(members, choice));
  const { value, sibling } = made(choice, content as Content);
  splice(members, choice, index, 0, [value, sibling]);
}

function checkList({ type }: Node, name: string, choice: Choice, index: number, most: number): void {
  if (!choice.many) throw new PatchRefusal(`"${name}" of ${type.name} is no list; use add or replace.`);
  if (index > most) throw new PatchRefusal(`Position ${index} is beyond the end of "${name}", which ends at ${most}.`);
}

export function move({ holder, name }: { holder: Node; name: string }, source: number, destination: number): void {
  const [choice] = holder.type.elements.get(name) ?? [];
  if (choice === undefined) throw new PatchRefusal(`${holder.type.name} has no element "${name.slice(0, 64)}".`);
  const members = holderOf(holder);
  const last = lengthOf(members, choice) - 1;
  checkList(holder, name, choice, source, last);
  checkList(holder, name, choice, destination, last);
  const value = listOf(members, choice.json)[source];
  const sibling = listOf(members, choice.sibling)[source];
  splice(members, choice, source, 1);
  splice(members, choice, destination, 0, [value, sibling]);
}

/** Without what holds nothing afterwards: JSON has no empty elements. */
export function remove({ node, parent, holder, choice }: Place): void {
  if (node.index < 0) {
    delete holder[choice.json];
    if (choice.sibling !== undefined) delete holder[choice.sibling];
  } else splice(holder, choice, node.index, 1);
  if (!isBlank(holder)) return;
  const above = placeOf(parent);
  if (above === undefined) return;
  // A primitive loses what was beside it and stays.
  if (parent.type.primitive && parent.value !== undefined) {
    if (above.choice.sibling !== undefined) set(above.holder, above.choice.sibling, parent.index, parent.index < 0 ? {} : null);
    tidy(above.holder, above.choice);
  } else remove(above);
}

export function put({ node, parent, holder, choice: was }: Place, { content }: Operation): void {
  const name = parent.type.elements.has(node.name) ? node.name : was.json;
  const { choice } = choose(parent.type, name, content as Content);
  const { value, sibling } = made(choice, content as Content);
  if (node.index >= 0) {
    splice(holder, choice, node.index, 1, [value, sibling]);
    return;
  }
  delete holder[was.json];
  if (was.sibling !== undefined) delete holder[was.sibling];
  store(holder, choice, -1, value, sibling);
}
