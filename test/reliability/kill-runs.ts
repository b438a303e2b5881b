// Runs in which something is killed while clients write: the program, PostgreSQL's postmaster, one of its backends, or both
// processes at once. After each the record is examined whole. One data folder serves several runs, so that what was
// acknowledged long ago is looked for again too.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  databaseOf,
  postgresProcesses,
  type RunningServer,
  removeFolder,
  startServer,
  temporaryFolder,
  tokenFor,
  untilReady,
} from '../running-server.ts';
import { type Chance, chance, oneOf, whole } from './chance.ts';
import { Ledger } from './ledger.ts';
import { readBackFaults } from './read-back.ts';
import { faultsOf } from './wholeness.ts';
import { startWorkload } from './workload.ts';

export const victims = ['program', 'postmaster', 'backend', 'both'] as const;
export type Victim = (typeof victims)[number];

export interface RunReport {
  run: number;
  victim: Victim;
  answered: number;
  acknowledged: number;
  /** Sent, and never answered clearly: these may be there or not, but whole. */
  unknown: number;
  answers: ReadonlyMap<string, number>;
  faults: string[];
}

export interface KillSettings {
  runs: number;
  seed: number;
  runsPerFolder: number;
  clients: number;
  /** In turn; all where none are named. */
  victims?: readonly Victim[];
  heard(report: RunReport): void;
}

/** Stops at the first run with a fault and leaves its data folder for whoever looks into it. */
export async function killRuns(settings: KillSettings): Promise<RunReport[]> {
  const reports: RunReport[] = [];
  while (reports.length < settings.runs && reports.every((report) => report.faults.length === 0)) {
    const dataDir = temporaryFolder('kill');
    await runsInFolder(dataDir, reports, settings);
    if (reports.at(-1)?.faults.length === 0) removeFolder(dataDir);
  }
  return reports;
}

async function runsInFolder(dataDir: string, reports: RunReport[], settings: KillSettings): Promise<void> {
  const { seed, clients, heard, victims: chosen = victims } = settings;
  const ledger = new Ledger(String(reports.length));
  let server = await startServer({ dataDir });
  try {
    const database = await databaseOf(dataDir);
    const token = await tokenFor(database, { role: 'administrator' }, 24 * 3600_000);
    await database.close();
    for (let n = 0; n < settings.runsPerFolder && reports.length < settings.runs; n++) {
      const run = reports.length;
      const random = chance(seed * 100_003 + run);
      const victim = chosen[run % chosen.length]!;
      const before = ledger.acknowledged.length;
      const work = startWorkload(server.address, token, ledger, random, clients);
      await untilBusy(work, 20 + whole(random, 120), server);
      await sleep(whole(random, 30));
      server = await strike(victim, server, random, () => work.end());
      const reading = await databaseOf(dataDir);
      const faults = [...(await faultsOf(reading, ledger)), ...(await readBackFaults(server.address, token, ledger, random))];
      await reading.close();
      if (faults.length > 0) faults.push(`data folder ${dataDir}, seed ${seed}, run ${run}`);
      reports.push({
        run,
        victim,
        answered: work.answered(),
        acknowledged: ledger.acknowledged.length - before,
        unknown: [...ledger.sent.values()].filter(({ told }) => told === 'unknown').length,
        answers: new Map(ledger.answers),
        faults,
      });
      heard(reports.at(-1)!);
      if (faults.length > 0) return;
    }
  } finally {
    await server.stop();
  }
}

async function untilBusy(work: { answered(): number }, writes: number, server: RunningServer): Promise<void> {
  while (work.answered() < writes) {
    if (server.process.exitCode !== null) throw new Error(`the server ended by itself:\n${server.said()}`);
    await sleep(2);
  }
}

/** Kills, brings back, and answers with the server that serves now. */
async function strike(victim: Victim, server: RunningServer, random: Chance, endWork: () => Promise<void>): Promise<RunningServer> {
  const { postmaster, children } = postgresProcesses(server.dataDir);
  if (postmaster === undefined) throw new Error('no PostgreSQL was found to kill');
  const { dataDir } = server;
  switch (victim) {
    case 'program':
      await server.kill();
      await endWork();
      return startServer({ dataDir });
    case 'both':
      process.kill(postmaster, 'SIGKILL');
      await server.kill();
      await endWork();
      return startServer({ dataDir });
    default:
      process.kill(victim === 'postmaster' ? postmaster : oneOf(random, children), 'SIGKILL');
      // The clients go on while PostgreSQL is away and comes back: what is answered in that time counts as well.
      await sleep(100 + whole(random, 300));
      await endWork();
      await untilReady(server);
      return server;
  }
}
