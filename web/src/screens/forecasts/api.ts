// What the server says of arrivals, beds and staff ahead.
import type { Arrivals, BedsSide, Head, Past, PlanShown, Staffing, Surge, WhatIf } from '../../../../src/gateways/forecasts/answers.ts';
import type { WardForecast } from '../../../../src/gateways/forecasts/contract.ts';
import type { CensusShown } from '../../../../src/methods/beds/hospital-census.ts';
import type { CensusJudgement } from '../../../../src/methods/beds/judge-census.ts';
import { ask } from '../../api/http.ts';
import { addressOf } from '../../app/go.tsx';

export type { Arrivals, BedsSide, CensusJudgement, CensusShown, Head, Staffing, Surge, WardForecast };

export interface PlanChange {
  ward: string;
  shift: string;
  role: 'nurse' | 'clinician';
  planned: number | null;
  patientsPerNurse?: number | null;
}

export const arrivalsOf = (asked: { threshold?: string | undefined; chance?: string | undefined }) =>
  ask<Arrivals>(addressOf('/forecasts/arrivals', { threshold: asked.threshold, chance: asked.chance }));
export const whatIfOf = (asked: Record<string, string | undefined>) => ask<WhatIf>(addressOf('/forecasts/what-if', asked));
export const pastOf = () => ask<Past>('/forecasts/past');
export const staffingOf = (asked: Record<string, string | undefined>) => ask<Staffing>(addressOf('/forecasts/staffing', asked));
export const planOf = () => ask<PlanShown>('/forecasts/plan');
export const changePlan = (staff: PlanChange[]) => ask<PlanShown>('/forecasts/plan', { method: 'PUT', body: { staff } });
