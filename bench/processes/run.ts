// npm run bench -- processes [rounds] [seconds]: reads and searches of one process and of two on the same database, in turns. The
// peer is the one process of the same round. On a machine of few cores the load generator, PostgreSQL and both processes share
// them, so beside the rates there is what a request costs in CPU: where that stays, more cores give more requests.
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { attachServer } from '../../src/database/launch.ts';
import { backends, cpuMs, cpuSince } from '../fhir/processes.ts';
import { command, type Served, startServer } from '../scale/program.ts';

const rounds = Number(process.argv[2] ?? 5);
const seconds = Number(process.argv[3] ?? 3);
const folder = mkdtempSync(join(tmpdir(), 'lamplight-processes-'));

interface Measured {
  perSecond: number;
  cpuMsPerRequest: number;
  failed: number;
}

async function main(): Promise<void> {
  const environment = { LAMPLIGHT_PORT: '0', LAMPLIGHT_LOG_LEVEL: 'warn', DATABASE_URL: '' };
  const servers: Served[] = [];
  try {
    const first = { ...environment, LAMPLIGHT_DATA_DIR: join(folder, 'first'), LAMPLIGHT_DEMO: 'on', LAMPLIGHT_DEMO_LIVE: 'off' };
    servers.push(await startServer(first));
    const token = await command(['token', '--role', 'administrator'], first);
    const server = await attachServer({ dataDir: first.LAMPLIGHT_DATA_DIR });
    if (!server.ok || 'url' in server.value.connection) throw new Error('the embedded server is not there');
    const { host, port, user, password, database } = server.value.connection;
    const url = `postgres://${user}:${encodeURIComponent(password ?? '')}@localhost:${port}/${database}?host=${encodeURIComponent(host ?? '')}`;
    servers.push(
      await startServer({ ...environment, LAMPLIGHT_DATA_DIR: join(folder, 'second'), LAMPLIGHT_DEMO: 'off', DATABASE_URL: url }),
    );
    const headers = { authorization: `Bearer ${token}`, accept: 'application/fhir+json' };
    const answer = await fetch(`${servers[0]!.base}/Patient?_count=100`, { headers });
    const ids = ((await answer.json()) as { entry: { resource: { id: string } }[] }).entry.map(({ resource }) => resource.id);
    const works: [name: string, paths: string[]][] = [
      ['GET Patient/id', ids.map((id) => `/fhir/Patient/${id}`)],
      [
        'Observation?patient&code&_sort=-date',
        ids.map((id) => `/fhir/Observation?patient=Patient/${id}&code=http://loinc.org%7C8867-4&_sort=-date&_count=20`),
      ],
    ];
    const measure = (paths: string[], asked: readonly Served[]): Promise<Measured> => load(paths, asked, headers, server.value.pid!);
    const day = new Date().toISOString().slice(0, 10);
    console.log(`\n${day}, Node ${process.version}, ${availableParallelism()} cores for all, ${rounds} rounds of ${seconds} s, medians\n`);
    console.log(`| work | one /s | two /s | two ÷ one (bar ≥ 1.6) | CPU ms a request, one | two | failed |\n|${' --- |'.repeat(7)}`);
    for (const [name, paths] of works) {
      for (const one of servers) await measure(paths, [one]);
      const alone: Measured[] = [];
      const together: Measured[] = [];
      for (let i = 0; i < rounds; i++) {
        alone.push(await measure(paths, [servers[i % 2]!]));
        together.push(await measure(paths, servers));
      }
      const ratio = median(together.map((two, i) => two.perSecond / alone[i]!.perSecond));
      const of = (all: Measured[], what: keyof Measured): number => median(all.map((one) => one[what]));
      const failed = [...alone, ...together].reduce((sum, one) => sum + one.failed, 0);
      console.log(
        `| ${name} | ${Math.round(of(alone, 'perSecond'))} | ${Math.round(of(together, 'perSecond'))} | ${ratio.toFixed(2)} | ${of(alone, 'cpuMsPerRequest').toFixed(3)} | ${of(together, 'cpuMsPerRequest').toFixed(3)} | ${failed} |`,
      );
    }
  } finally {
    for (const server of servers.reverse()) await server.stop();
  }
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** 32 connections to each that is asked. */
async function load(paths: string[], asked: readonly Served[], headers: Record<string, string>, postmaster: number): Promise<Measured> {
  const before = { cpu: asked.map(({ pid }) => cpuMs(pid)), backends: backends(postmaster) };
  const results = await Promise.all(
    asked.map(({ base }) =>
      autocannon({ url: new URL(base).origin, connections: 32, duration: seconds, requests: paths.map((path) => ({ path, headers })) }),
    ),
  );
  const done = results.reduce((sum, result) => sum + result['2xx'], 0);
  const cpu = asked.reduce((sum, { pid }, i) => sum + cpuMs(pid) - before.cpu[i]!, 0) + cpuSince(before.backends, postmaster);
  return {
    perSecond: results.reduce((sum, result) => sum + result['2xx'] / result.duration, 0),
    cpuMsPerRequest: cpu / done,
    failed: results.reduce((sum, result) => sum + result.non2xx + result.errors, 0),
  };
}

try {
  await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
