// A zip as published, read in place (yauzl: random access, sizes and names checked). What unpacks to a multiple of its size that no
// text reaches is refused before it is read.
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import yauzl from 'yauzl';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { BrokenFile } from './broken.ts';
import type { OpenRelease, ReleaseFile } from './release-file.ts';

const entriesMax = 20_000;
/** Text of releases packs to a fifth or a thirtieth. */
const ratioMax = 200;
/** Below this even a bad ratio does no harm. */
const ratioFromBytes = 64 * 1024 * 1024;

export async function openZip(path: string): Promise<Result<OpenRelease>> {
  const name = basename(path);
  let zip: yauzl.ZipFile;
  try {
    zip = await yauzl.openPromise(path, { autoClose: false, lazyEntries: true, strictFileNames: true });
  } catch (error) {
    return fail('invalid', `${name} cannot be read as a zip: ${reasonOf(error)}`, name);
  }
  const files: ReleaseFile[] = [];
  const hash = createHash('sha256');
  try {
    if (zip.entryCount > entriesMax)
      return closed(zip, `${name} holds ${zip.entryCount} files: a release has fewer than ${entriesMax}`, name);
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/')) continue;
      hash.update(`${entry.fileName}\0${entry.crc32}\0${entry.uncompressedSize}\0`);
      if (entry.uncompressedSize > ratioFromBytes && entry.uncompressedSize > ratioMax * entry.compressedSize)
        return closed(
          zip,
          `${entry.fileName} in ${name} unpacks to ${Math.round(entry.uncompressedSize / Math.max(1, entry.compressedSize))} times its size: it is no release file`,
          name,
        );
      if (entry.isEncrypted()) return closed(zip, `${entry.fileName} in ${name} is encrypted: unpack it first`, name);
      files.push({
        name: `${name} › ${entry.fileName}`,
        base: basename(entry.fileName),
        path: entry.fileName,
        bytes: entry.uncompressedSize,
        open: () => contentOf(zip, entry, `${name} › ${entry.fileName}`),
      });
    }
  } catch (error) {
    return closed(zip, `${name} is broken: ${reasonOf(error)}`, name);
  }
  return ok({ files, fingerprint: `zip ${hash.digest('hex')}`, close: () => zip.close() });
}

function closed(zip: yauzl.ZipFile, message: string, where: string): Result<never> {
  zip.close();
  return fail('invalid', message, where);
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : 'unknown');

async function* contentOf(zip: yauzl.ZipFile, entry: yauzl.Entry, name: string): AsyncGenerator<Buffer> {
  try {
    const stream = await zip.openReadStreamPromise(entry);
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (error) {
    throw error instanceof BrokenFile ? error : new BrokenFile(name, undefined, `it cannot be unpacked: ${reasonOf(error)}`);
  }
}
