// http://hl7.org/fhirpath/N1/#math-1. Roots, powers and logarithms are computed as the machine does; everything else exactly.
import { Amount } from '../amount.ts';
import { fits } from '../arithmetic.ts';
import { Exact } from '../exact.ts';
import { refuse } from '../failure.ts';
import { nodeOfPlain } from '../item.ts';
import { none } from '../node.ts';
import { items, one } from '../step.ts';
import { exactOf, isNumber, type Plain, plain } from '../system.ts';
import type { Definition, Definitions } from './definition.ts';

type Work = (value: Exact, given: Exact | undefined, plain: Plain) => Plain | undefined;

const ofNumber = (name: string, args: [number, number], work: Work): Definition => ({
  args,
  make: (target, [argument]) =>
    items((context, focus) => {
      const node = one(target.all(context, focus), `${name}()`);
      const value = node && plain(node);
      const given = argument && one(argument.all(context, focus), `${name}()`);
      if (value === undefined || (args[0] > 0 && given === undefined)) return none;
      const number = given && plain(given);
      const isAmount = value instanceof Amount;
      if (!(isNumber(value) || (isAmount && name === 'abs')) || (number !== undefined && !isNumber(number)))
        return refuse('invalid', `${name}() takes numbers.`);
      context.spend(4);
      const made = work(isAmount ? value.value : exactOf(value), number === undefined ? undefined : exactOf(number), value);
      return made === undefined ? none : [nodeOfPlain(made)];
    }),
});

/** What has no result in real numbers, or is too large, is empty. */
const near = (value: number): Exact | undefined => (Number.isNaN(value) ? undefined : Exact.near(value));
const whole = (value: Exact): number | undefined => fits(Number(value.truncated()));

function log(value: Exact, base: Exact): Exact | undefined {
  const x = value.toNumber();
  const b = base.toNumber();
  // Base 10 and 2 have functions of their own that hit whole numbers.
  return near(b === 10 ? Math.log10(x) : b === 2 ? Math.log2(x) : Math.log(x) / Math.log(b));
}

/** A whole power of whole numbers is an Integer, and exact while it fits. */
function power(value: Exact, exponent: Exact, was: Plain): Plain | undefined {
  const made = value.toNumber() ** exponent.toNumber();
  if (typeof was === 'number' && exponent.scale === 0 && exponent.units >= 0n) return Number.isInteger(made) ? fits(made) : undefined;
  const steps = exponent.scale === 0 && exponent.units >= 0n && exponent.units <= 16n ? Number(exponent.units) : undefined;
  if (steps === undefined) return near(made);
  let exact: Exact | undefined = Exact.of(1);
  for (let i = 0; i < steps; i++) exact = exact?.times(value);
  return exact;
}

export const math: Definitions = {
  abs: ofNumber('abs', [0, 0], (value, _, was) => {
    const positive = value.units < 0n ? value.negated() : value;
    if (was instanceof Amount) return new Amount(positive, was.unit, was.calendar);
    return typeof was === 'number' ? fits(Math.abs(was)) : positive;
  }),
  ceiling: ofNumber('ceiling', [0, 0], (value) => whole(value.ceiling())),
  floor: ofNumber('floor', [0, 0], (value) => whole(value.floor())),
  truncate: ofNumber('truncate', [0, 0], whole),
  round: ofNumber('round', [0, 1], (value, digits) => {
    const scale = digits === undefined ? 0 : Number(digits.truncated());
    if (scale < 0) return refuse('invalid', 'round() takes 0 or more digits.');
    return value.rounded(Math.min(scale, 40));
  }),
  exp: ofNumber('exp', [0, 0], (value) => near(Math.exp(value.toNumber()))),
  ln: ofNumber('ln', [0, 0], (value) => near(Math.log(value.toNumber()))),
  log: ofNumber('log', [1, 1], (value, base) => log(value, base as Exact)),
  power: ofNumber('power', [1, 1], (value, exponent, was) => power(value, exponent as Exact, was)),
  sqrt: ofNumber('sqrt', [0, 0], (value) => near(Math.sqrt(value.toNumber()))),
};
