// lamplight doctor: what is wrong with an installation, and how to mend it. Changes nothing; a stopped database is started
// for the look and stopped again.
import type { Database } from '../../database/contract.ts';
import { acquireInstance, type InstanceRecord, readInstance } from '../../database/instance.ts';
import { attachServer, openServer } from '../../database/launch.ts';
import { connect } from '../../database/pool.ts';
import { ok, type Problem, type Result } from '../../fhir/result.ts';
import { broken, type Check, type Finding, type Subject } from '../doctor/contract.ts';
import { dataFolder, freeDisk, instance } from '../doctor/data-folder.ts';
import { knowledge } from '../doctor/knowledge.ts';
import { backup } from '../doctor/last-backup.ts';
import { clock, memory, node, openFiles } from '../doctor/machine.ts';
import { address, port, tls } from '../doctor/network.ts';
import { followers, people, programs, schema } from '../doctor/postgres.ts';
import { replica } from '../doctor/replica.ts';
import { searchIndex } from '../doctor/search-index.ts';
import { printNote, styled } from '../print.ts';
import { readSettings, type Settings } from '../settings.ts';
import { isInstalled } from '../with-database.ts';

/** In the order in which one thing rests on another. */
const checks: Check[] = [
  node,
  memory,
  openFiles,
  dataFolder,
  freeDisk,
  instance,
  programs,
  schema,
  people,
  followers,
  replica,
  searchIndex,
  backup,
  clock,
  knowledge,
  port,
  tls,
  address,
];

type Named = Finding & { check: string };

export async function doctorCommand(options: { json?: boolean; quiet?: boolean }): Promise<number> {
  const settings = readSettings();
  const findings: Named[] = settings.ok ? await examine(settings.value) : [wrongSettings(settings.problem)];
  for (const finding of findings) if (options.quiet !== true || finding.state !== 'ok') print(finding, options.json === true);
  const failed = findings.filter(({ state }) => state === 'fail').length;
  const doubtful = findings.filter(({ state }) => state === 'warn').length;
  if (options.json !== true && options.quiet !== true) {
    if (failed + doubtful === 0) printNote('all is well');
    else printNote(`${failed} to mend, ${doubtful} to look at`);
  }
  return failed > 0 ? 1 : 0;
}

const wrongSettings = (problem: Problem): Named => ({
  check: 'settings',
  ...broken(problem.message, '"lamplight settings" lists what there is'),
});

async function examine(settings: Settings): Promise<Named[]> {
  const running = readInstance(settings.dataDir);
  const findings: Named[] = [];
  // Before the database is opened: that takes an orphaned server over, and then there is none to tell of.
  const subject: Subject = { settings, running, database: undefined, now: new Date() };
  const before = await Promise.all([dataFolder, instance, programs].map((check) => look(check, subject)));
  const opened = await withOpened(settings, running, async (database) => {
    for (const check of checks) {
      const known = [dataFolder, instance, programs].indexOf(check);
      findings.push(...(known >= 0 ? before[known]! : await look(check, { ...subject, database })));
    }
    return ok(undefined);
  });
  if (!opened.ok) findings.push({ check: 'database', ...broken(opened.problem.message, hintFor(settings)) });
  return findings;
}

async function look(check: Check, subject: Subject): Promise<Named[]> {
  try {
    return (await check.look(subject)).map((finding) => ({ check: check.name, ...finding }));
  } catch (error) {
    const says = `this could not be looked at: ${error instanceof Error ? error.message : 'unknown'}`;
    return [{ check: check.name, ...broken(says, 'mend what else is named here, then look again') }];
  }
}

/** `work` is done in any case, without a database where there is none; the problem says why there is none. */
async function withOpened(
  settings: Settings,
  running: InstanceRecord | undefined,
  work: (database: Database | undefined) => Promise<Result<void>>,
): Promise<Result<void>> {
  if (!isInstalled(settings)) return work(undefined);
  const without = async (problem: Problem): Promise<Result<void>> => {
    await work(undefined);
    return { ok: false, problem };
  };
  const request = { dataDir: settings.dataDir, databaseUrl: settings.databaseUrl };
  const named = settings.databaseUrl !== undefined;
  const held = running === undefined && !named ? await acquireInstance(settings.dataDir).catch(cannot) : undefined;
  if (held !== undefined && !held.ok) return without(held.problem);
  try {
    const server = await (running === undefined ? openServer(request) : attachServer(request)).catch(cannot);
    if (!server.ok) return await without(server.problem);
    try {
      const database = await connect(server.value.connection, { connectionsMax: 2, connectTimeoutMs: 5_000, statementTimeoutMs: 10_000 });
      if (!database.ok) return await without(database.problem);
      try {
        return await work(database.value);
      } finally {
        await database.value.close();
      }
    } finally {
      await server.value.stop();
    }
  } finally {
    held?.value.release();
  }
}

/** Rights and full disks are thrown by the file system; here they are findings like others. */
function cannot(error: unknown): { ok: false; problem: Problem } {
  return { ok: false, problem: { kind: 'forbidden', message: error instanceof Error ? error.message : 'unknown' } };
}

const hintFor = (settings: Settings): string =>
  settings.databaseUrl === undefined
    ? 'mend what is named above; its log is postgres.start.log beside the database'
    : 'check the address, the password and that the server runs: psql "$DATABASE_URL"';

const marks = { ok: ['green', 'ok  '], warn: ['yellow', 'warn'], fail: ['red', 'fail'] } as const;

function print(finding: Named, json: boolean): void {
  if (json) {
    console.log(JSON.stringify(finding));
    return;
  }
  const [style, mark] = marks[finding.state];
  console.log(`${styled(style, mark, process.stdout)}  ${finding.check.padEnd(11)}  ${finding.says}`);
  if (finding.hint !== undefined) console.log(`${' '.repeat(19)}${styled('dim', 'hint:', process.stdout)} ${finding.hint}`);
}
