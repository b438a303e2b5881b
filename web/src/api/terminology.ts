// Codes by their words: short lists that come with Lamplight or the site (knowledge/pick-lists/), then the code systems that the site
// has loaded. One batch for all of them: what is not on board is an answer inside it, not a failure
// (http://hl7.org/fhir/R4/valueset-operation-expand.html).
import type { Bundle, ValueSet, ValueSetExpansionContains } from '../../../src/fhir/generated/types.ts';
import { ask } from './http.ts';

export interface Code {
  system: string;
  code: string;
  display: string;
  /** Of an allergen: category of AllergyIntolerance. */
  category?: string;
}

const own = (name: string): string => `http://lamplight.example/ValueSet/${name}`;

/** Value sets of each subject, the ones to prefer first; those of SNOMED CT by their implicit addresses. */
const valueSets = {
  problem: [own('problems'), 'http://hl7.org/fhir/sid/icd-10-cm/vs', 'http://snomed.info/sct?fhir_vs=isa/404684003'],
  allergen: [own('allergens'), 'http://www.nlm.nih.gov/research/umls/rxnorm/vs', 'http://snomed.info/sct?fhir_vs=isa/105590001'],
  observation: [own('observations'), 'http://loinc.org/vs'],
} as const satisfies Record<string, readonly string[]>;

export type Subject = keyof typeof valueSets;

/** As published, for whoever reads it. */
const systems: Readonly<Record<string, string>> = {
  'http://hl7.org/fhir/sid/icd-10-cm': 'ICD-10-CM',
  'http://snomed.info/sct': 'SNOMED CT',
  'http://loinc.org': 'LOINC',
  'http://www.nlm.nih.gov/research/umls/rxnorm': 'RxNorm',
  'http://lamplight.example/CodeSystem/allergen': 'list of allergens',
};
export const systemName = (system: string): string => systems[system] ?? system;

/** Codes whose names have words that begin like those of `text`: at most `most` of each list, each code once. */
export async function findCodes(subject: Subject, text: string, most: number, signal?: AbortSignal): Promise<Code[]> {
  const entry = valueSets[subject].map((url) => ({
    request: {
      method: 'GET',
      url: `ValueSet/$expand?${new URLSearchParams({ url, filter: text, count: String(most), activeOnly: 'true', property: 'category' }).toString()}`,
    },
  }));
  const body = { resourceType: 'Bundle', type: 'batch', entry };
  const answer = await ask<Bundle>('/fhir', { method: 'POST', body, ...(signal === undefined ? {} : { signal }) });
  return codesOf((answer.entry ?? []).flatMap(({ resource }) => (resource?.resourceType === 'ValueSet' ? [resource] : [])));
}

/** Each code once, in the order of the lists. */
export function codesOf(expanded: readonly ValueSet[]): Code[] {
  const found = new Map<string, Code>();
  for (const one of expanded.flatMap(({ expansion }) => expansion?.contains ?? [])) {
    const { system, code, display } = one;
    if (system === undefined || code === undefined || display === undefined || found.has(`${system}|${code}`)) continue;
    const category = propertyOf(one, 'category');
    found.set(`${system}|${code}`, { system, code, display, ...(category === undefined ? {} : { category }) });
  }
  return [...found.values()];
}

/** Properties stand in an expansion of R4 as the extension that R5 has made an element of. */
const propertyOf = ({ extension }: ValueSetExpansionContains, name: string): string | undefined =>
  extension
    ?.map(({ extension: parts }) => parts ?? [])
    .find((parts) => parts.some(({ url, valueCode }) => url === 'code' && valueCode === name))
    ?.find(({ url }) => url === 'value')?.valueString;
