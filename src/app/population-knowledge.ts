// Concepts and registries from their folders: what comes with the program, then what a site has instead or beside it. A broken file stops the start with a
// sentence.
import { fail, ok, type Result } from '../fhir/result.ts';
import type { PopulationKnowledge } from '../gateways/population/contract.ts';
import type { Registry } from '../methods/care-gaps/contract.ts';
import { readConcepts, readRegistry } from '../methods/care-gaps/registry-file.ts';
import type { KnowledgeBase } from '../modules/medication-safety/knowledge/base.ts';
import { jsonKnowledge } from './json-knowledge.ts';

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

/** A retired registry is left out. */
export function loadPopulationKnowledge(folders: readonly string[], base: KnowledgeBase): Result<PopulationKnowledge> {
  const files = jsonKnowledge(folders, 'registries');
  const concepts = files.read('concepts', (file) => readConcepts(file, drugWordsOf(base)));
  if (!concepts.ok) return concepts;
  const registries: Registry[] = [];
  for (const name of files.others(apart)) {
    const registry = files.read(name, (file) => readRegistry(file, concepts.value));
    if (!registry.ok) return registry;
    if (registry.value.name !== name) return fail('invalid', `${files.pathOf(name)}: the name of a registry is that of its file`, name);
    if (registry.value.status !== 'retired') registries.push(registry.value);
  }
  return ok({ concepts: concepts.value, registries });
}
