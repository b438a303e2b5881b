// What a message says laid over what the record holds. An element belongs to whoever spoke last about it, and "last" is when the
// sender says that it was so, not when it arrived: messages that come late, twice or out of order lead to the same record. What a
// message does not mention it does not touch (HL7 v2.8, chapter 2, section 2.10.4: only populated fields are updated).
import type { Resource } from '../fhir/generated/types.ts';
import type { Said } from '../formats/contract.ts';
import type { Clock } from './clock.ts';
import { isResource, isSame } from './named.ts';

export interface Moment {
  at: number;
  /** The same for the same message wherever it is done: its control id and digest. */
  tie: string;
}

/** Of messages of one moment the later numbered one stands: control ids are counters nearly everywhere. */
export const tieOf = (controlId: string, digest: string): string =>
  `${controlId.replace(/\d+/g, (digits) => digits.padStart(20, '0'))} ${digest.slice(0, 16)}`;

type Members = Record<string, unknown>;

/** Elements with a choice of types: one name at a time may stand there (http://hl7.org/fhir/R4/formats.html#choice). */
const choices = [
  'abatement',
  'asNeeded',
  'collected',
  'deceased',
  'effective',
  'medication',
  'multipleBirth',
  'occurrence',
  'occurred',
  'onset',
  'performed',
  'product',
  'reported',
  'scheduled',
  'serviced',
  'timing',
  'value',
];

/** Names are those of FHIR's elements, so they are few. */
const ofChoice = new Map<string, string>();

function choiceOf(name: string): string {
  let known = ofChoice.get(name);
  if (known === undefined) {
    const base = choices.find((one) => name.startsWith(one) && /[A-Z]/.test(name.charAt(one.length)));
    known = base === undefined ? name : `${base}[x]`;
    if (ofChoice.size < 10_000) ofChoice.set(name, known);
  }
  return known;
}

/** Lists whose items different fields or senders speak of: what tells their items apart. Other lists are said as a whole. */
const parted: Readonly<Record<string, (item: Members) => string>> = {
  identifier: (item) => `${text(item['system'])}|${text(item['value'])}`,
  telecom: (item) => text(item['use']),
  extension: (item) => text(item['url']),
  'Patient.contact': (item) => text(codeOf(first(item['relationship']))),
  'Encounter.participant': (item) => text(codeOf(first(item['type']))),
  'Encounter.location': (item) => text(item['status']),
  'Appointment.participant': (item) => text((item['actor'] as Members | undefined)?.['reference']),
  'DiagnosticReport.result': (item) => text(item['reference']),
  link: (item) => text((item['other'] as Members | undefined)?.['reference']),
};

/** Elements whose parts are said by different fields, at different times: admission and discharge. */
const deep: ReadonlySet<string> = new Set(['hospitalization', 'period', 'executionPeriod', 'actualPeriod']);

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : undefined);
const isMembers = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value);
const codeOf = (concept: unknown): unknown =>
  isMembers(concept) && Array.isArray(concept['coding']) && isMembers(concept['coding'][0]) ? concept['coding'][0]['code'] : undefined;

/** How an element of a type is laid. */
interface Way {
  /** Its name, or that of its choice. */
  base: string;
  part: ((item: Members) => string) | undefined;
  deep: boolean;
}
const ways = new Map<string, Map<string, Way>>();

function wayOf(type: string, name: string): Way {
  const ofType = ways.get(type) ?? new Map<string, Way>();
  if (ofType.size === 0) ways.set(type, ofType);
  let way = ofType.get(name);
  if (way === undefined) {
    const base = choiceOf(name.startsWith('_') ? name.slice(1) : name);
    way = { base, part: parted[`${type}.${base}`] ?? parted[base], deep: deep.has(base) };
    if (ofType.size < 1_000) ofType.set(name, way);
  }
  return way;
}

/** What is said together: an element with its primitive's extensions, all types of a choice, the items of a list with one key. */
interface Group {
  key: string;
  /** Key of the items, where the list is parted. */
  item?: string;
  values: [name: string, value: unknown][];
}

function groupsOf(type: string, resource: object): Map<string, Group> {
  const groups = new Map<string, Group>();
  const add = (key: string, name: string, value: unknown, item?: string): void => {
    let group = groups.get(key);
    if (group === undefined) {
      group = { key, values: [], ...(item === undefined ? {} : { item }) };
      groups.set(key, group);
    }
    group.values.push([name, value]);
  };
  for (const [name, value] of Object.entries(resource)) {
    if (name === 'resourceType' || name === 'id') continue;
    if (name === 'meta') {
      // Labels are the sender's; versions and times are the record's own.
      if (isMembers(value))
        for (const below of ['security', 'tag']) if (value[below] !== undefined) add(`meta.${below}`, name, [below, value[below]]);
      continue;
    }
    const { base, part, deep } = wayOf(type, name);
    if (deep && isMembers(value)) for (const [below, one] of Object.entries(value)) add(`${base}.${below}`, name, [below, one]);
    else if (part === undefined || !Array.isArray(value)) add(base, name, value);
    else
      for (const item of value) {
        const key = isMembers(item) ? part(item) : '';
        add(`${base} ${key}`, name, item, key);
      }
  }
  return groups;
}

const later = (moment: Moment, clock: Clock, key: string): boolean => {
  const [at, tie] = clock[key] ?? [Number.NEGATIVE_INFINITY, ''];
  return moment.at > at || (moment.at === at && moment.tie >= tie);
};

export interface Laid {
  resource: Resource;
  clock: Clock;
}

/**
 * The resource as it stands when this has been said at that moment. `there`: what the record holds, null for nothing. The clock is of
 * what was said before; what the record holds without one (written by other ways) counts as said before any message.
 */
export function lay(there: Resource | null, said: Said, moment: Moment, clock: Clock): Laid {
  const type = said.resource.resourceType;
  if (said.how === 'refer' && there !== null) return { resource: there, clock };
  const next: Clock = { ...clock };
  const incoming = groupsOf(type, said.resource);
  if (said.how === 'whole') {
    if (!later(moment, clock, '*')) return { resource: there ?? said.resource, clock };
    next['*'] = [moment.at, moment.tie];
    return { resource: said.resource, clock: next };
  }
  const target: Members = { resourceType: type, id: said.resource.id, ...there };
  for (const remove of said.removes ?? [])
    for (const key of keysOf(remove, target, type)) {
      if (incoming.has(key) || !later(moment, clock, key)) continue;
      next[key] = [moment.at, moment.tie];
      removeGroup(target, type, key);
    }
  const presumed = new Set((said.presumes ?? []).map((name) => choiceOf(name.replace(/^_/, ''))));
  const spoken = [moment.at, moment.tie] as const;
  const held = there === null || presumed.size === 0 ? new Map<string, Group>() : groupsOf(type, there);
  const stands = new Set([...held.keys()].map(baseOf));
  // Lists that were begun here may grow where they are: twenty thousand items are not copied twenty thousand times.
  const grown = new Map<string, unknown[]>();
  for (const [key, group] of incoming) {
    const isPresumed = presumed.size > 0 && presumed.has(baseOf(key));
    if (isPresumed ? stands.has(baseOf(key)) : !later(moment, clock, key)) continue;
    if (!isPresumed) next[key] = spoken;
    if (there !== null) {
      // Most of what is said was said before: what stands in the same words stays the very object, and costs no more than this look.
      if (standsSo(target, type, group)) continue;
      removeGroup(target, type, key, group);
    }
    for (const [name, value] of group.values) {
      if (key.includes('.') && Array.isArray(value))
        target[name] = { ...(isMembers(target[name]) ? target[name] : {}), [String(value[0])]: value[1] };
      else if (group.item === undefined) target[name] = value;
      else {
        let list = grown.get(name);
        if (list === undefined || list !== target[name]) {
          list = Array.isArray(target[name]) ? [...target[name]] : [];
          grown.set(name, list);
          target[name] = list;
        }
        list.push(value);
      }
    }
  }
  // Items of parted lists stand in one order whoever spoke first, so that the same was said is the same text.
  for (const name in target) {
    const list = target[name];
    if (!Array.isArray(list)) continue;
    const { part } = wayOf(type, name);
    if (part === undefined) continue;
    if (list.length === 0) delete target[name];
    else if (`${type}.${name}` === 'DiagnosticReport.result') target[name] = inReportOrder(list, there, said.resource);
    else target[name] = inOrder(list, (item) => (isMembers(item) ? part(item) : ''));
  }
  if (there !== null && hasSameMembers(target, there)) return { resource: there, clock: next };
  return { resource: isResource(target) ? target : said.resource, clock: next };
}

/** The very same values under the same names. */
function hasSameMembers(one: Members, other: object): boolean {
  let left = 0;
  for (const name in one) {
    if (one[name] !== (other as Members)[name]) return false;
    left++;
  }
  for (const _name in other) left--;
  return left === 0;
}

/** Whether the target says already, and in this group nothing else, what the group says. */
function standsSo(target: Members, type: string, { key, item, values }: Group): boolean {
  if (item !== undefined) {
    const name = values[0]?.[0] ?? '';
    const list = target[name];
    const { part } = wayOf(type, name);
    if (part === undefined || !Array.isArray(list)) return false;
    let at = 0;
    for (const one of list) {
      if ((isMembers(one) ? part(one) : '') !== item) continue;
      if (at >= values.length || !isSame(one, values[at]![1])) return false;
      at++;
    }
    return at === values.length;
  }
  if (key.includes('.'))
    return values.every(([name, said]) => {
      const whole = target[name];
      return Array.isArray(said) && isMembers(whole) && isSame(whole[String(said[0])], said[1]);
    });
  let stands = 0;
  for (const name in target) if (wayOf(type, name).base === key && target[name] !== undefined) stands++;
  return stands === values.length && values.every(([name, value]) => target[name] !== undefined && isSame(target[name], value));
}

/** `period` of `period.start`, `telecom` of `telecom home`. */
function baseOf(key: string): string {
  const end = /[. ]/.exec(key)?.index;
  return end === undefined ? key : key.slice(0, end);
}

/** Results stand as the laboratory put them: as in this message where it has them all, else as they stood, and what is new behind. */
function inReportOrder(list: readonly unknown[], there: Resource | null, said: Resource): readonly unknown[] {
  const references = (resource: Resource | null): unknown[] =>
    resource?.resourceType === 'DiagnosticReport' ? (resource.result ?? []).map(({ reference }) => reference) : [];
  const keys = list.map((item) => (isMembers(item) ? item['reference'] : undefined));
  const own = references(said);
  const order = keys.every((key) => own.includes(key)) ? own : [...references(there), ...own];
  const place = new Map<unknown, number>();
  for (const [at, key] of order.entries()) if (!place.has(key)) place.set(key, at);
  return inOrder(list, (_item, at) => place.get(keys[at]) ?? order.length);
}

/** By key, those of one key in the order in which they were said; the list itself where it stands so. */
function inOrder(list: readonly unknown[], keyOf: (item: unknown, at: number) => string | number): readonly unknown[] {
  const keys = list.map(keyOf);
  if (keys.every((key, at) => at === 0 || keys[at - 1]! <= key)) return list;
  return list
    .map((item, at) => ({ item, at, key: keys[at]! }))
    .sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : one.at - other.at))
    .map(({ item }) => item);
}

/** Of an element that is said as a whole and has one name. */
const isPlain = (key: string): boolean => !key.includes(' ') && !key.includes('.') && !key.endsWith(']');

/** `by`: what is to stand there instead, under names that need not be deleted first: an object that lost members is slow from then on. */
function removeGroup(target: Members, type: string, key: string, by?: Group): void {
  if (isPlain(key) && (!Array.isArray(target[key]) || wayOf(type, key).part === undefined)) {
    for (const name of [key, `_${key}`]) if (name in target && by?.values.some(([own]) => own === name) !== true) delete target[name];
    return;
  }
  const [above = '', below] = key.includes(' ') ? [] : key.split('.');
  if (below !== undefined) {
    const whole = target[above];
    if (!isMembers(whole)) return;
    const left = Object.fromEntries(Object.entries(whole).filter(([name]) => name !== below));
    if (Object.keys(left).length > 0) target[above] = left;
    else delete target[above];
    return;
  }
  const [base = '', ...rest] = key.split(' ');
  const { part } = wayOf(type, base);
  const list = target[base];
  if (part !== undefined && Array.isArray(list)) {
    const item = rest.join(' ');
    target[base] = list.filter((one) => !isMembers(one) || part(one) !== item);
    return;
  }
  for (const name of Object.keys(target)) if (wayOf(type, name).base === base) delete target[name];
}

/** Groups that an element path of `removes` names: `birthDate`, `telecom`, `telecom.where(use='home')`, `hospitalization.dischargeDisposition`. */
function keysOf(path: string, target: Members, type: string): string[] {
  const chosen = /^(\w+)\.where\(([\w.]+)='([^']*)'\)/.exec(path);
  if (chosen !== null) return [`${chosen[1]} ${chosen[3]}`];
  const [name = '', below] = path.split(/[.[]/);
  if (deep.has(name)) {
    const whole = target[name];
    return below !== undefined ? [`${name}.${below}`] : isMembers(whole) ? Object.keys(whole).map((one) => `${name}.${one}`) : [];
  }
  const base = choiceOf(name);
  const { part } = wayOf(type, base);
  const list = target[base];
  if (part === undefined) return [base];
  return Array.isArray(list) ? list.map((item) => `${base} ${isMembers(item) ? part(item) : ''}`) : [];
}

/** Tells of each element that was said where it stands in the resource as it was laid, for the ledger; undefined: all where it was said. */
export function placing(said: Resource, laid: Resource): ((element: string) => string) | undefined {
  if (said === laid) return undefined;
  /** Items that came to stand elsewhere in their lists, by `name[index`. */
  const moved = new Map<string, number>();
  for (const name in said) {
    const from: unknown = said[name as keyof Resource];
    const to: unknown = laid[name as keyof Resource];
    if (!Array.isArray(from) || !Array.isArray(to) || from === to) continue;
    /** Where each stands as the very object, which what was said just now does: of lists of thousands each is asked once. */
    let stand: Map<unknown, number> | undefined;
    for (const [at, item] of from.entries()) {
      if (to[at] === item || isSame(to[at], item)) continue;
      stand ??= placesOf(to);
      const place = stand.get(item) ?? to.findIndex((one) => isSame(one, item));
      if (place !== -1) moved.set(`${name}[${at}`, place);
    }
  }
  if (moved.size === 0) return undefined;
  return (element) => {
    const open = element.indexOf('[');
    const dot = element.indexOf('.');
    if (open === -1 || (dot !== -1 && dot < open)) return element;
    const close = element.indexOf(']', open);
    const at = moved.get(element.slice(0, close));
    return at === undefined ? element : `${element.slice(0, open)}[${at}]${element.slice(close + 1)}`;
  };
}

function placesOf(list: readonly unknown[]): Map<unknown, number> {
  const places = new Map<unknown, number>();
  for (const [at, item] of list.entries()) if (!places.has(item)) places.set(item, at);
  return places;
}
