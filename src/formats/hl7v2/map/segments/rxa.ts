// RXA and RXR: what was given (HL7 v2.8, sections 4A.4.7 and 4A.4.2; v2-to-FHIR maps RXA[Immunization], RXR[Immunization]; the rows of
// MedicationAdministration are ours). A vaccination is known by its patient, vaccine, day and number.
import { DT, DTM, NM, oneOf, ST } from '../codecs.ts';
import { isVaccination } from '../order-group.ts';
import type { SegmentParts } from '../part.ts';
import { rows } from '../rows.ts';
import { about, during, type Scene, type Teller, within } from '../scene.ts';
import type { Thing } from '../story.ts';
import { administrationStatuses, immunizationStatuses } from '../tables/treatments.ts';
import { CWE, tabled, WORDS } from '../types/coded.ts';
import { eiKey } from '../types/identifiers.ts';
import { XAD, XCN } from '../types/people.ts';
import { LA2, locationOf, PL } from '../types/places.ts';
import { UNITS } from '../types/quantities.ts';
import { ORGANIZATION_BY_CODE } from '../types/staff.ts';

type Whole = { textAt(path: string): string };

/** What somebody did in a vaccination, by HL7 table 0443. */
export function functionOf(label: string, code: string): { with: Record<string, string> } {
  const at = `performer[${label}].function.coding[1]`;
  return { with: { [`${at}.system`]: 'http://terminology.hl7.org/CodeSystem/v2-0443', [`${at}.code`]: code } };
}

/** 999 is how registries write that nobody knows how much. */
const known = (whole: Whole): boolean => whole.textAt('6') !== '999';
/** Where the record is from (table NIP001, two digits), or words. */
const isNote = (whole: Whole): boolean => whole.textAt('9.3') !== 'NIP001' && !/^0\d$/.test(whole.textAt('9').trim());
const kept = (whole: Whole): boolean => whole.textAt('21') !== 'D';

export const vaccination = rows('RXA', [
  ['RXA-3', 'occurrenceDateTime', DTM],
  ['RXA-4', 'occurrenceDateTime', DTM, { inOnly: true, when: (whole) => whole.textAt('4') === whole.textAt('3') }],
  ['RXA-5', 'vaccineCode', CWE],
  ['RXA-6', 'doseQuantity.value', NM, { when: known }],
  ['RXA-7', 'doseQuantity', UNITS, { when: (whole) => known(whole) && whole.textAt('6') !== '' }],
  ['RXA-9', 'note[].text', WORDS, { when: isNote }],
  ['RXA-9', 'reportOrigin', CWE, { inOnly: true, when: (whole) => !isNote(whole) }],
  ['RXA-10', 'performer[administering].actor', XCN, functionOf('administering', 'AP')],
  ['RXA-11', 'location', LA2, { when: (whole) => whole.textAt('27') === '' }],
  ['RXA-15', 'lotNumber', ST],
  ['RXA-16', 'expirationDate', DT],
  ['RXA-17', 'manufacturer', ORGANIZATION_BY_CODE],
  ['RXA-18', 'statusReason', CWE],
  ['RXA-19', 'reasonCode[]', CWE],
  ['RXA-20', 'status', oneOf(immunizationStatuses, '0322'), { when: kept }],
  ['RXA-21', 'status', oneOf({ D: 'entered-in-error' }), { when: (whole) => !kept(whole) }],
  ['RXA-22', 'recorded', DTM],
  ['RXA-27', 'location', PL],
]);

export const administration = rows('RXA', [
  ['RXA-3', 'effectiveDateTime', DTM, { when: (whole) => !lasts(whole) }],
  ['RXA-4', 'effectiveDateTime', DTM, { inOnly: true, when: (whole) => !lasts(whole) }],
  ['RXA-3', 'effectivePeriod.start', DTM, { when: lasts }],
  ['RXA-4', 'effectivePeriod.end', DTM, { when: lasts }],
  ['RXA-5', 'medicationCodeableConcept', CWE],
  ['RXA-6', 'dosage.dose.value', NM, { when: known }],
  ['RXA-7', 'dosage.dose', UNITS, { when: (whole) => known(whole) && whole.textAt('6') !== '' }],
  ['RXA-9', 'note[].text', WORDS],
  ['RXA-10', 'performer[].actor', XCN],
  ['RXA-18', 'statusReason[]', CWE],
  ['RXA-19', 'reasonCode[]', CWE],
  ['RXA-20', 'status', oneOf(administrationStatuses, '0322'), { when: kept }],
  ['RXA-21', 'status', oneOf({ D: 'entered-in-error' }), { when: (whole) => !kept(whole) }],
]);
function lasts(whole: Whole): boolean {
  return whole.textAt('4') !== '' && whole.textAt('4') !== whole.textAt('3');
}

/** Registries write 9999 for a number that nobody has given. */
const isNumber = (key: string | undefined): key is string => key !== undefined && !key.endsWith('|9999');

/** Whether a number stands at one vaccination only. */
function isAlone(scene: Scene, number: string): boolean {
  return scene.segments.filter((one) => one.name === 'ORC' && (eiKey(one.field(3)) ?? eiKey(one.field(2))) === number).length < 2;
}

export function immunizationOf(rxa: SegmentParts, orc: SegmentParts | undefined, scene: Scene): Thing {
  const number = [eiKey(orc?.field(3)), eiKey(orc?.field(2))].find(isNumber);
  const { story } = scene;
  const key = ['immunization', within(scene), rxa.text(5) || rxa.text(5, '2'), rxa.text(3).slice(0, 8), number ?? ''];
  const alone = number !== undefined && isAlone(scene, number);
  const thing = story.thing('Immunization', key, 'merge', alone);
  if (alone) thing.keys = [story.key(number, within(scene))];
  return thing;
}

function tellVaccination(rxa: SegmentParts, scene: Scene): Thing {
  const { story } = scene;
  const ordered =
    scene.order?.type === 'Immunization' && scene.group?.obr === undefined && scene.vaccinations?.has(scene.order) !== true
      ? scene.order
      : undefined;
  const thing = ordered ?? immunizationOf(rxa, undefined, scene);
  scene.vaccinations ??= new Set();
  scene.vaccinations.add(thing);
  vaccination.read(rxa, thing.place, story);
  if (rxa.text(9) !== '' && !isNote({ textAt: (path) => rxa.text(9, path.split('.')[1] ?? '1') }))
    thing.imply('primarySource', rxa.text(9) === '00');
  const [place, address] = [rxa.field(27), rxa.field(28)];
  if (place !== undefined && address !== undefined) {
    const location = locationOf(place, story);
    if (location !== undefined) XAD.read(address, location.place, { name: 'address' }, '28', story);
  }
  about(scene, thing, 'patient');
  return thing;
}
function tellAdministration(rxa: SegmentParts, scene: Scene): Thing {
  const { story } = scene;
  const order = scene.medication;
  const key = ['given', within(scene), order?.id ?? '', rxa.text(2), rxa.text(3), rxa.text(5) || rxa.text(5, '2')];
  const thing = story.thing('MedicationAdministration', key);
  administration.read(rxa, thing.place, story);
  if (order !== undefined) thing.point('request', order);
  about(scene, thing, 'subject');
  during(scene, thing, 'context');
  return thing;
}

export const rxa: Teller = (segment, scene) => {
  const thing = isVaccination(segment, scene) ? tellVaccination(segment, scene) : tellAdministration(segment, scene);
  if (thing.type === 'Immunization') scene.order = thing;
  scene.given = thing;
  scene.last = thing;
  // Counters of the order's own segments, and that it is to be taken as it stands.
  for (const field of [1, 2, 21]) {
    const leaf = segment.field(field)?.leaf;
    if (field === 21 && leaf !== undefined && !/^[AUX]$/.test(leaf.text)) continue;
    if (leaf !== undefined && leaf.said.length === 0) leaf.structural = true;
  }
};

const ROUTE = tabled('0162');
const SITE = tabled('0163');
export const vaccinationRoute = rows('RXR', [
  ['RXR-1', 'route', ROUTE],
  ['RXR-2', 'site', SITE],
]);
export const administrationRoute = rows('RXR', [
  ['RXR-1', 'dosage.route', ROUTE],
  ['RXR-2', 'dosage.site', SITE],
  ['RXR-4', 'dosage.method', tabled('0165')],
]);
export const orderRoute = rows('RXR', [
  ['RXR-1', 'dosageInstruction[1].route', ROUTE],
  ['RXR-2', 'dosageInstruction[1].site', SITE],
  ['RXR-4', 'dosageInstruction[1].method', tabled('0165')],
  ['RXR-5', 'dosageInstruction[1].additionalInstruction[]', tabled('0494')],
]);

export const rxr: Teller = (segment, scene) => {
  const { given, story } = scene;
  const order = given ?? scene.medication;
  if (given?.type === 'Immunization') vaccinationRoute.read(segment, given.place, story);
  else if (given?.type === 'MedicationAdministration') administrationRoute.read(segment, given.place, story);
  else if (order !== undefined) orderRoute.read(segment, order.place, story);
};
