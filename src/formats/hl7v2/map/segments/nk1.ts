// NK1: next of kin and others who belong to the patient (HL7 v2.8, section 3.4.5; v2-to-FHIR segment maps NK1[RelatedPerson] and
// NK1[Patient]): a RelatedPerson where it is a person, and a contact of the patient either way.
import { DT, DTM, ST, YN } from '../codecs.ts';
import type { SegmentParts } from '../part.ts';
import { composite, rows } from '../rows.ts';
import { about, type Scene, type Teller, within } from '../scene.ts';
import { organizationRoles, relationships, roleCodes } from '../tables/relationships.ts';
import { codeOf, mapped, tabled } from '../types/coded.ts';
import { CX, identifierTypes } from '../types/identifiers.ts';
import { LANGUAGE } from '../types/language.ts';
import { named } from '../types/organizations.ts';
import { NAME_WORDS, ORGANIZATION, XAD, XPN, XTN } from '../types/people.ts';
import { ETHNICITY, RACE } from '../types/race.ts';
import { codedFinding, finding, tellFindings } from './findings.ts';
import { genders, usCore } from './pid.ts';

export const RELATIONSHIP = mapped('0063', relationships, roleCodes);
const socialSecurity = { 'identifier[ssn].type.coding[1].system': identifierTypes, 'identifier[ssn].type.coding[1].code': 'SS' };

export const person = rows('NK1', [
  ['NK1-2', 'name[]', XPN],
  ['NK1-3', 'relationship[]', RELATIONSHIP],
  ['NK1-4', 'address[]', XAD],
  ['NK1-5', 'telecom[]', XTN],
  ['NK1-6', 'telecom[]', XTN, { with: { 'telecom[].use': 'work' } }],
  ['NK1-7', 'relationship[]', tabled('0131')],
  ['NK1-8', 'period.start', DT],
  ['NK1-9', 'period.end', DT],
  ['NK1-12', 'identifier[]', CX],
  ['NK1-15', 'gender', codeOf(genders, '0001')],
  ['NK1-16', 'birthDate', DT],
  ['NK1-20', 'communication[1].language', LANGUAGE],
  ['NK1-28', `extension[${usCore}us-core-ethnicity]`, ETHNICITY],
  ['NK1-35', `extension[${usCore}us-core-race]`, RACE],
  ['NK1-30', 'name[]', XPN],
  ['NK1-31', 'telecom[]', XTN],
  ['NK1-32', 'address[]', XAD],
  ['NK1-33', 'identifier[]', CX],
  ['NK1-37', 'identifier[ssn].value', ST, { with: socialSecurity }],
  ['NK1-40', 'telecom[]', XTN],
  ['NK1-41', 'telecom[]', XTN],
]);

const known = rows('NK1', [
  finding('NK1-10', 'Job title', 'valueString', ST),
  codedFinding('NK1-11', 'Job', '0327'),
  codedFinding('NK1-14', 'Marital status', '0002'),
  codedFinding('NK1-17', 'Living dependency', '0223'),
  codedFinding('NK1-18', 'Ambulatory status', '0009'),
  codedFinding('NK1-19', 'Citizenship', '0171'),
  codedFinding('NK1-21', 'Living arrangement', '0220'),
  codedFinding('NK1-22', 'Publicity', '0215'),
  finding('NK1-23', 'Access is restricted', 'valueBoolean', YN),
  codedFinding('NK1-24', 'Student status', '0231'),
  codedFinding('NK1-25', 'Religion', '0006'),
  finding('NK1-26', 'Maiden name of the mother', 'valueString', NAME_WORDS),
  codedFinding('NK1-27', 'Nationality', '0212'),
  codedFinding('NK1-29', 'Reason for contact', '0222'),
  codedFinding('NK1-34', 'Job status', '0311'),
  codedFinding('NK1-36', 'Handicap', '0295'),
  finding('NK1-38', 'Place of birth', 'valueString', ST),
  codedFinding('NK1-39', 'Special courtesy', '0099'),
]);

/** Below one contact of the patient. */
const contact = rows('NK1', [
  ['NK1-2', 'name', XPN],
  ['NK1-3', 'relationship[]', RELATIONSHIP],
  ['NK1-4', 'address', XAD],
  ['NK1-5', 'telecom[]', XTN],
  ['NK1-6', 'telecom[]', XTN, { with: { 'telecom[].use': 'work' } }],
  ['NK1-7', 'relationship[]', tabled('0131')],
  ['NK1-8', 'period.start', DTM],
  ['NK1-9', 'period.end', DTM],
  ['NK1-15', 'gender', codeOf(genders, '0001')],
  ['NK1-40', 'telecom[]', XTN],
  ['NK1-41', 'telecom[]', XTN],
]);

const organizationContact = rows('NK1', [
  ['NK1-30', 'contact[1].name', XPN],
  ['NK1-31', 'contact[1].telecom[]', XTN],
  ['NK1-32', 'contact[1].address', XAD],
]);

const isOrganization = (segment: SegmentParts): boolean =>
  [segment.text(3), segment.text(7)].some((code) => organizationRoles.has(code)) ||
  (segment.field(2) === undefined && segment.field(13) !== undefined);

export const nk1: Teller = (segment, scene) => {
  if (!isOrganization(segment)) relatedPerson(segment, scene);
  if (scene.patient === undefined) return;
  const place = scene.patient.place.child({ name: 'contact', item: { fresh: true } }, `NK1/${segment.occurrence}`);
  contact.read(segment, place, scene.story);
  const organization = named('Organization', ORGANIZATION, segment.field(13), scene.story);
  if (organization !== undefined) {
    organizationContact.read(segment, organization.place, scene.story);
    place.child({ name: 'organization' }, '').imply([{ name: 'reference' }], '', organization.name);
  } else if (isOrganization(segment)) organizationOfContact(segment, scene);
  // A contact is somebody: by a name, a number, an address or an organisation (invariant pat-1).
  const { value } = place;
  if (value !== undefined && ['name', 'telecom', 'address', 'organization'].every((name) => value[name] === undefined))
    place.child({ name: 'name' }, '').imply([{ name: 'text' }], '', 'unknown');
};

/** Of an employer or an insurer NK1-2 is at times the only name. */
const organizationOfContact = (segment: SegmentParts, scene: Scene): void => {
  const words = segment.field(2)?.path('1.1');
  if (words === undefined || segment.field(2)?.path('2') !== undefined || scene.patient === undefined) return;
  const organization = scene.story.thing('Organization', [`contact ${words.key}`], 'refer');
  if (!composite([['1', 'name', ST]]).into(words, organization.place, '', scene.story)) return;
  const place = scene.patient.place.child({ name: 'contact', item: { fresh: true } }, `NK1/${segment.occurrence}`);
  place.child({ name: 'organization' }, '').imply([{ name: 'reference' }], '', organization.name);
};

function relatedPerson(segment: SegmentParts, scene: Scene): void {
  // Who it is: by number, else by name and what they are to the patient.
  const number = segment.field(33)?.key ?? segment.field(12)?.key;
  const key = number === undefined ? [segment.field(2)?.key ?? '', segment.text(3), segment.text(7)] : [number];
  const thing = scene.story.thing('RelatedPerson', [within(scene), 'related', ...key]);
  if (!person.read(segment, thing.place, scene.story)) return;
  about(scene, thing, 'patient');
  if (scene.patient === undefined) thing.imply('patient.display', 'unknown');
  tellFindings(segment, known, thing, 'Registration details of a relative', scene);
  scene.last = thing;
}
