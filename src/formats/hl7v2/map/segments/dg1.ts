// DG1, PR1 and PDA: what the patient has, what was done, and of what somebody died (HL7 v2.8, sections 6.5.2, 6.5.4 and 3.4.11;
// v2-to-FHIR segment maps DG1[Condition], DG1[Encounter] and PR1[Procedure]).
import { DTM, oneOf, positive, ST, YN } from '../codecs.ts';
import { elementPath } from '../element-path.ts';
import type { SegmentParts } from '../part.ts';
import { isObject } from '../place.ts';
import { rows } from '../rows.ts';
import { about, during, type Scene, type Teller, within } from '../scene.ts';
import type { Story, Thing } from '../story.ts';
import { instantOf } from '../time.ts';
import { CODING, CWE, mapped, SYSTEM, tabled, WORDS } from '../types/coded.ts';
import { EI, eiKey } from '../types/identifiers.ts';
import { DR, XAD, XCN } from '../types/people.ts';
import { PL } from '../types/places.ts';

const extension = 'http://hl7.org/fhir/StructureDefinition/';
const conditionCategory = 'http://terminology.hl7.org/CodeSystem/condition-category';
const verification = 'http://terminology.hl7.org/CodeSystem/condition-ver-status';

/** EI of another resource of this type: it is found by it, or made with nothing more known. */
export const byNumber = (
  type: 'Condition' | 'Procedure',
  scene: Scene,
  part: SegmentParts,
  field: number,
  self: Thing,
  element: string,
): void => {
  const key = eiKey(part.field(field));
  const number = part.field(field);
  if (key === undefined || number === undefined) return;
  const known = scene.story.key(key, within(scene));
  const other = scene.story.thing(type, [within(scene), known], 'refer', true);
  if (other === self) return;
  other.keys = [known];
  EI.read(number, other.place, { name: 'identifier', item: { label: '1' } }, 'number', scene.story);
  about(scene, other, 'subject');
  if (scene.patient === undefined) other.imply('subject.display', 'unknown');
  if (type === 'Procedure') other.presume('status', 'unknown');
  self.point(element, other);
};

export const diagnosis = rows('DG1', [
  ['DG1-3', 'code', CWE],
  ['DG1-4', 'code.text', ST],
  ['DG1-5', 'onsetDateTime', DTM],
  ['DG1-16', 'asserter', XCN],
  ['DG1-17', 'category[]', tabled('0228')],
  ['DG1-19', 'recordedDate', DTM],
  ['DG1-19', `extension[${extension}condition-assertedDate].valueDateTime`, DTM, { inOnly: true }],
  ['DG1-20', 'identifier[]', EI],
  [
    'DG1-21',
    'verificationStatus.coding[1].code',
    oneOf({ D: 'entered-in-error' }),
    { when: (whole) => whole.textAt('21') === 'D', with: { 'verificationStatus.coding[1].system': verification } },
  ],
]);
/** Below one diagnosis of the visit. HL7 table 0052. */
const use = mapped('0052', { A: 'AD' }, 'http://terminology.hl7.org/CodeSystem/diagnosis-role');
const ofVisit = rows('DG1', [
  ['DG1-6', 'use', use],
  ['DG1-15', 'rank', positive],
]);

export const dg1: Teller = (segment, scene) => {
  const { story } = scene;
  const number = eiKey(segment.field(20));
  const what = segment.field(3);
  const known = number === undefined ? undefined : story.key(number, within(scene));
  const name = known === undefined ? ['diagnosis', scene.encounter?.id ?? '', what?.textAt('1') || what?.key || segment.text(4)] : [known];
  const condition = story.thing('Condition', [within(scene), ...name], 'merge', true);
  condition.keys = known === undefined ? [] : [known];
  if (!diagnosis.read(segment, condition.place, story)) return;
  methodOf(segment, condition, story);
  about(scene, condition, 'subject');
  if (scene.patient === undefined) condition.imply('subject.display', 'unknown');
  condition.imply('category[kind].coding[1].system', conditionCategory).imply('category[kind].coding[1].code', 'encounter-diagnosis');
  byNumber('Condition', scene, segment, 22, condition, `extension[${extension}condition-dueTo].valueReference`);
  if (scene.encounter !== undefined) {
    during(scene, condition);
    const place = scene.encounter.place.child({ name: 'diagnosis', item: { fresh: true } }, `DG1/${segment.occurrence}`);
    place.child({ name: 'condition' }, '').imply([{ name: 'reference' }], '', condition.name);
    ofVisit.read(segment, place, story);
  } else withoutVisit(segment, scene, condition);
  if (segment.text(21) === 'D' && condition.keys.length > 0)
    story.instructions.push({ kind: 'delete', type: 'Condition', keys: [...condition.keys] });
  scene.last = condition;
};

/** DG1-2 and PR1-2 name the system where the code does not, or name it once more. */
function methodOf(segment: SegmentParts, thing: Thing, story: Story): void {
  const [method, code] = [segment.field(2), segment.field(3)];
  if (method === undefined || (code?.textAt('1') ?? '') === '') return;
  SYSTEM.read(method, thing.place.walk(elementPath('code.coding[1]'), ''), { name: 'system' }, '', story);
}

/** Outside of a visit the kind of the diagnosis is a category of it. */
function withoutVisit(segment: SegmentParts, scene: Scene, condition: Thing): void {
  const kind = segment.field(6);
  if (kind !== undefined) tabled('0052').read(kind, condition.place, { name: 'category', item: { label: 'type' } }, '', scene.story);
}

const byHand = (text: string) => ({ with: { 'performer[].function.text': text } });
const procedure = rows('PR1', [
  ['PR1-3', 'code', CWE],
  ['PR1-4', 'code.text', ST],
  ['PR1-16', 'code.coding[]', CODING],
  ['PR1-5', 'performedDateTime', DTM, { when: (whole) => whole.textAt('7') === '' || whole.textAt('5').length < 12 }],
  ['PR1-5', 'performedPeriod.start', DTM, { inOnly: true, when: (whole) => whole.textAt('7') !== '' && whole.textAt('5').length >= 12 }],
  ['PR1-6', 'category', tabled('0230')],
  ['PR1-8', 'performer[].actor', XCN, byHand('Anesthesiologist')],
  ['PR1-11', 'performer[].actor', XCN, byHand('Surgeon')],
  ['PR1-12', 'performer[].actor', XCN],
  ['PR1-15', 'reasonCode[]', CWE],
  ['PR1-19', 'identifier[]', EI],
  ['PR1-20', 'status', oneOf({ D: 'entered-in-error' }), { when: (whole) => whole.textAt('20') === 'D' }],
  ['PR1-23', 'location', PL],
]);

export const pr1: Teller = (segment, scene) => {
  const { story } = scene;
  const number = eiKey(segment.field(19));
  const known = number === undefined ? undefined : story.key(number, within(scene));
  const what = segment.field(3);
  const name =
    known === undefined
      ? ['procedure', scene.encounter?.id ?? '', what?.textAt('1') || what?.key || segment.text(4), segment.text(5)]
      : [known];
  const thing = story.thing('Procedure', [within(scene), ...name], 'merge', true);
  thing.keys = known === undefined ? [] : [known];
  if (!procedure.read(segment, thing.place, story)) return;
  methodOf(segment, thing, story);
  lasted(segment, scene, thing);
  anaesthesia(segment, scene, thing);
  thing.presume('status', 'completed');
  about(scene, thing, 'subject');
  if (scene.patient === undefined) thing.imply('subject.display', 'unknown');
  during(scene, thing);
  byNumber('Procedure', scene, segment, 25, thing, 'partOf[1]');
  scene.last = thing;
};

const narcosis = rows('PR1', [
  ['PR1-9', 'code', tabled('0019')],
  ['PR1-8', 'performer[].actor', XCN, byHand('Anesthesiologist')],
]);

/** The anaesthesia is a procedure of its own, and part of the other. */
function anaesthesia(segment: SegmentParts, scene: Scene, whole: Thing): void {
  if (segment.field(9) === undefined) return;
  const thing = scene.story.thing('Procedure', ['anaesthesia', whole.id]);
  if (!narcosis.read(segment, thing.place, scene.story)) return;
  thing.presume('status', 'completed').imply('code.text', 'Anesthesia').point('partOf[1]', whole);
  about(scene, thing, 'subject');
  if (scene.patient === undefined) thing.imply('subject.display', 'unknown');
  during(scene, thing);
}

/** PR1-7 minutes after PR1-5 it ended. */
function lasted(segment: SegmentParts, scene: Scene, thing: Thing): void {
  const minutes = segment.field(7)?.leaf;
  const period = thing.resource['performedPeriod'];
  const start = instantOf(segment.text(5), scene.story);
  if (minutes === undefined || !/^\d{1,6}$/.test(minutes.text) || start === undefined || !isObject(period)) return;
  const end = new Date(start.getTime() + Number(minutes.text) * 60_000).toISOString().replace(/\.\d{3}Z$/, '+00:00');
  period['end'] = end;
  const back = (now: unknown): string | undefined => {
    const at = typeof now === 'string' ? Date.parse(now) : Number.NaN;
    return Number.isNaN(at) ? undefined : String(Math.round((at - start.getTime()) / 60_000));
  };
  thing.place.claim('performedPeriod.end', [[minutes, back]]);
}

const group = rows('DRG', [
  ['DRG-1', 'valueCodeableConcept', CWE],
  ['DRG-2', 'effectiveDateTime', DTM],
  ['DRG-3', 'status', oneOf({ Y: 'final', N: 'preliminary' })],
]);

/** DRG: what a grouper made of the stay. */
export const drg: Teller = (segment, scene) => {
  const observation = scene.story.thing('Observation', [within(scene), 'diagnosis related group', scene.encounter?.id ?? scene.controlId]);
  if (!group.read(segment, observation.place, scene.story)) return;
  observation.presume('status', 'final').imply('code.text', 'Diagnosis related group');
  about(scene, observation, 'subject');
  during(scene, observation);
};

const death = rows('PDA', [
  ['PDA-1', 'valueCodeableConcept', CWE],
  ['PDA-2', `extension[${extension}event-location].valueReference`, PL],
  ['PDA-3', 'component[certified].valueBoolean', YN, { with: { 'component[certified].code.text': 'Death certified' } }],
  ['PDA-4', 'effectiveDateTime', DTM],
  ['PDA-5', 'performer[]', XCN],
  ['PDA-9', 'component[coroner].valueBoolean', YN, { with: { 'component[coroner].code.text': 'Coroner informed' } }],
]);
const autopsy = rows('PDA', [
  ['PDA-6', 'status', oneOf({ Y: 'completed', N: 'not-done' })],
  ['PDA-7', 'performedPeriod', DR],
  ['PDA-8', 'performer[].actor', XCN],
]);

export const pda: Teller = (segment, scene) => {
  const { story } = scene;
  const observation = story.thing('Observation', [within(scene), 'cause of death']);
  if (death.read(segment, observation.place, story)) {
    observation.imply('status', 'final').imply('code.coding[1].system', 'http://loinc.org').imply('code.coding[1].code', '69453-9');
    observation.imply('code.text', 'Cause of death');
    about(scene, observation, 'subject');
  }
  const thing = story.thing('Procedure', [within(scene), 'autopsy']);
  if (!autopsy.read(segment, thing.place, story)) return;
  thing.imply('status', 'unknown').imply('code.text', 'Autopsy');
  about(scene, thing, 'subject');
  if (scene.patient === undefined) thing.imply('subject.display', 'unknown');
};

const accident = rows('ACC', [
  ['ACC-1', 'effectiveDateTime', DTM],
  ['ACC-2', 'valueCodeableConcept', tabled('0050')],
  ['ACC-5', 'component[job].valueBoolean', YN, { with: { 'component[job].code.text': 'Related to the job' } }],
  ['ACC-6', 'component[death].valueBoolean', YN, { with: { 'component[death].code.text': 'Death in the accident' } }],
  ['ACC-7', 'performer[]', XCN],
  ['ACC-8', 'note[1].text', ST],
  ['ACC-9', 'component[brought].valueString', ST, { with: { 'component[brought].code.text': 'Brought in by' } }],
  ['ACC-13', 'identifier[]', EI],
  ['ACC-10', 'component[police].valueBoolean', YN, { with: { 'component[police].code.text': 'Police notified' } }],
]);

const scenery = rows('ACC', [
  ['ACC-3', 'name', ST],
  ['ACC-11', 'address', XAD],
  ['ACC-4', 'address.state', WORDS],
]);

/** An accident is a finding of the visit: R4 has one of its own in a claim only, and a message makes none. */
export const acc: Teller = (segment, scene) => {
  const observation = scene.story.thing('Observation', [within(scene), 'accident', segment.text(1), segment.text(2)]);
  const said = accident.read(segment, observation.place, scene.story);
  const place = scene.story.thing('Location', [within(scene), 'accident', segment.text(3), segment.field(11)?.key ?? '']);
  if (scenery.read(segment, place.place, scene.story)) observation.point(`extension[${extension}event-location].valueReference`, place);
  else if (!said) return;
  observation.imply('status', 'final').imply('code.text', 'Accident');
  about(scene, observation, 'subject');
  during(scene, observation);
};
