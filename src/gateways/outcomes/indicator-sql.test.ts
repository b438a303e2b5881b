// An indicator in SQL gives what it gives in memory, whatever the rows: the property that lets one be trusted for the other.
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Condition, Indicator, Linked, Row } from '../../methods/indicators/contract.ts';
import { evaluateIndicator, needsOf } from '../../methods/indicators/evaluate.ts';
import { periodIn, periodsUntil } from '../../methods/indicators/periods.ts';
import type { AnswerCell } from '../../warehouse/contract.ts';
import type { ColumnKind, Question, RowTables } from './contract.ts';
import { rowsQuestion, seriesOf, seriesQuestion } from './indicator-sql.ts';

const columns = {
  id: 'text',
  patient_id: 'text',
  ward: 'text',
  code: 'text',
  size: 'number',
  known: 'boolean',
  start: 'moment',
  end: 'moment',
} as const satisfies Record<string, ColumnKind>;
const views = ['stays', 'events'] as const;
const tables: RowTables = Object.fromEntries(views.map((view) => [view, { sql: `select * from ${view}`, columns }]));
const types = { text: 'VARCHAR', number: 'DOUBLE', boolean: 'BOOLEAN', moment: 'BIGINT' };
const periods = periodsUntil('Europe/Berlin', 'month', Date.parse('2026-04-20T00:00:00Z'), 4);
const hour = 3_600_000;
const [first, last] = [periods[0]!.fromMs - 400 * hour, periods.at(-1)!.untilMs + 400 * hour];

const momentOf = fc.option(
  fc.integer({ min: Math.floor(first / hour), max: Math.floor(last / hour) }).map((at) => at * hour),
  { freq: 8 },
);
const rowOf = fc.record<Row>({
  id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  patient_id: fc.option(fc.constantFrom('p', 'q', 'r')),
  ward: fc.option(fc.constantFrom('A', 'B', '')),
  code: fc.option(fc.constantFrom('A40', 'A41.9', 'L89', '')),
  size: fc.option(fc.integer({ min: 0, max: 9 }).map((n) => n / 2)),
  known: fc.option(fc.boolean()),
  start: momentOf,
  end: momentOf,
});
const conditionOf = fc.oneof<fc.Arbitrary<Condition>[]>(
  fc.record({ column: fc.constant('code'), in: fc.subarray(['A40', 'L89', 'none']) }),
  fc.record({ column: fc.constant('code'), notIn: fc.subarray(['A40', 'L89']) }),
  fc.record({ column: fc.constantFrom('code', 'size', 'known', 'end'), known: fc.boolean() }),
  fc.record({ column: fc.constant('code'), startsWith: fc.subarray(['A4', 'L89']) }),
  fc.record({ column: fc.constant('size'), atLeast: fc.integer({ min: 0, max: 4 }) }),
  fc.record({ column: fc.constant('size'), below: fc.integer({ min: 0, max: 4 }), notIn: fc.constant([1, 2.5]) }),
  fc.record({ column: fc.constant('known'), in: fc.subarray([true, false]) }),
  fc.record({
    column: fc.constant('end'),
    hoursAfter: fc.record({
      column: fc.constant('start'),
      atLeast: fc.integer({ min: -200, max: 200 }),
      atMost: fc.integer({ min: 0, max: 900 }),
    }),
  }),
);
const where = fc.array(conditionOf, { maxLength: 2 });
const linkedOf: fc.Arbitrary<Linked> = fc.record(
  {
    view: fc.constantFrom(...views),
    by: fc.constantFrom('patient_id', 'id'),
    at: fc.constantFrom('start', 'end'),
    from: fc.constantFrom('start', 'end'),
    where,
    anyOf: fc.array(where, { maxLength: 2 }),
    key: fc.constantFrom('patient_id', 'id'),
    hoursAtLeast: fc.integer({ min: -100, max: 100 }),
    hoursAtMost: fc.integer({ min: 0, max: 2000 }),
    other: fc.boolean(),
  },
  { requiredKeys: ['view', 'by', 'at', 'from'] },
);
const base = {
  kind: 'indicator',
  name: 'any',
  title: 'Any',
  question: '?',
  version: '1',
  status: 'unreviewed',
  reviewer: 'unreviewed',
  source: { agency: 'nobody', year: 2026, title: 'a test', section: '1' },
  licence: 'none',
  unit: '%',
  direction: 'neither',
  chart: 'p',
  denominatorLeast: 2,
  limits: 'made up',
} as const;
const denominatorOf = fc.record(
  {
    view: fc.constant('stays'),
    month: fc.constantFrom('start', 'end'),
    ward: fc.constant('ward'),
    where,
    with: linkedOf,
    without: linkedOf,
  },
  { requiredKeys: ['view', 'month'] },
);
const indicatorOf: fc.Arbitrary<Indicator> = fc
  .oneof(
    fc.record({
      measure: fc.constant('share' as const),
      per: fc.constant(100),
      denominator: denominatorOf,
      numerator: fc.record({ where, linked: linkedOf }, { requiredKeys: [] }),
    }),
    fc.record({
      measure: fc.constant('rate' as const),
      per: fc.constant(1000),
      denominator: denominatorOf.map((one) => ({ ...one, month: 'start', daysUntil: 'end' })),
      events: fc.record(
        { view: fc.constant('events'), month: fc.constant('end'), ward: fc.constant('ward'), where },
        { requiredKeys: ['view', 'month'] },
      ),
    }),
    fc.record({
      measure: fc.constant('rate' as const),
      per: fc.constant(1000),
      denominator: denominatorOf,
      events: fc.record(
        { view: fc.constant('events'), month: fc.constant('end'), ward: fc.constant('ward'), where },
        { requiredKeys: ['view', 'month'] },
      ),
    }),
    fc.record({
      measure: fc.constant('time' as const),
      denominator: denominatorOf,
      time: fc.record(
        {
          from: fc.constant('start'),
          to: fc.constant('end'),
          first: linkedOf,
          unit: fc.constantFrom('minutes', 'hours', 'days'),
          statistic: fc.constantFrom('median', 'geometric-mean', 'long-stays'),
        },
        { requiredKeys: ['from', 'to', 'unit', 'statistic'] },
      ),
    }),
  )
  .map((one): Indicator => ({ ...base, ...one, needs: {} }))
  .map((one) => ({ ...one, needs: needsOf(one) }));

describe('an indicator in SQL', () => {
  let instance: DuckDBInstance;
  beforeAll(async () => {
    instance = await DuckDBInstance.create(':memory:');
  });
  afterAll(() => instance.closeSync());

  async function asked({ sql, parameters }: Question, rows: Record<(typeof views)[number], Row[]>): Promise<AnswerCell[][]> {
    const connection = await instance.connect();
    try {
      for (const view of views) {
        const names = Object.entries(columns);
        await connection.run(
          `create or replace temp table ${view} (${names.map(([name, kind]) => `"${name}" ${types[kind]}`).join(', ')})`,
        );
        const text = (value: Row[string]): string =>
          value === null || value === undefined ? 'null' : typeof value === 'string' ? `'${value}'` : String(value);
        if (rows[view].length > 0)
          await connection.run(
            `insert into ${view} values ${rows[view].map((row) => `(${names.map(([name]) => text(row[name])).join(', ')})`).join(', ')}`,
          );
      }
      return (await connection.runAndReadAll(sql, parameters)).getRowsJson() as AnswerCell[][];
    } finally {
      connection.closeSync();
    }
  }

  it('gives what it gives in memory', async () => {
    const many = fc.array(rowOf, { maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(indicatorOf, many, many, async (indicator, stays, events) => {
        const question = seriesQuestion(indicator, tables, periods);
        if (!question.ok) throw new Error(question.problem.message);
        const rows = await asked(question.value, { stays, events });
        const found = seriesOf(indicator, periods, { columns: [], rows, cut: false });
        const wanted = evaluateIndicator(indicator, { stays, events }, periodIn(periods));
        // Logarithms of two libraries may differ in the last digit.
        const near = indicator.time?.statistic === 'geometric-mean';
        expect(found).toEqual(
          wanted.map((each) => (near && each.value !== null ? { ...each, value: expect.closeTo(each.value, 9) } : each)),
        );
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  it('gives the rows behind a point, as many as it counts', async () => {
    const many = fc.array(rowOf, { maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(indicatorOf, many, many, async (indicator, stays, events) => {
        for (const { month, ward, numerator, denominator } of evaluateIndicator(indicator, { stays, events }, periodIn(periods)).slice(
          0,
          2,
        )) {
          const period = periods.find(({ name }) => name === month)!;
          const question = rowsQuestion(indicator, tables, { period, most: 1000, ...(ward === 'all' ? {} : { ward }) });
          if (!question.ok) throw new Error(question.problem.message);
          const rows = await asked(question.value, { stays, events });
          const count = (what: string): number => rows.filter((row) => row[0] === what).length;
          if (indicator.events !== undefined) expect(count('event')).toBe(numerator);
          if (indicator.denominator.daysUntil === undefined) expect(count('counted')).toBe(denominator);
          if (indicator.measure === 'share') expect(rows.filter((row) => row[6] === true).length).toBe(numerator);
        }
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  it('is refused where it reads what there is not', () => {
    const indicator: Indicator = { ...base, measure: 'share', denominator: { view: 'visits', month: 'start' }, numerator: {}, needs: {} };
    expect(seriesQuestion(indicator, tables, periods)).toMatchObject({
      ok: false,
      problem: { message: expect.stringContaining('known are stays, events') },
    });
    const other: Indicator = { ...indicator, denominator: { view: 'stays', month: 'begun' } };
    expect(seriesQuestion(other, tables, periods)).toMatchObject({
      ok: false,
      problem: { message: expect.stringContaining('"begun" of "stays"') },
    });
  });
});
