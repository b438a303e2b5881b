// MFE, STF, PRA, ORG and LOC: who works here and where (HL7 v2.8, chapters 8 and 15), as Practitioner, PractitionerRole, Organization
// and Location. The official maps have nothing for master files.
import { bare } from '../bare.ts';
import { DT, ID, ST, yesOf } from '../codecs.ts';
import { composite, rows } from '../rows.ts';
import type { Teller } from '../scene.ts';
import { codeOf, tabled, tabledCoding } from '../types/coded.ts';
import { CX, cxKey, PLN } from '../types/identifiers.ts';
import { LANGUAGE } from '../types/language.ts';
import { ORGANIZATION_BY_CODE } from '../types/organizations.ts';
import { XAD, XON, XPN, XTN } from '../types/people.ts';
import { locationOf } from '../types/places.ts';
import { genders } from './pid.ts';

/** MFE-1: what is to be done with the record that follows. HL7 table 0180. */
const inUse = bare<boolean>({ MAD: true, MUP: true, MAC: true, MDL: false, MDC: false });

export const mfe: Teller = (segment, scene) => {
  scene.masterAction = segment.text(1);
};

const staff = rows('STF', [
  ['STF-2', 'identifier[]', CX],
  ['STF-3', 'name[]', XPN],
  ['STF-5', 'gender', codeOf(genders, '0001')],
  ['STF-6', 'birthDate', DT],
  ['STF-7', 'active', yesOf({ A: true, I: false })],
  ['STF-10', 'telecom[]', XTN],
  ['STF-11', 'address[]', XAD],
  ['STF-15', 'telecom[].value', ST, { with: { 'telecom[].system': 'email' } }],
  ['STF-27', 'communication[]', LANGUAGE],
]);
const post = rows('STF', [
  ['STF-4', 'code[]', tabled('0182')],
  ['STF-18', 'code[].text', ST],
  ['STF-8', 'organization', ORGANIZATION_BY_CODE],
  ['STF-9', 'specialty[]', tabled('0069')],
]);

export const stf: Teller = (segment, scene) => {
  const { story } = scene;
  const keys = segment.repetitions(2).flatMap((part) => {
    const key = cxKey(part);
    return key === undefined ? [] : [story.key(key)];
  });
  const primary = segment.field(1)?.key;
  const person = story.thing('Practitioner', ['staff', keys[0] ?? primary ?? scene.controlId], 'merge', true);
  person.keys = keys;
  staff.read(segment, person.place, story);
  const active = inUse[scene.masterAction ?? ''];
  if (active !== undefined) person.imply('active', active);
  const role = story.thing('PractitionerRole', ['staff', person.id]);
  if (post.read(segment, role.place, story)) role.point('practitioner', person);
  scene.last = person;
};

const practice = rows('PRA', [
  ['PRA-3', 'code[]', tabled('0186')],
  [
    'PRA-5',
    'specialty[]',
    composite([
      ['1', 'coding[1].code', ID],
      ['1', 'text', ST, { inOnly: true }],
    ]),
  ],
]);
const numbers = rows('PRA', [['PRA-6', 'identifier[]', PLN]]);

export const pra: Teller = (segment, scene) => {
  if (scene.last?.type !== 'Practitioner') return;
  numbers.read(segment, scene.last.place, scene.story);
  const role = scene.story.thing('PractitionerRole', ['staff', scene.last.id]);
  if (practice.read(segment, role.place, scene.story)) role.point('practitioner', scene.last);
};

const place = rows('LOC', [
  ['LOC-2', 'description', ST],
  ['LOC-3', 'type[]', tabled('0260')],
  ['LOC-4', 'managingOrganization', XON],
  ['LOC-5', 'address', XAD],
  ['LOC-6', 'telecom[]', XTN],
]);

export const loc: Teller = (segment, scene) => {
  const part = segment.field(1);
  const thing = part === undefined ? undefined : locationOf(part, scene.story);
  if (thing === undefined) return;
  thing.how = 'merge';
  place.read(segment, thing.place, scene.story);
  const active = inUse[scene.masterAction ?? ''];
  if (active !== undefined) thing.imply('status', active ? 'active' : 'inactive');
  scene.last = thing;
};

const BED_STATUS = tabledCoding('0116');

/** NPU, an A20: in which state a bed is. */
export const npu: Teller = (segment, scene) => {
  const [where, status] = [segment.field(1), segment.field(2)];
  const thing = where === undefined ? undefined : locationOf(where, scene.story);
  if (thing === undefined || status === undefined) return;
  thing.how = 'merge';
  BED_STATUS.read(status, thing.place, { name: 'operationalStatus' }, '', scene.story);
};
