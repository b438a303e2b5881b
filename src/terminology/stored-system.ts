// A code system in the tables, as the logic of terminology asks it: each answer is one or two reads by key.
import type { Session } from '../database/contract.ts';
import { RegexTooCostly } from '../fhir/regex/whole-match.ts';
import { fail, ok, type Result } from '../fhir/result.ts';
import { foldToken } from '../fhir/search/fold.ts';
import type { CodeSystemVersion, Concept, PropertyDefinition } from '../fhir/terminology/code-system.ts';
import { Ordinals } from '../fhir/terminology/ordinals.ts';
import { unpackInto } from '../fhir/terminology/packed.ts';
import type { Release, StoredConcept } from './contract.ts';
import { beginName, beginningMax, flagName, indexedValue, propertyName, textName, wordName } from './posting-names.ts';

/** Concepts that one statement brings when all are walked through. */
const walkCount = 2_000;

type Rest = () => Promise<void> | undefined;

export function storedSystem(database: Session, release: Release, rest: Rest): CodeSystemVersion {
  return new StoredSystem(database, release, rest);
}

class StoredSystem implements CodeSystemVersion {
  readonly key: string;
  readonly system: string;
  readonly version: string;
  readonly name: string;
  readonly title: string | undefined;
  readonly size: number;
  readonly caseSensitive: boolean;
  readonly content: CodeSystemVersion['content'];
  readonly hierarchyMeaning: string;
  readonly valueSet: string | undefined;
  readonly properties: readonly PropertyDefinition[];
  readonly #database: Session;
  readonly #release: number;
  readonly #rest: Rest;

  constructor(database: Session, { id, system, version, size, about }: Release, rest: Rest) {
    this.key = `release ${id}`;
    this.system = system;
    this.version = version;
    this.name = about.name;
    this.title = about.title;
    this.size = size;
    this.caseSensitive = about.caseSensitive;
    this.content = about.content;
    this.hierarchyMeaning = about.hierarchyMeaning;
    this.valueSet = about.valueSet;
    this.properties = about.properties;
    this.#database = database;
    this.#release = id;
    this.#rest = rest;
  }

  async find(codes: readonly string[]): Promise<(number | undefined)[]> {
    const keys = codes.map((code) => (this.caseSensitive ? code : foldToken(code)));
    const found = new Map<string, number>();
    const wanted = [...new Set(keys)].filter((key) => !key.includes('\0'));
    for (let from = 0; from < wanted.length; from += walkCount) {
      const { rows } = await this.#database.query<{ key: string; at: number }>({
        name: 'terminology-find',
        text: 'select key, at from terminology_concept where release = $1 and key = any($2::text[])',
        values: [this.#release, wanted.slice(from, from + walkCount)],
      });
      for (const { key, at } of rows) found.set(key, at);
    }
    return keys.map((key) => found.get(key));
  }

  async concepts(numbers: readonly number[]): Promise<Concept[]> {
    const found = new Map<number, Concept>();
    for (let from = 0; from < numbers.length; from += walkCount) {
      const { rows } = await this.#database.query<{ at: number; body: string }>({
        name: 'terminology-concepts',
        text: 'select at, body from terminology_concept where release = $1 and at = any($2::int[])',
        values: [this.#release, numbers.slice(from, from + walkCount)],
      });
      for (const { at, body } of rows) found.set(at, conceptOf(at, JSON.parse(body) as StoredConcept));
      await this.#rest();
    }
    return numbers.flatMap((number) => found.get(number) ?? []);
  }

  below(number: number): Promise<Ordinals> {
    return this.#closure('below', number);
  }

  above(number: number): Promise<Ordinals> {
    return this.#closure('above', number);
  }

  async #closure(side: 'above' | 'below', number: number): Promise<Ordinals> {
    const { rows } = await this.#database.query<{ members: Buffer | null }>({
      name: `terminology-${side}`,
      text: `select ${side} as members from terminology_closure where release = $1 and at = $2`,
      values: [this.#release, number],
    });
    return this.#united(rows);
  }

  async children(number: number): Promise<string[]> {
    const [concept] = await this.concepts([number]);
    if (concept === undefined) return [];
    const set = await this.having('parent', concept.code);
    return (await this.concepts(set.page(0, 10_000))).map(({ code }) => code);
  }

  async having(property: string, value?: string): Promise<Ordinals> {
    if (property === 'child') {
      const [number] = value === undefined ? [] : await this.find([value]);
      if (number === undefined) return value === undefined ? this.#range('p:parent=', 'p:parent>') : Ordinals.none(this.size);
      const parents = (await this.concepts([number]))[0]?.parents ?? [];
      return Ordinals.of(
        this.size,
        (await this.find(parents)).flatMap((at) => at ?? []),
      );
    }
    if (value === undefined) return this.#named(flagName(`has ${property}`));
    const set = await this.#named(propertyName(property, value));
    if (value.length <= indexedValue) return set;
    // The name holds only the begin of a long value: the rest is compared on the concepts themselves.
    const concepts = await this.concepts([...set]);
    return Ordinals.of(
      this.size,
      concepts
        .filter((one) => one.properties.some(({ code, value: own }) => code === property && String(own) === value))
        .map(({ at }) => at),
    );
  }

  async passing(property: string, test: (value: string) => boolean, rest: Rest): Promise<Result<Ordinals>> {
    try {
      return ok(await this.#passing(property, test, rest));
    } catch (error) {
      if (error instanceof RegexTooCostly) return fail('too-costly', error.message);
      throw error;
    }
  }

  async #passing(property: string, test: (value: string) => boolean, rest: Rest): Promise<Ordinals> {
    const found = Ordinals.none(this.size);
    for (let from = 0; from < this.size; from += walkCount) {
      const { rows } = await this.#database.query<{ at: number; body: string }>({
        name: 'terminology-walk',
        text: 'select at, body from terminology_concept where release = $1 and at >= $2 and at < $3',
        values: [this.#release, from, from + walkCount],
      });
      for (const { at, body } of rows) {
        if (valuesOf(JSON.parse(body) as StoredConcept, property).some(test)) found.add(at);
        const pause = rest();
        if (pause !== undefined) await pause;
      }
    }
    return found;
  }

  inactive(): Promise<Ordinals> {
    return this.#named(flagName('inactive'));
  }

  abstract(): Promise<Ordinals> {
    return this.#named(flagName('abstract'));
  }

  beginning(word: string): Promise<Ordinals> {
    if (Array.from(word).length <= beginningMax) return this.#named(beginName(word));
    // U+10FFFF sorts behind every letter.
    return this.#range(wordName(word), `${wordName(word)}\u{10ffff}`);
  }

  async #named(name: string): Promise<Ordinals> {
    const { rows } = await this.#database.query<{ members: Buffer }>({
      name: 'terminology-posting',
      text: 'select members from terminology_posting where release = $1 and name = $2',
      values: [this.#release, textName(name)],
    });
    return this.#united(rows);
  }

  async #range(from: string, to: string): Promise<Ordinals> {
    const { rows } = await this.#database.query<{ members: Buffer }>({
      name: 'terminology-postings',
      text: 'select members from terminology_posting where release = $1 and name >= $2 and name < $3',
      values: [this.#release, textName(from), textName(to)],
    });
    return this.#united(rows);
  }

  #united(rows: readonly { members: Buffer | null }[]): Ordinals {
    const set = Ordinals.none(this.size);
    for (const { members } of rows) if (members !== null) unpackInto(set, members);
    return set;
  }
}

const conceptOf = (at: number, stored: StoredConcept): Concept => ({
  at,
  code: stored.code,
  display: stored.display,
  definition: stored.definition,
  inactive: stored.inactive === true,
  abstract: stored.abstract === true,
  designations: stored.designations ?? [],
  properties: stored.properties ?? [],
  parents: stored.parents ?? [],
});

function valuesOf(stored: StoredConcept, property: string): string[] {
  switch (property) {
    case 'code':
      return [stored.code];
    case 'display':
      return [stored.display];
    case 'definition':
      return stored.definition === undefined ? [] : [stored.definition];
    case 'parent':
      return stored.parents ?? [];
    default:
      return (stored.properties ?? []).filter(({ code }) => code === property).map(({ value }) => String(value));
  }
}
