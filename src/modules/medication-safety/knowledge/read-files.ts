// Knowledge files to the base: each held to the schema, every id to the others, later folders before earlier ones. Nothing
// that is refused is used, and nothing is left out in silence: all findings are told at once, with file and row.
import { Ajv } from 'ajv';
import { ok, type Problem, type Result } from '../../../fhir/result.ts';
import { KnowledgeBase, type Origin, type Rule } from './base.ts';
import type { Condition, Drug, Kind, KnowledgeFile, RowHead } from './contract.ts';
import { knowledgeKinds } from './kinds.ts';

export interface FileContent {
  /** Its path, for findings. */
  file: string;
  json: unknown;
}

/** Whether a JSON file is one of ours by its kind; cases and schemas are not. */
export const isKnowledgeFile = (json: unknown): boolean =>
  typeof json === 'object' && json !== null && 'kind' in json && knowledgeKinds.some((kind) => kind === json.kind);

/**
 * `folders`: the files of each folder, the later folder first in rights: a file of the same name takes the place of the
 * earlier one, a row of the same kind and id that of the earlier row.
 */
export function readKnowledge(folders: readonly (readonly FileContent[])[], schema: object): Result<KnowledgeBase> {
  const problems: Problem[] = [];
  const say = (where: string, message: string) => problems.push({ kind: 'invalid', message: `${where}: ${message}`, where });
  // To make the code of so large a schema better takes longer than it saves: it is run once a file.
  const check = new Ajv({ allErrors: true, strict: false, code: { optimize: false } }).compile(schema);
  const files = new Map<string, { file: string; content: KnowledgeFile }>();
  for (const folder of folders) {
    const here = new Map<string, string>();
    for (const { file, json } of folder) {
      if (!check(json)) {
        for (const error of (check.errors ?? []).slice(0, 20))
          say(`${file}${error.instancePath}`, `${error.message ?? 'is not as the schema says'} ${JSON.stringify(error.params)}`);
        continue;
      }
      const content = json as KnowledgeFile;
      const twice = here.get(content.name);
      if (twice !== undefined) say(file, `the name ${content.name} is that of ${twice} too; give each file its own`);
      here.set(content.name, file);
      files.set(content.name, { file, content });
    }
  }
  const rules = Object.fromEntries(knowledgeKinds.map((kind) => [kind, new Map<string, Rule<Kind>>()])) as Record<
    Kind,
    Map<string, Rule<Kind>>
  >;
  const retired = new Set<string>();
  for (const { file, content } of files.values()) {
    const here = new Set<string>();
    for (const row of content.rows as RowHead[]) {
      if (here.has(row.id)) say(file, `the row ${row.id} is there twice`);
      here.add(row.id);
      const [key = ''] = row.source.split('#');
      const cited = content.sources[row.source] ?? content.sources[key] ?? content.sources[key.split(':')[0] ?? ''];
      if (cited === undefined) say(file, `the row ${row.id} names the source ${row.source}, which the file's head does not list`);
      const origin: Origin = {
        file: content.name,
        version: content.version,
        status: row.status ?? content.status,
        reviewer: row.reviewer ?? content.reviewer,
        citation: `${cited}${row.source.length > key.length ? ` (${row.source.slice(key.length + 1)})` : ''}`,
        date: row.date ?? content.date,
      };
      if (origin.status === 'active' || origin.status === 'shadow')
        rules[content.kind].set(row.id, Object.assign({}, row, { origin }) as Rule<Kind>);
      else {
        rules[content.kind].delete(row.id);
        retired.add(row.id);
      }
    }
  }
  if (problems.length > 0) return refused(problems);
  const lists = Object.fromEntries(knowledgeKinds.map((kind) => [kind, [...rules[kind].values()]])) as unknown as {
    [K in Kind]: Rule<K>[];
  };
  const base = new KnowledgeBase(
    [...files.values()].map(({ content }) => content),
    lists,
  );
  for (const kind of knowledgeKinds)
    for (const rule of base.all(kind)) checkReferences(kind, rule, base, (message) => say(`${rule.origin.file}: ${rule.id}`, message));
  return problems.length > 0 ? refused(problems) : ok(base);
}

function refused(problems: Problem[]): Result<never> {
  const [first, ...also] = problems;
  return { ok: false, problem: { ...first!, also } };
}

/** Every id that a row names must be there: a typing error would otherwise be a rule that never fires. */
function checkReferences(kind: Kind, rule: Rule<Kind>, base: KnowledgeBase, say: (message: string) => void): void {
  const drug = (asked: Drug | undefined) => {
    if (asked === undefined) return;
    const ids = typeof asked === 'string' ? [asked] : Array.isArray(asked) ? asked : [...asked.any, ...(asked.except ?? [])];
    for (const id of ids) {
      if (id.startsWith('class:')) {
        if (!base.hasClass(id)) say(`there is no class ${id}`);
        else if (base.unfold(id).size === 0) say(`the class ${id} is empty`);
      } else if (!base.ingredients.has(id)) say(`there is no ingredient ${id}`);
    }
  };
  const laboratory = (id: string | undefined) => {
    if (id !== undefined && !base.laboratories.has(id)) say(`there is no laboratory value ${id}`);
  };
  const condition = (asked: Condition | undefined): void => {
    if (asked === undefined) return;
    if ('all' in asked) asked.all.forEach(condition);
    else if ('any' in asked) asked.any.forEach(condition);
    else if ('not' in asked) condition(asked.not);
    else if ('taking' in asked) drug(asked.taking);
    else if ('laboratory' in asked) laboratory(asked.laboratory);
    else if ('problem' in asked) {
      for (const id of [asked.problem].flat()) if (!base.problems.has(id)) say(`there is no problem ${id}`);
    }
  };
  const row: Readonly<Record<string, unknown>> = { ...rule };
  for (const key of ['drug', 'a', 'b', 'avoid', 'of', 'members'] as const) {
    if (kind === 'classes' || key !== 'members') drug(row[key] as Drug | undefined);
  }
  if (kind === 'combinations') drug(row['ingredients'] as string[]);
  if (kind === 'names') drug(row['of'] as string[]);
  if (kind === 'allergies') drug((row['allergen'] as { drugs?: string[] }).drugs);
  if (kind === 'additive-loads') drug(Object.keys(row['points'] as object));
  if (kind === 'duplicates') for (const pair of (row['fine'] as [Drug, Drug][] | undefined) ?? []) pair.forEach(drug);
  if (kind === 'monitoring') laboratory(row['laboratory'] as string);
  if (kind === 'corollary-orders') {
    const needs = row['needs'] as { drug?: Drug; laboratory?: string };
    drug(needs.drug);
    laboratory(needs.laboratory);
  }
  condition(row['when'] as Condition | undefined);
  for (const level of (row['levels'] as { when: Condition }[] | undefined) ?? []) condition(level.when);
  if (kind === 'renal-doses') bandsMeet((rule as Rule<'renal-doses'>).bands, say);
}

function bandsMeet(bands: readonly { from?: number; below: number }[], say: (message: string) => void): void {
  for (const [i, band] of bands.entries()) {
    const next = bands[i + 1];
    if (next !== undefined && band.from !== next.below) say(`its bands leave a gap or overlap at ${next.below} mL/min`);
    if (next === undefined && band.from !== undefined && band.from > 0) say('its lowest band must reach down to 0: leave out its from');
    if (band.from !== undefined && band.from >= band.below) say(`its band from ${band.from} below ${band.below} is empty`);
  }
}
