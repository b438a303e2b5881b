// What no single row can see: a period that ends before it begins is none in FHIR (invariant per-1), and an organisation has no home
// (org-2, org-3). It is taken back and stays in the ledger, so that a slip of the sender's never makes a resource that nobody accepts.
import type { Leaf } from './part.ts';
import { isObject, type JsonObject } from './place.ts';
import type { Story } from './story.ts';

export function mend(story: Story, leaves: Iterable<Leaf>): void {
  const taken = new Set<string>();
  for (const { name, type, resource } of story.things) {
    for (const path of reversed(resource, '')) taken.add(`${name}#${path}`);
    if (type === 'Organization') for (const path of homes(resource)) taken.add(`${name}#${path}`);
  }
  if (taken.size === 0) return;
  for (const leaf of leaves) {
    const left = leaf.said.filter(({ element }) => !taken.has(element));
    if (left.length === leaf.said.length) continue;
    leaf.said = left;
    story.puzzled(leaf, 'This end is before its start, or this home is an organisation’s; ask the sender to mend it');
  }
}

/** Paths of ends that were taken out. */
function reversed(value: JsonObject, path: string): string[] {
  const found: string[] = [];
  for (const [key, below] of Object.entries(value)) {
    const at = path === '' ? key : `${path}.${key}`;
    if (isObject(below)) found.push(...reversed(below, at));
    else if (Array.isArray(below))
      for (const [index, item] of below.entries()) if (isObject(item)) found.push(...reversed(item, `${at}[${index}]`));
  }
  const { start, end } = value;
  if (typeof start !== 'string' || typeof end !== 'string' || !isAfter(start, end)) return found;
  delete value['end'];
  return [...found, path === '' ? 'end' : `${path}.end`];
}

/** Paths of uses that were taken out. */
const homes = (organization: JsonObject): string[] =>
  ['address', 'telecom'].flatMap((name) => {
    const list = organization[name];
    return (Array.isArray(list) ? list : []).flatMap((item: unknown, at) => {
      if (!isObject(item) || item['use'] !== 'home') return [];
      delete item['use'];
      return [`${name}[${at}].use`];
    });
  });

/** By the instant where both have one, else by as many digits as both have. */
function isAfter(start: string, end: string): boolean {
  if (start.length > 10 && end.length > 10) return Date.parse(start) > Date.parse(end);
  const digits = Math.min(start.length, end.length, 10);
  return start.slice(0, digits) > end.slice(0, digits);
}
