// Code systems on a disk: what is loaded, in which versions, and what a loader writes.
import type { CodeSystemVersion, Designation, PropertyDefinition } from '../fhir/terminology/code-system.ts';

/** What is true of a code system as a whole. */
export interface About {
  name: string;
  title?: string;
  caseSensitive: boolean;
  content: CodeSystemVersion['content'];
  hierarchyMeaning: string;
  valueSet?: string;
  properties: PropertyDefinition[];
}

export interface Release {
  id: number;
  system: string;
  version: string;
  kind: 'code-system' | 'package';
  state: 'loading' | 'ready' | 'removing';
  inUse: boolean;
  size: number;
  about: About;
  begun: Date;
  completed?: Date;
}

/** One thing that a release says of a code. Things of one code may come in any order and from several files. */
export type Said =
  | { code: string; says: 'concept'; display?: string; inactive?: boolean; abstract?: boolean; definition?: string }
  /** `rank`: of several displays the one with the lowest is preferred. Others are designations. */
  | { code: string; says: 'display'; rank: number; designation: Designation }
  | { code: string; says: 'property'; property: string; value: string | number | boolean }
  | { code: string; says: 'parent'; parent: string };

/** A concept as it is stored in `terminology_concept.body`. */
export interface StoredConcept {
  code: string;
  display: string;
  definition?: string;
  inactive?: true;
  abstract?: true;
  designations?: Designation[];
  properties?: { code: string; value: string | number | boolean }[];
  parents?: string[];
}
