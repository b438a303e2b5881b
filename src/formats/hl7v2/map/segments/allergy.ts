// AL1, IAM and IAR: allergies and intolerances (HL7 v2.8, sections 3.4.6, 3.4.7 and 3.4.8; v2-to-FHIR segment maps
// AL1[AllergyIntolerance] and IAM[AllergyIntolerance]). The same substance of the same patient is the same allergy, whichever
// segment tells it.
import { DT, DTM, oneOf, ST } from '../codecs.ts';
import type { Converter } from '../converter.ts';
import { isNull, type SegmentParts } from '../part.ts';
import { rows } from '../rows.ts';
import { about, type Scene, type Teller, within } from '../scene.ts';
import type { Thing } from '../story.ts';
import { CODING, CWE, codeOf, statusOf } from '../types/coded.ts';
import { EI, eiKey } from '../types/identifiers.ts';
import { NAME_WORDS, XCN, XPN } from '../types/people.ts';
import { RELATIONSHIP } from './nk1.ts';

const extension = 'http://hl7.org/fhir/StructureDefinition/';
const clinical = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical';
const verification = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification';

/** HL7 table 0127. */
const categories = { DA: 'medication', FA: 'food', EA: 'environment', AA: 'biologic', PA: 'environment', LA: 'environment' };
const types = { DA: 'allergy', FA: 'allergy', MA: 'allergy', EA: 'allergy', AA: 'allergy', PA: 'allergy', LA: 'allergy' };
/** HL7 table 0128. */
const criticalities = { SV: 'high', MI: 'low', U: 'unable-to-assess' };
const severities = { SV: 'severe', MO: 'moderate', MI: 'mild' };
/** HL7 table 0436. */
const sensitivities = { AL: 'allergy', AD: 'intolerance', IN: 'intolerance', CT: 'intolerance' };
/** HL7 table 0438. */
const verified = { C: 'confirmed', D: 'unconfirmed', P: 'unconfirmed', S: 'unconfirmed', U: 'unconfirmed', E: 'entered-in-error' };

const CATEGORY: Converter = oneOf(categories);

const allergy = (name: 'AL1' | 'IAM') =>
  rows(name, [
    [`${name}-2`, 'category[1]', CATEGORY],
    [`${name}-2`, 'type', codeOf(types, '0127'), { inOnly: true }],
    [`${name}-3`, 'code', CWE],
    [`${name}-4`, 'criticality', codeOf(criticalities, '0128')],
  ]);
export const al1Rows = allergy('AL1');
const iamRows = allergy('IAM');
const al1More = rows('AL1', [['AL1-6', 'onsetDateTime', DT]]);
const iamMore = rows('IAM', [
  ['IAM-6', 'verificationStatus', statusOf({ D: 'entered-in-error' }, verification)],
  ['IAM-7', 'identifier[]', EI],
  ['IAM-9', 'type', codeOf(sensitivities, '0436')],
  ['IAM-11', 'onsetDateTime', DTM],
  ['IAM-12', 'onsetString', ST, { when: (whole) => whole.textAt('11') === '' }],
  ['IAM-13', 'recordedDate', DTM],
  ['IAM-26', 'recordedDate', DTM, { inOnly: true, when: (whole) => whole.textAt('13') === '' }],
  ['IAM-25', 'recorder', XCN, { inOnly: true, when: (whole) => whole.textAt('14') === '' }],
  ['IAM-17', 'verificationStatus', statusOf(verified, verification, '0438')],
  ['IAM-18', 'asserter', XCN],
  ['IAM-20', `extension[${extension}allergyintolerance-assertedDate].valueDateTime`, DTM],
  ['IAM-27', 'code.coding[]', CODING],
]);

/** AL1-5 and IAM-5: words, or codes in practice. A severity stands in the reaction where there is one. */
function reactionsOf(segment: SegmentParts, thing: Thing, scene: Scene): void {
  for (const part of segment.repetitions(5)) {
    if (part.leaf !== undefined && isNull(part.leaf)) {
      thing.removes.add('reaction');
      thing.place.claim('reaction', [[part.leaf, () => '""']]);
      continue;
    }
    const manifestation = thing.place.child({ name: 'reaction', item: { label: '1' } }, '');
    const step = { name: 'manifestation', item: { fresh: true } } as const;
    if (part.parts.length === 0) ST.read(part, manifestation.child(step, part.key), { name: 'text' }, '', scene.story);
    else CWE.read(part, manifestation, step, part.key, scene.story);
  }
  const severity = segment.field(4);
  if (severity !== undefined && thing.resource['reaction'] !== undefined)
    oneOf(severities).read(
      severity.at(1) ?? severity,
      thing.place.child({ name: 'reaction', item: { label: '1' } }, ''),
      { name: 'severity' },
      '',
      scene.story,
    );
}

function told(segment: SegmentParts, scene: Scene, table: typeof al1Rows, more: typeof al1Rows): Thing | undefined {
  const { story } = scene;
  const number = segment.name === 'IAM' ? eiKey(segment.field(7)) : undefined;
  const what = segment.field(3);
  if (what === undefined && number === undefined) return undefined;
  const thing = story.thing(
    'AllergyIntolerance',
    [within(scene), 'allergy', what?.textAt('1') || what?.textAt('2') || what?.key || (number ?? '')],
    'merge',
    true,
  );
  thing.keys = number === undefined ? [] : [story.key(number, within(scene))];
  table.read(segment, thing.place, story);
  reactionsOf(segment, thing, scene);
  more.read(segment, thing.place, story);
  about(scene, thing, 'patient');
  if (scene.patient === undefined) thing.imply('patient.display', 'unknown');
  scene.last = thing;
  return thing;
}

const isError = (thing: Thing): boolean => JSON.stringify(thing.resource['verificationStatus'] ?? '').includes('entered-in-error');

/** An allergy that was entered in error has no clinical status, every other has one (invariants ait-1 and ait-2). */
function clinicalStatusOf(thing: Thing, inactive: boolean): void {
  if (isError(thing)) thing.removes.add('clinicalStatus');
  else if (inactive) thing.imply('clinicalStatus.coding[1].system', clinical).imply('clinicalStatus.coding[1].code', 'inactive');
  else thing.presume('clinicalStatus.coding[1].system', clinical).presume('clinicalStatus.coding[1].code', 'active');
}

export const al1: Teller = (segment, scene) => {
  const thing = told(segment, scene, al1Rows, al1More);
  if (thing !== undefined) clinicalStatusOf(thing, false);
};

export const iam: Teller = (segment, scene) => {
  const thing = told(segment, scene, iamRows, iamMore);
  if (thing === undefined) return;
  const status = segment.field(17)?.at(1)?.leaf;
  const inactive = status?.text.trim().toUpperCase() === 'I';
  clinicalStatusOf(thing, inactive);
  if (inactive && status !== undefined)
    thing.place.claim('clinicalStatus.coding[0].code', [[status, (now) => (now === 'inactive' ? 'I' : undefined)]]);
  if (isError(thing) && thing.keys !== undefined && thing.keys.length > 0)
    scene.story.instructions.push({ kind: 'delete', type: 'AllergyIntolerance', keys: [...thing.keys] });
  reporter(segment, scene, thing);
  inactivated(segment, scene, thing);
};

const inactivation = rows('IAM', [
  ['IAM-23', 'agent[1].who', XCN],
  ['IAM-24', 'occurredDateTime', DTM],
]);

/** Who took it off the list, and when. */
function inactivated(segment: SegmentParts, scene: Scene, thing: Thing): void {
  const event = scene.story.thing('Provenance', ['inactivated', thing.id], 'whole');
  if (!inactivation.read(segment, event.place, scene.story)) return;
  event.imply('recorded', (scene.asOf ?? scene.story.context.receivedAt).toISOString()).point('target[1]', thing);
  event.imply('activity.text', 'Inactivation');
  if (event.resource['agent'] === undefined) event.imply('agent[1].who.display', 'unknown');
}

/** IAM-14 said it, who is IAM-15 to the patient: nobody said, the patient, or somebody of the patient's. */
function reporter(segment: SegmentParts, scene: Scene, thing: Thing): void {
  const [name, relation] = [segment.field(14), segment.text(15)];
  if (name === undefined) return;
  const { story } = scene;
  if (relation === 'SEL' && scene.patient !== undefined) {
    thing.point('recorder', scene.patient);
    NAME_WORDS.read(name, thing.place.child({ name: 'recorder' }, ''), { name: 'display' }, '', story);
    return;
  }
  const type = relation === '' ? 'Practitioner' : 'RelatedPerson';
  const person = story.thing(type, [within(scene), 'reporter', name.key], 'refer');
  if (!XPN.read(name, person.place, { name: 'name', item: { fresh: true } }, name.key, story)) return;
  const code = segment.field(15);
  if (type === 'RelatedPerson') {
    if (code !== undefined) RELATIONSHIP.read(code, person.place, { name: 'relationship', item: { label: '1' } }, '', story);
    about(scene, person, 'patient');
    if (scene.patient === undefined) person.imply('patient.display', 'unknown');
    thing.point('asserter', person);
  } else thing.point('recorder', person);
}

const reaction = rows('IAR', [
  ['IAR-1', 'manifestation[]', CWE],
  ['IAR-2', 'severity', oneOf(severities, '0128')],
  ['IAR-4', 'note[1].text', ST],
]);

export const iar: Teller = (segment, scene) => {
  if (scene.last?.type !== 'AllergyIntolerance') return;
  const place = scene.last.place.child({ name: 'reaction', item: { fresh: true } }, `IAR/${segment.occurrence}`);
  if (!reaction.read(segment, place, scene.story) || place.value === undefined) return;
  if (place.value['manifestation'] === undefined)
    place.imply([{ name: 'manifestation', item: { label: '1' } }, { name: 'text' }], '', 'unknown');
};
