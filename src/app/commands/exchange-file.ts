// A message in a file: its bytes, and what they are by how they begin.
import { readFileSync } from 'node:fs';
import type { FormatName } from '../../exchange/contract.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';

export const bytesOf = (file: string): Result<Buffer> => {
  try {
    return ok(readFileSync(file === '-' ? 0 : file));
  } catch (error) {
    return fail('not-found', `${file} cannot be read (${error instanceof Error ? error.message : 'unknown'})`);
  }
};

/** What a file is, by how it begins. */
export function formatOf(raw: Buffer): FormatName {
  const start = raw.toString('latin1', 0, 200).trimStart();
  if (start.startsWith('<')) return 'ccda';
  if (start.startsWith('{')) return 'devices';
  return start.startsWith('ISA') ? 'x12' : 'hl7v2';
}
