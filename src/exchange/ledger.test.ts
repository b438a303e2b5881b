import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LedgerRow } from '../formats/contract.ts';
import { atOnce } from '../record/slices.ts';
import { ledgerAsJson, readLedger, writeLedger } from './ledger.ts';

const text = fc.string({
  unit: fc.oneof(fc.constantFrom('\\', '\t', '\n', '\r', '0', '1', 'n', 't', '\u0000', '\u0001', '\u0002'), fc.string({ maxLength: 1 })),
});
const row: fc.Arbitrary<LedgerRow> = fc.oneof(
  fc.record({ path: text, text, state: fc.constant('mapped' as const), elements: fc.array(text, { minLength: 1, maxLength: 3 }) }),
  fc.record({ path: text, text, state: fc.constant('structural' as const) }),
  fc.record({ path: text, text, state: fc.constant('kept' as const), why: text }),
);

test('a ledger is read as it was written, whatever the leaves hold', () => {
  fc.assert(
    fc.property(fc.oneof(fc.array(row), fc.array(row, { minLength: 199, maxLength: 401 })), (rows) => {
      const written = writeLedger(rows);
      expect(atOnce(readLedger(written))).toEqual(rows);
      expect(JSON.parse(atOnce(ledgerAsJson(rows)))).toEqual(rows);
      // Neither PostgreSQL's texts nor rows on their way there may hold these.
      for (const code of [0, 1]) expect(written.includes(String.fromCharCode(code))).toBe(false);
    }),
  );
});
