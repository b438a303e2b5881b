// Renal function from serum creatinine. Two questions, two formulas: doses on labels were found with the clearance of
// Cockcroft and Gault, stages of kidney disease are defined by the CKD-EPI equation without race.
import { idealWeightKg } from './body-size.ts';

export interface RenalFunctionInput {
  /** Serum creatinine, mg/dL. µmol/L ÷ 88.42. */
  creatinineMgPerDl: number;
  ageYears: number;
  sex: 'female' | 'male';
}

/** µmol/L of creatinine in one mg/dL (molar mass 113.12 g/mol). */
export const creatinineUmolPerMgDl = 88.42;

/** Creatinine clearance in mL/min. Cockcroft DW, Gault MH. Nephron 1976;16:31-41. Adults; creatinine at a steady state. */
export const cockcroftGault = ({ creatinineMgPerDl, ageYears, sex }: RenalFunctionInput, weightKg: number): number =>
  (((140 - ageYears) * weightKg) / (72 * creatinineMgPerDl)) * (sex === 'female' ? 0.85 : 1);

/**
 * The weight that goes into Cockcroft-Gault for dosing: actual where it is below the ideal, adjusted (ideal + 0.4 of the rest)
 * from 120 % of it, else ideal; actual where the height is not known. Winter MA et al. Pharmacotherapy 2012;32:604-12.
 */
export function dosingWeightKg(
  weightKg: number,
  heightCm: number | undefined,
  sex: 'female' | 'male',
): { kg: number; kind: 'actual' | 'ideal' | 'adjusted' } {
  if (heightCm === undefined || heightCm < 130) return { kg: weightKg, kind: 'actual' };
  const ideal = idealWeightKg(heightCm, sex);
  if (weightKg < ideal) return { kg: weightKg, kind: 'actual' };
  if (weightKg < 1.2 * ideal) return { kg: ideal, kind: 'ideal' };
  return { kg: ideal + 0.4 * (weightKg - ideal), kind: 'adjusted' };
}

/** eGFR in mL/min/1.73 m2 by CKD-EPI 2021. Inker LA et al. N Engl J Med 2021;385:1737-49. Adults. */
export function ckdEpi2021({ creatinineMgPerDl, ageYears, sex }: RenalFunctionInput): number {
  const kappa = sex === 'female' ? 0.7 : 0.9;
  const alpha = sex === 'female' ? -0.241 : -0.302;
  const ratio = creatinineMgPerDl / kappa;
  return 142 * Math.min(ratio, 1) ** alpha * Math.max(ratio, 1) ** -1.2 * 0.9938 ** ageYears * (sex === 'female' ? 1.012 : 1);
}

/** eGFR of children in mL/min/1.73 m2, bedside Schwartz. Schwartz GJ et al. J Am Soc Nephrol 2009;20:629-37. 1 to 17 years. */
export const bedsideSchwartz = (creatinineMgPerDl: number, heightCm: number): number => (0.413 * heightCm) / creatinineMgPerDl;

/**
 * Whether creatinine is moving, so that no formula holds: a rise by 0.3 mg/dL within 48 hours or to 1.5 times within 7 days
 * (KDIGO Clinical Practice Guideline for Acute Kidney Injury, 2012, section 2.1). Values in mg/dL at times in ms, any order.
 */
export function creatinineRising(values: readonly { mgPerDl: number; atMs: number }[]): boolean {
  const [latest, ...before] = [...values].sort((a, b) => b.atMs - a.atMs);
  if (latest === undefined) return false;
  const hours = (atMs: number) => (latest.atMs - atMs) / 3_600_000;
  return before.some(
    ({ mgPerDl, atMs }) =>
      (hours(atMs) <= 48 && latest.mgPerDl - mgPerDl >= 0.3 - 1e-9) || (hours(atMs) <= 168 && latest.mgPerDl >= 1.5 * mgPerDl - 1e-9),
  );
}
