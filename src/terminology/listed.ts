// Code systems, value sets and maps that are held in memory: lists of knowledge/ and of a site's own folders.
import type { CodeSystem, ConceptMap, Resource, ValueSet } from '../fhir/generated/types.ts';
import { partsOf } from '../fhir/terminology/source.ts';
import type { TerminologyResources } from './resources.ts';

export type Listed = CodeSystem | ValueSet | ConceptMap;

export const isListed = (resource: Resource): resource is Listed =>
  ['CodeSystem', 'ValueSet', 'ConceptMap'].includes(resource.resourceType);

/** Of two with the same type, url and version the later one counts; without a version in the question the last that was given. */
export function listed(resources: readonly Listed[]): TerminologyResources {
  const find = (type: Listed['resourceType'], canonical: string): Listed | undefined => {
    const { url, version } = partsOf(canonical);
    return resources.findLast((one) => one.resourceType === type && one.url === url && (version === undefined || one.version === version));
  };
  return {
    codeSystem: async (canonical) => find('CodeSystem', canonical) as CodeSystem | undefined,
    valueSet: async (canonical) => find('ValueSet', canonical) as ValueSet | undefined,
    conceptMap: async (canonical) => find('ConceptMap', canonical) as ConceptMap | undefined,
    systemOfValueSet: async (canonical) =>
      resources.find((one): one is CodeSystem => one.resourceType === 'CodeSystem' && one.valueSet === partsOf(canonical).url)?.url,
  };
}
