// npm run bench -- scale [resources] [folder]: the same record with ten thousand and with a million resources of the simulator:
// rate and memory of the bulk load, and how much slower each search is in the large one. The peer is the small record of the
// same run, on the same machine. With a folder everything is kept in it, and a second run goes on from there.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rssMb } from '../fhir/processes.ts';
import { writePopulation } from './population.ts';
import { command, type Served, startServer } from './program.ts';
import { type Place, type Timed, timeSearches } from './searches.ts';

const resources = Number(process.argv[2] ?? 1_000_000);
const kept = process.argv[3];
/** Resources of one patient of the simulator with their share of the hospital, about. */
const patientWeight = 101;
const folder = kept ?? mkdtempSync(join(tmpdir(), 'lamplight-scale-'));
const environment = (name: string): NodeJS.ProcessEnv => ({
  LAMPLIGHT_DATA_DIR: join(folder, name),
  LAMPLIGHT_PORT: '0',
  LAMPLIGHT_DEMO: 'off',
  LAMPLIGHT_LOG_LEVEL: 'warn',
  LAMPLIGHT_RATE_PER_MINUTE: '0',
  DATABASE_URL: '',
});

interface Loaded {
  resources: number;
  says: string;
}

/** Into the stopped record, as a site does it on its first day. */
async function load(name: string, patients: number): Promise<Loaded> {
  const note = join(folder, `${name}.loaded.json`);
  if (existsSync(note)) return JSON.parse(readFileSync(note, 'utf8')) as Loaded;
  const population = await writePopulation(join(folder, `${name}-files`), patients);
  const resources = population.reduce((sum, one) => sum + one.resources, 0);
  const started = performance.now();
  const memory: number[] = [];
  let timer: NodeJS.Timeout | undefined;
  const files = population.map(({ file }) => file);
  await command(['load', '--quiet', '--json', ...files], environment(name), (child) => {
    timer = setInterval(() => memory.push(rssMb(child.pid!)), 1_000);
  });
  clearInterval(timer);
  const seconds = (performance.now() - started) / 1000;
  const at = (part: number): number => memory[Math.floor(memory.length * part)] ?? 0;
  const says = `load of ${resources} resources: ${seconds.toFixed(1)} s, ${Math.round(resources / seconds)}/s; memory of the loader after a tenth ${at(0.1)} MB, half ${at(0.5)} MB, at the end ${at(0.98)} MB, most ${Math.max(0, ...memory)} MB`;
  writeFileSync(note, JSON.stringify({ resources, says }));
  return { resources, says };
}

async function main(): Promise<void> {
  const small = await load('small', 100);
  console.log(small.says);
  const large = await load('large', Math.round(resources / patientWeight));
  console.log(large.says);
  const servers: Served[] = [];
  try {
    const places: Place[] = [];
    for (const name of ['small', 'large']) {
      const server = await startServer(environment(name));
      servers.push(server);
      places.push({ base: server.base, token: await command(['token', '--role', 'administrator'], environment(name)) });
    }
    for (const place of places) await untilQuiet(place);
    const results = await timeSearches(places);
    const day = new Date().toISOString().slice(0, 10);
    console.log(
      `\n${day}, Node ${process.version}, one request at a time, in turns, ${small.resources} and ${large.resources} resources\n`,
    );
    console.log(
      `| search | p50 ms small | p50 ms large | large ÷ small (bar ≤ 1.5) | p90 ms large | found small | found large |\n|${' --- |'.repeat(7)}`,
    );
    for (const { name, timed } of results) {
      const [a, b] = timed as [Timed, Timed];
      console.log(
        `| ${name} | ${a.p50Ms.toFixed(2)} | ${b.p50Ms.toFixed(2)} | ${(b.p50Ms / a.p50Ms).toFixed(2)} | ${b.p90Ms.toFixed(2)} | ${a.found.toFixed(1)} | ${b.found.toFixed(1)} |`,
      );
    }
  } finally {
    for (const server of servers) await server.stop();
  }
}

/** The modules follow what was loaded; while they do, they take half of the machine. */
async function untilQuiet({ base }: Place): Promise<void> {
  for (;;) {
    const metrics = await (await fetch(`${new URL(base).origin}/metrics`)).text();
    if (Number(/^lamplight_feed_behind_seconds (\S+)/m.exec(metrics)?.[1] ?? 0) === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  }
}

try {
  await main();
} finally {
  if (kept === undefined) rmSync(folder, { recursive: true, force: true });
}
