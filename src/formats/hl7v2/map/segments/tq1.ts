// TQ1: when and how often (HL7 v2.8, section 4.5.4; v2-to-FHIR maps TQ1[ServiceRequest], TQ1[MedicationRequest]; the rows of
// Appointment are ours).
import { DTM, INSTANT, ST } from '../codecs.ts';
import { type Converter, primitive } from '../converter.ts';
import type { SegmentParts } from '../part.ts';
import { type Row, rows, type SegmentRows } from '../rows.ts';
import type { Teller } from '../scene.ts';
import { priorities } from '../tables/orders.ts';
import { codeOf } from '../types/coded.ts';
import { CQ, DURATION } from '../types/quantities.ts';
import { timingOfTq1 } from '../types/timing.ts';

type Whole = { textAt(path: string): string };
const boundless = (whole: Whole): boolean => whole.textAt('7') === '' && whole.textAt('8') === '';

const common = (timing: string): Row[] => [
  ...timingOfTq1(timing),
  ['TQ1-6', `${timing}.repeat.boundsDuration`, DURATION, { when: boundless }],
  ['TQ1-9', 'priority', codeOf(priorities, '0485')],
];

export const serviceTiming = rows('TQ1', [
  ...common('occurrenceTiming'),
  ['TQ1-2', 'quantityQuantity', CQ],
  ['TQ1-10', 'asNeededCodeableConcept.text', ST],
  ['TQ1-11', 'note[].text', ST],
]);

/** PRN, where a priority is asked for. */
const AS_NEEDED: Converter = primitive({
  read: (text) => (text.trim().toUpperCase() === 'PRN' ? true : undefined),
  write: (value) => (value === true ? 'PRN' : undefined),
});

/** Each TQ1 of an order is one instruction. */
const drugTimings: SegmentRows[] = Array.from({ length: 9 }, (_, at) => {
  const dosage = `dosageInstruction[${at + 1}]`;
  return rows('TQ1', [
    ...common(`${dosage}.timing`),
    ['TQ1-2', `${dosage}.doseAndRate[1].doseQuantity`, CQ],
    ['TQ1-9', `${dosage}.asNeededBoolean`, AS_NEEDED, { inOnly: true }],
    ['TQ1-10', `${dosage}.additionalInstruction[condition].text`, ST],
    ['TQ1-11', `${dosage}.text`, ST],
  ]);
});
export const drugTiming = drugTimings[0];

export const appointmentTiming = rows('TQ1', [
  ['TQ1-7', 'start', INSTANT],
  ['TQ1-8', 'end', INSTANT],
]);
/** When it was asked for, where it is set for another time. */
export const wantedTiming = rows('TQ1', [
  ['TQ1-7', 'requestedPeriod[timing].start', DTM],
  ['TQ1-8', 'requestedPeriod[timing].end', DTM],
]);
const isSaid = (segment: SegmentParts): boolean =>
  [7, 8].every((field) => segment.field(field)?.leaf === undefined || segment.field(field)?.leaf?.said.length !== 0);

/** How many of its name stand in one row up to this segment. */
function nth(at: number, names: readonly string[]): number {
  let count = 0;
  for (let back = at - 1; names[back] === 'TQ1' || names[back] === 'TQ2' || names[back] === 'NTE'; back--)
    if (names[back] === 'TQ1') count++;
  return count;
}

export const tq1: Teller = (segment, scene) => {
  const { story, order, appointment } = scene;
  if (appointment !== undefined && order === undefined) {
    appointmentTiming.read(segment, appointment.place, story);
    if (!isSaid(segment)) wantedTiming.read(segment, appointment.place, story);
    return;
  }
  const whose = scene.given?.type === 'MedicationRequest' ? scene.given : (scene.medication ?? order);
  if (whose === undefined) return;
  if (whose.type === 'MedicationRequest') {
    const at = nth(scene.at, scene.names);
    drugTimings[Math.min(at, drugTimings.length - 1)]?.read(segment, whose.place, story);
    if (/\bPRN/i.test(segment.text(3))) whose.imply(`dosageInstruction[${Math.min(at, 8) + 1}].asNeededBoolean`, true);
  } else if (whose.type === 'ServiceRequest') serviceTiming.read(segment, whose.place, story);
};
