// References inside a transaction: urn:uuid and absolute fullUrls become what the entries will be called, conditional
// references what they match. http://hl7.org/fhir/R4/http.html#trules, bundle.html#references
import type { Json } from '../../fhir/json.ts';
import { ownReference } from './own-references.ts';

/** Strings under these names are text even where they look like a link: identifiers and words stay as they are. */
const neverLinks = new Set(['value', 'valueString', 'display', 'text', 'title', 'fullUrl', 'id', 'resourceType', 'contentType', 'data']);

export interface Links {
  /** fullUrl → `Type/id`. */
  names: ReadonlyMap<string, string>;
  /** `Type?query` → `Type/id`. */
  conditional: ReadonlyMap<string, string>;
  /** Base of the entry's own fullUrl, where that is an address: relative references count from it. */
  base: string | undefined;
  /** Our own address: what refers to it refers to the record. */
  own: string | undefined;
}

/** A copy with its links replaced; `unresolved` collects urn:uuid references that name no entry. */
export function relinked(value: Json, links: Links, unresolved: string[], name = ''): Json {
  if (typeof value === 'string') {
    if (name === 'div') return relinkedNarrative(value, links);
    return neverLinks.has(name) ? value : relink(value, name, links, unresolved);
  }
  if (Array.isArray(value)) return value.map((one) => relinked(one, links, unresolved, name));
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value;
  const copy: { [name: string]: Json } = {};
  for (const key of Object.keys(value)) copy[key] = relinked(value[key]!, links, unresolved, key);
  return copy;
}

const isPlain = (value: object): value is { [name: string]: Json } =>
  Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null;

function relink(text: string, name: string, { names, conditional, base, own }: Links, unresolved: string[]): string {
  const hash = text.indexOf('#');
  const whole = hash > 0 ? text.slice(0, hash) : text;
  const found = names.get(whole) ?? conditional.get(whole);
  if (found !== undefined) return found + text.slice(whole.length);
  if (name !== 'reference') return text;
  if (whole.startsWith('urn:uuid:') || whole.startsWith('urn:oid:')) unresolved.push(whole);
  else if (base !== undefined && !whole.includes(':')) return names.get(`${base}/${whole}`) ?? text;
  return (own === undefined ? undefined : ownReference(text, own)) ?? text;
}

function relinkedNarrative(div: string, { names }: Links): string {
  return div.replace(/\b(href|src)=(["'])([^"']*)\2/g, (all, attribute: string, quote: string, url: string) => {
    const found = names.get(url);
    return found === undefined ? all : `${attribute}=${quote}${found}${quote}`;
  });
}

/** The conditional references of a resource: values of `reference` such as `Patient?identifier=…`. */
export function conditionalReferences(value: Json, found: Set<string>, name = ''): void {
  if (typeof value === 'string') {
    if (name === 'reference' && /^[A-Z][A-Za-z]+\?/.test(value)) found.add(value);
  } else if (Array.isArray(value)) {
    for (const one of value) conditionalReferences(one, found, name);
  } else if (typeof value === 'object' && value !== null && isPlain(value)) {
    for (const key of Object.keys(value)) conditionalReferences(value[key]!, found, key);
  }
}

/** `http://host/fhir` of `http://host/fhir/Patient/1`. */
export const baseOf = (fullUrl: string | undefined): string | undefined =>
  /^(https?:\/\/.+)\/[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}$/.exec(fullUrl ?? '')?.[1];
