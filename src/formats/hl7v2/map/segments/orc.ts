// ORC: what happens to an order (HL7 v2.8, section 4.5.1; v2-to-FHIR maps ORC[ServiceRequest], ORC[Immunization],
// ORC[DiagnosticReport], ORC[Provenance]; the rows of MedicationRequest are ours).
import { DTM, INSTANT, oneOf, ST } from '../codecs.ts';
import { orderedType, requestOf } from '../order-group.ts';
import type { SegmentParts } from '../part.ts';
import { composite, type Row, rows } from '../rows.ts';
import { about, during, type Scene, type Teller } from '../scene.ts';
import type { Thing } from '../story.ts';
import {
  controlToMedicationStatus,
  controlToRequestStatus,
  orderToMedicationStatus,
  orderToRequestStatus,
  priorities,
} from '../tables/orders.ts';
import { CWE, mapped, mappedCoding, tabled, tabledCoding, WORDS } from '../types/coded.ts';
import { CX, EI } from '../types/identifiers.ts';
import { FILLER_GROUP, FILLER_OF_PARENT, numbered, PLACER_GROUP, REQUEST } from '../types/order-numbers.ts';
import { XAD, XCN, XON, XTN } from '../types/people.ts';
import { PL } from '../types/places.ts';
import { CQ } from '../types/quantities.ts';
import { DEVICE_BY_CODE, ORGANIZATION_BY_CODE } from '../types/staff.ts';
import { timingRows } from '../types/timing.ts';
import { functionOf, immunizationOf } from './rxa.ts';

const extension = 'http://hl7.org/fhir/StructureDefinition/';
export const callBack = `extension[${extension}servicerequest-order-callback-phone-number].valueContactPoint`;
type Whole = { textAt(path: string): string };
const isNew = (whole: Whole): boolean => ['NW', 'SN', 'RO', ''].includes(whole.textAt('1'));
const group = {
  with: { 'requisition.type.coding[1].system': 'http://terminology.hl7.org/CodeSystem/v2-0203', 'requisition.type.coding[1].code': 'PGN' },
};
const groupIdentifier = {
  with: {
    'groupIdentifier.type.coding[1].system': 'http://terminology.hl7.org/CodeSystem/v2-0203',
    'groupIdentifier.type.coding[1].code': 'PGN',
  },
};

const numbers: Row[] = [
  ['ORC-2', 'identifier[placer]', EI, numbered('identifier[placer]', 'PLAC')],
  ['ORC-3', 'identifier[filler]', EI, numbered('identifier[filler]', 'FILL')],
];
const more: Row[] = [
  ['ORC-33', 'identifier[alternate]', CX, numbered('identifier[alternate]', 'PLAC')],
  ['ORC-38', 'identifier[fillerGroup]', EI, numbered('identifier[fillerGroup]', 'FGN')],
];
const security: Row = ['ORC-28', 'meta.security[]', tabledCoding('0177')];

/** The order that this one is a child of: by the number of who asked, and by that of who did. */
const parents = (type: string): Row[] => [
  ['ORC-8', 'basedOn[parent]', REQUEST, { with: { 'basedOn[parent].type': type } }],
  [
    'ORC-8',
    'basedOn[parentOfFiller]',
    FILLER_OF_PARENT,
    { inOnly: true, when: (whole) => whole.textAt('8.1') !== '', with: { 'basedOn[parentOfFiller].type': type } },
  ],
  ['ORC-31', 'basedOn[parent].display', WORDS, { with: { 'basedOn[parent].type': type } }],
];
/** HL7 table 0482. */
const settings = { I: 'inpatient', O: 'outpatient' };

export const serviceOrder = rows('ORC', [
  ...numbers,
  ['ORC-4', 'requisition', PLACER_GROUP, group],
  ['ORC-4', 'identifier[fillerGroup]', FILLER_GROUP, { ...numbered('identifier[fillerGroup]', 'FGN'), inOnly: true }],
  ['ORC-5', 'status', oneOf(orderToRequestStatus, '0038')],
  ['ORC-1', 'status', oneOf(controlToRequestStatus), { when: (whole) => whole.textAt('5') === '' }],
  ...parents('ServiceRequest'),
  ['ORC-9', 'authoredOn', DTM, { when: isNew }],
  ['ORC-12', 'requester', XCN],
  ['ORC-14', callBack, XTN],
  ['ORC-16', `extension[${extension}request-statusReason].valueCodeableConcept`, CWE],
  security,
  ['ORC-29', 'locationCode[]', tabled('0482')],
  ...more,
]);

export const drugOrder = rows('ORC', [
  ...numbers,
  ['ORC-4', 'groupIdentifier', PLACER_GROUP, groupIdentifier],
  ['ORC-4', 'identifier[fillerGroup]', FILLER_GROUP, { ...numbered('identifier[fillerGroup]', 'FGN'), inOnly: true }],
  ['ORC-5', 'status', oneOf(orderToMedicationStatus, '0038')],
  ['ORC-1', 'status', oneOf(controlToMedicationStatus), { when: (whole) => whole.textAt('5') === '' }],
  ...parents('MedicationRequest'),
  ['ORC-29', 'category[]', mapped('0482', settings, 'http://terminology.hl7.org/CodeSystem/medicationrequest-category')],
  ['ORC-9', 'authoredOn', DTM, { when: isNew }],
  ['ORC-12', 'requester', XCN],
  ['ORC-15', 'dispenseRequest.validityPeriod.start', DTM],
  ['ORC-16', 'statusReason', CWE],
  security,
  ...more,
]);

export const vaccinationOrder = rows('ORC', [
  ...numbers,
  ['ORC-4', 'identifier[group]', PLACER_GROUP, numbered('identifier[group]', 'PGN')],
  ['ORC-9', 'recorded', DTM],
  ['ORC-12', 'performer[orderer].actor', XCN, functionOf('orderer', 'OP')],
  security,
]);

const agent = (label: string, code: string): { with: Record<string, string> } => ({
  with: {
    [`agent[${label}].type.coding[1].system`]: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type',
    [`agent[${label}].type.coding[1].code`]: code,
  },
});
const operations = { NW: 'CREATE', SC: 'UPDATE', XO: 'UPDATE', XX: 'UPDATE', OC: 'CANCEL', CA: 'CANCEL' };

/** Who entered, verified and carried out. */
export const orderEvent = rows('ORC', [
  ['ORC-1', 'activity.coding[1]', mappedCoding(operations, 'http://terminology.hl7.org/CodeSystem/v3-DataOperation'), { inOnly: true }],
  ['ORC-9', 'recorded', INSTANT],
  ['ORC-15', 'occurredDateTime', DTM],
  ['ORC-9', 'occurredDateTime', DTM, { inOnly: true }],
  ['ORC-10', 'agent[enterer].who', XCN, agent('enterer', 'enterer')],
  ['ORC-11', 'agent[verifier].who', XCN, agent('verifier', 'verifier')],
  ['ORC-12', 'agent[author].who', XCN, { ...agent('author', 'author'), inOnly: true }],
  ['ORC-13', 'location', PL],
  [
    'ORC-17',
    'agent[enterer].onBehalfOf',
    ORGANIZATION_BY_CODE,
    { when: (whole) => whole.textAt('10') !== '' || whole.textAt('10.2') !== '' },
  ],
  [
    'ORC-17',
    'agent[organization].who',
    ORGANIZATION_BY_CODE,
    { inOnly: true, when: (whole) => whole.textAt('10') === '' && whole.textAt('10.2') === '' },
  ],
  ['ORC-18', 'agent[device].who', DEVICE_BY_CODE, agent('device', 'assembler')],
  ['ORC-19', 'agent[performer].who', XCN, agent('performer', 'performer')],
]);

/** ORC-7 and OBR-27, which TQ1 replaced: straight into the request. */
export const TQ_OF_SERVICE = composite([
  ...timingRows('occurrenceTiming'),
  ['1', 'quantityQuantity', CQ],
  ['6', 'priority', oneOf(priorities)],
  ['8', 'note[].text', ST],
]);
export const TQ_OF_DRUG = composite([
  ...timingRows('dosageInstruction[1].timing'),
  ['6', 'priority', oneOf(priorities)],
  ['8', 'dosageInstruction[1].text', ST],
]);

/** How much each time; the segments of the drug know it better and come first. */
export const AMOUNT_OF_TQ = composite([['1', 'dosageInstruction[1].doseAndRate[1].doseQuantity', CQ]]);

/** Who asks for it, as a role where the facility is named too. */
function tellFacility(orc: SegmentParts, order: Thing, scene: Scene): void {
  const { story } = scene;
  const [provider, facility] = [orc.field(12), orc.field(21)];
  const address = orc.field(24);
  if (provider !== undefined && address !== undefined)
    XAD.read(
      address,
      story.thing('Practitioner', [provider.key], 'refer', true).place,
      { name: 'address', item: { label: '1' } },
      'orc',
      story,
    );
  if (facility === undefined) return;
  const organization = story.thing('Organization', [facility.key], 'refer', true);
  for (const [at, part] of orc.repetitions(22).entries())
    XAD.read(part, organization.place, { name: 'address', item: { label: String(at + 1) } }, `orc/${at}`, story);
  for (const [at, part] of orc.repetitions(23).entries())
    XTN.read(part, organization.place, { name: 'telecom', item: { fresh: true } }, `orc/${at}`, story);
  if (provider === undefined) {
    XON.read(facility, order.place, { name: 'requester' }, 'orc', story);
    return;
  }
  const role = story.thing('PractitionerRole', ['orders', provider.key, facility.key], 'refer');
  if (!XON.read(facility, role.place, { name: 'organization' }, 'orc', story)) return;
  XCN.read(provider, role.place, { name: 'practitioner' }, 'orc', story);
  order.point('requester', role);
}

function tellEvent(orc: SegmentParts, order: Thing, scene: Scene): void {
  const people = [10, 11, 13, 15, 17, 18, 19].some((field) => orc.field(field) !== undefined);
  const time = orc.field(9)?.leaf;
  if (!people && (time === undefined || time.said.length > 0)) return;
  const event = scene.story.thing('Provenance', ['order', order.id, orc.text(1), orc.text(9) || scene.controlId], 'whole');
  orderEvent.read(orc, event.place, scene.story);
  event.point('target[1]', order);
  event.imply('recorded', (scene.asOf ?? scene.story.context.receivedAt).toISOString());
  const application = scene.segments[0]?.text(3).trim() ?? '';
  if (event.resource['agent'] === undefined && application !== '') event.imply('agent[1].who.display', application);
  if (event.resource['agent'] === undefined) event.imply('agent[1].who.display', 'the sender of the message');
}

export const orc: Teller = (segment, scene) => {
  const { story } = scene;
  // In results by specimen the ORC stands behind its OBR.
  if (scene.type === 'OUL' && scene.names[scene.at - 1] === 'OBR' && scene.order?.type === 'ServiceRequest') {
    serviceOrder.read(segment, scene.order.place, story);
    tellEvent(segment, scene.order, scene);
    closeControl(segment);
    return;
  }
  const { type, rxa } = orderedType(scene);
  const next = scene.segments.slice(scene.at + 1).find(({ name }) => name === 'OBR' || name === 'ORC');
  const obr = type === 'ServiceRequest' && next?.name === 'OBR' ? next : undefined;
  const order = rxa === undefined ? requestOf(type, segment, obr, scene) : immunizationOf(rxa, segment, scene);
  scene.group = { orc: segment, obr: undefined, key: order.id };
  scene.order = order;
  scene.report = undefined;
  scene.observation = undefined;
  scene.document = undefined;
  scene.medication = type === 'MedicationRequest' ? order : undefined;
  scene.given = undefined;
  scene.drug = undefined;
  scene.afterSpecimen = undefined;
  scene.last = order;
  if (type === 'ServiceRequest') {
    tellFacility(segment, order, scene);
    serviceOrder.read(segment, order.place, story);
    const timing = segment.field(7);
    if (timing !== undefined) TQ_OF_SERVICE.into(timing, order.place, 'tq', story);
  } else if (type === 'MedicationRequest') {
    tellFacility(segment, order, scene);
    drugOrder.read(segment, order.place, story);
    const timing = segment.field(7);
    if (timing !== undefined) TQ_OF_DRUG.into(timing, order.place, 'tq', story);
  } else vaccinationOrder.read(segment, order.place, story);
  about(scene, order, type === 'Immunization' ? 'patient' : 'subject');
  during(scene, order);
  tellEvent(segment, order, scene);
  closeControl(segment);
};

/** What is to be done with the message, not what is the case. */
function closeControl(orc: SegmentParts): void {
  for (const field of [1, 6]) {
    const leaf = orc.field(field)?.leaf;
    if (leaf !== undefined && leaf.said.length === 0) leaf.structural = true;
  }
}
