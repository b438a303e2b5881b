// Moments as devices and their gateways write them: RFC 3339, and clocks without an offset read in the channel's zone.
import { dateFault } from '../../fhir/date.ts';
import { msOfOffset, offsetAt } from '../../methods/zone-offset.ts';

const form = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2})(:\d{2})?(\.\d{1,9})?\s?(Z|z|[+-]\d{2}:?\d{2})?$/;

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
