// The knowledge of drugs from its folders: what comes with the program, then what a site adds or replaces.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, ok, type Problem, type Result } from '../fhir/result.ts';
import type { KnowledgeBase } from '../modules/medication-safety/knowledge/base.ts';
import { type Accepted, contradictionKinds } from '../modules/medication-safety/knowledge/contradictions/contract.ts';
import { type FileContent, isKnowledgeFile, readKnowledge } from '../modules/medication-safety/knowledge/read-files.ts';
import { ownKnowledge } from './knowledge-folder.ts';

const subject = 'medication-safety';

/** `folders` are laid out like knowledge/; a later one has the better right, `last` (one file's content) the best. Every finding is told, with its file. */
export async function loadMedicationKnowledge(folders: readonly string[], last?: unknown): Promise<Result<KnowledgeBase>> {
  const problems: Problem[] = [];
  const contents: FileContent[][] = [];
  for (const folder of folders) {
    const here: FileContent[] = [];
    for (const file of await jsonFiles(join(folder, subject))) {
      try {
        const json: unknown = JSON.parse(await readFile(file, 'utf8'));
        if (isKnowledgeFile(json)) here.push({ file, json });
        else if (!isOther(json))
          problems.push(fail('invalid', `${file} is no knowledge of drugs: its kind is not one that is known`, file).problem);
      } catch (error) {
        problems.push(fail('invalid', `${file} cannot be read as JSON: ${error instanceof Error ? error.message : ''}`, file).problem);
      }
    }
    contents.push(here);
  }
  if (last !== undefined) {
    if (!isKnowledgeFile(last)) return fail('invalid', 'The file is no knowledge of drugs: its kind is not one that is known', 'file');
    contents.push([{ file: 'the file that was sent', json: last }]);
  }
  const [first, ...also] = problems;
  if (first !== undefined) return { ok: false, problem: { ...first, also } };
  const schema = JSON.parse(await readFile(join(ownKnowledge, subject, 'schema.json'), 'utf8')) as object;
  return readKnowledge(contents, schema);
}

/** Cases and the schema lie beside the rows. */
const isOther = (json: unknown): boolean =>
  typeof json === 'object' &&
  json !== null &&
  (('kind' in json && (json.kind === 'cases' || json.kind === acceptedKind)) || '$defs' in json);

const acceptedKind = 'accepted-contradictions';

/** What of the knowledge may contradict itself, and why: `contradictions.accepted.json` of each folder. */
export async function acceptedContradictions(folders: readonly string[]): Promise<Result<Accepted[]>> {
  const all: Accepted[] = [];
  for (const folder of folders)
    for (const file of await jsonFiles(join(folder, subject))) {
      const read = acceptedIn(await readFile(file, 'utf8').catch(() => ''));
      if (!read.ok) return fail('invalid', `${file}: ${read.problem.message}`, file);
      all.push(...read.value);
    }
  return ok(all);
}

function acceptedIn(text: string): Result<Accepted[]> {
  if (!text.includes(acceptedKind)) return ok([]);
  const json = JSON.parse(text) as { kind?: unknown; accepted?: unknown };
  if (json.kind !== acceptedKind) return ok([]);
  const listed = Array.isArray(json.accepted) ? (json.accepted as Partial<Accepted>[]) : [];
  for (const [i, each] of listed.entries()) {
    const named = Array.isArray(each.rows) && each.rows.length > 0 && each.rows.every((row) => typeof row === 'string');
    if (!named || typeof each.why !== 'string' || each.why.trim() === '' || !Object.keys(contradictionKinds).includes(each.kind ?? ''))
      return fail('invalid', `entry ${i + 1} needs kind (${Object.keys(contradictionKinds).join(', ')}), rows ("file/id" or "*") and why`);
  }
  return ok(listed as Accepted[]);
}

async function jsonFiles(place: string): Promise<string[]> {
  try {
    const names = await readdir(place);
    return names
      .filter((name) => name.endsWith('.json') && !name.endsWith('.cases.json'))
      .sort()
      .map((name) => join(place, name));
  } catch {
    return []; // a site's folder need not speak to every subject; that the folder is there is checked with the others
  }
}
