// Those who work on an order: CNN and NDL (HL7 v2.8, chapter 2A; v2-to-FHIR maps CNN[Practitioner], NDL[PractitionerRole]), and
// organisations and devices that are named by a code (CWE[Organization], CWE[Device]).
import { DTM, ST } from '../codecs.ts';
import { type Converter, referred } from '../converter.ts';
import { Part } from '../part.ts';
import { composite } from '../rows.ts';
import { SYSTEM } from './coded.ts';
import { authority } from './identifiers.ts';
import { PRACTITIONER } from './people.ts';
import { locationOf } from './places.ts';

/** CNN.9 to 11 are an HD. */
const SYSTEM_OF_CNN = authority([9, 10, 11]);
const clinician = composite([
  ['1', 'identifier[1].value', ST],
  ['2', 'name[1].family', ST],
  ['3', 'name[1].given[1]', ST],
  ['4', 'name[1].given[2]', ST],
  ['5', 'name[1].suffix[1]', ST],
  ['6', 'name[1].prefix[1]', ST],
  ['7', 'name[1].suffix[2]', ST],
  ['9', 'identifier[1].assigner.display', ST, { when: (whole) => whole.textAt('10') !== '' }],
  ['.', 'identifier[1].system', SYSTEM_OF_CNN],
]);
const NAMED = referred('Practitioner', clinician);
const WRITTEN = referred('Practitioner', PRACTITIONER);

/** NDL as a reference: to the practitioner, or to a role where it also says where and when. Before v2.3 it was a CN. */
export const NDL: Converter = {
  read(part, place, step, run, story) {
    const name = part.at(1);
    if (name === undefined) return false;
    // A CN or XCN in its place has the family name where an NDL has a time.
    if (name.parts.length === 0 && part.at(2) !== undefined && !/^\d{4,14}/.test(part.textAt('2')))
      return WRITTEN.read(part, place, step, run, story);
    if (part.parts.slice(1).every((one) => one === undefined)) return NAMED.read(name, place, step, run, story);
    const role = story.thing('PractitionerRole', ['staff', part.key], 'refer');
    if (!NAMED.read(name, role.place, { name: 'practitioner' }, run, story)) return false;
    // Its parts from the fourth on are those of a PL.
    const where = part.parts.length > 3 ? locationOf(new Part(undefined, part.parts.slice(3)), story) : undefined;
    if (where !== undefined) role.point('location[1]', where);
    const [start, end] = [part.at(2), part.at(3)];
    if (start !== undefined) DTM.read(start, role.place.child({ name: 'period' }, run), { name: 'start' }, run, story);
    if (end !== undefined) DTM.read(end, role.place.child({ name: 'period' }, run), { name: 'end' }, run, story);
    return place.child(step, run).set({ name: 'reference' }, role.name, []);
  },
  write: (value, story) => {
    const name = NAMED.write(value, story);
    return name === undefined ? undefined : [name];
  },
};

/** CWE that names an organisation. */
export const ORGANIZATION_BY_CODE: Converter = referred(
  'Organization',
  composite([
    ['1', 'identifier[1].value', ST],
    ['3', 'identifier[1].system', SYSTEM],
    ['2', 'name', ST],
    ['9', 'name', ST, { inOnly: true, when: (whole) => whole.textAt('2') === '' }],
    ['1', 'name', ST, { inOnly: true, when: (whole) => whole.textAt('2') === '' && whole.textAt('9') === '' }],
    ['4', 'identifier[2].value', ST],
    ['6', 'identifier[2].system', SYSTEM],
    ['5', 'alias[1]', ST],
    ['10', 'identifier[3].value', ST],
    ['12', 'identifier[3].system', SYSTEM],
    ['11', 'alias[2]', ST],
  ]),
);

/** CWE that names a device. */
export const DEVICE_BY_CODE: Converter = referred(
  'Device',
  composite([
    ['1', 'identifier[1].value', ST],
    ['3', 'identifier[1].system', SYSTEM],
    ['2', 'deviceName[1].name', ST, { with: { 'deviceName[1].type': 'user-friendly-name' } }],
    ['4', 'identifier[2].value', ST],
    ['6', 'identifier[2].system', SYSTEM],
    ['5', 'deviceName[2].name', ST, { with: { 'deviceName[2].type': 'other' } }],
    ['10', 'identifier[3].value', ST],
    ['12', 'identifier[3].system', SYSTEM],
    ['11', 'deviceName[3].name', ST, { with: { 'deviceName[3].type': 'other' } }],
    ['9', 'deviceName[text].name', ST, { inOnly: true, with: { 'deviceName[text].type': 'other' } }],
  ]),
);
