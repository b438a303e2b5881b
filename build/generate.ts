// Runs every generator. Output: src/fhir/generated/, which is not kept in version control.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateSearch } from './search.ts';
import { generateStructure } from './structure.ts';
import { generateSummary } from './summary.ts';
import { generateTypes } from './types.ts';

const folder = join(process.cwd(), 'src', 'fhir', 'generated');
mkdirSync(folder, { recursive: true });
const files: [string, () => string][] = [
  ['types.ts', generateTypes],
  ['search.ts', generateSearch],
  ['structure.ts', generateStructure],
  ['summary.ts', generateSummary],
];
for (const [name, generate] of files) writeFileSync(join(folder, name), generate());
