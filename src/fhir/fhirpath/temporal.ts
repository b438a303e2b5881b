// Date, DateTime and Time of FHIRPath with the precision they were written in (http://hl7.org/fhirpath/N1/#date and following).
export type TemporalKind = 'Date' | 'DateTime' | 'Time';

/** Index of the last part that is given. Seconds and their fraction are one part (N1, "Comparison"). */
export const precisions = { year: 0, month: 1, day: 2, hour: 3, minute: 4, second: 5 } as const;

const form = /^(?:(\d{4})(?:-(\d\d)(?:-(\d\d))?)?)?(?:T?(?:(\d\d)(?::(\d\d)(?::(\d\d)(\.\d+)?)?)?)?(Z|[+-]\d\d:\d\d)?)?$/;

export const daysIn = (year: number, month: number): number =>
  month === 2 ? ((year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;

export class Temporal {
  readonly kind: TemporalKind;
  /** Year, month, day, hour, minute, second as far as they are given; of a time the first three are 0. */
  readonly parts: readonly number[];
  /** `.123`, as written. */
  readonly fraction: string;
  /** Minutes east of Greenwich, where given. */
  readonly offset: number | undefined;

  constructor(kind: TemporalKind, parts: readonly number[], fraction = '', offset?: number) {
    this.kind = kind;
    this.parts = parts;
    this.fraction = fraction;
    this.offset = offset;
  }

  get precision(): number {
    return this.parts.length - 1;
  }

  toString(): string {
    const [year = 0, ...rest] = this.parts;
    const two = (value: number | undefined): string => String(value).padStart(2, '0');
    const [month, day, hour, minute, second] = rest;
    const date = [String(year).padStart(4, '0'), ...[month, day].filter((part) => part !== undefined).map(two)].join('-');
    const clock =
      [hour, minute, second]
        .filter((part) => part !== undefined)
        .map(two)
        .join(':') + this.fraction;
    if (this.kind === 'Date') return date;
    if (this.kind === 'Time') return clock;
    return `${date}T${clock}${clock === '' ? '' : zone(this.offset)}`;
  }

  /** As FHIR writes it: a dateTime without a time has no T. */
  toFhir(): string {
    const text = this.toString();
    return text.endsWith('T') ? text.slice(0, -1) : text;
  }
}

function zone(offset: number | undefined): string {
  if (offset === undefined) return '';
  if (offset === 0) return 'Z';
  const minutes = Math.abs(offset);
  return `${offset < 0 ? '-' : '+'}${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/** undefined where the text is none of that kind, or a day or time that does not exist. */
export function readTemporal(kind: TemporalKind, text: string): Temporal | undefined {
  if (text.length > 40 || (kind === 'Time' && !/^T?\d\d(:|$)/.test(text)) || (kind === 'Date' && text.includes('T'))) return undefined;
  const match = form.exec(kind === 'Time' && !text.startsWith('T') ? `T${text}` : text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', offset] = match;
  const isTime = kind === 'Time';
  if (isTime === (year !== undefined) || (isTime && (hour === undefined || offset))) return undefined;
  if (hour !== undefined && !isTime && day === undefined) return undefined;
  if (offset && hour === undefined) return undefined;
  const given = isTime ? ['0', '0', '0', hour, minute, second] : [year, month, day, hour, minute, second];
  const parts = given.filter((part) => part !== undefined).map(Number);
  const [y = 0, m = 1, d = 1, h = 0, min = 0, s = 0] = parts;
  if (!isTime && (y < 1 || m < 1 || m > 12 || d < 1 || d > daysIn(y, m))) return undefined;
  if (h > 23 || min > 59 || s > 60) return undefined;
  return new Temporal(kind, parts, fraction, minutesOf(offset));
}

const minutesOf = (offset: string | undefined): number | undefined => {
  if (offset === undefined) return undefined;
  if (offset === 'Z') return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6));
  return offset.startsWith('-') ? -minutes : minutes;
};

/** The moment in the other's frame: both in UTC where both have an offset, each as it stands where neither has. */
function inUtc(value: Temporal): readonly number[] {
  if (!value.offset || value.precision < precisions.hour) return value.parts;
  const [year = 1, month = 1, day = 1, hour = 0, minute = 0] = value.parts;
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, day);
  at.setUTCHours(hour, minute - value.offset);
  const parts = [at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate(), at.getUTCHours(), at.getUTCMinutes()];
  if (value.precision === precisions.second) parts.push(value.parts[5] as number);
  return parts.slice(0, value.parts.length);
}

const hasTime = (value: Temporal): boolean => value.precision >= precisions.hour;

/**
 * Below, equal or above: negative, 0, positive; undefined where the precisions leave it open, or one has a time zone and the other
 * a time without one.
 */
export function compareTemporal(a: Temporal, b: Temporal): number | undefined {
  const zoned = a.offset !== b.offset && a.offset !== undefined && b.offset !== undefined;
  const left = zoned ? inUtc(a) : a.parts;
  const right = zoned ? inUtc(b) : b.parts;
  const unclear = (a.offset === undefined) !== (b.offset === undefined) && hasTime(a) && hasTime(b);
  const common = Math.min(left.length, right.length);
  // Without a zone a time may be up to 14 hours off, so that years, months and days decide only where they are far apart.
  if (unclear) return unclearOrder(a, b);
  for (let i = 0; i < common; i++) {
    const difference = (left[i] as number) - (right[i] as number);
    if (difference !== 0) return difference;
    if (i === precisions.second && a.fraction !== b.fraction) {
      const fractions = Number(`0${a.fraction}`) - Number(`0${b.fraction}`);
      if (fractions !== 0) return fractions;
    }
  }
  return left.length === right.length ? 0 : undefined;
}

/** One has a zone and one has none: decided where the difference is larger than any zone. */
function unclearOrder(a: Temporal, b: Temporal): number | undefined {
  const difference = roughly(a) - roughly(b);
  return Math.abs(difference) > 27 * 3600 ? difference : undefined;
}

function roughly(value: Temporal): number {
  const [year = 1, month = 1, day = 1, hour = 0, minute = 0, second = 0] = inUtc(value);
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
}

/** Text that is equal exactly for those that compare as equal. */
export function temporalKey(value: Temporal): string {
  const fraction = value.fraction.replace(/\.?0+$/, '');
  return `${value.kind === 'Time' ? 'T' : ''}${inUtc(value).join('-')}${fraction}${value.offset === undefined || !hasTime(value) ? '' : 'Z'}`;
}
