// The simulator's patients as NDJSON of transaction Bundles, a file for each thousand, for `lamplight load`.
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { generatePopulation } from '../../simulator/population.ts';

const perFile = 1_000;

/** Writes patients until there are `resources`; answers with the files and the resources in each. A file that is there is left. */
export async function writePopulation(folder: string, resources: number): Promise<{ file: string; resources: number }[]> {
  mkdirSync(folder, { recursive: true });
  const written: { file: string; resources: number }[] = [];
  let total = 0;
  // A hundred patients have about ten thousand resources; more are made than are needed, and the last file ends early.
  const population = generatePopulation({ seed: 7, patients: Math.ceil(resources / 80), asOf: new Date('2026-11-01T00:00:00Z') });
  for (let number = 0; total < resources; number++) {
    const file = join(folder, `patients-${String(number).padStart(3, '0')}.ndjson`);
    const stream = existsSync(file) ? undefined : createWriteStream(`${file}.part`);
    let count = 0;
    // The first file is the ten thousand that the large record is compared with.
    const most = number === 0 ? Math.min(10_000, resources) : Number.POSITIVE_INFINITY;
    for (let i = 0; i < perFile && count < most && total + count < resources; i++) {
      const next = population.next();
      if (next.done === true) break;
      count += next.value.entry?.length ?? 0;
      if (stream !== undefined && !stream.write(`${JSON.stringify(next.value)}\n`)) await once(stream, 'drain');
    }
    if (count === 0) break;
    if (stream !== undefined) {
      stream.end();
      await once(stream, 'finish');
      renameSync(`${file}.part`, file);
    }
    written.push({ file, resources: count });
    total += count;
  }
  return written;
}
