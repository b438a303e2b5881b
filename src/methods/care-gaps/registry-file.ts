// Registries and their concepts as they stand in files, read and held to their form; what cannot be evaluated is refused with what to do. The schema beside
// the files says the same to editors.
import { fail, ok, type Result } from '../../fhir/result.ts';
import { type Concept, type Criterion, factKinds, type Gap, type Match, type Measure, type People, type Registry } from './contract.ts';

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string' && each !== '');
const isName = (value: unknown): value is string => typeof value === 'string' && /^[a-z0-9][a-z0-9-]{0,79}$/.test(value);
const isCount = (value: unknown, most: number): boolean =>
  value === undefined || (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= most);
const isBound = (value: unknown): boolean => value === undefined || (typeof value === 'number' && Number.isFinite(value));
const isRange = (value: Record<string, unknown>): boolean => isBound(value['atLeast']) && isBound(value['below']);
const monthsMost = 1_800;
const listOf = (value: unknown, is: (each: unknown) => boolean): boolean =>
  value === undefined || (Array.isArray(value) && value.length <= 40 && value.every(is));
const isDayOfYear = (value: unknown): boolean => typeof value === 'string' && /^(0[1-9]|1[0-2])-([01]\d|2[0-8])$/.test(value);

const isCriterion = (value: unknown): value is Criterion =>
  isObject(value) &&
  isNames(value['concepts']) &&
  isCount(value['months'], monthsMost) &&
  isCount(value['times'], 100) &&
  value['times'] !== 0 &&
  isCount(value['apartDays'], 3_660) &&
  (value['active'] === undefined || typeof value['active'] === 'boolean') &&
  isRange(value);
const isNames = (value: unknown): value is string[] => Array.isArray(value) && value.length > 0 && value.every(isName);
const isPeople = (value: unknown): value is People =>
  isObject(value) &&
  (value['sex'] === undefined || value['sex'] === 'female' || value['sex'] === 'male') &&
  (value['ageMonths'] === undefined ||
    (isObject(value['ageMonths']) &&
      isCount(value['ageMonths']['atLeast'], monthsMost) &&
      isCount(value['ageMonths']['below'], monthsMost))) &&
  ['any', 'all', 'none'].every((name) => listOf(value[name], isCriterion));

const measures: Readonly<Record<Measure['kind'], (value: Record<string, unknown>) => boolean>> = {
  done: ({ any }) => Array.isArray(any) && any.length > 0 && any.length <= 10 && any.every(isCriterion),
  season: ({ concepts, from, until }) => isNames(concepts) && isDayOfYear(from) && isDayOfYear(until) && from !== until,
  value: ({ months, targets }) =>
    months !== undefined &&
    isCount(months, monthsMost) &&
    Array.isArray(targets) &&
    targets.length > 0 &&
    targets.length <= 4 &&
    targets.every((each) => isObject(each) && isName(each['concept']) && isRange(each) && (each['atLeast'] ?? each['below']) !== undefined),
  taking: ({ concepts }) => isNames(concepts),
  avoid: ({ concepts }) => isNames(concepts),
  share: (value) =>
    isName(value['concept']) &&
    value['months'] !== undefined &&
    isCount(value['months'], monthsMost) &&
    Number.isInteger(value['times']) &&
    Number(value['times']) > 0 &&
    typeof value['share'] === 'number' &&
    value['share'] > 0 &&
    value['share'] <= 1 &&
    isRange(value),
};
const isMeasure = (value: unknown): value is Measure =>
  isObject(value) &&
  typeof value['kind'] === 'string' &&
  Object.hasOwn(measures, value['kind']) &&
  measures[value['kind'] as Measure['kind']](value);

const isSource = (value: unknown): boolean =>
  isObject(value) &&
  typeof value['year'] === 'number' &&
  ['agency', 'title', 'section'].every((name) => typeof value[name] === 'string' && value[name] !== '');
const isGap = (value: unknown): value is Gap =>
  isObject(value) &&
  isName(value['id']) &&
  ['title', 'action', 'says'].every((name) => typeof value[name] === 'string' && value[name] !== '') &&
  isSource(value['source']) &&
  (value['who'] === undefined || isPeople(value['who'])) &&
  listOf(
    value['excluded'],
    (each) => isCriterion(each) && isObject(each) && typeof each['because'] === 'string' && each['because'] !== '',
  ) &&
  isMeasure(value['measure']);

const texts = ['title', 'question', 'version', 'status', 'reviewer', 'licence', 'limits'] as const;
function isRegistry(file: Record<string, unknown>): file is Record<string, unknown> & Registry {
  const { gaps } = file;
  return (
    file['kind'] === 'registry' &&
    isName(file['name']) &&
    texts.every((name) => typeof file[name] === 'string' && file[name] !== '') &&
    isSource(file['source']) &&
    isPeople(file['members']) &&
    Array.isArray(gaps) &&
    gaps.length > 0 &&
    gaps.length <= 20 &&
    gaps.every(isGap) &&
    new Set(gaps.map(({ id }) => id)).size === gaps.length
  );
}

/** Concepts by name that a registry speaks of, in the order of the file. */
export const namesIn = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, each]) =>
    name === 'concepts' && isTexts(each) ? each : name === 'concept' && typeof each === 'string' ? [each] : namesIn(each),
  );
};

export function readRegistry(file: unknown, concepts: readonly Concept[]): Result<Registry> {
  if (!isObject(file) || !isRegistry(file))
    return fail(
      'invalid',
      'this is no registry: see schema.json beside it for what it needs (members, gaps with a measure and a source each)',
    );
  const known = new Set(concepts.map(({ name }) => name));
  const unknown = namesIn(file).find((name) => !known.has(name));
  if (unknown !== undefined)
    return fail('invalid', `it speaks of the concept ${JSON.stringify(unknown)}, which concepts.json does not have`, unknown);
  for (const { id, measure } of file.gaps) {
    const read =
      measure.kind === 'value' ? measure.targets.map(({ concept }) => concept) : measure.kind === 'share' ? [measure.concept] : [];
    const bare = read.find((name) => concepts.find((each) => each.name === name)?.units === undefined);
    if (bare !== undefined) return fail('invalid', `${id} compares values of ${bare}, which has no units in concepts.json`, id);
  }
  return ok(file);
}

const isMatch = (value: unknown): value is Match =>
  isObject(value) &&
  factKinds.some((kind) => kind === value['kind']) &&
  ['codes', 'families', 'words', 'drugs'].every((name) => value[name] === undefined || isTexts(value[name])) &&
  (value['drugs'] === undefined || value['kind'] === 'medication' || value['kind'] === 'allergy') &&
  (value['words'] === undefined || (isTexts(value['words']) && value['words'].every((phrase) => /[a-z0-9]/i.test(phrase))));
const isConcept = (value: unknown): value is Concept =>
  isObject(value) &&
  isName(value['name']) &&
  typeof value['title'] === 'string' &&
  Array.isArray(value['of']) &&
  value['of'].length > 0 &&
  value['of'].every(isMatch) &&
  listOf(
    value['units'],
    (each) => isObject(each) && typeof each['unit'] === 'string' && Number.isFinite(each['times']) && Number.isFinite(each['plus']),
  );

/** `wordsOf`: the words that name an ingredient or the members of a class; undefined where the knowledge of drugs does not have it. */
export function readConcepts(file: unknown, wordsOf: (drug: string) => readonly string[] | undefined): Result<Concept[]> {
  if (!isObject(file) || file['kind'] !== 'concepts' || !Array.isArray(file['concepts']))
    return fail('invalid', 'it is no file of concepts: it needs "kind": "concepts" and "concepts"');
  const found: Concept[] = [];
  for (const concept of file['concepts']) {
    if (!isConcept(concept))
      return fail(
        'invalid',
        `the concept ${isObject(concept) ? String(concept['name']) : ''} needs name, title and what it is told by; see schema.json`,
      );
    if (found.some(({ name }) => name === concept.name)) return fail('invalid', `there are two concepts ${concept.name}`, concept.name);
    const of: Match[] = [];
    for (const { drugs = [], ...match } of concept.of) {
      const words = new Set(match.words ?? []);
      for (const drug of drugs) {
        const own = wordsOf(drug);
        if (own === undefined)
          return fail('invalid', `the concept ${concept.name} names ${drug}, which the knowledge of drugs does not have`, concept.name);
        for (const word of own) words.add(word);
      }
      of.push(words.size === 0 ? match : { ...match, words: [...words] });
    }
    found.push({ ...concept, of });
  }
  return ok(found);
}
