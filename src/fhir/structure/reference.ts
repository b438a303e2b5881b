// Whether a Reference can be followed and may point where it points (http://hl7.org/fhir/R4/references.html). Whether the target
// exists is the record's question.
import { resourceTypes } from './rules.ts';

/** `Patient/123` and `Patient/123/_history/4`, as the end of an absolute address too. */
const literal = /^(?:https?:\/\/.*\/)?([A-Za-z]+)\/([^/?#]+)(?:\/_history\/([^/?#]+))?$/;
const isId = /^[A-Za-z0-9\-.]{1,64}$/;

/** Faults of the elements `reference` and `type`: name and sentence. `targets`: types allowed here, undefined where all are. */
export function referenceFaults(
  members: Record<string, unknown>,
  targets: ReadonlySet<string> | undefined,
): [name: string, message: string][] {
  const faults: [string, string][] = [];
  const { reference, type } = members;
  // An address of another system's logical model is allowed in `type`; only bare names are resource types.
  const stated = typeof type === 'string' && !type.includes(':') ? type : undefined;
  if (stated !== undefined && !resourceTypes.has(stated)) faults.push(['type', 'Write the name of a resource type of R4']);
  else if (stated !== undefined && targets && !targets.has(stated)) faults.push(['type', allowed(targets)]);
  if (typeof reference !== 'string') return faults;

  const parts = literal.exec(reference);
  const target = parts?.[1];
  if (target === undefined || (parts?.[0].includes('://') && !resourceTypes.has(target))) {
    if (!/^(#|[A-Za-z][A-Za-z0-9+.-]*:|[A-Z][A-Za-z]*\?)/.test(reference)) faults.push(['reference', forms]);
    return faults;
  }
  if (!resourceTypes.has(target)) faults.push(['reference', forms]);
  else if (!isId.test(parts?.[2] as string))
    faults.push(['reference', 'Use 1 to 64 characters of A-Z a-z 0-9 - and . for the id in the reference']);
  else if (targets && !targets.has(target)) faults.push(['reference', allowed(targets)]);
  else if (stated !== undefined && stated !== target)
    faults.push(['type', `Make the type agree with the reference, which points to a ${target}`]);
  return faults;
}

const forms = 'Write the reference as Type/id, an absolute address, urn:uuid:…, or #id of a contained resource';
const allowed = (targets: ReadonlySet<string>): string => `Refer to a resource of type ${[...targets].join(', ')}`;
