// ValueSets and CodeSystems of R4 → the codes that the validator holds in memory (`src/fhir/generated/codes.ts`): those that an
// element is bound to, and whose every code HL7 itself lists. What needs a licence or a release file of others is left out.
import { type Codes, Expander } from '../src/fhir/validator/expand-codes.ts';
import { readEveryDefinition, readTerminology, type StructureDefinition } from './official.ts';

/** Code systems of others, whatever HL7's value sets list of them. */
const ofOthers = new Set([
  'http://snomed.info/sct',
  'http://www.ama-assn.org/go/cpt',
  'http://www.whocc.no/atc',
  'http://www.nlm.nih.gov/research/umls/rxnorm',
]);
/** Lists beyond this are the terminology module's work. */
const maxCodes = 4_000;

const expander = new Expander((kind, url) =>
  ofOthers.has(url) ? undefined : kind === 'ValueSet' ? readTerminology('ValueSet', url) : readTerminology('CodeSystem', url),
);

/** All codes by system, undefined where they are not all known or are of others. */
function expand(url: string): Codes | undefined {
  const codes = expander.expand(url);
  return codes && [...codes.keys()].some((system) => ofOthers.has(system)) ? undefined : codes;
}

const maxValueSet = 'http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet';

function boundValueSets(structures: readonly StructureDefinition[]): Set<string> {
  const urls = new Set<string>();
  for (const { binding } of structures.flatMap((one) => one.snapshot?.element ?? [])) {
    const widest = binding?.extension?.find((one) => one.url === maxValueSet)?.valueCanonical;
    for (const url of [binding?.strength === 'example' ? undefined : binding?.valueSet, widest])
      if (url) urls.add(url.split('|')[0] as string);
  }
  return urls;
}

export function generateCodes(): string {
  const displays: Record<string, Record<string, string>> = {};
  const valueSets: Record<string, [system: string, codes: string][]> = {};
  for (const url of [...boundValueSets(readEveryDefinition())].sort()) {
    const codes = expand(url);
    if (!codes || [...codes.values()].reduce((sum, one) => sum + one.size, 0) > maxCodes) continue;
    valueSets[url] = [...codes].map(([system, concepts]) => {
      const known = displays[system] ?? {};
      displays[system] = known;
      for (const { code, display } of concepts.values()) if (display !== undefined) known[code] ??= display;
      return [system, [...concepts.keys()].join('\t')];
    });
  }
  const lines = Object.fromEntries(Object.entries(displays).map(([system, known]) => [system, Object.entries(known).flat().join('\t')]));
  return `${[
    '// Generated from the ValueSets and CodeSystems of FHIR R4 (HL7, CC0) by build/codes.ts. Not edited by hand.',
    '/** Of each value set its codes by system, with tabs between. */',
    `export const valueSets: Record<string, [system: string, codes: string][]> = ${JSON.stringify(valueSets, null, 0)};`,
    '/** Of each system, code and display by turns, with tabs between. */',
    `export const displays: Record<string, string> = ${JSON.stringify(lines, null, 0)};`,
  ].join('\n')}\n`;
}
