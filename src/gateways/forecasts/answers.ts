// What is answered of arrivals, beds and staff ahead. The JSON is these interfaces as they stand, and the workbench reads them by them: days as dates,
// hours as the site's clock shows them with its offset.
import type { HourJudgement } from '../../methods/arrivals/hours.ts';
import type { BedsWhatIf, CensusShown } from '../../methods/beds/hospital-census.ts';
import type { CensusPast } from '../../methods/beds/judge-census.ts';
import type { SurgeRecord } from '../../methods/surge/surge.ts';
import type { ArrivalsForecast, Plan, SaidBefore, Shift, WardForecast } from './contract.ts';
import type { ClinicianGap, ClinicianHour, NurseGap, StaffingForecast } from './staffing.ts';

/** Of what each answer is. */
export interface Head {
  /** The moment it is of, and the position of the feed that the tables had. */
  asOf: string;
  position: string | null;
  timeZone: string;
  /** Said where it is not of now. */
  notes: string[];
}

/** An answer without its head, of which it may say something else. */
export type Beneath<T extends Head> = Omit<T, keyof Head> & Partial<Head>;

export interface Surge {
  threshold: number;
  usualThreshold: number;
  chance: number;
  days: { day: string; leadDays: number; chance: number; warned: boolean }[];
  record: SurgeRecord | null;
}

/** The words of its `forecast` are those of ArrivalsForecast; null where too little is known, and `missing` says what. */
export interface Arrivals extends Head {
  missing: string[];
  forecast:
    | (Pick<ArrivalsForecast, 'method' | 'preferred' | 'says' | 'past' | 'mean' | 'intervals'> & {
        days: string[];
        recent: { days: string[]; values: number[] };
        before: (Omit<SaidBefore, 'day'> & { day: string })[];
        hours: Omit<ArrivalsForecast['hours'], 'starts'> & { starts: string[] };
        hoursPast: HourJudgement | null;
        surge: Surge;
      })
    | null;
}

export interface SurgeAhead extends Head {
  missing: string[];
  surge?: Surge;
  /** Too little is known. */
  forecast?: null;
}

export interface BedsSide {
  /** Each value of a ward is of the end of the hour that begins then. */
  hours: string[];
  wards: WardForecast[];
  inpatient: CensusShown;
}

export interface BedsAhead extends Head, BedsSide {
  overflowChance: number;
}

export interface Past extends Head {
  overflowChance: number;
  /** Null where there are too few days. */
  census: CensusPast | null;
}

export interface WhatIf extends Head {
  overflowChance: number;
  /** The ward by its id; null: the hospital's beds as a whole. */
  asked: Omit<BedsWhatIf, 'ward'> & { ward: string | null };
  asItIs: BedsSide;
  whatIf: BedsSide;
}

type ByTheClock<T> = Omit<T, 'from' | 'to'> & { from: string; to: string };

export interface StaffingShown extends Pick<StaffingForecast, 'emergencyWard' | 'ratioSource' | 'emergencySource'> {
  nurses: ByTheClock<NurseGap>[];
  hours: (Omit<ClinicianHour, 'start'> & { start: string })[];
  clinicians: ByTheClock<ClinicianGap>[];
}

export interface Staffing extends Head, StaffingShown {
  target: { seenPercent: number; seenWithinMinutes: number; minutesEach: number };
}

export interface PlanShown extends Plan {
  mayChange: boolean;
  shifts: Shift[];
}
