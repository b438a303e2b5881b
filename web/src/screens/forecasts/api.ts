// What the server says of arrivals, beds and staff ahead.
import { ask } from '../../api/http.ts';
import { addressOf } from '../../app/go.tsx';

export interface Head {
  asOf: string;
  position: string | null;
  timeZone: string;
  notes: string[];
}

interface Accuracy {
  mase: number | null;
  mapePercent: number | null;
  bias: number;
  intervals: { level: number; coverage: number }[];
}

export interface Surge {
  threshold: number;
  usualThreshold: number;
  chance: number;
  days: { day: string; leadDays: number; chance: number; warned: boolean }[];
  record: {
    days: number;
    surges: number;
    found: number;
    missed: number;
    falseAlarms: number;
    leadDays: number | null;
    brier: number;
    brierOfAlwaysTheSame: number;
  } | null;
}

export interface Arrivals extends Head {
  missing: string[];
  forecast: {
    method: string;
    preferred: 'combination' | 'seasonal-naive';
    says: string;
    past: { origins: number; combination: Accuracy; seasonalNaive: Accuracy } | null;
    days: string[];
    mean: number[];
    intervals: { level: number; lower: number[]; upper: number[] }[];
    recent: { days: string[]; values: number[] };
    before: { day: string; leadDays: number; mean: number; lower80: number; upper80: number; came: number }[];
    hours: { starts: string[]; mean: number[]; p025: number[]; p10: number[]; p90: number[]; p975: number[] };
    hoursPast: { hours: number; error: number; seasonalNaiveError: number; coverage: { level: number; coverage: number }[] } | null;
    surge: Surge;
  } | null;
}

export interface Census {
  here: number;
  beds: number;
  mean: number[];
  p05: number[];
  p50: number[];
  p95: number[];
  overfull: number[];
  come: number[];
  leave: number[];
  firstOverflow: number | null;
}
export interface Ward extends Census {
  id: string;
  name: string;
  emergency: boolean;
  restsOn: { stays: number; whose: 'ward and kind' | 'ward' | 'hospital' };
}
export interface BedsSide {
  hours: string[];
  wards: Ward[];
  inpatient: Census;
}
export interface WhatIf extends Head {
  overflowChance: number;
  asItIs: BedsSide;
  whatIf: BedsSide;
}
export interface Judgement {
  fromHours: number;
  toHours: number;
  judged: number;
  error: number;
  seasonalNaiveError: number;
  coverage: { level: number; coverage: number }[];
}
export interface Past extends Head {
  census: {
    mornings: number;
    wards: Judgement[];
    inpatient: Judgement[];
    overflow: { hours: number; found: number; missed: number; falseAlarms: number };
  } | null;
}

export interface NurseGap {
  shift: string;
  title: string;
  from: string;
  to: string;
  ward: string;
  name: string;
  patients: number;
  patientsHigh: number;
  patientsPerNurse: number;
  ratioFrom: 'plan' | 'knowledge';
  needed: number;
  neededHigh: number;
  planned: number | null;
  gap: number | null;
}
export interface ClinicianGap {
  shift: string;
  title: string;
  from: string;
  to: string;
  needed: number;
  planned: number | null;
  gap: number | null;
}
export interface Staffing extends Head {
  target: { seenPercent: number; seenWithinMinutes: number; minutesEach: number };
  nurses: NurseGap[];
  hours: { start: string; arrivals: number; needed: number; bySquareRoot: number; seenPercent: number }[];
  clinicians: ClinicianGap[];
  emergencyWard: { id: string; name: string } | null;
  ratioSource: string;
  emergencySource: string;
}

export interface PlanChange {
  ward: string;
  shift: string;
  role: 'nurse' | 'clinician';
  planned: number | null;
  patientsPerNurse?: number | null;
}
export interface PlanShown {
  mayChange: boolean;
}

export const arrivalsOf = (asked: { threshold?: string | undefined; chance?: string | undefined }) =>
  ask<Arrivals>(addressOf('/forecasts/arrivals', { threshold: asked.threshold, chance: asked.chance }));
export const whatIfOf = (asked: Record<string, string | undefined>) => ask<WhatIf>(addressOf('/forecasts/what-if', asked));
export const pastOf = () => ask<Past>('/forecasts/past');
export const staffingOf = (asked: Record<string, string | undefined>) => ask<Staffing>(addressOf('/forecasts/staffing', asked));
export const planOf = () => ask<PlanShown>('/forecasts/plan');
export const changePlan = (staff: PlanChange[]) => ask<PlanShown>('/forecasts/plan', { method: 'PUT', body: { staff } });
