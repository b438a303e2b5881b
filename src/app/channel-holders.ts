// Who works the channels: a name for this process, and the name of the one that ran on this data folder before. The lock of the folder
// says that it is dead, so what it held need not run out first.
import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Holders } from '../exchange/queue.ts';

/** Only while this process has the lock of the folder (src/database/instance.ts). */
export function channelHolders(dataDir: string): Holders {
  const file = join(dataDir, 'channel-holder');
  const holder = randomUUID();
  const former = formerOf(file);
  writeFileSync(`${file}.new`, `${holder}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return { holder, former };
}

function formerOf(file: string): string | undefined {
  try {
    const text = readFileSync(file, 'utf8').trim();
    return /^[0-9a-f-]{36}$/.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}
