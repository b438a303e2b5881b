// PV1 and PV2: the visit (HL7 v2.8, sections 3.4.3 and 3.4.4; v2-to-FHIR segment maps PV1[Encounter], PV1[Coverage], PV1[Patient] and
// PV2[Encounter]). R4 keeps the places of the past in Encounter.location, so PV1-43 needs no resource of its own.

import { bare } from '../bare.ts';
import { DTM, NM, oneOf, ST } from '../codecs.ts';
import type { Converter } from '../converter.ts';
import type { SegmentParts } from '../part.ts';
import { isObject } from '../place.ts';
import { composite, type Row, rows } from '../rows.ts';
import { about, type Scene, type Teller, within } from '../scene.ts';
import type { Thing } from '../story.ts';
import { actCodes, classes, removedBy, statusAfter, statusOfClass } from '../tables/encounters.ts';
import { CWE, codeOf, mapped, mappedCoding, tabled, tabledCoding } from '../types/coded.ts';
import { CX, cxKey, identifierTypes } from '../types/identifiers.ts';
import { NARRATIVE } from '../types/narrative.ts';
import { LOCATION_BY_CODE, ORGANIZATION_BY_CODE } from '../types/organizations.ts';
import { XCN, XON } from '../types/people.ts';
import { locationOf, PL } from '../types/places.ts';

import { payerUnknown } from './in1.ts';
import { donor } from './pd1.ts';
import { observed } from './pid.ts';

const extension = 'http://hl7.org/fhir/StructureDefinition/';
const laterVersion = 'http://hl7.org/fhir/5.0/StructureDefinition/';
const participation = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType';
const confidentiality = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';

const known: Converter = mappedCoding(classes, actCodes);
const anyClass: Converter = tabledCoding('0004');
/** The class by which FHIR looks at a visit; what has no such class keeps its own code. */
const CLASS: Converter = {
  read: (part, place, step, run, story) => known.read(part, place, step, run, story) || anyClass.read(part, place, step, run, story),
  write: (value, story) => known.write(value, story) ?? anyClass.write(value, story),
};

const takesPart = (field: string, code: string, display: string): Row => [
  field,
  'participant[].individual',
  XCN,
  {
    with: {
      'participant[].type[1].coding[1].system': participation,
      'participant[].type[1].coding[1].code': code,
      'participant[].type[1].coding[1].display': display,
    },
  },
];
const placed = (field: string, status: string, when?: (whole: { textAt(path: string): string }) => boolean): Row => [
  field,
  'location[].location',
  PL,
  { with: { 'location[].status': status }, ...(when === undefined ? {} : { when }) },
];
const preadmitted = (whole: { textAt(path: string): string }): boolean => whole.textAt('2') === 'P';

export const visit = rows('PV1', [
  [
    'PV1-19',
    'identifier[]',
    CX,
    { with: { 'identifier[].type.coding[1].system': identifierTypes, 'identifier[].type.coding[1].code': 'VN' } },
  ],
  ['PV1-50', 'identifier[]', CX],
  ['PV1-2', 'class', CLASS],
  placed('PV1-3', 'active', (whole) => !preadmitted(whole)),
  placed('PV1-3', 'planned', preadmitted),
  placed('PV1-6', 'completed'),
  placed('PV1-43', 'completed'),
  placed('PV1-11', 'active'),
  placed('PV1-42', 'reserved'),
  ['PV1-4', 'type[]', tabled('0007')],
  ['PV1-18', 'type[]', tabled('0018')],
  ['PV1-5', 'hospitalization.preAdmissionIdentifier', CX],
  takesPart('PV1-7', 'ATND', 'attender'),
  takesPart('PV1-8', 'REF', 'referrer'),
  takesPart('PV1-9', 'CON', 'consultant'),
  takesPart('PV1-17', 'ADM', 'admitter'),
  takesPart('PV1-52', 'PART', 'Participation'),
  ['PV1-10', 'serviceType', tabled('0069')],
  ['PV1-13', 'hospitalization.reAdmission', tabled('0092')],
  ['PV1-14', 'hospitalization.admitSource', tabled('0023')],
  ['PV1-15', 'hospitalization.specialArrangement[]', tabled('0009')],
  ['PV1-16', 'hospitalization.specialCourtesy[]', tabled('0099')],
  ['PV1-22', 'hospitalization.specialCourtesy[]', tabled('0045')],
  ['PV1-36', 'hospitalization.dischargeDisposition', tabled('0112')],
  ['PV1-37', 'hospitalization.destination', LOCATION_BY_CODE],
  ['PV1-38', 'hospitalization.dietPreference[]', tabled('0114')],
  ['PV1-39', 'serviceProvider', ORGANIZATION_BY_CODE],
  ['PV1-44', 'period.start', DTM],
  ['PV1-45', 'period.end', DTM],
]);
const importance = rows('PV1', [['PV1-16', `extension[${extension}patient-importance].valueCodeableConcept`, tabled('0099')]]);
const episode = rows('PV1', [
  ['PV1-54', 'identifier[]', CX],
  ['PV1-53', `extension[${extension}resource-instance-description].valueMarkdown`, ST],
]);
const bed = tabledCoding('0116');

/** `system|value` of the numbers that the visit is known by, each within the patient where nobody has assigned it. */
function visitKeys(segment: SegmentParts, scene: Scene): string[] {
  return [19, 50].flatMap((field) =>
    segment.repetitions(field).flatMap((part) => {
      const key = cxKey(part);
      return key === undefined || key.endsWith('|""') ? [] : [scene.story.key(key, within(scene))];
    }),
  );
}

/** The visit: by its number, else its account, else the patient's day, else it is this message's own. */
function visitOf(segment: SegmentParts, scene: Scene): Thing {
  const keys = visitKeys(segment, scene);
  const day = segment.text(44).slice(0, 8);
  const [first] = keys;
  const name =
    first !== undefined
      ? [first]
      : scene.account !== undefined
        ? ['account', scene.account.id]
        : day.length === 8
          ? [within(scene), day]
          : [within(scene), scene.controlId, String(segment.occurrence)];
  const thing = scene.story.thing('Encounter', name, 'merge', true);
  thing.keys = scene.priorVisit === undefined ? keys : [scene.priorVisit, ...keys];
  return thing;
}

export const pv1: Teller = (segment, scene) => {
  const { story, event } = scene;
  const encounter = visitOf(segment, scene);
  visit.read(segment, encounter.place, story);
  about(scene, encounter, 'subject');
  const administration = scene.type === 'ADT';
  const after = administration ? statusAfter[event] : undefined;
  const given = segment.text(2).trim();
  if (after !== undefined) encounter.imply('status', after);
  else if (segment.text(45) !== '' && segment.field(45)?.leaf?.raw !== '""') encounter.imply('status', 'finished');
  else encounter.presume('status', statusOfClass[given] ?? 'in-progress');
  encounter.presume('class.system', 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor').presume('class.code', 'UNK');
  if (administration) {
    const taken = removedBy[event] ?? [];
    for (const element of taken) takeBack(encounter, element);
    unsaid(
      segment,
      encounter,
      taken.filter((element) => element.includes('.') && !element.includes('(')),
    );
  }
  if (administration && event === 'A23') story.instructions.push({ kind: 'delete', type: 'Encounter', keys: [...(encounter.keys ?? [])] });
  if (scene.account !== undefined) encounter.point('account[1]', scene.account);
  bedStatus(segment, scene);
  accountStatus(segment, scene);
  planned(scene, encounter);
  if (scene.patient !== undefined) importance.read(segment, scene.patient.place, story);
  episodeOf(segment, scene, encounter);
  coverageClass(segment, scene);
  scene.encounter = encounter;
  scene.last = encounter;
};

/**
 * What the event takes back goes, whatever the message still carries: one that cancels a discharge may repeat the time of the
 * discharge that it cancels. That leaf then says nothing of the visit and is kept.
 */
function takeBack(encounter: Thing, element: string): void {
  const [above = '', below] = element.includes('(') ? [element] : element.split('.');
  if (below === undefined || above === 'length') {
    encounter.removes.add(element);
    return;
  }
  const holder = encounter.resource[above];
  if (isObject(holder)) {
    delete holder[below];
    if (Object.keys(holder).length === 0) delete encounter.resource[above];
  }
  encounter.removes.add(element);
}

/** Leaves that are taken back say nothing: the ledger keeps them. */
function unsaid(segment: SegmentParts, encounter: Thing, elements: readonly string[]): void {
  for (const leaf of segment.leaves())
    leaf.said = leaf.said.filter(({ element }) => !elements.some((one) => element.startsWith(`${encounter.name}#${one}`)));
}

const plannedBy = bare({ A05: 'plannedStartDate', A14: 'plannedStartDate', A16: 'plannedEndDate' });

/** EVN-3, when it is planned: an admission or a discharge. */
function planned(scene: Scene, encounter: Thing): void {
  const when = scene.plannedFor;
  const element = plannedBy[scene.event];
  if (when === undefined || element === undefined || scene.type !== 'ADT') return;
  const url = `${laterVersion}extension-Encounter.${element}`;
  DTM.read(when, encounter.place.child({ name: 'extension', item: { url } }, ''), { name: 'valueDateTime' }, '', scene.story);
}

/** HL7 table 0117, where it has words for what FHIR knows. */
const ACCOUNT_STATUS = codeOf({ A: 'active', ACTIVE: 'active', I: 'inactive', INACTIVE: 'inactive', CLOSED: 'inactive' }, '0117');

/** PV1-41 is the status of the account of PID-18, which until then is only presumed to be active. */
function accountStatus(segment: SegmentParts, scene: Scene): void {
  const [account, status] = [scene.account, segment.field(41)];
  if (account === undefined || status === undefined) return;
  if (account.presumes.delete('status')) delete account.resource['status'];
  ACCOUNT_STATUS.read(status, account.place, { name: 'status' }, '', scene.story);
  account.presume('status', 'active');
}

function bedStatus(segment: SegmentParts, scene: Scene): void {
  const [place, status] = [segment.field(3), segment.field(40)];
  const location = place === undefined ? undefined : locationOf(place, scene.story);
  if (location !== undefined && status !== undefined) bed.read(status, location.place, { name: 'operationalStatus' }, '', scene.story);
}

function episodeOf(segment: SegmentParts, scene: Scene, encounter: Thing): void {
  const key = cxKey(segment.field(54));
  if (key === undefined && segment.field(53) === undefined) return;
  const thing = scene.story.thing('EpisodeOfCare', [key === undefined ? encounter.id : scene.story.key(key, within(scene))], 'merge', true);
  thing.keys = key === undefined ? [] : [scene.story.key(key, within(scene))];
  if (!episode.read(segment, thing.place, scene.story)) return;
  thing.presume('status', 'active');
  about(scene, thing, 'patient');
  if (scene.patient === undefined) thing.imply('patient.display', 'unknown');
  encounter.point('episodeOfCare[1]', thing);
}

/** PV1-20: who pays, as a class; of the cover itself nothing is known. */
function coverageClass(segment: SegmentParts, scene: Scene): void {
  for (const part of segment.repetitions(20)) {
    const coverage = scene.story.thing('Coverage', [within(scene), 'financial class', part.key]);
    const [code, since] = [part.at(1), part.at(2)];
    if (code === undefined || !tabled('0064').read(code, coverage.place, { name: 'type' }, '', scene.story)) continue;
    if (since !== undefined) DTM.read(since, coverage.place.child({ name: 'period' }, ''), { name: 'start' }, '', scene.story);
    coverage.presume('status', 'active');
    about(scene, coverage, 'beneficiary');
    if (scene.patient === undefined) coverage.imply('beneficiary.display', 'unknown');
    payerUnknown(coverage);
  }
}

const DAYS = composite([['.', 'value', NM, { with: { unit: 'days', system: 'http://unitsofmeasure.org', code: 'd' } }]]);

const more = rows('PV2', [
  placed('PV2-1', 'planned'),
  ['PV2-3', 'reasonCode[]', CWE],
  ['PV2-8', `extension[${laterVersion}extension-Encounter.plannedStartDate].valueDateTime`, DTM],
  ['PV2-9', `extension[${laterVersion}extension-Encounter.plannedEndDate].valueDateTime`, DTM],
  ['PV2-11', 'length', DAYS],
  ['PV2-12', 'text', NARRATIVE],
  ['PV2-2', 'hospitalization.specialArrangement[]', tabled('0129')],
  ['PV2-7', 'type[]', tabled('0130')],
  takesPart('PV2-13', 'REF', 'referrer'),
  [
    'PV2-22',
    'meta.security[protection].code',
    oneOf({ Y: 'R', N: 'N' }),
    { with: { 'meta.security[protection].system': confidentiality } },
  ],
  ['PV2-23', 'serviceProvider', XON],
  ['PV2-25', 'priority', mapped('0217', { '1': 'EM', '2': 'UR', '3': 'EL' }, 'http://terminology.hl7.org/CodeSystem/v3-ActPriority')],
  ['PV2-38', `extension[${extension}encounter-modeOfArrival].valueCoding`, tabledCoding('0430')],
]);

const precaution = tabled('0433');

export const pv2: Teller = (segment, scene) => {
  const { encounter, patient, story } = scene;
  if (encounter !== undefined) more.read(segment, encounter.place, story);
  if (patient !== undefined) donor.read(segment, patient.place, story);
  observed(segment.field(43), 'Living will', '0315', scene, ['http://loinc.org', '75320-2']);
  observed(segment.field(45), 'Advance directive', '0435', scene);
  // What everybody who comes near has to know is a flag.
  for (const part of segment.repetitions(41)) {
    const flag = story.thing('Flag', [within(scene), 'precaution', encounter?.id ?? '', part.key]);
    if (!precaution.read(part, flag.place, { name: 'code' }, '', story)) continue;
    flag.imply('status', 'active').imply('category[1].coding[1].system', 'http://terminology.hl7.org/CodeSystem/flag-category');
    flag.imply('category[1].coding[1].code', 'safety');
    about(scene, flag, 'subject').point('encounter', encounter);
    if (patient === undefined) flag.imply('subject.display', 'unknown');
  }
};
