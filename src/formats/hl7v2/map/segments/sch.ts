// SCH, ARQ, AIS, AIG, AIL, AIP, RGS: appointments (HL7 v2.8, chapter 10; v2-to-FHIR maps SCH[Appointment], AIS[Appointment],
// AIG[Appointment], AIL[Appointment], AIP[Appointment]; the rows of ARQ are ours).
import { DTM, INSTANT, oneOf, positive } from '../codecs.ts';
import type { Leaf, SegmentParts } from '../part.ts';
import type { Place } from '../place.ts';
import { composite, type Row, type RowOptions, rows } from '../rows.ts';
import type { Scene, Teller } from '../scene.ts';
import type { Story, Thing } from '../story.ts';
import { decisive, eventStatuses, fillerStatuses, participation } from '../tables/appointments.ts';
import { timeUnits } from '../tables/treatments.ts';
import { CWE, tabled } from '../types/coded.ts';
import { EI, eiKey } from '../types/identifiers.ts';
import { numbered } from '../types/order-numbers.ts';
import { DR, XAD, XCN, XTN } from '../types/people.ts';
import { PL } from '../types/places.ts';
import { DEVICE_BY_CODE } from '../types/staff.ts';

type Whole = { textAt(path: string): string };

/** Somebody who takes part for a reason that the field says. */
const participant = (label: string, words: string, system?: string): RowOptions => {
  const type = `participant[${label}].type[1]`;
  return {
    with: {
      [`participant[${label}].status`]: 'accepted',
      ...(system === undefined ? { [`${type}.text`]: words } : { [`${type}.coding[1].system`]: system, [`${type}.coding[1].code`]: words }),
    },
  };
};
const enterer = 'http://terminology.hl7.org/CodeSystem/provenance-participant-type';
const basedOn = (label: string): RowOptions => ({ with: { [`basedOn[${label}].type`]: 'ServiceRequest' } });
const inMinutes =
  (units: number) =>
  (whole: Whole): boolean =>
    ['', 'min'].includes(timeUnits[whole.textAt(String(units)).trim().toUpperCase()] ?? whole.textAt(String(units)));

const common = (segment: string): Row[] => [
  [`${segment}-1`, 'identifier[placer]', EI, numbered('identifier[placer]', 'PLAC')],
  [`${segment}-2`, 'identifier[filler]', EI, numbered('identifier[filler]', 'FILL')],
  [`${segment}-7`, 'reasonCode[1]', CWE, { when: (whole) => !/^HL7?0277$/.test(whole.textAt('7.3')) }],
  [`${segment}-7`, 'appointmentType', CWE, { inOnly: true, when: (whole) => /^HL7?0277$/.test(whole.textAt('7.3')) }],
  [`${segment}-8`, 'appointmentType', tabled('0277')],
  [`${segment}-9`, 'minutesDuration', positive, { when: inMinutes(10) }],
];

export const appointment = rows('SCH', [
  ...common('SCH'),
  ['SCH-12', 'participant[placer].actor', XCN, participant('placer', 'placer contact')],
  ['SCH-16', 'participant[filler].actor', XCN, participant('filler', 'filler contact')],
  ['SCH-20', 'participant[enterer].actor', XCN, participant('enterer', 'enterer', enterer)],
  ['SCH-25', 'status', oneOf(fillerStatuses, '0278')],
  ['SCH-26', 'basedOn[placer].identifier', EI, basedOn('placer')],
  ['SCH-27', 'basedOn[filler].identifier', EI, basedOn('filler')],
]);
const cancellation = rows('SCH', [['SCH-6', 'cancelationReason', CWE]]);

export const request = rows('ARQ', [
  ...common('ARQ'),
  ['ARQ-11', 'requestedPeriod[]', DR],
  ['ARQ-15', 'participant[placer].actor', XCN, participant('placer', 'placer contact')],
  ['ARQ-19', 'participant[enterer].actor', XCN, participant('enterer', 'enterer', enterer)],
  ['ARQ-24', 'basedOn[placer].identifier', EI, basedOn('placer')],
  ['ARQ-25', 'basedOn[filler].identifier', EI, basedOn('filler')],
]);

/** SCH-11. */
const TIMES = composite([
  ['4', 'start', INSTANT],
  ['5', 'end', INSTANT],
]);

/** Contacts have their telephone, address and place in the fields behind them. */
const contacts: Readonly<Record<string, readonly (readonly [who: number, phone: number, address: number, place: number])[]>> = {
  SCH: [
    [12, 13, 14, 15],
    [16, 17, 18, 19],
    [20, 21, 0, 22],
  ],
  ARQ: [
    [15, 16, 17, 18],
    [19, 20, 0, 0],
  ],
};

function tellContacts(segment: SegmentParts, story: Story): void {
  for (const [who, phone, address, place] of contacts[segment.name] ?? []) {
    const part = segment.field(who);
    if (part === undefined) continue;
    const person = story.thing('Practitioner', [part.key], 'refer', true);
    for (const [at, one] of segment.repetitions(phone).entries())
      XTN.read(one, person.place, { name: 'telecom', item: { fresh: true } }, `${phone}/${at}`, story);
    for (const [at, one] of segment.repetitions(address).entries())
      XAD.read(one, person.place, { name: 'address', item: { fresh: true } }, `${address}/${at}`, story);
    const where = segment.field(place);
    if (where === undefined) continue;
    const role = story.thing('PractitionerRole', ['contact', part.key, where.key], 'refer');
    if (PL.read(where, role.place, { name: 'location', item: { label: '1' } }, '', story)) role.point('practitioner', person);
  }
}

function appointmentOf(segment: SegmentParts, scene: Scene): Thing {
  const { story } = scene;
  const keys = [segment.field(2), segment.field(1)].flatMap((part) => eiKey(part) ?? []);
  const [first] = keys;
  if (first === undefined)
    return story.thing('Appointment', ['appointment', scene.patient?.id ?? scene.controlId, segment.text(11, '4') || scene.controlId]);
  // Both sides' numbers are in every message of an appointment once both have given one; the placer's is there first.
  const placer = eiKey(segment.field(1)) ?? first;
  const thing = story.thing('Appointment', ['appointment', placer], 'merge', true);
  thing.keys = keys.map((key) => story.key(key));
  return thing;
}

const sch: Teller = (segment, scene) => {
  const { story, event } = scene;
  const thing = appointmentOf(segment, scene);
  scene.appointment = thing;
  scene.last = thing;
  scene.order = undefined;
  scene.group = undefined;
  const status = eventStatuses[event];
  if (status !== undefined && decisive.has(event)) thing.imply('status', status);
  (segment.name === 'SCH' ? appointment : request).read(segment, thing.place, story);
  const state = String(thing.resource['status'] ?? status);
  if (segment.name === 'SCH' && (state === 'cancelled' || state === 'noshow')) cancellation.read(segment, thing.place, story);
  const times = segment.name === 'SCH' ? segment.field(11) : undefined;
  if (times !== undefined) TIMES.into(times, thing.place, 'tq', story);
  tellContacts(segment, story);
  if (status !== undefined) thing.imply('status', status);
  const units = segment.field(10)?.leaf;
  if (units !== undefined && segment.field(9)?.leaf?.said.length !== 0) units.structural = true;
  if (scene.patient !== undefined) tellPatient(thing, scene.patient);
  // Told as a whole unless the segments say what changes.
  const resources = scene.segments.filter(({ name }) => /^AI[GLPS]$/.test(name));
  if (resources.some(({ name }) => name !== 'AIS') && resources.every((one) => ['', 'A'].includes(one.text(2))))
    thing.removes.add('participant');
};

function tellPatient(thing: Thing, patient: Thing): void {
  thing.point('participant[patient].actor', patient);
  thing.imply('participant[patient].status', 'accepted');
}

/** Milliseconds of an amount of time; undefined where the units are not of time. Without units they are minutes. */
function lengthOf(amount: string, units: string): number | undefined {
  const unit = units.trim() === '' ? 'min' : timeUnits[units.trim().toUpperCase()];
  const size = unit === undefined ? undefined : { s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000, wk: 604_800_000 }[unit];
  return size === undefined || !/^\d{1,6}$/.test(amount.trim()) ? undefined : Number(amount) * size;
}

/** The instant so many milliseconds later, written with the same offset. */
export function later(start: string, milliseconds: number): string | undefined {
  const zone = /(Z|[+-]\d{2}:\d{2})$/.exec(start)?.[1];
  const at = Date.parse(start);
  if (zone === undefined || Number.isNaN(at)) return undefined;
  const shift = zone === 'Z' ? 0 : (zone.startsWith('-') ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6)));
  return `${new Date(at + milliseconds + shift * 60_000).toISOString().slice(0, 19)}${zone}`;
}

/** Says the end of a period that a field gives as a length. */
function sayEnd(period: Place, start: unknown, amount: Leaf | undefined, units: Leaf | undefined): void {
  const length = amount === undefined ? undefined : lengthOf(amount.text, units?.text ?? '');
  const end = length === undefined || typeof start !== 'string' ? undefined : later(start, length);
  if (amount === undefined || end === undefined || length === undefined) return;
  const one = length / Number(amount.text || 1);
  const write = (now: unknown): string | undefined => {
    if (now === end) return amount.text;
    const span = Date.parse(String(now)) - Date.parse(String(start));
    return Number.isInteger(span / one) && span > 0 ? String(span / one) : undefined;
  };
  if (period.set({ name: 'end' }, end, [[amount, write]]) && units !== undefined) units.structural = true;
}

const absent = () => ({ extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }] });
const STATUS = oneOf(participation, '0278');
const timeRows = (segment: string, start: number, status: number): Row[] => [
  [`${segment}-${start}`, 'period.start', DTM],
  [`${segment}-${status}`, 'status', STATUS],
];
export const person = rows('AIP', [['AIP-3', 'actor', XCN], ['AIP-4', 'type[]', CWE], ...timeRows('AIP', 6, 12)]);
export const place = rows('AIL', [['AIL-3', 'actor', PL], ['AIL-4', 'type[]', CWE], ...timeRows('AIL', 6, 12)]);
export const thing = rows('AIG', [['AIG-3', 'actor', DEVICE_BY_CODE], ['AIG-4', 'type[]', CWE], ...timeRows('AIG', 8, 14)]);

/** Fields of start, offset, its units, length, its units. */
const resources = {
  AIP: { table: person, start: 6 },
  AIL: { table: place, start: 6 },
  AIG: { table: thing, start: 8 },
} as const;

const tellResource =
  (name: keyof typeof resources): Teller =>
  (segment, scene) => {
    const { appointment: about, story } = scene;
    if (about === undefined) return;
    const { table, start } = resources[name];
    const whoever = about.place.child({ name: 'participant', item: { label: `${name}${segment.occurrence}` } }, '');
    const said = table.read(segment, whoever, story);
    if (!said) return;
    if (segment.text(2) === 'D') whoever.imply([{ name: 'status' }], '', 'declined');
    // Somebody takes part, or something of a kind (app-1).
    if (whoever.value?.['actor'] === undefined && whoever.value?.['type'] === undefined) whoever.imply([{ name: 'actor' }], '', absent());
    const period = whoever.child({ name: 'period' }, '');
    const offset = segment.field(start + 1)?.leaf;
    const from = about.resource['start'];
    if (segment.text(start) === '' && offset !== undefined && typeof from === 'string') {
      const length = lengthOf(offset.text, segment.text(start + 2));
      const at = length === undefined ? undefined : later(from, length);
      if (at !== undefined) period.set({ name: 'start' }, at, [[offset, (now) => (now === at ? offset.text : undefined)]]);
      const units = segment.field(start + 2)?.leaf;
      if (at !== undefined && units !== undefined) units.structural = true;
    }
    // Without a time of its own it is there from the beginning (AIS-4, AIP-6 …).
    const length = segment.field(start + 3);
    if (segment.text(start) === '' && offset === undefined && length !== undefined && typeof from === 'string')
      if (lengthOf(length.text, segment.text(start + 4)) !== undefined) period.imply([{ name: 'start' }], '', from);
    const begins = period.exists ? period.value?.['start'] : undefined;
    if (segment.field(start + 3) !== undefined && typeof begins === 'string')
      sayEnd(period, begins, segment.field(start + 3)?.leaf, segment.field(start + 4)?.leaf);
    whoever.imply([{ name: 'status' }], '', 'accepted');
    actionCode(segment);
  };

/** A, D, U: how the segment changes the list. */
function actionCode(segment: SegmentParts): void {
  const leaf = segment.field(2)?.leaf;
  if (leaf !== undefined && /^[ADUX]$/.test(leaf.text)) leaf.structural = true;
}

export const booked = rows('AIS', [
  ['AIS-3', 'serviceType[]', CWE],
  ['AIS-4', 'start', INSTANT],
  ['AIS-7', 'minutesDuration', positive, { when: inMinutes(8) }],
  ['AIS-10', 'status', oneOf(fillerStatuses, '0278'), { inOnly: true }],
]);

const ais: Teller = (segment, scene) => {
  const { appointment: about, story } = scene;
  if (about === undefined) return;
  booked.read(segment, about.place, story);
  const units = segment.field(8)?.leaf;
  if (units !== undefined && (segment.field(7)?.leaf?.said.length ?? 0) > 0) units.structural = true;
  actionCode(segment);
  scene.last = about;
};

const rgs: Teller = (segment) => actionCode(segment);

/** The patient comes after SCH: takes part in it. */
export function joinPatient(scene: Scene): void {
  if (scene.appointment !== undefined && scene.patient !== undefined) tellPatient(scene.appointment, scene.patient);
}

export const appointmentTellers: Readonly<Record<string, Teller>> = {
  SCH: sch,
  ARQ: sch,
  AIS: ais,
  AIG: tellResource('AIG'),
  AIL: tellResource('AIL'),
  AIP: tellResource('AIP'),
  RGS: rgs,
};
