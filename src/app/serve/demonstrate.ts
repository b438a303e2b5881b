// The demonstration, where the settings want one: made-up patients in an empty record, and the hospital that goes on living among them.
import { holdsDemonstration, loadDemonstration } from '../demonstration.ts';
import { startLife } from '../demonstration-life.ts';
import type { Ground, Undo } from './ground.ts';
import type { Heard } from './hear.ts';
import type { Listening } from './listen.ts';
import type { Recorded } from './record.ts';
import type { Stored } from './storage.ts';

/** By itself never in a database that somebody named. */
const isWanted = ({ settings, server }: Ground & Stored): boolean =>
  settings.demo === 'on' || (settings.demo === 'auto' && server.how !== 'named');

/** How many resources were loaded now. */
export async function loadDemonstrationIfWanted(parts: Ground & Stored & Recorded): Promise<number> {
  const { settings, now, database, record } = parts;
  return isWanted(parts) ? loadDemonstration(database, record, { patients: settings.demoPatients, seed: settings.simulateSeed, now }) : 0;
}

/** Only into a record that holds the demonstration: what is in use must never be told of made-up patients. */
export async function liveOn(parts: Ground & Stored & Recorded & Listening & Heard, undo: Undo): Promise<void> {
  const { settings, log, people, record, address, mllpPort } = parts;
  if (!isWanted(parts) || !settings.demoLive || !(await holdsDemonstration(record, settings.simulateSeed))) return;
  const mqttPort = settings.mqttTlsKey === undefined ? parts.mqttPort : undefined;
  const life = await startLife({ settings, people, log, address, mllpPort, mqttPort });
  if (life !== undefined) undo.push(life.stop);
}
