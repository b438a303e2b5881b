// Where the knowledge lies that comes with the program.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Beside src/ in a checkout, beside dist/ once built. */
export const ownKnowledge = ['../../knowledge', '../../../knowledge']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((folder) => existsSync(folder))!;
