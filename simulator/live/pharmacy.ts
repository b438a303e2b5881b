// Prescribing, giving and stopping medicines. Each kind of medication error is planted at its own rate and recorded as truth; everything
// else is as it should be: no dose beyond its limit, nothing that the patient is known to be allergic to.
import type { MedicationRequest } from '../../src/fhir/generated/types.ts';
import { hourMs, instant, minuteMs } from '../calendar.ts';
import { doseOf, everyHours, medicineConcept, medicineOf, prescribe } from '../medicines.ts';
import { encounterOf } from './care.ts';
import { doctorOn, nurseOn } from './staff.ts';
import { conceptOf } from './visits.ts';
import { type Dose, drained, type Visit, type World } from './world.ts';

/** Medicines that the words of an allergy speak against. */
const against: readonly (readonly [RegExp, readonly string[]])[] = [
  [/penicillin|amoxicillin/i, ['amoxicillin', 'piperacillin']],
  [/cephalosporin|ceftriaxone/i, ['ceftriaxone']],
  [/aspirin|nsaid|ibuprofen/i, ['aspirin']],
  [/morphine|opioid|codeine/i, ['morphine']],
  [/sulfa|furosemide/i, []],
];
const isAgainst = (allergies: readonly string[], medicine: string): boolean =>
  against.some(([words, medicines]) => medicines.includes(medicine) && allergies.some((one) => words.test(one)));

export function treat(world: World, visit: Visit): void {
  const { allergies } = visit.person;
  for (const medicine of visit.illness.medicines) {
    const wrong = isAgainst(allergies, medicine);
    if (wrong && !world.random.chance(0.03 * world.rates.planted)) continue;
    const dose = order(world, visit, medicine);
    if (wrong) plant(world, visit, 'allergy', `${medicine} was prescribed against a known allergy`, dose.request);
  }
  visit.course.treated = true;
  const [first] = visit.doses;
  if (first !== undefined && world.random.chance(0.006 * world.rates.planted)) {
    const twice = order(world, visit, first.medicine);
    plant(world, visit, 'duplicate-order', `${first.medicine} was prescribed twice`, twice.request);
  }
}

function plant(world: World, visit: Visit, which: string, says: string, about: { resourceType: string; id?: string | undefined }): void {
  world.plant({
    kind: 'medication-error',
    which,
    mrn: visit.person.mrn,
    visit: visit.number,
    about: [`${about.resourceType}/${about.id}`],
    says,
  });
}

export function order(world: World, visit: Visit, medicine: string): Dose {
  const { chart } = visit.person;
  chart.nowMs = world.nowMs;
  prescribe(chart, medicine, {
    fromMs: world.nowMs,
    category: 'inpatient',
    encounter: encounterOf(visit),
    prescriber: doctorOn(world.hospital, visit.illness.specialty, world.nowMs),
    reason: conceptOf(visit.illness),
  });
  const request = drained(chart).find((one): one is MedicationRequest => one.resourceType === 'MedicationRequest');
  if (request === undefined) throw new Error('a prescription was added and is not there');
  const number = world.number('P');
  request.identifier = [{ system: 'http://lamplight.example/orders', value: number }];
  if (world.random.chance(0.003 * world.rates.planted)) {
    const quantity = request.dosageInstruction?.[0]?.doseAndRate?.[0]?.doseQuantity;
    if (quantity?.value !== undefined) {
      quantity.value = Number(quantity.value) * 10;
      plant(world, visit, 'tenfold-dose', `${medicine} was prescribed in ten times the dose`, request);
    }
  }
  const dose: Dose = { medicine, request, number };
  visit.doses.push(dose);
  visit.open.push(request);
  world.tell({ kind: 'prescribed', person: visit.person, visit, number, resources: [request] });
  world.later(world.nowMs + world.random.between(30, 75) * minuteMs, () => due(world, visit, dose, world.nowMs));
  return dose;
}

const stepMs = (medicine: string): number => {
  const { often } = medicineOf(medicine);
  return (often === undefined ? 9 : everyHours[often]) * hourMs;
};

/** A dose is due; the next one after it. */
function due(world: World, visit: Visit, dose: Dose, dueMs: number): void {
  const stoppedMs = dose.stopped === true;
  if (visit.over) return;
  if (stoppedMs) {
    if (world.random.chance(0.01 * world.rates.planted)) give(world, visit, dose, dueMs, 'after-stop');
    return;
  }
  const { random } = world;
  const chance = random.next() / Math.max(1e-9, world.rates.planted);
  const error =
    chance < 0.002 ? 'omitted' : chance < 0.004 ? 'late' : chance < 0.005 ? 'wrong-route' : chance < 0.006 ? 'given-twice' : undefined;
  if (error === 'omitted') {
    plant(world, visit, 'omitted', `${dose.medicine} was due and nothing says what became of it`, dose.request);
  } else if (error === 'late') {
    world.later(dueMs + 5 * hourMs, () => visit.over || give(world, visit, dose, dueMs, 'late'));
  } else give(world, visit, dose, dueMs, error);
  world.later(dueMs + stepMs(dose.medicine), () => due(world, visit, dose, dueMs + stepMs(dose.medicine)));
}

function give(world: World, visit: Visit, dose: Dose, dueMs: number, error?: string): void {
  const { chart } = visit.person;
  const medicine = medicineOf(dose.medicine);
  chart.nowMs = world.nowMs;
  const refused = error === undefined && chart.random.chance(0.03);
  for (let times = error === 'given-twice' ? 2 : 1; times > 0; times--) {
    const administration = chart.add({
      resourceType: 'MedicationAdministration',
      status: refused ? 'not-done' : 'completed',
      ...(refused ? { statusReason: [{ text: chart.random.pick(['Patient refused', 'Patient was off the ward', 'Nil by mouth']) }] } : {}),
      medicationCodeableConcept: medicineConcept(medicine),
      subject: chart.subject,
      context: encounterOf(visit),
      effectiveDateTime: instant(Math.max(world.nowMs, dueMs) + times * minuteMs),
      performer: [{ actor: nurseOn(world.hospital, visit.ward ?? 'emergency', world.nowMs) }],
      request: { reference: `MedicationRequest/${dose.request.id}` },
      dosage: {
        text: medicine.said,
        route: { text: error === 'wrong-route' ? wrongRoute(medicine.route) : medicine.route },
        dose: doseOf(medicine),
      },
    });
    if (error !== undefined && times === 1)
      world.plant({
        kind: 'medication-error',
        which: error,
        mrn: visit.person.mrn,
        visit: visit.number,
        about: [administration.reference ?? ''],
        says: `${dose.medicine}: ${error.replaceAll('-', ' ')}`,
      });
  }
  world.tell({ kind: 'given', person: visit.person, visit, number: dose.number, resources: drained(chart) });
}

const wrongRoute = (route: string): string => (route === 'Oral' ? 'Intravenous' : 'Intramuscular');

export function stop(world: World, visit: Visit, dose: Dose): void {
  dose.stopped = true;
  dose.request.status = 'stopped';
  world.tell({ kind: 'stopped', person: visit.person, visit, number: dose.number, resources: [dose.request] });
}
