// The files of runs: in the folder of the site, a folder for each report, readable for the account of the program and its group.
// Where several processes share a database on several machines the folder must be one that they share.
import { createReadStream, type ReadStream } from 'node:fs';
import { mkdir, open, rename, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunFile } from './runs.ts';

/** `2026-03-30-0700`, of the clock of the site; by hand it may be made twice in a minute: `2026-03-30-0700-1f3c`. */
export const stampOf = (localTime: string, { id, byHand }: { id: string; byHand: boolean }): string =>
  `${localTime.replace(' ', '-').replace(':', '')}${byHand ? `-${id.slice(0, 4)}` : ''}`;

/** Whole or not at all, under names that the report and the run give. */
export async function putFiles(
  root: string,
  report: string,
  attempt: string,
  files: readonly (RunFile & { content: Buffer })[],
): Promise<void> {
  const folder = join(root, report);
  await mkdir(folder, { recursive: true, mode: 0o750 });
  for (const { name, content } of files) {
    const temporary = join(folder, `.${name}.${attempt}`);
    const handle = await open(temporary, 'w', 0o640);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, join(folder, name));
  }
}

/** `name` stands in a row of the database; never what somebody typed. */
export async function readRunFile(root: string, report: string, name: string): Promise<{ bytes: number; read(): ReadStream } | undefined> {
  const path = join(root, report, name);
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true ? { bytes: found.size, read: () => createReadStream(path) } : undefined;
}

export async function removeRunFiles(root: string, report: string, files: readonly RunFile[]): Promise<void> {
  for (const { name } of files) await rm(join(root, report, name), { force: true });
  await rmdir(join(root, report)).catch(() => {});
}
