// Going from an element to its parts: `name.given`, `value` for whichever value[x] there is, children() and extension(). Types are
// those of the structure tables; each place in an expression remembers the last type it met.
import type { Json } from '../json.ts';
import type { Context } from './context.ts';
import { isMembers, Node, type Nodes, none, resourceTypeOf, text } from './node.ts';
import type { Step } from './step.ts';
import { truthOf } from './step.ts';
import { type Choice, fhirType, type Type } from './types.ts';

type Holder = { [name: string]: Json };

/** Where the parts of a node are: of a primitive in its sibling. */
const holderOf = (node: Node): Holder | undefined => {
  const held = node.type.primitive ? node.sibling : node.value;
  return isMembers(held) ? held : undefined;
};

export function pushParts(context: Context, node: Node, element: string, choices: readonly Choice[], out: Node[]): void {
  const holder = holderOf(node);
  if (holder === undefined) return;
  for (const choice of choices) {
    const value = holder[choice.json];
    const sibling = choice.sibling === undefined ? undefined : holder[choice.sibling];
    if (value === undefined && sibling === undefined) continue;
    pushValues(context, node, element, choice, value, sibling, out);
  }
}

function pushValues(
  context: Context,
  node: Node,
  name: string,
  choice: Choice,
  value: Json | undefined,
  sibling: Json | undefined,
  out: Node[],
): void {
  if (!Array.isArray(value) && !Array.isArray(sibling)) {
    pushOne(context, node, name, choice.many ? 0 : -1, choice.type, value, sibling, out);
    return;
  }
  const values = Array.isArray(value) ? value : value === undefined ? [] : [value];
  const siblings = Array.isArray(sibling) ? sibling : [];
  const length = Math.max(values.length, siblings.length);
  for (let i = 0; i < length; i++) pushOne(context, node, name, i, choice.type, values[i], siblings[i], out);
}

function pushOne(
  context: Context,
  parent: Node,
  name: string,
  index: number,
  declared: Type | undefined,
  value: Json | undefined,
  sibling: Json | undefined,
  out: Node[],
): void {
  const held = value === null ? undefined : value;
  const beside = sibling === null ? undefined : sibling;
  if (held === undefined && beside === undefined) return context.spend(1);
  const type = declared ?? resourceTypeOf(held);
  if (type === undefined) return;
  if (--context.steps < 0) context.spend(1);
  out.push(new Node(type, held, beside, parent, name, index));
}

/** Whether anything stands there, without making nodes of it. */
function hasParts(node: Node, choices: readonly Choice[]): boolean {
  const holder = holderOf(node);
  if (holder === undefined) return false;
  for (const choice of choices) {
    if (isThere(holder[choice.json], choice) || (choice.sibling !== undefined && isThere(holder[choice.sibling]))) return true;
  }
  return false;
}

function isThere(value: Json | undefined, choice?: Choice): boolean {
  if (value === undefined || value === null) return false;
  if (Array.isArray(value)) return value.some((item) => isThere(item, choice));
  return choice === undefined || choice.type !== undefined || resourceTypeOf(value) !== undefined;
}

/** Parts of a System value that has some: `type().name`. */
function systemParts(node: Node, name: string, out: Node[]): void {
  const { value } = node;
  if (node.type.name !== 'TypeInfo' || typeof value !== 'object' || value === null) return;
  if (name === 'namespace' && 'namespace' in value && typeof value.namespace === 'string') out.push(text(value.namespace));
  if (name === 'name' && 'name' in value && typeof value.name === 'string') out.push(text(value.name));
}

/** An extension's value may have any of fifty names, and looking for each costs. */
const manyChoices = 7;

/** `target.name`, or `name` of `$this`. */
export function member(target: Step | undefined, name: string): Step {
  let lastType: Type | undefined;
  let last: readonly Choice[] | undefined;
  const choicesOf = (type: Type): readonly Choice[] | undefined => {
    if (type !== lastType) {
      lastType = type;
      last = type.elements.get(name);
    }
    return last;
  };
  // `Patient.name` begins at the patient itself (N1, "Path selection").
  const mayBeType = target === undefined && /^[A-Z]/.test(name);
  const push = (context: Context, node: Node, out: Node[]): void => {
    const choices = choicesOf(node.type);
    if (choices !== undefined && choices.length > manyChoices) context.spend(choices.length >> 3);
    if (choices !== undefined) pushParts(context, node, name, choices, out);
    else if (node.type.namespace === 'System') systemParts(node, name, out);
  };
  const all = (context: Context, focus: Node | undefined): Nodes => {
    if (target === undefined) {
      if (focus === undefined) return none;
      if (mayBeType && focus.type.namespace === 'FHIR' && focus.type.names.has(name)) return [focus];
      const out: Node[] = [];
      push(context, focus, out);
      return out;
    }
    const from = target.all(context, focus);
    if (from.length === 0) return none;
    if (from.length > 4) context.looking(from.length);
    const out: Node[] = [];
    for (const node of from) push(context, node, out);
    return out;
  };
  const hasIn = (context: Context, node: Node): boolean => {
    const choices = choicesOf(node.type);
    if (choices !== undefined && choices.length > manyChoices) context.spend(choices.length >> 3);
    if (choices !== undefined) return hasParts(node, choices);
    const out: Node[] = [];
    push(context, node, out);
    return out.length > 0;
  };
  const some = (context: Context, focus: Node | undefined): boolean => {
    if (--context.steps < 0) context.spend(1);
    if (target === undefined) {
      if (focus === undefined) return false;
      return (mayBeType && focus.type.namespace === 'FHIR' && focus.type.names.has(name)) || hasIn(context, focus);
    }
    const from = target.all(context, focus);
    if (from.length > 4) context.looking(from.length);
    for (const node of from) if (hasIn(context, node)) return true;
    return false;
  };
  return { all, some, truth: (context, focus) => truthOf(all(context, focus)) };
}

/** All parts of a node, in the order of its JSON. */
export function pushChildren(context: Context, node: Node, out: Node[]): void {
  const holder = holderOf(node);
  if (holder === undefined) return;
  for (const json in holder) {
    const choice = node.type.members.get(json);
    // A primitive and what is beside it are one element, met under the name that comes first.
    if (choice === undefined || (choice.sibling === json && holder[choice.json] !== undefined)) continue;
    const sibling = choice.sibling === undefined ? undefined : holder[choice.sibling];
    pushValues(context, node, elementOf(node.type, choice), choice, holder[choice.json], sibling, out);
  }
}

function elementOf(type: Type, choice: Choice): string {
  if (type.elements.has(choice.json)) return choice.json;
  for (const [name, choices] of type.elements) if (choices.includes(choice)) return name;
  return choice.json;
}

/** Extensions with that url. */
export function pushExtensions(context: Context, node: Node, url: string, out: Node[]): void {
  const extensions = holderOf(node)?.['extension'];
  const type = fhirType('Extension');
  if (!Array.isArray(extensions) || type === undefined) return;
  context.looking(extensions.length);
  extensions.forEach((extension, i) => {
    if (isMembers(extension) && extension['url'] === url) pushOne(context, node, 'extension', i, type, extension, undefined, out);
  });
}
