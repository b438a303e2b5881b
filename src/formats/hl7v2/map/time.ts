// DTM, DT and TM (HL7 v2.8, chapter 2A): as many digits as are known, and FHIR keeps as many. What comes without an offset is read
// in the sender's zone, and goes out without one again where it is that zone's.
import { dateFault } from '../../../fhir/date.ts';
import type { Codec } from './converter.ts';
import type { Story } from './story.ts';

/** ISO 8601 as some senders write it, `2026-01-31` and `2026-01-31T09:30:00+01:00`; no digits of DTM mean anything else. */
const dashed = /^(\d{4})-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?)?$/;

/** The digits of DTM for a time in ISO 8601; anything else as it stands. */
function digitsOf(text: string): string {
  const trimmed = text.trim();
  if (trimmed.charAt(4) !== '-') return trimmed;
  const found = dashed.exec(trimmed);
  if (found === null) return trimmed;
  const offset = found[8] === 'Z' ? '+0000' : (found[8] ?? '').replace(':', '');
  return `${found
    .slice(1, 8)
    .map((part) => part ?? '')
    .join('')}${offset}`;
}

const form = /^(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(\.\d{1,9})?)?)?)?)?)?([+-]\d{4})?$/;

const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, string>();

/** Offset `+hh:mm` of a wall clock's time in an IANA zone; of an hour that occurs twice the first. */
export function offsetAt(zone: string, year: string, month: string, day: string, hour: string, minute: string): string {
  if (zone === 'UTC') return '+00:00';
  const key = `${zone} ${year}${month}${day}${hour}${minute.charAt(0)}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'longOffset' });
    formats.set(zone, format);
  }
  const wall = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute));
  const minutesAt = (instant: number): number => {
    const name = format.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
    const found = /GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(name);
    return found?.[1] === undefined ? 0 : (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3]));
  };
  // Twice: the offset at the instant that the first guess leads to is the right one but within the hour of a change.
  const minutes = minutesAt(wall - minutesAt(wall - minutesAt(wall) * 60_000) * 60_000);
  const size = Math.abs(minutes);
  const offset = `${minutes < 0 ? '-' : '+'}${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`;
  if (offsets.size > 20_000) offsets.clear();
  offsets.set(key, offset);
  return offset;
}

/** FHIR dateTime; undefined where the text is no time. Hours without minutes get the missing digits, which the ledger knows. */
export function readDateTime(text: string, zone: string): string | undefined {
  const found = form.exec(digitsOf(text));
  if (found === null) return undefined;
  const [, year = '', month, day, hour, minute = '00', second = '00', fraction = '', offset] = found;
  if (month === undefined) return dateFault('dateTime', year) === undefined ? year : undefined;
  if (day === undefined) return valid(`${year}-${month}`);
  if (hour === undefined) return valid(`${year}-${month}-${day}`);
  const shift = offset === undefined ? undefined : `${offset.slice(0, 3)}:${offset.slice(3)}`;
  const date = valid(`${year}-${month}-${day}`);
  if (date === undefined) return undefined;
  return valid(`${date}T${hour}:${minute}:${second}${fraction}${shift ?? offsetAt(zone, year, month, day, hour, minute)}`);
}

const valid = (text: string): string | undefined => (dateFault('dateTime', text) === undefined ? text : undefined);

/** The digits of a FHIR date or dateTime. */
export function writeDateTime(value: unknown, zone: string): string | undefined {
  if (typeof value !== 'string') return undefined;
  const found = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2}):(\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2}))?)?)?$/.exec(value);
  if (found === null) return undefined;
  const [, year = '', month = '', day = '', hour, minute = '', second = '', fraction = '', offset = ''] = found;
  if (hour === undefined) return year + month + day;
  const shift = offset === 'Z' ? '+00:00' : offset;
  const own = offsetAt(zone, year, month, day, hour, minute) === shift;
  return `${year}${month}${day}${hour}${minute}${second}${fraction}${own ? '' : shift.replace(':', '')}`;
}

/** FHIR wants seconds and an offset where there is a time of day; who writes neither gets neither, as long as no digit is lost. */
function likeReceived(written: string, received: string, story: Story): string {
  if (received.trim().charAt(4) === '-') {
    const zone = story.context.timeZone;
    return readDateTime(written, zone) === readDateTime(received, zone) ? received : written;
  }
  const digits = /^(\d{10,14})([+-]\d{4})?$/.exec(received.trim());
  const now = /^(\d{8})(\d{2})(\d{2})(\d{2})([+-]\d{4})?$/.exec(written);
  if (digits === null || now === null) return written;
  const [, day = '', hour = '', minute = '', second = '', offset] = now;
  const length = digits[1]?.length ?? 14;
  const time = `${hour}${minute}${second}`;
  const kept = length < 14 && time.slice(length - 8).replaceAll('0', '') === '' ? time.slice(0, length - 8) : time;
  const own = offsetAt(story.context.timeZone, day.slice(0, 4), day.slice(4, 6), day.slice(6), hour, minute).replace(':', '');
  return `${day}${kept}${offset ?? (digits[2] === undefined ? '' : own)}`;
}

export const dateTime: Codec = {
  read: (text, story) => readDateTime(text, story.context.timeZone),
  write: (value, story) => writeDateTime(value, story.context.timeZone),
  like: likeReceived,
  expects: 'time of HL7 v2 (YYYYMMDDHHMMSS+ZZZZ, or fewer digits)',
};

/** The day of a time; what stands behind it is for another row (birthTime) or for the ledger. */
export const date: Codec = {
  read: (text) => {
    const digits = digitsOf(text);
    const found = /^(\d{4})(\d{2})?(\d{2})?/.exec(digits);
    if (found === null || form.exec(digits) === null) return undefined;
    const shown = [found[1], found[2], found[3]].filter((part) => part !== undefined).join('-');
    return dateFault('date', shown) === undefined ? shown : undefined;
  },
  write: (value) => (typeof value === 'string' ? value.slice(0, 10).replaceAll('-', '') : undefined),
  like: (written, received) => (received.trim().charAt(4) === '-' && digitsOf(received).slice(0, 8) === written ? received : written),
  expects: 'date of HL7 v2 (YYYYMMDD, or fewer digits)',
};

/** A time to the second at least, for instants. */
export const instant: Codec = {
  read(text, story) {
    const value = dateTime.read(text, story);
    return typeof value === 'string' && value.length > 10 ? value : undefined;
  },
  write: dateTime.write,
  like: likeReceived,
  expects: 'time of HL7 v2 with hours and minutes',
};

/** TM, and OBX-5 of that type. */
export const clockTime: Codec = {
  read: (text) => {
    // With colons in practice, `11:30:05`.
    const found = /^(\d{2})(?::?(\d{2}))(?::?(\d{2})(\.\d{1,9})?)?$/.exec(text.trim());
    const shown = found === null ? '' : `${found[1]}:${found[2]}:${found[3] ?? '00'}${found[4] ?? ''}`;
    return found !== null && dateFault('time', shown) === undefined ? shown : undefined;
  },
  write: (value) => (typeof value === 'string' ? value.replaceAll(':', '') : undefined),
  like(written, received) {
    if (!received.includes(':')) return written;
    const pairs = /^(\d{2})(\d{2})(.*)$/.exec(written);
    return pairs === null ? written : `${pairs[1]}:${pairs[2]}${pairs[3] === '' ? '' : `:${pairs[3]}`}`;
  },
  expects: 'time of HL7 v2 (HHMM or HHMMSS)',
};

/** When the message says that this was so: milliseconds, for putting messages in order. */
export function instantOf(text: string, story: Story): Date | undefined {
  const value = readDateTime(text, story.context.timeZone);
  if (value === undefined) return undefined;
  const at = Date.parse(value.length === 4 ? `${value}-01-01` : value.length === 7 ? `${value}-01` : value);
  return Number.isNaN(at) ? undefined : new Date(at);
}
