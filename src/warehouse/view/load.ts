// The views that lie in folders as ViewDefinitions, one a file: those that come with the program, and those of the site.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonNow } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { CompiledView } from '../contract.ts';
import { compileView } from './closure.ts';
import { readView } from './read.ts';

/** In the order of names. What a later folder has under a name takes the place of an earlier one's. Problems name the file. */
export function loadViews(folders: readonly string[]): Result<CompiledView[]> {
  const views = new Map<string, CompiledView>();
  for (const folder of folders) {
    for (const name of readdirSync(folder).sort()) {
      if (!name.endsWith('.json')) continue;
      const file = join(folder, name);
      const json = readJsonNow(readFileSync(file, 'utf8'));
      const view = json.ok ? readView(json.value) : json;
      const compiled = view.ok ? compileView(view.value, { strict: true }) : view;
      if (!compiled.ok) return fail(compiled.problem.kind, `${file}: ${compiled.problem.message}`, compiled.problem.where);
      if (`${compiled.value.view.name}.json` !== name) return fail('invalid', `${file}: the name of a view is that of its file`);
      views.set(compiled.value.view.name, compiled.value);
    }
  }
  return ok([...views.values()].sort((a, b) => (a.view.name < b.view.name ? -1 : 1)));
}
