// A Reference (http://hl7.org/fhir/R4/references.html): whether what it points to is inside, of a type that may stand there, and
// conforms to the profile that is asked for. What is not inside becomes a question.
import { checkProfile } from './check-profile.ts';
import type { Members } from './definition.ts';
import { resolve } from './resolve.ts';
import type { Steps, Walk } from './walk.ts';

/** `Patient/1`, `https://host/Patient/1/_history/2`: the type that the address names. */
const literal = /^(?:https?:\/\/.*\/)?([A-Z][A-Za-z]+)\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;
const r4 = 'http://hl7.org/fhir/StructureDefinition/';

/** By the base definition; `targets`: types, undefined where all are allowed. */
export function checkReference(walk: Walk, value: Members, targets: ReadonlySet<string> | undefined): void {
  const { reference } = value;
  if (typeof reference !== 'string') return;
  const found = resolve(walk, reference);
  if (found) {
    const type = found.value['resourceType'];
    if (targets && typeof type === 'string' && !targets.has(type)) {
      walk.report.add('error', 'reference', `Refer to a resource of type ${[...targets].join(', ')}: this one is of type ${type}`, {
        name: 'reference',
      });
    }
    return;
  }
  if (reference.startsWith('#')) {
    walk.report.add(
      'error',
      'reference',
      'No contained resource has this id. Add it to "contained" of the outer resource, or correct the reference (ref-1)',
      {
        name: 'reference',
        source: 'ref-1',
      },
    );
    return;
  }
  walk.report.ask({
    kind: 'reference',
    reference,
    targets: targets ? [...targets] : [],
    profiles: [],
    where: walk.report.where('reference'),
  });
}

/** By a profile: `targets` are canonicals, of which the target must conform to one. */
export function* checkTargets(walk: Walk, value: Members, targets: readonly string[], profile: string): Steps {
  const { reference } = value;
  if (typeof reference !== 'string') return;
  const found = resolve(walk, reference);
  const stated = value['type'];
  const type = found ? found.value['resourceType'] : (literal.exec(reference)?.[1] ?? stated);
  const allowed = targets.map((target) => typeOfTarget(walk, target));
  if (typeof type === 'string' && !allowed.some((one) => one === undefined || one === type || one === 'Resource')) {
    walk.report.add('error', 'reference', `Refer to a resource of type ${[...new Set(allowed)].join(', ')}: this one is of type ${type}`, {
      name: 'reference',
      source: profile,
    });
    return;
  }
  if (found) {
    for (const [i, target] of targets.entries()) if (yield* conforms(walk, target, allowed[i], found.value)) return;
    const says = `The resource that is referred to conforms to none of ${targets.join(', ')}. Correct it, or refer to another`;
    walk.report.add('error', 'reference', says, { name: 'reference', source: profile });
    return;
  }
  const profiles = targets.filter((target) => !target.startsWith(r4) || walk.profiles.get(target));
  if (reference.startsWith('#') || profiles.length < targets.length) return;
  walk.report.ask({
    kind: 'reference',
    reference,
    targets: allowed.every((one) => one !== undefined) ? [...new Set(allowed as string[])] : [],
    profiles,
    where: walk.report.where('reference'),
  });
}

/** How the target may be given: `contained`, `bundled` beside it, or `referenced` elsewhere. */
export function checkAggregation(walk: Walk, value: Members, aggregation: readonly string[], profile: string): void {
  const { reference } = value;
  if (typeof reference !== 'string') return;
  const how = resolve(walk, reference)?.how ?? (reference.startsWith('#') ? 'contained' : 'referenced');
  // What is an entry of the Bundle is referenced too.
  if (aggregation.includes(how) || (how === 'bundled' && aggregation.includes('referenced'))) return;
  walk.report.add('error', 'reference', `Give the target ${aggregation.join(' or ')}: ${profile} does not allow it to be ${how}`, {
    name: 'reference',
    source: profile,
  });
}

/** Undefined where the profile is not known here, and so may be about any type. */
export function typeOfTarget(walk: Walk, target: string): string | undefined {
  const known = walk.profiles.get(target);
  if (known) return known.type;
  return target.startsWith(r4) ? target.slice(r4.length) : undefined;
}

function* conforms(walk: Walk, target: string, type: string | undefined, value: Members): Generator<undefined, boolean> {
  const known = walk.profiles.get(target);
  if (type !== undefined && type !== 'Resource' && type !== value['resourceType']) return false;
  return known === undefined || (yield* walk.conforms(target, value, () => checkProfile(walk, known, value)));
}
