// What a module has concluded in a batch and nobody has committed yet, by `Type/id`, and by what it points to: a question about one
// patient is held against that patient's conclusions, not against those of the whole batch.
import type { Resource, ResourceType } from '../../fhir/generated/types.ts';
import type { Query } from '../../fhir/search/contract.ts';

export class Concluded<One extends { resource: Resource }> extends Map<string, One> {
  readonly #byType = new Map<ResourceType, Set<string>>();
  /** `DetectedIssue Patient/1` → keys. One that was replaced may stay below what it pointed to before: it is looked at once more. */
  readonly #pointing = new Map<string, Set<string>>();

  override set(key: string, one: One): this {
    const { resource } = one;
    put(this.#byType, resource.resourceType, key);
    for (const target of targetsIn(resource)) put(this.#pointing, `${resource.resourceType} ${target}`, key);
    return super.set(key, one);
  }

  /** All that may match, and some that do not. */
  candidates({ type, where }: Query): One[] {
    const keys = this.#pointingAs(type, where) ?? this.#byType.get(type) ?? [];
    return [...keys].map((key) => this.get(key)!);
  }

  /** By the first clause that asks for literal references; undefined: none does. */
  #pointingAs(type: ResourceType, where: Query['where']): Iterable<string> | undefined {
    for (const clause of where) {
      if (clause.kind !== 'value' || clause.modifier !== undefined || clause.parameter.type !== 'reference') continue;
      const targets = clause.values.map((value) =>
        value.kind === 'reference' && value.type && value.id ? `${value.type}/${value.id}` : undefined,
      );
      if (targets.every((target) => target !== undefined))
        return new Set(targets.flatMap((target) => [...(this.#pointing.get(`${type} ${target}`) ?? [])]));
    }
    return undefined;
  }
}

function put<Key>(index: Map<Key, Set<string>>, at: Key, key: string): void {
  const held = index.get(at);
  if (held) held.add(key);
  else index.set(at, new Set([key]));
}

/** `Type/id` of everything that it points to, whatever server or version the reference names. */
function targetsIn(value: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const each of value) targetsIn(each, found);
  else if (typeof value === 'object' && value !== null)
    for (const [name, each] of Object.entries(value)) {
      const target =
        name === 'reference' && typeof each === 'string'
          ? /([A-Za-z]+\/[A-Za-z0-9.-]{1,64})(?:\/_history\/[A-Za-z0-9.-]{1,64})?$/.exec(each)?.[1]
          : undefined;
      if (target !== undefined) found.add(target);
      else targetsIn(each, found);
    }
  return found;
}
