// What was acknowledged over MLLP survives kill -9, has its effect once and is passed on in order. A thousand runs of the same:
// `npm run build && npx tsc -p test/tsconfig.json && node dist/test/reliability/run-mllp.js --runs 1000`.
import { expect, test } from 'vitest';
import { mllpRuns } from './reliability/mllp-runs.ts';

test('kill -9 of the program, 6 times under messages, loses, doubles and reorders nothing', async () => {
  const report = await mllpRuns({ runs: 6, seed: 1, heard: () => {} });
  expect(report.faults).toEqual([]);
  // A run that sent nothing would prove nothing; and of each connection a kill interrupts one message at most.
  expect(report.acknowledged).toBeGreaterThan(100);
  expect(report.sentAgain).toBeLessThanOrEqual(10);
}, 300_000);
