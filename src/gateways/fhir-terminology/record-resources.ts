// CodeSystem, ValueSet and ConceptMap of the record for the terminology service: searched as the caller, under the caller's rights and
// with a row in the audit trail, as any other search.
import type { CodeSystem, ConceptMap, Resource, ValueSet } from '../../fhir/generated/types.ts';
import { parseQuery } from '../../fhir/search/query.ts';
import { partsOf } from '../../fhir/terminology/source.ts';
import type { Caller, RecordStore, Stored } from '../../record/contract.ts';
import type { TerminologyResources } from '../../terminology/resources.ts';

type Kind = 'CodeSystem' | 'ValueSet' | 'ConceptMap';

/** Versions of resources that were parsed, so that a code system is not read anew for every question. */
const keptMax = 64;
const kept = new Map<string, Resource>();

export function recordResources(record: RecordStore, caller: Caller): TerminologyResources {
  const search = async (type: Kind, pairs: [string, string][]): Promise<Resource[]> => {
    const query = parseQuery(type, [...pairs, ['_sort', '-_lastUpdated'], ['_count', '20']]);
    if (!query.ok) return [];
    const page = await record.search(caller, query.value);
    // Who may not search them is answered as if there were none.
    return page.ok ? page.value.matches.map(parsed) : [];
  };
  const find = async (type: Kind, canonical: string): Promise<Resource | undefined> => {
    const { url, version } = partsOf(canonical);
    const [found] = await search(type, [
      ['url', escaped(url)],
      ...(version === undefined ? [] : [['version', escaped(version)] as [string, string]]),
    ]);
    return found;
  };
  return {
    codeSystem: async (canonical) => (await find('CodeSystem', canonical)) as CodeSystem | undefined,
    valueSet: async (canonical) => (await find('ValueSet', canonical)) as ValueSet | undefined,
    conceptMap: async (canonical) => (await find('ConceptMap', canonical)) as ConceptMap | undefined,
    async conceptMaps(of) {
      const found: Resource[] = [];
      for (const name of ['source-uri', 'target-uri', 'source-system', 'target-system', 'source', 'target'])
        found.push(...(await search('ConceptMap', [[name, escaped(of)]])));
      return [...new Set(found)] as ConceptMap[];
    },
  };
}

/** Commas and dollars separate values in a search. */
const escaped = (value: string): string => value.replace(/[\\,$|]/g, (sign) => `\\${sign}`);

export function parsed(stored: Stored): Resource {
  const key = `${stored.type}/${stored.id}/${stored.version}/${stored.lastUpdated.getTime()}`;
  const there = kept.get(key);
  kept.delete(key);
  const resource = there ?? (JSON.parse(stored.body) as Resource);
  kept.set(key, resource);
  if (kept.size > keptMax) kept.delete(kept.keys().next().value!);
  return resource;
}

/** With a resource that was handed in, or is meant by its id, before all others of its address. */
export function withResource(resources: TerminologyResources, resource: Resource | undefined): TerminologyResources {
  if (resource === undefined || !('url' in resource) || typeof resource.url !== 'string') return resources;
  const { resourceType: type, url } = resource;
  const version = 'version' in resource && typeof resource.version === 'string' ? resource.version : undefined;
  const isMeant = (kind: Kind, canonical: string): boolean => kind === type && (canonical === url || canonical === `${url}|${version}`);
  return {
    ...resources,
    codeSystem: async (canonical) => (isMeant('CodeSystem', canonical) ? (resource as CodeSystem) : resources.codeSystem(canonical)),
    valueSet: async (canonical) => (isMeant('ValueSet', canonical) ? (resource as ValueSet) : resources.valueSet(canonical)),
    conceptMap: async (canonical) => (isMeant('ConceptMap', canonical) ? (resource as ConceptMap) : resources.conceptMap(canonical)),
  };
}
