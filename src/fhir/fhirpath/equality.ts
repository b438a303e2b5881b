// `=` and `~` (http://hl7.org/fhirpath/N1/#equality), and a key that says the same for sets: distinct(), `|`, intersect() …
import { Decimal } from '../decimal.ts';
import { Amount, amountKey, compareAmounts, inOneUnit, isKnownUnit } from './amount.ts';
import type { Context } from './context.ts';
import { Exact } from './exact.ts';
import { isMembers, type Node, type Nodes } from './node.ts';
import { exactOf, isNumber, type Plain, plain } from './system.ts';
import { compareTemporal, Temporal, temporalKey } from './temporal.ts';

/** true, false, or undefined where it cannot be said (either side empty, precisions or units that do not meet). */
export function equal(a: Nodes, b: Nodes, context: Context): boolean | undefined {
  if (a.length === 0 || b.length === 0) return undefined;
  if (a.length !== b.length) return false;
  context.copying(a.length);
  let open = false;
  for (let i = 0; i < a.length; i++) {
    const same = equalItems(a[i] as Node, b[i] as Node, context);
    if (same === false) return false;
    if (same === undefined) open = true;
  }
  return open ? undefined : true;
}

export function equalItems(a: Node, b: Node, context: Context): boolean | undefined {
  if (a === b) return true;
  const x = plain(a);
  const y = plain(b);
  if (x === undefined && y === undefined) return sameTree(a.value, b.value, context) && sameTree(a.sibling, b.sibling, context);
  if (x === undefined || y === undefined) return false;
  if (typeof x === 'string' && typeof y === 'string') {
    if (x.length > 256) context.reading(x.length);
    return x === y;
  }
  context.weighing(x);
  context.weighing(y);
  return equalPlain(x, y);
}

function equalPlain(x: Plain, y: Plain): boolean | undefined {
  if (typeof x === typeof y && typeof x !== 'object') return x === y;
  if (isNumber(x) && isNumber(y)) return exactOf(x).compare(exactOf(y)) === 0;
  if (x instanceof Temporal && y instanceof Temporal) {
    if ((x.kind === 'Time') !== (y.kind === 'Time')) return false;
    const order = compareTemporal(x, y);
    return order === undefined ? undefined : order === 0;
  }
  if (x instanceof Amount || y instanceof Amount) return sameAmount(x, y);
  return false;
}

function sameAmount(x: Plain, y: Plain): boolean | undefined {
  const left = asAmount(x);
  const right = asAmount(y);
  if (!left || !right) return false;
  const order = compareAmounts(left, right);
  if (order !== undefined) return order === 0;
  // Units of different dimensions are different things; a calendar year and a definite one may or may not be the same, and so
  // may two units of which one is not known.
  return left.calendar === right.calendar && isKnownUnit(left) && isKnownUnit(right) ? false : undefined;
}

const asAmount = (value: Plain): Amount | undefined =>
  value instanceof Amount ? value : isNumber(value) ? new Amount(exactOf(value), '1') : undefined;

/** Same parts with same values, in whatever order the members come; 1.10 is 1.1 here. */
function sameTree(a: unknown, b: unknown, context: Context): boolean {
  if (typeof a === 'string') context.reading(a.length);
  if (a === b) return true;
  context.spend(1);
  if (isDecimal(a) || isDecimal(b)) return isDecimal(a) && isDecimal(b) && sameNumber(a, b);
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameTree(item, b[i], context));
  if (!isMembers(a) || !isMembers(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && sameTree(a[name], b[name], context));
}

const isDecimal = (value: unknown): value is number | Decimal => typeof value === 'number' || value instanceof Decimal;

function sameNumber(a: number | Decimal, b: number | Decimal): boolean {
  const x = Exact.read(String(a));
  const y = Exact.read(String(b));
  return x !== undefined && y !== undefined && x.compare(y) === 0;
}

/** Equal keys for equal items, and only for them. */
export function keyOf(node: Node, context: Context): string {
  context.spend(1);
  const value = plain(node);
  if (value === undefined) {
    const key = `{${treeKey(node.value, context)}${node.sibling === undefined ? '' : treeKey(node.sibling, context)}`;
    context.reading(key.length);
    return key;
  }
  if (typeof value === 'string') {
    if (value.length > 256) context.reading(value.length);
    return `'${value}`;
  }
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (typeof value === 'number') return String(value);
  context.spend(5);
  if (isNumber(value)) return exactOf(value).trimmed().toString();
  if (value instanceof Temporal) return `@${temporalKey(value)}`;
  return amountKey(value);
}

function treeKey(value: unknown, context: Context): string {
  context.spend(typeof value === 'object' ? 2 : 1);
  if (isDecimal(value)) return Exact.read(String(value))?.trimmed().toString() ?? String(value);
  if (Array.isArray(value)) return `[${value.map((item) => treeKey(item, context)).join()}]`;
  if (!isMembers(value)) return JSON.stringify(value) ?? '';
  const parts = Object.keys(value).sort();
  return `{${parts.map((name) => `${JSON.stringify(name)}:${treeKey(value[name], context)}`).join()}}`;
}

/** `~`: order does not count, nor case and blanks of text, nor digits beyond the less precise decimal; never undefined. */
export function equivalent(a: Nodes, b: Nodes, context: Context): boolean {
  if (a.length !== b.length) return false;
  const left = [...b];
  return a.every((item) => {
    const at = left.findIndex((other) => {
      context.spend(1);
      return equivalentItems(item, other, context);
    });
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

const folded = (text: string): string => text.toLowerCase().trim().replace(/\s+/g, ' ');

function equivalentItems(a: Node, b: Node, context: Context): boolean {
  const x = plain(a);
  const y = plain(b);
  if (x === undefined && y === undefined) return equivalentTrees(a.value, b.value, context);
  if (x === undefined || y === undefined) return false;
  if (typeof x === 'string' && typeof y === 'string') {
    context.folding(x, y);
    return folded(x) === folded(y);
  }
  context.weighing(x);
  context.weighing(y);
  if (isNumber(x) && isNumber(y)) return equivalentNumbers(exactOf(x), exactOf(y));
  if (x instanceof Temporal && y instanceof Temporal) return equalPlain(x, y) === true;
  if (x instanceof Amount || y instanceof Amount) {
    const left = asAmount(x);
    const right = asAmount(y);
    const both = left && right && inOneUnit(left, right, true);
    if (!both) return false;
    return left.unit === right.unit ? equivalentNumbers(...both) : equivalentAmounts(left, right, both);
  }
  return equalPlain(x, y) === true;
}

function equivalentNumbers(x: Exact, y: Exact): boolean {
  const scale = Math.min(x.trimmed().scale, y.trimmed().scale);
  return x.rounded(scale).compare(y.rounded(scale)) === 0;
}

/** Converted to the unit of the less precise one, and rounded there. */
function equivalentAmounts(a: Amount, b: Amount, [x, y]: [Exact, Exact]): boolean {
  for (const [amount, own, other] of [
    [a, x, y],
    [b, y, x],
  ] as const) {
    const factor = amount.value.units === 0n ? undefined : own.dividedBy(amount.value);
    const converted = factor && other.dividedBy(factor);
    if (converted && equivalentNumbers(amount.value, converted.rounded(12))) return true;
  }
  return x.compare(y) === 0;
}

function equivalentTrees(a: unknown, b: unknown, context: Context): boolean {
  context.spend(1);
  if (typeof a === 'string' && typeof b === 'string') {
    context.folding(a, b);
    return folded(a) === folded(b);
  }
  if (isDecimal(a) && isDecimal(b)) {
    const x = Exact.read(String(a));
    const y = Exact.read(String(b));
    return x !== undefined && y !== undefined && equivalentNumbers(x, y);
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    const left = [...b];
    return (
      a.length === b.length &&
      a.every((item) => {
        const at = left.findIndex((other) => equivalentTrees(item, other, context));
        if (at >= 0) left.splice(at, 1);
        return at >= 0;
      })
    );
  }
  if (!isMembers(a) || !isMembers(b)) return a === b;
  // N1: "for complex types … equivalence is determined on all child properties, ignoring id".
  const names = (value: object): string[] => Object.keys(value).filter((name) => name !== 'id');
  const own = names(a);
  return own.length === names(b).length && own.every((name) => Object.hasOwn(b, name) && equivalentTrees(a[name], b[name], context));
}
