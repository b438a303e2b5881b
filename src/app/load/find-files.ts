// Which files are meant: files, folders and `-` as given on the command line → sources in a fixed order.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Source } from './contract.ts';

/** What is taken from a folder. A file that is named itself is taken whatever its name. */
const taken = /\.(ndjson|jsonl|json)(\.gz)?$/i;
const foldersDeep = 20;

export interface Found {
  sources: Source[];
  /** Files of folders that were left out because of their names. */
  leftOut: number;
}

export function findFiles(paths: string[]): Result<Found> {
  const found: Found = { sources: [], leftOut: 0 };
  for (const path of paths) {
    if (path === '-') {
      if (found.sources.some((one) => one.path === '-')) return fail('invalid', 'Standard input (-) can be named once');
      found.sources.push({ name: '-', path });
      continue;
    }
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return fail('not-found', `There is no file or folder ${path}`);
    if (stat.isDirectory()) {
      const before = found.sources.length;
      const failure = addFolder(path, found, foldersDeep);
      if (failure !== undefined) return fail('forbidden', failure);
      if (found.sources.length === before)
        return fail('not-found', `The folder ${path} holds no file whose name ends in .ndjson, .jsonl, .json or one of these with .gz`);
    } else {
      found.sources.push({ name: path, path, ...(stat.isFile() ? { bytes: stat.size } : {}) });
    }
  }
  return ok(found);
}

/** Says why a folder could not be read; undefined where it could. */
function addFolder(folder: string, found: Found, deep: number): string | undefined {
  if (deep === 0) return `The folder ${folder} lies too deep`;
  let entries: import('node:fs').Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    return `The folder ${folder} cannot be read: ${(error as NodeJS.ErrnoException).code}`;
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const failure = addFolder(path, found, deep - 1);
      if (failure !== undefined) return failure;
      continue;
    }
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isFile() !== true) continue;
    if (taken.test(entry.name)) found.sources.push({ name: path, path, bytes: stat.size });
    else found.leftOut += 1;
  }
  return undefined;
}
