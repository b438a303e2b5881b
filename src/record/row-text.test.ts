// Rows that travel as one text arrive as they were.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { type RowColumns, readRow, rowText } from './row-text.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test.drop());

const columns: RowColumns = [
  { name: 'id', kind: 'text' },
  { name: 'name', kind: 'text' },
  { name: 'version', kind: 'number' },
  { name: 'size', kind: 'number' },
  { name: 'at', kind: 'instant' },
  { name: 'body', kind: 'text' },
];

// PostgreSQL keeps no NUL, and the two control characters are what no JSON text, name or number holds.
const plain = fc.string({ unit: 'grapheme' }).filter((text) => ![...'\0\u0001\u0002'].some((one) => text.includes(one)));

describe('a row as one text', () => {
  it('comes back with every digit, every character and every null', async () => {
    const row = fc.record({
      id: fc.uuid(),
      name: fc.option(plain),
      version: fc.integer({ min: 1, max: 2_000_000_000 }),
      size: fc.option(fc.double({ noNaN: true }).filter((one) => !Object.is(one, -0))),
      at: fc.date({ min: new Date('1900-01-01'), max: new Date('2200-01-01'), noInvalidDate: true }),
      body: fc.option(plain),
    });
    await fc.assert(
      fc.asyncProperty(row, async ({ id, name, version, size, at, body }) => {
        const { rows } = await test.db.query<{ row: string }>({
          text: `select ${rowText(columns, 'r')} as row
                 from (select $1::uuid as id, $2::text as name, $3::int4 as version, $4::float8 as size, $5::timestamptz as at, $6::text as body) r`,
          values: [id, name, version, size === null ? null : String(size), at.toISOString(), body],
        });
        expect(readRow(`7\u0001${rows[0]!.row}`, columns, 2)).toEqual({ id, name, version, size, at, body });
      }),
      { numRuns: 60 },
    );
  });
});
