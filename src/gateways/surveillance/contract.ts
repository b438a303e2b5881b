// What surveillance is asked by and what it knows. Syndromes, conditions and areas are handed in by app; every number comes from the tables.
import type { FastifyInstance } from 'fastify';
import type { Database } from '../../database/contract.ts';
import type { Classifier } from '../../methods/syndrome/classify.ts';
import type { Syndrome } from '../../methods/syndrome/contract.ts';
import type { Notifiables } from '../../methods/syndrome/notifiable.ts';
import type { RecordStore } from '../../record/contract.ts';
import type { Tables } from '../../warehouse/contract.ts';
import type { Boundaries } from './boundaries.ts';
import type { ReportingParts } from './reporting.ts';
import type { SendingParts } from './sending.ts';

export const ageBands = ['0-4', '5-17', '18-44', '45-64', '65-74', '75+'] as const;
export type AgeBand = (typeof ageBands)[number];
export type People = Record<AgeBand, number>;

/** A postal area, with its place on any plane and its people. */
export interface Area {
  area: string;
  name: string;
  x: number;
  y: number;
  population: People;
}
export interface Areas {
  version: string;
  says: string;
  /** Not of any real place. */
  made_up: boolean;
  standard: { name: string; population: People };
  areas: readonly Area[];
}

export interface SurveillanceKnowledge {
  syndromes: readonly Syndrome[];
  classifier: Classifier;
  notifiable: Notifiables;
  areas: Areas;
}

export interface SurveillanceParts {
  tables: Pick<Tables, 'ask' | 'freshness'>;
  database: Database;
  record: Pick<RecordStore, 'note'>;
  /** By what suspected cases go to public health; absent where nothing is sent. */
  sending?: SendingParts;
  /** By what initial case reports are written and go out. */
  reporting?: ReportingParts;
  knowledge: SurveillanceKnowledge;
  /** Of areas, for the map; empty where the site names none. */
  boundaries: Boundaries;
  timeZone: string;
  now(): Date;
}
export type SurveillanceRoutes = (app: FastifyInstance, parts: SurveillanceParts) => void;

/** What series are split by. */
export const facets = ['all', 'area', 'age', 'sex', 'place'] as const;
export type Facet = (typeof facets)[number];

/** Kinds of encounters that are counted: v3-ActCode. */
export const classes = ['EMER', 'IMP', 'AMB', 'all'] as const;
export type VisitClass = (typeof classes)[number];

export interface Filters {
  area: string;
  age: string;
  sex: string;
  place: string;
}
/** In the order in which they are shown; '' is no filter. */
export const filterNames = ['area', 'age', 'sex', 'place'] as const;
