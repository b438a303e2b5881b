// MSH, SFT, EVN and who sent it: the envelope of a message as MessageHeader, Device and Provenance (HL7 v2.8, section 2.14;
// v2-to-FHIR segment maps MSH[MessageHeader], MSH[Provenance-Source], SFT[Device], EVN[Provenance]).
import { DTM, ID, INSTANT, ST } from '../codecs.ts';
import { type Codec, type Converter, primitive, referred } from '../converter.ts';
import type { Part } from '../part.ts';
import { isObject } from '../place.ts';
import { composite, rows } from '../rows.ts';
import type { Scene, Teller } from '../scene.ts';
import type { Story, Thing } from '../story.ts';
import { languageTag } from '../tables/languages.ts';
import { CODING, mapped, tabledCoding } from '../types/coded.ts';
import { SYSTEM_OF_EI, SYSTEM_OF_HD } from '../types/identifiers.ts';
import { DEVICE_BY_HD, FACILITY_OF_SENDING, LOCATION_BY_HD, named } from '../types/organizations.ts';
import { ORGANIZATION, PRACTITIONER } from '../types/people.ts';

const absent = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason';
const eventTypes = 'http://terminology.hl7.org/CodeSystem/v2-0003';
const participation = 'http://terminology.hl7.org/CodeSystem/provenance-participant-type';
const valued = (path: string) => (whole: { textAt(path: string): string }) => whole.textAt(path) !== '';
const empty = (path: string) => (whole: { textAt(path: string): string }) => whole.textAt(path) === '';

const language: Codec = { read: languageTag, write: (value) => (typeof value === 'string' ? value : undefined), expects: 'language' };
const LANGUAGE: Converter = primitive(language);
const SENDER: Converter = referred('Organization', ORGANIZATION, 'envelope');
const OPERATOR: Converter = referred('Practitioner', PRACTITIONER, 'envelope');

const NAME = composite([['1', 'name', ST]]);
const ENDPOINT = composite([['.', 'endpoint', SYSTEM_OF_HD, { when: valued('2') }]]);
const APPLICATION = composite([
  ['1', 'name', ST],
  ['.', 'endpoint', SYSTEM_OF_HD, { when: valued('2') }],
]);
const PROCESSING = composite([
  ['1', 'tag[processing]', tabledCoding('0103')],
  ['2', 'tag[mode]', tabledCoding('0207')],
]);
/** EI as a label. */
const LABEL = composite([
  ['1', 'code', ST],
  ['2', 'display', ST, { when: valued('3') }],
  ['.', 'system', SYSTEM_OF_EI],
]);

/** MSG: what happened. */
const EVENT: Converter = {
  read(part, place, step, _run, story) {
    const [type, event, structure] = [part.at(1)?.leaf, part.at(2)?.leaf, part.at(3)?.leaf];
    const coding = place.child(step, '');
    const code = event ?? type;
    if (code === undefined) return false;
    coding.imply([{ name: 'system' }], '', event === undefined ? 'http://terminology.hl7.org/CodeSystem/v2-0076' : eventTypes);
    if (!ID.read(code === event ? (part.at(2) ?? part) : (part.at(1) ?? part), coding, { name: 'code' }, '', story)) return false;
    if (event === undefined || type === undefined) return true;
    const words = [type, event, structure].flatMap((leaf) => (leaf === undefined ? [] : [leaf.text])).join('^');
    const nth = (index: number) => (now: unknown) => String(now).split('^')[index];
    coding.set({ name: 'display' }, words, [[type, nth(0)], ...(structure === undefined ? [] : [[structure, nth(2)] as const])]);
    return true;
  },
  write(value) {
    const display = (value as { display?: unknown } | undefined)?.display;
    return typeof display === 'string' ? display.split('^') : undefined;
  },
};

const header = rows('MSH', [
  ['MSH-3', 'source', APPLICATION, { when: empty('24') }],
  ['MSH-3', 'source', NAME, { when: valued('24'), inOnly: true }],
  ['MSH-24', 'source', ENDPOINT, { inOnly: true }],
  ['MSH-4', 'sender', FACILITY_OF_SENDING],
  ['MSH-5', 'destination[1]', APPLICATION, { when: empty('25') }],
  ['MSH-5', 'destination[1]', NAME, { when: valued('25'), inOnly: true }],
  ['MSH-25', 'destination[1]', ENDPOINT, { inOnly: true }],
  ['MSH-6', 'destination[1].receiver', FACILITY_OF_SENDING, { when: empty('23') }],
  ['MSH-23', 'destination[1].receiver', SENDER, { inOnly: true }],
  ['MSH-22', 'responsible', SENDER],
  ['MSH-8', 'meta.security[].display', ST],
  ['MSH-9', 'eventCoding', EVENT],
  ['MSH-11', 'meta', PROCESSING],
  ['MSH-19', 'language', LANGUAGE],
  ['MSH-21', 'meta.tag[]', LABEL],
  ['MSH-26', 'meta.security[]', CODING],
  ['MSH-27', 'meta.security[]', CODING],
]);

/** Fields that say how the message is built and answered: version, sequence, continuation, acknowledgements, character sets. */
const protocol = [12, 13, 14, 15, 16, 18, 20];

export const msh: Teller = (segment, scene) => {
  const { story } = scene;
  const message = story.thing('MessageHeader', [scene.controlId], 'envelope');
  header.read(segment, message.place, story);
  for (const field of protocol)
    for (const part of segment.repetitions(field)) for (const leaf of part.leaves()) if (leaf.said.length === 0) leaf.structural = true;
  message.imply('eventCoding.system', eventTypes).imply('eventCoding.code', 'UNK');
  scene.message = message;

  const target = named('Device', DEVICE_BY_HD, segment.field(5), story, 'envelope');
  if (target !== undefined) {
    const network = segment.field(25)?.at(1);
    if (network !== undefined) networkAddress(network, target, story);
    const owner = segment.field(6);
    if (owner !== undefined && segment.text(23) + segment.text(23, '10') !== '')
      FACILITY_OF_SENDING.read(owner, target.place, { name: 'owner' }, '', story);
    message.point('destination[1].target', target);
  }
  // An endpoint is demanded, and seldom said.
  for (const path of ['source', 'destination[1]']) {
    const [at] = path.split('[');
    const there = message.resource[at ?? ''];
    if (path !== 'source' && there === undefined) continue;
    const place = message.place.walk(path === 'source' ? [{ name: 'source' }] : [{ name: 'destination', item: { label: '1' } }], '');
    if (place.value?.['endpoint'] === undefined)
      place.imply([{ name: '_endpoint' }, { name: 'extension', item: { url: absent } }, { name: 'valueCode' }], '', 'unknown');
  }
  const sender = named('Device', DEVICE_BY_HD, segment.field(3), story, 'envelope');
  const network = segment.field(24)?.at(1);
  if (sender !== undefined && network !== undefined) networkAddress(network, sender, story);

  const sent = story.thing('Provenance', [scene.controlId, 'sent'], 'envelope');
  sourced.read(segment, sent.place, story);
  sent.imply('recorded', story.context.receivedAt.toISOString()).point('target[1]', message);
  if (sent.resource['agent'] === undefined) sent.imply('agent[1].who.display', story.context.sender || 'unknown');
  if (sender !== undefined) sent.imply('entity[application].role', 'source').point('entity[application].what', sender);

  const country = segment.field(17);
  const facility = message.resource['sender'];
  if (country !== undefined && facility !== undefined) {
    const organization = story.named((facility as { reference?: string }).reference);
    if (organization !== undefined)
      ST.read(country, organization.place.child({ name: 'address', item: { label: '1' } }, ''), { name: 'country' }, '', story);
  } else if (country !== undefined) {
    const organization = story.thing('Organization', [scene.controlId, 'sender'], 'envelope');
    ST.read(country, organization.place.child({ name: 'address', item: { label: '1' } }, ''), { name: 'country' }, '', story);
    organization.imply('name', story.context.sender || 'unknown');
    message.point('sender', organization);
  }
};

/** MSH-24 and MSH-25: what the application is called in the network. */
function networkAddress(part: Part, application: Thing, story: Story): void {
  const place = application.place.child({ name: 'deviceName', item: { label: 'network' } }, '');
  if (ST.read(part, place, { name: 'name' }, '', story)) place.imply([{ name: 'type' }], '', 'other');
}

const sourced = rows('MSH', [
  ['MSH-7', 'recorded', INSTANT],
  ['MSH-7', 'occurredDateTime', DTM, { inOnly: true }],
  ['MSH-10', 'entity[message].what.identifier.value', ST, { with: { 'entity[message].role': 'source' } }],
  [
    'MSH-4',
    'agent[author].who',
    FACILITY_OF_SENDING,
    { when: empty('22'), with: { 'agent[author].type.coding[1].system': participation, 'agent[author].type.coding[1].code': 'author' } },
  ],
  [
    'MSH-22',
    'agent[custodian].who',
    SENDER,
    { with: { 'agent[custodian].type.coding[1].system': participation, 'agent[custodian].type.coding[1].code': 'custodian' } },
  ],
]);

const software = rows('SFT', [
  ['SFT-1', 'owner', SENDER],
  ['SFT-1', 'manufacturer', ST, { inOnly: true }],
  ['SFT-2', 'version[1].value', ST],
  ['SFT-3', 'deviceName[1].name', ST, { with: { 'deviceName[1].type': 'other' } }],
  ['SFT-4', 'modelNumber', ST],
  ['SFT-5', 'note[1].text', ST],
  [
    'SFT-6',
    'version[1].extension[http://hl7.org/fhir/5.0/StructureDefinition/extension-Device.version.installDate].valueDateTime',
    DTM,
    { when: valued('2') },
  ],
]);
const softwareOfSource = rows('SFT', [
  ['SFT-2', 'source.version', ST],
  ['SFT-3', 'source.software', ST],
]);

export const sft: Teller = (segment, scene) => {
  const device = scene.story.thing('Device', [scene.controlId, 'software', String(segment.occurrence)], 'envelope');
  if (!software.read(segment, device.place, scene.story)) return;
  const versions = device.resource['version'];
  if (Array.isArray(versions) && isObject(versions[0])) versions[0]['value'] ??= 'unknown';
  // The first is what made the message; those that follow handed it on.
  if (segment.occurrence === 1 && scene.message !== undefined) softwareOfSource.read(segment, scene.message.place, scene.story);
  const sent = scene.story.thing('Provenance', [scene.controlId, 'sent'], 'envelope');
  sent.imply(`entity[software${segment.occurrence}].role`, 'source').point(`entity[software${segment.occurrence}].what`, device);
};

/** HL7 table 0062 as http://terminology.hl7.org/CodeSystem/v3-ActReason. */
const reasons = { '01': 'PATRQT', '02': 'TREAT', '03': 'HOPERAT' };

const event = rows('EVN', [
  ['EVN-1', 'activity.coding[1].code', ID, { with: { 'activity.coding[1].system': eventTypes } }],
  ['EVN-2', 'recorded', INSTANT],
  ['EVN-4', 'reason[]', mapped('0062', reasons, 'http://terminology.hl7.org/CodeSystem/v3-ActReason')],
  ['EVN-5', 'agent[].who', OPERATOR],
  ['EVN-6', 'occurredDateTime', DTM],
  ['EVN-7', 'location', LOCATION_BY_HD],
]);

export const evn: Teller = (segment, scene) => {
  scene.plannedFor = segment.field(3);
  const happened = scene.story.thing('Provenance', [scene.controlId, 'event'], 'envelope');
  if (!event.read(segment, happened.place, scene.story)) return;
  const coarse = segment.field(2);
  if (happened.resource['recorded'] === undefined && coarse !== undefined)
    DTM.read(coarse, happened.place, { name: 'occurredDateTime' }, '', scene.story);
  happened.imply('recorded', (scene.asOf ?? scene.story.context.receivedAt).toISOString()).point('target[1]', scene.message);
  if (scene.message === undefined) happened.imply('target[1].display', 'message');
  if (happened.resource['agent'] === undefined) operatorOf(scene, happened);
};

/** Who did it, where EVN-5 does not say: the organisation that sends. */
function operatorOf(scene: Scene, happened: { imply(path: string, value: unknown): unknown }): void {
  const { responsible, sender } = (scene.message?.resource ?? {}) as Record<string, { reference?: string } | undefined>;
  const reference = responsible?.reference ?? sender?.reference;
  if (reference === undefined) happened.imply('agent[1].who.display', 'unknown');
  else happened.imply('agent[1].who.reference', reference);
}
