// A whole server on an empty database whose tables hold a hospital's year already: its keeper goes on behind them.
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../../src/database/contract.ts';
import { type Caller, caller } from '../../test/calls.ts';
import { databaseOf, type RunningServer, removeFolder, startServer, temporaryFolder, tokenFor } from '../../test/running-server.ts';
import { hospital } from './hospital.ts';

export interface InsightStand {
  server: RunningServer;
  database: Database;
  /** As an administrator, unless a token is given. */
  call: Caller;
  administrator: string;
  analyst: string;
  /** An analyst of an organisation with no patient in the database, so that rows are looked for and none is found. */
  ofOne: string;
  end(): Promise<void>;
}

export async function openInsightStand({
  observations,
  env = {},
}: {
  observations?: number;
  env?: Record<string, string>;
}): Promise<InsightStand> {
  const dataDir = temporaryFolder('insight');
  if (observations !== undefined) {
    mkdirSync(join(dataDir, 'warehouse'), { recursive: true });
    cpSync(await hospital(observations), join(dataDir, 'warehouse'), { recursive: true });
  }
  // Its own PostgreSQL, with fsync, as it is installed.
  const server = await startServer({ dataDir, env: { LAMPLIGHT_WAREHOUSE: 'on', LAMPLIGHT_RATE_PER_MINUTE: '0', ...env } });
  const database = await databaseOf(dataDir);
  const administrator = await tokenFor(database, { role: 'administrator' });
  return {
    server,
    database,
    administrator,
    call: caller(server.address, administrator),
    analyst: await tokenFor(database, { role: 'analyst' }),
    ofOne: await tokenFor(database, { role: 'analyst', organisations: ['small'] }),
    async end() {
      await database.close();
      await server.stop();
      removeFolder(dataDir);
    },
  };
}
