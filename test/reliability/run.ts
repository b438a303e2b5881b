// By command, for as many runs as there is patience for:
//   node dist/test/reliability/run.js --runs 1000 [--seed 1] [--clients 8]
// Prints a line each fifty runs and a table at the end; status 1 where a run found a fault.
import { parseArgs } from 'node:util';
import { killRuns, type RunReport, victims } from './kill-runs.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    clients: { type: 'string', default: '8' },
    victims: { type: 'string', default: victims.join(',') },
  },
});
const runs = Number(values.runs);
const startedAt = performance.now();
const reports: RunReport[] = [];
await killRuns({
  runs,
  seed: Number(values.seed),
  runsPerFolder: 20,
  clients: Number(values.clients),
  victims: victims.filter((victim) => values.victims.split(',').includes(victim)),
  heard(report) {
    reports.push(report);
    for (const fault of report.faults) console.log(`run ${report.run} (${report.victim}): ${fault}`);
    if (reports.length % 50 === 0)
      console.log(`${reports.length} runs, ${((performance.now() - startedAt) / reports.length / 1000).toFixed(2)} s each`);
  },
});
console.log(`seed ${values.seed}`);
for (const victim of victims) {
  const of = reports.filter((report) => report.victim === victim);
  const sum = (value: (report: RunReport) => number): number => of.reduce((total, report) => total + value(report), 0);
  console.log(`${victim}: ${of.length} runs, ${sum((r) => r.acknowledged)} acknowledged versions, ${sum((r) => r.faults.length)} faults`);
}
process.exitCode = reports.length === runs && reports.every((report) => report.faults.length === 0) ? 0 : 1;
