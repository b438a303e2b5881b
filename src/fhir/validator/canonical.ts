// A canonical (http://hl7.org/fhir/R4/references.html#canonical): where the definition that it names is at hand, it must be of a type
// that may stand there. What is not at hand is nobody's fault and is passed over, as R4 asks of addresses that cannot be resolved.
import type { Json } from '../json.ts';
import { r4 } from './plan.ts';
import { typeOfTarget } from './reference.ts';
import type { Place } from './report.ts';
import { resolve } from './resolve.ts';
import type { Walk } from './walk.ts';

/** `targets`: types. `profile`: who asks, where not R4 itself. */
export function checkCanonical(walk: Walk, value: Json, targets: ReadonlySet<string>, place: Place, profile?: string): void {
  if (typeof value !== 'string') return;
  const type = typeAtHand(walk, value, targets);
  if (type === undefined || targets.has(type)) return;
  const source = profile === undefined ? {} : { source: profile };
  walk.report.add('error', 'reference', `Name a definition of type ${[...targets].join(', ')}: this one is a ${type}`, {
    ...place,
    ...source,
  });
}

/** By a profile: `targets` are canonicals of profiles. One that is about a type that is not known here may be about any. */
export function checkCanonicalTargets(walk: Walk, value: Json, targets: readonly string[], place: Place, profile: string): void {
  const types = targets.map((target) => typeOfTarget(walk, target));
  if (types.some((type) => type === undefined || type === 'Resource' || type === 'DomainResource')) return;
  checkCanonical(walk, value, new Set(types as string[]), place, profile);
}

function typeAtHand(walk: Walk, canonical: string, targets: ReadonlySet<string>): string | undefined {
  const found = canonical.startsWith('#') ? resolve(walk, canonical)?.value : walk.bundle?.named(canonical);
  const type = found?.['resourceType'];
  if (typeof type === 'string') return type;
  if (canonical.startsWith('#')) return undefined;
  const url = canonical.replace(/[#|].*$/, '');
  // What is right anyway needs no look.
  if (!targets.has('StructureDefinition') && isDefinition(walk, url)) return 'StructureDefinition';
  if (!targets.has('ValueSet') && walk.codes?.memberOf(url, { system: '', code: '' }) !== undefined) return 'ValueSet';
  return undefined;
}

const ofR4 = 'http://hl7.org/fhir/StructureDefinition/';
const isDefinition = (walk: Walk, url: string): boolean =>
  walk.profiles.has(url) || (url.startsWith(ofR4) && r4.has(url.slice(ofR4.length)));
