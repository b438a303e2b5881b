// The rules of the bedside (hold rules, high-alert drugs, when effects are asked for) from their folders: what comes with the program, then what a site has
// instead. Classes are unfolded here, by the knowledge of drugs.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, ok, type Result } from '../fhir/result.ts';
import type { BedsideRules } from '../modules/medication-administration/rules.ts';
import { readEffectTimes, readHighAlert, readHoldRules } from '../modules/medication-administration/rules.ts';
import type { KnowledgeBase } from '../modules/medication-safety/knowledge/base.ts';

const subject = 'medication-administration';

/** The file of a later folder stands instead of that of an earlier one. */
export async function loadAdministrationKnowledge(folders: readonly string[], base: KnowledgeBase): Promise<Result<BedsideRules>> {
  const contents: unknown[] = [];
  for (const name of ['hold-rules.json', 'high-alert.json', 'effect-times.json']) {
    const file = folders.map((folder) => join(folder, subject, name)).findLast((path) => existsSync(path));
    if (file === undefined) return fail('not-found', `${subject}/${name} is in none of the folders of knowledge`, name);
    try {
      contents.push(JSON.parse(await readFile(file, 'utf8')));
    } catch (error) {
      return fail('invalid', `${file} cannot be read as JSON: ${error instanceof Error ? error.message : ''}`, file);
    }
  }
  const membersOf = (drug: string): readonly string[] => [...base.unfold(drug)];
  const holdRules = readHoldRules(contents[0], membersOf);
  if (!holdRules.ok) return holdRules;
  const highAlert = readHighAlert(contents[1], membersOf);
  if (!highAlert.ok) return highAlert;
  const effectTimes = readEffectTimes(contents[2]);
  return effectTimes.ok ? ok({ holdRules: holdRules.value, highAlert: highAlert.value, effectTimes: effectTimes.value }) : effectTimes;
}
