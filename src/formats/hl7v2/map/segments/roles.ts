// ROL and PRT: who takes part in what the segment before them is about (HL7 v2.8, sections 15.4.7 and 7.3.4; v2-to-FHIR segment maps
// ROL[...] and PRT[...]). Behind a visit they are its participants, behind a procedure its performers, behind the patient a general
// practitioner or a care team; behind an order or an observation who performs it.
import { DTM, ST, yesOf } from '../codecs.ts';
import type { Converter } from '../converter.ts';
import type { SegmentParts } from '../part.ts';
import { isObject, type Place } from '../place.ts';
import { composite, rows, type SegmentRows } from '../rows.ts';
import { about, type Scene, type Teller, within } from '../scene.ts';
import type { Thing } from '../story.ts';
import { participationTypes, roleTypes } from '../tables/roles.ts';
import { CWE, mapped, tabled } from '../types/coded.ts';
import { EI, PLN, SYSTEM_OF_EI } from '../types/identifiers.ts';
import { named, ORGANIZATION_BY_KIND } from '../types/organizations.ts';
import { ORGANIZATION, PRACTITIONER, XAD, XCN, XON, XTN } from '../types/people.ts';
import { PL } from '../types/places.ts';

/** Actions that end a part, and those that begin or go on with it (HL7 tables 0287 and 0206). */
const ACTIVE: Converter = yesOf({
  AD: true,
  A: true,
  CO: true,
  UP: true,
  U: true,
  UC: true,
  UN: true,
  X: true,
  S: true,
  LI: true,
  DE: false,
  D: false,
});
const ROLE: Converter = mapped('0443', roleTypes, participationTypes);
const PARTICIPATION: Converter = mapped('0912', roleTypes, participationTypes);
const KIND = ORGANIZATION_BY_KIND(tabled('0406'));

/** Of one segment kind: which field says what. */
interface Kind {
  role: SegmentRows;
  fields: { code: number; person: number; unit: number; organization: number; address: number; start: number; end: number };
  as: Converter;
}

const kinds: Readonly<Record<string, Kind>> = {
  ROL: {
    fields: { code: 3, person: 4, unit: 10, organization: 14, address: 11, start: 5, end: 6 },
    as: ROLE,
    role: rows('ROL', [
      ['ROL-1', 'identifier[]', EI],
      ['ROL-2', 'active', ACTIVE],
      ['ROL-3', 'code[1]', ROLE],
      ['ROL-4', 'practitioner', XCN],
      ['ROL-5', 'period.start', DTM],
      ['ROL-6', 'period.end', DTM],
      ['ROL-9', 'specialty[]', tabled('0182')],
      ['ROL-12', 'telecom[]', XTN],
      ['ROL-13', 'location[]', PL],
      ['ROL-14', 'organization', XON],
    ]),
  },
  PRT: {
    fields: { code: 4, person: 5, unit: 7, organization: 8, address: 14, start: 11, end: 12 },
    as: PARTICIPATION,
    role: rows('PRT', [
      ['PRT-1', 'identifier[]', EI],
      ['PRT-2', 'active', ACTIVE],
      ['PRT-4', 'code[1]', PARTICIPATION],
      ['PRT-5', 'practitioner', XCN],
      ['PRT-6', 'specialty[]', tabled('0182')],
      ['PRT-8', 'organization', XON],
      ['PRT-9', 'location[]', PL],
      ['PRT-11', 'period.start', DTM],
      ['PRT-12', 'period.end', DTM],
      ['PRT-15', 'telecom[]', XTN],
      ['PRT-24', 'identifier[]', PLN],
    ]),
  },
};

/** The role as a resource of its own: the same person in the same role for the same patient is one. */
function roleOf(segment: SegmentParts, scene: Scene, { role, fields }: Kind): Thing | undefined {
  const { story } = scene;
  const who = segment.field(fields.person)?.key ?? segment.field(fields.organization)?.key ?? segment.field(1)?.key ?? '';
  const thing = story.thing('PractitionerRole', [within(scene), 'role', segment.text(fields.code), who]);
  if (!role.read(segment, thing.place, story)) return undefined;
  const unit = segment.field(fields.unit);
  if (unit !== undefined && thing.resource['organization'] === undefined) {
    const organization = story.thing('Organization', ['unit', unit.key], 'refer');
    if (KIND.into(unit, organization.place, 'unit', story))
      thing.point('organization', organization.imply('name', unit.textAt('2').trim() || unit.text.trim() || 'unknown'));
  } else if (unit !== undefined) {
    const organization = named('Organization', ORGANIZATION, segment.field(fields.organization), story);
    if (organization !== undefined) KIND.into(unit, organization.place, 'unit', story);
  }
  const practitioner = named('Practitioner', PRACTITIONER, segment.field(fields.person), story);
  const home = practitioner ?? named('Organization', ORGANIZATION, segment.field(fields.organization), story);
  if (home !== undefined)
    for (const [index, part] of segment.repetitions(fields.address).entries())
      XAD.read(part, home.place, { name: 'address', item: { fresh: true } }, `${segment.name}/${part.key}/${index}`, story);
  preferred(segment, thing);
  return thing;
}

/** HL7 table 0185: by which of the numbers somebody is best reached. */
const methods: Readonly<Record<string, (contact: { system?: unknown; use?: unknown }) => boolean>> = {
  B: ({ system }) => system === 'pager',
  C: ({ use }) => use === 'mobile',
  E: ({ system }) => system === 'email',
  F: ({ system }) => system === 'fax',
  H: ({ system, use }) => system === 'phone' && use === 'home',
  O: ({ system, use }) => system === 'phone' && use === 'work',
};

function preferred(segment: SegmentParts, role: Thing): void {
  const leaf = segment.name === 'PRT' ? segment.field(23)?.leaf : undefined;
  const { telecom } = role.resource;
  if (leaf === undefined || !Array.isArray(telecom)) return;
  const fits = methods[leaf.text.trim().toUpperCase()];
  const found = fits === undefined ? -1 : telecom.findIndex((one) => isObject(one) && fits(one));
  const index = found === -1 && telecom.length === 1 ? 0 : found;
  const chosen: unknown = telecom[index];
  if (fits === undefined || !isObject(chosen)) return;
  const extensions = Array.isArray(chosen['extension']) ? chosen['extension'] : [];
  chosen['extension'] = extensions;
  const at = extensions.push({ url: 'http://hl7.org/fhir/StructureDefinition/iso21090-preferred', valueBoolean: true }) - 1;
  role.place.claim(`telecom[${index}].extension[${at}].valueBoolean`, [[leaf, (now) => (now === true ? leaf.text : '')]]);
}

const participant = (kind: Kind, segment: SegmentParts, scene: Scene, place: Place, code: string): void => {
  const role = segment.field(kind.fields.code);
  if (role !== undefined) kind.as.read(role, place, { name: code, item: { label: '1' } }, 'role', scene.story);
  const period = place.child({ name: 'period' }, '');
  const [start, end] = [segment.field(kind.fields.start), segment.field(kind.fields.end)];
  if (start !== undefined) DTM.read(start, period, { name: 'start' }, '', scene.story);
  if (end !== undefined) DTM.read(end, period, { name: 'end' }, '', scene.story);
};

/** PP, the primary care provider, and FHCP, the family's: whom Patient.generalPractitioner is for. */
const general = new Set(['PP', 'FHCP', 'PCP']);

const take = (segment: SegmentParts, scene: Scene): void => {
  const kind = kinds[segment.name];
  if (kind === undefined) return;
  const subject = scene.last;
  device(segment, scene);
  const role = roleOf(segment, scene, kind);
  if (role === undefined) return;
  const { story } = scene;
  const fresh = { fresh: true } as const;
  const run = `${segment.name}/${segment.occurrence}`;
  const code = segment.text(kind.fields.code);
  if (subject?.type === 'Patient' && general.has(code)) {
    subject.place.child({ name: 'generalPractitioner', item: fresh }, run).imply([{ name: 'reference' }], '', role.name);
    role.stands = true;
    return;
  }
  if (subject?.type === 'Encounter') {
    const place = subject.place.child({ name: 'participant', item: fresh }, run);
    participant(kind, segment, scene, place, 'type');
    place.child({ name: 'individual' }, '').imply([{ name: 'reference' }], '', role.name);
    role.stands = true;
    return;
  }
  if (subject?.type === 'Procedure') {
    const place = subject.place.child({ name: 'performer', item: fresh }, run);
    const function_ = segment.field(kind.fields.code);
    if (function_ !== undefined) kind.as.read(function_, place, { name: 'function' }, '', story);
    place.child({ name: 'actor' }, '').imply([{ name: 'reference' }], '', role.name);
    role.stands = true;
    return;
  }
  if (subject?.type === 'ServiceRequest' || subject?.type === 'Observation') {
    subject.place.child({ name: 'performer', item: fresh }, run).imply([{ name: 'reference' }], '', role.name);
    role.stands = true;
    return;
  }
  const team = story.thing('CareTeam', [within(scene), 'team', subject?.type === 'Patient' ? '' : (subject?.id ?? '')]);
  const place = team.place.child({ name: 'participant', item: fresh }, run);
  participant(kind, segment, scene, place, 'role');
  place.child({ name: 'member' }, '').imply([{ name: 'reference' }], '', role.name);
  role.stands = true;
  // ROL-9 is a second role in the team (v2-to-FHIR ROL[CareTeam]).
  const provider = segment.name === 'ROL' ? segment.field(9) : undefined;
  if (provider !== undefined) tabled('0182').read(provider, place, { name: 'role', item: { label: 'provider' } }, 'provider', story);
  if (segment.name === 'ROL')
    for (const reason of segment.repetitions(8))
      CWE.read(reason, team.place, { name: 'reasonCode', item: fresh }, `${run}/${reason.key}`, story);
  team.presume('status', 'active');
  about(scene, team, 'subject');
};

export const rol: Teller = take;
export const prt: Teller = take;

/** EI of a device: its number, and the agency that gives them out. */
const UDI = composite([
  ['1', 'deviceIdentifier', ST],
  ['.', 'issuer', SYSTEM_OF_EI, { when: (whole) => whole.textAt('3') !== '' }],
]);

const devices = rows('PRT', [
  ['PRT-10', 'identifier[]', EI],
  ['PRT-10', 'udiCarrier[]', UDI, { inOnly: true }],
  ['PRT-16', 'udiCarrier[]', UDI],
  ['PRT-21', 'identifier[]', EI],
  ['PRT-17', 'manufactureDate', DTM],
  ['PRT-18', 'expirationDate', DTM],
  ['PRT-19', 'lotNumber', ST],
  ['PRT-20', 'serialNumber', ST],
  ['PRT-21', 'distinctIdentifier', ST],
  ['PRT-22', 'type', CWE],
]);

/** A device that takes part: its numbers, and the patient whom it was used on. */
function device(segment: SegmentParts, scene: Scene): void {
  const key = [10, 16, 20, 17, 18, 19, 21, 22].map((field) => segment.field(field)?.key ?? '');
  if (segment.name !== 'PRT' || key.every((one) => one === '')) return;
  const thing = scene.story.thing('Device', ['participant', ...key]);
  if (!devices.read(segment, thing.place, scene.story)) return;
  about(scene, thing, 'patient');
}
