// Who is needed in each shift ahead beside who is planned: nurses by patients for each at the shift's fullest hour, clinicians of the emergency
// department by Erlang's formula hour for hour (each hour as if it went on: Green LV, Kolesar PJ, Whitt W. Prod Oper Manag 2007;16:13-39).
import { serversFor, squareRootStaff, waitsLonger } from '../../methods/staffing/erlang.ts';
import { shiftGaps } from '../../methods/staffing/shifts.ts';
import type { ArrivalsForecast, CensusForecast, PlanRow, Rules, Shift, StaffingKnowledge } from './contract.ts';

export interface ShiftSlot {
  shift: string;
  title: string;
  /** Hours of the wall clock. */
  from: number;
  to: number;
}

export interface NurseGap extends ShiftSlot {
  ward: string;
  name: string;
  /** Patients expected at the fullest hour, and so many that only one time in twenty there are more. */
  patients: number;
  patientsHigh: number;
  patientsPerNurse: number;
  ratioFrom: 'plan' | 'knowledge';
  needed: number;
  neededHigh: number;
  /** Null: nothing is planned. */
  planned: number | null;
  /** Above 0: so many are missing. */
  gap: number | null;
}

export interface ClinicianHour {
  start: number;
  arrivals: number;
  needed: number;
  /** By the square-root rule with grade 1, beside it. */
  bySquareRoot: number;
  /** Per cent seen in time with those who are needed. */
  seenPercent: number;
}

export interface ClinicianGap extends ShiftSlot {
  /** Of the shift's hour that needs most. */
  needed: number;
  planned: number | null;
  gap: number | null;
}

export interface StaffingForecast {
  nurses: NurseGap[];
  hours: ClinicianHour[];
  clinicians: ClinicianGap[];
  emergencyWard: { id: string; name: string } | null;
  ratioSource: string;
  emergencySource: string;
}

const shiftsShown = 6;

/** The shifts from the running one on, as wholes. */
export function slotsOf(shifts: readonly Shift[], now: number, count = shiftsShown): ShiftSlot[] {
  const found: ShiftSlot[] = [];
  for (let day = Math.floor(now / 24) - 1; found.length < count && day < now / 24 + 8; day++) {
    for (const { name, title, fromHour, toHour } of shifts) {
      const from = day * 24 + fromHour;
      const to = day * 24 + toHour + (toHour <= fromHour ? 24 : 0);
      if (to > now && found.length < count) found.push({ shift: name, title, from, to });
    }
  }
  return found;
}

export function staffingForecast(
  arrivals: ArrivalsForecast | null,
  census: CensusForecast,
  of: { now: number; knowledge: StaffingKnowledge; rules: Rules; plan: readonly PlanRow[] },
): StaffingForecast {
  const slots = slotsOf(of.knowledge.shifts, of.now);
  const emergency = census.wards.find((ward) => ward.emergency) ?? null;
  const hours = arrivals === null ? [] : clinicianHours(arrivals, of.rules);
  return {
    nurses: census.wards.flatMap((ward) => slots.map((slot) => nurseGap(ward, slot, census.starts, of))),
    hours,
    clinicians: slots.flatMap((slot) => {
      const inside = hours.filter(({ start }) => start + 1 > slot.from && start < slot.to);
      if (inside.length === 0 || emergency === null) return [];
      const needed = Math.max(...inside.map((hour) => hour.needed));
      const planned = plannedOf(of.plan, emergency.id, slot.shift, 'clinician')?.planned ?? null;
      return [{ ...slot, needed, planned, gap: planned === null ? null : needed - planned }];
    }),
    emergencyWard: emergency === null ? null : { id: emergency.id, name: emergency.name },
    ratioSource: of.knowledge.ratioSource,
    emergencySource: of.knowledge.emergency.source,
  };
}

const plannedOf = (plan: readonly PlanRow[], ward: string, shift: string, role: PlanRow['role']): PlanRow | undefined =>
  plan.find((row) => row.ward === ward && row.shift === shift && row.role === role);

/** By the first word that a ward's name holds. */
export function ratioOf({ ratios, otherwisePatientsPerNurse }: StaffingKnowledge, name: string): number {
  const low = name.toLowerCase();
  return ratios.find(({ words }) => words.some((word) => low.includes(word)))?.patientsPerNurse ?? otherwisePatientsPerNurse;
}

function nurseGap(
  ward: CensusForecast['wards'][number],
  slot: ShiftSlot,
  starts: readonly number[],
  { knowledge, plan }: { knowledge: StaffingKnowledge; plan: readonly PlanRow[] },
): NurseGap {
  const row = plannedOf(plan, ward.id, slot.shift, 'nurse');
  const inside = starts.flatMap((start, i) => (start >= slot.from - 1 && start < slot.to ? [i] : []));
  const most = (values: readonly number[]): number => Math.max(0, ...inside.map((i) => values[i]!));
  const patients = most(ward.mean);
  const patientsHigh = most(ward.p95);
  const patientsPerNurse = row?.patientsPerNurse ?? ratioOf(knowledge, ward.name);
  const [need] = shiftGaps([{ shift: slot.shift, patients, patientsPerNurse, rostered: row?.planned ?? 0 }]);
  return {
    ...slot,
    ward: ward.id,
    name: ward.name,
    patients,
    patientsHigh,
    patientsPerNurse,
    ratioFrom: row?.patientsPerNurse == null ? 'knowledge' : 'plan',
    needed: need!.needed,
    neededHigh: Math.ceil(patientsHigh / patientsPerNurse),
    planned: row?.planned ?? null,
    gap: row === undefined ? null : need!.gap,
  };
}

function clinicianHours({ hours }: ArrivalsForecast, { seenPercent, seenWithinMinutes, minutesEach }: Rules): ClinicianHour[] {
  return hours.starts.map((start, i) => {
    // The first hour may be a part of one; what comes in it is brought to a whole hour.
    const length = i === 0 ? Math.max(0.1, Math.floor(start) + 1 - start) : 1;
    const arrivals = hours.mean[i]! / length;
    const load = (arrivals * minutesEach) / 60;
    const needed = serversFor(load, 1 - seenPercent / 100, seenWithinMinutes, minutesEach);
    return {
      start,
      arrivals,
      needed,
      bySquareRoot: squareRootStaff(load, 1),
      seenPercent: 100 * (1 - waitsLonger(needed, load, seenWithinMinutes, minutesEach)),
    };
  });
}
