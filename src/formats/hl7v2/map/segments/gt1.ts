// GT1: who answers for the bill (HL7 v2.8, section 6.5.5): a guarantor of the account, a person or an organisation. The official maps
// have nothing for it.
import { DT, DTM, ID, NM, positive, ST, YN, yesOf } from '../codecs.ts';
import { elementPath } from '../element-path.ts';
import type { SegmentParts } from '../part.ts';
import { composite, rows } from '../rows.ts';
import { about, type Scene, type Teller, within } from '../scene.ts';
import type { Thing } from '../story.ts';
import { codeOf, tabled } from '../types/coded.ts';
import { CX, identifierTypes } from '../types/identifiers.ts';
import { LANGUAGE } from '../types/language.ts';
import { NAME_WORDS, XAD, XPN, XTN } from '../types/people.ts';
import { ETHNICITY, RACE } from '../types/race.ts';
import { codedFinding, finding, tellFindings } from './findings.ts';
import { RELATIONSHIP } from './nk1.ts';
import { genders, usCore } from './pid.ts';

const typed = (at: string, code: string) => ({
  with: { [`${at}.type.coding[1].system`]: identifierTypes, [`${at}.type.coding[1].code`]: code },
});

/** CP as an amount of money: Money is no value of an observation, a Quantity in a currency is. */
const INCOME = composite([
  ['1.1', 'value', NM],
  ['1.2', 'code', ID, { with: { system: 'urn:iso:std:iso:4217' } }],
]);

const person = rows('GT1', [
  ['GT1-2', 'identifier[]', CX],
  ['GT1-3', 'name[]', XPN],
  ['GT1-5', 'address[]', XAD],
  ['GT1-6', 'telecom[]', XTN, { with: { 'telecom[].use': 'home' } }],
  ['GT1-7', 'telecom[]', XTN, { with: { 'telecom[].use': 'work' } }],
  ['GT1-8', 'birthDate', DT],
  ['GT1-9', 'gender', codeOf(genders, '0001')],
  ['GT1-10', 'relationship[type]', tabled('0068')],
  ['GT1-11', 'relationship[]', RELATIONSHIP],
  ['GT1-12', 'identifier[ssn].value', ST, typed('identifier[ssn]', 'SS')],
  ['GT1-13', 'period.start', DT],
  ['GT1-14', 'period.end', DT],
  ['GT1-19', 'identifier[employee]', CX, typed('identifier[employee]', 'EI')],
  ['GT1-44', `extension[${usCore}us-core-ethnicity]`, ETHNICITY],
  ['GT1-55', `extension[${usCore}us-core-race]`, RACE],
  ['GT1-36', 'communication[1].language', LANGUAGE],
  ['GT1-45', 'name[]', XPN],
  ['GT1-46', 'telecom[]', XTN],
]);
const known = rows('GT1', [
  finding('GT1-15', 'Priority as a guarantor', 'valueInteger', positive),
  codedFinding('GT1-20', 'Employment status', '0066'),
  codedFinding('GT1-23', 'Credit rating', '0341'),
  finding('GT1-24', 'Time of death', 'valueDateTime', DTM),
  finding('GT1-25', 'Deceased', 'valueBoolean', YN),
  codedFinding('GT1-26', 'Charge adjustment', '0218'),
  finding('GT1-27', 'Household annual income', 'valueQuantity', INCOME),
  finding('GT1-28', 'Household size', 'valueInteger', positive),
  codedFinding('GT1-30', 'Marital status', '0002'),
  finding('GT1-31', 'Hired', 'valueDateTime', DTM),
  finding('GT1-32', 'Employment ended', 'valueDateTime', DTM),
  codedFinding('GT1-33', 'Living dependency', '0223'),
  codedFinding('GT1-34', 'Ambulatory status', '0009'),
  codedFinding('GT1-35', 'Citizenship', '0171'),
  codedFinding('GT1-37', 'Living arrangement', '0220'),
  codedFinding('GT1-38', 'Publicity', '0215'),
  finding('GT1-39', 'Access is restricted', 'valueBoolean', YN),
  codedFinding('GT1-40', 'Student status', '0231'),
  codedFinding('GT1-41', 'Religion', '0006'),
  finding('GT1-42', 'Maiden name of the mother', 'valueString', NAME_WORDS),
  codedFinding('GT1-43', 'Nationality', '0212'),
  codedFinding('GT1-47', 'Reason for contact', '0222'),
  codedFinding('GT1-48', 'Relationship of the contact', '0063'),
  finding('GT1-49', 'Job title', 'valueString', ST),
  codedFinding('GT1-50', 'Job', '0327'),
  codedFinding('GT1-52', 'Handicap', '0295'),
  codedFinding('GT1-53', 'Job status', '0311'),
  codedFinding('GT1-54', 'Financial class', '0064'),
  finding('GT1-56', 'Place of birth', 'valueString', ST),
  codedFinding('GT1-57', 'Special courtesy', '0099'),
]);
const spouse = rows('GT1', [['GT1-4', 'name[]', XPN]]);

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

/** GT1-4 names the spouse of the guarantor: somebody of the patient's, if at one remove. */
function spouseOf(segment: SegmentParts, guarantor: Thing, scene: Scene): void {
  const thing = scene.story.thing('RelatedPerson', [guarantor.id, 'spouse']);
  if (!spouse.read(segment, thing.place, scene.story)) return;
  thing.imply('relationship[1].text', 'Spouse of the guarantor');
  about(scene, thing, 'patient');
  if (scene.patient === undefined) thing.imply('patient.display', 'unknown');
}

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
  tellFindings(segment, known, thing, 'Registration details of the guarantor', scene);
  spouseOf(segment, thing, scene);
  return thing;
}
