// Boundaries of the areas of surveillance: from the file that the site names, otherwise those of the demonstration's town as long as its areas are in use.
// A file that is wrong stops the start, since half a map would be believed.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fail, ok, type Result } from '../fhir/result.ts';
import { type Boundaries, boundaryBytesMax, noBoundaries, readBoundaries } from '../gateways/surveillance/boundaries.ts';
import { ownKnowledge } from './knowledge-folder.ts';

const setting = 'LAMPLIGHT_BOUNDARIES';
const demonstration = join(ownKnowledge, 'surveillance', 'boundaries.geojson');

/** `madeUp`: the areas that are known are those of the demonstration. */
export function loadBoundaries(named: string | undefined, madeUp: boolean): Result<Boundaries> {
  if (named === undefined && !madeUp) return ok(noBoundaries);
  const path = named ?? demonstration;
  const says = named === undefined ? path : `${setting} names ${path}`;
  let bytes: Uint8Array;
  try {
    // Asked before it is read: a file of gigabytes is not taken into memory to be refused.
    const { size } = statSync(path);
    if (size > boundaryBytesMax) return fail('invalid', `${says}: it has ${size.toLocaleString('en')} bytes, and 10 MB is most`);
    bytes = readFileSync(path);
  } catch (error) {
    return fail('not-found', `${says}, which cannot be read: ${(error as Error).message}`);
  }
  const read = readBoundaries(bytes);
  return read.ok ? read : fail('invalid', `${says}: ${read.problem.message}`);
}
