// TS and IVL_TS → date, dateTime, instant, Period (CDA R2 data types 2.21; http://hl7.org/fhir/R4/datatypes.html#dateTime). As exact as
// it was said: a year stays a year. A time without an offset has that of the sender's time zone.
import { dateFault } from '../../../fhir/date.ts';
import type { Conversion, Converter } from '../mapping/conversion.ts';
import type { Back, Place } from '../mapping/draft.ts';
import { childOf, type Element, leafOf } from '../tree/tree.ts';
import { sayAbsent } from './null-flavor.ts';

const form =
  /^([0-9]{4})(?:([0-9]{2})(?:([0-9]{2})(?:([0-9]{2})(?:([0-9]{2})(?:([0-9]{2})(\.[0-9]+)?)?)?)?)?)?([+-][0-9]{2}(?::?[0-9]{2})?|Z)?$/;

/** undefined for what is no point in time. Seconds that were not said are 00, since R4 has no hour or minute alone. */
export function dateTimeOf(text: string, timeZone: string): string | undefined {
  const parts = form.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute = '00', second = '00', fraction = '', offset] = parts;
  const date = [year, month, day].filter((part) => part !== undefined).join('-');
  const whole =
    hour === undefined
      ? date
      : `${date}T${hour}:${minute}:${second}${fraction}${offsetOf(offset) ?? zoneOffset(date, `${hour}:${minute}`, timeZone)}`;
  return dateFault('dateTime', whole) === undefined ? whole : undefined;
}

function offsetOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (text === 'Z' || /^\+00(:?00)?$/.test(text)) return 'Z';
  const digits = text.slice(1).replace(':', '').padEnd(4, '0');
  return `${text.slice(0, 1)}${digits.slice(0, 2)}:${digits.slice(2)}`;
}

const formatters = new Map<string, Intl.DateTimeFormat | undefined>();

/** The offset of a zone at a local time: that of the same time in UTC, corrected once. */
function zoneOffset(date: string, time: string, timeZone: string): string {
  const local = Date.parse(`${date}T${time}:00Z`);
  if (Number.isNaN(local)) return 'Z';
  let minutes = minutesAt(local, timeZone);
  minutes = minutesAt(local - minutes * 60_000, timeZone);
  if (minutes === 0) return 'Z';
  const abs = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${String(Math.floor(abs / 60)).padStart(2, '0')}:${String(abs % 60).padStart(2, '0')}`;
}

function minutesAt(instant: number, timeZone: string): number {
  let formatter = formatters.get(timeZone);
  if (formatter === undefined && !formatters.has(timeZone)) {
    try {
      formatter = new Intl.DateTimeFormat('en-US', {
        timeZone,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
      });
    } catch {
      formatter = undefined;
    }
    formatters.set(timeZone, formatter);
  }
  if (formatter === undefined) return 0;
  const parts = new Map(formatter.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
  return Math.round((local - instant) / 60_000);
}

/** `2014-01-04T12:35:06-05:00` → `20140104123506-0500`. */
export const hl7Time = (text: string): string =>
  text
    .replace(/^(\d{4})-?(\d{2})?-?(\d{2})?/, (_, year: string, month = '', day = '') => year + month + day)
    .replace('T', '')
    .replace(/(\d{2}):(\d{2}):(\d{2})/, '$1$2$3')
    .replace(/([+-]\d{2}):(\d{2})$/, '$1$2')
    .replace(/Z$/, '+0000');

const back: Back = (now) => (typeof now === 'string' ? hl7Time(now) : '');

/** @value → dateTime. */
export const when: Converter = (from, at, cx) => point(from, 'value', at, cx);

function point(from: Element, attribute: string, at: Place, cx: Conversion): boolean {
  const text = cx.value(from, attribute);
  const time = text === undefined ? undefined : dateTimeOf(text, cx.context.timeZone);
  return time !== undefined && at.say(leafOf(from, attribute), time, back);
}

/** @value → date: the day of it, where a time is said too that has no home. */
export const day: Converter = (from, at, cx) => {
  const text = cx.value(from, 'value');
  const time = text === undefined ? undefined : dateTimeOf(text, cx.context.timeZone);
  if (time !== undefined) at.say(leafOf(from, 'value'), time.slice(0, 10), back);
};

/** @value → instant, which takes nothing less than seconds. */
export const instant: Converter = (from, at, cx) => {
  const text = cx.value(from, 'value');
  const time = text === undefined ? undefined : dateTimeOf(text, cx.context.timeZone);
  if (time?.includes('T')) at.say(leafOf(from, 'value'), time, back);
};

/** low and high → Period; a point is both ends of it. */
export const period: Converter = (from, at, cx) => {
  const low = childOf(from, 'low');
  const high = childOf(from, 'high');
  if (low !== undefined) point(low, 'value', at.at('start'), cx);
  if (high !== undefined && startsBefore(at.at('start'), cx.value(high, 'value'), cx)) point(high, 'value', at.at('end'), cx);
  if (low === undefined && high === undefined && point(from, 'value', at.at('start'), cx)) point(from, 'value', at.at('end'), cx);
  if (low !== undefined && at.at('start').value === undefined && at.at('end').value !== undefined) sayAbsent(low, at.at('_start'), cx);
  if (high !== undefined && at.at('end').value === undefined && at.at('start').value !== undefined) sayAbsent(high, at.at('_end'), cx);
};

/** per-1: an end before its start stays out, and its leaf has no home. */
function startsBefore(start: Place, highText: string | undefined, cx: Conversion): boolean {
  const from = start.value;
  const to = highText === undefined ? undefined : dateTimeOf(highText, cx.context.timeZone);
  if (typeof from !== 'string' || to === undefined) return true;
  const length = Math.min(from.length, to.length, 10);
  if (from.slice(0, length) !== to.slice(0, length)) return from.slice(0, length) < to.slice(0, length);
  if (from.length <= 10 || to.length <= 10) return true;
  return Date.parse(from) <= Date.parse(to);
}

/** A point or an interval: `effective` → effectiveDateTime or effectivePeriod. */
export function timed(name: string): Converter {
  return (from, at, cx) => {
    if (at.at(`${name}DateTime`).value !== undefined || at.at(`${name}Period`).value !== undefined) return;
    const center = childOf(from, 'center');
    if (cx.value(from, 'value') !== undefined) point(from, 'value', at.at(`${name}DateTime`), cx);
    else if (childOf(from, 'low') !== undefined || childOf(from, 'high') !== undefined) period(from, at.at(`${name}Period`), cx);
    else if (center !== undefined) point(center, 'value', at.at(`${name}DateTime`), cx);
    else sayAbsent(from, at.at(`_${name}DateTime`), cx);
  };
}

/** low → the one element, high → the other: onset and abatement. */
export function between(start: string, end: string): Converter {
  return (from, at, cx) => {
    const low = childOf(from, 'low');
    const high = childOf(from, 'high');
    if (low !== undefined) point(low, 'value', at.at(start), cx);
    if (high !== undefined) point(high, 'value', at.at(end), cx);
    if (low === undefined && high === undefined) point(from, 'value', at.at(start), cx);
  };
}

/** The first moment said: @value, or low. */
export const moment: Converter = (from, at, cx) => {
  if (point(from, 'value', at, cx)) return;
  const low = childOf(from, 'low') ?? childOf(from, 'center');
  if (low !== undefined) point(low, 'value', at, cx);
};
