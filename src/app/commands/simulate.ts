// lamplight simulate: a hospital that lives beside a running Lamplight and speaks to it through its gateways, or a year of it as files for
// analysis, with the truth beside them.
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Entrance } from '../../../simulator/live/clicks/account.ts';
import { ratesFor } from '../../../simulator/live/life.ts';
import { live } from '../../../simulator/live/live.ts';
import { readInstance } from '../../database/instance.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { openPeople } from '../../people/people.ts';
import { printMisuse, printNote, printProblem } from '../print.ts';
import type { Settings } from '../settings.ts';
import { withDatabase } from '../with-database.ts';

export interface SimulateOptions {
  days?: string;
  patients: string;
  seed?: string;
  out?: string;
  to?: string;
  token?: string;
  speed: string;
  from?: string;
  mllp?: string;
  mqtt?: string;
  x12?: string;
  truth?: string;
  planted: string;
  beds?: string;
  past?: string;
  json?: boolean;
  quiet?: boolean;
}

const wholeIn = (text: string | undefined, least: number, most: number): number | undefined => {
  const value = Number(text);
  return text !== undefined && Number.isInteger(value) && value >= least && value <= most ? value : undefined;
};

/** Enough that a bed is free for nearly everybody: stays of 4.6 days on the average, nine wards. */
export const bedsFor = (patients: number): number => Math.max(12, Math.ceil(patients / 1500));

export async function simulateCommand(settings: Settings, options: SimulateOptions): Promise<number> {
  const patients = wholeIn(options.patients, 100, 2_000_000);
  if (patients === undefined) return printMisuse('--patients takes a whole number from 100 to 2000000: how many people live in the town');
  const days = options.days === undefined ? undefined : wholeIn(options.days, 1, 3660);
  if (options.days !== undefined && days === undefined) return printMisuse('--days takes a whole number from 1 to 3660');
  const speed = Number(options.speed);
  if (!(speed >= 1 && speed <= 10_000)) return printMisuse('--speed takes a number from 1 (real time) to 10000');
  const planted = Number(options.planted);
  if (!(planted >= 0 && planted <= 100)) return printMisuse('--planted takes a number from 0 (no errors, no outbreaks) to 100');
  const beds = options.beds === undefined ? bedsFor(patients) : wholeIn(options.beds, 1, 1000);
  if (beds === undefined) return printMisuse('--beds takes a whole number from 1 to 1000: beds a ward');
  const past = options.past === undefined ? undefined : wholeIn(options.past, 0, 3660);
  if (options.past !== undefined && past === undefined) return printMisuse('--past takes a whole number of days from 0 to 3660');
  const startMs = options.from === undefined ? undefined : Date.parse(options.from);
  if (startMs !== undefined && Number.isNaN(startMs)) return printMisuse('--from takes a date such as 2026-01-01');
  const seed = options.seed ?? String(settings.simulateSeed);
  const say = (text: string): void => {
    if (options.quiet !== true) printNote(text);
  };

  if (options.out !== undefined) {
    if (options.to !== undefined) return printMisuse('--out writes files and --to speaks to a server: give one of them');
    const { writeYear } = await import('../../../simulator/live/year.ts');
    const first = startMs ?? Date.UTC(new Date().getUTCFullYear() - 1, 0, 1);
    const written = await writeYear({
      folder: options.out,
      seed,
      days: days ?? 365,
      population: patients,
      bedsEach: beds,
      planted,
      startMs: first,
      say,
    });
    if (!written.ok) return printProblem(written.problem);
    const { resources, truths, seconds } = written.value;
    if (options.json === true) console.log(JSON.stringify(written.value));
    say(
      `${resources.toLocaleString('en')} resources and ${truths.toLocaleString('en')} facts of truth in ${seconds.toFixed(1)} s, ${Math.round(resources / seconds).toLocaleString('en')}/s`,
    );
    return 0;
  }

  const place = await placeOf(settings, options);
  if (!place.ok) return printProblem(place.problem);
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort());
  // Started by "lamplight serve": without it there is nobody to speak to.
  process.once('disconnect', () => interrupt.abort());
  // Who makes the accounts of the staff hands them in one by one.
  const staff = new Map<string, Entrance>();
  if (process.connected) process.on('message', (one: Entrance) => staff.set(one.practitioner, one));
  const summary = await live({
    address: place.value.address,
    token: () => place.value.token,
    ...(place.value.mllp === undefined ? {} : { mllp: place.value.mllp }),
    ...(options.mqtt === undefined ? {} : { mqtt: { url: options.mqtt, account: 'simulator' } }),
    seed,
    speed,
    bedsEach: beds,
    population: patients,
    rates: { ...ratesFor(patients), planted, telemetryMinutes: options.mqtt === undefined ? 0 : 5 },
    ...(options.truth === undefined ? {} : { truthFile: options.truth }),
    ...(options.x12 === undefined ? {} : { x12Folder: options.x12 }),
    staff,
    startMs: startMs ?? Date.now(),
    ...(days === undefined ? {} : { days }),
    ...(past === undefined || past === 0 ? {} : { past }),
    stopped: interrupt.signal,
    say,
    warn: (text) => console.error(`warning: ${text}`),
  });
  if (process.connected) process.disconnect();
  if (options.json === true) console.log(JSON.stringify(summary));
  const { messages, fhir, monitors, claims, looks } = summary;
  say(
    `${summary.happenings} happenings; taken: ${messages.sent} messages, ${fhir.sent} transactions, ${monitors.sent} of monitors, ${claims.sent} claims and payments, ${looks.sent} looks into charts; refused: ${messages.refused + fhir.refused + monitors.refused + claims.refused}; ${summary.truths} facts of truth`,
  );
  return 0;
}

interface Place {
  address: string;
  token: string;
  mllp?: { host: string; port: number };
}

async function placeOf(settings: Settings, options: SimulateOptions): Promise<Result<Place>> {
  const mllp = mllpOf(settings, options);
  if (!mllp.ok) return mllp;
  if (options.to !== undefined) {
    const token = options.token ?? settings.token;
    if (token === undefined)
      return fail(
        'forbidden',
        `${options.to} needs a token: "lamplight token --role system --name simulator" there, and LAMPLIGHT_TOKEN here`,
      );
    return ok({ address: options.to.replace(/\/(fhir\/?)?$/, ''), token, ...mllp.value });
  }
  const running = readInstance(settings.dataDir);
  if (running?.address === undefined)
    return fail('not-found', `No Lamplight runs on ${settings.dataDir}: start it with "lamplight serve", or write files with --out FOLDER`);
  const issued = await withDatabase(settings, (database) =>
    openPeople(database).issueToken({ role: 'system', name: 'simulator' }, 366 * 86_400_000, new Date()),
  );
  return issued.ok ? ok({ address: running.address, token: issued.value.token, ...mllp.value }) : issued;
}

function mllpOf(settings: Settings, { mllp, to }: SimulateOptions): Result<{ mllp?: { host: string; port: number } }> {
  if (mllp === 'off' || (mllp === undefined && settings.mllpPort === 'off')) return ok({});
  const given = mllp ?? `${to === undefined ? '127.0.0.1' : new URL(to).hostname}:${settings.mllpPort ?? 2575}`;
  const colon = given.lastIndexOf(':');
  const port = Number(given.slice(colon + 1));
  if (colon < 1 || !(port > 0 && port < 65_536)) return fail('invalid', `--mllp takes host:port such as ${hostname()}:2575, or off`);
  return ok({ mllp: { host: given.slice(0, colon), port } });
}

/** Where a demonstration keeps its truth. */
export const demonstrationTruth = (settings: Settings): string => join(settings.dataDir, 'simulator', 'truth.ndjson');
