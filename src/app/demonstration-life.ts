// The demonstration hospital that goes on living: the simulator as a process of its own, which speaks through the gateways like any other
// system. It ends with the server; where it ends by itself it is not started again, so that a fault of a demonstration stays small.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { setPriority } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { People } from '../people/contract.ts';
import { makeStaffAccounts } from './demonstration-staff.ts';
import type { Settings } from './settings.ts';

export interface LifeParts {
  settings: Settings;
  people: People;
  log: Logger;
  address: string;
  mllpPort: number | undefined;
  mqttPort: number | undefined;
}

/** Longer than a demonstration lives without being started again. */
const tokenMs = 366 * 86_400_000;
/** Beds a ward, as `generatePopulation` gives them to so many patients. */
const bedsFor = (patients: number): number => Math.max(12, Math.ceil(patients / 12));
/** People of a town that fills two beds of three. */
const townFor = (beds: number): number => beds * 2300;

export async function startLife(parts: LifeParts): Promise<{ stop(): Promise<void> } | undefined> {
  const { settings, people, log, address, mllpPort, mqttPort } = parts;
  const issued = await people.issueToken({ role: 'system', name: 'simulator' }, tokenMs, new Date());
  if (!issued.ok) return undefined;
  const truth = join(settings.dataDir, 'simulator', 'truth.ndjson');
  mkdirSync(dirname(truth), { recursive: true, mode: 0o700 });
  const beds = bedsFor(settings.demoPatients);
  const host = ['0.0.0.0', '::'].includes(settings.host) ? '127.0.0.1' : settings.host;
  const child = spawn(
    process.execPath,
    [
      fileURLToPath(new URL('./main.js', import.meta.url)),
      'simulate',
      '--to',
      address,
      '--seed',
      String(settings.simulateSeed),
      '--beds',
      String(beds),
      '--patients',
      String(townFor(beds)),
      '--past',
      String(settings.demoPastDays),
      '--mllp',
      mllpPort === undefined ? 'off' : `${host}:${mllpPort}`,
      '--truth',
      truth,
      '--quiet',
      ...(mqttPort === undefined ? [] : ['--mqtt', `mqtt://${host}:${mqttPort}`]),
    ],
    {
      // The token goes by the environment: other users of the machine see arguments.
      env: { ...withoutSettings(), LAMPLIGHT_TOKEN: issued.value.token, ...certificateOf(settings) },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    },
  );
  lower(child);
  const staff = makeStaffAccounts({
    people,
    address,
    seed: settings.simulateSeed,
    beds,
    made: (one) => child.connected && child.send(one),
  });
  staff.catch((error: unknown) => log.warn({ error: error instanceof Error ? error.name : 'unknown' }, 'the demonstration has no staff'));
  let stopping = false;
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-300);
    const [, warned] = /^warning: (.*)/m.exec(said) ?? [];
    if (warned === undefined) return;
    log.warn(`The demonstration hospital: ${warned}`);
    said = '';
  });
  const ended = new Promise<void>((done) => {
    child.once('error', () => done());
    child.once('exit', (code) => {
      if (!stopping)
        log.warn({ code, said: said.split('\n', 1)[0] }, 'the demonstration hospital has stopped living; a restart starts it again');
      done();
    });
  });
  return {
    async stop() {
      stopping = true;
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 3000);
      await ended;
      clearTimeout(late);
      // Where the database ends first, the token ends by itself.
      await people.revoke(issued.value.token).catch(() => undefined);
    },
  };
}

/** Whoever works on the machine comes first. */
function lower({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, 10);
  } catch {
    // It has ended already, or this system has no priorities.
  }
}

/** A certificate of the site's own is trusted by its own process. */
const certificateOf = ({ tlsCert }: Settings): NodeJS.ProcessEnv => (tlsCert === undefined ? {} : { NODE_EXTRA_CA_CERTS: tlsCert });

const withoutSettings = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(LAMPLIGHT_|DATABASE_URL)/.test(name)));
