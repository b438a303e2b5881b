// What the code of a view calls: the few steps that are more than an element's name or an operator.
import { Decimal } from '../../fhir/decimal.ts';
import { compile } from '../../fhir/fhirpath/compile.ts';
import type { Expression, Focus } from '../../fhir/fhirpath/contract.ts';
import { compareTemporal, precisions, readTemporal, type TemporalKind } from '../../fhir/fhirpath/temporal.ts';
import type { Json } from '../../fhir/json.ts';
import { ViewFault } from '../contract.ts';
import type { Comparison } from './term.ts';

/** Digits after the point that the arithmetic of a view gives. */
export const computedDigits = 8;

/** `Patient/p1` with or without a version, of this record: an address elsewhere is no key of ours. */
const referencePattern = /^([A-Za-z]{1,64})\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;

const boundaries = new Map<string, Expression>();

function boundaryExpression(side: string): Expression {
  let expression = boundaries.get(side);
  if (expression === undefined) {
    const made = compile(`$this.${side}Boundary()`);
    if (!made.ok) throw new Error(made.problem.message);
    expression = made.value;
    boundaries.set(side, expression);
  }
  return expression;
}

const boundaryType: Record<string, string> = { Integer: 'integer', Decimal: 'decimal', Date: 'date', DateTime: 'dateTime', Time: 'time' };

export const runtime = {
  several(column: string): never {
    throw new ViewFault(`Column ${column} has more than one value here: add first(), join(), or "collection": true`);
  },

  severalTruths(): never {
    throw new ViewFault('A where has more than one value here: add exists() or all()');
  },

  truth(value: Json): void {
    if (value !== null && value !== false) throw new ViewFault('A where is true or false: add exists() or a comparison');
  },

  decimal: (text: string): Decimal | number => (String(Number(text)) === text ? Number(text) : new Decimal(text)),

  computed(value: number): number | null {
    if (!Number.isFinite(value)) return null;
    return Number.isInteger(value) ? value : Number(value.toFixed(computedDigits));
  },

  referenceKey(reference: Json, type: string | undefined): string | null {
    const text = typeof reference === 'object' && reference !== null && 'reference' in reference ? reference.reference : undefined;
    const found = typeof text === 'string' ? referencePattern.exec(text) : null;
    if (found === null || (type !== undefined && found[1] !== type)) return null;
    return found[2]!;
  },

  boundary(value: Json, side: string, system: string): Json {
    const done = boundaryExpression(side).evaluate({ type: boundaryType[system] ?? 'string', value });
    if (!done.ok) throw new ViewFault(`A boundary cannot be found: ${done.problem.message}`);
    const [item] = done.value;
    return item === undefined ? null : plain(item.value);
  },

  /** Null where the two are not equally precise, as FHIRPath has it. */
  compareMoments(left: Json, right: Json, operator: Comparison): boolean | null {
    if (left === right && typeof left === 'string') return operator === '=' || operator === '<=' || operator === '>=';
    const [a, b] = [moment(left), moment(right)];
    if (a === undefined || b === undefined) return null;
    const order = compareTemporal(a, b);
    return order === undefined || Number.isNaN(order) ? null : holds[operator](order);
  },

  sameLists(left: Json[], right: Json[], as: 'text' | 'number' | 'boolean' | 'temporal', negated: boolean): boolean | null {
    if (left.length === 0 || right.length === 0) return null;
    let same: boolean | null = left.length === right.length;
    for (const [at, item] of left.entries()) {
      if (same !== true) break;
      const other = right[at]!;
      same =
        as === 'temporal' ? runtime.compareMoments(item, other, '=') : as === 'number' ? Number(item) === Number(other) : item === other;
    }
    return same === null ? null : same !== negated;
  },

  /** What is not code: evaluated with the constants of the view and the number of the row. */
  interpreter(expression: Expression, type: string, resource: string, constants: Record<string, readonly Focus[]>) {
    return (value: Json, whole: Json, row: number): Json[] => {
      const done = expression.evaluate(
        { type, value },
        { resource: { type: resource, value: whole }, variables: { ...constants, rowIndex: [{ type: 'integer', value: row }] } },
      );
      if (!done.ok) throw new ViewFault(done.problem.message);
      return done.value.map((item) => plain(item.value));
    };
  },
};

/** Texts of System types as FHIR writes them: no @ before a date, digits as they are. */
function plain(value: Json | Decimal): Json {
  if (typeof value === 'string') return value.replace(/^@T?(?=\d)/, '').replace(/^(\d{4}[-\d]*)T$/, '$1');
  if (!(value instanceof Decimal)) return value;
  // A boundary is written with all its digits: 0.95000000.
  const short = value.text.includes('.') ? value.text.replace(/\.?0+$/, '') : value.text;
  return String(Number(short)) === short ? Number(short) : new Decimal(short);
}

function moment(value: Json): ReturnType<typeof readTemporal> {
  if (typeof value !== 'string' || value.length > 64) return undefined;
  const kind: TemporalKind = /^\d\d:/.test(value) ? 'Time' : value.includes('T') ? 'DateTime' : 'Date';
  const read = readTemporal(kind, value);
  return read !== undefined && read.precision <= precisions.second ? read : undefined;
}

const holds: Record<Comparison, (order: number) => boolean> = {
  '=': (order) => order === 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '>': (order) => order > 0,
  '<=': (order) => order <= 0,
  '>=': (order) => order >= 0,
};
