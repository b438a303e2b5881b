// Tells whether a value belongs to a slice (http://hl7.org/fhir/R4/profiling.html#discriminator). A discriminator's path is followed
// twice: in the slice's definition, once, to learn what must be there; in the value, each time.
import type { Json } from '../json.ts';
import { resourceTypes } from '../structure/rules.ts';
import { codingsOf } from './binding.ts';
import { checkProfile, checkProfileValue } from './check-profile.ts';
import type { Node } from './compiled.ts';
import { isMembers } from './definition.ts';
import { type Item, itemsOf } from './items.ts';
import { fitsPattern, isFixed } from './matches.ts';
import type { ProfileSet } from './profiles.ts';
import { resolve } from './resolve.ts';
import type { Walk } from './walk.ts';

/** `found`: what stands in the value at the path of each discriminator. */
export type Matcher = (walk: Walk, found: readonly Item[][]) => Answer;

/** By a profile it takes a trial, which may rest. */
type Answer = boolean | Generator<undefined, boolean>;

export type Step =
  | { kind: 'member'; name: string }
  | { kind: 'resolve' }
  | { kind: 'extension'; url: string }
  | { kind: 'ofType'; type: string };

/** `sliced`: the element that the slice is of, which says how slices are told apart. Undefined where nothing in the profile does. */
export function matcherOf(slice: Node, sliced: Node, profiles: ProfileSet): Matcher | undefined {
  const tests = (sliced.slicing?.discriminators ?? []).flatMap(({ type, path }, i): Matcher[] => {
    const steps = stepsOf(path);
    const ends = definedAt([slice], steps, profiles);
    const test = kinds[type]?.(ends, slice);
    return test ? [(walk, found) => test(walk, found[i] ?? [])] : [];
  });
  if (tests.length === 0) return undefined;
  const [only] = tests;
  return tests.length === 1 && only ? only : (walk, found) => every(walk, tests, found);
}

function* every(walk: Walk, tests: readonly Matcher[], found: readonly Item[][]): Generator<undefined, boolean> {
  for (const test of tests) {
    const answer = test(walk, found);
    if (!(typeof answer === 'boolean' ? answer : yield* answer)) return false;
  }
  return true;
}

/** The fixed text by which the first discriminator knows the slice; undefined where it is known by more. */
export function keysOf(slice: Node, sliced: Node, profiles: ProfileSet): string[] | undefined {
  const [first] = sliced.slicing?.discriminators ?? [];
  if (first?.type !== 'value') return undefined;
  const ends = definedAt([slice], stepsOf(first.path), profiles);
  const keys = ends.flatMap((end) => (typeof end.fixed === 'string' ? [end.fixed] : []));
  return keys.length > 0 && keys.length === ends.length ? keys : undefined;
}

/** The paths of the discriminators, read once. */
export const pathsOf = (sliced: Node): Step[][] => (sliced.slicing?.discriminators ?? []).map(({ path }) => stepsOf(path));

export const foundAt = (walk: Walk, item: Item, paths: readonly Step[][]): Item[][] => paths.map((steps) => valuesAt(walk, [item], steps));

type Test = (walk: Walk, found: Item[]) => Answer;

const kinds: Record<string, (ends: Node[], slice: Node) => Test | undefined> = {
  value: byValue,
  pattern: byValue,
  type: (ends) => {
    const types = new Set(ends.flatMap((end) => end.types?.map((type) => type.code) ?? []));
    return types.size === 0 ? undefined : (_, found) => found.some((one) => types.has(one.type) || types.has(plainType(one.type)));
  },
  exists: (ends) => {
    const wanted = ends.some((end) => (end.min ?? 0) > 0) || !ends.some((end) => end.max === 0);
    return (_, found) => found.length > 0 === wanted;
  },
  profile: (ends) => {
    const wanted = ends.flatMap((end) => end.types?.flatMap((type) => [...(type.profiles ?? []), ...(type.targets ?? [])]) ?? []);
    return wanted.length === 0 ? undefined : (walk, found) => conformsToOne(walk, wanted, found);
  },
};

const plainType = (type: string): string => (type === 'SimpleQuantity' ? 'Quantity' : type);

function* conformsToOne(walk: Walk, profiles: readonly string[], found: readonly Item[]): Generator<undefined, boolean> {
  for (const one of found) for (const profile of profiles) if (yield* conformsTo(walk, profile, one)) return true;
  return false;
}

function* conformsTo(walk: Walk, profile: string, { value, type }: Item): Generator<undefined, boolean> {
  const known = walk.profiles.get(profile);
  if (value === undefined) return false;
  if (!known) return profile.endsWith(`/StructureDefinition/${type}`);
  if (known.type !== plainType(type)) return false;
  if (resourceTypes.has(type) && isMembers(value)) return yield* walk.conforms(profile, value, () => checkProfile(walk, known, value));
  return yield* walk.conforms(profile, value, () => checkProfileValue(walk, known, value, type));
}

function byValue(ends: Node[], slice: Node): Test | undefined {
  const tests = ends.flatMap((end) => expectation(end) ?? []);
  if (tests.length > 0) return (walk, found) => found.some((one) => tests.some((test) => test(walk, one.value)));
  // An extension's address is fixed by its definition.
  const urls = slice.types?.flatMap((type) => type.profiles ?? []) ?? [];
  if (urls.length > 0 && (slice.name === 'extension' || slice.name === 'modifierExtension')) {
    return (_, found) => found.some((one) => typeof one.value === 'string' && urls.includes(one.value));
  }
  return undefined;
}

type Expectation = (walk: Walk, value: Json | undefined) => boolean;

/** What the definition fixes at the element, at any depth; undefined where nothing. */
function expectation(node: Node): Expectation | undefined {
  const { fixed, pattern, binding } = node;
  if (fixed !== undefined) return (_, value) => value !== undefined && isFixed(value, fixed);
  if (pattern !== undefined) return (_, value) => fitsPattern(value, pattern);
  const inside = [
    ...(node.children ?? []),
    ...(node.children ?? []).flatMap((child) => child.slices?.filter((one) => (one.min ?? 0) > 0) ?? []),
  ].flatMap((child) => {
    const test = expectation(child);
    return test ? [{ name: child.name, test }] : [];
  });
  if (inside.length > 0) {
    return (walk, value) => isMembers(value) && inside.every(({ name, test }) => membersAt(value, name).some((one) => test(walk, one)));
  }
  if (binding?.strength === 'required') {
    const { valueSet } = binding;
    return (walk, value) =>
      value !== undefined && codingsOf(value).some((coding) => walk.codes?.memberOf(valueSet, coding)?.answer !== 'no');
  }
  return undefined;
}

function membersAt(value: { [name: string]: Json }, name: string): Json[] {
  if (name.endsWith('[x]')) {
    const start = name.slice(0, -3);
    return Object.keys(value).flatMap((key) => (key.startsWith(start) ? [value[key] as Json] : []));
  }
  const inside = value[name];
  return inside === undefined ? [] : Array.isArray(inside) ? inside : [inside];
}

/** `$this`, `code.coding.code`, `resolve().code`, `extension('url').value`, `value.ofType(Quantity)`. */
function stepsOf(path: string): Step[] {
  const steps: Step[] = [];
  for (const [, call, argument, name] of path.matchAll(/(\w+)\(\s*(?:'([^']*)'|[\w.]*)\s*\)|(\$?\w+)/g)) {
    const bare = /\(\s*([\w.]*)\s*\)/.exec(path)?.[1] ?? '';
    if (call === 'resolve') steps.push({ kind: 'resolve' });
    else if (call === 'extension') steps.push({ kind: 'extension', url: argument ?? '' });
    else if (call === 'ofType' || call === 'as') steps.push({ kind: 'ofType', type: bare });
    else if (name !== undefined && name !== '$this') steps.push({ kind: 'member', name });
  }
  return steps;
}

/** The definitions at the end of the path, through the profiles of types and targets that are named on the way. */
function definedAt(nodes: Node[], steps: readonly Step[], profiles: ProfileSet): Node[] {
  let at = nodes;
  for (const step of steps) {
    if (step.kind === 'ofType') continue;
    at = at.flatMap((node) => next(node, step, profiles));
  }
  return at;
}

function next(node: Node, step: Step, profiles: ProfileSet): Node[] {
  if (step.kind === 'resolve') {
    const targets = node.types?.flatMap((type) => type.targets ?? []) ?? [];
    return targets.map((target): Node => {
      const known = profiles.compiled(target);
      const type = known?.type ?? target.slice(target.lastIndexOf('/') + 1);
      return { ...(known?.root ?? { name: type }), types: [{ code: type, targets: [target] }] };
    });
  }
  if (step.kind === 'extension') {
    const extensions = node.children?.filter((child) => child.name === 'extension') ?? [];
    const slices = extensions.flatMap((one) => one.slices ?? []);
    return slices.filter((one) => one.types?.some((type) => type.profiles?.includes(step.url)));
  }
  if (step.kind !== 'member') return [];
  const own = node.children?.filter((child) => child.name === step.name || child.name === `${step.name}[x]`) ?? [];
  if (own.length > 0) return own.flatMap((one) => [one, ...(one.slices?.filter((slice) => (slice.min ?? 0) > 0) ?? [])]);
  return (node.types ?? [])
    .flatMap((type) => type.profiles ?? [])
    .flatMap((url) => {
      const root = profiles.compiled(url)?.root;
      return root?.children?.filter((child) => child.name === step.name || child.name === `${step.name}[x]`) ?? [];
    });
}

function valuesAt(walk: Walk, items: Item[], steps: readonly Step[]): Item[] {
  let at = items;
  for (const step of steps) at = at.length === 1 ? follow(walk, at[0] as Item, step) : at.flatMap((item) => follow(walk, item, step));
  return at;
}

function follow(walk: Walk, item: Item, step: Step): Item[] {
  const { value, type } = item;
  if (step.kind === 'ofType') return plainType(type) === step.type ? [item] : [];
  if (step.kind === 'resolve') {
    const reference = isMembers(value) ? value['reference'] : value;
    if (typeof reference !== 'string') return [];
    const found = resolve(walk, reference)?.value;
    const stated = found?.['resourceType'] ?? /([A-Z][A-Za-z]+)\/[^/]+$/.exec(reference)?.[1];
    return typeof stated === 'string' ? [{ ...item, value: found, type: stated }] : [];
  }
  if (!isMembers(value)) return [];
  if (step.kind === 'extension')
    return itemsOf(value, type, 'extension').filter((one) => isMembers(one.value) && one.value['url'] === step.url);
  const direct = itemsOf(value, type, step.name);
  return direct.length > 0 ? direct : itemsOf(value, type, `${step.name}[x]`);
}
