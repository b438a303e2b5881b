// Messages out, into a folder that somebody else empties: each a file of its own that appears whole, or not at all. Its name is the
// message's id, so the same message twice is one file.
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { FormatName } from '../../exchange/contract.ts';
import type { Destination } from '../../exchange/destination.ts';

const endings: Readonly<Record<FormatName, string>> = { hl7v2: 'hl7', ccda: 'xml', x12: 'x12', devices: 'json', csv: 'csv', fhir: 'json' };

export function folderDestination(folder: string): Destination {
  return {
    async deliver({ id, format, raw }) {
      const name = `${id}.${endings[format]}`;
      const part = join(folder, `.${name}.part`);
      try {
        const file = await open(part, 'w', 0o640);
        try {
          await file.writeFile(raw);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(part, join(folder, name));
        await syncFolder(folder);
        return { kind: 'taken', said: `written as ${name}` };
      } catch (error) {
        return { kind: 'unreachable', said: `${folder} cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown'})` };
      }
    },
    close: async () => {},
  };
}

/** The name is on disk only when its folder is. Where folders cannot be opened (Windows) the rename has to do. */
async function syncFolder(folder: string): Promise<void> {
  const opened = await open(folder, 'r').catch(() => undefined);
  await opened?.sync().catch(() => {});
  await opened?.close();
}
