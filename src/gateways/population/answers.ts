// What is answered of registries, care gaps and rates. The JSON is these interfaces as they stand, and the workbench reads them by them.
import type { Gap, GapResult, Membership, Outcome, Registry } from '../../methods/care-gaps/contract.ts';
import type { Interval } from '../../methods/proportion-interval.ts';

/** What a registry is split by. */
export const facets = ['clinic', 'practitioner', 'area'] as const;
export type Facet = (typeof facets)[number];

/** Null: from 1 to 4, or kept back so that these cannot be reckoned. */
export interface Share {
  met: number | null;
  gap: number | null;
  unknown: number | null;
  excluded: number | null;
  /** Met of met and gap, with Wilson's 95 % interval. Null where nobody is, or numbers are kept back. */
  share: Interval | null;
}

/** All gaps of a registry together, on a day. */
export interface Point extends Share {
  day: string;
  members: number | null;
  unsure: number | null;
}

export interface Listed extends Pick<Registry, 'name' | 'title' | 'question' | 'version' | 'status' | 'reviewer'> {
  gaps: Pick<Gap, 'id' | 'title'>[];
  trend: Point[];
}

export interface Overview {
  today: string;
  at: string;
  position: string;
  registries: Listed[];
}

export interface OverviewShown extends Overview {
  /** May see lists of everybody. */
  rows: boolean;
  timeZone: string;
}

export interface OneRegistry {
  registry: Registry;
  today: string;
  at: string;
  position: string;
  members: number | null;
  unsure: number | null;
  /** May see lists of everybody. */
  rows: boolean;
  gaps: (Share & { id: string; by: Record<Facet, { value: string; share: Share }[]> })[];
}

/** Of so many people, with its 95 % interval. */
export interface Rate {
  value: number;
  lower: number;
  upper: number;
}

export interface Rates {
  registry: string;
  title: string;
  today: string;
  at: string;
  position: string;
  /** Rates are of so many people. */
  per: number;
  /** Areas and their people are of no real place. */
  madeUp: boolean;
  says: string;
  standard: string;
  rows: {
    area: string;
    name: string | null;
    members: number | null;
    onRecord: number | null;
    population: number | null;
    crude: number | null;
    standardised: Rate | null;
    ofRecord: Rate | null;
  }[];
}

export interface ListRow {
  /** The id, for the chart. */
  patient: string;
  mrn: string;
  name: string;
  born: string;
  phone: string;
  clinic: string;
  practitioner: string;
  outcome: Outcome;
  reason: string;
  last: string | null;
  value: number | null;
  due: string | null;
}

export interface Patients {
  gap: Gap;
  today: string;
  /** Of everybody by the right to export, or a practitioner's own as the record shows them. */
  from: 'export' | 'record';
  rows: ListRow[];
  more: boolean;
}

export interface PatientGap extends GapResult {
  title: string;
  action: string;
  source: string;
}

export interface OfPatient {
  patient: string;
  today: string;
  /** Types that could not be read whole. */
  cut: string[];
  registries: (Pick<Registry, 'name' | 'title' | 'version' | 'status'> & {
    member: Exclude<Membership, 'no'>;
    gaps: PatientGap[];
  })[];
}
