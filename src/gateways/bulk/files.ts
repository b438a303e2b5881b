// The files of a job in a folder of their own, readable for this account of the machine only. Where several processes share a
// database on several machines, the folder must be one that they share (LAMPLIGHT_EXPORT_DIR).
//
// Every attempt at a job writes into a folder of its own below that of the job: a process that slept past its lease and one that has
// taken its work over never open the same file, and the manifest names those of the attempt that ended.
import { randomBytes } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { mkdir, open, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BulkFile } from './contract.ts';

/** Lines of one file: a client may fetch several at the same time. */
const linesMax = 250_000;

export interface Attempt {
  folder: string;
  /** These files as they are named from the folder of the job: `5f0c2a9be1d3/Patient.1.ndjson`. */
  named(files: readonly BulkFile[]): BulkFile[];
  /** The folders of the attempts before, or beside, this one. */
  others(): Promise<string[]>;
  remove(): Promise<void>;
}

export async function newAttempt(root: string, job: string): Promise<Attempt> {
  const name = randomBytes(6).toString('hex');
  const all = join(root, job);
  const folder = join(all, name);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    folder,
    named: (files) => files.map((one) => ({ ...one, file: `${name}/${one.file}` })),
    others: async () => (await readdir(all)).filter((one) => one !== name).map((one) => join(all, one)),
    async remove() {
      await rm(folder, { recursive: true, force: true });
      // The job may have been forgotten meanwhile: then nobody would come for an empty folder.
      await rmdir(all).catch(() => {});
    },
  };
}

export const removeFolder = (path: string): Promise<void> => rm(path, { recursive: true, force: true });

/** All that a job has left, of every attempt. */
export const removeFiles = (root: string, job: string): Promise<void> => removeFolder(join(root, job));

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

/** A file that the manifest of a job names; undefined where it is gone. */
export async function openFile(root: string, job: string, { file }: BulkFile): Promise<{ bytes: number; read(): ReadStream } | undefined> {
  const path = join(root, job, file);
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true ? { bytes: found.size, read: () => createReadStream(path) } : undefined;
}
