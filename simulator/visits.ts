// Visits to the clinic: a check of what is chronic, with pressure and weight, the blood tests that belong to the diseases.
import { type Body, measure, noStrain } from './body.ts';
import { instant, minuteMs } from './calendar.ts';
import { ageYears, type Chart } from './chart.ts';
import { concept, hl7Coding, hl7Concept, system } from './codes.ts';
import { type Drawn, reportPanel, reportTest } from './laboratory.ts';
import { writeNote } from './notes.ts';
import { writeVisitVitals } from './vital-signs.ts';

export function visitClinic(chart: Chart, body: Body, fromMs: number): void {
  const { hospital, nowMs, ordinal, random, diseases } = chart;
  const untilMs = fromMs + random.int(15, 45) * minuteMs;
  const over = untilMs <= nowMs;
  const doctor = hospital.practitioner(ageYears(chart, fromMs) < 16 ? 'Paediatrics' : 'Family medicine', ordinal);
  const reason =
    diseases.size > 0
      ? { text: 'Check of long-term conditions' }
      : ageYears(chart, fromMs) < 18
        ? { text: "Child's check-up" }
        : concept(system.icd10cm, 'Z00.00', 'Encounter for general adult medical examination without abnormal findings');
  const encounter = chart.add({
    resourceType: 'Encounter',
    status: over ? 'finished' : 'in-progress',
    class: hl7Coding('v3-ActCode', 'AMB', 'ambulatory'),
    type: [{ text: 'Clinic visit' }],
    subject: chart.subject,
    participant: [{ type: [hl7Concept('v3-ParticipationType', 'ATND', 'attender')], individual: doctor }],
    period: { start: instant(fromMs), ...(over ? { end: instant(untilMs) } : {}) },
    reasonCode: [reason],
    location: [{ location: hospital.clinicRoom, status: over ? 'completed' : 'active' }],
    serviceProvider: hospital.clinic,
  });
  const vitals = measure(chart, body, noStrain, 0);
  writeVisitVitals(chart, vitals, body, { atMs: fromMs + 4 * minuteMs, encounter, by: hospital.practitioner('Nursing', ordinal + 1) });
  if (!over) return;
  const drawn: Drawn = { atMs: fromMs + 10 * minuteMs, encounter, severity: 0, strain: {} };
  if (diseases.size > 0 || random.chance(0.5)) reportPanel(chart, 'metabolic', drawn);
  if (ageYears(chart, fromMs) > 40 && random.chance(0.5)) reportPanel(chart, 'blood', drawn);
  if (diseases.has('lipids') || diseases.has('diabetes')) reportPanel(chart, 'lipid', drawn);
  if (diseases.has('diabetes')) reportTest(chart, 'a1c', drawn);
  if (diseases.has('heart-failure')) reportTest(chart, 'natriuretic', drawn);
  if (diseases.has('thyroid')) reportTest(chart, 'tsh', drawn);
  if (diseases.has('atrial-fibrillation')) reportTest(chart, 'inr', drawn);
  writeNote(chart, 'progress', untilMs, encounter, doctor, [
    `Blood pressure ${Math.round(vitals.systolic)}/${Math.round(vitals.diastolic)}, pulse ${Math.round(vitals.pulse)}.`,
    diseases.size > 0 ? `Reviewed: ${[...diseases].join(', ').replaceAll('-', ' ')}. Medicines unchanged.` : 'Feels well. No complaints.',
  ]);
}
