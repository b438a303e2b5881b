// References to ourselves by our whole address. `https://here/fhir/Patient/1` and `Patient/1` mean the same to a client
// (http://hl7.org/fhir/R4/references.html#literal), but the record knows only the second: a result that names its patient by
// our address would be missing from that patient's chart. It is therefore stored in the short form.
import type { Resource } from '../../fhir/generated/types.ts';

const local = /^[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}(\/_history\/[A-Za-z0-9.-]{1,64})?(#.*)?$/;

/** The short form of a reference to a resource of ours; undefined where it is none. */
export function ownReference(reference: string, base: string): string | undefined {
  if (!reference.startsWith(base) || reference[base.length] !== '/') return undefined;
  const rest = reference.slice(base.length + 1);
  return local.test(rest) ? rest : undefined;
}

/** Shortens every `reference` of the resource in place. A Bundle is a document of its own and stays as it was sent. */
export function shortenOwnReferences(resource: Resource, base: string): void {
  if (resource.resourceType !== 'Bundle') shorten(resource as object, base);
}

function shorten(value: object, base: string): void {
  if (Array.isArray(value)) {
    for (const one of value as unknown[]) if (typeof one === 'object' && one !== null) shorten(one, base);
    return;
  }
  const members = value as Record<string, unknown>;
  for (const name in members) {
    const member = members[name];
    if (typeof member === 'object' && member !== null) shorten(member, base);
    else if (name === 'reference' && typeof member === 'string') members[name] = ownReference(member, base) ?? member;
  }
}
