// GT1: who answers for the bill (HL7 v2.8, section 6.5.5): a guarantor of the account, a person or an organisation. The official maps
// have nothing for it.
import { DT, ST, yesOf } from '../codecs.ts';
import { elementPath } from '../element-path.ts';
import type { SegmentParts } from '../part.ts';
import { rows } from '../rows.ts';
import { about, type Scene, type Teller, within } from '../scene.ts';
import type { Thing } from '../story.ts';
import { codeOf } from '../types/coded.ts';
import { CX, identifierTypes } from '../types/identifiers.ts';
import { LANGUAGE } from '../types/language.ts';
import { NAME_WORDS, XAD, XPN, XTN } from '../types/people.ts';
import { RELATIONSHIP } from './nk1.ts';
import { genders } from './pid.ts';

const typed = (at: string, code: string) => ({
  with: { [`${at}.type.coding[1].system`]: identifierTypes, [`${at}.type.coding[1].code`]: code },
});

const person = rows('GT1', [
  ['GT1-2', 'identifier[]', CX],
  ['GT1-3', 'name[]', XPN],
  ['GT1-5', 'address[]', XAD],
  ['GT1-6', 'telecom[]', XTN, { with: { 'telecom[].use': 'home' } }],
  ['GT1-7', 'telecom[]', XTN, { with: { 'telecom[].use': 'work' } }],
  ['GT1-8', 'birthDate', DT],
  ['GT1-9', 'gender', codeOf(genders, '0001')],
  ['GT1-11', 'relationship[]', RELATIONSHIP],
  ['GT1-12', 'identifier[ssn].value', ST, typed('identifier[ssn]', 'SS')],
  ['GT1-13', 'period.start', DT],
  ['GT1-14', 'period.end', DT],
  ['GT1-19', 'identifier[employee].value', ST, typed('identifier[employee]', 'EI')],
  ['GT1-36', 'communication[1].language', LANGUAGE],
  ['GT1-45', 'name[]', XPN],
  ['GT1-46', 'telecom[]', XTN],
]);
const organization = rows('GT1', [
  ['GT1-21', 'name', ST],
  ['GT1-2', 'identifier[]', CX],
  ['GT1-5', 'address[]', XAD],
  ['GT1-6', 'telecom[]', XTN],
  ['GT1-7', 'telecom[]', XTN],
  ['GT1-45', 'contact[1].name', XPN],
  ['GT1-46', 'contact[1].telecom[]', XTN],
]);
const employer = rows('GT1', [
  ['GT1-51', 'name', ST],
  ['GT1-16', 'name', NAME_WORDS, { when: (whole) => whole.textAt('51') === '' }],
  ['GT1-16', 'alias[]', NAME_WORDS, { when: (whole) => whole.textAt('51') !== '' }],
  ['GT1-21', 'name', ST],
  ['GT1-29', 'identifier[]', CX],
  ['GT1-17', 'address[]', XAD],
  ['GT1-18', 'telecom[]', XTN],
]);
const contact = rows('GT1', [
  ['GT1-3', 'name', XPN],
  ['GT1-11', 'relationship[]', RELATIONSHIP],
]);

/** For whom the guarantor works: the organisation of a contact is "for which the contact is working" (Patient.contact.organization). */
function employed(segment: SegmentParts, scene: Scene): void {
  const { patient, story } = scene;
  const key = [51, 16, 21, 29, 18].map((field) => segment.field(field)?.key ?? '');
  if (patient === undefined || key.every((one) => one === '')) return;
  const organization = story.thing('Organization', ['employer', ...key], 'merge', true);
  if (!employer.read(segment, organization.place, story)) return;
  if (organization.resource['identifier'] === undefined) organization.imply('name', 'unknown');
  const place = patient.place.child({ name: 'contact', item: { fresh: true } }, `GT1/${segment.occurrence}`);
  // Said first, so that a guarantor never takes the place of a next of kin who is the same to the patient.
  const role = place.walk(elementPath('relationship[guarantor].coding[1]'), '');
  role.imply([{ name: 'system' }], '', 'http://terminology.hl7.org/CodeSystem/v3-RoleClass');
  role.imply([{ name: 'code' }], '', 'GUAR');
  contact.read(segment, place, story);
  place.child({ name: 'organization' }, '').imply([{ name: 'reference' }], '', organization.name);
}

const terms = rows('GT1', [
  ['GT1-13', 'period.start', DT],
  ['GT1-14', 'period.end', DT],
  ['GT1-22', 'onHold', yesOf({ Y: true, N: false })],
]);

export const gt1: Teller = (segment, scene) => {
  const { story } = scene;
  const party = partyOf(segment, scene);
  if (party === undefined) return;
  // Without a number the account is the patient's: somebody answers for it.
  const account = scene.account ?? story.thing('Account', [within(scene), 'of the patient']);
  account.presume('status', 'active').point('subject[1]', scene.patient);
  const place = account.place.child({ name: 'guarantor', item: { fresh: true } }, `GT1/${segment.occurrence}`);
  place.child({ name: 'party' }, '').imply([{ name: 'reference' }], '', party.name);
  terms.read(segment, place, story);
  scene.last = party;
};

function partyOf(segment: SegmentParts, scene: Scene): Thing | undefined {
  const { story } = scene;
  const number = segment.field(2)?.key;
  if (segment.field(3) === undefined && segment.field(21) !== undefined) {
    const thing = story.thing('Organization', ['guarantor', number ?? segment.text(21)], 'merge', true);
    return organization.read(segment, thing.place, story) ? thing : undefined;
  }
  const key = number === undefined ? [segment.field(3)?.key ?? '', segment.text(11)] : [number];
  const thing = story.thing('RelatedPerson', [within(scene), 'guarantor', ...key]);
  if (!person.read(segment, thing.place, story)) return undefined;
  about(scene, thing, 'patient');
  if (scene.patient === undefined) thing.imply('patient.display', 'unknown');
  employed(segment, scene);
  return thing;
}
