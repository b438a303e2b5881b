// PID: who the patient is (HL7 v2.8, section 3.4.2; v2-to-FHIR segment map PID[Patient]).
import { DT, DTM, oneOf, positive, ST, YN } from '../codecs.ts';
import { rows } from '../rows.ts';
import type { Teller } from '../scene.ts';
import { mapped, tabled } from '../types/coded.ts';
import { CX, cxKey, DLN, identifierTypes, NUMBER } from '../types/identifiers.ts';
import { NAME_WORDS, XAD, XPN, XTN } from '../types/people.ts';

const extension = 'http://hl7.org/fhir/StructureDefinition/';

/** HL7 table 0001. */
export const genders = { F: 'female', M: 'male', O: 'other', U: 'unknown', A: 'other', N: 'other', X: 'other' };
/** HL7 table 0002 to http://terminology.hl7.org/CodeSystem/v3-MaritalStatus. */
const maritalStatuses = {
  A: 'L',
  D: 'D',
  M: 'M',
  S: 'S',
  W: 'W',
  C: 'C',
  P: 'T',
  I: 'I',
  E: 'L',
  G: 'C',
  U: 'U',
  N: 'A',
  R: 'T',
  B: 'U',
  O: 'U',
  T: 'U',
};
const MARITAL = mapped('0002', maritalStatuses, 'http://terminology.hl7.org/CodeSystem/v3-MaritalStatus');

const identifierType = (at: string, code: string) => ({
  with: { [`${at}.type.coding[1].system`]: identifierTypes, [`${at}.type.coding[1].code`]: code },
});
const timed = (whole: { textAt(path: string): string }): boolean => whole.textAt('7').length > 8;

export const patient = rows('PID', [
  ['PID-3', 'identifier[]', CX],
  ['PID-2', 'identifier[]', CX, { inOnly: true }],
  ['PID-4', 'identifier[]', CX, { inOnly: true }],
  ['PID-5', 'name[]', XPN],
  ['PID-9', 'name[]', XPN, { inOnly: true }],
  ['PID-6', `extension[${extension}patient-mothersMaidenName].valueString`, NAME_WORDS],
  ['PID-7', 'birthDate', DT],
  ['PID-7', `_birthDate.extension[${extension}patient-birthTime].valueDateTime`, DTM, { when: timed, inOnly: true }],
  ['PID-8', 'gender', oneOf(genders)],
  ['PID-11', 'address[]', XAD],
  ['PID-13', 'telecom[]', XTN, { with: { 'telecom[].use': 'home' } }],
  ['PID-14', 'telecom[]', XTN, { with: { 'telecom[].use': 'work' } }],
  ['PID-16', 'maritalStatus', MARITAL],
  ['PID-17', `extension[${extension}patient-religion].valueCodeableConcept`, tabled('0006')],
  ['PID-19', 'identifier[]', NUMBER, identifierType('identifier[]', 'SS')],
  ['PID-20', 'identifier[]', DLN, identifierType('identifier[]', 'DL')],
  ['PID-23', `extension[${extension}patient-birthPlace].valueAddress.text`, ST],
  ['PID-24', 'multipleBirthBoolean', YN, { when: (whole) => whole.textAt('25') === '' }],
  ['PID-25', 'multipleBirthInteger', positive],
  ['PID-26', `extension[${extension}patient-citizenship].extension[=code].valueCodeableConcept`, tabled('0171')],
  ['PID-29', 'deceasedDateTime', DTM],
  ['PID-30', 'deceasedBoolean', YN, { when: (whole) => whole.textAt('29') === '' }],
]);

/** The patient is known by the identifiers that are assigned to people, not by an account or a visit. */
export const pid: Teller = (segment, scene) => {
  const keys = [3, 2, 4].flatMap((field) => segment.repetitions(field).flatMap((part) => cxKey(part) ?? []));
  const thing = scene.story.thing(
    'Patient',
    keys[0] === undefined ? ['message', scene.controlId, String(segment.occurrence)] : [keys[0]],
    'merge',
    true,
  );
  thing.keys = keys;
  patient.read(segment, thing.place, scene.story);
  scene.patient = thing;
  scene.last = thing;
};
