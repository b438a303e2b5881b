// Quantities with units of UCUM or calendar durations (http://hl7.org/fhirpath/N1/#quantity).
import { canonical } from '../ucum.ts';
import { Exact } from './exact.ts';

export class Amount {
  readonly value: Exact;
  /** A UCUM code, or a word of the calendar (`days`). */
  readonly unit: string;
  readonly calendar: boolean;
  constructor(value: Exact, unit: string, calendar = false) {
    this.value = value;
    this.unit = unit;
    this.calendar = calendar;
  }
  toString(): string {
    return this.calendar ? `${this.value} ${this.unit}` : `${this.value} '${this.unit}'`;
  }
}

/** The words that mean the same as a definite duration of UCUM. A year and a month do so for equivalence only. */
const definite: Record<string, string> = { week: 'wk', day: 'd', hour: 'h', minute: 'min', second: 's', millisecond: 'ms' };
const loose: Record<string, string> = { year: 'a', month: 'mo' };

const singular = (unit: string): string => (unit.endsWith('s') ? unit.slice(0, -1) : unit);

/** The unit in one notation: a code of UCUM, or `year`, `month`. */
function unitOf({ unit, calendar }: Amount, loosely: boolean): string {
  if (!calendar) return unit === '' ? '1' : unit;
  const word = singular(unit);
  return definite[word] ?? (loosely ? (loose[word] as string) : word);
}

/** Both in one unit; undefined where they cannot be compared. The digits are exact where the units are the same. */
export function inOneUnit(a: Amount, b: Amount, loosely = false): [Exact, Exact] | undefined {
  const left = unitOf(a, loosely);
  const right = unitOf(b, loosely);
  if (left === right) return [a.value, b.value];
  if ((left === 'year' || left === 'month') && (right === 'year' || right === 'month')) return [months(a, left), months(b, right)];
  const x = canonical(a.value.toNumber(), left);
  const y = canonical(b.value.toNumber(), right);
  if (!x || !y || x.unit !== y.unit) return undefined;
  const exactX = Exact.near(x.value);
  const exactY = Exact.near(y.value);
  return exactX && exactY && [exactX, exactY];
}

const months = (amount: Amount, unit: string): Exact => (unit === 'year' ? (amount.value.times(Exact.of(12)) as Exact) : amount.value);

/** Below, equal, above; undefined where the units cannot be compared. */
export function compareAmounts(a: Amount, b: Amount): number | undefined {
  const both = inOneUnit(a, b);
  return both?.[0].compare(both[1]);
}

/** Text that is equal exactly for those that compare as equal. */
export function amountKey(amount: Amount): string {
  const unit = unitOf(amount, false);
  if (unit === 'year' || unit === 'month') return `${months(amount, unit).trimmed()} month`;
  const base = canonical(amount.value.toNumber(), unit);
  const value = base && Exact.near(base.value);
  return value ? `${value.trimmed()} ${base.unit}` : `${amount.value.trimmed()} '${unit}'`;
}

/** Whether the unit is of UCUM or the calendar. */
export const isKnownUnit = (amount: Amount): boolean => amount.calendar || canonical(1, unitOf(amount, false)) !== undefined;

/** Whether the two have units of the same dimension. */
export const comparable = (a: Amount, b: Amount): boolean => inOneUnit(a, b) !== undefined;

/** The sum or difference in the unit of the first. */
export function addAmounts(a: Amount, b: Amount, sign: 1 | -1): Amount | undefined {
  const other = sign === 1 ? b.value : b.value.negated();
  if (unitOf(a, false) === unitOf(b, false)) {
    const sum = a.value.plus(other);
    return sum && new Amount(sum, a.unit, a.calendar);
  }
  const one = inOneUnit(new Amount(Exact.of(1), a.unit, a.calendar), b);
  if (!one || one[0].units === 0n) return undefined;
  const converted = one[1].dividedBy(one[0]);
  const sum = converted && a.value.plus(sign === 1 ? converted : converted.negated());
  return sum && new Amount(sum, a.unit, a.calendar);
}

/** Product or quotient in base units, or in the unit of the one where the other is a pure number. */
export function multiplyAmounts(a: Amount, b: Amount, sign: 1 | -1): Amount | undefined {
  const combine = (x: Exact, y: Exact): Exact | undefined => (sign === 1 ? x.times(y) : x.dividedBy(y));
  const left = unitOf(a, false);
  const right = unitOf(b, false);
  if (right === '1' || (left === '1' && sign === 1) || left === right) {
    const value = combine(a.value, b.value);
    if (right === '1') return value && new Amount(value, a.unit, a.calendar);
    if (left === '1' && sign === 1) return value && new Amount(value, b.unit, b.calendar);
    if (sign === -1) return value && new Amount(value, '1');
  }
  const x = canonical(a.value.toNumber(), left);
  const y = canonical(b.value.toNumber(), right);
  const unit = x && y && combineUnits(x.unit, y.unit, sign);
  if (!x || !y || unit === undefined) return undefined;
  const exactX = Exact.near(x.value);
  const exactY = Exact.near(y.value);
  const value = exactX && exactY && combine(exactX, exactY);
  return value && new Amount(value, unit);
}

const factor = /^(\[?[A-Za-z_']+\]?|[^0-9.+-]+)(-?\d+)?$/;

/** `m-3.g` times `m3` is `g`; undefined for units that are no products of base units (`[pH]` by itself is one). */
function combineUnits(a: string, b: string, sign: 1 | -1): string | undefined {
  const powers = new Map<string, number>();
  for (const [unit, direction] of [
    [a, 1],
    [b, sign],
  ] as const) {
    if (unit === '1') continue;
    for (const part of unit.split('.')) {
      const match = factor.exec(part);
      if (!match) return undefined;
      const name = match[1] as string;
      powers.set(name, (powers.get(name) ?? 0) + direction * Number(match[2] ?? 1));
    }
  }
  const parts = [...powers].filter(([, power]) => power !== 0).map(([name, power]) => (power === 1 ? name : name + power));
  return parts.join('.') || '1';
}

const written = /^\s*([+-]?\d+(?:\.\d+)?)\s*(?:'([^']+)'|([A-Za-z]+))?\s*$/;
const words = new Set([...Object.keys(definite), ...Object.keys(loose)]);

/** `4 days`, `10 'mg'`, `1.5` (unit 1); undefined for other text. */
export function readAmount(text: string): Amount | undefined {
  const match = text.length > 200 ? null : written.exec(text);
  const value = match && Exact.read(match[1] as string);
  if (!match || !value) return undefined;
  if (match[3] === undefined) return new Amount(value, match[2] ?? '1');
  return words.has(singular(match[3])) ? new Amount(value, match[3], true) : undefined;
}

/** The calendar word of a FHIR Quantity with a code of UCUM (R4, "Quantity": a, mo, wk, d, h, min, s, ms are durations). */
const wordOf: Record<string, string> = { a: 'year', mo: 'month' };

/** A FHIR Quantity with its code, where the system is UCUM or not said. */
export function amountOfQuantity(value: Exact, code: string): Amount {
  const word = wordOf[code];
  return word === undefined ? new Amount(value, code) : new Amount(value, word, true);
}
