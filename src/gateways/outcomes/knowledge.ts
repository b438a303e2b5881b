// What outcomes are computed by: indicators, words of drugs, risk factors, checks. Loaded by the program when it starts, handed in here.
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Indicator } from '../../methods/indicators/contract.ts';
import type { KnowledgeBase } from '../../modules/medication-safety/knowledge/base.ts';
import type { DrugWord } from './contract.ts';
import type { FactorGroup, RiskFactors } from './expected-sql.ts';
import { type QualityCheck, readQualityCheck } from './quality-sql.ts';

export interface OutcomeKnowledge {
  /** By name, in the order of names; retired ones are not there. */
  indicators: ReadonlyMap<string, Indicator>;
  drugs: readonly DrugWord[];
  factors: RiskFactors;
  checks: readonly QualityCheck[];
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every((each) => typeof each === 'string');

/** Words of names that lead to an ingredient. A name of several words only speaks where all of its first word are of one group: "insulin …". */
export function drugWords(base: KnowledgeBase, groupsFile: unknown): Result<DrugWord[]> {
  if (!isObject(groupsFile) || groupsFile['kind'] !== 'drug-groups' || !isObject(groupsFile['groups']))
    return fail('invalid', 'it is no file of groups of drugs: it needs "kind": "drug-groups" and "groups"');
  const classOf = new Map<string, string>();
  for (const [group, ids] of Object.entries(groupsFile['groups'])) {
    if (!isTexts(ids)) return fail('invalid', `the group ${group} is a list of classes and ingredients`, `groups.${group}`);
    for (const id of ids) {
      if (id.startsWith('class:') ? !base.hasClass(id) : !base.ingredients.has(id))
        return fail('invalid', `the group ${group} names ${id}, which the knowledge of drugs does not have`, `groups.${group}`);
      for (const ingredient of base.unfold(id)) classOf.set(ingredient, group);
    }
  }
  const found = new Map<string, DrugWord>();
  const firstWords = new Map<string, Set<string | undefined>>();
  const wordOf = (name: string): string => name.toLowerCase().split(/[^a-z]+/)[0] ?? '';
  for (const [id] of base.ingredients) {
    const own = firstWords.get(wordOf(id)) ?? new Set();
    own.add(classOf.get(id));
    firstWords.set(wordOf(id), own);
  }
  for (const [id, { names, brands }] of base.ingredients) {
    const drugClass = classOf.get(id) ?? null;
    const word = wordOf(id);
    if (!id.includes('-')) found.set(word, { word, ingredient: id, drugClass });
    else if (drugClass !== null && firstWords.get(word)?.size === 1 && !found.has(word))
      found.set(word, { word, ingredient: word, drugClass });
    for (const name of [...names, ...brands]) {
      const other = name.toLowerCase();
      if (/^[a-z]{4,}$/.test(other) && !found.has(other) && !firstWords.has(other))
        found.set(other, { word: other, ingredient: id, drugClass });
    }
  }
  return ok([...found.values()]);
}

const isGroup = (value: unknown): value is FactorGroup =>
  isObject(value) &&
  typeof value['name'] === 'string' &&
  typeof value['title'] === 'string' &&
  isTexts(value['codes']) &&
  value['codes'].length > 0;

export function readRiskFactors(file: unknown): Result<RiskFactors> {
  if (!isObject(file) || file['kind'] !== 'risk-factors') return fail('invalid', 'it is no file of risk factors: "kind" is "risk-factors"');
  const { version, groups, admissions } = file;
  if (
    typeof version !== 'string' ||
    !Array.isArray(groups) ||
    !Array.isArray(admissions) ||
    !groups.every(isGroup) ||
    !admissions.every(isGroup)
  )
    return fail('invalid', 'it needs a version, and groups and admissions with name, title and codes each');
  if (groups.length === 0 || admissions.length === 0 || groups.length + admissions.length > 50)
    return fail('invalid', `${groups.length} groups and ${admissions.length} admissions: at least one each and 50 in all are taken`);
  return ok({ version, groups, admissions });
}

const isCheck = (value: unknown): value is QualityCheck =>
  isObject(value) && ['id', 'title', 'check', 'table'].every((name) => typeof value[name] === 'string');

export function readQualityChecks(file: unknown): Result<QualityCheck[]> {
  if (!isObject(file) || file['kind'] !== 'quality-checks' || !Array.isArray(file['checks']))
    return fail('invalid', 'it is no file of checks: it needs "kind": "quality-checks" and "checks"');
  const checks: QualityCheck[] = [];
  for (const [n, each] of file['checks'].entries()) {
    if (!isCheck(each)) return fail('invalid', `check ${n + 1} needs id, title, check and table`, `checks[${n}]`);
    const read = readQualityCheck(each);
    if (!read.ok) return read;
    if (checks.some(({ id }) => id === each.id)) return fail('invalid', `two checks have the id ${each.id}`, `checks[${n}]`);
    checks.push(read.value);
  }
  return ok(checks);
}
