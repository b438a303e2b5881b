// A module answers one question put to the record. It watches, it concludes, it returns resources; the runner commits
// them with Provenance and the module's cursor in one transaction. A module never imports a module.
import type { Resource, ResourceType } from '../fhir/generated/types.ts';
import type { Result } from '../fhir/result.ts';

/**
 * The record as the module may see it: current resources, with its own conclusions that are about to be committed. What it
 * answers is shared between questions: a module never changes it. At most 1000 resources an answer; a question without `_count` that
 * has more is refused as too-costly, since what it answered would be taken for all there is.
 */
export interface Chart {
  read(type: ResourceType, id: string): Promise<Result<Resource>>;
  /** R4 search text, for example `patient=Patient/1&code=http://loinc.org|8867-4&_sort=-date&_count=1`. */
  search(type: ResourceType, query: string): Promise<Result<Resource[]>>;
}

export interface ModuleChange {
  position: bigint;
  operation: 'create' | 'update' | 'delete';
  type: ResourceType;
  id: string;
  version: number;
  after: Resource | null;
}

/** What a module concluded and what it rests on; the runner turns `basis` and `knowledge` into Provenance. */
export interface Conclusion {
  resource: Resource;
  /** References `Type/id` of the facts used. */
  basis: string[];
  /** Name and version of the knowledge used, for example `news2 2017.1`. */
  knowledge: string;
}

export interface Module {
  /** Its folder under src/modules and under knowledge/. */
  name: string;
  question: string;
  watches: ResourceType[];
  emits: ResourceType[];
  /**
   * What it concludes about one patient never depends on what it concluded about another: changes of different patients are
   * then handed over side by side, those of one patient still in order. Many times as fast.
   */
  byPatient?: boolean;
  /**
   * Changes with the same answer lead to the same conclusions, because these depend on what stands in the record and not on
   * the change: of several that are handed over together only the last is concluded. undefined: this one stands alone.
   */
  sameAs?(change: ModuleChange): string | undefined;
  /**
   * After commit: in order, replayable, idempotent by (module, position): the same change gives the same resource ids. Its own
   * conclusions do not come back. A rejection is tried again; an invalid resource stops the module.
   */
  follow?(change: ModuleChange, chart: Chart): Promise<Conclusion[]>;
}
