// A message or document made by hand: of what stands in the record, as the one who asks may see it, or of resources that were handed in.
// Nothing is stored.
import { createHash } from 'node:crypto';
import type { Organization, Resource, ResourceType } from '../fhir/generated/types.ts';
import { fail, ok, type Result } from '../fhir/result.ts';
import type { DocumentKind } from '../formats/ccda/produce/contract.ts';
import { documentInSteps } from '../formats/ccda/produce/from-fhir.ts';
import { kinds as documentKinds } from '../formats/ccda/produce/kinds.ts';
import { fromFhirInSteps } from '../formats/hl7v2/from-fhir.ts';
import { inCharset } from '../formats/hl7v2/from-fhir-charset.ts';
import { outKinds, readKind } from '../formats/hl7v2/from-fhir-structures.ts';
import { fromFhir as x12FromFhir } from '../formats/x12/from-fhir.ts';
import { maps as x12Maps } from '../formats/x12/maps/index.ts';
import type { Side } from '../formats/x12/speak.ts';
import type { TransactionKind } from '../formats/x12/transactions.ts';
import { write as writeX12 } from '../formats/x12/tree.ts';
import type { Caller, RecordStore } from '../record/contract.ts';
import { inSlices, slices } from '../record/slices.ts';
import { partyOf } from './channel.ts';
import { follow, gather } from './gather.ts';
import { languages } from './languages.ts';
import { nameIn, RecordChart, resourceOf } from './record-chart.ts';
import { type Unsaid, unsaidOf } from './unsaid.ts';

export type ProducedFormat = 'hl7v2' | 'x12' | 'ccda';

export interface ProduceWish {
  format: ProducedFormat;
  /** `ADT^A01`, `837P`, `continuity-of-care`. */
  kind: string;
  /** `Type/id` of the record, or what is told instead. */
  about: { resource: string } | { resources: readonly Resource[] };
  /** `APPLICATION/FACILITY` (HL7 v2), `QUALIFIER/ID` (X12); of a document the name of who keeps it. */
  sender?: string;
  receiver?: string;
  /** Of HL7 v2: MSH-18. */
  characterSet?: string;
  /** Care dates of a document, milliseconds since 1970 UTC; `end` is not included. */
  start?: number;
  end?: number;
  at: Date;
  timeZone: string;
}

export interface Produced {
  bytes: Buffer;
  contentType: string;
  /** What the message is about. */
  resources: readonly Resource[];
}

export type ProduceRecord = Pick<RecordStore, 'read' | 'readVersion' | 'search' | 'everything'>;

const contentTypes: Readonly<Record<ProducedFormat, string>> = {
  hl7v2: 'x-application/hl7-v2+er7',
  x12: 'application/edi-x12',
  ccda: 'application/xml',
};
/** Other names of the kinds of documents. */
const documentNames: Readonly<Record<string, DocumentKind>> = { CCD: 'continuity-of-care' };

/** What can be made, by format. */
export const producible: Readonly<Record<ProducedFormat, readonly string[]>> = {
  hl7v2: outKinds,
  x12: Object.keys(x12Maps),
  ccda: [...Object.keys(documentNames), ...Object.keys(documentKinds).filter((kind) => kind !== 'unstructured' && kind !== 'case-report')],
};
export const isProduced = (format: string): format is ProducedFormat => Object.hasOwn(producible, format);

/** Refuses a kind that is not written, a resource that the caller may not see, and what the kind cannot be made of. */
export async function produce(record: ProduceRecord, caller: Caller, wish: ProduceWish): Promise<Result<Produced>> {
  const { format, kind } = wish;
  if (!producible[format].includes(kind))
    return fail('unsupported', `Of ${format} these are written: ${producible[format].join(', ')}`, 'kind');
  const wrong = [wish.sender, wish.receiver].find((text) => text !== undefined && (/\p{Cc}/u.test(text) || text.length > 200));
  if (wrong !== undefined)
    return fail('invalid', 'sender and receiver are names of at most 200 letters, without control characters', 'sender');
  return makers[format](new RecordChart(record, caller), wish, { record, caller });
}

interface Around {
  record: ProduceRecord;
  caller: Caller;
}
type Maker = (chart: RecordChart, wish: ProduceWish, around: Around) => Promise<Result<Produced>>;

/** What stands under the name, or the resources that were handed in. */
async function focusOf(chart: RecordChart, about: ProduceWish['about']): Promise<Result<Resource | undefined>> {
  if ('resources' in about) return ok(undefined);
  const name = nameIn(about.resource);
  if (name === undefined || name !== about.resource)
    return fail('invalid', 'resource is Type/id of something in the record, such as Encounter/123', 'resource');
  return chart.read(name);
}

const control = (wish: ProduceWish): bigint =>
  createHash('sha256')
    .update(
      `${wish.kind}\u0000${JSON.stringify('resource' in wish.about ? wish.about.resource : wish.about.resources.length)}\u0000${wish.at.getTime()}`,
    )
    .digest()
    .readBigUInt64BE(0);

const produced = (wish: ProduceWish, bytes: Uint8Array, resources: readonly Resource[]): Result<Produced> =>
  ok({ bytes: Buffer.from(bytes), contentType: contentTypes[wish.format], resources });

const hl7v2: Maker = async (chart, wish) => {
  const kind = readKind(wish.kind);
  if (kind === undefined) return fail('unsupported', `${wish.kind.slice(0, 50)} is not written`, 'kind');
  const focus = await focusOf(chart, wish.about);
  if (!focus.ok) return focus;
  const { speaking, known } =
    focus.value === undefined
      ? { speaking: 'resources' in wish.about ? [...wish.about.resources] : [], known: [] }
      : await gather(focus.value, kind, chart);
  const made = await inSlices(
    fromFhirInSteps(
      speaking,
      {
        ...kind,
        sender: partyOf(wish.sender ?? 'LAMPLIGHT/'),
        receiver: partyOf(wish.receiver ?? '/'),
        controlId: `P${control(wish).toString(36).toUpperCase()}`,
        at: wish.at,
        timeZone: wish.timeZone,
      },
      known,
    ),
    slices(),
  );
  return made.ok ? produced(wish, inCharset(made.value, wish.characterSet ?? 'UNICODE UTF-8').write(), speaking) : made;
};

/** What a claim, an answer to it or a cover refers to. */
const financial: readonly ResourceType[] = [
  'Patient',
  'Organization',
  'Practitioner',
  'PractitionerRole',
  'Location',
  'Coverage',
  'Claim',
  'ClaimResponse',
  'ExplanationOfBenefit',
  'CoverageEligibilityRequest',
  'CoverageEligibilityResponse',
  'ServiceRequest',
  'RelatedPerson',
  'Encounter',
  'Condition',
  'Procedure',
  'PaymentReconciliation',
  'Task',
];

const sideOf = (text: string): Side | undefined => {
  const [, qualifier = '', id = ''] = /^([A-Z0-9]{2})\/([A-Z0-9 ._-]{1,15})$/.exec(text) ?? [];
  return qualifier === '' ? undefined : { qualifier, id };
};

const x12: Maker = async (chart, wish) => {
  const [sender, receiver] = [sideOf(wish.sender ?? 'ZZ/LAMPLIGHT'), sideOf(wish.receiver ?? 'ZZ/RECEIVER')];
  if (sender === undefined || receiver === undefined)
    return fail('invalid', 'Of X12 sender and receiver are QUALIFIER/ID, such as ZZ/ELMCLINIC, with at most 15 letters', 'sender');
  const focus = await focusOf(chart, wish.about);
  if (!focus.ok) return focus;
  const resources =
    focus.value === undefined
      ? 'resources' in wish.about
        ? wish.about.resources
        : []
      : [focus.value, ...(await follow([focus.value], chart, new Set(financial)))];
  const number = Number(control(wish) % 1_000_000_000n);
  const made = x12FromFhir(resources, {
    kind: wish.kind as TransactionKind,
    sender,
    receiver,
    interchangeControl: number,
    groupControl: number,
    transactionControl: '0001',
    at: wish.at,
    timeZone: wish.timeZone,
  });
  return made.ok ? produced(wish, writeX12(made.value), resources) : made;
};

/** What a document is made of; the record adds who is named in it. */
const clinical: readonly ResourceType[] = [
  'Patient',
  'AllergyIntolerance',
  'Condition',
  'MedicationRequest',
  'MedicationStatement',
  'Observation',
  'DiagnosticReport',
  'Procedure',
  'Encounter',
  'Immunization',
  'FamilyMemberHistory',
  'CarePlan',
  'Goal',
  'ServiceRequest',
  'Coverage',
];
const pageSize = 1000;
/** Most resources of one document. */
export const mostOfDocument = 2000;

async function chartOf(patient: string, wish: ProduceWish, { record, caller }: Around): Promise<Result<Resource[]>> {
  const found: Resource[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await record.everything(caller, {
      patient,
      types: clinical,
      count: pageSize,
      asked: `produce=${wish.kind}`,
      ...(wish.start === undefined ? {} : { start: wish.start }),
      ...(wish.end === undefined ? {} : { end: wish.end }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    if (!page.ok) return page;
    for (const { body } of [...page.value.matches, ...page.value.included]) found.push(await resourceOf(body));
    cursor = page.value.next;
    if (cursor === undefined) return ok(found);
    if (found.length >= mostOfDocument)
      return fail(
        'too-costly',
        `The chart has more than ${mostOfDocument} entries for one document: ask for a time, with start and end`,
        'start',
      );
  }
}

const ccda: Maker = async (chart, wish, around) => {
  const kind = documentNames[wish.kind] ?? (wish.kind as DocumentKind);
  const focus = await focusOf(chart, wish.about);
  if (!focus.ok) return focus;
  const encounter = focus.value?.resourceType === 'Encounter' ? focus.value : undefined;
  const patient =
    focus.value?.resourceType === 'Patient' ? focus.value.id : nameIn(encounter?.subject?.reference)?.slice('Patient/'.length);
  if (focus.value !== undefined && patient === undefined)
    return fail('invalid', 'A document is about a Patient or one Encounter: name one of these', 'resource');
  const all = patient === undefined ? ok('resources' in wish.about ? [...wish.about.resources] : []) : await chartOf(patient, wish, around);
  if (!all.ok) return all;
  // Another patient may be named by a link or as a mother; the document is about one.
  const resources = [...new Map(all.value.map((one) => [`${one.resourceType}/${one.id ?? ''}`, one])).values()].filter(
    (one) => patient === undefined || one.resourceType !== 'Patient' || one.id === patient,
  );
  const name = wish.sender ?? 'Lamplight';
  const custodian: Organization = { resourceType: 'Organization', id: 'custodian', name, identifier: [{ value: name }] };
  const made = await inSlices(
    documentInSteps(resources, {
      kind,
      author: { resourceType: 'Device', id: 'author', deviceName: [{ name: 'Lamplight', type: 'model-name' }] },
      custodian,
      time: `${wish.at.toISOString().slice(0, 19)}Z`,
      sender: name,
      ...(encounter?.id === undefined ? {} : { encounter: encounter.id }),
    }),
    slices(),
  );
  return made.ok ? produced(wish, made.value.bytes, resources) : made;
};

const makers: Readonly<Record<ProducedFormat, Maker>> = { hl7v2, x12, ccda };

/** What the message does not say of what it is about. */
export async function unsaidIn({ bytes, resources }: Produced, format: ProducedFormat, timeZone: string, at: Date): Promise<Unsaid[]> {
  const language = languages[format];
  if (language === undefined) return [];
  const rest = slices();
  const context = { sender: language.about(bytes).sender, receivedAt: at, timeZone };
  const { resources: read } = await inSlices(language.translate(bytes, context), rest);
  return inSlices(
    unsaidOf(
      resources,
      read.map(({ resource }) => resource),
    ),
    rest,
  );
}
