// A code system with a hierarchy and value sets over it, as resources to be stored and as the plain answers that they mean.
import type { Resource } from '../../../fhir/generated/types.ts';
import { type Clause, clausesIn, type Query } from '../../../fhir/search/contract.ts';
import type { Terminology } from './plain-search.ts';

export const hierarchySystem = 'http://a.org/s';

/** Child → parents. */
const parents: Record<string, string[]> = { c1: ['c0'], c2: ['c1'], c3: ['c0'], abc: ['c3', 'c1'] };

const sets: Record<string, { system?: string; code: string }[]> = {
  'http://vs.org/listed': [
    { system: 'http://loinc.org', code: '1' },
    { system: 'http://loinc.org', code: 'ABC' },
    { system: hierarchySystem, code: 'c1' },
  ],
  'http://vs.org/whole': ['c0', 'c1', 'c2', 'c3', 'abc'].map((code) => ({ system: hierarchySystem, code })),
  'http://vs.org/whole|2': ['c0', 'c1', 'c2', 'c3', 'abc'].map((code) => ({ system: hierarchySystem, code })),
  'http://vs.org/without': ['c0', 'c2', 'c3'].map((code) => ({ system: hierarchySystem, code })),
  'http://vs.org/nested': [{ system: hierarchySystem, code: 'c1' }],
  'http://vs.org/expanded': [{ system: 'http://snomed.info/sct', code: '2.1' }, { code: '2' }],
  'ValueSet/vs-listed': [],
  'http://vs.org/empty': [],
};
sets['ValueSet/vs-listed'] = sets['http://vs.org/listed'] as { system: string; code: string }[];

/** Known ones, one with a filter that cannot be listed, and one that is not there. */
export const valueSetUrls = [...Object.keys(sets), 'http://vs.org/filtered', 'http://vs.org/unknown'];

const valueSet = (name: string, rest: object): Resource =>
  ({ resourceType: 'ValueSet', id: `vs-${name}`, url: `http://vs.org/${name}`, version: '2', status: 'active', ...rest }) as Resource;

export const terminologyResources: Resource[] = [
  {
    resourceType: 'CodeSystem',
    id: 'cs',
    url: hierarchySystem,
    status: 'active',
    content: 'complete',
    concept: [
      {
        code: 'c0',
        concept: [
          { code: 'c1', concept: [{ code: 'c2' }] },
          { code: 'c3', concept: [{ code: 'abc', property: [{ code: 'parent', valueCode: 'c1' }] }] },
        ],
      },
    ],
  },
  valueSet('listed', {
    compose: {
      include: [
        { system: 'http://loinc.org', concept: [{ code: '1' }, { code: 'ABC' }] },
        { system: hierarchySystem, concept: [{ code: 'c1' }] },
      ],
    },
  }),
  valueSet('whole', { compose: { include: [{ system: hierarchySystem }] } }),
  valueSet('without', {
    compose: { include: [{ system: hierarchySystem }], exclude: [{ system: hierarchySystem, concept: [{ code: 'c1' }, { code: 'abc' }] }] },
  }),
  valueSet('nested', { compose: { include: [{ valueSet: ['http://vs.org/whole|2', 'http://vs.org/listed'] }] } }),
  valueSet('expanded', {
    expansion: {
      timestamp: '2020-01-01',
      contains: [
        { abstract: true, system: 'http://snomed.info/sct', code: 'abc', contains: [{ system: 'http://snomed.info/sct', code: '2.1' }] },
        { code: '2' },
      ],
    },
  }),
  valueSet('empty', { compose: { include: [{ system: 'http://loinc.org', concept: [] }] } }),
  valueSet('filtered', { compose: { include: [{ system: hierarchySystem, filter: [{ property: 'concept', op: 'is-a', value: 'c0' }] }] } }),
];

export const plainTerminology: Terminology = {
  valueSet: (url) => sets[url],
  subsumes: (system, ancestor, descendant) => system === hierarchySystem && isAbove(ancestor.toLowerCase(), descendant.toLowerCase()),
};

const isAbove = (ancestor: string, descendant: string): boolean =>
  ancestor === descendant || (parents[descendant] ?? []).some((parent) => isAbove(ancestor, parent));

/** What the record refuses and says why, although it could be evaluated plainly: hierarchies that it does not have. */
export const isBeyondTheRecord = (query: Query): boolean => query.where.some(needsOtherHierarchy);

function needsOtherHierarchy(clause: Clause): boolean {
  if (clausesIn(clause).some(needsOtherHierarchy)) return true;
  if (clause.kind !== 'value' || clause.parameter.type !== 'token' || (clause.modifier !== 'below' && clause.modifier !== 'above'))
    return false;
  return clause.values.some(
    (value) => value.kind === 'token' && ((value.system ?? clause.parameter.impliedSystem) !== hierarchySystem || value.code === undefined),
  );
}
