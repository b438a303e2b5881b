// For tests: the knowledge that comes with the program, and one ward with as many patients all day.
import { readFileSync } from 'node:fs';
import type { StaffingKnowledge } from './contract.ts';
import { type NurseGap, staffingForecast } from './staffing.ts';

export const knowledge = JSON.parse(readFileSync('knowledge/forecasts/staffing.json', 'utf8')) as StaffingKnowledge;

export function gapOf({ patients, planned }: { patients: number; planned: number | null }): NurseGap | undefined {
  const hours = Array.from({ length: 168 }, () => patients);
  const none = hours.map(() => 0);
  const census = {
    here: patients,
    beds: 20,
    mean: hours,
    p05: hours,
    p50: hours,
    p95: hours,
    overfull: none,
    come: none,
    leave: none,
    firstOverflow: null,
  };
  const ward = { id: 'w', name: 'Surgical Ward', emergency: false, restsOn: { stays: 50, whose: 'ward' as const }, ...census };
  const now = 24 * 10 + 7;
  const rules = { surgeThreshold: null, surgeChance: 0.3, overflowChance: 0.5, seenPercent: 95, seenWithinMinutes: 60, minutesEach: 25 };
  const row = { ward: 'w', shift: 'early', role: 'nurse' as const, patientsPerNurse: null, by: 'test', at: '' };
  const plan = planned === null ? [] : [{ ...row, planned }];
  const found = staffingForecast(
    null,
    { starts: hours.map((_, i) => now + i), wards: [ward], inpatient: census },
    { now, knowledge, rules, plan },
  );
  return found.nurses.find(({ shift }) => shift === 'early');
}
