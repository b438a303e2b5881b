// One version of a code system, wherever it is kept: in a CodeSystem resource (resource-system.ts) or in the tables of
// src/terminology/. Concepts are numbered 0 … size-1 in the order in which they are shown; what selects concepts answers with
// sets of these numbers, so compose, expand and validate are written once.
import type { Result } from '../result.ts';
import type { Coding } from './contract.ts';
import type { Ordinals } from './ordinals.ts';

export type PropertyValue = string | number | boolean | Coding;

export interface Designation {
  language?: string;
  use?: Coding;
  value: string;
}

export interface Concept {
  /** Its number. */
  at: number;
  code: string;
  display: string;
  definition?: string;
  inactive: boolean;
  /** A heading, not for use in a record (property notSelectable). */
  abstract: boolean;
  designations: Designation[];
  properties: { code: string; value: PropertyValue }[];
  /** Codes directly above. */
  parents: string[];
}

export interface PropertyDefinition {
  code: string;
  type: string;
  description?: string;
}

export interface CodeSystemVersion {
  /** The same for the same content: sets may be kept under it. */
  key: string;
  system: string;
  version?: string;
  name: string;
  title?: string;
  size: number;
  caseSensitive: boolean;
  /** `fragment` and `example`: a code that is not here may exist all the same. */
  content: 'complete' | 'fragment' | 'example' | 'supplement';
  /** What nesting means; only `is-a` (the default) makes one code a kind of another. */
  hierarchyMeaning: string;
  /** Canonical of the value set of all its codes. */
  valueSet?: string;
  properties: readonly PropertyDefinition[];

  /** Numbers of codes, as they are written in it or, where case does not matter, however they are written. */
  find(codes: readonly string[]): Promise<(number | undefined)[]>;
  /** In the order asked for. */
  concepts(numbers: readonly number[]): Promise<Concept[]>;
  below(number: number): Promise<Ordinals>;
  above(number: number): Promise<Ordinals>;
  /** Directly below. */
  children(number: number): Promise<string[]>;
  /** Concepts whose property has a value, or has any. */
  having(property: string, value?: string): Promise<Ordinals>;
  /** Concepts whose value of a property passes; `code`, `display` and `definition` count as properties. `rest`: see source.ts. */
  passing(property: string, test: (value: string) => boolean, rest: () => Promise<void> | undefined): Promise<Result<Ordinals>>;
  inactive(): Promise<Ordinals>;
  abstract(): Promise<Ordinals>;
  /** Concepts with a word, in a display or designation, that begins like this; folded as `wordsOf` does. */
  beginning(word: string): Promise<Ordinals>;
}

/** A property's value as text, as filters compare it. */
export const valueText = (value: PropertyValue): string =>
  typeof value === 'object' ? value.code : typeof value === 'string' ? value : String(value);
