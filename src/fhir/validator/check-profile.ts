// The walk over a compiled profile: at each element that the profile says something about, whether the resource keeps to it.
import type { Json } from '../json.ts';
import type { Armed, ArmedProfile } from './armed.ts';
import { checkBinding } from './binding.ts';
import { checkCanonicalTargets } from './canonical.ts';
import type { TypeRule } from './compiled.ts';
import { isMembers, type Members } from './definition.ts';
import { checkInvariants } from './invariants.ts';
import { type Item, itemsOf } from './items.ts';
import { fitsPattern, isFixed, shown } from './matches.ts';
import { checkRange } from './range.ts';
import { checkAggregation, checkTargets } from './reference.ts';
import { checkSlices } from './slicing.ts';
import type { Steps, Walk } from './walk.ts';

/** A resource; the walk stands at it. */
export function* checkProfile(walk: Walk, profile: ArmedProfile, resource: Members): Steps {
  const contained =
    resource !== walk.resource &&
    walk.root !== resource &&
    Array.isArray(walk.root['contained']) &&
    walk.root['contained'].includes(resource);
  const back = resource === walk.resource ? undefined : walk.into(resource, contained);
  yield* checkProfileValue(walk, profile, resource, profile.type);
  back?.();
}

/** A value of any type; the walk stands at it. */
export function* checkProfileValue(walk: Walk, profile: ArmedProfile, value: Json, type: string): Steps {
  const { armed, url } = profile;
  if (armed.invariants.length > 0) {
    const more = checkInvariants(walk, armed.invariants, type, value, undefined);
    if (more) yield* more;
  }
  if (isMembers(value)) for (const child of armed.children) yield* checkElement(walk, child, value, type, url);
}

/** Everything about one element of `parent`. */
export function* checkElement(walk: Walk, armed: Armed, parent: Members, parentType: string, profile: string): Steps {
  const { node } = armed;
  const items = itemsOf(parent, parentType, node.name);
  const { min = 0, max } = node;
  if (items.length < min) {
    walk.report.add('error', 'cardinality', tooFew(min, items.length, profile), { name: node.name, source: profile });
  }
  if (max !== undefined && items.length > max) {
    walk.report.add('error', 'cardinality', tooMany(max, profile), { name: items[0]?.name ?? node.name, source: profile });
    if (max === 0) return;
  }
  for (const item of items) {
    const more = checkItem(walk, armed, item, profile);
    if (more) yield* more;
    if (walk.isTired) yield* walk.rest();
  }
  if (armed.slices.length > 0 || node.slicing?.rules === 'closed') yield* checkSlices(walk, armed, items, profile);
}

export const tooFew = (min: number, found: number, whose: string): string =>
  `Add the element: ${whose} asks for at least ${min}${found === 0 ? '' : ` and there ${found === 1 ? 'is' : 'are'} ${found}`}`;

export const tooMany = (max: number, whose: string): string =>
  max === 0 ? `Remove the element: ${whose} does not allow it` : `Keep at most ${max}: ${whose} allows no more`;

/** One value against an element or a slice; slices of it are the caller's business. At once, but for what is inside of it. */
export function checkItem(walk: Walk, armed: Armed, item: Item, profile: string): Steps | undefined {
  const { node } = armed;
  const { value, type, name, position } = item;
  walk.element();
  const place = { name, position, source: profile };
  const types = node.types;
  const rule = types && typeRuleOf(types, type);
  if (types && !rule) {
    const allowed = [...new Set(types.map((one) => one.code))].join(', ');
    walk.report.add('error', 'type', `Give a value of type ${allowed} here: ${profile} allows no ${type}`, place);
    return undefined;
  }
  if (value === undefined) {
    if (node.fixed !== undefined) walk.report.add('error', 'fixed', `Write ${shown(node.fixed)}: ${profile} allows no other value`, place);
    return undefined;
  }
  if (node.fixed !== undefined && !isFixed(value, node.fixed)) {
    walk.report.add('error', 'fixed', `Write ${shown(node.fixed)}: ${profile} allows no other value`, place);
  }
  if (node.pattern !== undefined && !fitsPattern(value, node.pattern)) {
    walk.report.add(
      'error',
      'fixed',
      `Let the value hold ${shown(node.pattern)}, which ${profile} asks for; more may stand beside it`,
      place,
    );
  }
  if (node.minValue !== undefined || node.maxValue !== undefined || node.maxLength !== undefined) checkRange(walk, node, value, place);
  if (node.binding) checkBinding(walk, node.binding, value, type, { name, position }, profile);
  if (rule?.targets && type === 'canonical')
    checkCanonicalTargets(
      walk,
      value,
      types?.flatMap((one) => (one.code === type ? (one.targets ?? []) : [])) ?? [],
      { name, position },
      profile,
    );
  const inside =
    isMembers(value) &&
    (armed.children.length > 0 || rule?.profiles !== undefined || rule?.targets !== undefined || rule?.aggregation !== undefined);
  if (inside) return checkInside(walk, armed, item, value, profile, rule);
  if (armed.invariants.length === 0) return undefined;
  return checkInvariants(walk, armed.invariants, type, value, item.sibling, { name, position });
}

function* checkInside(walk: Walk, armed: Armed, item: Item, value: Members, profile: string, rule: TypeRule | undefined): Steps {
  const { type } = item;
  const { types } = armed.node;
  walk.report.enter(item.name, item.position, type);
  if (armed.invariants.length > 0) {
    const more = checkInvariants(walk, armed.invariants, type, value, undefined);
    if (more) yield* more;
  }
  for (const child of armed.children) yield* checkElement(walk, child, value, type, profile);
  if (rule?.targets && type === 'Reference')
    yield* checkTargets(walk, value, types?.flatMap((one) => (one.code === 'Reference' ? (one.targets ?? []) : [])) ?? [], profile);
  if (rule?.aggregation && type === 'Reference') checkAggregation(walk, value, rule.aggregation, profile);
  if (rule?.profiles) yield* checkTypeProfiles(walk, rule.profiles, value, type, profile);
  walk.report.leave();
}

function typeRuleOf(types: readonly TypeRule[], type: string): TypeRule | undefined {
  const plain = type === 'SimpleQuantity' ? 'Quantity' : type;
  return types.find(
    ({ code }) =>
      code === plain || code === type || code === 'Resource' || code === 'DomainResource' || code.endsWith('Element') || code.includes('/'),
  );
}

/** The value conforms to one of the profiles of its type. Extensions are checked by their own definition wherever they stand. */
function* checkTypeProfiles(walk: Walk, profiles: readonly string[], value: Members, type: string, profile: string): Steps {
  if (type === 'Extension') return;
  const known = profiles.flatMap((url) => walk.profiles.get(url) ?? []);
  if (known.length < profiles.length) {
    const missing = profiles.find((url) => !walk.profiles.get(url)) as string;
    if (missing.startsWith('http://hl7.org/fhir/StructureDefinition/') && known.length === 0) return;
    const says = `The profile ${missing} is not known here, so it was not checked; add its package`;
    walk.tell(`profile ${missing}`, 'warning', 'profile', says, { source: missing });
    return;
  }
  const [only] = known;
  if (only && known.length === 1) {
    yield* walk.visit(only.url, value, () =>
      typeof value['resourceType'] === 'string' ? checkProfile(walk, only, value) : checkProfileValue(walk, only, value, type),
    );
    return;
  }
  for (const one of known) if (yield* walk.conforms(one.url, value, () => checkProfileValue(walk, one, value, type))) return;
  walk.report.add('error', 'profile', `Make it conform to one of ${profiles.join(', ')}, as ${profile} asks`, { source: profile });
}
