// What everything in the living hospital shares: its time, its randomness, its places and people, and two ears. `tell` hears what any
// system of the hospital would see and pass on; `plant` hears what nobody would be told, the truth that is kept in a side file.
import type { Encounter, Resource } from '../../src/fhir/generated/types.ts';
import type { Body } from '../body.ts';
import type { Chart } from '../chart.ts';
import type { Hospital, Ward } from '../hospital.ts';
import type { Illness } from '../illnesses.ts';
import type { PumpReport } from '../pump.ts';
import type { Random } from '../random.ts';
import type { Beds } from './beds.ts';
import type { Course } from './course.ts';
import type { Queue } from './queue.ts';
import type { Safety } from './safety.ts';
import type { Station } from './station.ts';

/** Somebody of the population, as the hospital knows him. */
export interface Person {
  chart: Chart;
  body: Body;
  mrn: string;
  allergies: readonly string[];
  /** What is known from before has been told. */
  known: boolean;
  inHospital: boolean;
}

export interface Dose {
  /** Key in `medicines.ts`. */
  medicine: string;
  request: Resource & { resourceType: 'MedicationRequest' };
  number: string;
  stopped?: boolean;
}

/** One visit: to the emergency department, a ward, a clinic. */
export interface Visit {
  person: Person;
  /** Visit number (PV1-19). */
  number: string;
  encounter: Encounter;
  illness: Illness;
  course: Course;
  class: 'EMER' | 'IMP' | 'AMB';
  ward?: Ward;
  /** From 0. */
  bed?: number;
  fromMs: number;
  plannedMs?: number;
  doses: Dose[];
  /** What changes until the visit ends, and is written in its last form. */
  open: Resource[];
  over: boolean;
  score: number;
  /** Set where the truth differs from what is written. */
  outbreak?: string;
}

export type Kind =
  | 'known'
  | 'registered'
  | 'admitted'
  | 'transferred'
  | 'expected'
  | 'discharged'
  | 'vitals'
  | 'telemetry'
  | 'ordered'
  | 'resulted'
  | 'prescribed'
  | 'stopped'
  | 'given'
  | 'hung'
  | 'infusing'
  | 'note'
  | 'flagged'
  | 'booked'
  | 'operated'
  | 'harmed'
  | 'claimed';

/** Something that happened and that a system of the hospital knows of. */
export interface Happening {
  kind: Kind;
  atMs: number;
  person: Person;
  visit?: Visit;
  resources: readonly Resource[];
  /** Numbers that systems name orders and appointments by. */
  number?: string;
  /** Where it was before, for a transfer. */
  from?: { ward: Ward; bed: number };
  claim?: BilledClaim;
  /** For whom it is booked. */
  startMs?: number;
  died?: boolean;
  pump?: { device: string; name: string; report: PumpReport };
  monitor?: { code: string; value: number; unit: string }[];
}

export interface BilledLine {
  /** HCPCS level II (CMS, public). */
  code: string;
  amount: number;
  units: number;
  atMs: number;
}
export interface BilledClaim {
  number: string;
  lines: BilledLine[];
  diagnosis: string;
  biller: string;
  paid: number;
  paidAtMs: number;
}

/** One fact that was planted: what is looked for by whoever measures how well it is found. */
export interface Truth {
  kind:
    | 'deterioration'
    | 'outbreak'
    | 'outbreak-case'
    | 'surge'
    | 'medication-error'
    | 'duplicate-patient'
    | 'overlaid-patient'
    | 'fraud'
    | 'bottleneck'
    | 'quality-shift'
    | 'data-entry-error'
    | 'inappropriate-access';
  at: string;
  until?: string;
  mrn?: string;
  visit?: string;
  /** References of what was written, as the bulk files name them. */
  about?: string[];
  which?: string;
  says: string;
}

export interface Rates {
  /** Arrivals in the emergency department on an average day. */
  emergencyPerDay: number;
  plannedPerDay: number;
  clinicPerDay: number;
  /** Multiplies how often something is planted; 0: nothing is. */
  planted: number;
  telemetryMinutes: number;
}

export interface World {
  readonly random: Random;
  readonly safety: Safety;
  /** A randomness of its own: what runs on pumps changes nothing else. */
  readonly pumps: { random: Random; on: Set<Visit> };
  readonly queue: Queue;
  readonly hospital: Hospital;
  readonly beds: Beds;
  readonly rates: Rates;
  readonly stations: Readonly<Record<StationName, Station>>;
  nowMs: number;
  /** Everyone who is in a bed. */
  readonly inBeds: Set<Visit>;
  tell(happening: Omit<Happening, 'atMs'>): void;
  plant(truth: Omit<Truth, 'at'> & { atMs?: number }): void;
  later(ms: number, run: () => void): void;
  /** A number that nobody else has. */
  number(kind: string): string;
}

export type StationName = 'doctors' | 'laboratory' | 'imaging' | 'theatre';

/** What a chart has gathered since it was last asked. */
export const drained = (chart: Chart): Resource[] => chart.resources.splice(0);
