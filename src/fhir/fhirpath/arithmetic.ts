// `+ - * / div mod` (http://hl7.org/fhirpath/N1/#math). What does not fit the type, and what is divided by zero, is empty.
import { Amount, addAmounts, multiplyAmounts } from './amount.ts';
import { addDuration, isDuration } from './calendar.ts';
import type { Context } from './context.ts';
import { Exact } from './exact.ts';
import { refuse } from './failure.ts';
import { exactOf, isNumber, kindOf, type Plain } from './system.ts';
import { Temporal } from './temporal.ts';

/** http://hl7.org/fhirpath/N1/#integer */
const largest = 2_147_483_647;
export const fits = (value: number): number | undefined => (value <= largest && value >= -largest - 1 ? value : undefined);

type Operation = (a: Plain, b: Plain, context: Context) => Plain | undefined;

const wrong = (operator: string, a: Plain, b: Plain): never =>
  refuse('invalid', `${kindOf(a)} ${operator} ${kindOf(b)} has no meaning; convert one of the two first.`);

const bounded = (value: number): number | undefined => fits(value);

function moved(value: Temporal, amount: Amount, sign: 1 | -1): Temporal | undefined {
  if (!isDuration(amount.unit))
    refuse('invalid', 'Add a duration to a date in years, months, weeks, days, hours, minutes, seconds or milliseconds.');
  return addDuration(value, sign * amount.value.toNumber(), amount.unit);
}

const add =
  (sign: 1 | -1): Operation =>
  (a, b, context) => {
    if (typeof a === 'number' && typeof b === 'number') return bounded(a + sign * b);
    if (isNumber(a) && isNumber(b)) return sign === 1 ? exactOf(a).plus(exactOf(b)) : exactOf(a).minus(exactOf(b));
    if (a instanceof Temporal && b instanceof Amount) return moved(a, b, sign);
    if (a instanceof Amount && b instanceof Amount) return addAmounts(a, b, sign);
    if (sign === 1 && typeof a === 'string' && typeof b === 'string') {
      context.making(a.length + b.length);
      return a + b;
    }
    return wrong(sign === 1 ? '+' : '-', a, b);
  };

const asAmount = (value: Plain): Amount | undefined =>
  value instanceof Amount ? value : isNumber(value) ? new Amount(exactOf(value), '1') : undefined;

function amounts(operator: string, a: Plain, b: Plain, sign: 1 | -1): Amount | undefined {
  const left = asAmount(a);
  const right = asAmount(b);
  return left && right ? multiplyAmounts(left, right, sign) : wrong(operator, a, b);
}

const whole = (value: bigint): number | undefined => fits(Number(value));

function quotient(a: Exact, b: Exact): bigint | undefined {
  if (b.units === 0n) return undefined;
  const scale = Math.max(a.scale, b.scale);
  return a.at(scale) / b.at(scale);
}

export const operations: Record<string, Operation> = {
  '+': add(1),
  '-': add(-1),
  '*': (a, b) => {
    if (typeof a === 'number' && typeof b === 'number') return bounded(a * b);
    return isNumber(a) && isNumber(b) ? exactOf(a).times(exactOf(b)) : amounts('*', a, b, 1);
  },
  '/': (a, b) => (isNumber(a) && isNumber(b) ? exactOf(a).dividedBy(exactOf(b)) : amounts('/', a, b, -1)),
  div: (a, b) => {
    if (!isNumber(a) || !isNumber(b)) return wrong('div', a, b);
    const value = quotient(exactOf(a), exactOf(b));
    return value === undefined ? undefined : whole(value);
  },
  mod: (a, b) => {
    if (typeof a === 'number' && typeof b === 'number') return b === 0 ? undefined : (a % b) + 0;
    if (!isNumber(a) || !isNumber(b)) return wrong('mod', a, b);
    const x = exactOf(a);
    const y = exactOf(b);
    const times = quotient(x, y);
    const multiple = times === undefined ? undefined : new Exact(times, 0).times(y);
    return multiple && x.minus(multiple);
  },
};

/** `-x`. */
export function negative(value: Plain): Plain | undefined {
  if (typeof value === 'number') return fits(-value + 0);
  if (value instanceof Exact) return value.negated();
  if (value instanceof Amount) return new Amount(value.value.negated(), value.unit, value.calendar);
  return refuse('invalid', `A sign has no meaning before a ${kindOf(value)}; put brackets around the number: (-1).abs().`);
}
