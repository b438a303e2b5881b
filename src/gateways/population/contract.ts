// Registries, care gaps and rates of a population, as they are asked and told. Definitions are handed in by app; numbers come from the tables, lists of a
// practitioner's own patients and single patients from the record.
import type { Concept, Outcome, Registry } from '../../methods/care-gaps/contract.ts';
import type { RecordStore } from '../../record/contract.ts';
import type { CompiledView, Tables } from '../../warehouse/contract.ts';
import type { KnownAreas } from '../surveillance/known-areas.ts';

export interface PopulationKnowledge {
  concepts: readonly Concept[];
  /** In the order of names; retired ones are not there. */
  registries: readonly Registry[];
}

export interface PopulationParts {
  tables: Pick<Tables, 'ask' | 'freshness'>;
  record: Pick<RecordStore, 'note' | 'search' | 'searchSeveral'>;
  knowledge: PopulationKnowledge;
  /** As surveillance knows them: of the site's boundaries where it names some. */
  areas: KnownAreas;
  /** Those that facts are made of. */
  views: readonly CompiledView[];
  timeZone: string;
  now(): Date;
}

export type Tally = Record<Outcome, number>;
