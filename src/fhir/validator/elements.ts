// The walk over everything that is there, by the rules of R4 itself: invariants, bindings, references, extensions, contained
// resources. What is not of R4's form the structural walk has refused already; here it is passed over.
import type { Json } from '../json.ts';
import { resourceTypes } from '../structure/rules.ts';
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
import type { Walk } from './walk.ts';

/** As the structural walk, which is shallower than any stack. */
const maxDepth = 100;

export type ResourcePlace = 'root' | 'contained' | 'inside';

/** `name` and `position`: the member that it is, its type for a root. */
export function checkResource(walk: Walk, resource: Members, name: string, position: number, place: ResourcePlace): void {
  const steps = resourceInSteps(walk, resource, name, position, place);
  while (steps.next().done !== true);
}

/** The same with a step after each entry of a Bundle. */
export function* resourceInSteps(
  walk: Walk,
  resource: Members,
  name: string,
  position: number,
  place: ResourcePlace,
): Generator<undefined, void> {
  const type = resource['resourceType'];
  if (typeof type !== 'string' || !resourceTypes.has(type)) return;
  const plan = planOf(type);
  const back = walk.into(resource, place === 'contained');
  walk.report.enter(name, position, type);
  if (type === 'Bundle') yield* bundleInSteps(walk, resource, plan);
  else checkMembers(walk, resource, plan);
  if (place !== 'contained') checkContained(walk, resource);
  checkStatedProfiles(walk, resource, type);
  walk.report.leave();
  back();
}

function* bundleInSteps(walk: Walk, bundle: Members, plan: Plan): Generator<undefined, void> {
  const { bundle: outer, fullUrl } = walk;
  walk.bundle = new BundleIndex(bundle);
  const { entry: entries, ...around } = bundle;
  checkMembers(walk, around, plan);
  checkBundle(walk, bundle);
  const member = plan.fields.get('entry');
  const seen: SeenEntries = new Map();
  for (let i = 0; member && Array.isArray(entries) && i < entries.length; i++) {
    const entry = entries[i];
    if (!isMembers(entry)) continue;
    walk.fullUrl = typeof entry['fullUrl'] === 'string' ? entry['fullUrl'] : undefined;
    checkEntry(walk, bundle['type'], entry, i, seen);
    checkValue(walk, entry, bundle, member, 'entry', i);
    yield;
  }
  walk.bundle = outer;
  walk.fullUrl = fullUrl;
}

function checkMembers(walk: Walk, value: Members, plan: Plan): void {
  const { fields } = plan;
  for (const name in value) {
    const member = fields.get(name);
    if (member === undefined) continue;
    const inside = value[name] as Json | undefined;
    if (inside === undefined || inside === null) continue;
    if (!member.field.many) checkValue(walk, inside, value, member, name, -1);
    else if (Array.isArray(inside)) {
      for (let i = 0; i < inside.length; i++) {
        const item = inside[i];
        if (item !== undefined && item !== null) checkValue(walk, item, value, member, name, i);
      }
    }
  }
  if (plan.own.length > 0) checkInvariants(walk, plan.own, plan.fhirType, value, undefined);
}

function checkValue(walk: Walk, value: Json, parent: Members, member: FieldPlan, name: string, position: number): void {
  const { kind, field } = member;
  if (kind === 'complex') {
    if (!isMembers(value) || walk.report.depth > maxDepth) return;
    const plan = planOfField(member);
    walk.report.enter(name, position, plan.type);
    const isExtension = plan.type === 'Extension';
    if (isExtension) walk.extensions.push(value['url'] ?? null);
    checkMembers(walk, value, plan);
    if (member.invariants.length > 0) checkInvariants(walk, member.invariants, plan.fhirType, value, undefined);
    if (member.binding) checkBinding(walk, member.binding, value, plan.fhirType);
    if (isExtension) {
      checkExtension(walk, value, parent, name === 'modifierExtension');
      walk.extensions.pop();
    } else if (plan.type === 'Reference') checkReference(walk, value, field.targets);
    walk.report.leave();
  } else if (kind === 'resource') {
    if (isMembers(value) && walk.report.depth <= maxDepth)
      checkResource(walk, value, name, position, name === 'contained' ? 'contained' : 'inside');
  } else if (kind === 'primitive') {
    const place = { name, position };
    if (member.invariants.length > 0) checkInvariants(walk, member.invariants, field.type, value, parent[`_${name}`], place);
    if (member.binding) checkBinding(walk, member.binding, value, field.type, place);
  } else if (isMembers(value)) {
    walk.report.enter(field.name, position, field.type);
    checkMembers(walk, value, planOf('Element'));
    walk.report.leave();
  }
}
