// Which Lamplight a command speaks to: the one that --url or LAMPLIGHT_URL names, otherwise the one that runs on the data
// folder, otherwise the record of that folder in this process.
import { userInfo } from 'node:os';
import { readInstance } from '../../database/instance.ts';
import { fail, type Result } from '../../fhir/result.ts';
import { openPeople } from '../../people/people.ts';
import type { Settings } from '../settings.ts';
import { isInstalled, notInstalled, withDatabase } from '../with-database.ts';
import type { Destination } from './contract.ts';
import { fhirBase, httpDestination } from './http.ts';
import { localJournal, recordKey, remoteJournal } from './journal-place.ts';

export interface DestinationWish {
  url?: string;
  token?: string;
  /** Whether an installation may be made where there is none. */
  make?: boolean;
  /** Requests that will be under way at once. */
  jobs?: number;
}

const tokenMs = 3600_000;

/** Runs `work` with the destination, and closes it. */
export async function withDestination<T>(
  settings: Settings,
  wish: DestinationWish,
  work: (destination: Destination) => Promise<Result<T>>,
): Promise<Result<T>> {
  const url = wish.url ?? settings.url;
  if (url !== undefined) {
    const base = fhirBase(url);
    if (!base.ok) return base;
    const place = { base: base.value, token: wish.token ?? settings.token, key: base.value, journal: remoteJournal() };
    return closing(httpDestination(place), work);
  }
  const running = readInstance(settings.dataDir);
  if (running !== undefined && running.address === undefined)
    return fail('busy', `Lamplight is just starting on ${settings.dataDir}: try again in a moment`);
  if (running?.address !== undefined) {
    const renew = (): Promise<Result<string>> => commandToken(settings);
    const token = wish.token ?? (await renew());
    if (typeof token !== 'string' && !token.ok) return token;
    const place = {
      key: recordKey(settings),
      journal: localJournal(settings),
      base: `${running.address}/fhir`,
      token: typeof token === 'string' ? token : token.value,
      certificateFile: settings.tlsCert,
      ...(wish.token === undefined ? { renew } : {}),
    };
    return closing(httpDestination(place), work);
  }
  if (wish.make !== true && !isInstalled(settings)) return notInstalled(settings);
  const connections = Math.max(3, (wish.jobs ?? 1) + 1);
  // Only here the whole record is needed in this process: loading it takes longer than asking a server.
  const { localDestination } = await import('./local.ts');
  return withDatabase(settings, (database) => work(localDestination(database, settings, commandName())), { make: true, connections });
}

async function closing<T>(
  destination: Destination & { close(): void },
  work: (destination: Destination) => Promise<Result<T>>,
): Promise<Result<T>> {
  try {
    return await work(destination);
  } finally {
    destination.close();
  }
}

/** Who typed it, for the audit trail. */
export function commandName(): string {
  try {
    return `command line (${userInfo().username.replaceAll(/\p{C}/gu, '').slice(0, 60)})`;
  } catch {
    return 'command line';
  }
}

export async function commandToken(settings: Settings): Promise<Result<string>> {
  const issued = await withDatabase(settings, (database) =>
    openPeople(database).issueToken({ role: 'administrator', name: commandName() }, tokenMs, new Date()),
  );
  return issued.ok ? { ok: true, value: issued.value.token } : issued;
}
