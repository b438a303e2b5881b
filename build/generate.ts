// Runs every generator. Output: src/fhir/generated/ and knowledge/terminology/hl7.pack, which are not kept in version control.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateCodes } from './codes.ts';
import { generateSearch } from './search.ts';
import { generateStructure } from './structure.ts';
import { generateSummary } from './summary.ts';
import { generateTerminology } from './terminology.ts';
import { generateTypes } from './types.ts';
import { generateValidator } from './validator.ts';

const folder = join(process.cwd(), 'src', 'fhir', 'generated');
mkdirSync(folder, { recursive: true });
const files: [string, () => string][] = [
  ['types.ts', generateTypes],
  ['search.ts', generateSearch],
  ['structure.ts', generateStructure],
  ['summary.ts', generateSummary],
  ['validator.ts', generateValidator],
  ['codes.ts', generateCodes],
];
for (const [name, generate] of files) writeFileSync(join(folder, name), generate());

// Data, not code: it lies with the knowledge that is published with the program.
const terminology = join(process.cwd(), 'knowledge', 'terminology');
mkdirSync(terminology, { recursive: true });
writeFileSync(join(terminology, 'hl7.pack'), generateTerminology());
