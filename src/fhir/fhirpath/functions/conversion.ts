// toX() and convertsToX() (http://hl7.org/fhirpath/N1/#conversion). What does not convert is empty, several items are refused.
import { Amount, readAmount } from '../amount.ts';
import { fits } from '../arithmetic.ts';
import { Exact } from '../exact.ts';
import { nodeOfPlain } from '../item.ts';
import { none } from '../node.ts';
import { items, one, question } from '../step.ts';
import { exactOf, isNumber, type Plain, plain, written } from '../system.ts';
import { readTemporal, Temporal } from '../temporal.ts';
import type { Definitions } from './definition.ts';

const yesWords = new Set(['true', 't', 'yes', 'y', '1', '1.0']);
const noWords = new Set(['false', 'f', 'no', 'n', '0', '0.0']);

function toBoolean(value: Plain): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const text = isNumber(value) ? exactOf(value).trimmed().toString() : typeof value === 'string' ? value.toLowerCase() : '';
  return yesWords.has(text) ? true : noWords.has(text) ? false : undefined;
}

function toInteger(value: Plain): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'string' && /^[+-]?\d{1,12}$/.test(value) ? fits(Number(value)) : undefined;
}

function toDecimal(value: Plain): Exact | undefined {
  if (isNumber(value)) return exactOf(value);
  if (typeof value === 'boolean') return Exact.of(value ? 1 : 0);
  return typeof value === 'string' && /^[+-]?\d+(\.\d+)?$/.test(value) ? Exact.read(value) : undefined;
}

function toQuantity(value: Plain): Amount | undefined {
  if (value instanceof Amount) return value;
  if (typeof value === 'string') return readAmount(value);
  const number = toDecimal(value);
  return number && new Amount(number, '1');
}

function toDate(value: Plain): Temporal | undefined {
  if (typeof value === 'string') {
    const read = readTemporal('DateTime', value);
    return read && toDate(read);
  }
  if (!(value instanceof Temporal) || value.kind === 'Time') return undefined;
  return value.kind === 'Date' ? value : new Temporal('Date', value.parts.slice(0, 3));
}

function toDateTime(value: Plain): Temporal | undefined {
  if (typeof value === 'string') return readTemporal('DateTime', value);
  if (!(value instanceof Temporal) || value.kind === 'Time') return undefined;
  return value.kind === 'DateTime' ? value : new Temporal('DateTime', value.parts);
}

function toTime(value: Plain): Temporal | undefined {
  if (typeof value === 'string') return readTemporal('Time', value);
  return value instanceof Temporal && value.kind === 'Time' ? value : undefined;
}

const conversions: Record<string, (value: Plain) => Plain | undefined> = {
  Boolean: toBoolean,
  Integer: toInteger,
  Decimal: toDecimal,
  String: written,
  Quantity: toQuantity,
  Date: toDate,
  DateTime: toDateTime,
  Time: toTime,
};

/** toQuantity() may name the unit it wants. */
const most = (name: string): number => (name === 'Quantity' ? 1 : 0);

export const conversion: Definitions = Object.fromEntries(
  Object.entries(conversions).flatMap(([name, convert]) => [
    [
      `to${name}`,
      {
        args: [0, most(name)],
        make: (target) =>
          items((context, focus) => {
            const node = one(target.all(context, focus), `to${name}()`);
            const value = node && plain(node);
            context.spend(1);
            if (value !== undefined) context.weighing(value);
            const converted = value === undefined ? undefined : convert(value);
            return converted === undefined ? none : [nodeOfPlain(converted)];
          }),
      },
    ],
    [
      `convertsTo${name}`,
      {
        args: [0, most(name)],
        make: (target) =>
          question((context, focus) => {
            const node = one(target.all(context, focus), `convertsTo${name}()`);
            if (node === undefined) return undefined;
            const value = plain(node);
            context.spend(1);
            if (value !== undefined) context.weighing(value);
            return value !== undefined && convert(value) !== undefined;
          }),
      },
    ],
  ]),
) as Definitions;
