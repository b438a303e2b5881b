// npm run bench -- outcomes FOLDER: over the files of a simulated year ("lamplight simulate --out FOLDER"): how long each question takes, and whether shifts in
// quality that were planted are found, how late, and how often a rule fires where nothing was planted.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownKnowledge } from '../../src/app/knowledge-folder.ts';
import { loadMedicationKnowledge } from '../../src/app/medication-knowledge.ts';
import { loadOutcomeKnowledge } from '../../src/app/outcome-knowledge.ts';
import { openOutcomes } from '../../src/gateways/outcomes/outcomes.ts';
import type { Caller } from '../../src/record/contract.ts';
import { shiftsFound } from './shifts.ts';
import { tablesOf } from './tables.ts';

const caller: Caller = {
  person: { id: 'bench', name: 'bench', role: 'administrator' },
  purpose: 'HSYSADMIN',
  from: 'bench',
  request: 'bench',
};
const folders = process.argv.slice(2);
if (folders.length === 0) {
  console.error('error: name the folder of a simulated year: lamplight simulate --days 420 --patients 20000 --seed 7 --out FOLDER');
  process.exit(2);
}
const base = await loadMedicationKnowledge([ownKnowledge]);
if (!base.ok) throw new Error(base.problem.message);
const knowledge = loadOutcomeKnowledge([ownKnowledge], base.value);
if (!knowledge.ok) throw new Error(knowledge.problem.message);

async function timed<T>(name: string, work: () => Promise<T>, says: (value: T) => string): Promise<T> {
  const began = performance.now();
  const value = await work();
  console.log(`  ${name.padEnd(34)} ${(performance.now() - began).toFixed(0).padStart(6)} ms  ${says(value)}`);
  return value;
}

for (const folder of folders) {
  const ask = await tablesOf(folder);
  if (!ask.ok) throw new Error(ask.problem.message);
  const summary = JSON.parse(readFileSync(join(folder, 'simulation.txt'), 'utf8')) as { from: string; until: string };
  const untilMs = Date.parse(summary.until) - 1;
  const sinceMs = Date.parse(summary.from);
  const outcomes = openOutcomes({
    tables: { ask: (_, sql, options) => ask.value(sql, options) },
    knowledge: knowledge.value,
    timeZone: 'UTC',
    now: () => new Date(untilMs),
  });
  console.log(`${folder}: ${summary.from.slice(0, 10)} to ${summary.until.slice(0, 10)}`);
  const weeks = Math.ceil((untilMs - sinceMs) / (7 * 86_400_000)) + 1;
  for (const name of knowledge.value.indicators.keys())
    await timed(
      name,
      () => outcomes.series(caller, name, { step: 'month', count: 15, untilMs }),
      (found) => {
        if (!found.ok) return found.problem.message;
        const drawn = outcomes.chart(found.value, { ward: 'all', window: { step: 'month', count: 15, untilMs }, annotations: [] });
        if (!drawn.ok) return drawn.problem.message;
        return `${drawn.value.points.map(({ value }) => (value === null ? '–' : value.toPrecision(3))).join(' ')} | ${drawn.value.now.says}`;
      },
    );
  for (const outcome of ['mortality', 'readmission', 'long-stay'] as const)
    await timed(
      `expected: ${outcome}`,
      () => outcomes.expected(caller, outcome, { sinceMs, splitMs: sinceMs + (untilMs - sinceMs) * 0.6, untilMs }),
      (found) =>
        found.ok
          ? `O/E ${found.value.all?.ratio.toFixed(2)} (${found.value.all?.low.toFixed(2)}–${found.value.all?.high.toFixed(2)}), c ${found.value.model.c.past?.c.toFixed(2)} then ${found.value.model.c.later?.c.toFixed(2)}, signals ${found.value.cusum.map(({ signals }) => signals.length).join('/')}`
          : found.problem.message,
    );
  for (const kind of ['drugs', 'devices'] as const)
    await timed(
      `signals: ${kind}`,
      () => outcomes.signals(caller, kind, { sinceMs, untilMs }),
      (found) =>
        found.ok
          ? `${found.value.reports} stays, ${found.value.pairs.length} pairs, strong: ${
              found.value.pairs
                .filter(({ strong }) => strong)
                .map(({ drug, event, table, ebgm }) => `${drug} – ${event} (${table.a}, EB05 ${ebgm.eb05.toFixed(1)})`)
                .join('; ') || 'none'
            }`
          : found.problem.message,
    );
  await timed(
    'data quality',
    () => outcomes.quality(caller),
    (found) =>
      `${found.length} checks; failed: ${
        found
          .filter(({ outcome }) => outcome === 'failed')
          .map(({ id, failures }) => `${id} ${failures}`)
          .join(', ') || 'none'
      }; could not: ${
        found
          .filter(({ outcome }) => outcome === 'could-not-check')
          .map(({ id }) => id)
          .join(', ') || 'none'
      }`,
  );
  await shiftsFound(folder, { outcomes, caller, sinceMs, untilMs, weeks });
}
