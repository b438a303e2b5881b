// SPM, SAC and the specimen source of OBR-15: what was taken, of whom, how (HL7 v2.8, sections 7.4.3 and 13.4.3; v2-to-FHIR maps
// SPM[Specimen], SPS[Specimen-Source]; the rows of SAC are ours).
import { DTM, NM, oneOf, ST } from '../codecs.ts';
import { referred } from '../converter.ts';
import { specimenStandsFirst } from '../order-group.ts';
import type { SegmentParts } from '../part.ts';
import { composite, rows } from '../rows.ts';
import { about, type Scene, type Teller, within } from '../scene.ts';
import type { Thing } from '../story.ts';
import { CWE, tabled, WORDS } from '../types/coded.ts';
import { CX, EI, eiKey } from '../types/identifiers.ts';
import { numbered, pair } from '../types/order-numbers.ts';
import { XCN } from '../types/people.ts';
import { CQ, UNITS } from '../types/quantities.ts';

const handling = 'http://hl7.org/fhir/StructureDefinition/specimen-specialHandling';
/** Specimen has a role since R5. */
const role = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Specimen.role';
const numbersOf = pair('PLAC', 'FILL');
const PARENT = referred('Specimen', numbersOf);

export const specimen = rows('SPM', [
  ['SPM-3', 'parent[]', PARENT],
  ['SPM-4', 'type', tabled('0487')],
  ['SPM-6', 'container[1].additiveCodeableConcept', tabled('0371')],
  ['SPM-7', 'collection.method', tabled('0488')],
  ['SPM-8', 'collection.bodySite', CWE],
  ['SPM-11', `extension[].valueCodeableConcept`, tabled('0369'), { with: { 'extension[].url': role } }],
  ['SPM-12', 'collection.quantity', CQ],
  ['SPM-15', `collection.extension[].valueCodeableConcept`, tabled('0376'), { with: { 'collection.extension[].url': handling } }],
  ['SPM-14', 'note[].text', ST],
  ['SPM-18', 'receivedTime', DTM],
  ['SPM-20', 'status', oneOf({ Y: 'available', N: 'unavailable' })],
  ['SPM-21', 'condition[]', tabled('0490'), { inOnly: true }],
  ['SPM-22', 'condition[]', tabled('0491'), { inOnly: true }],
  ['SPM-23', 'condition[]', tabled('0492'), { inOnly: true }],
  ['SPM-24', 'condition[]', tabled('0493')],
  ['SPM-27', 'container[1].type', CWE],
  ['SPM-28', 'container[1].description', WORDS],
  ['SPM-30', 'accessionIdentifier', CX],
  ['SPM-31', 'identifier[]', CX],
  ['SPM-32', 'identifier[shipment]', EI, numbered('identifier[shipment]', 'SHIP')],
]);
export const collected = composite([
  ['1', 'collection.collectedDateTime', DTM, { when: (whole) => whole.textAt('2') === '' }],
  ['1', 'collection.collectedPeriod.start', DTM, { when: (whole) => whole.textAt('2') !== '' }],
  ['2', 'collection.collectedPeriod.end', DTM],
]);

/** OBR-15. */
export const SPS = composite([
  ['1', 'type', tabled('0070')],
  ['2', 'container[1].additiveCodeableConcept', CWE],
  ['3', 'note[].text', ST],
  ['4', 'collection.bodySite', CWE],
  ['6', 'condition[]', CWE],
]);

/** What an OBR says of a specimen, and an SPM may leave to it. */
export const collection = rows('OBR', [
  ['OBR-9', 'collection.quantity', CQ],
  ['OBR-10', 'collection.collector', XCN],
  ['OBR-14', 'receivedTime', DTM],
  ['OBR-39', 'note[].text', WORDS],
]);

/** SAC: its container. */
export const container = rows('SAC', [
  ['SAC-2', 'accessionIdentifier', EI],
  ['SAC-3', 'container[1].identifier[container]', EI],
  ['SAC-4', 'container[1].identifier[primary]', EI, { inOnly: true }],
  ['SAC-8', 'status', oneOf({ I: 'available', P: 'available', O: 'unavailable', U: 'unavailable', L: 'unavailable', X: 'unavailable' })],
  ['SAC-21', 'container[1].capacity.value', NM],
  ['SAC-22', 'container[1].specimenQuantity.value', NM],
  ['SAC-24', 'container[1].capacity', UNITS, { when: (whole) => whole.textAt('21') !== '' }],
  ['SAC-24', 'container[1].specimenQuantity', UNITS, { inOnly: true, when: (whole) => whole.textAt('22') !== '' }],
  ['SAC-27', 'container[1].additiveCodeableConcept', tabled('0371')],
  ['SAC-44', 'condition[]', CWE],
]);

/** Known by its number; what has none, within its order. */
export function specimenOf(spm: SegmentParts, scene: Scene): Thing {
  const id = spm.field(2);
  const number = eiKey(id?.at(2)) ?? eiKey(id?.at(1)) ?? (spm.text(30) === '' ? undefined : spm.text(30));
  const { story } = scene;
  if (number === undefined) return story.thing('Specimen', ['of', scene.group?.key ?? within(scene), String(spm.occurrence)]);
  const thing = story.thing('Specimen', ['specimen', number], 'merge', true);
  const keys = [id?.at(1), id?.at(2)].flatMap((part) => eiKey(part) ?? []);
  thing.keys = keys.map((key) => story.key(key, within(scene)));
  return thing;
}

export const spm: Teller = (segment, scene) => {
  const thing = specimenOf(segment, scene);
  const { story } = scene;
  const id = segment.field(2);
  if (id !== undefined) numbersOf.into(id, thing.place, 'id', story);
  specimen.read(segment, thing.place, story);
  const time = segment.field(17);
  if (time !== undefined) collected.into(time, thing.place, 'time', story);
  about(scene, thing, 'subject');
  const orders = scene.group?.obr;
  if (orders !== undefined && scene.group?.specimen === thing) collection.read(orders, thing.place, story);
  // Where the specimen stands first, the orders that come are about it; otherwise it is about the order before it.
  if (specimenStandsFirst(scene)) {
    scene.order = undefined;
    scene.report = undefined;
    scene.group = undefined;
    scene.specimen = thing;
  } else if (scene.group !== undefined) scene.group.specimen ??= thing;
  scene.afterSpecimen = thing;
  scene.observation = undefined;
  scene.document = undefined;
  scene.last = thing;
};

export const sac: Teller = (segment, scene) => {
  const number = eiKey(segment.field(3)) ?? eiKey(segment.field(2));
  const thing = scene.afterSpecimen ?? scene.story.thing('Specimen', ['container', number ?? `${scene.controlId} ${segment.occurrence}`]);
  container.read(segment, thing.place, scene.story);
  about(scene, thing, 'subject');
  scene.last = thing;
};
