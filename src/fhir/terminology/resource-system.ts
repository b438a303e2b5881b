// A CodeSystem resource (http://hl7.org/fhir/R4/codesystem.html) as a code system that can be asked: hierarchy by nesting and by the
// properties "parent" and "child", inactive and notSelectable by the properties that HL7 defines (codesystem.html#defined-props).
import type { CodeSystem, CodeSystemConcept } from '../generated/types.ts';
import { RegexTooCostly } from '../regex/whole-match.ts';
import { fail, ok, type Result } from '../result.ts';
import { foldToken } from '../search/fold.ts';
import type { CodeSystemVersion, Concept, PropertyDefinition, PropertyValue } from './code-system.ts';
import { valueText } from './code-system.ts';
import type { Coding } from './contract.ts';
import { Neighbours, reach } from './hierarchy.ts';
import { Ordinals } from './ordinals.ts';
import { wordsOf } from './words.ts';

const contentOf = (content: string): CodeSystemVersion['content'] =>
  content === 'complete' || content === 'example' || content === 'supplement' ? content : 'fragment';

const inactiveStatus = /^(retired|inactive|deprecated)$/i;

/** Properties that HL7 defines for all code systems. */
const definedProperties: PropertyDefinition[] = [
  { code: 'inactive', type: 'boolean', description: 'Whether the concept is no longer in use' },
  { code: 'notSelectable', type: 'boolean', description: 'A heading that is not meant for use in a record' },
  { code: 'parent', type: 'code', description: 'Codes directly above' },
  { code: 'child', type: 'code', description: 'Codes directly below' },
];

export function resourceSystem(resource: CodeSystem, key: string): CodeSystemVersion {
  return new ResourceSystem(resource, key);
}

class ResourceSystem implements CodeSystemVersion {
  readonly key: string;
  readonly system: string;
  readonly version: string | undefined;
  readonly name: string;
  readonly title: string | undefined;
  readonly size: number;
  readonly caseSensitive: boolean;
  readonly content: CodeSystemVersion['content'];
  readonly hierarchyMeaning: string;
  readonly valueSet: string | undefined;
  readonly properties: readonly PropertyDefinition[];
  readonly #concepts: Concept[] = [];
  readonly #byCode = new Map<string, number>();
  readonly #parents: Neighbours;
  readonly #children: Neighbours;
  #words: Map<string, number[]> | undefined;

  constructor(resource: CodeSystem, key: string) {
    this.key = key;
    this.system = resource.url ?? '';
    this.version = resource.version;
    this.name = resource.name ?? resource.url ?? '';
    this.title = resource.title;
    // Where it does not say, it may be: a code that differs in case is then not called right (R4: "this value is missing" means unknown).
    this.caseSensitive = resource.caseSensitive ?? false;
    this.content = contentOf(resource.content);
    this.hierarchyMeaning = resource.hierarchyMeaning ?? 'is-a';
    this.valueSet = resource.valueSet;
    const own = (resource.property ?? []).map(({ code, type, description }) => ({ code, type, description }));
    this.properties = [...own, ...definedProperties.filter(({ code }) => !own.some((one) => one.code === code))];
    const edges = this.#read(resource.concept ?? []);
    this.size = this.#concepts.length;
    const pairs = edges.map(([parent, child]) => [this.#number(parent), this.#number(child)] as const);
    const known = pairs.filter((pair): pair is [number, number] => pair[0] !== undefined && pair[1] !== undefined && pair[0] !== pair[1]);
    const up = Int32Array.from(known, ([parent]) => parent);
    const down = Int32Array.from(known, ([, child]) => child);
    this.#parents = new Neighbours(this.size, down, up);
    this.#children = new Neighbours(this.size, up, down);
    for (const concept of this.#concepts)
      concept.parents = [...new Set(this.#parents.of(concept.at))].map((parent) => this.#concepts[parent]!.code);
  }

  /** Concepts in the order of the resource; edges by code. Without recursion: a hierarchy may be as deep as it likes. */
  #read(top: readonly CodeSystemConcept[]): [parent: string, child: string][] {
    const edges: [string, string][] = [];
    const left = top.map((concept) => [concept, undefined] as [CodeSystemConcept, string | undefined]).reverse();
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      const [concept, parent] = next;
      if (parent !== undefined) edges.push([parent, concept.code]);
      const at = this.#concepts.length;
      if (this.#byCode.has(this.#keyOf(concept.code))) continue;
      this.#byCode.set(this.#keyOf(concept.code), at);
      const read = conceptOf(concept, at);
      this.#concepts.push(read);
      for (const { code, value } of read.properties) {
        if (code === 'parent') edges.push([valueText(value), concept.code]);
        if (code === 'child') edges.push([concept.code, valueText(value)]);
      }
      for (const child of (concept.concept ?? []).toReversed()) left.push([child, concept.code]);
    }
    return edges;
  }

  #keyOf(code: string): string {
    return this.caseSensitive ? code : foldToken(code);
  }

  #number(code: string): number | undefined {
    return this.#byCode.get(this.#keyOf(code));
  }

  async find(codes: readonly string[]): Promise<(number | undefined)[]> {
    return codes.map((code) => this.#number(code));
  }

  async concepts(numbers: readonly number[]): Promise<Concept[]> {
    return numbers.map((number) => this.#concepts[number]!);
  }

  async below(number: number): Promise<Ordinals> {
    return Ordinals.of(this.size, reach(this.#children, number));
  }

  async above(number: number): Promise<Ordinals> {
    return Ordinals.of(this.size, reach(this.#parents, number));
  }

  async children(number: number): Promise<string[]> {
    return [...new Set(this.#children.of(number))].map((child) => this.#concepts[child]!.code);
  }

  async having(property: string, value?: string): Promise<Ordinals> {
    return this.#where((concept) => valuesOf(concept, property, this).some((one) => value === undefined || one === value));
  }

  async passing(property: string, test: (value: string) => boolean, rest: () => Promise<void> | undefined): Promise<Result<Ordinals>> {
    const found = Ordinals.none(this.size);
    try {
      for (const concept of this.#concepts) {
        if (valuesOf(concept, property, this).some(test)) found.add(concept.at);
        const pause = rest();
        if (pause !== undefined) await pause;
      }
      return ok(found);
    } catch (error) {
      if (error instanceof RegexTooCostly) return fail('too-costly', error.message);
      throw error;
    }
  }

  async inactive(): Promise<Ordinals> {
    return this.#where((concept) => concept.inactive);
  }

  async abstract(): Promise<Ordinals> {
    return this.#where((concept) => concept.abstract);
  }

  async beginning(word: string): Promise<Ordinals> {
    this.#words ??= this.#indexed();
    const found = Ordinals.none(this.size);
    for (const [one, numbers] of this.#words) if (one.startsWith(word)) for (const number of numbers) found.add(number);
    return found;
  }

  childCodes(number: number): string[] {
    return [...this.#children.of(number)].map((child) => this.#concepts[child]!.code);
  }

  #indexed(): Map<string, number[]> {
    const words = new Map<string, number[]>();
    for (const { at, display, designations } of this.#concepts) {
      for (const word of new Set([display, ...designations.map(({ value }) => value)].flatMap(wordsOf))) {
        const numbers = words.get(word);
        if (numbers === undefined) words.set(word, [at]);
        else numbers.push(at);
      }
    }
    return words;
  }

  #where(is: (concept: Concept) => boolean): Ordinals {
    const found = Ordinals.none(this.size);
    for (const concept of this.#concepts) if (is(concept)) found.add(concept.at);
    return found;
  }
}

/** What filters may name, whether or not it is written as a property. */
function valuesOf(concept: Concept, property: string, system: ResourceSystem): string[] {
  switch (property) {
    case 'code':
    case 'concept':
      return [concept.code];
    case 'display':
      return [concept.display];
    case 'definition':
      return concept.definition === undefined ? [] : [concept.definition];
    case 'parent':
      return concept.parents;
    case 'child':
      return system.childCodes(concept.at);
    case 'inactive':
      return [String(concept.inactive)];
    case 'notSelectable':
    case 'abstract':
      return [String(concept.abstract)];
    default:
      return concept.properties.filter(({ code }) => code === property).map(({ value }) => valueText(value));
  }
}

function conceptOf({ code, display, definition, designation, property }: CodeSystemConcept, at: number): Concept {
  const properties = (property ?? []).flatMap((one): { code: string; value: PropertyValue }[] => {
    const decimal = one.valueDecimal === undefined ? undefined : Number(String(one.valueDecimal));
    const value =
      one.valueCode ?? one.valueString ?? one.valueBoolean ?? one.valueInteger ?? decimal ?? one.valueDateTime ?? codingOf(one.valueCoding);
    return value === undefined ? [] : [{ code: one.code, value }];
  });
  const says = (names: readonly string[], text: (value: string) => boolean): boolean =>
    properties.some((one) => names.includes(one.code) && text(valueText(one.value)));
  return {
    at,
    code,
    display: display ?? code,
    definition,
    inactive: says(['inactive'], (value) => value === 'true') || says(['status'], (value) => inactiveStatus.test(value)),
    abstract: says(['notSelectable', 'abstract'], (value) => value === 'true'),
    designations: (designation ?? []).map(({ language, use, value }) => ({ language, use: codingOf(use), value })),
    properties,
    parents: [],
  };
}

function codingOf(coding: Partial<Coding> | undefined): Coding | undefined {
  if (coding?.code === undefined) return undefined;
  const { system, version, code, display } = coding;
  return { system, version, code, display };
}
