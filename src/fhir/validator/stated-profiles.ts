// The profiles that a resource says it conforms to (meta.profile): each that is known here is checked, and it is said of each other
// that it was not (http://hl7.org/fhir/R4/resource.html#Meta).
import type { Json } from '../json.ts';
import { checkProfile } from './check-profile.ts';
import { isMembers, type Members, withoutVersion } from './definition.ts';
import type { Steps, Walk } from './walk.ts';

const r4 = 'http://hl7.org/fhir/StructureDefinition/';

export function* checkStatedProfiles(walk: Walk, resource: Members, type: string): Steps {
  const { meta } = resource;
  if (!isMembers(meta) || !Array.isArray(meta['profile'])) return;
  const stated: Json[] = meta['profile'];
  for (const [position, canonical] of stated.entries()) {
    if (typeof canonical === 'string') yield* checkAgainst(walk, resource, type, canonical, { name: 'meta.profile', position });
  }
}

/** `place`: where the profile is named; absent: the caller asks for it. */
export function* checkAgainst(
  walk: Walk,
  resource: Members,
  type: string,
  canonical: string,
  place?: { name: string; position: number },
): Steps {
  const { report } = walk;
  const before = report.profile;
  report.profile = canonical;
  yield* checkOne(walk, resource, type, canonical, place);
  report.profile = before;
}

function* checkOne(
  walk: Walk,
  resource: Members,
  type: string,
  canonical: string,
  place: { name: string; position: number } | undefined,
): Steps {
  const url = withoutVersion(canonical);
  if (url === r4 + type || url === `${r4}Resource` || url === `${r4}DomainResource`) return;
  const source = canonical;
  const profile = walk.profiles.get(url);
  if (!profile) {
    const why = walk.profiles.whyNot(url);
    const says = why === undefined ? 'is not known here, so it was not checked; add its package' : `could not be checked: ${why}`;
    walk.report.add(place ? 'warning' : 'error', 'profile', `The profile ${shownUrl(url)} ${says}`, { ...place, source });
    return;
  }
  if (profile.type !== type) {
    walk.report.add('error', 'profile', `The profile ${url} is about ${profile.type} and not ${type}. Remove it, or name one of ${type}`, {
      ...place,
      source,
    });
    return;
  }
  const wanted = canonical.slice(url.length + 1);
  if (wanted !== '' && profile.version !== undefined && wanted !== profile.version) {
    walk.report.add('information', 'profile', `Checked against version ${profile.version} of ${url}, the one that is here`, {
      ...place,
      source,
    });
  }
  yield* walk.visit(url, resource, () => checkProfile(walk, profile, resource));
}

const shownUrl = (url: string): string => (url.length > 200 ? `${url.slice(0, 200)}…` : url);
