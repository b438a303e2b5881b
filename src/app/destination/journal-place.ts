// Where loads are noted down, and under which name of the record they went to.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { namedUuid } from '../../methods/named-uuid.ts';
import type { Settings } from '../settings.ts';

const fileName = 'loads.jsonl';

/** The record behind the data folder; an address of a database may hold a password, so its hash stands for it. */
export const recordKey = (settings: Settings): string =>
  settings.databaseUrl === undefined ? 'data folder' : namedUuid('database', settings.databaseUrl);

export const localJournal = (settings: Settings): string => join(settings.dataDir, fileName);

/** https://specifications.freedesktop.org/basedir-spec/latest/ */
export function remoteJournal(env: NodeJS.ProcessEnv = process.env): string {
  const state = env['XDG_STATE_HOME'];
  return join(state === undefined || state === '' ? join(homedir(), '.local', 'state') : state, 'lamplight', fileName);
}
