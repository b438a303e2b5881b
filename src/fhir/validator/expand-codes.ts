// The codes of a value set, where all of them are listed by what is at hand (http://hl7.org/fhir/R4/valueset.html#compositions):
// lists of codes, whole code systems, is-a filters on their hierarchy, value sets inside value sets, exclusions.

export interface Concept {
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
/** Concepts by code, by system. */
export type Codes = Map<string, Map<string, Concept>>;

/** A whole code system, its concepts by code, with parents. */
interface System {
  concepts: Map<string, Concept>;
  parents: Map<string, Set<string>>;
}

/** A ValueSet or CodeSystem by its canonical address, as parsed JSON; undefined where it is not at hand. */
export type Find = (kind: 'ValueSet' | 'CodeSystem', url: string) => unknown;

export class Expander {
  readonly #find: Find;
  readonly #systems = new Map<string, System | undefined>();

  constructor(find: Find) {
    this.#find = find;
  }

  /** All codes by system, undefined where they are not all known here. */
  expand(url: string, above: readonly string[] = []): Codes | undefined {
    const compose = (this.#find('ValueSet', url) as { compose?: { include?: Include[]; exclude?: Include[] } } | undefined)?.compose;
    if (!compose?.include || above.includes(url) || above.length > maxNesting) return undefined;
    const codes: Codes = new Map();
    for (const include of compose.include) {
      const part = this.#part(include, [...above, url]);
      if (!part) return undefined;
      for (const [system, concepts] of part) codes.set(system, new Map([...(codes.get(system) ?? []), ...concepts]));
    }
    for (const exclude of compose.exclude ?? []) {
      const part = this.#part(exclude, [...above, url]);
      if (!part) return undefined;
      for (const [system, concepts] of part) for (const code of concepts.keys()) codes.get(system)?.delete(code);
    }
    return codes;
  }

  #part({ system, concept, filter, valueSet }: Include, above: readonly string[]): Codes | undefined {
    let codes: Codes | undefined;
    for (const url of valueSet ?? []) {
      const other = this.expand(url.split('|')[0] as string, above);
      if (!other) return undefined;
      codes = codes ? inBoth(codes, other) : other;
    }
    if (system === undefined) return codes;
    const concepts = this.#listed(system, concept, filter);
    if (!concepts) return undefined;
    const own: Codes = new Map([[system, concepts]]);
    return codes ? inBoth(own, codes) : own;
  }

  #listed(system: string, concept: Concept[] | undefined, filter: Include['filter']): Map<string, Concept> | undefined {
    const whole = this.#system(system);
    if (concept) return new Map(concept.map((one) => [one.code, { ...whole?.concepts.get(one.code), ...one }]));
    if (!whole) return undefined;
    const concepts = new Map(whole.concepts);
    for (const { property, op, value } of filter ?? []) {
      const holds = filters[`${property} ${op}`];
      if (!holds) return undefined;
      for (const code of concepts.keys()) if (!holds(whole, code, value)) concepts.delete(code);
    }
    return concepts;
  }

  #system(url: string): System | undefined {
    if (this.#systems.has(url)) return this.#systems.get(url);
    const found = this.#find('CodeSystem', url) as { content?: string; concept?: Concept[] } | undefined;
    const system = found?.content === 'complete' ? asSystem(found.concept ?? []) : undefined;
    this.#systems.set(url, system);
    return system;
  }
}

const maxNesting = 20;

const inBoth = (a: Codes, b: Codes): Codes =>
  new Map([...a].map(([system, list]) => [system, new Map([...list].filter(([code]) => b.get(system)?.has(code)))]));

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
