// What forecasts of a site are asked for and answered with. All of it is counts of the hospital; none of it is about a person.

import type { HourJudgement } from '../../methods/arrivals/hours.ts';
import type { CensusShown } from '../../methods/beds/hospital-census.ts';
import type { Accuracy } from '../../methods/forecast/accuracy.ts';
import type { SurgeRecord } from '../../methods/surge/surge.ts';

/** Chances and times that the site sets, or an address asks for. */
export interface Rules {
  /** Arrivals a day from which it is a surge; null: what one day in twenty reached. */
  surgeThreshold: number | null;
  /** Warned from this chance on. */
  surgeChance: number;
  /** A ward counts as overfull in the first hour with at least this chance. */
  overflowChance: number;
  seenPercent: number;
  seenWithinMinutes: number;
  minutesEach: number;
}

export interface SaidBefore {
  /** Days since 1970. */
  day: number;
  leadDays: number;
  mean: number;
  lower80: number;
  upper80: number;
  came: number;
}

export interface ArrivalsForecast {
  /** Days since 1970 of the first day ahead: today, of which a part is over. */
  firstDay: number;
  mean: number[];
  intervals: { level: number; lower: number[]; upper: number[] }[];
  method: string;
  preferred: 'combination' | 'seasonal-naive';
  says: string;
  past: { origins: number; combination: Accuracy; seasonalNaive: Accuracy } | null;
  /** The last weeks as they came. */
  recent: { firstDay: number; values: number[] };
  /** The same days as they were foretold, one to five days before. */
  before: SaidBefore[];
  hours: { starts: number[]; mean: number[]; p025: number[]; p10: number[]; p90: number[]; p975: number[] };
  hoursPast: HourJudgement | null;
  surge: { threshold: number; usualThreshold: number; chance: number; days: number[]; record: SurgeRecord | null };
  notes: string[];
  missing: string[];
  /** For each day ahead the deviation that beds are reckoned with. */
  deviation: number[];
}

export interface WardForecast extends CensusShown {
  id: string;
  name: string;
  emergency: boolean;
  restsOn: { stays: number; whose: 'ward and kind' | 'ward' | 'hospital' };
}

export interface CensusForecast {
  /** Hours of the wall clock at which each hour ahead begins. */
  starts: number[];
  wards: WardForecast[];
  inpatient: CensusShown;
}

export interface Shift {
  name: string;
  title: string;
  fromHour: number;
  toHour: number;
}

export interface StaffingKnowledge {
  version: string;
  shifts: Shift[];
  ratios: { words: string[]; patientsPerNurse: number }[];
  otherwisePatientsPerNurse: number;
  ratioSource: string;
  emergency: { minutesEach: number; seenPercent: number; seenWithinMinutes: number; source: string };
}

export const staffRoles = ['nurse', 'clinician'] as const;
export type StaffRole = (typeof staffRoles)[number];

export interface PlanRow {
  ward: string;
  shift: string;
  role: StaffRole;
  planned: number;
  /** The site's own number for this ward; null: that of knowledge. */
  patientsPerNurse: number | null;
  by: string;
  at: string;
}

/** What a site has set itself. */
export interface Plan {
  staff: PlanRow[];
  rules: Partial<Rules>;
}
