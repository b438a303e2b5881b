// Resources as they stand in the record and as a message names them: their names, what of them is the record's own, and references led
// to what the record has.
import type { Resource } from '../fhir/generated/types.ts';
import { writeJson } from '../fhir/json.ts';
import { asResource } from '../fhir/structure/validate.ts';

export const nameOf = (resource: Resource): string => `${resource.resourceType}/${resource.id ?? ''}`;

export const saysTheSame = (one: Resource, other: Resource): boolean =>
  one === other || writeJson(withoutMeta(one)) === writeJson(withoutMeta(other));

export const asStored = (value: unknown): Resource => {
  const resource = asResource(value);
  if (!resource.ok) throw new Error(`the record holds what is no resource: ${resource.problem.message}`);
  return resource.value;
};

export function withoutMeta(resource: Resource): Resource {
  const { meta } = resource;
  if (meta === undefined) return resource;
  const { versionId: _version, lastUpdated: _updated, ...kept } = meta;
  const { meta: _meta, ...rest } = resource;
  return Object.keys(kept).length === 0 ? (rest as Resource) : ({ ...rest, meta: kept } as Resource);
}

/** The resource under the name that it has in the record, its references likewise; those to a merged patient lead to who stays. */
export function pointed(
  resource: Resource,
  name: string,
  names: ReadonlyMap<string, string>,
  patients: ReadonlyMap<string, string>,
): Resource {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) {
      const list = value.map(walk);
      return list.some((one, at) => one !== value[at]) ? list : value;
    }
    if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
    let copy: Record<string, unknown> | undefined;
    for (const [key, one] of Object.entries(value)) {
      const next = key === 'reference' && typeof one === 'string' ? where(one) : walk(one);
      if (next !== one) {
        copy ??= { ...value };
        copy[key] = next;
      }
    }
    return copy ?? value;
  };
  const where = (reference: string): string => {
    const meant = names.get(reference) ?? reference;
    return patients.get(meant) ?? meant;
  };
  const own = { ...resource, id: name.slice(name.indexOf('/') + 1) };
  // A Patient's links say who replaced whom and are never led on.
  if (resource.resourceType === 'Patient') return own;
  return walk(own) as Resource;
}
