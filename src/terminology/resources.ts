// Where CodeSystem, ValueSet and ConceptMap resources come from: the record as the caller may see it, packages that were loaded, and
// what comes with the program. All answer in one form, and are asked in this order.
import type { CodeSystem, ConceptMap, ValueSet } from '../fhir/generated/types.ts';

export interface TerminologyResources {
  /** By canonical address with or without `|version`; of several versions the newest. */
  codeSystem(canonical: string): Promise<CodeSystem | undefined>;
  valueSet(canonical: string): Promise<ValueSet | undefined>;
  conceptMap(canonical: string): Promise<ConceptMap | undefined>;
  /** Maps whose source or target, or a group of which, is this value set or code system. */
  conceptMaps?(of: string): Promise<ConceptMap[]>;
  /** URL of the CodeSystem whose `valueSet` this is. */
  systemOfValueSet?(canonical: string): Promise<string | undefined>;
  close?(): void;
}
