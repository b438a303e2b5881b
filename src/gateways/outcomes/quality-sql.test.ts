// Checks in SQL count what they count in memory, on rows at random.
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assess } from '../../methods/data-quality/assess.ts';
import type { Row } from '../../methods/data-quality/contract.ts';
import { type QualityCheck, qualityQuestion, qualityRowsQuestion, readQualityCheck } from './quality-sql.ts';

const base = { id: 'x', title: 'x', table: 'stays' } as const;
const checks: QualityCheck[] = [
  { ...base, check: 'isRequired', column: 'code' },
  { ...base, check: 'measureValueCompleteness', column: 'value', where: { code: ['a', 'b'] } },
  { ...base, check: 'isPrimaryKey', column: 'code' },
  { ...base, check: 'isForeignKey', column: 'patient_id', reference: 'patients' },
  { ...base, check: 'plausibleValueLow', column: 'value', bound: 2 },
  { ...base, check: 'plausibleValueHigh', column: 'value', bound: 2, where: { code: ['a'] } },
  { ...base, check: 'plausibleUnitConceptIds', column: 'code', values: ['a', 'c'] },
  { ...base, check: 'plausibleStartBeforeEnd', column: 'start', against: 'end' },
  { ...base, check: 'plausibleBeforeDeath', column: 'start', against: 'end', bound: 60 },
  { ...base, check: 'plausibleAfterBirth', column: 'start', against: 'end' },
  { ...base, check: 'measurePersonCompleteness', reference: 'patients' },
];
const dateOf = fc.option(
  fc.integer({ min: 0, max: 300 }).map((day) => new Date(Date.UTC(2026, 0, 1) + day * 86_400_000 * 0.75).toISOString()),
);
const rowOf = fc.record<Row>({
  patient_id: fc.option(fc.constantFrom('p', 'q', 'r', 's')),
  code: fc.option(fc.constantFrom('a', 'b', 'c', '')),
  value: fc.option(fc.integer({ min: 0, max: 5 })),
  start: dateOf,
  end: dateOf,
});

describe('a check of data quality in SQL', () => {
  let instance: DuckDBInstance;
  beforeAll(async () => {
    instance = await DuckDBInstance.create(':memory:');
  });
  afterAll(() => instance.closeSync());

  it('counts as in memory, and finds as many rows', async () => {
    const patients = ['p', 'q', 'r'];
    await fc.assert(
      fc.asyncProperty(fc.array(rowOf, { maxLength: 20 }), async (given) => {
        const stays: Row[] = given.map((row, n) => ({ id: `s${String(n).padStart(2, '0')}`, ...row }));
        const connection = await instance.connect();
        try {
          await connection.run(
            'create or replace temp table stays (id VARCHAR, patient_id VARCHAR, code VARCHAR, value DOUBLE, start TIMESTAMP, "end" TIMESTAMP)',
          );
          await connection.run(`create or replace temp table patients as select unnest(['${patients.join("','")}']) as id`);
          const text = (cell: Row[string]): string => (cell === null || cell === undefined ? 'null' : `'${cell}'`);
          for (const { id, patient_id, code, value, start, end } of stays)
            await connection.run(`insert into stays values (${[id, patient_id, code, value, start, end].map(text).join(', ')})`);
          const { sql, parameters } = qualityQuestion(checks);
          const rows = (await connection.runAndReadAll(sql, parameters)).getRowsJson();
          const found = assess(
            checks,
            { stays },
            { sets: { patients: { has: (key) => patients.some((one) => one === key), size: patients.length } } },
          );
          for (const [n, { of, failures }] of found.entries()) {
            const row = rows.find(([number]) => number === n)!;
            expect([checks[n]!.check, Number(row[1]), Number(row[2])]).toEqual([checks[n]!.check, of, failures]);
            const behind = qualityRowsQuestion(checks[n]!, 1000);
            expect((await connection.runAndReadAll(behind.sql, behind.parameters)).currentRowCount).toBe(failures);
          }
        } finally {
          connection.closeSync();
        }
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  it('is refused where it cannot be asked', () => {
    expect(readQualityCheck({ ...base, check: 'isForeignKey', column: 'code' }).ok).toBe(false);
    expect(readQualityCheck({ ...base, check: 'isRequired', column: 'code"; drop' }).ok).toBe(false);
    expect(readQualityCheck({ ...base, check: 'cdmTable' }).ok).toBe(false);
    for (const check of checks) expect(readQualityCheck(check).ok).toBe(true);
  });
});
