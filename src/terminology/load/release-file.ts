// Files of a release: one by itself, or those inside a zip as published. Nothing is unpacked to disk; names inside an archive only
// tell what a file is.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { createGunzip } from 'node:zlib';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { BrokenFile } from './broken.ts';
import { openZip } from './zip.ts';

export interface ReleaseFile {
  /** For messages: `release.zip › folder/file.txt` */
  name: string;
  /** Its own name without folders, and the folders before it. */
  base: string;
  path: string;
  /** Unpacked; 0 where it is not known. */
  bytes: number;
  open(): AsyncIterable<Buffer>;
}

export interface OpenRelease {
  files: ReleaseFile[];
  /** The same for the same content. */
  fingerprint: string;
  close(): void;
}

export async function openRelease(path: string): Promise<Result<OpenRelease>> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return fail('not-found', `There is no file ${path}`);
  if (!found.isFile()) return fail('invalid', `${path} is no file: name the release file as it was published`);
  const head = await headOf(path);
  if (head.subarray(0, 4).equals(Buffer.from([0x50, 0x4b, 3, 4])) || head.subarray(0, 4).equals(Buffer.from([0x50, 0x4b, 5, 6])))
    return openZip(path);
  const packed = head[0] === 0x1f && head[1] === 0x8b;
  const name = basename(path);
  const file: ReleaseFile = {
    name,
    base: packed ? name.replace(/\.gz$/i, '') : name,
    path: name,
    bytes: packed ? 0 : found.size,
    open: () => (packed ? unpacked(path, name) : createReadStream(path, { highWaterMark: 256 * 1024 })),
  };
  return ok({ files: [file], fingerprint: await hashOf(path), close() {} });
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function headOf(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(4);
    await file.read(head, 0, 4, 0);
    return head;
  } finally {
    await file.close();
  }
}

async function* unpacked(path: string, name: string): AsyncGenerator<Buffer> {
  const from = createReadStream(path);
  const through = createGunzip();
  from.on('error', (error) => through.destroy(error));
  from.pipe(through);
  try {
    for await (const chunk of through) yield chunk as Buffer;
  } catch (error) {
    throw new BrokenFile(name, undefined, `it cannot be unpacked: ${error instanceof Error ? error.message : ''}`);
  } finally {
    from.destroy();
  }
}

/** The begin of a file as text, to see what it is. */
export async function beginOf(file: ReleaseFile, bytes = 4096): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of file.open()) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= bytes) break;
  }
  return Buffer.concat(chunks)
    .subarray(0, bytes)
    .toString('utf8')
    .replace(/^\ufeff/, '');
}
