// npm run bench -- scale [resources] [folder]: the same record with ten thousand and with a million resources of the simulator:
// rate and memory of the bulk load, and how much slower each search is in the large one. The peer is the small record of the
// same run, on the same machine. With a folder everything is kept in it, and a second run goes on from there.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rssMb } from '../fhir/processes.ts';
import { writePopulation } from './population.ts';
import { command, startServer } from './program.ts';
import { type Timed, timeSearches } from './searches.ts';

const resources = Number(process.argv[2] ?? 1_000_000);
const kept = process.argv[3];
const folder = kept ?? mkdtempSync(join(tmpdir(), 'lamplight-scale-'));
const environment = (name: string): NodeJS.ProcessEnv => ({
  LAMPLIGHT_DATA_DIR: join(folder, name),
  LAMPLIGHT_PORT: '0',
  LAMPLIGHT_DEMO: 'off',
  LAMPLIGHT_LOG_LEVEL: 'warn',
  LAMPLIGHT_RATE_PER_MINUTE: '0',
  DATABASE_URL: '',
});

/** Into the stopped record, as a site does it on its first day. */
async function load(name: string, files: string[], expected: number): Promise<void> {
  const started = performance.now();
  const memory: number[] = [];
  let timer: NodeJS.Timeout | undefined;
  await command(['load', '--quiet', '--json', ...files], environment(name), (child) => {
    timer = setInterval(() => memory.push(rssMb(child.pid!)), 1_000);
  });
  clearInterval(timer);
  const seconds = (performance.now() - started) / 1000;
  const tenth = (from: number): number => memory[Math.floor(memory.length * from)] ?? 0;
  console.log(
    `load of ${expected} resources: ${seconds.toFixed(1)} s, ${Math.round(expected / seconds)}/s; memory of the loader after a tenth ${tenth(0.1)} MB, half ${tenth(0.5)} MB, at the end ${tenth(0.98)} MB, most ${Math.max(0, ...memory)} MB`,
  );
}

async function search(name: string): Promise<Timed[]> {
  const server = await startServer(environment(name));
  try {
    const token = await command(['token', '--role', 'administrator'], environment(name));
    return await timeSearches(server.base, token);
  } finally {
    await server.stop();
  }
}

async function main(): Promise<void> {
  const population = await writePopulation(join(folder, 'files'), resources);
  const total = population.reduce((sum, one) => sum + one.resources, 0);
  const [first] = population;
  await load('small', [first!.file], first!.resources);
  await load(
    'large',
    population.map(({ file }) => file),
    total,
  );
  // Each twice, in turns, and the better of the two: other work on the machine falls on both alike.
  const rounds = [await search('small'), await search('large'), await search('small'), await search('large')];
  const best = (name: string, of: Timed[][]): Timed =>
    of.map((one) => one.find((timed) => timed.name === name)!).reduce((a, b) => (a.p50Ms <= b.p50Ms ? a : b));
  const day = new Date().toISOString().slice(0, 10);
  console.log(`\n${day}, Node ${process.version}, one request at a time, ${first!.resources} and ${total} resources\n`);
  console.log(
    `| search | p50 ms small | p50 ms large | large ÷ small (bar ≤ 1.5) | p90 ms large | found small | found large |\n|${' --- |'.repeat(7)}`,
  );
  for (const { name } of rounds[0]!) {
    const small = best(name, [rounds[0]!, rounds[2]!]);
    const large = best(name, [rounds[1]!, rounds[3]!]);
    console.log(
      `| ${name} | ${small.p50Ms.toFixed(2)} | ${large.p50Ms.toFixed(2)} | ${(large.p50Ms / small.p50Ms).toFixed(2)} | ${large.p90Ms.toFixed(2)} | ${small.found.toFixed(1)} | ${large.found.toFixed(1)} |`,
    );
  }
}

try {
  await main();
} finally {
  if (kept === undefined) rmSync(folder, { recursive: true, force: true });
}
