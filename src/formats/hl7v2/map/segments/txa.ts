// TXA: a document, and the OBX that carry it (HL7 v2.8, chapter 9; v2-to-FHIR maps TXA[DocumentReference], OBX[DocumentReference]).
import { DTM, INSTANT, oneOf, ST } from '../codecs.ts';
import type { Converter } from '../converter.ts';
import type { Part, SegmentParts } from '../part.ts';
import type { Place } from '../place.ts';
import { rows } from '../rows.ts';
import { about, following, type Scene, type Teller, within } from '../scene.ts';
import type { Thing } from '../story.ts';
import { availability, cancels, completion, relations } from '../tables/documents.ts';
import { ED, mediaTypeOf, RP } from '../types/attachments.ts';
import { CWE, tabled, WORDS } from '../types/coded.ts';
import { EI, eiKey, NUMBER } from '../types/identifiers.ts';
import { joined } from '../types/joined.ts';
import { linesOf } from '../types/observed-value.ts';
import { XCN } from '../types/people.ts';

/** Who attested to a document and when: DocumentReference says it since R5. */
const attester = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-DocumentReference.attester';
/** PPN.15, said at the element itself. */
const WHEN: Converter = {
  read(part, place, step, run, story) {
    const time = part.at(15);
    return time !== undefined && DTM.read(time, place, step, run, story);
  },
  write: () => undefined,
};

export const document = rows('TXA', [
  ['TXA-2', 'type', tabled('0270')],
  ['TXA-4', 'context.period.start', DTM],
  ['TXA-6', 'date', INSTANT],
  ['TXA-5', 'author[]', XCN, { inOnly: true }],
  ['TXA-9', 'author[]', XCN],
  ['TXA-10', 'authenticator', XCN],
  ['TXA-12', 'masterIdentifier', EI],
  ['TXA-14', 'context.related[placer].identifier', EI, { with: { 'context.related[placer].type': 'ServiceRequest' } }],
  ['TXA-15', 'context.related[filler].identifier', EI, { with: { 'context.related[filler].type': 'ServiceRequest' } }],
  ['TXA-16', 'identifier[file]', NUMBER],
  ['TXA-17', 'docStatus', oneOf(completion, '0271')],
  ['TXA-18', 'securityLabel[]', tabled('0272')],
  ['TXA-19', 'status', oneOf(availability, '0273')],
  ['TXA-22', 'authenticator', XCN, { inOnly: true, when: (whole) => whole.textAt('10') === '' }],
  [
    'TXA-22',
    `extension[${attester}].extension[=time].valueDateTime`,
    WHEN,
    { inOnly: true, with: { [`extension[${attester}].extension[=mode].valueCodeableConcept.coding[1].code`]: 'legal' } },
  ],
  ['TXA-25', 'description', ST],
]);

const agent = (label: string, code: string): { with: Record<string, string> } => ({
  with: {
    [`agent[${label}].type.coding[1].system`]: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type',
    [`agent[${label}].type.coding[1].code`]: code,
  },
});
/** Who wrote and changed it, when and why. */
export const writing = rows('TXA', [
  ['TXA-7', 'occurredDateTime', DTM],
  ['TXA-8', 'recorded', INSTANT],
  ['TXA-9', 'agent[author].who', XCN, { ...agent('author', 'author'), inOnly: true }],
  ['TXA-11', 'agent[transcriber].who', XCN, agent('transcriber', 'enterer')],
  ['TXA-21', 'reason[1].text', ST],
  ['TXA-23', 'agent[informed].who', XCN, agent('informed', 'informant')],
]);

function tellWriting(txa: SegmentParts, thing: Thing, scene: Scene): void {
  if (![7, 8, 11, 21, 23].some((field) => txa.field(field) !== undefined)) return;
  const event = scene.story.thing(
    'Provenance',
    ['document', thing.id, scene.event, txa.text(8) || txa.text(7) || scene.controlId],
    'whole',
  );
  writing.read(txa, event.place, scene.story);
  event.point('target[1]', thing);
  event.imply('recorded', (scene.asOf ?? scene.story.context.receivedAt).toISOString());
  if (event.resource['agent'] === undefined) event.imply('agent[1].who.display', SENDER);
}
const SENDER = 'the sender of the message';

/** HL7 table 0191, as TXA-3 uses it. */
const presentations: Readonly<Record<string, string>> = {
  TX: 'text/plain',
  FT: 'text/plain',
  TEXT: 'text/plain',
  AP: 'application/octet-stream',
  AU: 'audio/basic',
  IM: 'image/tiff',
  PDF: 'application/pdf',
};

function documentOf(part: ReturnType<SegmentParts['field']>, scene: Scene): Thing | undefined {
  const number = eiKey(part);
  if (number === undefined) return undefined;
  const thing = scene.story.thing('DocumentReference', ['document', number], 'merge', true);
  thing.keys = [scene.story.key(number, within(scene))];
  return thing;
}

/** TXA-13: the document that this one replaces or adds to. */
function sayParent(txa: SegmentParts, thing: Thing, scene: Scene): void {
  const code = relations[scene.event];
  const parent = txa.field(13);
  const other = documentOf(parent, scene);
  if (parent === undefined || other === undefined || other === thing) return;
  EI.read(parent, other.place, { name: 'masterIdentifier' }, '13', scene.story);
  if (code === 'replaces') other.imply('status', 'superseded');
  about(scene, other, 'subject');
  thing.imply('relatesTo[1].code', code ?? 'transforms');
  thing.point('relatesTo[1].target', other);
}

export const txa: Teller = (segment, scene) => {
  const { story } = scene;
  const thing = documentOf(segment.field(12), scene) ?? story.thing('DocumentReference', ['document', within(scene), scene.controlId]);
  if (cancels.has(scene.event)) thing.imply('status', 'entered-in-error');
  document.read(segment, thing.place, story);
  if (relations[scene.event] !== undefined || segment.field(13) !== undefined) sayParent(segment, thing, scene);
  about(scene, thing, 'subject');
  if (scene.encounter !== undefined) thing.point('context.encounter[1]', scene.encounter);
  if (scene.order?.type === 'ServiceRequest' && scene.order.speaks) thing.point('context.related[order]', scene.order);
  scene.document = thing;
  scene.last = thing;
  sayText(segment, thing, scene);
  tellWriting(segment, thing, scene);
};

/** The media type that TXA-3 stands for. */
const presented = (txa: SegmentParts): string | undefined => {
  const text = txa.text(3).trim();
  return text === '' ? undefined : (presentations[text.toUpperCase()] ?? mediaTypeOf('', text));
};

/** Says the media type of TXA-3 where the content does not say another. */
function sayPresentation(txa: SegmentParts | undefined, attachment: Place): void {
  const leaf = txa?.field(3)?.leaf;
  const type = txa === undefined ? undefined : presented(txa);
  if (leaf !== undefined && type !== undefined)
    attachment.set({ name: 'contentType' }, type, [[leaf, (now) => (now === type ? leaf.text : String(now))]]);
}

const contentOf = (thing: Thing, label: string): Place =>
  thing.place.walk([{ name: 'content', item: { label } }, { name: 'attachment' }], '');
const isLine = (obx: SegmentParts): boolean => ['TX', 'FT', 'ST', ''].includes(obx.text(2).trim().toUpperCase());

/** All text of the document is one attachment, line by line. */
function sayText(txa: SegmentParts, thing: Thing, scene: Scene): void {
  const carriers = following(scene, ['TXA', 'PID']).filter(({ name }) => name === 'OBX');
  const lines = carriers
    .filter(isLine)
    .flatMap((obx): readonly (Part | undefined)[] => (obx.repetitions(5).length === 0 ? [undefined] : obx.repetitions(5)));
  const { text, leaves } = joined(linesOf(lines));
  if (text.trim() !== '') {
    const attachment = contentOf(thing, 'text');
    attachment.set(
      { name: 'data' },
      Buffer.from(text, 'utf8').toString('base64'),
      leaves.map(([leaf, write]) => [
        leaf,
        (now) => (typeof now === 'string' ? write(Buffer.from(now, 'base64').toString('utf8')) : undefined),
      ]),
    );
    if (presented(txa)?.startsWith('text/') === true) sayPresentation(txa, attachment);
    else attachment.imply([{ name: 'contentType' }], '', 'text/plain');
  } else if (carriers.length === 0) sayPresentation(txa, contentOf(thing, 'text'));
}

/** What an OBX of the document says beside the lines of its text. */
const carrier = rows('OBX', [
  ['OBX-3', 'title', WORDS],
  ['OBX-14', 'creation', DTM],
]);
const responsible = rows('OBX', [
  [
    'OBX-11',
    'docStatus',
    oneOf({ F: 'final', P: 'preliminary', C: 'amended', D: 'entered-in-error', W: 'entered-in-error' }),
    { inOnly: true },
  ],
  ['OBX-16', 'author[]', XCN, { inOnly: true }],
]);

/** Whether an OBX of a document carries it; other values are observations of their own. */
export const carries = (obx: SegmentParts): boolean => isLine(obx) || ['ED', 'RP'].includes(obx.text(2).trim().toUpperCase());

export const tellContent = (obx: SegmentParts, thing: Thing, scene: Scene): void => {
  const type = obx.text(2).trim().toUpperCase();
  const text = contentOf(thing, 'text');
  responsible.read(obx, thing.place, scene.story);
  const what = obx.field(3);
  // What the document is of; said once, however many parts carry it.
  if (what !== undefined)
    CWE.read(
      what,
      thing.place.child({ name: 'context' }, ''),
      { name: 'event', item: { label: `${obx.text(3)} ${obx.text(3, '3')}` } },
      'of',
      scene.story,
    );
  if (isLine(obx)) {
    if (text.exists) carrier.read(obx, text, scene.story);
    return;
  }
  for (const [at, part] of obx.repetitions(5).entries()) {
    const label = `${obx.occurrence}/${at}`;
    const content = thing.place.child({ name: 'content', item: { label } }, '');
    const converter = type === 'ED' ? ED : type === 'RP' ? RP : undefined;
    if (converter === undefined || !converter.read(part, content, { name: 'attachment' }, '', scene.story)) {
      sayOther(part, content);
      continue;
    }
    const attachment = content.child({ name: 'attachment' }, '');
    carrier.read(obx, attachment, scene.story);
    sayPresentation(
      scene.segments.find(({ name }) => name === 'TXA'),
      attachment,
    );
  }
};

/** A value that is no text and no file, as the text that it was. */
function sayOther(part: Part, content: Place): void {
  const { text, leaves } = joined(linesOf([part]));
  if (text.trim() === '') return;
  const attachment = content.child({ name: 'attachment' }, '');
  attachment.set(
    { name: 'data' },
    Buffer.from(text, 'utf8').toString('base64'),
    leaves.map(([leaf, write]) => [
      leaf,
      (now) => (typeof now === 'string' ? write(Buffer.from(now, 'base64').toString('utf8')) : undefined),
    ]),
  );
  attachment.imply([{ name: 'contentType' }], '', 'text/plain');
}
