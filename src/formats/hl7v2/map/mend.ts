// What no single row can see, and what would make a resource that nobody accepts. What is taken back stays in the ledger, so that a
// slip of the sender's loses nothing. Invariants: http://hl7.org/fhir/R4/datatypes.html#Period (per-1), organization.html (org-1 to 3).
import type { Leaf } from './part.ts';
import { isObject, type JsonObject } from './place.ts';
import type { Story, Thing } from './story.ts';

export function mend(story: Story, leaves: Iterable<Leaf>): void {
  const taken = new Map<string, string>();
  for (const thing of story.things) {
    if (thing.type === 'Organization') mendOrganization(thing, taken);
    oneOfEachChoice(thing, taken);
    for (const path of reversed(thing.resource, ''))
      taken.set(`${thing.name}#${path}`, 'This end is before its start; ask the sender to mend it');
  }
  if (taken.size === 0) return;
  for (const leaf of leaves) {
    const left = leaf.said.filter(({ element }) => !taken.has(element));
    if (left.length === leaf.said.length) continue;
    const why = leaf.said.map(({ element }) => taken.get(element)).find((one) => one !== undefined);
    leaf.said = left;
    if (left.length === 0 && why !== undefined) story.puzzled(leaf, why);
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

/** By the instant where both have one, else by as many digits as both have. */
function isAfter(start: string, end: string): boolean {
  if (start.length > 10 && end.length > 10) return Date.parse(start) > Date.parse(end);
  const digits = Math.min(start.length, end.length, 10);
  return start.slice(0, digits) > end.slice(0, digits);
}

/** An organisation is called something, and has neither a telephone nor an address at home. */
function mendOrganization({ name, resource }: Thing, taken: Map<string, string>): void {
  const speaks = Object.keys(resource).length > 2;
  if (speaks && resource['name'] === undefined && resource['identifier'] === undefined) resource['name'] = 'unknown';
  for (const list of ['telecom', 'address']) {
    const items = resource[list];
    if (!Array.isArray(items)) continue;
    for (const [index, item] of items.entries()) {
      if (!isObject(item) || item['use'] !== 'home') continue;
      delete item['use'];
      taken.set(`${name}#${list}[${index}].use`, 'An organisation is not at home; ask the sender to mend the use');
    }
  }
}

/** Elements of which one type at a time may stand there. */
const choices = ['onset', 'abatement', 'performed', 'occurrence', 'effective', 'deceased', 'multipleBirth', 'value'];

/** Two segments may speak of one thing, each with a type of its own: the first stands. */
function oneOfEachChoice({ name, resource }: Thing, taken: Map<string, string>): void {
  for (const base of choices) {
    const [, ...more] = Object.keys(resource).filter((key) => key.startsWith(base) && /[A-Z]/.test(key.charAt(base.length)));
    for (const key of more) {
      delete resource[key];
      delete resource[`_${key}`];
      for (const path of [key, `${key}.start`, `${key}.end`, `${key}.text`])
        taken.set(`${name}#${path}`, `Something else of the message says ${base} already`);
    }
  }
}
