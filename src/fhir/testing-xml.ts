// For tests only: reads the small XML files of official test suites, and turns a resource in XML into its JSON by the structure
// tables (http://hl7.org/fhir/R4/xml.html). It trusts its input.
import { Decimal } from './decimal.ts';
import type { Json } from './json.ts';
import { resourceTypes, rulesOf } from './structure/rules.ts';

export interface Element {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  /** Text directly inside. */
  text: string;
  /** As it stands in the file, the tags included. */
  source: string;
}

const piece =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([^\s>/]+)((?:\s+[^\s=]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)/g;
const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const decoded = (text: string): string =>
  text.replace(/&(#x?[0-9a-fA-F]+|\w+);/g, (whole, name: string) => {
    if (name.startsWith('#x')) return String.fromCodePoint(Number.parseInt(name.slice(2), 16));
    return name.startsWith('#') ? String.fromCodePoint(Number(name.slice(1))) : (entities[name] ?? whole);
  });

export function readXml(text: string): Element {
  const root: Element = { name: '', attributes: {}, children: [], text: '', source: '' };
  const open: { element: Element; at: number }[] = [{ element: root, at: 0 }];
  for (const match of text.matchAll(piece)) {
    const [whole, data, closing, name, attributes, empty, words] = match as (string | undefined)[] as [string, ...(string | undefined)[]];
    const at = match.index;
    const inside = (open.at(-1) as { element: Element }).element;
    if (data !== undefined) inside.text += data;
    else if (words !== undefined) inside.text += decoded(words);
    else if (name === undefined) continue;
    else if (closing) {
      const closed = open.pop() as { element: Element; at: number };
      closed.element.source = text.slice(closed.at, at + whole.length);
    } else {
      const element: Element = { name, attributes: {}, children: [], text: '', source: whole };
      for (const [, key = '', , double, single] of (attributes ?? '').matchAll(/([^\s=]+)\s*=\s*("([^"]*)"|'([^']*)')/g))
        element.attributes[key] = decoded(double ?? single ?? '');
      inside.children.push(element);
      if (!empty) open.push({ element, at });
    }
  }
  return root.children[0] as Element;
}

const numbers = new Set(['integer', 'positiveInt', 'unsignedInt', 'decimal']);

function primitive(type: string, value: string): Json {
  if (type === 'boolean') return value === 'true';
  if (!numbers.has(type)) return value;
  return String(Number(value)) === value ? Number(value) : new Decimal(value);
}

/** JSON of a resource. */
export function resourceOf(element: Element): Json {
  return { resourceType: element.name, ...membersOf(element, element.name) };
}

export function membersOf(element: Element, type: string): { [name: string]: Json } {
  const out: { [name: string]: Json } = {};
  const { fields } = rulesOf(type);
  if (element.attributes['id'] !== undefined) out['id'] = element.attributes['id'];
  if (element.attributes['url'] !== undefined) out['url'] = element.attributes['url'];
  for (const child of element.children) {
    const field = fields.get(child.name);
    if (!field) throw new Error(`${type} has no element ${child.name}`);
    const many = (name: string, value: Json, blank: Json): void => {
      if (!field.many) {
        if (value !== blank) out[name] = value;
        return;
      }
      const list = out[name] as Json[] | undefined;
      if (list) list.push(value);
      else out[name] = [value];
    };
    if (field.resource) many(child.name, resourceOf(child.children[0] as Element), null);
    else if (field.type === 'xhtml') out[child.name] = child.source;
    else if (field.check) {
      const { value } = child.attributes;
      many(child.name, value === undefined ? null : primitive(field.type, value), null);
      const beside = membersOf({ ...child, attributes: child.attributes['id'] ? { id: child.attributes['id'] } : {} }, 'Element');
      many(`_${child.name}`, Object.keys(beside).length > 0 ? beside : null, null);
    } else many(child.name, membersOf(child, field.type), null);
  }
  for (const [name, value] of Object.entries(out)) if (Array.isArray(value) && value.every((item) => item === null)) delete out[name];
  return out;
}

export const isResource = (element: Element): boolean => resourceTypes.has(element.name);
