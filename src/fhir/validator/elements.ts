// The walk over everything that is there, by the rules of R4 itself: invariants, bindings, references, extensions, contained
// resources. What is not of R4's form the structural walk has refused already; here it is passed over.
import type { Json } from '../json.ts';
import { type Field, resourceTypes } from '../structure/rules.ts';
import { checkBinding } from './binding.ts';
import { checkBundle, checkEntry, type SeenEntries } from './bundle.ts';
import { BundleIndex } from './bundle-index.ts';
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
  if (type === 'Bundle') yield* checkEntries(walk, resource, plan);
  else yield* checkMembers(walk, resource, plan);
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
  yield* checkMembers(walk, around, plan);
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

function* checkMembers(walk: Walk, value: Members, plan: Plan): Steps {
  const { fields } = plan;
  for (const name in value) {
    const member = fields.get(name);
    if (member === undefined) continue;
    const inside = value[name] as Json | undefined;
    if (inside === undefined || inside === null) continue;
    if (!member.field.many) {
      const more = checkValue(walk, inside, value, member, name, -1);
      if (more) yield* more;
    } else if (Array.isArray(inside)) {
      for (let i = 0; i < inside.length; i++) {
        const item = inside[i];
        if (item === undefined || item === null) continue;
        const more = checkValue(walk, item, value, member, name, i);
        if (more) yield* more;
        if (walk.isTired) yield* walk.rest();
      }
    }
  }
  if (plan.own.length === 0) return;
  const more = checkInvariants(walk, plan.own, plan.fhirType, value, undefined);
  if (more) yield* more;
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
    return more;
  }
  if (!isMembers(value)) return undefined;
  if (kind === 'sibling') return checkSibling(walk, value, field, position);
  if (walk.report.depth > maxDepth) return undefined;
  if (kind === 'complex') return checkComplex(walk, value, parent, member, name, position);
  return checkResource(walk, value, name, position, name === 'contained' ? 'contained' : 'inside');
}

function* checkComplex(walk: Walk, value: Members, parent: Members, member: FieldPlan, name: string, position: number): Steps {
  const plan = planOfField(member);
  walk.report.enter(name, position, plan.type);
  const isExtension = plan.type === 'Extension';
  if (isExtension) walk.extensions.push(value['url'] ?? null);
  yield* checkMembers(walk, value, plan);
  if (member.invariants.length > 0) {
    const more = checkInvariants(walk, member.invariants, plan.fhirType, value, undefined);
    if (more) yield* more;
  }
  if (member.binding) checkBinding(walk, member.binding, value, plan.fhirType);
  if (isExtension) {
    yield* checkExtension(walk, value, parent, name === 'modifierExtension');
    walk.extensions.pop();
  } else if (plan.type === 'Reference') checkReference(walk, value, member.field.targets);
  walk.report.leave();
}

function* checkSibling(walk: Walk, value: Members, field: Field, at: number): Steps {
  walk.report.enter(field.name, at, field.type);
  yield* checkMembers(walk, value, planOf('Element'));
  walk.report.leave();
}
