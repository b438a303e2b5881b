// Files of a tar as it streams by (POSIX.1-1988 ustar, in which npm and FHIR packages come). Nothing is written to disk.
import { BrokenFile } from './broken.ts';

export interface TarFile {
  path: string;
  content: Buffer;
}

const block = 512;

/** `wanted`: by path; others are passed over. A file larger than `bytesMax` is refused. */
export async function* tarFiles(
  name: string,
  chunks: AsyncIterable<Buffer>,
  wanted: (path: string) => boolean,
  bytesMax: number,
): AsyncGenerator<TarFile> {
  let held: Buffer = Buffer.alloc(0);
  let open: { path: string; left: number; padding: number; parts: Buffer[] | undefined } | undefined;
  let padding = 0;
  for await (const chunk of chunks) {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    for (;;) {
      const skipped = Math.min(padding, held.length);
      padding -= skipped;
      held = held.subarray(skipped);
      if (open === undefined) {
        if (padding > 0 || held.length < block) break;
        const header = held.subarray(0, block);
        held = held.subarray(block);
        if (header.every((byte) => byte === 0)) continue;
        const { path, size, isFile } = headerOf(name, header);
        const take = isFile && wanted(path);
        if (take && size > bytesMax) throw new BrokenFile(name, undefined, `${path} in it is larger than ${bytesMax} bytes`);
        open = { path, left: size, padding: (block - (size % block)) % block, parts: take ? [] : undefined };
      }
      const part = held.subarray(0, Math.min(open.left, held.length));
      held = held.subarray(part.length);
      open.left -= part.length;
      open.parts?.push(Buffer.from(part));
      if (open.left > 0) break;
      const { path, parts } = open;
      const size = parts?.reduce((sum, one) => sum + one.length, 0) ?? 0;
      padding = open.padding;
      open = undefined;
      if (parts !== undefined) yield { path, content: Buffer.concat(parts, size) };
    }
  }
  if (open !== undefined) throw new BrokenFile(name, undefined, `it ends in the middle of ${open.path}`);
}

const text = (bytes: Buffer): string => {
  const end = bytes.indexOf(0);
  return bytes.subarray(0, end < 0 ? bytes.length : end).toString('utf8');
};

function headerOf(name: string, header: Buffer): { path: string; size: number; isFile: boolean } {
  const sum = header.reduce((all, byte, i) => all + (i >= 148 && i < 156 ? 32 : byte), 0);
  if (Number.parseInt(text(header.subarray(148, 156)).trim(), 8) !== sum)
    throw new BrokenFile(name, undefined, 'it is no tar archive, or it is broken');
  const size = Number.parseInt(text(header.subarray(124, 136)).trim() || '0', 8);
  if (!(size >= 0)) throw new BrokenFile(name, undefined, 'a file in it has no size');
  const prefix = text(header.subarray(345, 500));
  const path = text(header.subarray(0, 100));
  const type = header[156];
  return { path: prefix === '' ? path : `${prefix}/${path}`, size, isFile: type === 0 || type === 0x30 };
}
