// A resource as FHIR XML (http://hl7.org/fhir/R4/xml.html): elements in the order of their definition, digits of decimals and narrative
// as they are. `readXml` gives the same values back.
import { Decimal } from '../decimal.ts';
import type { Json } from '../json.ts';
import { fail, ok, type Result } from '../result.ts';
import { type Field, type Rules, resourceTypes, rulesOf } from '../structure/rules.ts';
import { inDocument } from './narrative.ts';

type Members = { [name: string]: Json };

/** Elements between two rests. */
const stride = 500;

/** What XML 1.0 cannot hold in any form (https://www.w3.org/TR/xml/#charsets). */
const unwritable = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
const special = /[&<>"\t\n\r]/;
const specials: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

class Unwritable extends Error {
  readonly where: string;
  constructor(message: string, where: string) {
    super(message);
    this.where = where;
  }
}

/** At once: for a resource of up to about 5,000 elements (a few milliseconds). */
export function writeXml(resource: Json, pretty = false): Result<string> {
  const steps = xmlSteps(resource, pretty);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** In steps with a rest after each. Fails where the resource holds what is not defined, or a character that XML cannot hold. */
export function* xmlSteps(resource: Json, pretty = false): Generator<undefined, Result<string>> {
  const writer = new XmlWriter(pretty);
  try {
    yield* writer.resource(resource, 0, true);
    return ok(`<?xml version="1.0" encoding="UTF-8"?>${pretty ? '' : '\n'}${writer.text}\n`);
  } catch (error) {
    if (!(error instanceof Unwritable)) throw error;
    return fail('unsupported', error.message, error.where);
  }
}

class XmlWriter {
  text = '';
  readonly #pretty: boolean;
  #elements = 0;

  constructor(pretty: boolean) {
    this.#pretty = pretty;
  }

  *resource(value: Json, depth: number, outermost = false): Generator<undefined, void> {
    const type = isMembers(value) ? value['resourceType'] : undefined;
    if (!isMembers(value) || typeof type !== 'string' || !resourceTypes.has(type)) throw new Unwritable('This is no resource of R4', '');
    const start = `${this.#line(depth)}<${type}${outermost ? ' xmlns="http://hl7.org/fhir"' : ''}`;
    yield* this.#content(start, type, value, rulesOf(type), depth);
  }

  /** Start, attributes, children and end of an element that has children. */
  *#content(start: string, name: string, members: Members, rules: Rules, depth: number): Generator<undefined, void> {
    this.text += start;
    const names: string[] = [];
    const order = orderOf(rules);
    for (const key in members) {
      if (members[key] === undefined || (key === 'resourceType' && rules.isResource)) continue;
      const field = rules.fields.get(key);
      if (field === undefined) throw new Unwritable(`${rules.type} has no element ${key.slice(0, 60)}`, rules.type);
      if (isAttribute(field, rules)) this.text += ` ${key}="${this.#escaped(String(members[key]), rules.type)}"`;
      else if (!names.includes(field.name)) names.push(field.name);
    }
    if (names.length === 0) {
      this.text += '/>';
      return;
    }
    this.text += '>';
    if (names.length > 1) names.sort((a, b) => order.get(a)! - order.get(b)!);
    for (const child of names) yield* this.#member(rules.fields.get(child)!, members[child], members[`_${child}`], depth + 1);
    this.text += `${this.#line(depth)}</${name}>`;
  }

  *#member(field: Field, value: Json | undefined, sibling: Json | undefined, depth: number): Generator<undefined, void> {
    if (!field.many) return yield* this.#element(field, value, sibling, depth);
    const values = Array.isArray(value) ? value : [];
    const siblings = Array.isArray(sibling) ? sibling : [];
    for (let i = 0; i < Math.max(values.length, siblings.length); i++) yield* this.#element(field, values[i], siblings[i], depth);
  }

  *#element(field: Field, value: Json | undefined, sibling: Json | undefined, depth: number): Generator<undefined, void> {
    if (++this.#elements % stride === 0) yield;
    const { name } = field;
    if (field.type === 'xhtml') {
      this.text += this.#line(depth) + this.#checked(inDocument(String(value)), name);
    } else if (field.resource) {
      this.text += `${this.#line(depth)}<${name}>`;
      yield* this.resource(value ?? null, depth + 1);
      this.text += `${this.#line(depth)}</${name}>`;
    } else if (field.check !== undefined) {
      let start = `${this.#line(depth)}<${name}`;
      if (value !== undefined && value !== null) start += ` value="${this.#escaped(textOf(value, name), name)}"`;
      if (isMembers(sibling)) yield* this.#content(start, name, sibling, rulesOf('Element'), depth);
      else this.text += `${start}/>`;
    } else {
      if (!isMembers(value)) throw new Unwritable(`${name} must be an object`, name);
      yield* this.#content(`${this.#line(depth)}<${name}`, name, value, rulesOf(field.type), depth);
    }
  }

  #line(depth: number): string {
    return this.#pretty ? `\n${'  '.repeat(depth)}` : '';
  }

  #escaped(text: string, where: string): string {
    const checked = this.#checked(text, where);
    return special.test(checked) ? checked.replace(/[&<>"\t\n\r]/g, (found) => specials[found]!) : checked;
  }

  #checked(text: string, where: string): string {
    if (unwritable.test(text)) throw new Unwritable('A text holds a character that XML cannot hold: ask for JSON', where);
    return text;
  }
}

/** The id of an element and the url of an extension are attributes, the id of a resource is an element. */
const isAttribute = (field: Field, rules: Rules): boolean =>
  field.type === 'element-id' || (rules.type === 'Extension' && field.name === 'url' && !field.sibling);

const orders = new WeakMap<Rules, Map<string, number>>();

function orderOf(rules: Rules): Map<string, number> {
  let order = orders.get(rules);
  if (order === undefined) {
    order = new Map([...rules.fields.keys()].map((name, position) => [name, position]));
    orders.set(rules, order);
  }
  return order;
}

function textOf(value: Json, where: string): string {
  if (typeof value === 'object' && !(value instanceof Decimal)) throw new Unwritable(`${where} must be a single value`, where);
  return String(value);
}

const isMembers = (value: Json | undefined): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Decimal);
