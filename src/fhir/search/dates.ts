// FHIR date, dateTime and instant texts as half-open intervals of milliseconds: `2013-01` is the whole of January.
// Rules: http://hl7.org/fhir/R4/search.html#date and http://hl7.org/fhir/R4/datatypes.html#dateTime. Where no time zone is
// written the interval is in UTC.

export interface Interval {
  /** First millisecond since 1970 UTC. */
  fromMs: number;
  /** First millisecond after it. */
  toMs: number;
}

const pattern = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,12}))?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/;

const dayMs = 86_400_000;
const daysIn = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

/** Milliseconds at midnight UTC of a day of the proleptic Gregorian calendar; Date.UTC misreads the years 0 to 99. */
function midnight(year: number, month: number, day: number): number {
  if (year > 99) return Date.UTC(year, month - 1, day);
  return new Date(Date.UTC(2000, month - 1, day)).setUTCFullYear(year, month - 1, day);
}

/** `undefined` where the text is no date of FHIR or names a day that does not exist. */
export function parseInterval(text: string): Interval | undefined {
  const match = pattern.exec(text);
  if (!match) return undefined;
  const year = Number(match[1]);
  const month = match[2] === undefined ? undefined : Number(match[2]);
  const day = match[3] === undefined ? undefined : Number(match[3]);
  if (month === undefined) return { fromMs: midnight(year, 1, 1), toMs: midnight(year + 1, 1, 1) };
  if (month < 1 || month > 12) return undefined;
  if (day === undefined)
    return { fromMs: midnight(year, month, 1), toMs: month === 12 ? midnight(year + 1, 1, 1) : midnight(year, month + 1, 1) };
  if (day < 1 || day > (month === 2 && isLeap(year) ? 29 : (daysIn[month - 1] as number))) return undefined;
  const startMs = midnight(year, month, day);
  if (match[4] === undefined) return { fromMs: startMs, toMs: startMs + dayMs };
  return withTime(startMs, match);
}

function withTime(startMs: number, match: RegExpExecArray): Interval | undefined {
  const hour = Number(match[4]);
  const minute = Number(match[5]);
  const second = match[6] === undefined ? undefined : Number(match[6]);
  // FHIR allows second 60 for leap seconds; it is the first second of the next minute here.
  if (hour > 23 || minute > 59 || (second !== undefined && second > 60)) return undefined;
  const offset = offsetMs(match[8]);
  if (offset === undefined) return undefined;
  const minuteMs = startMs + hour * 3_600_000 + minute * 60_000 - offset;
  if (second === undefined) return { fromMs: minuteMs, toMs: minuteMs + 60_000 };
  const fraction = match[7];
  if (fraction === undefined) return { fromMs: minuteMs + second * 1000, toMs: minuteMs + second * 1000 + 1000 };
  const ms = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const widthMs = fraction.length === 1 ? 100 : fraction.length === 2 ? 10 : 1;
  const fromMs = minuteMs + second * 1000 + ms;
  return { fromMs, toMs: fromMs + widthMs };
}

function offsetMs(zone: string | undefined): number | undefined {
  if (zone === undefined || zone === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4));
  if (hours > 14 || minutes > 59) return undefined;
  return (zone[0] === '-' ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
