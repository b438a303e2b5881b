// NTE: what somebody remarked on what stands before it (HL7 v2.8, section 2.14.10; v2-to-FHIR maps NTE[Observation],
// NTE[ServiceRequest], NTE[Appointment-Comment]).
import type { ResourceType } from '../../../../fhir/generated/types.ts';
import { bare } from '../bare.ts';
import { DTM, ST } from '../codecs.ts';
import type { Converter } from '../converter.ts';
import type { SegmentParts } from '../part.ts';
import type { Place } from '../place.ts';
import { rows } from '../rows.ts';
import type { Scene, Teller } from '../scene.ts';
import { CWE } from '../types/coded.ts';
import { joined, type Line, lineOf } from '../types/joined.ts';
import { XCN } from '../types/people.ts';

const annotationType = 'http://hl7.org/fhir/StructureDefinition/annotationType';

const sources = bare<string>({ L: 'Ancillary (filler) department', P: 'Orderer', O: 'Other system' });

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
const commented: Partial<Record<ResourceType, string>> = { Account: 'description' };
/** For every other resource: http://hl7.org/fhir/extensions/StructureDefinition-note.html */
const noteOfAny = 'http://hl7.org/fhir/StructureDefinition/note';
/** Notes of an appointment, before FHIR gave it any. */
const appointmentNote = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.note';

/** HL7 table 0105: whose remark it is, where nobody is named. */
const SOURCE: Converter = {
  ...ST,
  read(part, place, step, run, story) {
    const { leaf } = part;
    const words = leaf === undefined ? undefined : sources[leaf.text.trim().toUpperCase()];
    if (leaf === undefined || words === undefined) return ST.read(part, place, step, run, story);
    return place.set(step, words, [[leaf, (now) => (now === words ? leaf.text : String(now))]], run);
  },
  write: (value) => Object.entries(sources).find(([, words]) => words === value)?.[0] ?? (typeof value === 'string' ? value : undefined),
};

export const annotation = rows('NTE', [
  ['NTE-2', 'authorString', SOURCE, { when: (whole) => whole.textAt('5') === '' && whole.textAt('5.2') === '' }],
  ['NTE-4', `extension[${annotationType}].valueCodeableConcept`, CWE],
  ['NTE-5', 'authorReference', XCN],
  ['NTE-6', 'time', DTM],
  ['NTE-9', 'extension[http://hl7.org/fhir/StructureDefinition/alternate-codes].valueCodeableConcept', CWE],
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

/** One Annotation at the place. */
function sayNote(nte: SegmentParts, note: Place, scene: Scene): boolean {
  const { text, leaves } = joined(textOf(nte));
  // A note without words that can be said is none.
  if (text.trim() === '' || !note.set({ name: 'text' }, text, leaves)) return false;
  annotation.read(nte, note, scene.story);
  return true;
}

const dated = rows('NTE', [['NTE-6', 'creation', DTM]]);

/** Words beside a document are content of it too. */
function sayContent(nte: SegmentParts, document: Place, scene: Scene): void {
  const { text, leaves } = joined(textOf(nte));
  if (text.trim() === '') return;
  const attachment = document.walk([{ name: 'content', item: { label: `nte/${nte.occurrence}` } }, { name: 'attachment' }], '');
  attachment.set(
    { name: 'data' },
    Buffer.from(text, 'utf8').toString('base64'),
    leaves.map(([leaf, write]) => [
      leaf,
      (now) => (typeof now === 'string' ? write(Buffer.from(now, 'base64').toString('utf8')) : undefined),
    ]),
  );
  attachment.imply([{ name: 'contentType' }], '', 'text/plain');
  dated.read(nte, attachment, scene.story);
}

export const nte: Teller = (segment, scene) => {
  const about = scene.last;
  if (about === undefined) return;
  const run = `nte/${segment.occurrence}`;
  const element = commented[about.type];
  if (annotated.has(about.type)) sayNote(segment, about.place.child({ name: 'note', item: { fresh: true } }, run), scene);
  else if (about.type === 'Appointment') {
    const extension = about.place.child({ name: 'extension', item: { fresh: true } }, run);
    if (!sayNote(segment, extension.child({ name: 'valueAnnotation' }, ''), scene)) return;
    extension.imply([{ name: 'url' }], '', appointmentNote);
    about.imply('comment', joined(textOf(segment)).text);
  } else if (about.type === 'DocumentReference') sayContent(segment, about.place, scene);
  else if (element !== undefined && scene.names[scene.at - 1] !== 'NTE') {
    // The first of a run says all of it.
    const { text, leaves } = joined(runFrom(scene).flatMap((one) => textOf(one)));
    if (text.trim() !== '') about.place.set({ name: element }, text, leaves);
  } else if (element === undefined && joined(textOf(segment)).text.trim() !== '') {
    const extension = about.place.child({ name: 'extension', item: { fresh: true } }, run);
    if (sayNote(segment, extension.child({ name: 'valueAnnotation' }, ''), scene)) extension.imply([{ name: 'url' }], '', noteOfAny);
  }
};
