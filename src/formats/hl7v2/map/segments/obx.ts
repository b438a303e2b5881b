// OBX: one observation (HL7 v2.8, section 7.4.2; v2-to-FHIR maps OBX[Observation], OBX[DocumentReference]). An observation is known by
// its patient, the filler's number of its order, what was observed (OBX-3) and the sub-id (OBX-4), so a correction finds it again.
import { DTM, decimalCodec, oneOf, ST } from '../codecs.ts';
import { isNull, type Part, type SegmentParts } from '../part.ts';
import { isObject, type Place } from '../place.ts';
import { rows } from '../rows.ts';
import { about, during, following, type Scene, type Teller, within } from '../scene.ts';
import type { Thing } from '../story.ts';
import { absentByStatus, categories, interpretations, observationStatuses } from '../tables/results.ts';
import { ED, RP } from '../types/attachments.ts';
import { CWE, mapped, tabled } from '../types/coded.ts';
import { EI, eiKey } from '../types/identifiers.ts';
import { isText, sayLines, sayValue } from '../types/observed-value.ts';
import { DEVICE, numbered, OG, subId } from '../types/order-numbers.ts';
import { XAD, XCN, XON } from '../types/people.ts';
import { ORGANIZATION_BY_CODE } from '../types/staff.ts';
import { carries, tellContent } from './txa.ts';

const extension = 'http://hl7.org/fhir/StructureDefinition/';

export const observation = rows('OBX', [
  ['OBX-3', 'code', CWE],
  ['OBX-4', `extension[${subId}]`, OG],
  ['OBX-7', 'referenceRange[1].text', ST],
  ['OBX-8', 'interpretation[]', mapped('0078', interpretations, 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation')],
  ['OBX-10', `extension[${extension}observation-nature-of-abnormal-test].valueCodeableConcept`, tabled('0080')],
  ['OBX-11', 'status', oneOf(observationStatuses, '0085')],
  ['OBX-14', 'effectiveDateTime', DTM],
  ['OBX-15', 'performer[producer]', ORGANIZATION_BY_CODE],
  ['OBX-16', 'performer[]', XCN],
  ['OBX-17', 'method', CWE],
  ['OBX-18', 'device', DEVICE],
  ['OBX-19', `extension[${extension}observation-analysis-date-time].valueDateTime`, DTM],
  ['OBX-20', 'bodySite', CWE],
  ['OBX-21', 'identifier[instance]', EI, numbered('identifier[instance]', 'FILL')],
  ['OBX-23', 'performer[organization]', XON],
  ['OBX-29', 'category[type]', tabled('0936')],
  ['OBX-30', `extension[${extension}observation-structure-type].valueCodeableConcept`, tabled('0937')],
  ['OBX-33', 'specimen.identifier', EI],
]);

/** Why there is no value, where there is none (obs-6). */
export const absence = rows('OBX', [['OBX-32', 'dataAbsentReason', CWE]]);

/** What the further lines of a text say again. */
const again = rows('OBX', [
  ['OBX-3', 'code', CWE, { inOnly: true }],
  ['OBX-4', `extension[${subId}]`, OG, { inOnly: true }],
  ['OBX-11', 'status', oneOf(observationStatuses, '0085'), { inOnly: true }],
  ['OBX-14', 'effectiveDateTime', DTM, { inOnly: true }],
]);

/** What tells observations of one order apart, but for how often it is said. */
const codeOf = (obx: SegmentParts): string => `${obx.text(3) || obx.text(3, '2')} ${obx.text(3, '3')} ${obx.field(4)?.key ?? ''}`;

/** The observations that stand together with this one, by what they are of; read once for all of them. */
function together(scene: Scene): ReadonlyMap<string, readonly SegmentParts[]> {
  const known = scene.siblings;
  if (known !== undefined && scene.at < known.until) return known.byCode;
  const own = scene.segments[scene.at];
  const rest = following(scene, ['ORC', 'OBR', 'PID', 'RXA', 'RXE', 'RXO', 'SPM', 'TXA']);
  const byCode = new Map<string, SegmentParts[]>();
  for (const one of own === undefined ? rest : [own, ...rest]) {
    if (one.name !== 'OBX') continue;
    const code = codeOf(one);
    const list = byCode.get(code);
    if (list === undefined) byCode.set(code, [one]);
    else list.push(one);
  }
  scene.siblings = { until: scene.at + 1 + rest.length, byCode };
  return byCode;
}

const observationKey = (scene: Scene, group: string, code: string, which: string): string[] => [
  'observation',
  within(scene),
  group,
  code,
  ...(which === '' ? [] : [which]),
];

/** What an observation belongs to that has no order: the vaccination, the specimen, or the time. */
const groupOf = (obx: SegmentParts, scene: Scene): string => {
  if (scene.group !== undefined && scene.afterSpecimen !== undefined) return `${scene.group.key} ${scene.afterSpecimen.id}`;
  if (scene.group !== undefined) return scene.group.key;
  if (scene.afterSpecimen !== undefined) return scene.afterSpecimen.id;
  return obx.text(14) || scene.asOf?.toISOString() || scene.controlId;
};

function whichOf(obx: SegmentParts, list: readonly SegmentParts[], group: string, scene: Scene): string {
  const times = new Set(list.map((one) => one.text(14)));
  if (list.length > 1 && times.size === list.length && !times.has('')) return obx.text(14);
  const key = `${group} ${codeOf(obx)}`;
  const count = scene.repeats.get(key) ?? 0;
  scene.repeats.set(key, count + 1);
  return count === 0 ? '' : String(count);
}

const numberText = String.raw`([+-]?\d+(?:\.\d+)?)`;
const bothEnds = new RegExp(String.raw`^\s*${numberText}\s*(?:-|–|to)\s*${numberText}\s*$`);
const oneEnd = new RegExp(String.raw`^\s*(<=?|>=?|≤|≥)\s*${numberText}\s*$`);

/** `3.5-5.0`, `<5`, `>=10`: what a range says in numbers for certain, in the units of the value. */
function sayRange(text: string, place: Place, value: unknown, scene: Scene): void {
  const both = bothEnds.exec(text);
  const one = oneEnd.exec(text);
  const upper = one !== null && /[<≤]/.test(one[1] ?? '');
  const low = both?.[1] ?? (one !== null && !upper ? one[2] : undefined);
  const high = both?.[2] ?? (upper ? one[2] : undefined);
  if (both !== null && Number(low) > Number(high)) return;
  const units = isObject(value) ? Object.entries(value).filter(([name]) => ['unit', 'system', 'code'].includes(name)) : [];
  const range = place.child({ name: 'referenceRange', item: { label: '1' } }, '');
  for (const [name, digits] of [['low', low] as const, ['high', high] as const]) {
    if (digits === undefined) continue;
    range.imply([{ name }, { name: 'value' }], '', decimalCodec.read(digits, scene.story));
    for (const [unit, said] of units) range.imply([{ name }, { name: unit }], '', said);
  }
}

/** The observation that this order follows from (OBR-26, OBR-29): the organism of an antibiogram. */
function sayParent(thing: Thing, scene: Scene): void {
  const obr = scene.group?.obr;
  const parent = obr?.field(26);
  if (obr === undefined || parent === undefined) return;
  const orders = obr.field(29);
  const number = eiKey(orders?.at(2)) ?? eiKey(orders?.at(1)) ?? scene.group?.key ?? '';
  const code = `${parent.textAt('1.1') || parent.textAt('1.2')} ${parent.textAt('1.3')} ${parent.textAt('2')}`;
  const known = scene.story.known('Observation', observationKey(scene, number, code, ''));
  const place = thing.place.child({ name: 'derivedFrom', item: { label: 'parent' } }, '');
  if (known !== undefined && known !== thing) {
    known.stands = true;
    place.imply([{ name: 'reference' }], '', known.name);
    const concept = parent.at(1);
    if (concept !== undefined) CWE.into(concept, known.place.child({ name: 'code' }, ''), '', scene.story);
    const sub = parent.at(2);
    if (sub !== undefined) OG.read(sub, known.place, { name: 'extension', item: { url: subId } }, '', scene.story);
  } else place.imply([{ name: 'type' }], '', 'Observation');
  const words = parent.at(3) ?? (known === undefined ? parent.path('1.2') : undefined);
  if (words !== undefined) ST.read(words, place, { name: 'display' }, '', scene.story);
}

/** Where the performing organisation is, and who answers for it. */
function sayPerformer(obx: SegmentParts, thing: Thing, scene: Scene): void {
  const { story } = scene;
  const [organization, address, director] = [obx.field(23), obx.field(24), obx.field(25)];
  if (organization !== undefined && address !== undefined)
    XAD.read(
      address,
      story.thing('Organization', [organization.key], 'refer', true).place,
      { name: 'address', item: { label: '1' } },
      '24',
      story,
    );
  if (director === undefined) return;
  const role = story.thing('PractitionerRole', ['director', director.key, organization?.key ?? ''], 'refer');
  if (!XCN.read(director, role.place, { name: 'practitioner' }, '25', story)) return;
  if (organization !== undefined) XON.read(organization, role.place, { name: 'organization' }, '25', story);
  role.imply('code[1].coding[1].system', 'http://terminology.hl7.org/CodeSystem/v2-0912');
  role.imply('code[1].coding[1].code', 'MDIR');
  thing.point('performer[director]', role);
}

/** Attachments stand in the report; without one, with the observation (its value in later releases). */
function sayAttachments(type: string, parts: readonly Part[], thing: Thing, scene: Scene): boolean {
  const converter = type === 'ED' ? ED : RP;
  let said = false;
  for (const [at, part] of parts.entries()) {
    const run = `${thing.id}/${at}`;
    const there =
      scene.report === undefined
        ? converter.read(
            part,
            thing.place.child({ name: 'extension', item: { url: attachmentValue } }, run),
            { name: 'valueAttachment' },
            run,
            scene.story,
          )
        : converter.read(part, scene.report.place, { name: 'presentedForm', item: { fresh: true } }, run, scene.story);
    if (there) said = true;
    else if (sayLines([part], thing.place)) said = true;
  }
  return said;
}
const attachmentValue = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Observation.value';

/** A value comes with everything that judges it: what a correction no longer says of it does not hold any more. */
const judges = ['interpretation', 'referenceRange', 'dataAbsentReason', 'valueString', 'component'];

function tellValue(obx: SegmentParts, list: readonly SegmentParts[], isRun: boolean, thing: Thing, scene: Scene): void {
  const { story } = scene;
  const type = obx.text(2).trim().toUpperCase();
  const parts = obx.repetitions(5);
  const units = obx.field(6);
  const [first] = parts;
  if (parts.length === 1 && first?.parts.length === 0 && first.leaf !== undefined && isNull(first.leaf)) {
    const { leaf } = first;
    thing.removes.add('valueString');
    leaf.said.push({ element: `${thing.name}#value`, write: () => '""' });
    return;
  }
  const another = (index: number): Place => {
    const place = thing.place.child({ name: 'component', item: { label: String(index) } }, '');
    // In words only: the same code as the observation's would forbid its value (obs-7).
    for (const words of [obx.text(3, '2'), obx.text(3), 'value']) place.imply([{ name: 'code' }, { name: 'text' }], '', words);
    return place;
  };
  const said = isRun
    ? sayLines(
        list.flatMap((one): readonly (Part | undefined)[] => {
          const all = one.repetitions(5);
          return all.length === 0 ? [undefined] : all;
        }),
        thing.place,
      )
    : type === 'ED' || type === 'RP'
      ? sayAttachments(type, parts, thing, scene)
      : sayValue(type, parts, units, thing.place, another, story);
  if (said) for (const element of judges) if (thing.resource[element] === undefined) thing.removes.add(element);
}

const hasValue = (thing: Thing): boolean => Object.keys(thing.resource).some((name) => name.startsWith('value'));

function tellObservation(obx: SegmentParts, scene: Scene): void {
  const { story } = scene;
  const list = together(scene).get(codeOf(obx)) ?? [obx];
  const times = new Set(list.map((one) => one.text(14)));
  const isRun = list.length > 1 && times.size < list.length && list.every((one) => isText(one.text(2)));
  if (isRun && list[0] !== obx) {
    if (scene.observation !== undefined) again.read(obx, scene.observation.place, story);
    return;
  }
  const group = groupOf(obx, scene);
  const thing = story.thing('Observation', observationKey(scene, group, codeOf(obx), isRun ? '' : whichOf(obx, list, group, scene)));
  scene.observation = thing;
  scene.last = thing;
  observation.read(obx, thing.place, story);
  tellValue(obx, list, isRun, thing, scene);
  sayPerformer(obx, thing, scene);
  const text = obx.text(7);
  if (text !== '') sayRange(text, thing.place, thing.resource['valueQuantity'], scene);
  const absent = absentByStatus[obx.text(11)];
  if (!hasValue(thing)) absence.read(obx, thing.place, story);
  if (absent !== undefined && !hasValue(thing)) {
    thing.imply('dataAbsentReason.coding[1].system', 'http://terminology.hl7.org/CodeSystem/data-absent-reason');
    thing.imply('dataAbsentReason.coding[1].code', absent);
    thing.removes.delete('dataAbsentReason');
  }
  about(scene, thing, 'subject');
  during(scene, thing);
  sayPlace(thing, scene);
}

/** What the observation belongs to. */
function sayPlace(thing: Thing, scene: Scene): void {
  const { report, order, afterSpecimen } = scene;
  // Something leads here: it is there even where its fields say nothing that can be said.
  thing.stands = true;
  const whose = { name: 'reference' };
  const specimen = afterSpecimen ?? scene.group?.specimen;
  thing.point('specimen', specimen);
  if (scene.document !== undefined)
    scene.document.place.imply([{ name: 'context' }, { name: 'related', item: { label: thing.id } }, whose], '', thing.name);
  else if (report !== undefined && afterSpecimen === undefined) {
    report.place.imply([{ name: 'result', item: { label: thing.id } }, whose], '', thing.name);
    for (const element of ['effectiveDateTime', 'effectivePeriod'])
      if (thing.resource['effectiveDateTime'] === undefined && report.resource[element] !== undefined)
        thing.imply(element, structuredClone(report.resource[element]));
    const category = categories[scene.group?.obr?.text(24) ?? ''];
    if (category !== undefined) {
      thing.imply('category[section].coding[1].system', 'http://terminology.hl7.org/CodeSystem/observation-category');
      thing.imply('category[section].coding[1].code', category);
    }
    if (order !== undefined) thing.point('basedOn[1]', order);
    sayParent(thing, scene);
  } else if (order?.type === 'Immunization') thing.point('partOf[1]', order);
  else if (order?.type === 'MedicationRequest')
    order.place.imply([{ name: 'supportingInformation', item: { label: thing.id } }, whose], '', thing.name);
  else if (order?.type === 'ServiceRequest' && afterSpecimen === undefined)
    order.place.imply([{ name: 'supportingInfo', item: { label: thing.id } }, whose], '', thing.name);
}

export const obx: Teller = (segment, scene) => {
  const type = segment.field(2)?.leaf;
  // How OBX-5 is written: which value[x] it is says it again.
  if (type !== undefined) type.structural = true;
  if (scene.document !== undefined && carries(segment)) tellContent(segment, scene.document, scene);
  else tellObservation(segment, scene);
};
