// What those on duty look at because it is their work: whoever comes, is admitted, has a result or a new order. Minutes and shares are rough
// and kept low; nothing here comes from a record of real access.
import { minuteMs } from '../../calendar.ts';
import type { Hospital } from '../../hospital.ts';
import type { Random } from '../../random.ts';
import { doctorOn, nurseOn, pharmacistOn, shiftOf } from '../staff.ts';
import type { Happening, Visit } from '../world.ts';

export interface Look {
  atMs: number;
  /** `Practitioner/…` */
  who: string;
  mrn: string;
  /** What is opened. */
  what: 'chart' | 'results' | 'medication';
}

type Minutes = readonly [from: number, to: number];

/** `looks` of one hospital: a nurse opens the chart of whom she looks after once a shift. */
export function dutiesOf(hospital: Hospital, random: Random): (happening: Happening) => Look[] {
  const opened = new Map<Visit, string>();
  return ({ kind, atMs, visit }) => {
    if (visit === undefined) return [];
    const { person, ward = 'emergency', illness } = visit;
    const looks: Look[] = [];
    const look = (on: (ms: number) => { reference?: string }, what: Look['what'], share: number, [from, to]: Minutes): void => {
      if (!random.chance(share)) return;
      const lookMs = atMs + random.between(from, to) * minuteMs;
      const who = on(lookMs).reference;
      if (who !== undefined) looks.push({ atMs: lookMs, who, mrn: person.mrn, what });
    };
    const nurse = (ms: number) => nurseOn(hospital, ward, ms);
    const doctor = (ms: number) => doctorOn(hospital, visit.class === 'EMER' ? 'Emergency medicine' : illness.specialty, ms);
    if (kind === 'registered' && visit.class === 'EMER') {
      look(nurse, 'chart', 1, [2, 10]);
      look(doctor, 'chart', 1, [10, 40]);
    }
    if (kind === 'admitted' || kind === 'transferred') {
      look(nurse, 'chart', 1, [5, 30]);
      look(doctor, 'chart', 0.8, [10, 60]);
    }
    if (kind === 'resulted') look(doctor, 'results', 0.6, [3, 40]);
    if (kind === 'prescribed') look((ms) => pharmacistOn(hospital, ms), 'medication', 0.3, [5, 60]);
    if (kind === 'discharged') opened.delete(visit);
    const shift = `${Math.floor(atMs / 86_400_000)} ${shiftOf(atMs)} ${ward}`;
    if (kind === 'vitals' && !visit.over && opened.get(visit) !== shift) {
      opened.set(visit, shift);
      look(nurse, 'chart', 1, [0, 5]);
    }
    return looks;
  };
}
