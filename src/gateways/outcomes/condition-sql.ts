// Conditions of indicators in DuckDB's SQL: the same as src/methods/indicators/conditions.ts says of rows in memory. Every value is a parameter.
import type { Condition } from '../../methods/indicators/contract.ts';
import type { ColumnKind } from './contract.ts';

/** Values by `$v0`, `$v1` … */
export class Bound {
  readonly parameters: Record<string, string | number | boolean | null> = {};
  #count = 0;

  text = (value: string): string => this.#put(value, 'VARCHAR');
  number = (value: number): string => this.#put(value, 'DOUBLE');

  #put(value: string | number, type: string): string {
    const name = `v${this.#count++}`;
    this.parameters[name] = value;
    return `$${name}::${type}`;
  }
}

/** Of one row: its alias, and the kinds of its columns. */
export interface Side {
  alias: string;
  columns: Readonly<Record<string, ColumnKind>>;
}

/** Names are those of `columns`, which are the program's own. */
export const cell = ({ alias }: Side, column: string): string => `${alias}."${column}"`;
const kindOf = ({ columns }: Side, column: string): ColumnKind | undefined =>
  Object.hasOwn(columns, column) ? columns[column] : undefined;
/** A moment in ms; what is no moment has none. */
export const moment = (side: Side, column: string): string => (kindOf(side, column) === 'moment' ? cell(side, column) : 'null::BIGINT');
export const hoursBetween = (from: string, to: string): string => `((${to} - ${from}) / 3600000.0)`;

function bounds(value: string, { atLeast, atMost, below }: Pick<Condition, 'atLeast' | 'atMost' | 'below'>, bound: Bound): string[] {
  return [
    ...(atLeast === undefined ? [] : [`${value} >= ${bound.number(atLeast)}`]),
    ...(atMost === undefined ? [] : [`${value} <= ${bound.number(atMost)}`]),
    ...(below === undefined ? [] : [`${value} < ${bound.number(below)}`]),
  ];
}

function oneOf(value: string, kind: ColumnKind, list: readonly (string | number | boolean)[], bound: Bound): string {
  const same = { text: 'string', number: 'number', moment: 'number', boolean: 'boolean' }[kind];
  const items = list
    .filter((each) => typeof each === same)
    .map((each) => (typeof each === 'string' ? bound.text(each) : typeof each === 'number' ? bound.number(each) : String(each)));
  return items.length === 0 ? 'false' : `${value} in (${items.join(', ')})`;
}

const asNumber: Record<ColumnKind, (value: string) => string> = {
  text: (value) => `try_cast(${value} as DOUBLE)`,
  number: (value) => value,
  moment: (value) => value,
  boolean: (value) => `${value}::DOUBLE`,
};

function conditionSql(side: Side, condition: Condition, bound: Bound): string {
  const kind = kindOf(side, condition.column);
  const value = kind === undefined ? 'null::VARCHAR' : cell(side, condition.column);
  const missing = kind === undefined ? 'true' : kind === 'text' ? `(${value} is null or ${value} = '')` : `${value} is null`;
  const { startsWith, hoursAfter } = condition;
  const asksValue = ['in', 'startsWith', 'atLeast', 'atMost', 'below', 'hoursAfter'].some((each) => Object.hasOwn(condition, each));
  const number = bounds(asNumber[kind ?? 'text'](value), condition, bound);
  const checks = [
    ...(condition.in === undefined ? [] : [oneOf(value, kind ?? 'text', condition.in, bound)]),
    ...(condition.notIn === undefined ? [] : [`not ${oneOf(value, kind ?? 'text', condition.notIn, bound)}`]),
    ...(startsWith === undefined
      ? []
      : [`(${startsWith.map((start) => `starts_with(${value}::VARCHAR, ${bound.text(start)})`).join(' or ') || 'false'})`]),
    ...(number.length === 0 ? [] : [`(${number.join(' and ')})`]),
    ...(hoursAfter === undefined
      ? []
      : [
          `${moment(side, hoursAfter.column)} is not null`,
          `${moment(side, condition.column)} is not null`,
          ...bounds(hoursBetween(moment(side, hoursAfter.column), moment(side, condition.column)), hoursAfter, bound),
        ]),
  ];
  const holds = checks.length === 0 ? 'true' : checks.join(' and ');
  const whole = asksValue ? `not ${missing} and ${holds}` : `(${missing} or (${holds}))`;
  const known = condition.known === undefined ? '' : `${condition.known ? 'not ' : ''}${missing} and `;
  return `coalesce(${known}${whole}, false)`;
}

/** `true` where there are none. */
export const conditionsSql = (side: Side, conditions: readonly Condition[] | undefined, bound: Bound): string =>
  (conditions ?? []).map((each) => conditionSql(side, each, bound)).join(' and ') || 'true';
