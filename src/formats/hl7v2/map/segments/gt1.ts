// GT1: who answers for the bill (HL7 v2.8, section 6.5.5): a guarantor of the account, a person or an organisation. The official maps
// have nothing for it.
import { DT, oneOf, ST, yesOf } from '../codecs.ts';
import type { SegmentParts } from '../part.ts';
import { rows } from '../rows.ts';
import { about, type Scene, type Teller, within } from '../scene.ts';
import type { Thing } from '../story.ts';
import { CX, identifierTypes } from '../types/identifiers.ts';
import { LANGUAGE } from '../types/language.ts';
import { XAD, XPN, XTN } from '../types/people.ts';
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
  ['GT1-9', 'gender', oneOf(genders, '0001')],
  ['GT1-11', 'relationship[]', RELATIONSHIP],
  ['GT1-12', 'identifier[ssn].value', ST, typed('identifier[ssn]', 'SS')],
  ['GT1-13', 'period.start', DT],
  ['GT1-14', 'period.end', DT],
  ['GT1-19', 'identifier[employee].value', ST, typed('identifier[employee]', 'EI')],
  ['GT1-29', 'identifier[]', CX],
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
  // Of a person who is guarantor through a company the company is who employs.
  const company = segment.field(21);
  if (company !== undefined) {
    const employer = story.thing('Organization', ['guarantor', company.key], 'refer');
    if (ST.read(company, employer.place, { name: 'name' }, '', story)) employer.stands = true;
  }
  return thing;
}
