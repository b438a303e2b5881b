// A message that was never received: what the record says, in the messages that other systems expect (ADT, ORU, ORM, OML, RDE, SIU, VXU,
// MDM, DFT). The same rows that read a segment write it; this file says only which segments a message has, and of what.
import type { MedicationRequest, Resource, ResourceType } from '../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Out } from './map/converter.ts';
import type { SegmentRows } from './map/rows.ts';
import { al1Rows } from './map/segments/allergy.ts';
import { diagnosis } from './map/segments/dg1.ts';
import { charge } from './map/segments/ft1.ts';
import { cover } from './map/segments/in1.ts';
import { report, service, wanted } from './map/segments/obr.ts';
import { absence, observation } from './map/segments/obx.ts';
import { drugOrder, serviceOrder, vaccinationOrder } from './map/segments/orc.ts';
import { patient } from './map/segments/pid.ts';
import { visit } from './map/segments/pv1.ts';
import { encoded } from './map/segments/rx.ts';
import { orderRoute, vaccination, vaccinationRoute } from './map/segments/rxa.ts';
import { appointment } from './map/segments/sch.ts';
import { document } from './map/segments/txa.ts';
import { Story } from './map/story.ts';
import { writeDateTime } from './map/time.ts';
import { ED } from './map/types/attachments.ts';
import { CWE } from './map/types/coded.ts';
import { writeValue } from './map/types/observed-value.ts';
import { usualDelimiters } from './tree/delimiters.ts';
import { escapeText } from './tree/escape.ts';
import { type Message, readText } from './tree/message.ts';

export type OutKind = 'ADT' | 'ORU' | 'ORM' | 'OML' | 'RDE' | 'SIU' | 'VXU' | 'MDM' | 'DFT';

export interface Hl7Wish {
  kind: OutKind;
  /** Trigger event, `A01`, `R01`. */
  event: string;
  sender: { application: string; facility: string };
  receiver: { application: string; facility: string };
  controlId: string;
  at: Date;
  /** IANA zone in which times are written. */
  timeZone: string;
}

type Fields = Out[][];
type Line = readonly [name: string, fields: Fields];

interface Writing {
  all<T extends ResourceType>(type: T): Extract<Resource, { resourceType: T }>[];
  resolve(reference: string | undefined): Resource | undefined;
  story: Story;
  wish: Hl7Wish;
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

const people = ({ all, story }: Writing): Line[] => numbered('PID', all('Patient').slice(0, 1), story, patient);
const visits = ({ all, story }: Writing): Line[] => numbered('PV1', all('Encounter').slice(0, 1), story, visit);
const event = ({ wish }: Writing): Line => [
  'EVN',
  withField(withField([], 1, wish.event), 2, writeDateTime(instant(wish.at), wish.timeZone)),
];

const instant = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;

function observed(resource: Resource, index: number, { story }: Writing): Line {
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

function results(writing: Writing): Line[] {
  const { all, resolve, story } = writing;
  const told = new Set<string>();
  const reports = all('DiagnosticReport').flatMap((one, number): Line[] => {
    const found = (one.result ?? []).flatMap(({ reference }) => resolve(reference) ?? []);
    for (const each of found) told.add(`${each.resourceType}/${each.id}`);
    const obr = withField(fieldsOf(one, story, report), 1, String(number + 1));
    return [['OBR', obr], ...found.map((each, index) => observed(each, index, writing))];
  });
  const alone = all('Observation').filter(({ id }) => !told.has(`Observation/${id}`));
  if (alone.length === 0) return reports;
  // Observations without a report: a laboratory's receiver still expects them below an order of their own.
  return [
    ...reports,
    ...alone.flatMap((one): Line[] => [['OBR', withField(fieldsOf(one, story, aboutObservation), 1, '1')], observed(one, 0, writing)]),
  ];
}
/** OBR of an observation that stands alone: what was looked at, when. */
const aboutObservation: SegmentRows = report;

const orders = ({ all, story }: Writing): Line[] =>
  all('ServiceRequest').flatMap((one, index): Line[] => [
    ['ORC', withField(fieldsOf(one, story, serviceOrder), 1, one.status === 'revoked' ? 'CA' : 'NW')],
    ['OBR', withField(fieldsOf(one, story, service, wanted), 1, String(index + 1))],
  ]);

/** The drug, as a code of its own or of the Medication that is named. */
function drugOf({ medicationCodeableConcept, medicationReference }: MedicationRequest, { resolve, story }: Writing): Out {
  const named = resolve(medicationReference?.reference);
  return CWE.write(medicationCodeableConcept ?? (named?.resourceType === 'Medication' ? named.code : undefined), story);
}

const drugs = (writing: Writing): Line[] =>
  writing.all('MedicationRequest').flatMap((one): Line[] => [
    ['ORC', withField(fieldsOf(one, writing.story, drugOrder), 1, one.status === 'cancelled' || one.status === 'stopped' ? 'CA' : 'NW')],
    ['RXE', withField(fieldsOf(one, writing.story, encoded), 2, drugOf(one, writing))],
    ['RXR', fieldsOf(one, writing.story, orderRoute)],
  ]);

const vaccinations = ({ all, story }: Writing): Line[] =>
  all('Immunization').flatMap((one): Line[] => [
    ['ORC', withField(fieldsOf(one, story, vaccinationOrder), 1, 'RE')],
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

const messages: Readonly<Record<OutKind, { needs: readonly ResourceType[]; structure: string; lines(writing: Writing): Line[] }>> = {
  ADT: {
    needs: ['Patient'],
    structure: 'ADT_A01',
    lines: (writing) => [
      event(writing),
      ...people(writing),
      ...visits(writing),
      ...numbered('AL1', writing.all('AllergyIntolerance'), writing.story, al1Rows),
      ...numbered('DG1', writing.all('Condition'), writing.story, diagnosis),
      ...numbered('IN1', writing.all('Coverage'), writing.story, cover),
    ],
  },
  ORU: { needs: ['Patient', 'Observation'], structure: 'ORU_R01', lines: (w) => [...people(w), ...visits(w), ...results(w)] },
  ORM: { needs: ['Patient', 'ServiceRequest'], structure: 'ORM_O01', lines: (w) => [...people(w), ...visits(w), ...orders(w)] },
  OML: { needs: ['Patient', 'ServiceRequest'], structure: 'OML_O21', lines: (w) => [...people(w), ...visits(w), ...orders(w)] },
  RDE: { needs: ['Patient', 'MedicationRequest'], structure: 'RDE_O11', lines: (w) => [...people(w), ...visits(w), ...drugs(w)] },
  SIU: {
    needs: ['Appointment'],
    structure: 'SIU_S12',
    lines: (w) => [...w.all('Appointment').map((one): Line => ['SCH', fieldsOf(one, w.story, appointment)]), ...people(w), ...visits(w)],
  },
  VXU: { needs: ['Patient', 'Immunization'], structure: 'VXU_V04', lines: (w) => [...people(w), ...vaccinations(w)] },
  MDM: {
    needs: ['Patient', 'DocumentReference'],
    structure: 'MDM_T02',
    lines: (w) => [event(w), ...people(w), ...visits(w), ...documents(w)],
  },
  DFT: {
    needs: ['Patient', 'ChargeItem'],
    structure: 'DFT_P03',
    lines: (w) => [event(w), ...people(w), ...visits(w), ...numbered('FT1', w.all('ChargeItem'), w.story, charge)],
  },
};

/** The message that says what these resources say; references are found among them by `Type/id`. */
export function fromFhir(resources: readonly Resource[], wish: Hl7Wish): Result<Message> {
  const known = new Map(resources.map((resource) => [`${resource.resourceType}/${resource.id ?? ''}`, resource]));
  const { needs, structure, lines } = messages[wish.kind];
  const lacks = needs.find((type) => !resources.some(({ resourceType }) => resourceType === type));
  if (lacks !== undefined) return fail('invalid', `A message ${wish.kind} says something of a ${lacks}, and none was given; add one`);
  const story = new Story({ sender: '', receivedAt: wish.at, timeZone: wish.timeZone }, known);
  const writing: Writing = {
    story,
    wish,
    resolve: (reference) => (reference === undefined ? undefined : known.get(reference)),
    all: <T extends ResourceType>(type: T) =>
      resources.filter((one): one is Extract<Resource, { resourceType: T }> => one.resourceType === type),
  };
  const text = (value: string): string => escapeText(value, usualDelimiters);
  const header = [
    'MSH',
    '^~\\&',
    ...[wish.sender, wish.receiver].flatMap(({ application, facility }) => [text(application), text(facility)]),
    writeDateTime(instant(wish.at), wish.timeZone) ?? '',
    '',
    [wish.kind, wish.event, structure].map(text).join('^'),
    text(wish.controlId),
    'P',
    '2.5.1',
    '',
    '',
    '',
    '',
    '',
    'UNICODE UTF-8',
  ].join('|');
  const body = lines(writing).flatMap(([name, fields]) => {
    const line = [name, ...fields.slice(1).map((repetitions) => repetitions.map((one) => partText(one, ['^', '&'])).join('~'))].join('|');
    const shown = line.replace(/[|]+$/, '');
    return shown === name ? [] : [shown];
  });
  return ok(readText(`${[header, ...body].join('\r')}\r`));
}

/** A part in its delimiters; what is deeper than a subcomponent cannot be said. */
function partText(part: Out, delimiters: readonly string[]): string {
  if (part === undefined) return '';
  if (typeof part === 'string') return escapeText(part, usualDelimiters);
  const [delimiter, ...below] = delimiters;
  if (delimiter === undefined) return partText(part[0], []);
  return part
    .map((one) => partText(one, below))
    .join(delimiter)
    .replace(new RegExp(`\\${delimiter}+$`), '');
}
