// Knowledge from its folders to the modules that use it: read, checked against its rules, handed in. Nothing that a check
// refuses is ever used, and nothing is left out in silence: the program does not start then.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, ok, type Problem, type Result } from '../fhir/result.ts';
import type { BandedScore } from '../methods/banded-score.ts';
import { readBandedScore } from '../methods/banded-score-file.ts';
import type { Module } from '../modules/contract.ts';
import { deterioration } from '../modules/deterioration/deterioration.ts';

/**
 * The modules with their knowledge. Each folder is laid out like knowledge/; what a later one has under a name takes the
 * place of all versions of that name in earlier ones. The problem lists every finding, with the file's name.
 */
export async function loadModules(folders: readonly string[]): Promise<Result<Module[]>> {
  const scores = await bandedScores(folders);
  return scores.ok ? ok([deterioration(scores.value)]) : scores;
}

async function bandedScores(folders: readonly string[]): Promise<Result<BandedScore[]>> {
  const found = new Map<string, BandedScore[]>();
  const problems: Problem[] = [];
  for (const folder of folders) {
    const here = new Map<string, BandedScore[]>();
    const files = await jsonFiles(folder, 'deterioration');
    if (!files.ok) problems.push(files.problem);
    for (const file of files.ok ? files.value : []) {
      const score = await readScore(file);
      if (!score.ok) problems.push(score.problem, ...(score.problem.also ?? []));
      else if (score.value !== undefined) here.set(score.value.name, [...(here.get(score.value.name) ?? []), score.value]);
    }
    for (const [name, versions] of here) {
      const active = versions.filter((score) => score.status === 'active').map((score) => score.version);
      // Two at once would write their scores under the same ids, one over the other.
      if (active.length > 1)
        problems.push(problem(`${name} is active in the versions ${active.join(' and ')}: retire all but one`, folder));
      found.set(name, versions);
    }
  }
  const [first, ...also] = problems;
  if (first !== undefined) return { ok: false, problem: { ...first, also } };
  return ok([...found.values()].flat());
}

/** undefined: a JSON file of another kind, such as the schema of the kind itself. */
async function readScore(file: string): Promise<Result<BandedScore | undefined>> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    return fail('invalid', `${file} cannot be read as JSON: ${error instanceof Error ? error.message : ''}`, file);
  }
  if (typeof json !== 'object' || json === null || !('kind' in json) || json.kind !== 'banded-score') return ok(undefined);
  const score = readBandedScore(json);
  if (score.ok) return score;
  const [first, ...also] = [score.problem, ...(score.problem.also ?? [])].map((finding) =>
    problem(`${finding.where}: ${finding.message}`, file),
  );
  return { ok: false, problem: { ...first!, also } };
}

/** Paths of what a folder of knowledge says to a subject; nothing where it does not speak to it. */
export async function jsonFiles(folder: string, subject: string): Promise<Result<string[]>> {
  const place = join(folder, subject);
  try {
    const names = await readdir(place);
    const files = names.filter((name) => name.endsWith('.json') && !name.endsWith('.cases.json'));
    return ok(files.sort().map((name) => join(place, name)));
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    // A site's folder need not speak to every subject, but it must be there.
    if (missing && (await exists(folder))) return ok([]);
    return { ok: false, problem: problem(missing ? 'there is no such folder' : 'the folder cannot be read', missing ? folder : place) };
  }
}

const exists = (folder: string): Promise<boolean> =>
  readdir(folder).then(
    () => true,
    () => false,
  );

const problem = (message: string, file: string): Problem => fail('invalid', `${file}: ${message}`, file).problem;
