// Everything in the record that may tell a code status, asked for in one batch: what one source refuses does not hide the others.
import type { Bundle, Resource, ResourceType } from '../../../../src/fhir/generated/types.ts';
import { type Criteria, nextPage, query } from '../../api/fhir.ts';
import { ask } from '../../api/http.ts';
import { about } from '../../api/touched.ts';

export interface Told {
  resources: Resource[];
  /** Types that could not be read. */
  unread: ResourceType[];
}

const types = ['Flag', 'ServiceRequest', 'Consent', 'Observation'] as const;
const codes = [
  'http://loinc.org|81351-9',
  'http://snomed.info/sct|304251008',
  'http://snomed.info/sct|304252001',
  'http://snomed.info/sct|304253006',
];
/** How such wordings begin. */
const wordings = [
  'code status',
  'advance directive',
  'advance care directive',
  'resuscit',
  'cardiopulmonary resus',
  'cpr',
  'dnr',
  'dnar',
  'dnacpr',
  'do not',
  'do-not',
  'not for',
  'no cpr',
  'full code',
  'full resus',
  'for cpr',
  'for resus',
  'for attempted',
  'allow natural',
];

/** Flags cannot be searched by their status in R4. Orders that stand are few; observations are many, and only those are wanted that are about this. */
function searches(patient: string): { type: (typeof types)[number]; criteria: Criteria }[] {
  const own = { patient, _count: 100 };
  return [
    { type: 'Flag', criteria: own },
    { type: 'Consent', criteria: { ...own, status: 'active' } },
    { type: 'ServiceRequest', criteria: { ...own, status: 'active,on-hold' } },
    { type: 'Observation', criteria: { ...own, code: codes.join(','), _sort: '-date' } },
    { type: 'Observation', criteria: { ...own, 'code:text': wordings.join(','), _sort: '-date' } },
  ];
}

export const codeStatusQuery = (id: string) => ({
  queryKey: ['code-status', id],
  meta: { ...about(id), types: [...types] },
  queryFn: () => told(id),
});

async function told(patient: string): Promise<Told> {
  const asked = searches(patient);
  const body: Bundle = {
    resourceType: 'Bundle',
    type: 'batch',
    entry: asked.map(({ type, criteria }) => ({ request: { method: 'GET', url: `${type}${query(criteria)}` } })),
  };
  const { entry = [] } = await ask<Bundle>('/fhir', { method: 'POST', body });
  const resources: Resource[] = [];
  const unread = new Set<ResourceType>();
  for (const [index, { type }] of asked.entries()) {
    const { resource, response } = entry[index] ?? {};
    if (resource?.resourceType !== 'Bundle' || !(response?.status ?? '').startsWith('2')) unread.add(type);
    else resources.push(...(await allOf(resource)));
  }
  return { resources, unread: [...unread] };
}

/** With the pages behind the first. */
async function allOf(first: Bundle): Promise<Resource[]> {
  const all = (first.entry ?? []).flatMap(({ resource }) => resource ?? []);
  let next = first.link?.find(({ relation }) => relation === 'next')?.url;
  while (next !== undefined) {
    const page = await nextPage<ResourceType>(next);
    all.push(...page.resources);
    next = page.next;
  }
  return all.filter(({ resourceType }) => resourceType !== 'OperationOutcome');
}
