// What the logic of terminology is given: where value sets, maps and code systems come from, and what may be kept between questions.
import type { ConceptMap, ValueSet } from '../generated/types.ts';
import type { CodeSystemVersion } from './code-system.ts';
import type { KeptSets } from './kept-sets.ts';

export interface TerminologySource {
  /** By canonical address with or without `|version`. */
  valueSet(canonical: string): Promise<ValueSet | undefined>;
  conceptMap(canonical: string): Promise<ConceptMap | undefined>;
  /** Maps from or to a value set, or with a group of these systems. */
  conceptMaps(wish: { source?: string; target?: string; system?: string; targetSystem?: string }): Promise<ConceptMap[]>;
  /** Without a version the one that is in use. Code systems whose content is not here are undefined. */
  system(url: string, version?: string): Promise<CodeSystemVersion | undefined>;
  /** The code system whose value set of all codes has this address. */
  systemOfValueSet(canonical: string): Promise<string | undefined>;
  sets: KeptSets;
  /** Await what it gives between steps of long work. */
  rest(): Promise<void> | undefined;
}

export const shown = (text: string): string => (text.length > 120 ? `${text.slice(0, 117)}…` : text);

/** `url|version` in its parts. */
export function partsOf(canonical: string): { url: string; version?: string } {
  const at = canonical.indexOf('|');
  if (at < 0) return { url: canonical };
  return { url: canonical.slice(0, at), version: canonical.slice(at + 1) || undefined };
}
