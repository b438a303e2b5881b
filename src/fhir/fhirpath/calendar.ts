// Adding durations to dates and times (http://hl7.org/fhirpath/N1/#datetime-arithmetic): decimals of a duration count for seconds
// only, months end on days that exist, and a partial date takes the duration at its own precision.
import { daysIn, precisions, Temporal } from './temporal.ts';

/** Calendar words and the UCUM codes that stand for the same; a definite year or month ('a', 'mo') does not. */
const units: Record<string, keyof typeof precisions | 'week' | 'millisecond'> = {
  year: 'year',
  years: 'year',
  month: 'month',
  months: 'month',
  week: 'week',
  weeks: 'week',
  wk: 'week',
  day: 'day',
  days: 'day',
  d: 'day',
  hour: 'hour',
  hours: 'hour',
  h: 'hour',
  minute: 'minute',
  minutes: 'minute',
  min: 'minute',
  second: 'second',
  seconds: 'second',
  s: 'second',
  millisecond: 'millisecond',
  milliseconds: 'millisecond',
  ms: 'millisecond',
};
const secondsIn: Record<string, number> = { week: 604_800, day: 86_400, hour: 3600, minute: 60, second: 1, millisecond: 0.001 };

export const isDuration = (unit: string): boolean => Object.hasOwn(units, unit);

/** undefined where the result is outside the years 1 to 9999. `unit` is one that `isDuration` knows. */
export function addDuration(value: Temporal, amount: number, unit: string): Temporal | undefined {
  const named = units[unit] as string;
  const whole = named === 'second' || named === 'millisecond' ? amount : Math.trunc(amount);
  if (value.kind === 'Time') return addToTime(value, whole, named);
  const { precision } = value;
  if (named === 'year' || named === 'month') {
    const months = named === 'year' ? whole * 12 : whole;
    return precision === precisions.year ? addMonths(value, Math.trunc(months / 12) * 12) : addMonths(value, months);
  }
  const seconds = whole * (secondsIn[named] as number);
  // N1: "1 year = 365 days and 1 month = 30 days" where a partial date takes a more precise duration.
  if (precision === precisions.year) return addMonths(value, Math.trunc(seconds / 86_400 / 365) * 12);
  if (precision === precisions.month) return addMonths(value, Math.trunc(seconds / 86_400 / 30));
  return addSeconds(value, seconds);
}

function addMonths(value: Temporal, months: number): Temporal | undefined {
  const [year = 1, month = 1, day, ...rest] = value.parts;
  const total = year * 12 + (month - 1) + months;
  const newYear = Math.floor(total / 12);
  if (!(newYear >= 1 && newYear <= 9999)) return undefined;
  const newMonth = total - newYear * 12 + 1;
  const parts = [newYear, newMonth];
  if (day !== undefined) parts.push(Math.min(day, daysIn(newYear, newMonth)), ...rest);
  return new Temporal(value.kind, parts.slice(0, value.parts.length), value.fraction, value.offset);
}

const steps = [0, 0, 86_400, 3600, 60];

function addSeconds(value: Temporal, seconds: number): Temporal | undefined {
  const step = steps[value.precision];
  const added = step === undefined ? seconds : Math.trunc(seconds / step) * step;
  if (!Number.isFinite(added) || Math.abs(added) > 1e12) return undefined;
  const [year = 1, month = 1, day = 1, hour = 0, minute = 0, second = 0] = value.parts;
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, day);
  at.setUTCHours(hour, minute, second, 0);
  const { whole, fraction } = fractions(value.fraction, added);
  at.setTime(at.getTime() + whole * 1000);
  const newYear = at.getUTCFullYear();
  if (!(newYear >= 1 && newYear <= 9999)) return undefined;
  const parts = [newYear, at.getUTCMonth() + 1, at.getUTCDate(), at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()];
  return new Temporal(value.kind, parts.slice(0, value.parts.length), fraction, value.offset);
}

/** Whole seconds to add, and the fraction that is left, at least as long as it was. */
function fractions(fraction: string, added: number): { whole: number; fraction: string } {
  const thousandths = Math.round((Number(`0${fraction}`) + added) * 1000);
  const whole = Math.floor(thousandths / 1000);
  const rest = thousandths - whole * 1000;
  if (Number.isInteger(added)) return { whole: added, fraction };
  const text = String(rest).padStart(3, '0');
  return { whole, fraction: `.${text}` };
}

const day = 86_400;

/** A time goes round the clock. */
function addToTime(value: Temporal, amount: number, unit: string): Temporal | undefined {
  const size = secondsIn[unit];
  if (size === undefined) return undefined;
  const moved = addSeconds(new Temporal('DateTime', [2000, 1, 2, ...value.parts.slice(3)], value.fraction), (amount * size) % day);
  return moved && new Temporal('Time', [0, 0, 0, ...moved.parts.slice(3)], moved.fraction);
}
