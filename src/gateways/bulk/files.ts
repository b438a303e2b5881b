// The files of a job in a folder of their own, readable for this account of the machine only. Where several processes share a
// database on several machines, the folder must be one that they share (LAMPLIGHT_EXPORT_DIR).
import { createReadStream, type ReadStream } from 'node:fs';
import { mkdir, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BulkFile } from './contract.ts';

/** Lines of one file: a client may fetch several at the same time. */
const linesMax = 250_000;

export const folderOf = (root: string, job: string): string => join(root, job);

export async function freshFolder(root: string, job: string): Promise<string> {
  const folder = folderOf(root, job);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}

export const removeFolder = (root: string, job: string): Promise<void> => rm(folderOf(root, job), { recursive: true, force: true });

/** Writes lines to `TYPE.1.ndjson`, `TYPE.2.ndjson` …; what is written is on disk when `close` has ended. */
export class LineFiles {
  readonly files: BulkFile[] = [];
  readonly #folder: string;
  readonly #suffix: string;
  #current: { file: BulkFile; handle: Awaited<ReturnType<typeof open>> } | undefined;

  /** `suffix`: part of the names, such as `.deleted`. */
  constructor(folder: string, suffix = '') {
    this.#folder = folder;
    this.#suffix = suffix;
  }

  async write(type: string, lines: readonly string[], count = lines.length): Promise<void> {
    if (lines.length === 0) return;
    if (this.#current?.file.type !== type || this.#current.file.count >= linesMax) await this.#begin(type);
    const { file, handle } = this.#current!;
    await handle.writeFile(`${lines.join('\n')}\n`);
    file.count += count;
  }

  async close(): Promise<void> {
    if (this.#current === undefined) return;
    await this.#current.handle.sync();
    await this.#current.handle.close();
    this.#current = undefined;
  }

  /** Takes away what was written. */
  async discard(): Promise<void> {
    await this.close();
    for (const { file } of this.files) await rm(join(this.#folder, file), { force: true });
  }

  async #begin(type: string): Promise<void> {
    await this.close();
    const number = this.files.filter((file) => file.type === type).length + 1;
    const file: BulkFile = { type, file: `${type}${this.#suffix}.${number}.ndjson`, count: 0 };
    this.#current = { file, handle: await open(join(this.#folder, file.file), 'w', 0o600) };
    this.files.push(file);
  }
}

/** A file of a job for its client; undefined where there is none of this name. */
export async function readBulkFile(root: string, job: string, name: string): Promise<{ bytes: number; stream: ReadStream } | undefined> {
  if (!/^[A-Za-z]{1,60}(\.[a-z]{1,20})?\.\d{1,6}\.ndjson$/.test(name)) return undefined;
  const path = join(folderOf(root, job), name);
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true ? { bytes: found.size, stream: createReadStream(path) } : undefined;
}
