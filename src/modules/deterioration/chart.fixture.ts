// A chart in memory, with just the search that the module asks for, and a ward round that feeds changes to the module.
import type { Observation, Resource, ResourceType } from '../../fhir/generated/types.ts';
import { fail, ok } from '../../fhir/result.ts';
import type { Chart, Conclusion, Module, ModuleChange } from '../contract.ts';

export class ChartInMemory implements Chart {
  readonly resources = new Map<string, { resource: Resource; version: number }>();
  searches = 0;

  async read(type: ResourceType, id: string) {
    const found = this.resources.get(`${type}/${id}`);
    return found ? ok(found.resource) : fail('not-found', `${type}/${id}`);
  }

  async search(type: ResourceType, query: string) {
    this.searches++;
    const parameters = query.split('&').map((pair): [string, string] => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), pair.slice(at + 1)];
    });
    const found = [...this.resources.values()]
      .map((entry) => entry.resource)
      .filter((resource): resource is Observation => resource.resourceType === 'Observation' && type === 'Observation')
      .filter((observation) => parameters.every(([name, value]) => holds(observation, name, value)))
      .sort((a, b) => timeOf(b) - timeOf(a));
    const count = Number(parameters.find(([name]) => name === '_count')?.[1] ?? 20);
    return ok<Resource[]>(found.slice(0, count));
  }

  /** Stores a resource, answers the change that a follower sees. */
  put(resource: Resource): ModuleChange {
    const key = `${resource.resourceType}/${resource.id}`;
    const version = (this.resources.get(key)?.version ?? 0) + 1;
    this.resources.set(key, { resource: { ...resource, meta: { versionId: String(version) } }, version });
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

const timeOf = (o: Observation): number => Date.parse(o.effectiveDateTime ?? o.effectiveInstant ?? o.effectivePeriod?.end ?? '');

function holds(observation: Observation, name: string, value: string): boolean {
  switch (name) {
    case 'patient':
      return observation.subject?.reference === value;
    case 'code':
      return value.split(',').some((token) => observation.code.coding?.some((c) => `${c.system}|${c.code}` === token));
    case 'derived-from':
      return observation.derivedFrom?.some((reference) => reference.reference === value) ?? false;
    case 'date':
      return value.startsWith('ge') ? timeOf(observation) >= Date.parse(value.slice(2)) : timeOf(observation) <= Date.parse(value.slice(2));
    case '_sort':
    case '_count':
      return true;
    default:
      throw new Error(`the chart in memory has no search parameter ${name}`);
  }
}
