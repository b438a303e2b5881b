// Who is on duty. Nurses work three shifts, one on each ward, doctors two; the same people come again by a rota that depends on the day, so
// that a record shows shifts and hand-overs, and somebody is always off duty.
import type { Reference } from '../../src/fhir/generated/types.ts';
import { dayMs, hourMs } from '../calendar.ts';
import type { Hospital, Ward } from '../hospital.ts';
import type { Illness } from '../illnesses.ts';

const wardNumber: Readonly<Record<Ward, number>> = {
  emergency: 0,
  medical: 1,
  respiratory: 2,
  cardiology: 3,
  surgical: 4,
  orthopaedic: 5,
  maternity: 6,
  children: 7,
  intensive: 8,
};

/** Day, late and night, changing at 7, 15 and 23 o'clock. */
export const shiftOf = (ms: number): number => Math.floor((((ms / hourMs) % 24) + 1) / 8) % 3;
const day = (ms: number): number => Math.floor((ms + hourMs) / dayMs);

export const nurseOn = (hospital: Hospital, ward: Ward, ms: number): Reference =>
  hospital.practitioner('Nursing', wardNumber[ward] + shiftOf(ms) * 9 + day(ms));

export const doctorOn = (hospital: Hospital, specialty: Illness['specialty'], ms: number): Reference =>
  hospital.practitioner(specialty, day(ms) + (shiftOf(ms) === 0 ? 0 : 1));

/** Doctors in the emergency department, by hour; `size`: arrivals a day. */
export const doctorsAt =
  (size: number) =>
  (hour: number): number =>
    Math.max(1, Math.round((size / 40) * (hour < 8 ? 1 : hour < 23 ? 2.4 : 1.6)));

export const pharmacistOn = (hospital: Hospital, ms: number): Reference => hospital.practitioner('Pharmacy', day(ms) + shiftOf(ms));

const specialties = [
  'Internal medicine',
  'Respiratory medicine',
  'Cardiology',
  'General surgery',
  'Orthopaedics',
  'Obstetrics',
  'Paediatrics',
  'Emergency medicine',
] as const;

/** References of everybody who is at work. */
export function onDuty(hospital: Hospital, ms: number): Set<string> {
  const nurses = (Object.keys(wardNumber) as Ward[]).map((ward) => nurseOn(hospital, ward, ms));
  const doctors = specialties.map((specialty) => doctorOn(hospital, specialty, ms));
  return new Set([...nurses, ...doctors, pharmacistOn(hospital, ms)].map(({ reference = '' }) => reference));
}
