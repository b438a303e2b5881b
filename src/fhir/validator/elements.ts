// The walk over everything that is there, by the rules of R4 itself: invariants, bindings, references, extensions, contained
// resources. What is not of R4's form the structural walk has refused already; here it is passed over.
import type { Json } from '../json.ts';
import { type Field, resourceTypes } from '../structure/rules.ts';
import { checkBinding } from './binding.ts';
import { checkBundle, checkEntry, type SeenEntries } from './bundle.ts';
import { BundleIndex } from './bundle-index.ts';
import { checkCanonical } from './canonical.ts';
import { checkContained } from './contained.ts';
import { isMembers, type Members } from './definition.ts';
import { checkExtension } from './extension.ts';
import { checkInvariants } from './invariants.ts';
import { type FieldPlan, type Plan, planOf, planOfField } from './plan.ts';
import { checkReference } from './reference.ts';
import { checkStatedProfiles } from './stated-profiles.ts';
import type { Steps, Walk } from './walk.ts';

/** As the structural walk, which is shallower than any stack. */
const maxDepth = 100;

export type ResourcePlace = 'root' | 'contained' | 'inside';

/** `name` and `position`: the member that it is, its type for a root. A step whenever a rest is due, and after each entry of a Bundle. */
export function* checkResource(walk: Walk, resource: Members, name: string, position: number, place: ResourcePlace): Steps {
  const type = resource['resourceType'];
  if (typeof type !== 'string' || !resourceTypes.has(type)) return;
  const plan = planOf(type);
  const back = walk.into(resource, place === 'contained');
  const settle = place === 'contained' ? undefined : walk.account();
  walk.report.enter(name, position, type);
  const more = type === 'Bundle' ? checkEntries(walk, resource, plan) : checkMembers(walk, resource, plan);
  if (more) yield* more;
  if (place !== 'contained') checkContained(walk, resource);
  yield* checkStatedProfiles(walk, resource, type);
  walk.report.leave();
  settle?.();
  back();
}

function* checkEntries(walk: Walk, bundle: Members, plan: Plan): Steps {
  const { bundle: outer, fullUrl } = walk;
  walk.bundle = new BundleIndex(bundle);
  const { entry: entries, ...around } = bundle;
  const more = checkMembers(walk, around, plan);
  if (more) yield* more;
  yield* checkBundle(walk, bundle);
  const member = plan.fields.get('entry');
  const seen: SeenEntries = new Map();
  for (let i = 0; member && Array.isArray(entries) && i < entries.length; i++) {
    const entry = entries[i];
    if (!isMembers(entry)) continue;
    walk.fullUrl = typeof entry['fullUrl'] === 'string' ? entry['fullUrl'] : undefined;
    checkEntry(walk, bundle['type'], entry, i, seen);
    const inside = checkValue(walk, entry, bundle, member, 'entry', i);
    if (inside) yield* inside;
    yield* walk.rest();
  }
  walk.bundle = outer;
  walk.fullUrl = fullUrl;
}

/** At once where no rest is due on the way, which is so in most resources; otherwise what is left is in the answer. */
function checkMembers(walk: Walk, value: Members, plan: Plan): Steps | undefined {
  for (const name in value) {
    const more = checkMember(walk, value, plan, name);
    if (more) return checkMembersAfter(walk, value, plan, name, more);
  }
  return plan.own.length > 0 ? checkInvariants(walk, plan.own, plan.fhirType, value, undefined) : undefined;
}

function* checkMembersAfter(walk: Walk, value: Members, plan: Plan, last: string, begun: Steps): Steps {
  yield* begun;
  const names = Object.keys(value);
  for (const name of names.slice(names.indexOf(last) + 1)) {
    const more = checkMember(walk, value, plan, name);
    if (more) yield* more;
  }
  const more = checkInvariants(walk, plan.own, plan.fhirType, value, undefined);
  if (more) yield* more;
}

function checkMember(walk: Walk, value: Members, plan: Plan, name: string): Steps | undefined {
  const member = plan.fields.get(name);
  if (member === undefined) return undefined;
  const inside = value[name] as Json | undefined;
  if (inside === undefined || inside === null) return undefined;
  if (!member.field.many) return checkValue(walk, inside, value, member, name, -1);
  if (!Array.isArray(inside)) return undefined;
  for (let i = 0; i < inside.length; i++) {
    const item = inside[i];
    if (item === undefined || item === null) continue;
    const more = checkValue(walk, item, value, member, name, i);
    if (more || walk.isTired) return checkItemsAfter(walk, inside, value, member, name, i, more);
  }
  return undefined;
}

function* checkItemsAfter(
  walk: Walk,
  items: readonly Json[],
  parent: Members,
  member: FieldPlan,
  name: string,
  last: number,
  begun: Steps | undefined,
): Steps {
  if (begun) yield* begun;
  for (let i = last + 1; i < items.length; i++) {
    if (walk.isTired) yield* walk.rest();
    const item = items[i];
    if (item === undefined || item === null) continue;
    const more = checkValue(walk, item, parent, member, name, i);
    if (more) yield* more;
  }
}

/** Of a primitive at once, but for what is left of its invariants when a rest is due: most values are one. */
function checkValue(walk: Walk, value: Json, parent: Members, member: FieldPlan, name: string, position: number): Steps | undefined {
  const { kind, field } = member;
  walk.element();
  if (kind === 'primitive') {
    const place = { name, position };
    const { invariants, binding } = member;
    const more = invariants.length > 0 ? checkInvariants(walk, invariants, field.type, value, parent[`_${name}`], place) : undefined;
    if (binding) checkBinding(walk, binding, value, field.type, place);
    if (field.targets && field.type === 'canonical') checkCanonical(walk, value, field.targets, place);
    return more;
  }
  if (!isMembers(value)) return undefined;
  if (kind === 'sibling') return checkSibling(walk, value, field, position);
  if (walk.report.depth > maxDepth) return undefined;
  if (kind === 'complex') return checkComplex(walk, value, parent, member, name, position);
  return checkResource(walk, value, name, position, name === 'contained' ? 'contained' : 'inside');
}

function checkComplex(walk: Walk, value: Members, parent: Members, member: FieldPlan, name: string, position: number): Steps | undefined {
  const plan = planOfField(member);
  walk.report.enter(name, position, plan.type);
  const isExtension = plan.type === 'Extension';
  if (isExtension) walk.extensions.push(value['url'] ?? null);
  const more = checkMembers(walk, value, plan);
  if (more || isExtension || member.invariants.length > 0) return checkComplexAfter(walk, value, parent, member, name, more);
  endComplex(walk, value, member, plan);
  return undefined;
}

function* checkComplexAfter(walk: Walk, value: Members, parent: Members, member: FieldPlan, name: string, begun: Steps | undefined): Steps {
  const plan = planOfField(member);
  if (begun) yield* begun;
  const more = checkInvariants(walk, member.invariants, plan.fhirType, value, undefined);
  if (more) yield* more;
  if (plan.type === 'Extension') {
    yield* checkExtension(walk, value, parent, name === 'modifierExtension');
    walk.extensions.pop();
  }
  endComplex(walk, value, member, plan);
}

function endComplex(walk: Walk, value: Members, { binding, field }: FieldPlan, plan: Plan): void {
  if (binding) checkBinding(walk, binding, value, plan.fhirType);
  if (plan.type === 'Reference') checkReference(walk, value, field.targets);
  walk.report.leave();
}

function* checkSibling(walk: Walk, value: Members, field: Field, at: number): Steps {
  walk.report.enter(field.name, at, field.type);
  const more = checkMembers(walk, value, planOf('Element'));
  if (more) yield* more;
  walk.report.leave();
}
