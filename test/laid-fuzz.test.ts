// Some of what `npm run test:fuzz -- laid` does: see test/fuzz/laid.ts.
import { expect, test } from 'vitest';
import { layMutated, remade } from './fuzz/laid.ts';
import { hl7Fixtures } from './fuzz/messages.ts';

test('messages with faults are laid or refused with what is wrong in them, and hold up nobody', { timeout: 60_000 }, async () => {
  const inputs = Array.from({ length: 300 }, (_, seed) => ({
    format: 'hl7v2' as const,
    raw: remade(hl7Fixtures, seed, ['\r', '|']),
  }));
  const { findings, done } = await layMutated(inputs);
  expect(findings).toEqual([]);
  expect(done).toBeGreaterThan(100);
});
