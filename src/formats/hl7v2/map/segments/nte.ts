// NTE: what somebody remarked on what stands before it (HL7 v2.8, section 2.14.10; v2-to-FHIR maps NTE[Observation],
// NTE[ServiceRequest], NTE[Appointment-Comment]).
import type { ResourceType } from '../../../../fhir/generated/types.ts';
import { DTM } from '../codecs.ts';
import type { SegmentParts } from '../part.ts';
import type { Place } from '../place.ts';
import { rows } from '../rows.ts';
import type { Scene, Teller } from '../scene.ts';
import { CWE } from '../types/coded.ts';
import { joined, type Line, lineOf } from '../types/joined.ts';
import { XCN } from '../types/people.ts';

const annotationType = 'http://hl7.org/fhir/StructureDefinition/annotationType';

/** Resources of R4 that take notes. */
const annotated = new Set<ResourceType>([
  'AllergyIntolerance',
  'CarePlan',
  'ChargeItem',
  'Condition',
  'Goal',
  'Immunization',
  'MedicationAdministration',
  'MedicationDispense',
  'MedicationRequest',
  'Observation',
  'Procedure',
  'ServiceRequest',
  'Specimen',
]);
/** Those that take one text. */
const commented: Partial<Record<ResourceType, string>> = {
  Appointment: 'comment',
  DocumentReference: 'description',
  Account: 'description',
};

export const annotation = rows('NTE', [
  ['NTE-4', `extension[${annotationType}].valueCodeableConcept`, CWE],
  ['NTE-5', 'authorReference', XCN],
  ['NTE-6', 'time', DTM],
]);

const textOf = (nte: SegmentParts): Line[] => nte.repetitions(3).map((part) => lineOf(part));

/** Notes that follow each other and are of nobody in particular are the lines of one. */
function runFrom(scene: Scene): SegmentParts[] {
  const run: SegmentParts[] = [];
  for (let at = scene.at; scene.segments[at]?.name === 'NTE'; at++) {
    const nte = scene.segments[at];
    if (nte !== undefined) run.push(nte);
  }
  return run;
}

export const nte: Teller = (segment, scene) => {
  const about = scene.last;
  if (about === undefined) return;
  if (annotated.has(about.type)) {
    const lines = textOf(segment);
    const text = joined(lines);
    if (text.text.trim() === '') return;
    const note: Place = about.place.child({ name: 'note', item: { fresh: true } }, `nte/${segment.occurrence}`);
    note.set({ name: 'text' }, text.text, text.leaves);
    annotation.read(segment, note, scene.story);
    return;
  }
  const element = commented[about.type];
  // The first of a run says all of it.
  if (element === undefined || scene.segments[scene.at - 1]?.name === 'NTE') return;
  const { text, leaves } = joined(runFrom(scene).flatMap((nte) => textOf(nte)));
  if (text.trim() !== '') about.place.set({ name: element }, text, leaves);
};
