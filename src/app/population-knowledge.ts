// Concepts and registries from their folders: what comes with the program, then what a site has instead or beside it. A broken file stops the start with a
// sentence.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, ok, type Result } from '../fhir/result.ts';
import type { PopulationKnowledge } from '../gateways/population/contract.ts';
import type { Registry } from '../methods/care-gaps/contract.ts';
import { readConcepts, readRegistry } from '../methods/care-gaps/registry-file.ts';
import type { KnowledgeBase } from '../modules/medication-safety/knowledge/base.ts';

const subject = 'registries';
const apart = ['schema', 'concepts'];

/** Ingredients of a drug or class as they are written: their ids, other names and brands. */
export const drugWordsOf =
  (base: KnowledgeBase) =>
  (drug: string): string[] | undefined => {
    if (drug.startsWith('class:') ? !base.hasClass(drug) : !base.ingredients.has(drug)) return undefined;
    return [...base.unfold(drug)].flatMap((id) => {
      const { names = [], brands = [] } = base.ingredients.get(id) ?? {};
      return [id, ...names, ...brands].map((name) => name.toLowerCase().replaceAll('-', ' ')).filter((name) => /[a-z0-9]{3}/.test(name));
    });
  };

/** The file of a later folder stands instead of that of the same name in an earlier one; a retired registry is left out. */
export function loadPopulationKnowledge(folders: readonly string[], base: KnowledgeBase): Result<PopulationKnowledge> {
  const files = new Map<string, string>();
  for (const folder of folders) {
    const here = join(folder, subject);
    if (!existsSync(here)) continue;
    for (const name of readdirSync(here).sort())
      if (name.endsWith('.json') && !name.endsWith('.cases.json')) files.set(name.slice(0, -'.json'.length), join(here, name));
  }
  const read = <T>(name: string, take: (file: unknown) => Result<T>): Result<T> => {
    const path = files.get(name);
    if (path === undefined) return fail('not-found', `${subject}/${name}.json is in none of the folders of knowledge`, name);
    try {
      const taken = take(JSON.parse(readFileSync(path, 'utf8')));
      return taken.ok ? taken : fail('invalid', `${path}: ${taken.problem.message}`, path);
    } catch (error) {
      return fail('invalid', `${path} cannot be read as JSON: ${error instanceof Error ? error.message : ''}`, path);
    }
  };
  const concepts = read('concepts', (file) => readConcepts(file, drugWordsOf(base)));
  if (!concepts.ok) return concepts;
  const registries: Registry[] = [];
  for (const name of [...files.keys()].filter((each) => !apart.includes(each)).sort()) {
    const registry = read(name, (file) => readRegistry(file, concepts.value));
    if (!registry.ok) return registry;
    if (registry.value.name !== name) return fail('invalid', `${files.get(name)}: the name of a registry is that of its file`, name);
    if (registry.value.status !== 'retired') registries.push(registry.value);
  }
  return ok({ concepts: concepts.value, registries });
}
