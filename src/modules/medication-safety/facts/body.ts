// What follows from the measured facts: age, size, renal function; each with its words for the card, or why it is not known.
import { bodySurfaceM2 } from '../../../methods/body-size.ts';
import { bedsideSchwartz, ckdEpi2021, cockcroftGault, creatinineRising, dosingWeightKg } from '../../../methods/renal-function.ts';
import type { Facts, Measured } from '../contract.ts';

export const dayMs = 86_400_000;

/** Milliseconds of a FHIR time; undefined where it is none. */
export const moment = (text: string | undefined): number | undefined => {
  const at = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
};

export const yearDays = 365.25;

export type Known = { known: true; value: number; says: string; ref?: string } | { known: false; why: string };

export const ageYears = (facts: Facts): number | undefined =>
  facts.bornMs === undefined ? undefined : (facts.asOfMs - facts.bornMs) / (dayMs * yearDays);

export const ago = (facts: Facts, atMs: number): string => {
  const days = Math.floor((facts.asOfMs - atMs) / dayMs);
  return days <= 0 ? 'today' : days === 1 ? 'yesterday' : `${days} days ago`;
};

/** Longest age of a weight in days that a dose may rest on: children grow. */
function weightHoldsDays(years: number | undefined): number {
  if (years === undefined || years >= 18) return 730;
  return years < 1 ? 14 : years < 6 ? 90 : 180;
}

export function weight(facts: Facts): Known {
  const measured = facts.weightKg;
  if (measured === undefined) return { known: false, why: 'the weight is not known' };
  const holds = weightHoldsDays(ageYears(facts));
  if (facts.asOfMs - measured.atMs > holds * dayMs)
    return {
      known: false,
      why: `the weight is too old to dose by (${measured.value} kg ${ago(facts, measured.atMs)}, at most ${holds} days)`,
    };
  return known(measured, `weight ${measured.value} kg ${ago(facts, measured.atMs)}`);
}

export function surface(facts: Facts): Known {
  const kg = weight(facts);
  if (!kg.known) return kg;
  if (facts.heightCm === undefined) return { known: false, why: 'the height is not known, so the body surface is not' };
  const value = bodySurfaceM2(kg.value, facts.heightCm.value);
  return { known: true, value, says: `body surface ${value.toFixed(2)} m²` };
}

const known = (measured: Measured, says: string): Known =>
  measured.ref === undefined
    ? { known: true, value: measured.value, says }
    : { known: true, value: measured.value, says, ref: measured.ref };

/** Days for which a creatinine speaks of today's kidneys. */
const creatinineHoldsDays = { inpatient: 14, other: 365 };

export interface Renal {
  clearance: Known;
  egfr: Known;
  /** Creatinine is rising: the true function is lower than any formula says. */
  rising: boolean;
}

const cached = new WeakMap<Facts, Renal>();

export function renalFunction(facts: Facts): Renal {
  const done = cached.get(facts);
  if (done) return done;
  const made = computeRenal(facts);
  cached.set(facts, made);
  return made;
}

function computeRenal(facts: Facts): Renal {
  const years = ageYears(facts);
  const values = (facts.laboratory.get('creatinine') ?? []).filter((each) => each.comparator === undefined && each.value > 0);
  const [latest] = values;
  const not = (why: string): Renal => ({
    clearance: { known: false, why },
    egfr: recordedEgfr(facts) ?? { known: false, why },
    rising: false,
  });
  const acute = facts.setting === 'inpatient' || facts.setting === 'intensive-care' || facts.setting === 'emergency';
  const holds = acute ? creatinineHoldsDays.inpatient : creatinineHoldsDays.other;
  if (latest === undefined) return not('no creatinine is known');
  if (facts.asOfMs - latest.atMs > holds * dayMs)
    return not(`the last creatinine is ${ago(facts, latest.atMs).replace(' ago', '')} old, more than ${holds} days`);
  if (years === undefined) return not('the age is not known, so renal function is not');
  const rising = creatinineRising(values.map((each) => ({ mgPerDl: each.value, atMs: each.atMs })));
  const measuredSays = `creatinine ${round(latest.value, 2)} mg/dL ${ago(facts, latest.atMs)}${rising ? ', rising' : ''}`;
  const ref = latest.ref === undefined ? {} : { ref: latest.ref };
  if (years < 18) {
    if (facts.heightCm === undefined) return not("the child's height is not known, so renal function is not");
    const value = bedsideSchwartz(latest.value, facts.heightCm.value);
    const child: Known = { known: true, value, says: `eGFR ${Math.round(value)} mL/min/1.73 m² (Schwartz; ${measuredSays})`, ...ref };
    return { clearance: child, egfr: child, rising };
  }
  if (facts.sex === undefined) return not('the sex is not known, so renal function is not');
  const input = { creatinineMgPerDl: latest.value, ageYears: Math.floor(years), sex: facts.sex };
  const rate = ckdEpi2021(input);
  const egfr: Known = { known: true, value: rate, says: `eGFR ${Math.round(rate)} mL/min/1.73 m² (CKD-EPI 2021; ${measuredSays})`, ...ref };
  const kg = weight(facts);
  if (!kg.known) return { clearance: { known: false, why: `${kg.why}, so creatinine clearance is not` }, egfr, rising };
  const by = dosingWeightKg(kg.value, facts.heightCm?.value, facts.sex);
  const value = cockcroftGault(input, by.kg);
  return {
    clearance: {
      known: true,
      value,
      says: `creatinine clearance ${Math.round(value)} mL/min (Cockcroft-Gault, ${by.kind} weight; ${measuredSays})`,
      ...ref,
    },
    egfr,
    rising,
  };
}

function recordedEgfr(facts: Facts): Known | undefined {
  const [latest] = facts.laboratory.get('egfr') ?? [];
  return latest && facts.asOfMs - latest.atMs <= 365 * dayMs
    ? known(latest, `eGFR ${Math.round(latest.value)} mL/min/1.73 m² ${ago(facts, latest.atMs)}`)
    : undefined;
}

export const round = (value: number, digits = 0): number => Number(value.toFixed(digits));
