// How the text of a leaf and the value of a FHIR element say the same thing, in both directions, for the data types of X12.6.
import { dateFault } from '../../fhir/date.ts';
import { Decimal } from '../../fhir/decimal.ts';
import type { Json } from '../../fhir/json.ts';
import { isNode, type Node } from './node.ts';

export interface CodecContext {
  timeZone: string;
  /** ISO 4217; CUR-02 of the transaction, else US dollars, which the guides prescribe. */
  currency: string;
  /** Namespace of identifiers that only the sender's own world knows, by the qualifier that they come with. */
  namespace(qualifier: string): string;
}

export interface Codec {
  /** The value; undefined where the text is not understood. `there` is what stands there already. An object is laid over it. */
  read(text: string, context: CodecContext, there?: Json): Json | undefined;
  /** The text; undefined where the value cannot be said. */
  write(value: Json, context: CodecContext): string | undefined;
  /** Which member of the object it reads is what the leaf says; absent: each. */
  says?: string;
  /** Changes what another leaf has put there, rather than clash with it. */
  amends?: true;
  /** Says nothing that its neighbour does not say: read as structure, written from the same value. */
  implied?: true;
}

const unprintable = /(?![\t\r\n])\p{Cc}/u;

export const text: Codec = {
  read: (one) => (one.trim() === '' || unprintable.test(one) ? undefined : one),
  write: (value) => (typeof value === 'string' && value !== '' ? value : undefined),
};

const codeForm = /^\S+( \S+)*$/;
/** A code or identifier: no space at its ends. */
export const code: Codec = { ...text, read: (one) => (codeForm.test(one) && !unprintable.test(one) ? one : undefined) };

/** The same thing in two words. What is not in the table is not understood. */
export function words(table: Readonly<Record<string, Json>>): Codec {
  const back = new Map(
    Object.entries(table)
      .map(([one, other]) => [other, one] as const)
      .reverse(),
  );
  return { read: (one) => table[one], write: (value) => back.get(value) };
}

/** A code that is the first coding of a CodeableConcept, of this system. */
export function concept(system: string): Codec {
  return {
    read: (one) => (code.read(one, noContext) === undefined ? undefined : { coding: [{ system, code: one }] }),
    write: (value) => codingOf(value, system),
    says: 'coding[0].code',
  };
}

/** The code that a CodeableConcept has in a system. */
export function codingOf(value: Json | undefined, system: string): string | undefined {
  const codings = isNode(value) && Array.isArray(value['coding']) ? value['coding'] : [];
  const found = codings.find((one): one is Node => isNode(one) && one['system'] === system);
  return typeof found?.['code'] === 'string' ? found['code'] : undefined;
}

const noContext: CodecContext = { timeZone: 'UTC', currency: 'USD', namespace: () => '' };

const realForm = /^([+-]?)(\d{0,18})(?:\.(\d{0,12}))?$/;

/** Digits as they are written; what JSON does not allow (`.5`, `43.`, `007`) becomes what is the same number. */
export const decimal: Codec = {
  read(one) {
    const match = realForm.exec(one);
    if (match === null || !/\d/.test(one)) return undefined;
    const whole = (match[2] ?? '').replace(/^0+(?=\d)/, '') || '0';
    const written = `${match[1] === '-' ? '-' : ''}${whole}${match[3] ? `.${match[3]}` : ''}`;
    return String(Number(written)) === written ? Number(written) : new Decimal(written);
  },
  write(value) {
    const written = value instanceof Decimal ? value.text : typeof value === 'number' ? String(value) : '';
    return /^-?\d+(\.\d+)?$/.test(written) ? written : undefined;
  },
};

/** Money: the amount as said, the currency of the transaction. */
export const money: Codec = {
  read(one, context) {
    const value = decimal.read(one, context);
    return value === undefined ? undefined : { value, currency: context.currency };
  },
  write: (value, context) => (isNode(value) && value['value'] !== undefined ? decimal.write(value['value'], context) : undefined),
  says: 'value',
};

/** `valueQuantity` and its like, without a unit. */
export const quantity: Codec = {
  read(one, context) {
    const value = decimal.read(one, context);
    return value === undefined ? undefined : { value };
  },
  write: money.write,
  says: 'value',
};

export const positive: Codec = {
  read: (one) => (/^0*[1-9]\d{0,8}$/.test(one) ? Number(one) : undefined),
  write: (value) => (typeof value === 'number' && Number.isInteger(value) && value > 0 ? String(value) : undefined),
};

const dateForm = /^(\d{4})(\d{2})?(\d{2})?$/;

export const date: Codec = {
  read(one) {
    const match = dateForm.exec(one);
    if (match === null) return undefined;
    const written = match
      .slice(1)
      .filter((part) => part !== undefined)
      .join('-');
    return dateFault('date', written) === undefined ? written : undefined;
  },
  write: (value) =>
    typeof value === 'string' && dateFault('date', value.slice(0, 10)) === undefined ? value.slice(0, 10).replaceAll('-', '') : undefined,
};

/** `CCYYMMDDHHMM` with or without seconds: a FHIR dateTime in the zone of the sender; a shorter text is a date. */
export const dateTime: Codec = {
  read(one, context) {
    const match = /^(\d{8})(\d{2})(\d{2})(\d{2})?$/.exec(one);
    if (match === null) return date.read(one, context);
    const day = date.read(match[1]!, context);
    if (typeof day !== 'string') return undefined;
    const local = `${day}T${match[2]}:${match[3]}:${match[4] ?? '00'}`;
    const written = local + offsetAt(local, context.timeZone);
    return dateFault('dateTime', written) === undefined ? written : undefined;
  },
  write(value, context) {
    if (typeof value !== 'string') return undefined;
    if (!value.includes('T')) return date.write(value, context);
    const local = localTime(value, context.timeZone);
    return local === undefined ? undefined : local.replaceAll(/[-:T]/g, '').replace(/00$/, '');
  },
};

/** The day of a dateTime or instant: midnight there until a time of day comes. */
export const dayOfInstant: Codec = {
  read: (one, context) => dateTime.read(one.length === 8 ? `${one}0000` : '', context),
  write: (value, context) => (typeof value === 'string' ? localTime(value, context.timeZone)?.slice(0, 10).replaceAll('-', '') : undefined),
};

/** The time of day, laid over the midnight that `dayOfInstant` left. */
export const timeOfInstant: Codec = {
  amends: true,
  read(one, context, there) {
    if (typeof there !== 'string' || !/^\d{4,8}$/.test(one)) return undefined;
    const seconds = one.length >= 6 ? one.slice(4, 6) : '00';
    const day = dayOfInstant.write(there, context);
    return dateTime.read(`${day}${one.slice(0, 4)}${seconds}`, context);
  },
  write(value, context) {
    const local = typeof value === 'string' ? localTime(value, context.timeZone)?.slice(11).replaceAll(':', '') : undefined;
    return local?.endsWith('00') ? local.slice(0, 4) : local;
  },
};

const zones = new Map<string, Intl.DateTimeFormat>();

function localTime(instant: string, timeZone: string): string | undefined {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return undefined;
  let zone = zones.get(timeZone);
  if (zone === undefined) {
    zone = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
    zones.set(timeZone, zone);
  }
  return zone.format(at).replace(' ', 'T');
}

/** `-05:00`: how far the clocks of a zone are from UTC when they show this. */
function offsetAt(local: string, timeZone: string): string {
  const asUtc = Date.parse(`${local}Z`);
  if (Number.isNaN(asUtc)) return 'Z';
  let minutes = 0;
  for (let i = 0; i < 2; i++) {
    const shown = localTime(new Date(asUtc - minutes * 60_000).toISOString(), timeZone);
    if (shown === undefined) return 'Z';
    minutes += Math.round((Date.parse(`${shown}Z`) - asUtc) / 60_000);
  }
  const size = Math.abs(minutes);
  return minutes === 0
    ? 'Z'
    : `${minutes < 0 ? '-' : '+'}${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`;
}

/** `serviced[x]`, `timing[x]`: a day as `servicedDate`, anything longer or finer as `servicedPeriod`. Stands at the object around it. */
export function timing(stem: string): Codec {
  return {
    read(one, context, there) {
      const [from = '', to, more] = one.split('-');
      const start = dateTime.read(from, context);
      const end = to === undefined ? undefined : dateTime.read(to, context);
      // A choice has one value: what comes second stays where it was.
      if (isNode(there) && (there[`${stem}Date`] ?? there[`${stem}Period`]) !== undefined) return undefined;
      if (start === undefined || more !== undefined || (to !== undefined && end === undefined)) return undefined;
      if (end !== undefined) return { [`${stem}Period`]: { start, end } };
      return from.length > 8 ? { [`${stem}Period`]: { start } } : { [`${stem}Date`]: start };
    },
    write(value, context) {
      if (!isNode(value)) return undefined;
      const day = value[`${stem}Date`];
      if (day !== undefined) return date.write(day, context);
      const period = value[`${stem}Period`];
      if (!isNode(period) || period['start'] === undefined) return undefined;
      const start = dateTime.write(period['start'], context);
      const end = period['end'] === undefined ? undefined : dateTime.write(period['end'], context);
      return period['end'] === undefined ? start : start === undefined || end === undefined ? undefined : `${start}-${end}`;
    },
  };
}

/** The qualifier that goes with it: D8, RD8, DT, RDT. */
export function timingForm(stem: string): Codec {
  const time = timing(stem);
  return {
    implied: true,
    read: (one) => (/^(D8|RD8|DT|RDT)$/.test(one) ? {} : undefined),
    write(value, context) {
      const written = time.write(value, context);
      if (written === undefined) return undefined;
      return written.includes('-') ? (written.length > 17 ? 'RDT' : 'RD8') : written.length > 8 ? 'DT' : 'D8';
    },
  };
}

export const gender = words({ M: 'male', F: 'female', U: 'unknown', O: 'other' });
/** Structure in reading; this text in writing. */
export const always = (one: string): Codec => ({ implied: true, read: () => ({}), write: () => one });
