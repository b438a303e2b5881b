// Wiring: what is connected to what, from the settings to a server that answers. The only place that knows all rooms: each line of
// `start` is a step, told in a file of its own in serve/; what a step brings up, the later ones stand on.
import { type Logger, pino } from 'pino';
import { ok, type Result } from '../fhir/result.ts';
import type { FirstAdministrator } from '../people/contract.ts';
import { goOnBeside } from './serve/beside.ts';
import { liveOn, loadDemonstrationIfWanted } from './serve/demonstrate.ts';
import { openExchangeAndRoutes } from './serve/exchange.ts';
import { startFollowers } from './serve/followers.ts';
import type { Ground, Undo } from './serve/ground.ts';
import { hearOthers } from './serve/hear.ts';
import { listenHttp } from './serve/listen.ts';
import { openMedication } from './serve/medication.ts';
import { openRecordAndFeed } from './serve/record.ts';
import { openRecordRoutes } from './serve/record-routes.ts';
import { readSite } from './serve/site.ts';
import { openStorage } from './serve/storage.ts';
import { tellSubscribers } from './serve/subscriptions.ts';
import { openTablesAndInsight } from './serve/tables.ts';
import { openWebServer } from './serve/web-server.ts';
import type { Settings } from './settings.ts';

export interface Running {
  address: string;
  administrator: FirstAdministrator;
  /** What was found or started, for the person at the terminal. */
  notes: string[];
  /** Resources of the demonstration that were loaded now. */
  demonstrated: number;
  stop(): Promise<void>;
}

/** From nothing to serving. Whatever fails leaves nothing running behind. */
export async function serve(settings: Settings, log: Logger = makeLog(settings)): Promise<Result<Running>> {
  const undo: Undo = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  const started = await start({ settings, log, now: () => new Date() }, undo).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  if (started.ok) return ok({ ...started.value, stop });
  await stop();
  return started;
}

async function start(ground: Ground, undo: Undo): Promise<Result<Omit<Running, 'stop'>>> {
  // Files first, then the database with its people, then the record, its feed and its jobs.
  const site = await readSite(ground);
  if (!site.ok) return site;
  const stored = await openStorage(ground, undo);
  if (!stored.ok) return stored;
  const onDisk = { ...ground, ...site.value, ...stored.value };
  const recorded = { ...onDisk, ...(await openRecordAndFeed(onDisk, undo)) };

  // The server and its routes, gateway by gateway; nobody is heard yet.
  const web = { ...recorded, ...(await openWebServer(recorded, undo)) };
  const recordRoutes = await openRecordRoutes(web);
  if (!recordRoutes.ok) return recordRoutes;
  const exchanging = { ...web, ...recordRoutes.value, ...openExchangeAndRoutes(web, undo) };
  const medicating = { ...exchanging, ...(await openMedication(exchanging, undo)) };
  const tabled = openTablesAndInsight(medicating, undo);
  if (!tabled.ok) return tabled;
  const complete = { ...medicating, ...tabled.value };
  undo.push(() => complete.app.close());

  // What the record begins with, and who follows it.
  const demonstrated = await loadDemonstrationIfWanted(complete);
  const following = await startFollowers(complete, undo);
  if (!following.ok) return following;

  // Now others are heard, and told.
  const listening = await listenHttp(complete);
  if (!listening.ok) return listening;
  const reached = { ...complete, ...following.value, ...listening.value };
  tellSubscribers(reached, undo);
  const heard = await hearOthers(reached, undo);
  if (!heard.ok) return heard;
  const { instance, server, administrator, validation, readiness } = reached;
  const { address } = listening.value;
  instance.announce({ port: Number(new URL(address).port || 443), address });
  await liveOn({ ...reached, ...heard.value }, undo);
  readiness.ready = true;
  goOnBeside(reached, undo);
  return ok({ address, administrator, notes: [...server.notes, ...validation.notes, ...heard.value.notes], demonstrated });
}

/** One JSON line an event, to stderr: stdout is for what people read. */
export const makeLog = (settings: Settings): Logger =>
  pino({ level: settings.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ fd: 2, sync: true }));
