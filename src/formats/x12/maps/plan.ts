// What planning a new transaction needs: the resources at hand by reference, and loops with what they speak of.
import type { Resource } from '../../../fhir/generated/types.ts';
import type { Json } from '../../../fhir/json.ts';
import { codingOf } from '../codec.ts';
import { join, type Place, type Roles } from '../heard.ts';
import { getAt, isNode, type Node } from '../node.ts';
import type { OutLoop } from '../speak.ts';
import { de } from '../systems.ts';

export type Roled = readonly [role: string, place: Place | undefined];

export const out = (id: string, roles: readonly Roled[], level?: string, loops: OutLoop[] = []): OutLoop => {
  const all: Roles = new Map();
  for (const [role, place] of roles) if (place !== undefined) all.set(role, place);
  return { id, roles: all, loops, ...(level === undefined ? {} : { level }) };
};

export const at = (place: Place, base: string): Place => ({ ...place, base });
export const valueAt = (place: Place | undefined, path: string): Json | undefined =>
  place === undefined ? undefined : getAt(place.resource, join(place.base, path));
export function listOf(place: Place, path: string): Json[] {
  const list = valueAt(place, path);
  return Array.isArray(list) ? list : [];
}

/** A typed resource as the engine walks it: its members are JSON by construction. */
const isJsonObject = (value: unknown): value is Node => isNode(value);

export class Chart {
  readonly #places = new Map<string, Place>();

  constructor(resources: readonly Resource[]) {
    for (const resource of resources) {
      const ref = `${resource.resourceType}/${resource.id ?? ''}`;
      if (isJsonObject(resource)) this.#places.set(ref, { ref, resource, base: '' });
    }
  }

  all(type: string): Place[] {
    return [...this.#places.values()].filter(({ resource }) => resource['resourceType'] === type);
  }

  find(ref: string): Place | undefined {
    return this.#places.get(ref);
  }

  refers(value: Json, ref: string): boolean {
    return (
      isNode(value) && typeof value['reference'] === 'string' && (value['reference'] === ref || value['reference'].endsWith(`/${ref}`))
    );
  }

  /** What a reference in this place leads to, where it is at hand. */
  follow(place: Place | undefined, path: string): Place | undefined {
    const value = valueAt(place, path);
    const reference = isNode(value) && typeof value['reference'] === 'string' ? value['reference'] : '';
    return this.#places.get(reference) ?? this.#places.get(reference.split('/').slice(-2).join('/'));
  }

  /** Who took part in a submission under this code of element 98. */
  agent(submission: Place | undefined, code: string): Place | undefined {
    if (submission === undefined) return undefined;
    const index = listOf(submission, 'agent').findIndex((one) => isNode(one) && codingOf(one['type'], de(98)) === code);
    return index < 0 ? undefined : this.follow(at(submission, `agent[${index}]`), 'who');
  }
}
