// What is asked of surveillance in an address: a syndrome, days, a kind of visit, filters, a method. Held to its form before anything.
import { readJson } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { judgesShares } from '../../methods/alarm-runs/judge-days.ts';
import { type DetectorName, isDetectorName } from '../../methods/outbreak/methods.ts';
import { ageBands, classes, type Facet, type Filters, facets, filterNames, type VisitClass } from './contract.ts';

export interface Wish {
  syndrome: string;
  from: string;
  to: string;
  class: VisitClass;
  filters: Filters;
  method: DetectorName;
  /** Judged by the share of all visits of the same people, and not by the count. */
  share: boolean;
}

/** From 1900 on: the database knows no year 0. */
const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && text >= '1900' && !Number.isNaN(Date.parse(text)) && addDays(text, 0) === text;
export const addDays = (day: string, days: number): string => new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
export const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
const isPlain = (text: string): boolean => text.length <= 100 && !/[\p{Cc}\p{Surrogate}]/u.test(text);
const isOneOf = <T extends string>(value: string, all: readonly T[]): value is T => all.some((each) => each === value);

/** Longer is asked of the tables. */
const daysMost = 2_200;
/** Without `from`, the newest so many days. */
const daysUsual = 90;

export const wishNames = ['syndrome', 'from', 'to', 'class', 'method', 'of', ...filterNames] as const;

/** `today`: the local day. */
export function readWish(query: URLSearchParams, today: string): Result<Wish> {
  const to = query.get('to') ?? today;
  if (!isDay(to)) return fail('invalid', 'to is a day from 1900 on, such as 2026-01-31', 'to');
  const from = query.get('from') ?? addDays(to, 1 - daysUsual);
  if (!isDay(from)) return fail('invalid', 'from is a day from 1900 on, such as 2026-01-31', 'from');
  if (from > to || daysBetween(from, to) >= daysMost) return fail('invalid', `from is before to, by ${daysMost} days at most`, 'from');
  const kind = query.get('class') ?? 'EMER';
  if (!isOneOf(kind, classes)) return fail('invalid', `class is one of ${classes.join(', ')}`, 'class');
  const method = query.get('method') ?? 'combined';
  if (!isDetectorName(method)) return fail('invalid', 'method is a detector, such as combined or ears-c2', 'method');
  const of = query.get('of') ?? 'counts';
  if (of !== 'counts' && of !== 'visits') return fail('invalid', 'of is counts, or visits: the share of all visits', 'of');
  const share = of === 'visits';
  if (share && !judgesShares(method))
    return fail('invalid', `${method} judges counts: shares of all visits are judged by combined, farrington-flexible or EARS`, 'of');
  const age = query.get('age') ?? '';
  if (age !== '' && !isOneOf(age, ageBands)) return fail('invalid', `age is one of ${ageBands.join(', ')}`, 'age');
  const filters: Filters = { area: query.get('area') ?? '', age, sex: query.get('sex') ?? '', place: query.get('place') ?? '' };
  const syndrome = query.get('syndrome') ?? '';
  const odd = Object.entries({ ...filters, syndrome }).find(([, value]) => !isPlain(value));
  if (odd !== undefined) return fail('invalid', `${odd[0]} has at most 100 plain letters`, odd[0]);
  return ok({ syndrome, from, to, class: kind, filters, method, share });
}

export const noteStates = ['new', 'investigating', 'explained', 'dismissed'] as const;
export type NoteState = (typeof noteStates)[number];

/** What somebody says of an alert. */
export interface NoteWish {
  syndrome: string;
  class: VisitClass;
  facet: Facet;
  value: string;
  first: string;
  last: string;
  state: NoteState;
  words: string;
}

const noteMembers = ['syndrome', 'class', 'facet', 'value', 'first', 'last', 'state', 'words'] as const;
const wordsMost = 4_000;

/** Which case somebody sends. */
export interface SendWish {
  condition: string;
  patient: string;
}

export async function readSend(text: string): Promise<Result<SendWish>> {
  const read = await readJson(text);
  if (!read.ok) return read;
  const body: unknown = read.value;
  const said =
    typeof body === 'object' && body !== null && !Array.isArray(body) ? new Map<string, unknown>(Object.entries(body)) : undefined;
  const [condition, patient] = [said?.get('condition'), said?.get('patient')];
  if (said?.size !== 2 || typeof condition !== 'string' || typeof patient !== 'string' || !isPlain(condition) || !isPlain(patient))
    return fail('invalid', 'The body is a JSON object with condition and patient, as the list of suspected cases names them');
  return ok({ condition, patient });
}

/** Of which visit of a case somebody sends a report. */
export interface ReportWish extends SendWish {
  encounter: string;
}
const reportMembers = ['condition', 'patient', 'encounter'] as const;

/** From a body or from the query of an address. */
export function readReport(said: ReadonlyMap<string, unknown>): Result<ReportWish> {
  const [condition, patient, encounter] = reportMembers.map((name) => said.get(name));
  if (![condition, patient, encounter].every((one) => typeof one === 'string' && isPlain(one)))
    return fail('invalid', `Say ${reportMembers.join(', ')}, as the list of suspected cases names them`);
  return ok({ condition: String(condition), patient: String(patient), encounter: String(encounter) });
}

export async function readReportBody(text: string): Promise<Result<ReportWish>> {
  const read = await readJson(text);
  if (!read.ok) return read;
  const body: unknown = read.value;
  if (typeof body !== 'object' || body === null || Array.isArray(body) || Object.keys(body).length !== reportMembers.length)
    return fail('invalid', `The body is a JSON object with ${reportMembers.join(', ')}`);
  return readReport(new Map<string, unknown>(Object.entries(body)));
}

export async function readNote(text: string): Promise<Result<NoteWish>> {
  const read = await readJson(text);
  if (!read.ok) return read;
  const body: unknown = read.value;
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return fail('invalid', `The body is a JSON object with ${noteMembers.join(', ')}`);
  const unknown = Object.keys(body).find((name) => !isOneOf(name, noteMembers));
  if (unknown !== undefined)
    return fail('invalid', `${JSON.stringify(unknown.slice(0, 40))} is not understood here: known are ${noteMembers.join(', ')}`);
  const said = new Map<string, unknown>(Object.entries(body));
  const text_ = (name: (typeof noteMembers)[number]): string => {
    const value = said.get(name);
    return typeof value === 'string' ? value : '';
  };
  const [kind, facet, state, first, last, words] = [
    text_('class'),
    text_('facet'),
    text_('state'),
    text_('first'),
    text_('last'),
    text_('words').trim(),
  ];
  if (!isOneOf(kind, classes)) return fail('invalid', `class is one of ${classes.join(', ')}`, 'class');
  if (!isOneOf(facet, facets)) return fail('invalid', `facet is one of ${facets.join(', ')}`, 'facet');
  if (!isOneOf(state, noteStates)) return fail('invalid', `state is one of ${noteStates.join(', ')}`, 'state');
  if (!isDay(first) || !isDay(last) || first > last)
    return fail('invalid', 'first and last are days, the first not after the last', 'first');
  const [syndrome, value] = [text_('syndrome'), text_('value')];
  if (syndrome === '' || !isPlain(syndrome) || !isPlain(value)) return fail('invalid', 'syndrome and value are plain letters', 'syndrome');
  if (words.length > wordsMost || /[\p{Surrogate}]|[^\P{Cc}\n\t]/u.test(words))
    return fail('invalid', `words are at most ${wordsMost} letters without control characters`, 'words');
  if ((state === 'explained' || state === 'dismissed') && words.length < 10)
    return fail('invalid', 'words: why, at least 10 letters: who reads it in a year must understand it', 'words');
  return ok({ syndrome, class: kind, facet, value, first, last, state, words });
}
