// Checks of data quality as SELECTs of the tables: how many rows were asked and how many fail, or the rows that fail. The same as
// src/methods/data-quality/tests.ts says of rows in memory (quality-sql.test.ts holds both together), for the types that views can answer.
import { fail, ok, type Result } from '../../fhir/result.ts';
import { checkTypes, type TestName } from '../../methods/data-quality/check-types.ts';
import type { Check } from '../../methods/data-quality/contract.ts';
import { Bound } from './condition-sql.ts';
import type { Question } from './contract.ts';

/** A check of the knowledge: `join` names the table that `against` and `until` are of, or `column` where there is no `against`. */
export interface QualityCheck extends Check {
  id: string;
  title: string;
  join?: string;
}

interface Sides {
  check: QualityCheck;
  bound: Bound;
  column: string;
  against: string;
  until: string;
}

const dayOf = (value: string): string => `(epoch_ms(${value}::TIMESTAMP) / 86400000.0)`;
const isMissing = (value: string): string => `(${value} is null or ${value}::VARCHAR = '')`;
const number = (value: string): string => `try_cast(${value} as DOUBLE)`;

interface Asked {
  /** Rows that are asked at all. */
  counts(sides: Sides): string;
  fails(sides: Sides): string;
}
const known: Asked['counts'] = ({ column }) => `not ${isMissing(column)}`;
const both: Asked['counts'] = ({ column, against }) => `${column} is not null and ${against} is not null`;
const oneOf: Asked = {
  counts: known,
  fails: ({ column, check: { values = [] }, bound }) =>
    values.length === 0 ? 'true' : `${column}::VARCHAR not in (${values.map((each) => bound.text(String(each))).join(', ')})`,
};

/** What each test asks of a row. Those of whole tables stand below. */
const asked: Partial<Record<TestName, Asked>> = {
  required: { counts: () => 'true', fails: ({ column }) => isMissing(column) },
  refers: {
    counts: known,
    fails: ({ column, check: { reference = '' } }) => `${column} not in (select id from ${tableName(reference)} where id is not null)`,
  },
  attribute: oneOf,
  'one-of': oneOf,
  unique: { counts: known, fails: ({ column }) => `count(*) over (partition by ${column}) > 1` },
  'at-least': {
    counts: known,
    fails: ({ column, check, bound }) => `coalesce(${number(column)} < ${bound.number(check.bound ?? -1e300)}, false)`,
  },
  'at-most': {
    counts: known,
    fails: ({ column, check, bound }) => `coalesce(${number(column)} > ${bound.number(check.bound ?? 1e300)}, false)`,
  },
  'not-before': {
    counts: both,
    fails: ({ column, against, check, bound }) => `${dayOf(column)} - ${dayOf(against)} < -${bound.number(check.bound ?? 0)}`,
  },
  'not-after': {
    counts: both,
    fails: ({ column, against, check, bound }) => `${dayOf(column)} - ${dayOf(against)} > ${bound.number(check.bound ?? 0)}`,
  },
  'within-visit': {
    counts: both,
    fails: ({ column, against, until, check, bound }) => {
      const side = bound.number(check.bound ?? 7);
      return `(${dayOf(column)} < ${dayOf(against)} - ${side} or coalesce(${dayOf(column)} > ${dayOf(until)} + ${side}, false))`;
    },
  },
};

const plain = /^[a-z_][a-z0-9_]*$/;
const tableName = (name: string): string => {
  if (!plain.test(name)) throw new Error(`${name} is no name of a table`);
  return name;
};

/** Whether a check can be asked of tables; a sentence where it cannot. */
export function readQualityCheck(check: QualityCheck): Result<QualityCheck> {
  const names = [check.table, check.column, check.against, check.until, check.join, check.reference, ...Object.keys(check.where ?? {})];
  const wrong = names.find((name) => name !== undefined && !plain.test(name));
  if (wrong !== undefined) return fail('invalid', `the check ${check.id} names "${wrong}": names have small letters, digits and _`);
  if (!Object.hasOwn(checkTypes, check.check)) return fail('invalid', `the check ${check.id} is of no type that is known: ${check.check}`);
  const { test } = checkTypes[check.check];
  if (test === 'persons-covered' ? check.reference === undefined : asked[test] === undefined || check.column === undefined)
    return fail(
      'invalid',
      `the check ${check.id} (${check.check}) cannot be asked of tables as it is: it needs a column, or is of a type that is not asked here`,
    );
  if (
    (test === 'refers' && check.reference === undefined) ||
    ((test === 'not-before' || test === 'not-after' || test === 'within-visit') && check.against === undefined)
  )
    return fail('invalid', `the check ${check.id} (${check.check}) needs ${test === 'refers' ? '"reference"' : '"against"'}`);
  return ok(check);
}

/** Tables that a check reads. */
export const tablesOfCheck = ({ table, join, reference }: QualityCheck): string[] =>
  [table, join, reference].filter((each) => each !== undefined);

/** `of` and `fails`: a SELECT of rows with id, patient_id and whether it fails. */
function rowsSql(check: QualityCheck, bound: Bound): string {
  const { table, join, column = 'id', against = 'id', until = 'id', where = {} } = check;
  const other = join === undefined ? 't' : 'j';
  const sides: Sides = {
    check,
    bound,
    column: `${join !== undefined && check.against === undefined ? 'j' : 't'}."${column}"`,
    against: `${other}."${against}"`,
    until: `${other}."${until}"`,
  };
  const test = asked[checkTypes[check.check].test]!;
  const only = Object.entries(where).map(
    ([name, values]) => `t."${name}"::VARCHAR in (${values.map((each) => bound.text(String(each))).join(', ')})`,
  );
  const key = join === 'encounters' ? 'encounter_id' : 'patient_id';
  return `select t.id, ${table === 'patients' ? 't.id' : 't.patient_id'} as patient_id, ${test.fails(sides)} as fails from ${tableName(table)} t${
    join === undefined ? '' : ` join ${tableName(join)} j on j.id = t.${key}`
  } where ${[...only, test.counts(sides)].join(' and ')}`;
}

const personsSql = ({ table, reference = '' }: QualityCheck): string =>
  `select p.id, p.id as patient_id, p.id not in (select patient_id from ${tableName(table)} where patient_id is not null) as fails from ${tableName(reference)} p`;
const sqlOf = (check: QualityCheck, bound: Bound): string =>
  checkTypes[check.check].test === 'persons-covered' ? personsSql(check) : rowsSql(check, bound);

/** Number of the check, rows asked, failures. */
export function qualityQuestion(checks: readonly QualityCheck[]): Question {
  const bound = new Bound();
  const sql = checks
    .map((check, n) => `select ${n} as n, count(*) as asked, count(*) filter (fails) as failures from (${sqlOf(check, bound)})`)
    .join(' union all ');
  return { sql, parameters: bound.parameters };
}

/** Id and patient of rows that fail. */
export function qualityRowsQuestion(check: QualityCheck, most: number): Question {
  const bound = new Bound();
  return {
    sql: `select id, patient_id from (${sqlOf(check, bound)}) where fails order by id limit ${Math.floor(most)}`,
    parameters: bound.parameters,
  };
}
