// A resource that was sent: right type, structurally valid, its id where the interaction needs it.
import type { Resource, ResourceType } from '../../fhir/generated/types.ts';
import type { Json } from '../../fhir/json.ts';
import { fail, ok, type Problem, type Result } from '../../fhir/result.ts';
import { asResource, validateBundle } from '../../fhir/structure/validate.ts';
import { shortenOwnReferences } from './own-references.ts';

export const validId = (id: string): boolean => /^[A-Za-z0-9.-]{1,64}$/.test(id);

/** As `incoming`, for a resource by itself; a large Bundle does not hold others up while it is checked. `base`: our own address. */
export async function incomingInSlices(body: Json | undefined, type: ResourceType, base: string): Promise<Result<Resource>> {
  if (type !== 'Bundle' || body === undefined) {
    const resource = incoming(body, type);
    if (resource.ok) shortenOwnReferences(resource.value, base);
    return resource;
  }
  const found = await validateBundle(body, type);
  return found.length === 0 ? ok(body as unknown as Resource) : { ok: false, problem: together(found) };
}

/** Checks everything that a write checks before the record is asked. Findings beyond the first are in `also`. */
export function incoming(body: Json | undefined, type: ResourceType): Result<Resource> {
  if (body === undefined) return fail('invalid', `The request has no body: send the ${type} as application/fhir+json`);
  return asResource(body, type);
}

export const together = ([first, ...also]: Problem[]): Problem => (also.length === 0 ? first! : { ...first!, also });

/** PUT: the id in the body must be the one in the address (http://hl7.org/fhir/R4/http.html#update). */
export function sameId(resource: Resource, id: string): Problem | undefined {
  if (resource.id === id) return undefined;
  const says = resource.id === undefined ? 'has no id' : `has the id "${resource.id}"`;
  return fail('invalid', `The resource ${says}, but the address names "${id}": both must be the same`, `${resource.resourceType}.id`)
    .problem;
}
