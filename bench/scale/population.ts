// The simulator's patients as NDJSON of transaction Bundles, a file for each thousand, for `lamplight load`.
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, renameSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { generatePopulation } from '../../simulator/population.ts';

const perFile = 1_000;

/** Writes this many patients; answers with the files and the resources in each. Files that are there are left. */
export async function writePopulation(folder: string, patients: number): Promise<{ file: string; resources: number }[]> {
  mkdirSync(folder, { recursive: true });
  const written: { file: string; resources: number }[] = [];
  const population = generatePopulation({ seed: 7, patients, asOf: new Date('2026-11-01T00:00:00Z') });
  for (let number = 0; ; number++) {
    const file = join(folder, `patients-${String(number).padStart(3, '0')}.ndjson`);
    const stream = existsSync(file) ? undefined : createWriteStream(`${file}.part`);
    let count = 0;
    for (let i = 0; i < perFile; i++) {
      const next = population.next();
      if (next.done === true) break;
      count += next.value.entry?.length ?? 0;
      if (stream !== undefined && !stream.write(`${JSON.stringify(next.value)}\n`)) await once(stream, 'drain');
    }
    if (stream !== undefined) {
      stream.end();
      await once(stream, 'finish');
      if (count > 0) renameSync(`${file}.part`, file);
      else unlinkSync(`${file}.part`);
    }
    if (count === 0) return written;
    written.push({ file, resources: count });
  }
}
