// Screenings and yearly checks before the simulation begins, so that registries have something to find: retinal photographs, HbA1c and urine albumin of
// diabetics, mammography, colonoscopy, cytology. Of a stream of its own: nobody else's numbers change by them.
import { date, dayMs, instant, yearMs } from './calendar.ts';
import { ageYears, type Chart } from './chart.ts';
import { concept, quantity, system } from './codes.ts';
import { randomOf } from './random.ts';

/** What, share that ever had it, within so many years, and for whom. */
const screenings: readonly (readonly [name: string, share: number, years: number, forWhom: (chart: Chart, age: number) => boolean])[] = [
  ['Retinal photographs, both eyes', 0.75, 2.2, ({ diseases }) => diseases.has('diabetes')],
  ['Diabetic foot examination', 0.6, 2, ({ diseases }) => diseases.has('diabetes')],
  ['Screening mammography, both breasts', 0.7, 3.5, ({ sex }, age) => sex === 'female' && age >= 41 && age < 76],
  ['Cervical cytology', 0.7, 4, ({ sex }, age) => sex === 'female' && age >= 22 && age < 66],
  ['Colonoscopy, screening', 0.55, 12, (_, age) => age >= 46 && age < 78],
];

export function recordScreenings(chart: Chart): void {
  const { subject, nowMs, diseases, patient } = chart;
  const random = randomOf('screenings', patient.id ?? '');
  const age = ageYears(chart, nowMs);
  for (const [text, share, years, forWhom] of screenings)
    if (forWhom(chart, age) && random.chance(share))
      chart.add({
        resourceType: 'Procedure',
        status: 'completed',
        code: { text },
        subject,
        performedDateTime: date(nowMs - random.between(0.02, years) * yearMs),
      });
  if (!diseases.has('diabetes')) return;
  const level = random.normal(7.3, 1.1);
  const tests = [
    ['4548-4', 'Hemoglobin A1c/Hemoglobin.total in Blood', '%', 30, 420, Math.max(5, level)],
    ['9318-7', 'Albumin/Creatinine [Mass Ratio] in Urine', 'mg/g', 30, 700, 8 + 60 * random.next() ** 3],
  ] as const;
  for (const [code, display, unit, fewest, most, value] of tests)
    if (random.chance(0.85)) {
      const atMs = nowMs - random.between(fewest, most) * dayMs;
      chart.add({
        resourceType: 'Observation',
        status: 'final',
        code: concept(system.loinc, code, display, display.split(' [')[0]),
        subject,
        effectiveDateTime: instant(atMs),
        valueQuantity: quantity(Number(value.toFixed(1)), unit, unit),
      });
    }
}
