// RXO, RXE, RXG and RXC: drugs that are ordered, as they were asked for, encoded and handed to those who give them (HL7 v2.8, chapter
// 4A; v2-to-FHIR map RXO[MedicationRequest]; the rows of RXE, RXG and RXC are ours). Where an order says both what was asked for and
// how the pharmacy encoded it, the encoded order is the prescription.
import { DTM, isNumber, NM, SI, yesOf } from '../codecs.ts';
import type { Converter } from '../converter.ts';
import { requestOf } from '../order-group.ts';
import type { Part, SegmentParts } from '../part.ts';
import { isObject } from '../place.ts';
import { composite, type Row, rows } from '../rows.ts';
import { about, during, following, type Scene, type Teller } from '../scene.ts';
import type { Thing } from '../story.ts';
import { substitutions, timeUnits } from '../tables/treatments.ts';
import { CODING, CWE, mapped, tabled, WORDS } from '../types/coded.ts';
import { EI } from '../types/identifiers.ts';
import { XAD, XCN, XTN } from '../types/people.ts';
import { CQ, UNITS, ucum } from '../types/quantities.ts';
import { ORGANIZATION_BY_CODE } from '../types/staff.ts';
import { drugRows, tellDrug } from './drug.ts';
import { AMOUNT_OF_TQ, TQ_OF_DRUG } from './orc.ts';

type Whole = { textAt(path: string): string };

/** `H1`: per hour, the lower half of a rate. */
const PER: Converter = {
  read(part, place, step, run) {
    const { leaf } = part;
    const found = /^([SMHDWL])(\d{1,4})$/i.exec(leaf?.text.trim() ?? '');
    const unit = timeUnits[(found?.[1] ?? '').toUpperCase()];
    if (leaf === undefined || found === null || unit === undefined) return false;
    const quantity = place.child(step, run);
    quantity.set({ name: 'value' }, Number(found[2]), [[leaf, (now) => `${found[1]}${String(now)}`]]);
    quantity.imply([{ name: 'code' }], run, unit);
    quantity.imply([{ name: 'unit' }], run, unit);
    quantity.imply([{ name: 'system' }], run, ucum);
    return true;
  },
  write: () => undefined,
};
/** So much in no time at all is no rate. */
const isPer = (text: string): boolean => /^[SMHDWL]0{0,3}[1-9]\d{0,3}$/i.test(text.trim());

const dose = 'dosageInstruction[1].doseAndRate[1]';
/** Least and most that may be given at a time, and their units. */
function doseRows(segment: string, least: number, most: number, units: number): Row[] {
  const one = (whole: Whole): boolean => whole.textAt(`${most}`) === '' || whole.textAt(`${most}`) === whole.textAt(`${least}`);
  const several = (whole: Whole): boolean => !one(whole) && Number(whole.textAt(`${least}`) || 0) <= Number(whole.textAt(`${most}`));
  return [
    [`${segment}-${least}`, `${dose}.doseQuantity.value`, NM, { when: one }],
    [`${segment}-${most}`, `${dose}.doseQuantity.value`, NM, { when: one, inOnly: true }],
    [`${segment}-${least}`, `${dose}.doseRange.low.value`, NM, { when: several }],
    [`${segment}-${most}`, `${dose}.doseRange.high.value`, NM, { when: several }],
    [`${segment}-${units}`, `${dose}.doseQuantity`, UNITS, { when: (whole) => one(whole) && whole.textAt(`${least}`) !== '' }],
    [`${segment}-${units}`, `${dose}.doseRange.low`, UNITS, { when: (whole) => several(whole) && whole.textAt(`${least}`) !== '' }],
    [`${segment}-${units}`, `${dose}.doseRange.high`, UNITS, { when: several, inOnly: true }],
  ];
}

/** How fast: an amount per time, or a quantity whose units say it. */
function rateRows(segment: string, per: number, rate: number, units: number): Row[] {
  // A rate that is no number would leave a ratio with one half.
  const ratio = (whole: Whole): boolean => isNumber(whole.textAt(`${rate}`)) && isPer(whole.textAt(`${per}`));
  const plain = (whole: Whole): boolean => whole.textAt(`${rate}`) !== '' && !ratio(whole);
  return [
    [`${segment}-${rate}`, `${dose}.rateQuantity.value`, NM, { when: plain }],
    [`${segment}-${units}`, `${dose}.rateQuantity`, UNITS, { when: plain }],
    [`${segment}-${rate}`, `${dose}.rateRatio.numerator.value`, NM, { when: ratio }],
    [`${segment}-${units}`, `${dose}.rateRatio.numerator`, UNITS, { when: ratio }],
    [`${segment}-${per}`, `${dose}.rateRatio.denominator`, PER, { when: ratio }],
  ];
}

const perDay = 'dosageInstruction[1].maxDosePerPeriod';
const daily = {
  with: {
    [`${perDay}.denominator.value`]: 1,
    [`${perDay}.denominator.unit`]: 'd',
    [`${perDay}.denominator.system`]: ucum,
    [`${perDay}.denominator.code`]: 'd',
  },
};
const instruction = 'dosageInstruction[1].additionalInstruction[]';
const toDispense = (segment: string, amount: number, units: number, refills: number): Row[] => [
  [`${segment}-${amount}`, 'dispenseRequest.quantity.value', NM],
  [`${segment}-${units}`, 'dispenseRequest.quantity', UNITS, { when: (whole) => whole.textAt(`${amount}`) !== '' }],
  [`${segment}-${refills}`, 'dispenseRequest.numberOfRepeatsAllowed', SI],
];
const ALLOWED = mapped('0161', substitutions, 'http://terminology.hl7.org/CodeSystem/v3-substanceAdminSubstitution');

/** A number of days. */
const DAYS = composite([['.', 'value', NM, { with: { unit: 'd', system: ucum, code: 'd' } }]]);

/** Where the pharmacy of the field before is, and its telephone. */
const pharmacies = {
  RXO: {
    pharmacy: 32,
    where: rows('RXO', [
      ['RXO-33', 'address[]', XAD],
      ['RXO-36', 'telecom[]', XTN],
    ]),
  },
  RXE: {
    pharmacy: 40,
    where: rows('RXE', [
      ['RXE-41', 'address[]', XAD],
      ['RXE-45', 'telecom[]', XTN],
    ]),
  },
} as const;

function tellPharmacy(segment: SegmentParts, order: Thing, scene: Scene): void {
  const kind = segment.name === 'RXO' ? pharmacies.RXO : pharmacies.RXE;
  const part = segment.field(kind.pharmacy);
  const key = part === undefined ? ['pharmacy of', order.id] : [part.key];
  const organization = scene.story.thing('Organization', key, 'refer', true);
  if (kind.where.read(segment, organization.place, scene.story)) order.point('dispenseRequest.performer', organization);
}

export const asked = rows('RXO', [
  ...doseRows('RXO', 2, 3, 4),
  ['RXO-6', 'note[].text', WORDS],
  ['RXO-7', instruction, CWE],
  ['RXO-9', 'substitution.allowedCodeableConcept', ALLOWED],
  ...toDispense('RXO', 11, 12, 13),
  ['RXO-14', 'requester', XCN],
  ...rateRows('RXO', 17, 21, 22),
  ['RXO-20', 'reasonCode[]', CWE],
  ['RXO-23', `${perDay}.numerator`, CQ, daily],
  ['RXO-28', 'dispenseRequest.dispenseInterval', DAYS],
  ['RXO-32', 'dispenseRequest.performer', ORGANIZATION_BY_CODE],
]);

export const encoded = rows('RXE', [
  ...doseRows('RXE', 3, 4, 5),
  ['RXE-7', instruction, CWE],
  ['RXE-9', 'substitution.allowedCodeableConcept', tabled('0167')],
  ...toDispense('RXE', 10, 11, 12),
  ['RXE-13', 'requester', XCN],
  ['RXE-15', 'identifier[prescription]', EI],
  ['RXE-19', `${perDay}.numerator`, CQ, daily],
  ['RXE-21', 'note[].text', WORDS],
  ...rateRows('RXE', 22, 23, 24),
  ['RXE-27', 'reasonCode[]', CWE],
  ['RXE-32', 'authoredOn', DTM],
  ['RXE-39', 'dispenseRequest.initialFill.quantity', CQ],
  ['RXE-40', 'dispenseRequest.performer', ORGANIZATION_BY_CODE],
]);

export const toGive = rows('RXG', [
  ...doseRows('RXG', 5, 6, 7),
  ['RXG-9', 'note[].text', WORDS],
  ['RXG-13', instruction, CWE],
  ...rateRows('RXG', 14, 15, 16),
  ['RXG-22', 'reasonCode[]', CWE],
]);

const askedDrug = drugRows('RXO', { code: 1, more: 24, form: 5, strength: 18, strengthUnits: 19, volume: 25, volumeUnits: 26 });
const encodedDrug = drugRows('RXE', { code: 2, more: 31, form: 6, strength: 25, strengthUnits: 26, volume: 33, volumeUnits: 34 });
const drugToGive = drugRows('RXG', {
  code: 4,
  form: 8,
  strength: 17,
  strengthUnits: 18,
  volume: 23,
  volumeUnits: 24,
  lot: 19,
  expires: 20,
  maker: 21,
});

function orderOf(scene: Scene): Thing {
  const order = scene.medication ?? requestOf('MedicationRequest', undefined, undefined, scene);
  scene.medication = order;
  about(scene, order, 'subject');
  during(scene, order);
  scene.last = order;
  return order;
}

function tellAsked(rxo: SegmentParts, order: Thing, scene: Scene): void {
  tellDrug(askedDrug, rxo, order, scene);
  asked.read(rxo, order.place, scene.story);
  tellPharmacy(rxo, order, scene);
}

export const rxo: Teller = (segment, scene) => {
  const order = orderOf(scene);
  if (following(scene, ['ORC', 'RXO']).some(({ name }) => name === 'RXE')) return;
  order.imply('intent', 'original-order');
  tellAsked(segment, order, scene);
  tellAmount(order, scene);
};

/** By the timing of the order, where the drug's own segment says nothing of it. */
function tellAmount(order: Thing, scene: Scene, ...timings: (Part | undefined)[]): void {
  const dosage: unknown = order.resource['dosageInstruction'];
  const rates: unknown = Array.isArray(dosage) && isObject(dosage[0]) ? dosage[0]['doseAndRate'] : undefined;
  const [rate]: unknown[] = Array.isArray(rates) ? rates : [];
  if (isObject(rate) && (rate['doseQuantity'] !== undefined || rate['doseRange'] !== undefined)) return;
  for (const timing of [...timings, scene.group?.orc?.field(7)])
    if (timing !== undefined) AMOUNT_OF_TQ.into(timing, order.place, 'tq', scene.story);
}

export const rxe: Teller = (segment, scene) => {
  const order = orderOf(scene);
  tellDrug(encodedDrug, segment, order, scene);
  encoded.read(segment, order.place, scene.story);
  tellPharmacy(segment, order, scene);
  const timing = segment.field(1);
  if (timing !== undefined) TQ_OF_DRUG.into(timing, order.place, 'tq', scene.story);
  tellAmount(order, scene, timing);
  for (let at = scene.at - 1; at >= 0; at--) {
    const before = scene.segments[at];
    if (before === undefined || before.name === 'ORC' || before.name === 'RXE') break;
    if (before.name === 'RXO') tellAsked(before, order, scene);
  }
};

export const rxg: Teller = (segment, scene) => {
  const { medication, story } = scene;
  const thing = story.thing('MedicationRequest', ['give', medication?.id ?? scene.controlId, segment.text(1), segment.text(4)]);
  thing.imply('intent', 'instance-order');
  if (medication !== undefined) thing.point('basedOn[order]', medication);
  tellDrug(drugToGive, segment, thing, scene);
  toGive.read(segment, thing.place, story);
  const timing = segment.field(3);
  if (timing !== undefined) TQ_OF_DRUG.into(timing, thing.place, 'tq', story);
  about(scene, thing, 'subject');
  during(scene, thing);
  scene.given = thing;
  scene.last = thing;
};

/** RXC: what it is made of; the base carries, the additives work. */
export const component = rows('RXC', [
  ['RXC-2', 'itemCodeableConcept', CWE],
  ['RXC-7', 'itemCodeableConcept.coding[]', CODING],
  ['RXC-1', 'isActive', yesOf({ A: true, B: false })],
  ['RXC-3', 'strength.numerator.value', NM],
  ['RXC-4', 'strength.numerator', UNITS, { when: (whole) => whole.textAt('3') !== '' }],
]);

export const rxc: Teller = (segment, scene) => {
  const drug = scene.drug;
  if (drug === undefined) return;
  const ingredient = drug.place.child({ name: 'ingredient', item: { fresh: true } }, `rxc/${segment.occurrence}`);
  if (!component.read(segment, ingredient, scene.story)) return;
  ingredient.imply([{ name: 'itemCodeableConcept' }], '', { text: 'unknown' });
  if (segment.text(3) !== '' && ingredient.value?.['strength'] !== undefined)
    ingredient.imply([{ name: 'strength' }, { name: 'denominator' }, { name: 'value' }], '', 1);
};
