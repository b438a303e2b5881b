// lowBoundary(), highBoundary() and precision() of the second edition (http://hl7.org/fhirpath/#boundary-functions): the least and
// greatest value that what is written may stand for.
import { Amount } from '../amount.ts';
import { Exact } from '../exact.ts';
import { refuse } from '../failure.ts';
import { nodeOfPlain } from '../item.ts';
import { none } from '../node.ts';
import { items, one } from '../step.ts';
import { exactOf, isNumber, type Plain, plain } from '../system.ts';
import { daysIn, precisions, Temporal } from '../temporal.ts';
import { type Definition, type Definitions, wholeOf } from './definition.ts';

type Side = 'low' | 'high';

/** Digits after the point of a boundary of a decimal. */
const decimalDefault = 8;
const decimalMost = 28;

function ofDecimal(value: Exact, side: Side, digits = decimalDefault): Exact | undefined {
  if (digits < 0 || digits > decimalMost) return undefined;
  // Half a unit of the last digit that is written.
  const scale = value.scale + 1;
  const half = side === 'low' ? -5n : 5n;
  const edge = new Exact(value.at(scale) + half, scale);
  const cut = side === 'low' ? edge.floor(digits) : edge.ceiling(digits);
  return new Exact(cut.at(digits), digits);
}

/** Digits of a date or time down to each part: YYYY, MM, DD, hh, mm, and ss with milliseconds. */
const digitsOf: Record<Temporal['kind'], number[]> = {
  Date: [4, 6, 8],
  DateTime: [4, 6, 8, 10, 12, 17],
  Time: [0, 0, 0, 2, 4, 9],
};
const defaults: Record<Temporal['kind'], number> = { Date: 8, DateTime: 17, Time: 9 };

/** A time zone that is not given may be any: the earliest moment is in the east, the latest in the west. */
const eastMost = 14 * 60;
const westMost = -12 * 60;

function ofTemporal(value: Temporal, side: Side, digits = defaults[value.kind]): Temporal | undefined {
  // A date may be asked for a moment, and a moment for its date.
  const kind = value.kind === 'Time' ? 'Time' : digits > 8 || value.kind === 'DateTime' ? 'DateTime' : 'Date';
  const last = digitsOf[kind].indexOf(digits);
  if (last < (kind === 'Time' ? precisions.hour : 0)) return undefined;
  const parts = [...value.parts];
  while (parts.length <= last) parts.push(edgeOf(parts, side));
  const cut = parts.slice(0, last + 1);
  const withTime = last >= precisions.hour && kind === 'DateTime';
  const fraction =
    last < precisions.second
      ? ''
      : value.precision < precisions.second || value.fraction === ''
        ? side === 'low'
          ? '.000'
          : '.999'
        : value.fraction;
  const offset = withTime ? (value.offset ?? (side === 'low' ? eastMost : westMost)) : undefined;
  const named = kind === 'DateTime' && last <= precisions.day ? 'Date' : kind;
  return new Temporal(named === 'Date' && value.kind === 'DateTime' && last > precisions.day ? 'DateTime' : named, cut, fraction, offset);
}

function edgeOf(parts: readonly number[], side: Side): number {
  const [year = 1, month = 1] = parts;
  const low = [1, 1, 1, 0, 0, 0];
  const high = [9999, 12, daysIn(year, month), 23, 59, 59];
  return (side === 'low' ? low : high)[parts.length] as number;
}

function boundary(value: Plain, side: Side, digits: number | undefined): Plain | undefined {
  if (isNumber(value)) return ofDecimal(exactOf(value), side, digits);
  if (value instanceof Temporal) return ofTemporal(value, side, digits);
  if (value instanceof Amount) {
    const edge = ofDecimal(value.value, side, digits);
    return edge && new Amount(edge, value.unit, value.calendar);
  }
  return refuse('invalid', 'A boundary is asked of a decimal, a quantity, a date or a time.');
}

const boundaryOf = (side: Side): Definition => ({
  args: [0, 1],
  make: (target, [digits]) =>
    items((context, focus) => {
      const node = one(target.all(context, focus), `${side}Boundary()`);
      const value = node && plain(node);
      const wanted = digits && wholeOf(digits.all(context, focus), `${side}Boundary()`);
      context.spend(3);
      const edge = value === undefined ? undefined : boundary(value, side, wanted);
      return edge === undefined ? none : [nodeOfPlain(edge)];
    }),
});

/** Of a decimal its digits after the point, of a date or time all that are written. */
function precisionOf(value: Plain): number {
  if (isNumber(value)) return exactOf(value).scale;
  if (!(value instanceof Temporal)) return refuse('invalid', 'precision() is asked of a decimal, a date or a time.');
  const digits = value.kind === 'Time' ? (value.precision - 2) * 2 : 4 + value.precision * 2;
  return digits + Math.max(0, value.fraction.length - 1);
}

export const boundaries: Definitions = {
  lowBoundary: boundaryOf('low'),
  highBoundary: boundaryOf('high'),
  precision: {
    args: [0, 0],
    make: (target) =>
      items((context, focus) => {
        const node = one(target.all(context, focus), 'precision()');
        const value = node && plain(node);
        return value === undefined ? none : [nodeOfPlain(precisionOf(value))];
      }),
  },
};
