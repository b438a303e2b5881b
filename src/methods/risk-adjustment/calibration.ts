// How well risks tell who has the event and how often. C statistic with DeLong's interval: DeLong ER, DeLong DM, Clarke-Pearson DL. Biometrics
// 1988;44:837-45, by ranks as Sun X, Xu W. IEEE Signal Process Lett 2014;21:1389-93. Hosmer DW, Lemeshow S. Commun Stat 1980;A9:1043-69.
// Brier GW. Mon Weather Rev 1950;78:1-3.
import { midRanks } from '../control-charts/step-change.ts';
import { normalQuantile } from '../statistics/normal.ts';
import { chiSquaredTail } from '../statistics/quantiles-by-halving.ts';

export interface CalibrationGroup {
  patients: number;
  observed: number;
  expected: number;
}

export interface HosmerLemeshow {
  groups: CalibrationGroup[];
  chiSquared: number;
  degreesOfFreedom: number;
  /** Small where risks do not fit; with many patients also where they fit well enough for all use. */
  p: number;
}

/** Groups of equal size by risk; `fitted` says whether risks come from the same patients (two degrees of freedom fewer). */
export function hosmerLemeshow(risks: readonly number[], outcomes: readonly number[], groups = 10, fitted = true): HosmerLemeshow | null {
  const order = risks.map((_, i) => i).toSorted((a, b) => risks[a]! - risks[b]!);
  const own: CalibrationGroup[] = [];
  for (let g = 0, at = 0; g < groups && at < order.length; g++) {
    let end = Math.max(at + 1, Math.round(((g + 1) * order.length) / groups));
    // Patients of one risk stay together.
    while (end < order.length && risks[order[end]!] === risks[order[end - 1]!]) end++;
    const part = order.slice(at, end);
    own.push({
      patients: part.length,
      observed: part.reduce((sum, i) => sum + outcomes[i]!, 0),
      expected: part.reduce((sum, i) => sum + risks[i]!, 0),
    });
    at = end;
  }
  const degreesOfFreedom = own.length - (fitted ? 2 : 0);
  if (degreesOfFreedom < 1) return null;
  const chiSquared = own.reduce((sum, { patients, observed, expected }) => {
    const variance = expected * (1 - expected / patients);
    return variance > 0 ? sum + (observed - expected) ** 2 / variance : sum;
  }, 0);
  return { groups: own, chiSquared, degreesOfFreedom, p: chiSquaredTail(chiSquared, degreesOfFreedom) };
}

/** Mean squared distance of risk and outcome, and how much better than the mean risk for everybody (1 is perfect, 0 no better). */
export function brier(risks: readonly number[], outcomes: readonly number[]): { score: number; skill: number } {
  const n = risks.length;
  const score = risks.reduce((sum, risk, i) => sum + (risk - outcomes[i]!) ** 2, 0) / n;
  const share = outcomes.reduce((sum, each) => sum + each, 0) / n;
  return { score, skill: 1 - score / (share * (1 - share)) };
}

/** The chance that who has the event had the higher risk; null where nobody or everybody has it. Costs n log n. */
export function cStatistic(
  risks: readonly number[],
  outcomes: readonly number[],
  level = 95,
): { c: number; low: number; high: number; standardError: number } | null {
  const events = risks.filter((_, i) => outcomes[i] === 1);
  const others = risks.filter((_, i) => outcomes[i] !== 1);
  const [m, n] = [events.length, others.length];
  if (m === 0 || n === 0) return null;
  const all = midRanks([...events, ...others]);
  const [ownEvents, ownOthers] = [midRanks(events), midRanks(others)];
  const above = events.map((_, i) => (all[i]! - ownEvents[i]!) / n);
  const below = others.map((_, i) => 1 - (all[m + i]! - ownOthers[i]!) / m);
  const c = above.reduce((sum, each) => sum + each, 0) / m;
  const spread = (values: readonly number[]): number =>
    values.length < 2 ? Number.NaN : values.reduce((sum, each) => sum + (each - c) ** 2, 0) / (values.length - 1);
  const standardError = Math.sqrt(spread(above) / m + spread(below) / n);
  const half = normalQuantile(1 - (1 - level / 100) / 2) * standardError;
  return { c, low: Math.max(0, c - half), high: Math.min(1, c + half), standardError };
}
