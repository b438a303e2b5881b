// A resource that was sent: right type, structurally valid, its id where the interaction needs it.
import type { Resource, ResourceType } from '../../fhir/generated/types.ts';
import type { Json } from '../../fhir/json.ts';
import { fail, ok, type Problem, type Result } from '../../fhir/result.ts';
import { resourceInSteps, validateBundle } from '../../fhir/structure/validate.ts';
import { inSlices } from '../../record/slices.ts';
import type { FhirContext, FhirRequest } from './contract.ts';
import { shortenOwnReferences } from './own-references.ts';
import { checkWrite } from './validation.ts';

export const validId = (id: string): boolean => /^[A-Za-z0-9.-]{1,64}$/.test(id);

/** What is sent: who sends it, and where the warnings about it go. */
type Sent = Pick<FhirRequest, 'caller' | 'warnings'>;

/** As `incoming`, for a resource by itself, with everything that the site checks; a large one does not hold others up meanwhile. */
export async function incomingInSlices(
  body: Json | undefined,
  type: ResourceType,
  sent: Sent,
  context: FhirContext,
): Promise<Result<Resource>> {
  const resource = await structured(body, type, context.base);
  return resource.ok ? checked(resource.value, sent, context) : resource;
}

async function structured(body: Json | undefined, type: ResourceType, base: string): Promise<Result<Resource>> {
  if (type !== 'Bundle' || body === undefined) {
    const resource = await incoming(body, type);
    if (resource.ok) shortenOwnReferences(resource.value, base);
    return resource;
  }
  const found = await validateBundle(body, type);
  return found.length === 0 ? ok(body as unknown as Resource) : { ok: false, problem: together(found) };
}

/** A resource of right structure against the rules and profiles that the site checks. */
export async function checked(resource: Resource, sent: Sent, { validation }: Pick<FhirContext, 'validation'>): Promise<Result<Resource>> {
  if (validation === undefined) return ok(resource);
  const found = await checkWrite(resource, sent.caller, validation);
  if (!found.ok) return found;
  if (found.value.length > 0) sent.warnings = found.value;
  return ok(resource);
}

/** Checks everything that a write checks before the record is asked. Findings beyond the first are in `also`. */
export async function incoming(body: Json | undefined, type: ResourceType): Promise<Result<Resource>> {
  if (body === undefined) return fail('invalid', `The request has no body: send the ${type} as application/fhir+json`);
  return inSlices(resourceInSteps(body, type));
}

export const together = ([first, ...also]: Problem[]): Problem => (also.length === 0 ? first! : { ...first!, also });

/** PUT: the id in the body must be the one in the address (http://hl7.org/fhir/R4/http.html#update). */
export function sameId(resource: Resource, id: string): Problem | undefined {
  if (resource.id === id) return undefined;
  const says = resource.id === undefined ? 'has no id' : `has the id "${resource.id}"`;
  return fail('invalid', `The resource ${says}, but the address names "${id}": both must be the same`, `${resource.resourceType}.id`)
    .problem;
}
