// What no single row can see, and what would make a resource that nobody accepts. What is taken back stays in the ledger, so that a
// slip of the sender's loses nothing. Invariants: http://hl7.org/fhir/R4/datatypes.html#Period (per-1), organization.html (org-1 to 3).
import type { SegmentParts } from './part.ts';
import { isObject } from './place.ts';
import type { Story, Thing } from './story.ts';

/** In steps of some leaves. */
export function* mend(story: Story, segments: readonly SegmentParts[]): Generator<undefined, void> {
  const taken = new Map<string, string>();
  const things = new Map<string, Thing>();
  let bounded = false;
  for (const thing of story.things) {
    things.set(thing.name, thing);
    bounded ||= thing.bounded;
    if (thing.type === 'Organization') mendOrganization(thing, taken);
  }
  if (!bounded && taken.size === 0) return;
  const leaves = segments.flatMap((segment) => segment.leaves());
  for (const [at, { said }] of leaves.entries()) {
    if (at % 500 === 499) yield;
    for (const { element } of said)
      if (element.endsWith('end')) {
        if (reversed(element, things)) taken.set(element, 'This end is before its start; ask the sender to mend it');
      } else if (element.endsWith('Range.high.value') && turned(element, things))
        taken.set(element, 'This most is less than its least; ask the sender to mend it');
  }
  if (taken.size === 0) return;
  for (const [at, leaf] of leaves.entries()) {
    if (at % 2_000 === 1_999) yield;
    const left = leaf.said.filter(({ element }) => !taken.has(element));
    if (left.length === leaf.said.length) continue;
    const why = leaf.said.map(({ element }) => taken.get(element)).find((one) => one !== undefined);
    leaf.said = left;
    if (left.length === 0 && why !== undefined) story.puzzled(leaf, why);
  }
}

/** What stands at these steps of a resource. */
function below(thing: Thing | undefined, steps: readonly string[]): unknown {
  let value: unknown = thing?.resource;
  for (const step of steps) {
    const [, member = '', index] = /^(\w+)(?:\[(\d+)\])?$/.exec(step) ?? [];
    value = isObject(value) ? value[member] : undefined;
    if (index !== undefined) value = Array.isArray(value) ? value[Number(index)] : undefined;
  }
  return value;
}

/** Takes out the upper end of a range that is below the lower one (rng-2). */
function turned(element: string, things: ReadonlyMap<string, Thing>): boolean {
  const [name = '', path = ''] = element.split('#');
  const range = below(things.get(name), path.split('.').slice(0, -2));
  if (!isObject(range)) return false;
  const { low, high } = range;
  if (!isObject(low) || !isObject(high)) return false;
  if (high['value'] === undefined) return true;
  if (!(Number(String(low['value'])) > Number(String(high['value'])))) return false;
  delete high['value'];
  // Where no unit stood beside it, nothing is left to say.
  if (Object.keys(high).length === 0) delete range['high'];
  return true;
}

/** Takes out an end that is before its start. */
function reversed(element: string, things: ReadonlyMap<string, Thing>): boolean {
  const [name = '', path = ''] = element.split('#');
  const steps = path.split('.');
  if (steps.pop() !== 'end') return false;
  const value = below(things.get(name), steps);
  if (!isObject(value)) return false;
  const { start, end } = value;
  // Said by two leaves, it is taken out once and of both.
  if (end === undefined) return true;
  if (typeof start !== 'string' || typeof end !== 'string' || !isAfter(start, end)) return false;
  delete value['end'];
  return true;
}

/** By the instant where both have one, else by as many digits as both have. */
function isAfter(start: string, end: string): boolean {
  if (start.length > 10 && end.length > 10) return Date.parse(start) > Date.parse(end);
  const digits = Math.min(start.length, end.length, 10);
  return start.slice(0, digits) > end.slice(0, digits);
}

/** An organisation is called something, and has neither a telephone nor an address at home. */
function mendOrganization(thing: Thing, taken: Map<string, string>): void {
  const { name, resource } = thing;
  // Even where all that is said is that something of it is to be deleted.
  if (thing.speaks && resource['name'] === undefined && resource['identifier'] === undefined) thing.presume('name', 'unknown');
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
