// Resources as they stand in the record and as a message names them: their names, what of them is the record's own, and references led
// to what the record has.
import { Decimal } from '../fhir/decimal.ts';
import type { Resource } from '../fhir/generated/types.ts';

export const nameOf = (resource: Resource): string => `${resource.resourceType}/${resource.id ?? ''}`;

export const isResource = (value: unknown): value is Resource => typeof value === 'object' && value !== null && 'resourceType' in value;

/** Whatever the order of their members, and but for what is the record's own. */
export const saysTheSame = (one: Resource, other: Resource): boolean => one === other || isSame(withoutMeta(one), withoutMeta(other));

/** Whether two values are the same JSON but for the order of members. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return isSameNumber(one, other);
  if (Array.isArray(one)) return Array.isArray(other) && one.length === other.length && one.every((item, at) => isSame(item, other[at]));
  if (one instanceof Decimal || other instanceof Decimal) return isSameNumber(one, other);
  if (Array.isArray(other)) return false;
  // Asked of every resource that a message says: no lists of members are made for it. Neither is more than JSON has.
  let left = 0;
  for (const name in one) {
    const value = (one as Record<string, unknown>)[name];
    if (value === undefined) continue;
    left++;
    if (!Object.hasOwn(other, name) || !isSame(value, (other as Record<string, unknown>)[name])) return false;
  }
  for (const name in other) if ((other as Record<string, unknown>)[name] !== undefined) left--;
  return left === 0;
}

/** By its digits: 1.50 is not 1.5. */
const isSameNumber = (one: unknown, other: unknown): boolean =>
  (one instanceof Decimal || other instanceof Decimal) && isNumber(one) && isNumber(other) && String(one) === String(other);
const isNumber = (value: unknown): boolean => typeof value === 'number' || value instanceof Decimal;

export function withoutMeta(resource: Resource): Resource {
  const { meta } = resource;
  if (meta === undefined) return resource;
  const { versionId: _version, lastUpdated: _updated, ...kept } = meta;
  const { meta: _meta, ...rest } = resource;
  return Object.keys(kept).length === 0 ? (rest as Resource) : ({ ...rest, meta: kept } as Resource);
}

/**
 * The resource under the name that it has in the record, its references likewise; those to a merged patient lead to who stays. `names`
 * and `patients` hold what has another name by that.
 */
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
  const id = name.slice(name.indexOf('/') + 1);
  const own = resource.id === id ? resource : { ...resource, id };
  // A Patient's links say who replaced whom and are never led on.
  if (resource.resourceType === 'Patient' || (names.size === 0 && patients.size === 0)) return own;
  return walk(own) as Resource;
}
