// Puts together the JSON of a resource from its XML elements, by the definitions: XML does not say what is a number, what is a list
// and what is a resource (http://hl7.org/fhir/R4/json.html#xml).
import type { Json, JsonLimits } from '../json.ts';
import { readNumber } from '../json-number.ts';
import type { Problem } from '../result.ts';
import { nearest } from '../structure/nearest.ts';
import { type Field, type Rules, resourceTypes, rulesOf } from '../structure/rules.ts';

type Members = { [name: string]: Json };
type Fault = Pick<Problem, 'kind' | 'message'>;

interface ElementFrame {
  kind: 'element';
  /** Absent for a resource. */
  field: Field | undefined;
  rules: Rules;
  members: Members;
  lists: Map<string, Lists> | undefined;
}

/** An element that is open. */
type Frame =
  | ElementFrame
  /** Holds one resource as its only child. */
  | { kind: 'holder'; field: Field; resource: Members | undefined }
  | { kind: 'primitive'; field: Field; value: Json | undefined; sibling: Members | undefined };

/** A primitive that repeats has its values and, beside them, what hangs on them. */
interface Lists {
  values: Json[];
  siblings: Json[];
}

const booleans = new Map<string, Json>([
  ['true', true],
  ['false', false],
]);
const numbers = new Set(['integer', 'unsignedInt', 'positiveInt', 'decimal']);

export class Builder {
  root: Members | undefined;
  readonly #frames: Frame[] = [];
  readonly #maxDepth: number;
  readonly #maxValues: number;
  #values = 0;

  /** Limits mean the same as for JSON: values are elements here. */
  constructor({ maxDepth = 64, maxValues = 3_000_000 }: JsonLimits) {
    this.#maxDepth = maxDepth;
    this.#maxValues = maxValues;
  }

  takesNarrative(name: string): boolean {
    const frame = this.#frames.at(-1);
    return frame?.kind === 'element' && frame.rules.fields.get(name)?.type === 'xhtml';
  }

  open(name: string, attributes: Partial<Record<'id' | 'url' | 'value', string>>): Fault | undefined {
    if (this.#frames.length >= this.#maxDepth) return costly(`The document is nested deeper than ${this.#maxDepth}`);
    if (++this.#values > this.#maxValues) return costly(`The document has more than ${this.#maxValues} elements`);
    const parent = this.#frames.at(-1);
    if (parent === undefined || parent.kind === 'holder') return this.#openResource(name, attributes);
    if (parent.kind === 'primitive' && name !== 'extension') return invalid(`A ${parent.field.type} holds only extensions`);
    const rules = parent.kind === 'primitive' ? rulesOf('Element') : parent.rules;
    const field = rules.fields.get(name);
    if (field === undefined || name.startsWith('_')) {
      const near = nearest(name.slice(0, 60), rules.fields.keys());
      return invalid(`<${name.slice(0, 60)}> is no element of ${rules.type}${near === undefined ? '' : `: did you mean <${near}>?`}`);
    }
    if (field.resource) {
      if (Object.keys(attributes).length > 0) return invalid(`<${name}> holds a resource and has no attributes`);
      this.#frames.push({ kind: 'holder', field, resource: undefined });
      return undefined;
    }
    return field.check === undefined ? this.#openElement(field, attributes) : this.#openPrimitive(field, attributes);
  }

  narrative(div: string): Fault | undefined {
    const frame = this.#frames.at(-1);
    if (frame?.kind !== 'element') throw new Error('a narrative ended outside its element');
    if ('div' in frame.members) return invalid('A narrative has one <div>');
    frame.members['div'] = div;
    return undefined;
  }

  close(): void {
    const frame = this.#frames.pop()!;
    const parent = this.#frames.at(-1);
    if (frame.kind === 'element') endLists(frame);
    if (parent === undefined) {
      if (frame.kind === 'element') this.root = frame.members;
    } else if (parent.kind === 'holder') {
      if (frame.kind === 'element') parent.resource = frame.members;
    } else if (parent.kind === 'primitive') {
      if (frame.kind !== 'element') throw new Error('a primitive holds extensions only');
      parent.sibling ??= {};
      addTo(parent.sibling, 'extension', true, frame.members);
    } else if (frame.kind === 'primitive') {
      addPrimitive(parent, frame);
    } else {
      const { name, many } = frame.field!;
      addTo(parent.members, name, many, frame.kind === 'holder' ? (frame.resource ?? {}) : frame.members);
    }
  }

  #openResource(name: string, attributes: object): Fault | undefined {
    const holder = this.#frames.at(-1);
    if (holder?.kind === 'holder' && holder.resource !== undefined) return invalid(`<${holder.field.name}> holds one resource`);
    if (!resourceTypes.has(name)) {
      const near = nearest(name.slice(0, 60), resourceTypes);
      return invalid(`<${name.slice(0, 60)}> is no resource type of R4${near === undefined ? '' : `: did you mean <${near}>?`}`);
    }
    if (Object.keys(attributes).length > 0) return invalid(`<${name}> is a resource and has no attributes: its id is an element`);
    this.#frames.push({ kind: 'element', field: undefined, rules: rulesOf(name), members: { resourceType: name }, lists: undefined });
    return undefined;
  }

  #openElement(field: Field, { id, url, value }: Partial<Record<string, string>>): Fault | undefined {
    const fault = this.#twice(field);
    if (fault !== undefined) return fault;
    if (value !== undefined) return invalid(`<${field.name}> is a ${field.type} and has no attribute value`);
    const members: Members = {};
    if (id !== undefined) members['id'] = id;
    if (url !== undefined) {
      if (field.type !== 'Extension') return invalid(`<${field.name}> has no attribute url`);
      members['url'] = url;
    }
    this.#frames.push({ kind: 'element', field, rules: rulesOf(field.type), members, lists: undefined });
    return undefined;
  }

  #openPrimitive(field: Field, { id, url, value }: Partial<Record<string, string>>): Fault | undefined {
    const fault = this.#twice(field);
    if (fault !== undefined) return fault;
    // Both are attributes in XML (http://hl7.org/fhir/R4/xml.html).
    if (field.type === 'element-id' || field.type === 'xhtml')
      return invalid(`<${field.name}> is no element here: write it as an attribute`);
    if (url !== undefined) return invalid(`<${field.name}> has no attribute url`);
    this.#frames.push({
      kind: 'primitive',
      field,
      value: value === undefined ? undefined : typedValue(field.type, value),
      sibling: id === undefined ? undefined : { id },
    });
    return undefined;
  }

  /** An element that may stand once and stands there already. */
  #twice({ name, many }: Field): Fault | undefined {
    const parent = this.#frames.at(-1);
    if (many || parent?.kind !== 'element') return undefined;
    return name in parent.members || `_${name}` in parent.members ? invalid(`<${name}> may be given only once`) : undefined;
  }
}

const invalid = (message: string): Fault => ({ kind: 'invalid', message });
const costly = (message: string): Fault => ({ kind: 'too-costly', message: `${message}: send it in parts` });

/** Text that is no value of the type stays text, for validation to say so at its place. */
function typedValue(type: string, text: string): Json {
  if (type === 'boolean') return booleans.get(text) ?? text;
  if (!numbers.has(type)) return text;
  const { end, value } = readNumber(text, 0);
  return value !== undefined && end === text.length ? value : text;
}

function addTo(members: Members, name: string, many: boolean, value: Json): void {
  if (!many) {
    members[name] = value;
    return;
  }
  const there = members[name];
  if (Array.isArray(there)) there.push(value);
  else members[name] = [value];
}

function addPrimitive(parent: ElementFrame, { field: { name, many }, value, sibling }: Extract<Frame, { kind: 'primitive' }>): void {
  const { members } = parent;
  if (!many) {
    if (value !== undefined) members[name] = value;
    if (sibling !== undefined) members[`_${name}`] = sibling;
    // Neither value nor extension: an empty object says so to validation, at its place.
    if (value === undefined && sibling === undefined) members[`_${name}`] = {};
    return;
  }
  parent.lists ??= new Map();
  let lists = parent.lists.get(name);
  if (lists === undefined) {
    lists = { values: [], siblings: [] };
    parent.lists.set(name, lists);
    members[name] = lists.values;
  }
  lists.values.push(value ?? null);
  lists.siblings.push(sibling ?? (value === undefined ? {} : null));
  if (lists.siblings.at(-1) !== null) members[`_${name}`] = lists.siblings;
}

/** A list of nothing but gaps is left out. */
function endLists({ members, lists }: ElementFrame): void {
  if (lists === undefined) return;
  for (const [name, { values }] of lists) if (values.every((value) => value === null)) delete members[name];
}
