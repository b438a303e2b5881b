// PID: who the patient is (HL7 v2.8, section 3.4.2; v2-to-FHIR segment map PID[Patient]).
import { DT, DTM, oneOf, positive, ST, YN } from '../codecs.ts';
import type { Part, SegmentParts } from '../part.ts';
import { isObject } from '../place.ts';
import { rows } from '../rows.ts';
import { about, type Scene, type Teller, within } from '../scene.ts';
import type { Story, Thing } from '../story.ts';
import { codeOf, mapped, tabled } from '../types/coded.ts';
import { CX, cxKey, DLN, identifierTypes, NUMBER } from '../types/identifiers.ts';
import { LANGUAGE } from '../types/language.ts';
import { FACILITY_OF_SENDING } from '../types/organizations.ts';
import { NAME_WORDS, XAD, XPN, XTN } from '../types/people.ts';
import { ETHNICITY, RACE } from '../types/race.ts';

const extension = 'http://hl7.org/fhir/StructureDefinition/';
export const usCore = 'http://hl7.org/fhir/us/core/StructureDefinition/';

/** HL7 table 0001; digits as ISO/IEC 5218 and the NHS number them, and the words that senders write for the codes. */
export const genders = {
  F: 'female',
  M: 'male',
  O: 'other',
  U: 'unknown',
  A: 'other',
  N: 'other',
  X: 'other',
  0: 'unknown',
  1: 'male',
  2: 'female',
  9: 'unknown',
  MALE: 'male',
  FEMALE: 'female',
  UNKNOWN: 'unknown',
  OTHER: 'other',
};
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
  ['PID-8', 'gender', codeOf(genders, '0001')],
  ['PID-10', `extension[${usCore}us-core-race]`, RACE],
  ['PID-11', 'address[]', XAD],
  ['PID-13', 'telecom[]', XTN, { with: { 'telecom[].use': 'home' } }],
  ['PID-14', 'telecom[]', XTN, { with: { 'telecom[].use': 'work' } }],
  ['PID-40', 'telecom[]', XTN],
  ['PID-15', 'communication[1].language', LANGUAGE],
  ['PID-16', 'maritalStatus', MARITAL],
  ['PID-17', `extension[${extension}patient-religion].valueCodeableConcept`, tabled('0006')],
  ['PID-19', 'identifier[]', NUMBER, identifierType('identifier[]', 'SS')],
  ['PID-20', 'identifier[]', DLN, identifierType('identifier[]', 'DL')],
  ['PID-22', `extension[${usCore}us-core-ethnicity]`, ETHNICITY],
  ['PID-23', `extension[${extension}patient-birthPlace].valueAddress.text`, ST],
  ['PID-24', 'multipleBirthBoolean', YN, { when: (whole) => whole.textAt('25') === '' }],
  ['PID-25', 'multipleBirthInteger', positive],
  [
    'PID-26',
    'extension[].extension[=code].valueCodeableConcept',
    tabled('0171'),
    { with: { 'extension[].url': `${extension}patient-citizenship` } },
  ],
  ['PID-28', `extension[${extension}patient-nationality].extension[=code].valueCodeableConcept`, tabled('0212')],
  ['PID-29', 'deceasedDateTime', DTM],
  ['PID-30', 'deceasedBoolean', YN, { when: (whole) => whole.textAt('29') === '' }],
  ['PID-35', `extension[${extension}patient-animal].extension[=species].valueCodeableConcept`, tabled('0446')],
  ['PID-36', `extension[${extension}patient-animal].extension[=breed].valueCodeableConcept`, tabled('0447')],
  [
    'PID-39',
    'extension[].extension[=tribalAffiliation].valueCodeableConcept',
    tabled('0171'),
    { with: { 'extension[].url': `${usCore}us-core-tribal-affiliation` } },
  ],
]);

/** Numbers of an account or a visit stand among the identifiers of many senders: they are of the patient, and not who it is. */
const notOfPeople = new Set(['AN', 'VN', 'ANON', 'ANC', 'ANT', 'AM']);

/** Keys by which a patient is known: `system|value`. */
export function patientKeys(parts: readonly Part[], story: Story): string[] {
  return parts.flatMap((part) => {
    const key = notOfPeople.has(part.textAt('5').toUpperCase()) ? undefined : cxKey(part);
    return key === undefined || key.endsWith('|""') ? [] : [story.key(key)];
  });
}

/** The patient is known by the identifiers that are assigned to people, not by an account or a visit. */
export const pid: Teller = (segment, scene) => {
  const { story } = scene;
  const keys = patientKeys(
    [3, 2, 4].flatMap((field) => segment.repetitions(field)),
    story,
  );
  const thing = story.thing(
    'Patient',
    keys[0] === undefined ? ['message', scene.controlId, String(segment.occurrence)] : [keys[0]],
    'merge',
    true,
  );
  thing.keys = keys;
  patient.read(segment, thing.place, story);
  countyOf(segment, thing);
  impliedYes(segment, thing);
  if (segment.repetitions(36).length > 0) speciesOf(thing);
  together(scene, thing);
  scene.patient = thing;
  scene.last = thing;
  scene.encounter = undefined;
  scene.account = undefined;
  accountOf(segment.field(18), scene);
  mother(segment, scene);
  labels(segment, scene);
  updated(segment, scene);
};

/** A breed is one of a species, which FHIR asks for. */
function speciesOf(thing: Thing): void {
  const url = `${extension}patient-animal`;
  const list = thing.resource['extension'];
  const animal: unknown = Array.isArray(list) ? list.find((one: { url?: unknown }) => one.url === url) : undefined;
  if (
    !isObject(animal) ||
    !Array.isArray(animal['extension']) ||
    animal['extension'].some((one: { url?: unknown }) => one.url === 'species')
  )
    return;
  thing.imply(`extension[${url}].extension[=species].valueCodeableConcept.text`, 'unknown');
}

/** A time of death says that the patient is dead, an order of birth that there were several: yes is said by them. */
function impliedYes(segment: SegmentParts, thing: Thing): void {
  for (const [field, element] of [
    [24, 'multipleBirthInteger'],
    [30, 'deceasedDateTime'],
  ] as const) {
    const leaf = segment.field(field)?.leaf;
    if (leaf?.text === 'Y' && leaf.said.length === 0 && thing.resource[element] !== undefined)
      thing.place.claim(element, [[leaf, (now) => (now === undefined ? undefined : 'Y')]]);
  }
}

/** Two PIDs of one message: A24 says that they are one person, A37 that they are not; A29 takes a person away. */
function together(scene: Scene, thing: Thing): void {
  const { patient: first, event, type, story } = scene;
  if (type !== 'ADT') return;
  const keys = thing.keys ?? [];
  if (event === 'A29' && keys.length > 0) story.instructions.push({ kind: 'delete', type: 'Patient', keys: [...keys] });
  if (first === undefined || first === thing) return;
  if (event === 'A37' && keys.length > 0 && (first.keys ?? []).length > 0)
    story.instructions.push({ kind: 'unlink-patients', one: [...(first.keys ?? [])], other: [...keys] });
  if (event !== 'A24') return;
  for (const [one, other] of [
    [first, thing],
    [thing, first],
  ] as const)
    one.imply(`link[${other.id}].type`, 'seealso').point(`link[${other.id}].other`, other);
}

/** PID-12 is the county of the address, where there is one that names none. */
function countyOf(segment: SegmentParts, thing: Thing): void {
  const leaf = segment.field(12)?.leaf;
  if (leaf === undefined || leaf.text.trim() === '' || /\p{Cc}/u.test(leaf.text) || leaf.raw === '""') return;
  const addresses = thing.resource['address'];
  const only: unknown = Array.isArray(addresses) && addresses.length === 1 ? addresses[0] : undefined;
  const asText = (now: unknown): string | undefined => (typeof now === 'string' ? now : undefined);
  if (typeof only === 'object' && only !== null && !('district' in only)) {
    Object.assign(only, { district: leaf.text });
    thing.place.claim('address[0].district', [[leaf, asText]]);
  } else thing.place.child({ name: 'address', item: { label: 'county' } }, '').set({ name: 'district' }, leaf.text, [[leaf, asText]]);
}

/** The account that charges go to (PID-18, MRG-3). */
export function accountOf(part: Part | undefined, scene: Scene): Thing | undefined {
  const key = cxKey(part);
  if (part === undefined || key === undefined || key.endsWith('|""')) return undefined;
  const known = scene.story.key(key, within(scene));
  const account = scene.story.thing('Account', [known], 'merge', true);
  account.keys = [known];
  CX.read(part, account.place, { name: 'identifier', item: { label: '1' } }, 'account', scene.story);
  // BAR^P02 and P06: the account is closed.
  if (scene.type === 'BAR' && (scene.event === 'P02' || scene.event === 'P06')) account.imply('status', 'inactive');
  account.presume('status', 'active').point('subject[1]', scene.patient);
  scene.account = account;
  return account;
}

/** PID-21 and PID-6: of the mother the number and the maiden name are known, if as much. */
function mother(segment: SegmentParts, scene: Scene): void {
  const thing = scene.story.thing('RelatedPerson', [within(scene), 'mother']);
  let said = false;
  for (const part of segment.repetitions(21))
    if (CX.read(part, thing.place, { name: 'identifier', item: { fresh: true } }, part.key, scene.story)) said = true;
  for (const part of segment.repetitions(6))
    if (part.parts.length > 1 && XPN.read(part, thing.place, { name: 'name', item: { fresh: true } }, part.key, scene.story)) said = true;
  if (!said) return;
  about(scene, thing, 'patient');
  const coding = 'relationship[1].coding[1]';
  thing.imply(`${coding}.system`, 'http://terminology.hl7.org/CodeSystem/v3-RoleCode').imply(`${coding}.code`, 'MTH');
}

/** What is known of the patient that is no part of who the patient is: a warning, an observation. */
function labels(segment: SegmentParts, scene: Scene): void {
  const unknown = segment.field(31);
  if (unknown !== undefined) {
    const flag = scene.story.thing('Flag', [within(scene), 'identity unknown']);
    if (oneOf({ Y: 'active', N: 'inactive' }).read(unknown, flag.place, { name: 'status' }, '', scene.story)) {
      flag.imply('code.text', 'Identity unknown');
      about(scene, flag, 'subject');
    }
  }
  for (const part of segment.repetitions(32)) {
    const flag = scene.story.thing('Flag', [within(scene), 'identity', part.key]);
    if (!tabled('0445').read(part, flag.place, { name: 'code' }, '', scene.story)) continue;
    about(scene, flag, 'subject').imply('status', 'active');
  }
  observed(segment.field(27), 'Veterans military status', '0172', scene);
}

/** A finding of the registration desk, for which Patient has no element. */
export function observed(
  part: Part | undefined,
  what: string,
  table: string,
  scene: Scene,
  coding?: [system: string, code: string],
  since?: Part,
): void {
  if (part === undefined) return;
  const observation = scene.story.thing('Observation', [within(scene), what]);
  if (!tabled(table).read(part, observation.place, { name: 'valueCodeableConcept' }, '', scene.story)) return;
  observation.imply('status', 'final').imply('code.text', what);
  if (since !== undefined) DTM.read(since, observation.place, { name: 'effectiveDateTime' }, '', scene.story);
  if (coding !== undefined) observation.imply('code.coding[1].system', coding[0]).imply('code.coding[1].code', coding[1]);
  const category = 'category[1].coding[1]';
  observation
    .imply(`${category}.system`, 'http://terminology.hl7.org/CodeSystem/observation-category')
    .imply(`${category}.code`, 'social-history');
  about(scene, observation, 'subject');
}

const update = rows('PID', [
  ['PID-33', 'occurredDateTime', DTM],
  ['PID-34', 'agent[1].who', FACILITY_OF_SENDING],
]);

/** Who last changed the registration at the sender, and when. */
function updated(segment: SegmentParts, scene: Scene): void {
  const provenance = scene.story.thing('Provenance', [scene.controlId, 'registration', String(segment.occurrence)], 'envelope');
  if (!update.read(segment, provenance.place, scene.story)) return;
  provenance.imply('recorded', (scene.asOf ?? scene.story.context.receivedAt).toISOString()).point('target[1]', scene.patient);
  const activity = 'activity.coding[1]';
  provenance.imply(`${activity}.system`, 'http://terminology.hl7.org/CodeSystem/v3-DataOperation').imply(`${activity}.code`, 'UPDATE');
  if (provenance.resource['agent'] === undefined) provenance.imply('agent[1].who.display', 'unknown');
}
