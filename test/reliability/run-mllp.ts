// By command, for as many runs as there is patience for:
//   node dist/test/reliability/run-mllp.js --runs 1000 [--seed 1]
// Status 1 where something was lost, doubled or out of order.
import { parseArgs } from 'node:util';
import { mllpRuns } from './mllp-runs.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '1000' }, seed: { type: 'string', default: String(Date.now() % 1_000_000) } },
});
const report = await mllpRuns({
  runs: Number(values.runs),
  seed: Number(values.seed),
  heard(run, acknowledged) {
    if ((run + 1) % 50 === 0) console.log(`${run + 1} runs, ${acknowledged} messages acknowledged`);
  },
});
for (const fault of report.faults) console.log(fault);
console.log(
  `seed ${values.seed}: ${report.runs} kills, ${report.acknowledged} messages acknowledged, ${report.sentAgain} sent on again, ${report.faults.length} faults`,
);
process.exitCode = report.faults.length === 0 ? 0 : 1;
