// PD1, ARV and DB1: what is known of the patient beside who the patient is (HL7 v2.8, sections 3.4.10, 3.4.16 and 3.4.12; v2-to-FHIR
// segment maps PD1[Patient] and PD1[Observation-LivingWill]). An access restriction is shown as a flag: whoever decides about access
// decides by consents and labels, and a message does not change those behind anybody's back.
import { DT, DTM, oneOf, ST, YN, yesOf } from '../codecs.ts';
import { composite, rows } from '../rows.ts';
import { about, type Teller, within } from '../scene.ts';
import { tabled } from '../types/coded.ts';
import { CX } from '../types/identifiers.ts';
import { NAME_WORDS, XCN, XON } from '../types/people.ts';
import { observed, patientKeys } from './pid.ts';

const extension = 'http://hl7.org/fhir/StructureDefinition/';
const confidentiality = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';

const cadavericDonor = `extension[${extension}patient-cadavericDonor].valueBoolean`;
const DONOR = yesOf({ Y: true, N: false, F: true, I: false });
/** The same, said with the visit. */
export const donor = rows('PV2', [['PV2-44', cadavericDonor, DONOR]]);

const demographics = rows('PD1', [
  ['PD1-3', 'generalPractitioner[]', XON],
  ['PD1-4', 'generalPractitioner[]', XCN],
  ['PD1-6', `extension[${extension}patient-disability].valueCodeableConcept`, tabled('0295')],
  ['PD1-8', cadavericDonor, DONOR],
  [
    'PD1-12',
    'meta.security[protection].code',
    oneOf({ Y: 'R', N: 'N' }),
    { with: { 'meta.security[protection].system': confidentiality } },
  ],
  ['PD1-14', `extension[${extension}patient-congregation].valueString`, NAME_WORDS],
]);

export const pd1: Teller = (segment, scene) => {
  const { patient, story } = scene;
  if (patient === undefined) return;
  demographics.read(segment, patient.place, story);
  observed(segment.field(1), 'Living dependency', '0223', scene);
  observed(segment.field(2), 'Living arrangement', '0220', scene);
  observed(segment.field(5), 'Student status', '0231', scene);
  observed(segment.field(7), 'Living will', '0315', scene, ['http://loinc.org', '75320-2']);
  observed(segment.field(11), 'Publicity', '0215', scene, undefined, segment.field(18));
  observed(segment.field(16), 'Immunization registry status', '0441', scene, undefined, segment.field(17));
  observed(segment.field(15), 'Advance directive', '0435', scene);
  observed(segment.field(19), 'Military branch', '0140', scene);
  observed(segment.field(20), 'Military rank or grade', '0141', scene);
  observed(segment.field(21), 'Military status', '0142', scene);
  // PD1-10: the sender knows the same person twice.
  for (const part of segment.repetitions(10)) {
    const keys = patientKeys([part], story);
    if (keys[0] === undefined) continue;
    const other = story.thing('Patient', [keys[0]], 'refer', true);
    other.keys = keys;
    CX.read(part, other.place, { name: 'identifier', item: { fresh: true } }, part.key, story);
    patient.imply(`link[${other.id}].type`, 'seealso').point(`link[${other.id}].other`, other);
  }
};

const restriction = rows('ARV', [
  ['ARV-3', 'code', tabled('0717')],
  ['ARV-4', 'category[]', tabled('0719')],
  ['ARV-5', 'code.text', ST, { inOnly: true }],
  [
    'ARV-6',
    'period',
    composite([
      ['1', 'start', DTM],
      ['2', 'end', DTM],
    ]),
  ],
]);

/** HL7 table 0206: what is to be done with what the segment says. */
export const inForce = { A: 'active', U: 'active', X: 'active', D: 'inactive' };

export const arv: Teller = (segment, scene) => {
  const flag = scene.story.thing('Flag', [within(scene), 'access', scene.last?.type ?? '', segment.field(3)?.key ?? '']);
  if (!restriction.read(segment, flag.place, scene.story)) return;
  const action = segment.field(2);
  if (action !== undefined) oneOf(inForce, '0206').read(action, flag.place, { name: 'status' }, '', scene.story);
  flag.imply('status', 'active').imply('code.text', 'Access restriction');
  about(scene, flag, 'subject');
  if (scene.patient === undefined) flag.imply('subject.display', 'unknown');
  if (scene.last?.type === 'Encounter') flag.point('encounter', scene.last);
};

/** HL7 table 0334: the patient, or somebody else whom the patient's affairs depend on. */
const ofPatient = (whole: { textAt(path: string): string }): boolean => ['', 'PT'].includes(whole.textAt('2'));

const disability = rows('DB1', [
  ['DB1-4', 'valueBoolean', YN],
  ['DB1-5', 'effectivePeriod.start', DT],
  ['DB1-6', 'effectivePeriod.end', DT],
  ['DB1-2', 'component[person].valueCodeableConcept', tabled('0334'), { with: { 'component[person].code.text': 'Disabled person' } }],
  ['DB1-3', 'subject.identifier', CX, { when: ofPatient }],
  ['DB1-3', 'focus[1].identifier', CX, { when: (whole) => !ofPatient(whole) }],
  ['DB1-7', 'component[return].valueDateTime', DT, { with: { 'component[return].code.text': 'Return to work' } }],
  ['DB1-8', 'component[unable].valueDateTime', DT, { with: { 'component[unable].code.text': 'Unable to work since' } }],
]);

export const db1: Teller = (segment, scene) => {
  const observation = scene.story.thing('Observation', [within(scene), 'disability', segment.text(2), segment.text(3), segment.text(5)]);
  if (!disability.read(segment, observation.place, scene.story)) return;
  observation.imply('status', 'final').imply('code.text', 'Disability');
  about(scene, observation, 'subject');
};
