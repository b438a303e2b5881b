// RF1, PRD and CTD: a referral, who refers to whom, and whom to call (HL7 v2.8, sections 11.8.1, 11.8.3 and 11.8.4). The official maps
// have nothing for them; FHIR has ServiceRequest and PractitionerRole.
import { DTM, ST } from '../codecs.ts';
import type { SegmentParts } from '../part.ts';
import { rows, type SegmentRows } from '../rows.ts';
import { about, during, type Scene, type Teller, within } from '../scene.ts';
import type { Thing } from '../story.ts';
import { CWE, codeOf, tabled } from '../types/coded.ts';
import { EI, eiKey, PLN } from '../types/identifiers.ts';
import { XAD, XCN, XON, XPN, XTN } from '../types/people.ts';
import { PL } from '../types/places.ts';

const referral = rows('RF1', [
  ['RF1-1', 'status', codeOf({ A: 'active', P: 'draft', R: 'revoked', E: 'revoked' }, '0283')],
  ['RF1-2', 'priority', codeOf({ S: 'stat', A: 'asap', R: 'routine' }, '0280')],
  ['RF1-3', 'category[]', tabled('0281')],
  ['RF1-5', 'category[]', tabled('0284')],
  ['RF1-4', 'orderDetail[]', tabled('0282')],
  ['RF1-6', 'identifier[]', EI],
  ['RF1-7', 'occurrencePeriod.start', DTM],
  ['RF1-8', 'occurrencePeriod.end', DTM],
  ['RF1-9', 'authoredOn', DTM],
  ['RF1-10', 'reasonCode[]', CWE],
  ['RF1-11', 'identifier[]', EI],
  ['RF1-14', 'reasonCode[].text', ST],
  ['RF1-19', 'performer[]', XON],
  ['RF1-20', 'performer[]', XCN],
  ['RF1-24', 'note[].text', ST],
]);

export const rf1: Teller = (segment, scene) => {
  const { story } = scene;
  const number = [6, 11].flatMap((field) => eiKey(segment.field(field)) ?? []).map((key) => story.key(key, within(scene)));
  const thing = story.thing(
    'ServiceRequest',
    [within(scene), 'referral', number[0] ?? `${segment.text(3)} ${segment.text(7)}`],
    'merge',
    true,
  );
  thing.keys = number;
  if (!referral.read(segment, thing.place, story)) return;
  thing.presume('status', 'active').imply('intent', 'order').imply('code.text', 'Referral');
  about(scene, thing, 'subject');
  during(scene, thing);
  if (scene.coverage !== undefined) thing.point('insurance[1]', scene.coverage);
  scene.referral = thing;
  // In REF messages RF1 comes first; where it does not, those before it wait for it.
  for (const role of scene.rolesAhead ?? []) assign(role.code, role.thing, thing);
  scene.rolesAhead = [];
};

/** RF1 comes before the patient whom it is about, and before the visit. */
export function joinReferral(scene: Scene): void {
  const { referral: thing } = scene;
  if (thing === undefined) return;
  if (thing.resource['subject'] === undefined) about(scene, thing, 'subject');
  if (thing.resource['subject'] === undefined) thing.imply('subject.display', 'unknown');
  if (thing.resource['encounter'] === undefined) during(scene, thing);
}

const PERSON = (names: { name: number; address: number }, segment: string): SegmentRows =>
  rows(segment, [
    [`${segment}-${names.name}`, 'name[]', XPN],
    [`${segment}-${names.address}`, 'address[]', XAD],
  ]);
const people: Readonly<Record<string, SegmentRows>> = {
  PRD: rows('PRD', [
    ['PRD-2', 'name[]', XPN],
    ['PRD-3', 'address[]', XAD],
    ['PRD-7', 'identifier[]', PLN],
  ]),
  CTD: PERSON({ name: 2, address: 3 }, 'CTD'),
};
const roles: Readonly<Record<string, SegmentRows>> = {
  PRD: rows('PRD', [
    ['PRD-1', 'code[]', tabled('0286')],
    ['PRD-4', 'location[]', PL],
    ['PRD-5', 'telecom[]', XTN],
    ['PRD-8', 'period.start', DTM],
    ['PRD-9', 'period.end', DTM],
    ['PRD-10', 'organization', XON],
  ]),
  CTD: rows('CTD', [
    ['CTD-1', 'code[]', tabled('0131')],
    ['CTD-4', 'location[]', PL],
    ['CTD-5', 'telecom[]', XTN],
    ['CTD-7', 'identifier[]', PLN],
  ]),
};

/** The organisation that a provider works for. */
const providing = rows('PRD', [
  ['PRD-11', 'address[]', XAD],
  ['PRD-13', 'telecom[]', XTN],
]);

/** A provider or a contact, as a role of somebody. */
function roleOf(segment: SegmentParts, scene: Scene): Thing | undefined {
  const { story } = scene;
  const who = [segment.field(7)?.key ?? '', segment.field(2)?.key ?? ''];
  const role = story.thing('PractitionerRole', [within(scene), segment.name, segment.text(1), ...who]);
  const said = roles[segment.name]?.read(segment, role.place, story) ?? false;
  const person = story.thing('Practitioner', [segment.name, ...who]);
  const organization = segment.name === 'PRD' ? segment.field(10) : undefined;
  if (organization !== undefined && role.resource['organization'] !== undefined)
    providing.read(segment, story.thing('Organization', [organization.key], 'refer', true).place, story);
  if (people[segment.name]?.read(segment, person.place, story) === true) role.point('practitioner', person);
  else if (!said) return undefined;
  return role;
}

export const prd: Teller = (segment, scene) => {
  const role = roleOf(segment, scene);
  if (role === undefined) return;
  const code = segment.text(1);
  if (scene.referral !== undefined) assign(code, role, scene.referral);
  else {
    scene.rolesAhead ??= [];
    scene.rolesAhead.push({ code, thing: role });
  }
  scene.last = role;
};

/** HL7 table 0286: RP refers, RT is referred to. */
function assign(code: string, role: Thing, request: Thing): void {
  if (code === 'RP' && request.resource['requester'] === undefined) request.point('requester', role);
  else if (code === 'RT') request.point(`performer[${role.id}]`, role);
}

export const ctd: Teller = (segment, scene) => {
  roleOf(segment, scene);
};
