// Files of JSON of one subject in the folders of knowledge: what comes with the program, then what a site has instead or beside it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, type Result } from '../fhir/result.ts';

export interface JsonKnowledge {
  /** Names without ".json", in order, except those that are read apart. */
  others(apart: readonly string[]): string[];
  /** Where the file of this name lies. */
  pathOf(name: string): string | undefined;
  /** What `take` makes of the file of this name; a broken one is named with its path. */
  read<T>(name: string, take: (file: unknown) => Result<T>): Result<T>;
}

/** The file of a later folder stands instead of that of the same name in an earlier one. */
export function jsonKnowledge(folders: readonly string[], subject: string): JsonKnowledge {
  const files = new Map<string, string>();
  for (const folder of folders) {
    const here = join(folder, subject);
    if (!existsSync(here)) continue;
    for (const name of readdirSync(here).sort())
      if (name.endsWith('.json') && !name.endsWith('.cases.json')) files.set(name.slice(0, -'.json'.length), join(here, name));
  }
  return {
    others: (apart) => [...files.keys()].filter((each) => !apart.includes(each)).sort(),
    pathOf: (name) => files.get(name),
    read(name, take) {
      const path = files.get(name);
      if (path === undefined) return fail('not-found', `${subject}/${name}.json is in none of the folders of knowledge`, name);
      try {
        const taken = take(JSON.parse(readFileSync(path, 'utf8')));
        return taken.ok ? taken : fail('invalid', `${path}: ${taken.problem.message}`, path);
      } catch (error) {
        return fail('invalid', `${path} cannot be read as JSON: ${error instanceof Error ? error.message : ''}`, path);
      }
    },
  };
}
