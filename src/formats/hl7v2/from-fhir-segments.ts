// Which segments a message of each kind has, and of which resources; the rows that read a segment write it.
import type { Medication, MedicationRequest, Observation, Patient, Resource, ResourceType } from '../../fhir/generated/types.ts';
import type { OutKind } from './from-fhir-structures.ts';
import { DTM, INSTANT } from './map/codecs.ts';
import type { Out } from './map/converter.ts';
import { rows, type SegmentRows } from './map/rows.ts';
import { al1Rows } from './map/segments/allergy.ts';
import { diagnosis } from './map/segments/dg1.ts';
import { charge } from './map/segments/ft1.ts';
import { cover } from './map/segments/in1.ts';
import { person } from './map/segments/nk1.ts';
import { report, service, wanted } from './map/segments/obr.ts';
import { absence, observation } from './map/segments/obx.ts';
import { drugOrder, serviceOrder, vaccinationOrder } from './map/segments/orc.ts';
import { patient } from './map/segments/pid.ts';
import { visit } from './map/segments/pv1.ts';
import { encoded } from './map/segments/rx.ts';
import { administrationRoute, administration as dose, orderRoute, vaccination, vaccinationRoute } from './map/segments/rxa.ts';
import { dispensed, dispensedDrug } from './map/segments/rxd.ts';
import { appointment, place as placeOf, person as staff } from './map/segments/sch.ts';
import { document } from './map/segments/txa.ts';
import type { Story } from './map/story.ts';
import { writeDateTime } from './map/time.ts';
import { ED } from './map/types/attachments.ts';
import { CWE } from './map/types/coded.ts';
import { CX, EI } from './map/types/identifiers.ts';
import { writeValue } from './map/types/observed-value.ts';
import { numbered as numberOf } from './map/types/order-numbers.ts';
import { XCN, XPN } from './map/types/people.ts';

export type Fields = Out[][];
export type Line = readonly [name: string, fields: Fields];

export interface Writing {
  /** Of those that speak. */
  all<T extends ResourceType>(type: T): Extract<Resource, { resourceType: T }>[];
  resolve(reference: string | undefined): Resource | undefined;
  story: Story;
  event: string;
  at: Date;
  timeZone: string;
}

/** Fields of rows for one resource; the second rows write only what the first left empty. */
function fieldsOf(resource: object, story: Story, ...tables: readonly SegmentRows[]): Fields {
  return tables.reduce<Fields>((fields, table) => table.write({ ...resource }, story, fields), []);
}

const withField = (fields: Fields, number: number, ...values: Out[]): Fields => {
  while (fields.length <= number) fields.push([]);
  fields[number] = values;
  return fields;
};

const numbered = (name: string, resources: readonly object[], story: Story, ...tables: readonly SegmentRows[]): Line[] =>
  resources.map((resource, index): Line => [name, withField(fieldsOf(resource, story, ...tables), 1, String(index + 1))]);

/** To the millisecond: of two messages of one second the receiver must know the later one. */
export const instant = (at: Date): string => at.toISOString();
const event = ({ event: name, at, timeZone }: Writing): Line => [
  'EVN',
  withField(withField([], 1, name), 2, writeDateTime(instant(at), timeZone)),
];

const people = ({ all, story }: Writing): Line[] => numbered('PID', all('Patient').slice(0, 1), story, patient);
/** PV1-50 is for the numbers that PV1-19 does not say. */
const visits = ({ all, story }: Writing): Line[] =>
  numbered('PV1', all('Encounter').slice(0, 1), story, visit).map(([name, fields]): Line => {
    const said = new Set((fields[19] ?? []).map((one) => JSON.stringify(one)));
    const others = (fields[50] ?? []).filter((one) => !said.has(JSON.stringify(one)));
    return [name, fields.map((field, number) => (number === 50 ? others : field))];
  });

/** RelatedPerson says more than a contact of the patient; who is both is told once. */
function kin({ all, story }: Writing): Line[] {
  const related = all('RelatedPerson');
  const names = new Set(related.flatMap(({ name }) => (name ?? []).map(({ family }) => family)));
  const [first] = all('Patient');
  const contacts = (first?.contact ?? [])
    .filter(({ name }) => name?.family === undefined || !names.has(name.family))
    .map(({ name, address, ...rest }) => ({
      ...rest,
      ...(name === undefined ? {} : { name: [name] }),
      ...(address === undefined ? {} : { address: [address] }),
    }));
  // Names and numbers stand in several fields of NK1, of which the others are for an organisation and its contact.
  return numbered('NK1', [...related, ...contacts], story, person).map(
    ([name, fields]): Line => [name, fields.map((field, at) => (ofPerson.has(at) ? field : []))],
  );
}
const ofPerson = new Set([0, 1, 2, 3, 4, 5, 8, 9, 15, 16, 20, 28, 33, 35, 37]);

const merged = rows('MRG', [
  ['MRG-1', 'identifier[]', CX],
  ['MRG-7', 'name[]', XPN],
]);
const replacedBy = (one: Patient, other: Patient): boolean =>
  one.link?.some(({ type, other: { reference } }) => type === 'replaced-by' && reference === `Patient/${other.id}`) === true;

/** Who stays, and who became part of them. */
function merge({ all, story }: Writing): Line[] {
  const patients = all('Patient');
  return patients.flatMap((prior) => {
    const stays = patients.find((one) => replacedBy(prior, one));
    return stays === undefined ? [] : [...numbered('PID', [stays], story, patient), ['MRG', fieldsOf(prior, story, merged)] satisfies Line];
  });
}

const administration: Readonly<Record<string, (writing: Writing) => Line[]>> = {
  ADT_A39: (writing) => merge(writing),
  ADT_A02: (writing) => [...people(writing), ...visits(writing)],
  ADT_A09: (writing) => [...people(writing), ...visits(writing)],
  ADT_A12: (writing) => [...people(writing), ...visits(writing)],
  ADT_A38: (writing) => [...people(writing), ...visits(writing)],
};
const whole = (writing: Writing): Line[] => [
  ...people(writing),
  ...kin(writing),
  ...visits(writing),
  ...numbered('AL1', writing.all('AllergyIntolerance'), writing.story, al1Rows),
  ...numbered('DG1', writing.all('Condition'), writing.story, diagnosis),
  ...numbered('IN1', writing.all('Coverage'), writing.story, cover),
];

function observed(resource: object, index: number, { story }: Writing): Line {
  const fields = fieldsOf(resource, story, observation, absence);
  const value = writeValue(resource, story);
  withField(fields, 1, String(index + 1));
  if (value !== undefined) {
    withField(fields, 2, value.type);
    withField(fields, 5, value.value as Out);
    if (value.units !== undefined) withField(fields, 6, value.units as Out);
  }
  return ['OBX', fields];
}

/** Observations of a report, those of its panels after them; each once. */
function observations(references: readonly ({ reference?: string | undefined } | undefined)[], writing: Writing): Observation[] {
  const found = new Map<string, Observation>();
  const look = (all: typeof references, deep: number): void => {
    for (const one of all) {
      const resource = writing.resolve(one?.reference);
      if (resource?.resourceType !== 'Observation' || found.has(resource.id ?? '')) continue;
      found.set(resource.id ?? '', resource);
      if (deep > 0) look(resource.hasMember ?? [], deep - 1);
    }
  };
  look(references, 3);
  return [...found.values()];
}

/** What a report takes from the order that it answers. */
const ofOrder = rows('OBR', [
  ['OBR-2', 'identifier[placer]', EI, numberOf('identifier[placer]', 'PLAC')],
  ['OBR-16', 'requester', XCN],
]);

function* results(writing: Writing): Generator<Line> {
  const { all, resolve, story } = writing;
  const told = new Set<string>();
  for (const [number, one] of all('DiagnosticReport').entries()) {
    const found = observations(one.result ?? [], writing);
    for (const each of found) told.add(`${each.resourceType}/${each.id}`);
    const order = (one.basedOn ?? []).map(({ reference }) => resolve(reference)).find((each) => each !== undefined);
    const obr = fieldsOf(one, story, report);
    if (order !== undefined) ofOrder.write({ ...order }, story, obr);
    yield ['OBR', withField(obr, 1, String(number + 1))];
    for (const [index, each] of found.entries()) yield observed(each, index, writing);
    const { conclusion, presentedForm = [] } = one;
    let index = found.length;
    if (conclusion !== undefined) yield observed({ code: one.code, valueString: conclusion, status: 'final' }, index++, writing);
    for (const attachment of presentedForm) {
      const fields = withField(withField([], 1, String(++index)), 2, 'ED');
      yield ['OBX', withField(withField(withField(fields, 3, CWE.write(one.code, story)), 5, ED.write(attachment, story)), 11, 'F')];
    }
  }
  // Observations without a report: a laboratory's receiver still expects them below an order of their own.
  for (const one of all('Observation'))
    if (!told.has(`Observation/${one.id}`)) {
      yield ['OBR', withField(fieldsOf(one, story, report), 1, '1')];
      yield observed(one, 0, writing);
    }
}

/** ORC-1: a new order, or one that is taken back. */
const control = (status: string | undefined): string =>
  ['revoked', 'cancelled', 'stopped', 'entered-in-error'].includes(status ?? '') ? 'CA' : 'NW';

const orders = ({ all, story }: Writing): Line[] =>
  all('ServiceRequest').flatMap((one, index): Line[] => [
    ['ORC', withField(fieldsOf(one, story, serviceOrder), 1, control(one.status))],
    ['OBR', withField(fieldsOf(one, story, service, wanted), 1, String(index + 1))],
  ]);

type OfDrug = Pick<MedicationRequest, 'medicationCodeableConcept' | 'medicationReference' | 'contained'>;

function medicationOf({ medicationReference, contained }: OfDrug, { resolve }: Writing): Medication | undefined {
  const reference = medicationReference?.reference;
  const named = contained?.find(({ id }) => `#${id}` === reference) ?? resolve(reference);
  return named?.resourceType === 'Medication' ? named : undefined;
}

/** The drug, as a code of its own or of the Medication that is named. */
const drugOf = (one: OfDrug, writing: Writing): Out =>
  CWE.write(one.medicationCodeableConcept ?? medicationOf(one, writing)?.code, writing.story);

const drugs = (writing: Writing): Line[] =>
  writing.all('MedicationRequest').flatMap((one): Line[] => [
    ['ORC', withField(fieldsOf(one, writing.story, drugOrder), 1, control(one.status))],
    ['RXE', withField(fieldsOf(one, writing.story, encoded), 2, drugOf(one, writing))],
    ['RXR', fieldsOf(one, writing.story, orderRoute)],
  ]);

/** The order that it was for, by its numbers. */
function orderNumbers(reference: string | undefined, writing: Writing): Fields {
  const order = writing.resolve(reference);
  return withField(order?.resourceType === 'MedicationRequest' ? fieldsOf(order, writing.story, drugOrder) : [], 1, 'RE');
}

const dispenses = (writing: Writing): Line[] =>
  writing.all('MedicationDispense').flatMap((one, index): Line[] => {
    const fields = fieldsOf(one, writing.story, dispensed);
    const medication = medicationOf(one, writing);
    if (medication !== undefined) dispensedDrug.whole.write({ ...medication }, writing.story, fields);
    withField(withField(fields, 1, String(index + 1)), 2, drugOf(one, writing));
    return [
      ['ORC', orderNumbers(one.authorizingPrescription?.[0]?.reference, writing)],
      ['RXD', fields],
      ['RXR', fieldsOf(one, writing.story, orderRoute)],
    ];
  });

const doses = (writing: Writing): Line[] =>
  writing.all('MedicationAdministration').flatMap((one): Line[] => [
    ['ORC', orderNumbers(one.request?.reference, writing)],
    ['RXA', withField(withField(withField(fieldsOf(one, writing.story, dose), 1, '0'), 2, '1'), 5, drugOf(one, writing))],
    ['RXR', fieldsOf(one, writing.story, administrationRoute)],
  ]);

const fillerNumber = rows('ORC', [['ORC-3', 'identifier[1]', EI]]);
const vaccinations = ({ all, story }: Writing): Line[] =>
  all('Immunization').flatMap((one): Line[] => [
    ['ORC', withField(fieldsOf(one, story, vaccinationOrder, fillerNumber), 1, 'RE')],
    ['RXA', withField(withField(fieldsOf(one, story, vaccination), 1, '0'), 2, '1')],
    ['RXR', fieldsOf(one, story, vaccinationRoute)],
  ]);

const documents = ({ all, story }: Writing): Line[] =>
  all('DocumentReference').flatMap((one): Line[] => [
    ['TXA', withField(fieldsOf(one, story, document), 1, '1')],
    ...(one.content ?? []).map(({ attachment }, index): Line => {
      const obx = withField(withField([], 1, String(index + 1)), 2, 'ED');
      return ['OBX', withField(withField(obx, 5, ED.write(attachment, story)), 11, 'F')];
    }),
  ]);

/** SCH-11: the time that it is booked for. */
const times = rows('SCH', [
  ['SCH-11', 'start', { read: () => false, write: (value, story) => [undefined, undefined, undefined, INSTANT.write(value, story)] }],
]);
const bookedService = rows('AIS', [
  ['AIS-3', 'serviceType[1]', CWE],
  ['AIS-4', 'start', DTM],
]);

function appointments({ all, resolve, story, ...writing }: Writing): Line[] {
  return all('Appointment').flatMap((one): Line[] => {
    const sch = fieldsOf(one, story, appointment, times);
    const end = INSTANT.write(one.end, story);
    const [from] = sch[11] ?? [];
    if (Array.isArray(from) && end !== undefined) from[4] = end;
    const part = (type: ResourceType): object[] =>
      (one.participant ?? []).filter(({ actor }) => resolve(actor?.reference)?.resourceType === type);
    const before: Writing = { all, resolve, story, ...writing };
    const line =
      (name: string, table: SegmentRows) =>
      (each: object, index: number): Line => [name, withField(fieldsOf(each, story, table), 1, String(index + 1))];
    return [
      ['SCH', sch],
      ...people(before),
      ...visits(before),
      ['RGS', withField([], 1, '1')],
      ...(one.serviceType === undefined ? [] : [line('AIS', bookedService)(one, 0)]),
      ...part('Location').map(line('AIL', placeOf)),
      ...part('Practitioner').map(line('AIP', staff)),
    ];
  });
}

function* reported(writing: Writing): Generator<Line> {
  yield* people(writing);
  yield* visits(writing);
  yield* results(writing);
}

export interface Kind {
  /** Of each one must speak; of a list one of them. */
  needs: readonly (ResourceType | readonly ResourceType[])[];
  /** Long ones one at a time. */
  lines(writing: Writing, structure: string): Iterable<Line>;
}

export const kinds: Readonly<Record<OutKind, Kind>> = {
  ADT: { needs: ['Patient'], lines: (writing, structure) => [event(writing), ...(administration[structure] ?? whole)(writing)] },
  ORU: { needs: ['Patient', ['DiagnosticReport', 'Observation']], lines: reported },
  ORM: { needs: ['Patient', 'ServiceRequest'], lines: (w) => [...people(w), ...visits(w), ...orders(w)] },
  OML: { needs: ['Patient', 'ServiceRequest'], lines: (w) => [...people(w), ...visits(w), ...orders(w)] },
  RDE: { needs: ['Patient', 'MedicationRequest'], lines: (w) => [...people(w), ...visits(w), ...drugs(w)] },
  RDS: { needs: ['Patient', 'MedicationDispense'], lines: (w) => [...people(w), ...visits(w), ...dispenses(w)] },
  RAS: { needs: ['Patient', 'MedicationAdministration'], lines: (w) => [...people(w), ...visits(w), ...doses(w)] },
  SIU: { needs: ['Appointment'], lines: appointments },
  VXU: { needs: ['Patient', 'Immunization'], lines: (w) => [...people(w), ...vaccinations(w)] },
  MDM: { needs: ['Patient', 'DocumentReference'], lines: (w) => [event(w), ...people(w), ...visits(w), ...documents(w)] },
  DFT: {
    needs: ['Patient', 'ChargeItem'],
    lines: (w) => [event(w), ...people(w), ...visits(w), ...numbered('FT1', w.all('ChargeItem'), w.story, charge)],
  },
};
