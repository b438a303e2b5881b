// Reading the text of a reference: `Patient/1`, `http://other.org/fhir/Patient/1`, `urn:uuid:…`, `#contained`, canonical URLs.
// Rules: http://hl7.org/fhir/R4/references.html#literal and http://hl7.org/fhir/R4/search.html#reference.
import { type ResourceType, resourceTypes } from '../generated/types.ts';

const known: ReadonlySet<string> = new Set(resourceTypes);

export const isResourceType = (name: string): name is ResourceType => known.has(name);

export const idPattern = /^[A-Za-z0-9\-.]{1,64}$/;

const relative = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;
const absolute = /\/([A-Z][A-Za-z]+)\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;

export type Target = { type: ResourceType; id: string } | { url: string };

/** A version is dropped. `undefined` for what is inside the resource (`#x`) or empty. */
export function parseReference(text: string): Target | undefined {
  if (text === '' || text.charCodeAt(0) === 35) return undefined;
  const match = relative.exec(text);
  if (match && isResourceType(match[1] as string)) return { type: match[1] as ResourceType, id: match[2] as string };
  return { url: text };
}

/** The resource type that the text of a reference tells: `undefined` where it tells none, as for `urn:uuid:…`. */
export function typeOfReference(text: string): ResourceType | undefined {
  const match = relative.exec(text) ?? absolute.exec(text);
  return match && isResourceType(match[1] as string) ? (match[1] as ResourceType) : undefined;
}
