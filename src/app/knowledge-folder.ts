// Where the knowledge lies that comes with the program.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Settings } from './settings.ts';

/** Beside src/ in a checkout, beside dist/ once built. */
export const ownKnowledge = ['../../knowledge', '../../../knowledge']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((folder) => existsSync(folder))!;

/** What comes with the program, then what the site has instead. */
export const knowledgeFolders = ({ knowledge }: Pick<Settings, 'knowledge'>): string[] => [
  ownKnowledge,
  ...(knowledge?.split(',').map((folder) => folder.trim()) ?? []),
];
