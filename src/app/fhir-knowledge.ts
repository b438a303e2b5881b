// Knowledge that is FHIR: questionnaires, pick lists and order sets, from the folder that comes with the program and from those of the site
// (LAMPLIGHT_KNOWLEDGE). Read and checked once, at the start; what is wrong stops it, as with all knowledge.
import { readFile } from 'node:fs/promises';
import type { PlanDefinition, Questionnaire, Resource } from '../fhir/generated/types.ts';
import { readJson } from '../fhir/json.ts';
import { fail, ok, type Result } from '../fhir/result.ts';
import { asResource } from '../fhir/structure/validate.ts';
import { isListed, type Listed } from '../terminology/listed.ts';
import { jsonFiles } from './knowledge.ts';

export interface FhirKnowledge {
  questionnaires: Questionnaire[];
  /** Value sets, and code systems of their own, that are offered while somebody types. */
  lists: Listed[];
  orderSets: PlanDefinition[];
}

/** A later folder's resource takes the place of an earlier one with the same `url`, or the same id where it has none. */
export async function readFhirKnowledge(folders: readonly string[]): Promise<Result<FhirKnowledge>> {
  const questionnaires = await resourcesOf(folders, 'questionnaires', (one) => one.resourceType === 'Questionnaire');
  if (!questionnaires.ok) return questionnaires;
  const lists = await resourcesOf(folders, 'pick-lists', isListed);
  if (!lists.ok) return lists;
  const orderSets = await resourcesOf(folders, 'order-sets', isOrderSet);
  if (!orderSets.ok) return orderSets;
  return ok({
    questionnaires: questionnaires.value as Questionnaire[],
    lists: lists.value as Listed[],
    orderSets: (orderSets.value as PlanDefinition[]).filter(({ status }) => status !== 'retired'),
  });
}

const isOrderSet = (one: Resource): boolean =>
  one.resourceType === 'PlanDefinition' && (one.type?.coding?.some(({ code }) => code === 'order-set') ?? false);

async function resourcesOf(folders: readonly string[], subject: string, belongs: (one: Resource) => boolean): Promise<Result<Resource[]>> {
  const found = new Map<string, Resource>();
  for (const folder of folders) {
    const files = await jsonFiles(folder, subject);
    if (!files.ok) return files;
    for (const file of files.value) {
      const json = await readJson(await readFile(file, 'utf8'));
      if (!json.ok) return fail('invalid', `${file} cannot be read as JSON: ${json.problem.message}`, file);
      const resource = asResource(json.value);
      if (!resource.ok) return fail('invalid', `${file}: ${resource.problem.where ?? ''} ${resource.problem.message}`, file);
      const one = resource.value;
      const url = 'url' in one && typeof one.url === 'string' ? one.url : undefined;
      const id = one.id;
      if (!belongs(one)) return fail('invalid', `${file}: a ${one.resourceType} does not belong into ${subject}`, file);
      if (id === undefined || url === undefined) return fail('invalid', `${file}: give it an id and a url`, file);
      found.set(`${one.resourceType} ${url}`, one);
    }
  }
  return ok([...found.values()]);
}
