// What was acknowledged survives kill -9, and what was not is there whole or not at all. A thousand runs of the same:
// `npm run test:reliability -- --runs 1000`.
import { expect, test } from 'vitest';
import { killRuns, victims } from './reliability/kill-runs.ts';

const runs = 8;

test('kill -9 of the program and of PostgreSQL, 8 times under mixed writes, loses and halves nothing', async () => {
  const reports = await killRuns({ runs, seed: 1, runsPerFolder: 8, clients: 8, heard: () => {} });
  expect(reports.flatMap((report) => report.faults)).toEqual([]);
  expect(reports).toHaveLength(runs);
  for (const victim of victims) expect(reports.some((report) => report.victim === victim)).toBe(true);
  // A run that wrote nothing would prove nothing.
  for (const report of reports) expect(report.acknowledged).toBeGreaterThan(10);
}, 900_000);
