// Moments as devices and their gateways write them: RFC 3339, and clocks without an offset read in the channel's zone.
import { dateFault } from '../../fhir/date.ts';

const form = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2})(:\d{2})?(\.\d{1,9})?\s?(Z|z|[+-]\d{2}:?\d{2})?$/;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Offset `+hh:mm` of a wall clock's time in an IANA zone. */
function offsetAt(zone: string, wall: number): string {
  if (zone === 'UTC') return 'Z';
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'longOffset' });
    formats.set(zone, format);
  }
  const shiftAt = (instant: number): string =>
    (format.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT').slice(3) || 'Z';
  // Twice: the offset at the instant to which the first guess leads is the right one but within the hour of a change.
  const guess = shiftAt(wall);
  return shiftAt(wall - msOfOffset(guess));
}

const msOfOffset = (offset: string): number =>
  offset === 'Z' ? 0 : (offset.startsWith('-') ? -1 : 1) * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2))) * 60_000;

/** FHIR dateTime with an offset; undefined where the text is no moment. */
export function readMoment(text: string | undefined, zone: string): string | undefined {
  const found = text === undefined ? null : form.exec(text.trim());
  if (found === null) return undefined;
  const [, date = '', minute = '', second = ':00', fraction = '', given] = found;
  const wall = `${date}T${minute}${second}${fraction}`;
  if (dateFault('dateTime', `${wall}Z`) !== undefined) return undefined;
  const offset = given === undefined ? offsetAt(zone, Date.parse(`${date}T${minute}${second}Z`)) : given.toUpperCase();
  const written = offset.length === 5 ? `${offset.slice(0, 3)}:${offset.slice(3)}` : offset;
  const whole = wall + written;
  return dateFault('dateTime', whole) === undefined && !Number.isNaN(Date.parse(whole)) ? whole : undefined;
}

/** The same moment so many milliseconds later, with the offset that it was written with. */
export function shifted(moment: string, ms: number): string {
  if (ms === 0) return moment;
  const offset = /(Z|[+-]\d{2}:\d{2})$/.exec(moment)?.[1] ?? 'Z';
  const at = new Date(Date.parse(moment) + ms + msOfOffset(offset)).toISOString();
  return at.replace(/(\.000)?Z$/, '') + offset;
}
