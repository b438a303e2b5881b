// IN1, IN2 and IN3: who pays (HL7 v2.8, sections 6.5.6 to 6.5.8; v2-to-FHIR segment maps IN1[Coverage] and IN3[CareTeam]). The plan is a
// class of the cover: Coverage.identifier is the card's, and a plan's number there would make one cover of all its members.
import { CURRENCY, DT, NM, positive, ST } from '../codecs.ts';
import type { SegmentParts } from '../part.ts';
import { composite, type Row, rows } from '../rows.ts';
import { about, type Scene, type Teller, within } from '../scene.ts';
import type { Thing } from '../story.ts';
import { subscriberRelationships } from '../tables/relationships.ts';
import { codeOf, mapped, tabled } from '../types/coded.ts';
import { CX, cxKey, identifierTypes } from '../types/identifiers.ts';
import { LANGUAGE } from '../types/language.ts';
import { NAME_WORDS, XAD, XPN, XTN } from '../types/people.ts';
import { RELATIONSHIP } from './nk1.ts';
import { genders } from './pid.ts';

const absent = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason';
const classTypes = 'http://terminology.hl7.org/CodeSystem/coverage-class';
const copayTypes = 'http://terminology.hl7.org/CodeSystem/coverage-copay-type';
const asClass = (label: string, code: string) => ({
  with: { [`class[${label}].type.coding[1].system`]: classTypes, [`class[${label}].type.coding[1].code`]: code },
});
const typed = (at: string, code: string) => ({
  with: { [`${at}.type.coding[1].system`]: identifierTypes, [`${at}.type.coding[1].code`]: code },
});
const PLAN = composite([
  ['1', 'value', ST],
  ['2', 'name', ST],
]);

export const cover = rows('IN1', [
  ['IN1-2', 'class[plan]', PLAN, asClass('plan', 'plan')],
  ['IN1-8', 'class[group].value', ST, asClass('group', 'group')],
  ['IN1-9', 'class[group].name', NAME_WORDS, asClass('group', 'group')],
  ['IN1-12', 'period.start', DT],
  ['IN1-13', 'period.end', DT],
  ['IN1-15', 'type', tabled('0086')],
  ['IN1-17', 'relationship', mapped('0063', subscriberRelationships, 'http://terminology.hl7.org/CodeSystem/subscriber-relationship')],
  ['IN1-22', 'order', positive],
  ['IN1-35', 'class[company].value', ST, { with: { 'class[company].type.text': 'Company plan code' } }],
  ['IN1-36', 'identifier[policy].value', ST, { with: { 'identifier[policy].type.text': 'Policy number' } }],
  ['IN1-49', 'identifier[]', CX, typed('identifier[]', 'MB')],
  ['IN1-49', 'subscriberId', ST, { inOnly: true }],
  [
    'IN1-37',
    'costToBeneficiary[deductible].valueMoney',
    composite([
      ['1.1', 'value', NM],
      ['1.2', 'currency', CURRENCY],
    ]),
    {
      with: {
        'costToBeneficiary[deductible].type.coding[1].system': copayTypes,
        'costToBeneficiary[deductible].type.coding[1].code': 'deductible',
      },
    },
  ],
]);

const payer = rows('IN1', [
  ['IN1-3', 'identifier[]', CX],
  ['IN1-4', 'name', ST],
  ['IN1-5', 'address[]', XAD],
  ['IN1-6', 'contact[1].name', XPN],
  ['IN1-7', 'telecom[]', XTN],
]);
const subscriber = rows('IN1', [
  ['IN1-16', 'name[]', XPN],
  ['IN1-17', 'relationship[]', RELATIONSHIP],
  ['IN1-18', 'birthDate', DT],
  ['IN1-19', 'address[]', XAD],
  ['IN1-43', 'gender', codeOf(genders, '0001')],
]);
const employer = rows('IN1', [
  ['IN1-10', 'identifier[]', CX],
  ['IN1-11', 'name', ST],
  ['IN1-44', 'address[]', XAD],
]);

/** Somebody pays, and nobody says who. */
export function payerUnknown(coverage: Thing): void {
  coverage.presume(`payor[1].extension[${absent}].url`, absent).presume(`payor[1].extension[${absent}].valueCode`, 'unknown');
}

const keyOf = (segment: SegmentParts, fields: readonly number[]): string[] => fields.map((field) => segment.field(field)?.key ?? '');

export const in1: Teller = (segment, scene) => {
  const { story } = scene;
  // A cover is this patient's, at this insurer, under this plan and this number.
  const number = [49, 36].map((field) => segment.text(field)).find((text) => text !== '') ?? '';
  const coverage = story.thing('Coverage', [within(scene), segment.text(3) || segment.text(4), segment.text(2), number]);
  const said = cover.read(segment, coverage.place, story);
  const [insurer, group] = organizationsOf(segment, coverage, scene);
  const holder = subscriberOf(segment, coverage, scene);
  if (!said && insurer === undefined && group === undefined && holder === undefined) return;
  complete(coverage, scene);
  scene.coverage = coverage;
  scene.subscriber = holder;
  scene.last = coverage;
};

function organizationsOf(segment: SegmentParts, coverage: Thing, scene: Scene): (Thing | undefined)[] {
  const { story } = scene;
  const insurerKey = cxKey(segment.field(3));
  const insurer = story.thing(
    'Organization',
    ['insurer', insurerKey === undefined ? keyOf(segment, [4]).join() : story.key(insurerKey)],
    'merge',
    true,
  );
  const named = payer.read(segment, insurer.place, story);
  if (named) {
    if (insurer.resource['identifier'] === undefined && insurer.resource['name'] === undefined) insurer.imply('name', 'unknown');
    coverage.point('payor[1]', insurer);
  }
  const group = story.thing('Organization', ['employer', ...keyOf(segment, [10, 11])], 'merge', true);
  const employed = employer.read(segment, group.place, story);
  if (employed) {
    if (group.resource['identifier'] === undefined && group.resource['name'] === undefined) group.imply('name', 'unknown');
    coverage.point('policyHolder', group);
  }
  return [named ? insurer : undefined, employed ? group : undefined];
}

/** The patient, where IN1-17 says so; else somebody of the patient's. */
function subscriberOf(segment: SegmentParts, coverage: Thing, scene: Scene): Thing | undefined {
  const thing = scene.story.thing('RelatedPerson', [within(scene), 'subscriber', ...keyOf(segment, [16, 18]), segment.text(17)]);
  if (!subscriber.read(segment, thing.place, scene.story)) return undefined;
  about(scene, thing, 'patient');
  if (scene.patient === undefined) thing.imply('patient.display', 'unknown');
  coverage.point('subscriber', segment.text(17) === 'SEL' && scene.patient !== undefined ? scene.patient : thing);
  return thing;
}

function complete(coverage: Thing, scene: Scene): void {
  coverage.presume('status', 'active');
  if (coverage.resource['payor'] === undefined) payerUnknown(coverage);
  about(scene, coverage, 'beneficiary');
  if (scene.patient === undefined) coverage.imply('beneficiary.display', 'unknown');
  // A class is a value (1..1); a group that has a name only is called by it.
  const classes = coverage.resource['class'];
  if (!Array.isArray(classes)) return;
  for (const one of classes as Record<string, unknown>[]) one['value'] ??= one['name'] ?? 'unknown';
}

const identifierOf = (field: string, code: string): Row => [field, `identifier[${field}].value`, ST, typed(`identifier[${field}]`, code)];
const additional = rows('IN2', [
  identifierOf('IN2-6', 'MC'),
  identifierOf('IN2-8', 'MA'),
  identifierOf('IN2-10', 'MI'),
  ['IN2-61', 'identifier[]', CX, typed('identifier[]', 'MB')],
  ['IN2-72', 'relationship', mapped('0063', subscriberRelationships, 'http://terminology.hl7.org/CodeSystem/subscriber-relationship')],
]);
const subscriberMore = rows('IN2', [
  ['IN2-1', 'identifier[]', CX, typed('identifier[]', 'EI')],
  ['IN2-2', 'identifier[IN2-2].value', ST, typed('identifier[IN2-2]', 'SS')],
  ['IN2-34', 'communication[1].language', LANGUAGE],
  ['IN2-63', 'telecom[]', XTN, { with: { 'telecom[].use': 'home' } }],
]);
const employerMore = rows('IN2', [
  ['IN2-49', 'contact[1].name', XPN],
  ['IN2-50', 'contact[1].telecom[]', XTN],
  ['IN2-64', 'telecom[]', XTN, { with: { 'telecom[].use': 'work' } }],
  ['IN2-70', 'name', ST],
  ['IN2-70', 'alias[]', ST, { inOnly: true }],
  ['IN2-69', 'alias[]', ST],
]);

export const in2: Teller = (segment, scene) => {
  const { coverage, story } = scene;
  if (coverage === undefined) return;
  additional.read(segment, coverage.place, story);
  let { subscriber: holder } = scene;
  if (holder === undefined) {
    holder = story.thing('RelatedPerson', [within(scene), 'subscriber', coverage.id]);
    if (subscriberMore.read(segment, holder.place, story)) {
      about(scene, holder, 'patient');
      if (scene.patient === undefined) holder.imply('patient.display', 'unknown');
      coverage.point('subscriber', holder);
    }
  } else subscriberMore.read(segment, holder.place, story);
  const reference = (coverage.resource['policyHolder'] as { reference?: string } | undefined)?.reference;
  const known = story.named(reference);
  const group = known ?? story.thing('Organization', ['employer', coverage.id]);
  if (!employerMore.read(segment, group.place, story)) return;
  if (group.resource['identifier'] === undefined) group.imply('name', 'unknown');
  coverage.point('policyHolder', group);
};

/** IN3-21 is a case manager, by words. */
export const in3: Teller = (segment, scene) => {
  const team = scene.story.thing('CareTeam', [within(scene), 'case management', scene.coverage?.id ?? '']);
  const part = segment.field(21);
  if (part === undefined) return;
  if (
    !ST.read(
      part,
      team.place.walk([{ name: 'participant', item: { label: '1' } }, { name: 'member' }], ''),
      { name: 'display' },
      '',
      scene.story,
    )
  )
    return;
  team.imply('participant[1].role[1].text', 'case manager').presume('status', 'active');
  about(scene, team, 'subject');
};
