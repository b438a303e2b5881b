// Slices (http://hl7.org/fhir/R4/profiling.html#slicing): which value belongs to which, how many of each, in which order, and what
// may stand beside them.
import type { Armed, ArmedSlice } from './armed.ts';
import { checkItem, tooFew, tooMany } from './check-profile.ts';
import { foundAt } from './discriminator.ts';
import type { Item } from './items.ts';
import type { Steps, Walk } from './walk.ts';

export function* checkSlices(walk: Walk, armed: Armed, items: readonly Item[], profile: string): Steps {
  const { slicing, name } = armed.node;
  const groups = armed.slices.map((): Item[] => []);
  const rest = armed.slices.findIndex((slice) => slice.isRest);
  const vague = armed.slices.find((slice) => !slice.isRest && !slice.matches);
  if (vague) {
    notTold(walk, vague, name, profile);
    if (slicing?.rules !== 'open' && items.length > 0) return;
  }
  let last = -1;
  let unmatched = false;
  for (const item of items) {
    if (walk.isTired) yield* walk.rest();
    let at = yield* sliceOf(walk, armed, item);
    if (at < 0) at = rest;
    if (walk.isMatchedOut) return;
    const place = { name: item.name, position: item.position, source: profile };
    if (at < 0) {
      unmatched = true;
      if (slicing?.rules === 'closed')
        walk.report.add(
          'error',
          'slicing',
          `Remove it, or make it one of ${namesOf(armed.slices)}: ${profile} allows no others here`,
          place,
        );
      continue;
    }
    if (unmatched && slicing?.rules === 'openAtEnd') {
      walk.report.add(
        'error',
        'slicing',
        `Move it before those that are none of ${namesOf(armed.slices)}: ${profile} allows others only at the end`,
        place,
      );
    }
    if (slicing?.ordered && at < last) {
      walk.report.add('error', 'slicing', `Put it into the order of the profile: ${namesOf(armed.slices)}`, place);
    }
    last = Math.max(last, at);
    groups[at]?.push(item);
  }
  for (const [i, slice] of armed.slices.entries()) {
    if (slice.isRest || slice.matches) yield* checkSlice(walk, slice, groups[i] as Item[], name, profile);
  }
}

function* checkSlice(walk: Walk, slice: ArmedSlice, items: readonly Item[], name: string, profile: string): Steps {
  const { min = 0, max } = slice.node;
  const whose = `the slice ${slice.name} of ${profile}`;
  if (items.length < min) walk.report.add('error', 'slicing', tooFew(min, items.length, whose), { name, source: slice.name });
  if (max !== undefined && items.length > max) {
    const extra = items[max] as Item;
    walk.report.add('error', 'slicing', tooMany(max, whose), { name: extra.name, position: extra.position, source: slice.name });
    if (max === 0) return;
  }
  for (const item of items) {
    const more = checkItem(walk, slice, item, profile);
    if (more) yield* more;
    if (walk.isTired) yield* walk.rest();
  }
  if (slice.slices.length > 0) yield* checkSlices(walk, slice, items, profile);
}

/** Position of the slice that the value belongs to, -1 where to none. */
function* sliceOf(walk: Walk, armed: Armed, item: Item): Generator<undefined, number> {
  const found = foundAt(walk, item, armed.paths);
  const { byKey } = armed;
  const candidates = byKey
    ? (found[0] ?? []).flatMap(({ value }) => (typeof value === 'string' ? (byKey.get(value) ?? []) : []))
    : armed.slices;
  if (!walk.mayMatch(candidates.length)) return -1;
  for (const one of candidates) {
    const answer = one.matches?.(walk, found) ?? false;
    if (typeof answer === 'boolean' ? answer : yield* answer) return armed.slices.indexOf(one);
  }
  return -1;
}

/** A slice by a profile that is not here, or one whose definition fixes nothing at its discriminators. */
function notTold(walk: Walk, slice: ArmedSlice, name: string, profile: string): void {
  const why = `nothing that is known here tells it apart. Add the package of the profiles that ${profile} names, or correct it`;
  const says = `The slice ${slice.name} could not be checked: ${why}`;
  walk.tell(`slice ${profile} ${name} ${slice.name}`, 'information', 'slicing', says, { name, source: slice.name });
}

const namesOf = (slices: readonly ArmedSlice[]): string => slices.map((slice) => slice.name).join(', ');
