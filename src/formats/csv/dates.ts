// Dates as a column writes them, in FHIR. A form is made of YYYY MM DD HH mm ss, M and D without a leading zero, MMM for the English
// name of a month; everything else stands for itself. Without a form ISO 8601 is read.
import { dateFault } from '../../fhir/date.ts';
import { offsetAt } from '../../methods/zone-offset.ts';

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const parts: Readonly<Record<string, string>> = {
  YYYY: '(?<year>\\d{4})',
  MMM: '(?<name>[A-Za-z]{3})',
  MM: '(?<month>\\d{2})',
  M: '(?<month>\\d{1,2})',
  DD: '(?<day>\\d{2})',
  D: '(?<day>\\d{1,2})',
  HH: '(?<hour>\\d{2})',
  H: '(?<hour>\\d{1,2})',
  mm: '(?<minute>\\d{2})',
  ss: '(?<second>\\d{2})',
};
const part = /YYYY|MMM|MM|M|DD|D|HH|H|mm|ss/g;

export type DateType = 'date' | 'dateTime' | 'instant' | 'time';
/** The FHIR text, or undefined where the cell is none. */
export type ReadDate = (text: string, zone: string) => string | undefined;

const iso =
  /^(?<year>\d{4})(?:-(?<month>\d{2})(?:-(?<day>\d{2})(?:[T ](?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?<fraction>\.\d{1,9})?)?(?<offset>Z|[+-]\d{2}:\d{2})?)?)?)?$/;
const isoTime = /^(?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2}))?$/;

/** What is wrong with a form for values of that type; undefined: nothing. */
export function formFault(form: string, type: DateType): string | undefined {
  const found: string[] = form.match(part) ?? [];
  const has = (...names: string[]): boolean => names.some((name) => found.includes(name));
  if (new Set(found.map((one) => (one === 'MMM' ? 'M' : (one[0] ?? '')))).size !== found.length) return 'names a part twice';
  if (/[A-Za-z]/.test(form.replace(part, '').replace('T', '')))
    return 'is made of YYYY MM DD HH mm ss, M, D, H and MMM only; write four digits of the year';
  if (has('HH', 'H') !== has('mm') || (has('ss') && !has('mm'))) return 'must have hours and minutes together';
  if (type === 'time') return has('mm') && !has('YYYY') ? undefined : 'of a time is made of HH mm ss';
  if (!has('YYYY')) return 'must have the year: YYYY';
  if (has('D', 'DD') && !has('M', 'MM', 'MMM')) return 'has a day without a month';
  if (has('mm') && !has('D', 'DD')) return 'has a time without a day';
  if (type === 'date' && has('mm')) return 'has a time, and the element takes days only';
  if (type === 'instant' && !has('mm')) return 'needs a time: the element is an instant';
  return undefined;
}

export function dateReader(form: string | undefined, type: DateType): ReadDate {
  const pattern =
    form === undefined
      ? type === 'time'
        ? isoTime
        : iso
      : new RegExp(`^${form.replace(/[.+?^${}()|[\]\\*]/g, '\\$&').replace(part, (name) => parts[name] ?? name)}$`);
  return (text, zone) => {
    const found = pattern.exec(text)?.groups;
    if (found === undefined) return undefined;
    const written = fhirOf(found, type, zone);
    return written === undefined || dateFault(type, written) !== undefined ? undefined : written;
  };
}

function fhirOf(found: Record<string, string | undefined>, type: DateType, zone: string): string | undefined {
  const { year = '', month, name, day, hour, minute, second = '00', fraction = '', offset } = found;
  const two = (text: string): string => text.padStart(2, '0');
  const clock = hour === undefined ? undefined : `${two(hour)}:${minute}:${second}${fraction}`;
  if (type === 'time') return clock;
  const named = name === undefined ? undefined : months.indexOf(name.toLowerCase()) + 1;
  if (named === 0) return undefined;
  const number = month ?? (named === undefined ? undefined : String(named));
  const date = [year, ...(number === undefined ? [] : [two(number)]), ...(day === undefined ? [] : [two(day)])].join('-');
  if (type === 'date') return clock === undefined ? date : undefined;
  if (clock === undefined) return type === 'instant' ? undefined : date;
  const wall = `${date}T${clock}`;
  if (dateFault('dateTime', `${wall}Z`) !== undefined) return undefined;
  return wall + (offset ?? offsetAt(zone, Date.parse(`${date}T${two(hour ?? '')}:${minute}:00Z`)));
}
