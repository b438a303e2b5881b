// OBR: what was asked for, and the report on it (HL7 v2.8, section 4.5.3; v2-to-FHIR maps OBR[ServiceRequest],
// OBR[DiagnosticReport], OBR[Specimen]).
import { DTM, INSTANT, oneOf } from '../codecs.ts';
import { bringsResults, introducesDrug, requestOf, resultNumber, specimensAhead } from '../order-group.ts';
import type { SegmentParts } from '../part.ts';
import { type Row, rows } from '../rows.ts';
import { about, during, following, type Scene, type Teller, within } from '../scene.ts';
import type { Thing } from '../story.ts';
import { priorities } from '../tables/orders.ts';
import { reportStatuses } from '../tables/results.ts';
import { CODING, CWE, tabled, WORDS } from '../types/coded.ts';
import { CX, EI } from '../types/identifiers.ts';
import { numbered, REQUEST } from '../types/order-numbers.ts';
import { XCN, XTN } from '../types/people.ts';
import { NDL } from '../types/staff.ts';
import { timed } from '../types/timing.ts';
import { tellCopies } from './copies.ts';
import { callBack, TQ_OF_SERVICE } from './orc.ts';
import { collection, SPS, specimenOf } from './spm.ts';

const extension = 'http://hl7.org/fhir/StructureDefinition/';
type Whole = { textAt(path: string): string };

const numbers: Row[] = [
  ['OBR-2', 'identifier[placer]', EI, numbered('identifier[placer]', 'PLAC')],
  ['OBR-3', 'identifier[filler]', EI, numbered('identifier[filler]', 'FILL')],
];

export const service = rows('OBR', [
  ...numbers,
  ['OBR-4', 'code', CWE],
  ['OBR-5', 'priority', oneOf(priorities, '0027')],
  ['OBR-11', 'intent', oneOf({ G: 'reflex-order', L: 'order', A: 'order', O: 'order', P: 'order', R: 'order', S: 'order' }, '0065')],
  ['OBR-13', 'note[].text', WORDS],
  ['OBR-16', 'requester', XCN],
  ['OBR-17', callBack, XTN],
  ['OBR-24', 'category[1]', tabled('0074')],
  ['OBR-29', 'basedOn[parent]', REQUEST, { with: { 'basedOn[parent].type': 'ServiceRequest' } }],
  ['OBR-50', 'basedOn[parent].display', WORDS, { with: { 'basedOn[parent].type': 'ServiceRequest' } }],
  ['OBR-31', 'reasonCode[]', CWE],
  ['OBR-44', 'code.coding[]', CODING],
  ['OBR-45', 'orderDetail[]', CWE, { inOnly: true }],
  ['OBR-48', 'reasonCode[]', tabled('0476'), { inOnly: true }],
  ['OBR-43', 'note[].text', WORDS, { inOnly: true }],
  ['OBR-46', 'orderDetail[]', CWE],
  ['OBR-47', 'orderDetail[]', CWE, { inOnly: true }],
  ['OBR-53', 'identifier[alternate]', CX, numbered('identifier[alternate]', 'PLAC')],
]);

/** When it is wanted, where no timing says more. */
export const wanted = rows('OBR', [
  ['OBR-6', 'occurrenceDateTime', DTM],
  ['OBR-36', 'occurrenceDateTime', DTM, { inOnly: true, when: (whole) => whole.textAt('6') === '' }],
]);

/** The same beside a timing. */
export const wantedAt = rows('OBR', [['OBR-6', 'occurrenceTiming.event[]', DTM, { inOnly: true }]]);

const worker = (label: string, code: string): { with: Record<string, string> } => {
  const at = `performer[${label}].extension[${extension}event-performerFunction].valueCodeableConcept.coding[1]`;
  return { with: { [`${at}.system`]: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', [`${at}.code`]: code } };
};
const ends = (whole: Whole): boolean => whole.textAt('8') !== '';

/** When it is to be done: senders write it where the time of a result stands, in an order without one. */
const toBeDone = rows('OBR', [
  ['OBR-7', 'occurrenceDateTime', DTM, { inOnly: true, when: (whole) => !ends(whole) }],
  ['OBR-7', 'occurrencePeriod.start', DTM, { inOnly: true, when: ends }],
  ['OBR-8', 'occurrencePeriod.end', DTM, { inOnly: true }],
]);
const isTimed = ({ resource }: Thing): boolean => Object.keys(resource).some((name) => name.startsWith('occurrence'));

export const report = rows('OBR', [
  ...numbers,
  ['OBR-4', 'code', CWE],
  ['OBR-7', 'effectiveDateTime', DTM, { when: (whole) => !ends(whole) }],
  ['OBR-7', 'effectivePeriod.start', DTM, { when: ends }],
  ['OBR-8', 'effectivePeriod.end', DTM],
  ['OBR-22', 'issued', INSTANT],
  ['OBR-24', 'category[1]', tabled('0074')],
  ['OBR-25', 'status', oneOf(reportStatuses, '0123')],
  ['OBR-32', 'resultsInterpreter[principal]', NDL],
  ['OBR-33', 'resultsInterpreter[assistant]', NDL, { inOnly: true }],
  ['OBR-34', 'performer[technician]', NDL, worker('technician', 'SPRF')],
  ['OBR-35', 'performer[transcriptionist]', NDL, worker('transcriptionist', 'TRANS')],
]);

/** Before there was an SPM. */
export const collected = rows('OBR', [
  ['OBR-7', 'collection.collectedDateTime', DTM, { inOnly: true, when: (whole) => !ends(whole) }],
  ['OBR-7', 'collection.collectedPeriod.start', DTM, { inOnly: true, when: ends }],
  ['OBR-8', 'collection.collectedPeriod.end', DTM, { inOnly: true }],
]);

function tellRequest(obr: SegmentParts, scene: Scene, orc: SegmentParts | undefined): Thing {
  const { story } = scene;
  const known = orc === undefined || scene.order?.type !== 'ServiceRequest' ? undefined : scene.order;
  const order = known ?? requestOf('ServiceRequest', undefined, obr, scene);
  service.read(obr, order.place, story);
  const timing = obr.field(27);
  if (timing !== undefined) TQ_OF_SERVICE.into(timing, order.place, 'tq', story);
  const ahead = following(scene, ['ORC', 'OBR']).some(({ name }) => name === 'TQ1');
  if (ahead || timed(timing) || timed(orc?.field(7)) || order.resource['occurrenceTiming'] !== undefined)
    wantedAt.read(obr, order.place, story);
  else wanted.read(obr, order.place, story);
  about(scene, order, 'subject');
  during(scene, order);
  return order;
}

function tellReport(obr: SegmentParts, scene: Scene, order: Thing, orc: SegmentParts | undefined): Thing {
  const number = resultNumber(orc, obr);
  const service = obr.field(4)?.key ?? '';
  const key =
    number === undefined ? ['report', within(scene), service, obr.text(7) || obr.text(22) || scene.controlId] : ['report', number, service];
  const again = scene.repeats.get(key.join(' ')) ?? 0;
  scene.repeats.set(key.join(' '), again + 1);
  const thing = scene.story.thing('DiagnosticReport', again === 0 ? key : [...key, String(again)]);
  report.read(obr, thing.place, scene.story);
  if (orc !== undefined)
    for (const [field, label, code] of [
      [2, 'placer', 'PLAC'],
      [3, 'filler', 'FILL'],
    ] as const) {
      const part = orc.field(field);
      if (part === undefined) continue;
      EI.read(part, thing.place, { name: 'identifier', item: { label } }, '', scene.story);
      thing.imply(`identifier[${label}].type.coding[1].system`, 'http://terminology.hl7.org/CodeSystem/v2-0203');
      thing.imply(`identifier[${label}].type.coding[1].code`, code);
    }
  thing.point('basedOn[1]', order);
  about(scene, thing, 'subject');
  during(scene, thing);
  return thing;
}

/** The specimens of this OBR: those of the SPM that belong to it, else the one that it describes itself. */
function tellSpecimens(obr: SegmentParts, scene: Scene): Thing[] {
  const ahead = specimensAhead(scene);
  if (ahead.length > 0) return ahead.map((spm) => specimenOf(spm, scene));
  if (scene.specimen !== undefined) return [scene.specimen];
  if (![9, 10, 14, 15, 39].some((field) => obr.field(field) !== undefined)) return [];
  const { story } = scene;
  const thing = story.thing('Specimen', ['of', scene.group?.key ?? within(scene)]);
  collected.read(obr, thing.place, story);
  collection.read(obr, thing.place, story);
  const source = obr.field(15);
  if (source !== undefined) SPS.into(source, thing.place, 'sps', story);
  if (!thing.speaks) return [];
  about(scene, thing, 'subject');
  return [thing];
}

/** What it says of the drug order that follows it. */
export const introduction = rows('OBR', [
  ...numbers,
  ['OBR-4', 'category[]', CWE],
  ['OBR-5', 'priority', oneOf(priorities, '0027')],
  ['OBR-13', 'note[].text', WORDS],
  ['OBR-16', 'requester', XCN],
  ['OBR-31', 'reasonCode[]', CWE],
]);

export const obr: Teller = (segment, scene) => {
  if (introducesDrug(scene) && scene.order !== undefined) {
    introduction.read(segment, scene.order.place, scene.story);
    return;
  }
  const before = scene.segments[scene.at - 1];
  const own = scene.group?.obr === undefined && scene.order?.type === 'ServiceRequest' ? scene.group?.orc : undefined;
  const orc = own ?? (before?.name === 'ORC' ? before : undefined);
  const order = tellRequest(segment, scene, orc);
  scene.order = order;
  scene.observation = undefined;
  scene.document = undefined;
  scene.medication = undefined;
  scene.given = undefined;
  scene.afterSpecimen = undefined;
  scene.group = { orc, obr: segment, key: resultNumber(orc, segment) ?? order.id };
  scene.report = bringsResults(segment, scene) ? tellReport(segment, scene, order, orc) : undefined;
  const specimens = tellSpecimens(segment, scene);
  for (const [at, thing] of specimens.entries()) {
    order.point(`specimen[${at}]`, thing);
    scene.report?.point(`specimen[${at}]`, thing);
  }
  if (scene.report === undefined && specimens.length === 0 && !isTimed(order)) toBeDone.read(segment, order.place, scene.story);
  tellCopies(segment, order, scene);
  scene.group.specimen = specimens.length === 1 ? specimens[0] : undefined;
  scene.last = order;
};
