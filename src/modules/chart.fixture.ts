// A chart in memory, searched by the plain evaluation of R4 search, and a feed that hands its changes to the module.
import type { Resource, ResourceType } from '../fhir/generated/types.ts';
import { fail, ok } from '../fhir/result.ts';
import { compareBy, holds, type World } from '../fhir/search/matches.ts';
import { parseQuery } from '../fhir/search/query.ts';
import type { Chart, Conclusion, Module, ModuleChange } from './contract.ts';

export class ChartInMemory implements Chart {
  readonly resources = new Map<string, { resource: Resource; version: number }>();
  searches = 0;
  private readonly world: World = {
    read: (type, id) => this.resources.get(`${type}/${id}`)?.resource,
    all: (type) => [...this.resources.values()].map((entry) => entry.resource).filter((resource) => resource.resourceType === type),
  };

  async read(type: ResourceType, id: string) {
    const found = this.resources.get(`${type}/${id}`);
    return found ? ok(found.resource) : fail('not-found', `${type}/${id}`);
  }

  async search(type: ResourceType, query: string) {
    this.searches++;
    const asked = parseQuery(type, [...new URLSearchParams(query)]);
    if (!asked.ok) return asked;
    const found = [...this.resources.values()]
      .map((entry) => entry.resource)
      .filter((resource) => resource.resourceType === type && asked.value.where.every((clause) => holds(clause, resource, this.world)))
      .sort(compareBy(asked.value.sort));
    if (asked.value.count === undefined && found.length > 1000)
      return fail('too-costly', `there are more than 1000 of ${type}: not all were read`);
    return ok(found.slice(0, asked.value.count));
  }

  /** Stores a resource, answers the change that a follower sees. */
  put(resource: Resource): ModuleChange {
    const key = `${resource.resourceType}/${resource.id}`;
    const version = (this.resources.get(key)?.version ?? 0) + 1;
    this.resources.set(key, { resource: { ...resource, meta: { ...resource.meta, versionId: String(version) } }, version });
    const operation = version === 1 ? 'create' : 'update';
    return { position: 0n, operation, type: resource.resourceType, id: resource.id ?? '', version, after: resource };
  }

  delete(type: ResourceType, id: string): ModuleChange {
    const version = (this.resources.get(`${type}/${id}`)?.version ?? 0) + 1;
    this.resources.delete(`${type}/${id}`);
    return { position: 0n, operation: 'delete', type, id, version, after: null };
  }

  /** Lets the module follow the changes and stores what it concludes, its reaction to that included. */
  async follow(module: Module, ...changes: ModuleChange[]): Promise<Conclusion[]> {
    const all: Conclusion[] = [];
    for (const change of changes) {
      const conclusions = (await module.follow?.(change, this)) ?? [];
      const own = conclusions.map((conclusion) => this.put(conclusion.resource));
      all.push(...conclusions, ...(await this.follow(module, ...own)));
    }
    return all;
  }
}
