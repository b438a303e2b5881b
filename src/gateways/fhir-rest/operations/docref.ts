// DocumentReference/$docref and Patient/[id]/$docref: the documents about a patient, those that are stored and one that is made of the
// record when it is fetched (http://hl7.org/fhir/us/core/OperationDefinition-docref.html, International Patient Access 1.0).
import type { DocumentReference } from '../../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../../fhir/result.ts';
import { parseInterval } from '../../../fhir/search/dates.ts';
import { parseQuery } from '../../../fhir/search/query.ts';
import { namedUuid } from '../../../methods/named-uuid.ts';
import type { Stored } from '../../../record/contract.ts';
import type { FhirContext, FhirResponse } from '../contract.ts';
import { refusal } from '../outcome.ts';
import type { Operation, OperationCall } from './contract.ts';

const loinc = 'http://loinc.org';
/** Summary of episode note: the code of a C-CDA Continuity of Care Document. */
const summary = '34133-9';
const mostDocuments = 1000;

const shared = {
  name: 'docref',
  definition: 'http://hl7.org/fhir/us/core/OperationDefinition/docref',
  affectsState: false,
  repeated: ['type'],
  answer: docref,
} as const;
const parameters = ['start', 'end', 'type', 'on-demand', 'profile'];

export const documentsOfPatient: Operation = {
  ...shared,
  type: true,
  types: ['DocumentReference'],
  parameters: ['patient', ...parameters],
};
export const documentsOfThisPatient: Operation = {
  ...shared,
  type: true,
  instance: true,
  types: ['Patient'],
  parameters: ['patient', ...parameters],
};

interface Wish {
  patient: string;
  /** Care dates, as they were asked. */
  start: string | undefined;
  end: string | undefined;
  /** As a search says them. */
  types: string[];
  onlyMade: boolean;
  /** As it was asked. */
  asked: [name: string, value: string][];
}

function wishOf(call: OperationCall): Result<Wish> {
  const asked: [string, string][] = [];
  const given = (name: string): string | undefined => {
    const text = call.text(name);
    if (text !== undefined) asked.push([name, text]);
    return text;
  };
  const [reference] = call.all('patient').flatMap((one) => one.valueReference?.reference ?? []);
  const named = (call.place.id ?? reference ?? given('patient'))?.replace(/^Patient\//, '');
  if (named === undefined || !/^[A-Za-z0-9.-]{1,64}$/.test(named))
    return fail('invalid', '$docref is about somebody: patient is the id of a Patient', 'patient');
  const times = { start: given('start'), end: given('end') };
  for (const [name, text] of Object.entries(times))
    if (text !== undefined && parseInterval(text) === undefined)
      return fail('invalid', `${name} is a date or time, such as 2026-01-31`, name);
  const types = typesOf(call);
  if (!types.ok) return types;
  for (const type of types.value) asked.push(['type', type]);
  const onDemand = call.all('on-demand').map((one) => one.valueBoolean ?? one.valueString)[0];
  if (onDemand !== undefined && !['true', 'false'].includes(String(onDemand)))
    return fail('invalid', 'on-demand is true (only documents that are made when they are fetched) or false', 'on-demand');
  if (onDemand !== undefined) asked.push(['on-demand', String(onDemand)]);
  given('profile');
  return ok({ patient: named, ...times, types: types.value, onlyMade: String(onDemand) === 'true', asked });
}

/** `system|code` or a code, from a text, a Coding or a CodeableConcept. */
function typesOf(call: OperationCall): Result<string[]> {
  const types: string[] = [];
  for (const one of call.all('type')) {
    const text = one.valueString ?? one.valueCode;
    const codings = one.valueCodeableConcept?.coding ?? (one.valueCoding === undefined ? [] : [one.valueCoding]);
    types.push(...(text === undefined ? [] : text.split(',')), ...codings.map(({ system, code }) => `${system ?? ''}|${code ?? ''}`));
  }
  const wrong = types.find((type) => type === '' || type === '|' || /[\p{Cc},]/u.test(type) || type.length > 300);
  return wrong === undefined ? ok(types) : fail('invalid', 'type is a code, or system|code, such as http://loinc.org|34133-9', 'type');
}

async function docref(call: OperationCall): Promise<FhirResponse> {
  const wish = wishOf(call);
  if (!wish.ok) return refusal(wish.problem);
  const { request, context } = call;
  const stored = wish.value.onlyMade ? ok([]) : await storedOf(call, wish.value);
  if (!stored.ok) return refusal(stored.problem);
  const fits = wish.value.types.length === 0 || wish.value.types.some((type) => [summary, `${loinc}|${summary}`].includes(type));
  const made: string[] = [];
  if (fits && stored.value.length === 0) {
    const patient = await context.record.read(request.caller, 'Patient', wish.value.patient);
    // Who is not there, or not for this caller, has no documents.
    if (patient.ok) made.push(JSON.stringify(summaryOf(wish.value, context)));
    else if (!['not-found', 'gone'].includes(patient.problem.kind)) return refusal(patient.problem);
  }
  return { status: 200, headers: {}, body: bundle(call, wish.value, stored.value, made) };
}

/** Those whose care dates lie in the time; what has no care dates, by when it was made. */
async function storedOf({ request, context }: OperationCall, wish: Wish): Promise<Result<Stored[]>> {
  const within = (name: string): [string, string][] => [
    ...(wish.start === undefined ? [] : [[name, `ge${wish.start}`] as [string, string]]),
    ...(wish.end === undefined ? [] : [[name, `le${wish.end}`] as [string, string]]),
  ];
  const dated = wish.start !== undefined || wish.end !== undefined;
  const found: Stored[] = [];
  for (const when of dated ? [within('period'), [['period:missing', 'true'] as [string, string], ...within('date')]] : [[]]) {
    const query = parseQuery('DocumentReference', [
      ['patient', `Patient/${wish.patient}`],
      ['status', dated ? 'current,superseded' : 'current'],
      ...(wish.types.length === 0
        ? []
        : [['type', wish.types.map((type) => type.replaceAll(/[\\$]/g, '\\$&')).join(',')] as [string, string]]),
      ...when,
      ['_sort', '-date'],
      ['_count', String(mostDocuments)],
    ]);
    if (!query.ok) return query;
    const page = await context.record.search(request.caller, query.value);
    if (!page.ok) return page;
    if (page.value.next !== undefined)
      return fail('too-costly', `There are more than ${mostDocuments} documents: ask for one type, or search DocumentReference`, 'type');
    found.push(...page.value.matches);
  }
  return ok(found);
}

/** A Continuity of Care Document: it is made when its address is fetched, of what whoever fetches it may see. */
function summaryOf(wish: Wish, { base }: FhirContext): DocumentReference {
  const range = wish.asked.filter(([name]) => name === 'start' || name === 'end');
  const address = new URLSearchParams([['format', 'ccda'], ['kind', 'CCD'], ['resource', `Patient/${wish.patient}`], ...range]);
  const period = Object.fromEntries(range);
  return {
    resourceType: 'DocumentReference',
    identifier: [{ system: 'urn:ietf:rfc:3986', value: `urn:uuid:${idOf(wish)}` }],
    status: 'current',
    type: { coding: [{ system: loinc, code: summary, display: 'Summary of episode note' }] },
    category: [
      {
        coding: [
          {
            system: 'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category',
            code: 'clinical-note',
            display: 'Clinical Note',
          },
        ],
      },
    ],
    subject: { reference: `Patient/${wish.patient}` },
    date: new Date().toISOString(),
    author: [{ type: 'Device', display: 'Lamplight' }],
    description: 'Made of the record when it is fetched',
    content: [
      {
        attachment: {
          contentType: 'application/xml',
          url: `${base.replace(/\/fhir$/, '')}/exchange/produce?${address}`,
          title: 'Continuity of care document',
        },
        format: {
          system: 'http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode',
          code: 'urn:hl7-org:sdwg:ccda-structuredBody:2.1',
          display: 'C-CDA R2.1 with a structured body',
        },
      },
    ],
    ...(range.length === 0 ? {} : { context: { period } }),
  };
}

const idOf = ({ patient, asked }: Wish): string => namedUuid('docref', patient, ...asked.flat());

/** Stored bodies pass through as they are. */
function bundle(call: OperationCall, wish: Wish, stored: readonly Stored[], made: readonly string[]): string {
  const { base } = call.context;
  const self = `${base}/${[call.place.type, call.place.id, '$docref'].filter((part) => part !== undefined).join('/')}?${new URLSearchParams(wish.asked)}`;
  const entry = (url: string, body: string): string => `{"fullUrl":${JSON.stringify(url)},"resource":${body},"search":{"mode":"match"}}`;
  const entries = [
    ...stored.map(({ id, body }) => entry(`${base}/DocumentReference/${id}`, body)),
    ...made.map((body) => entry(`urn:uuid:${idOf(wish)}`, body)),
  ];
  const link = `[{"relation":"self","url":${JSON.stringify(self)}}]`;
  const list = entries.length === 0 ? '' : `,"entry":[${entries.join(',')}]`;
  return `{"resourceType":"Bundle","type":"searchset","total":${entries.length},"link":${link}${list}}`;
}
