// What stands inside a resource (http://hl7.org/fhir/R4/references.html#contained): which resources, and which of its references
// lead to them. A contained resource has no identity of its own: it is named by its container and the id that it has in there.
import type { Resource } from '../generated/types.ts';
import type { SearchParameter } from './contract.ts';
import { indexedParameters } from './parameters.ts';
import { idPattern, isResourceType } from './references.ts';

/** Those that can be named: with a type of R4 and an id, the first of each id. */
export function containedIn(container: Resource): Resource[] {
  const { contained } = container as { contained?: unknown };
  if (!Array.isArray(contained)) return [];
  const found = new Map<string, Resource>();
  for (const one of contained) {
    if (!isResource(one) || found.has(one.id)) continue;
    found.set(one.id, one);
  }
  return [...found.values()];
}

const isResource = (value: unknown): value is Resource & { id: string } =>
  typeof value === 'object' &&
  value !== null &&
  'resourceType' in value &&
  typeof value.resourceType === 'string' &&
  isResourceType(value.resourceType) &&
  'id' in value &&
  typeof value.id === 'string' &&
  idPattern.test(value.id);

/** What references inside a container can mean: by `#id`. */
export type Names = ReadonlyMap<string, Resource>;
export const namesOf = (contained: readonly Resource[]): Names => new Map(contained.map((one) => [`#${one.id}`, one]));

/** By which parameter `from` (the container or one of what it contains) points to which of them. */
export function insideReferences(from: Resource, names: Names): [SearchParameter, Resource][] {
  const seen = { any: false };
  const { contained: _, ...own } = from as Resource & { contained?: unknown };
  const literal = asLiterals(own, names, seen);
  if (!seen.any) return [];
  const found: [SearchParameter, Resource][] = [];
  for (const parameter of indexedParameters(from.resourceType)) {
    if (parameter.type !== 'reference' || parameter.canonical) continue;
    for (const value of parameter.extract(literal as Resource)) {
      const target = value.kind === 'reference' ? names.get(`#${value.id}`) : undefined;
      if (target !== undefined) found.push([parameter, target]);
    }
  }
  return found;
}

/**
 * The same with `#x` written as a literal reference, and without all others: so the search parameters, their conditions on the type
 * of what is pointed to among them, read it as they read everything.
 */
function asLiterals(value: unknown, names: Names, seen: { any: boolean }): unknown {
  if (Array.isArray(value)) return value.map((one) => asLiterals(one, names, seen));
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value;
  const out: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    if (name !== 'reference' || typeof member !== 'string') {
      out[name] = asLiterals(member, names, seen);
      continue;
    }
    const target = names.get(member);
    if (target === undefined) continue;
    out[name] = `${target.resourceType}/${target.id}`;
    seen.any = true;
  }
  return out;
}

/** Not a Decimal. */
const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
};
