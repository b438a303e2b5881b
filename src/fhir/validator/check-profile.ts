// The walk over a compiled profile: at each element that the profile says something about, whether the resource keeps to it.
import type { Json } from '../json.ts';
import type { Armed, ArmedProfile } from './armed.ts';
import { checkBinding } from './binding.ts';
import type { TypeRule } from './compiled.ts';
import { isMembers, type Members } from './definition.ts';
import { checkInvariants } from './invariants.ts';
import { type Item, itemsOf } from './items.ts';
import { fitsPattern, isFixed, shown } from './matches.ts';
import { checkRange } from './range.ts';
import { checkAggregation, checkTargets } from './reference.ts';
import { checkSlices } from './slicing.ts';
import type { Walk } from './walk.ts';

/** A resource; the walk stands at it. */
export function checkProfile(walk: Walk, profile: ArmedProfile, resource: Members): void {
  const contained =
    resource !== walk.resource &&
    walk.root !== resource &&
    Array.isArray(walk.root['contained']) &&
    walk.root['contained'].includes(resource);
  const back = resource === walk.resource ? undefined : walk.into(resource, contained);
  checkProfileValue(walk, profile, resource, profile.type);
  back?.();
}

/** A value of any type; the walk stands at it. */
export function checkProfileValue(walk: Walk, profile: ArmedProfile, value: Json, type: string): void {
  const { armed, url } = profile;
  if (armed.invariants.length > 0) checkInvariants(walk, armed.invariants, type, value, undefined);
  if (isMembers(value)) for (const child of armed.children) checkElement(walk, child, value, type, url);
}

/** Everything about one element of `parent`. */
export function checkElement(walk: Walk, armed: Armed, parent: Members, parentType: string, profile: string): void {
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
  if (items.length > 0) for (const item of items) checkItem(walk, armed, item, profile);
  if (armed.slices.length > 0 || node.slicing?.rules === 'closed') checkSlices(walk, armed, items, profile);
}

export const tooFew = (min: number, found: number, whose: string): string =>
  `Add the element: ${whose} asks for at least ${min}${found === 0 ? '' : ` and there ${found === 1 ? 'is' : 'are'} ${found}`}`;

export const tooMany = (max: number, whose: string): string =>
  max === 0 ? `Remove the element: ${whose} does not allow it` : `Keep at most ${max}: ${whose} allows no more`;

/** One value against an element or a slice; slices of it are the caller's business. */
export function checkItem(walk: Walk, armed: Armed, item: Item, profile: string): void {
  const { node } = armed;
  const { value, type, name, position } = item;
  const place = { name, position, source: profile };
  const types = node.types;
  const rule = types && typeRuleOf(types, type);
  if (types && !rule) {
    const allowed = [...new Set(types.map((one) => one.code))].join(', ');
    walk.report.add('error', 'type', `Give a value of type ${allowed} here: ${profile} allows no ${type}`, place);
    return;
  }
  if (value === undefined) {
    if (node.fixed !== undefined) walk.report.add('error', 'fixed', `Write ${shown(node.fixed)}: ${profile} allows no other value`, place);
    return;
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
  const inside =
    isMembers(value) &&
    (armed.children.length > 0 || rule?.profiles !== undefined || rule?.targets !== undefined || rule?.aggregation !== undefined);
  if (!inside) {
    if (armed.invariants.length > 0) checkInvariants(walk, armed.invariants, type, value, item.sibling, { name, position });
    return;
  }
  walk.report.enter(name, position, type);
  if (armed.invariants.length > 0) checkInvariants(walk, armed.invariants, type, value, undefined);
  for (const child of armed.children) checkElement(walk, child, value, type, profile);
  if (rule?.targets && type === 'Reference')
    checkTargets(walk, value, types?.flatMap((one) => (one.code === 'Reference' ? (one.targets ?? []) : [])) ?? [], profile);
  if (rule?.aggregation && type === 'Reference') checkAggregation(walk, value, rule.aggregation, profile);
  if (rule?.profiles) checkTypeProfiles(walk, rule.profiles, value, type, profile);
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
function checkTypeProfiles(walk: Walk, profiles: readonly string[], value: Members, type: string, profile: string): void {
  if (type === 'Extension') return;
  const known = profiles.flatMap((url) => walk.profiles.get(url) ?? []);
  if (known.length < profiles.length) {
    const missing = profiles.find((url) => !walk.profiles.get(url)) as string;
    if (missing.startsWith('http://hl7.org/fhir/StructureDefinition/') && known.length === 0) return;
    if (walk.tellOnce(`profile ${missing}`)) {
      walk.report.add('warning', 'profile', `The profile ${missing} is not known here, so it was not checked; add its package`, {
        source: missing,
      });
    }
    return;
  }
  const [only] = known;
  if (only && known.length === 1) {
    walk.visit(only.url, value, () =>
      typeof value['resourceType'] === 'string' ? checkProfile(walk, only, value) : checkProfileValue(walk, only, value, type),
    );
    return;
  }
  if (!known.some((one) => walk.conforms(one.url, value, () => checkProfileValue(walk, one, value, type)))) {
    walk.report.add('error', 'profile', `Make it conform to one of ${profiles.join(', ')}, as ${profile} asks`, { source: profile });
  }
}
