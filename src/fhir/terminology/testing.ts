// For tests: a source of terminology made of resources.
import type { CodeSystem, ConceptMap, ValueSet } from '../generated/types.ts';
import { keptSets } from './kept-sets.ts';
import { resourceSystem } from './resource-system.ts';
import { partsOf, type TerminologySource } from './source.ts';

type Some = Partial<CodeSystem> | Partial<ValueSet> | Partial<ConceptMap>;

/** Resources by canonical address with or without version. */
export function sourceOf(resources: readonly Some[]): TerminologySource {
  const find = (type: string, canonical: string): Some | undefined => {
    const { url, version } = partsOf(canonical);
    return resources.findLast((one) => one.resourceType === type && one.url === url && (version === undefined || one.version === version));
  };
  const systems = new Map<Some, ReturnType<typeof resourceSystem>>();
  return {
    valueSet: async (canonical) => find('ValueSet', canonical) as ValueSet | undefined,
    conceptMap: async (canonical) => find('ConceptMap', canonical) as ConceptMap | undefined,
    conceptMaps: async () => resources.filter((one): one is ConceptMap => one.resourceType === 'ConceptMap'),
    async system(url, version) {
      const found = find('CodeSystem', version === undefined ? url : `${url}|${version}`);
      if (found === undefined) return undefined;
      const made = systems.get(found) ?? resourceSystem(found as CodeSystem, `${url}|${version ?? ''}`);
      systems.set(found, made);
      return made;
    },
    async systemOfValueSet(canonical) {
      return resources.find((one): one is CodeSystem => one.resourceType === 'CodeSystem' && one.valueSet === canonical)?.url;
    },
    sets: keptSets(),
    rest: async () => {},
  };
}

export const animals: CodeSystem = {
  resourceType: 'CodeSystem',
  url: 'urn:animals',
  version: '2',
  status: 'active',
  content: 'complete',
  caseSensitive: false,
  valueSet: 'urn:all-animals',
  property: [
    { code: 'legs', type: 'integer' },
    { code: 'status', type: 'code' },
  ],
  concept: [
    {
      code: 'animal',
      display: 'Animal',
      property: [{ code: 'notSelectable', valueBoolean: true }],
      concept: [
        {
          code: 'dog',
          display: 'Dog',
          property: [{ code: 'legs', valueInteger: 4 }],
          concept: [{ code: 'Poodle', display: 'Poodle, curly' }],
        },
        { code: 'cat', display: 'Cat', designation: [{ language: 'de', value: 'Katze' }], property: [{ code: 'legs', valueInteger: 4 }] },
        { code: 'hen', display: 'Hen', property: [{ code: 'legs', valueInteger: 2 }] },
      ],
    },
    { code: 'pet', display: 'Pet', property: [{ code: 'child', valueCode: 'cat' }] },
    {
      code: 'wolfdog',
      display: 'Wolfdog',
      property: [
        { code: 'parent', valueCode: 'dog' },
        { code: 'parent', valueCode: 'pet' },
      ],
    },
    { code: 'dodo', display: 'Dodo', property: [{ code: 'status', valueCode: 'retired' }] },
  ],
};
