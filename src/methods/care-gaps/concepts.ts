// Which concepts a fact is of. Codes count only in the systems that go with the kind; words are compared in small letters without signs.
import type { Concept, Fact, FactKind, Match } from './contract.ts';

const loinc = 'http://loinc.org';
/** FHIR URIs: ICD-10-CM and ICD-10, LOINC, CVX, HCPCS level II and ICD-10-PCS. A visit's code is its class, of any system. */
export const systemsOf: Readonly<Record<FactKind, readonly string[]>> = {
  condition: ['http://hl7.org/fhir/sid/icd-10-cm', 'http://hl7.org/fhir/sid/icd-10'],
  observation: [loinc],
  report: [loinc],
  procedure: [
    'http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets',
    'urn:oid:2.16.840.1.113883.6.285',
    'http://www.cms.gov/Medicare/Coding/ICD10',
    loinc,
  ],
  immunization: ['http://hl7.org/fhir/sid/cvx'],
  allergy: [],
  medication: [],
  visit: ['http://terminology.hl7.org/CodeSystem/v3-ActCode'],
};

/** Letters and digits of ASCII with single spaces, and one at each end. */
export const plainWords = (text: string): string =>
  ` ${text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, ' ')
    .trim()} `;
/** What is looked for in plain words. */
export const wordPattern = (phrase: string): string => {
  const plain = plainWords(phrase);
  return phrase.endsWith('*') ? plain.slice(0, -1) : plain;
};

export const isOf = (match: Match, { kind, system, code, words }: Pick<Fact, 'kind' | 'system' | 'code' | 'words'>): boolean => {
  if (kind !== match.kind) return false;
  if (code !== '' && systemsOf[kind].includes(system)) {
    if (match.codes?.includes(code) === true) return true;
    if (match.families?.some((family) => code.startsWith(family)) === true) return true;
  }
  if (match.words === undefined || match.words.length === 0) return false;
  const plain = plainWords(words);
  return match.words.some((phrase) => plain.includes(wordPattern(phrase)));
};

/** A fact with its value in the first unit of the concept, as bounds; a value that cannot be compared may be anything. */
export interface NamedFact extends Pick<Fact, 'day' | 'until' | 'live'> {
  value: number | null;
  low: number;
  high: number;
}

function inUnit({ units = [] }: Concept, { value, unit }: Fact): number | null {
  const known = units.find((each) => each.unit === unit);
  return known === undefined || value === null ? null : value * known.times + known.plus;
}

/** Facts by concept. */
export function byConcept(concepts: readonly Concept[], facts: readonly Fact[]): Map<string, NamedFact[]> {
  return new Map(
    concepts.map((concept) => [
      concept.name,
      facts
        .filter((fact) => concept.of.some((match) => isOf(match, fact)))
        .map((fact): NamedFact => {
          const value = inUnit(concept, fact);
          const { day, until, live, comparator } = fact;
          const low = value === null || comparator.startsWith('<') ? Number.NEGATIVE_INFINITY : value;
          const high = value === null || comparator.startsWith('>') ? Number.POSITIVE_INFINITY : value;
          return { day, until, live, value, low, high };
        }),
    ]),
  );
}
