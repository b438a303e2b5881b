// ValueSets and CodeSystems of R4 → the codes that the validator holds in memory (`src/fhir/generated/codes.ts`): those that an
// element is bound to, and whose every code HL7 itself lists. What needs a licence or a release file of others is left out.
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

interface Concept {
  code: string;
  display?: string;
  designation?: { value: string }[];
  property?: { code: string; valueCode?: string }[];
  concept?: Concept[];
}
interface Include {
  system?: string;
  concept?: Concept[];
  filter?: { property: string; op: string; value: string }[];
  valueSet?: string[];
}
type Codes = Map<string, Map<string, Concept>>;

/** A whole code system, its concepts by code, with parents. */
interface System {
  concepts: Map<string, Concept>;
  parents: Map<string, Set<string>>;
}

const systems = new Map<string, System | undefined>();

function systemOf(url: string): System | undefined {
  if (systems.has(url)) return systems.get(url);
  const found = readTerminology('CodeSystem', url) as { content: string; concept?: Concept[] } | undefined;
  const system = found?.content === 'complete' && !ofOthers.has(url) ? asSystem(found.concept ?? []) : undefined;
  systems.set(url, system);
  return system;
}

function asSystem(top: Concept[]): System {
  const system: System = { concepts: new Map(), parents: new Map() };
  const add = (concept: Concept, parent?: string): void => {
    system.concepts.set(concept.code, concept);
    const parents = system.parents.get(concept.code) ?? new Set();
    if (parent !== undefined) parents.add(parent);
    // v3 names further parents as properties.
    for (const { code, valueCode } of concept.property ?? []) if (code === 'subsumedBy' && valueCode !== undefined) parents.add(valueCode);
    system.parents.set(concept.code, parents);
    for (const one of concept.concept ?? []) add(one, concept.code);
  };
  for (const one of top) add(one);
  return system;
}

const isA = (system: System, code: string, ancestor: string, seen = new Set<string>()): boolean => {
  if (code === ancestor) return true;
  if (seen.has(code)) return false;
  seen.add(code);
  return [...(system.parents.get(code) ?? [])].some((parent) => isA(system, parent, ancestor, seen));
};

const filters: Record<string, (system: System, code: string, value: string) => boolean> = {
  'concept is-a': (system, code, value) => isA(system, code, value),
  'concept descendent-of': (system, code, value) => code !== value && isA(system, code, value),
  'concept is-not-a': (system, code, value) => !isA(system, code, value),
};

/** All codes by system, undefined where they are not all known here. */
function expand(url: string, above: readonly string[] = []): Codes | undefined {
  const valueSet = readTerminology('ValueSet', url) as { compose?: { include: Include[]; exclude?: Include[] } } | undefined;
  if (!valueSet?.compose || above.includes(url)) return undefined;
  const codes: Codes = new Map();
  for (const include of valueSet.compose.include) {
    const part = expandPart(include, [...above, url]);
    if (!part) return undefined;
    for (const [system, concepts] of part) codes.set(system, new Map([...(codes.get(system) ?? []), ...concepts]));
  }
  for (const exclude of valueSet.compose.exclude ?? []) {
    const part = expandPart(exclude, [...above, url]);
    if (!part) return undefined;
    for (const [system, concepts] of part) for (const code of concepts.keys()) codes.get(system)?.delete(code);
  }
  return codes;
}

function expandPart({ system, concept, filter, valueSet }: Include, above: readonly string[]): Codes | undefined {
  if (system !== undefined && ofOthers.has(system)) return undefined;
  let codes: Codes | undefined;
  for (const url of valueSet ?? []) {
    const other = expand(url.split('|')[0] as string, above);
    if (!other) return undefined;
    codes = codes
      ? new Map([...codes].map(([key, list]) => [key, new Map([...list].filter(([code]) => other.get(key)?.has(code)))]))
      : other;
  }
  if (system === undefined) return codes;
  const whole = systemOf(system);
  let concepts: Map<string, Concept>;
  if (concept) concepts = new Map(concept.map((one) => [one.code, { ...whole?.concepts.get(one.code), ...one }]));
  else if (!whole) return undefined;
  else {
    concepts = new Map(whole.concepts);
    for (const { property, op, value } of filter ?? []) {
      const holds = filters[`${property} ${op}`];
      if (!holds) return undefined;
      for (const code of concepts.keys()) if (!holds(whole, code, value)) concepts.delete(code);
    }
  }
  if (!codes) return new Map([[system, concepts]]);
  return new Map([[system, new Map([...concepts].filter(([code]) => codes.get(system)?.has(code)))]]);
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
