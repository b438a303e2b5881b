// IN1, IN2 and IN3: who pays (HL7 v2.8, sections 6.5.6 to 6.5.8; v2-to-FHIR segment maps IN1[Coverage] and IN3[CareTeam]). The plan is a
// class of the cover: Coverage.identifier is the card's, and a plan's number there would make one cover of all its members.
import { CURRENCY, DT, DTM, NM, positive, ST, YN } from '../codecs.ts';
import type { SegmentParts } from '../part.ts';
import { composite, type Row, rows, type SegmentRows } from '../rows.ts';
import { about, type Scene, type Teller, within } from '../scene.ts';
import type { Thing } from '../story.ts';
import { subscriberRelationships } from '../tables/relationships.ts';
import { CWE, codeOf, mapped, tabled } from '../types/coded.ts';
import { CX, cxKey, identifierTypes } from '../types/identifiers.ts';
import { LANGUAGE } from '../types/language.ts';
import { NAME_WORDS, XAD, XCN, XPN, XTN } from '../types/people.ts';
import { ETHNICITY, RACE } from '../types/race.ts';
import { codedFinding, finding, tellFindings } from './findings.ts';
import { RELATIONSHIP } from './nk1.ts';
import { genders, usCore } from './pid.ts';

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
  ['IN1-47', 'class[coverage].value', ST, { with: { 'class[coverage].type.text': 'Coverage type' } }],
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
const known = rows('IN1', [
  codedFinding('IN1-42', 'Employment status', '0066'),
  codedFinding('IN1-48', 'Handicap', '0295'),
  finding('IN1-52', 'Place of birth', 'valueString', ST),
  codedFinding('IN1-53', 'Special courtesy', '0099'),
]);
/** Whether the cover is right, who found out and when. */
const verification = rows('IN1', [
  ['IN1-29', 'lastPerformed', DTM],
  ['IN1-30', 'attestation.who', XCN],
  ['IN1-45', 'validationType', CWE],
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
  verified(segment, coverage, scene);
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
  tellFindings(segment, known, thing, 'Registration details of the insured', scene);
  coverage.point('subscriber', segment.text(17) === 'SEL' && scene.patient !== undefined ? scene.patient : thing);
  return thing;
}

function verified(segment: SegmentParts, coverage: Thing, scene: Scene): void {
  const result = scene.story.thing('VerificationResult', [coverage.id]);
  if (!verification.read(segment, result.place, scene.story)) return;
  result.imply('status', 'validated').point('target[1]', coverage);
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
const knownMore = rows('IN2', [
  finding('IN2-12', 'Military organization', 'valueString', ST),
  finding('IN2-13', 'Military station', 'valueString', ST),
  codedFinding('IN2-14', 'Military service', '0140'),
  codedFinding('IN2-15', 'Military rank or grade', '0141'),
  codedFinding('IN2-16', 'Military status', '0142'),
  finding('IN2-17', 'Retired from the military', 'valueDateTime', DTM),
  codedFinding('IN2-31', 'Living dependency', '0223'),
  codedFinding('IN2-32', 'Ambulatory status', '0009'),
  codedFinding('IN2-33', 'Citizenship', '0171'),
  codedFinding('IN2-35', 'Living arrangement', '0220'),
  codedFinding('IN2-36', 'Publicity', '0215'),
  finding('IN2-37', 'Access is restricted', 'valueBoolean', YN),
  codedFinding('IN2-38', 'Student status', '0231'),
  codedFinding('IN2-39', 'Religion', '0006'),
  finding('IN2-40', 'Maiden name of the mother', 'valueString', NAME_WORDS),
  codedFinding('IN2-41', 'Nationality', '0212'),
  codedFinding('IN2-43', 'Marital status', '0002'),
  finding('IN2-44', 'Hired', 'valueDateTime', DTM),
  finding('IN2-45', 'Employment ended', 'valueDateTime', DTM),
  finding('IN2-46', 'Job title', 'valueString', ST),
  codedFinding('IN2-47', 'Job', '0327'),
  codedFinding('IN2-48', 'Job status', '0311'),
]);
/** In whose name the case is (Medicaid), and through whom the patient is covered (the military's). */
const holders: readonly (readonly [field: number, words: string, rows: SegmentRows])[] = [
  [7, 'Holder of the Medicaid case', rows('IN2', [['IN2-7', 'name[]', XPN]])],
  [9, 'Military sponsor', rows('IN2', [['IN2-9', 'name[]', XPN]])],
];

const subscriberMore = rows('IN2', [
  ['IN2-1', 'identifier[]', CX, typed('identifier[]', 'EI')],
  ['IN2-2', 'identifier[IN2-2].value', ST, typed('identifier[IN2-2]', 'SS')],
  ['IN2-34', 'communication[1].language', LANGUAGE],
  ['IN2-42', `extension[${usCore}us-core-ethnicity]`, ETHNICITY],
  ['IN2-71', `extension[${usCore}us-core-race]`, RACE],
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
  tellFindings(segment, knownMore, holder.speaks ? holder : coverage, 'Registration details of the insured', scene);
  const reference = (coverage.resource['policyHolder'] as { reference?: string } | undefined)?.reference;
  const holding = story.named(reference);
  const group = holding?.type === 'Organization' ? holding : story.thing('Organization', ['employer', coverage.id]);
  if (employerMore.read(segment, group.place, story)) {
    if (group.resource['identifier'] === undefined) group.imply('name', 'unknown');
    coverage.point('policyHolder', group);
  }
  namedHolders(segment, coverage, scene);
};

function namedHolders(segment: SegmentParts, coverage: Thing, scene: Scene): void {
  for (const [field, words, table] of holders) {
    const thing = scene.story.thing('RelatedPerson', [within(scene), words, segment.field(field)?.key ?? '']);
    if (!table.read(segment, thing.place, scene.story)) continue;
    thing.imply('relationship[1].text', words);
    about(scene, thing, 'patient');
    if (scene.patient === undefined) thing.imply('patient.display', 'unknown');
    if (coverage.resource['policyHolder'] === undefined) coverage.point('policyHolder', thing);
  }
}

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
