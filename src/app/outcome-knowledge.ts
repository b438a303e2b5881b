// Indicators, risk factors and checks of data quality from their folders: what comes with the program, then what a site has instead or beside it. A broken
// file stops the start with a sentence.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { fail, ok, type Result } from '../fhir/result.ts';
import { drugWords, type OutcomeKnowledge, readQualityChecks, readRiskFactors } from '../gateways/outcomes/knowledge.ts';
import { rowTables } from '../gateways/outcomes/row-tables.ts';
import type { Indicator } from '../methods/indicators/contract.ts';
import { readIndicator } from '../methods/indicators/indicator-file.ts';
import type { KnowledgeBase } from '../modules/medication-safety/knowledge/base.ts';
import { ownKnowledge } from './knowledge-folder.ts';

function jsonIn(file: string): Result<unknown> {
  try {
    return ok(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    return fail('invalid', `${file} cannot be read as JSON: ${error instanceof Error ? error.message : ''}`, file);
  }
}

/** What `read` makes of the file that the last folder has. */
function lastOf<T>(folders: readonly string[], name: string, read: (json: unknown) => Result<T>): Result<T> {
  const file = folders.map((folder) => join(folder, 'outcomes', name)).findLast((path) => existsSync(path));
  if (file === undefined) return fail('not-found', `outcomes/${name} is in none of the folders of knowledge`, name);
  const json = jsonIn(file);
  if (!json.ok) return json;
  const found = read(json.value);
  return found.ok ? found : fail(found.problem.kind, `${file}: ${found.problem.message}`, file);
}

/** By name; one of a later folder stands instead of that of an earlier one. */
function indicatorsIn(folders: readonly string[]): Result<Map<string, Indicator>> {
  const schema = jsonIn(join(ownKnowledge, 'indicators', 'schema.json'));
  if (!schema.ok) return schema;
  const validate = new Ajv2020({ strict: false, allErrors: false }).compile(schema.value as object);
  const found = new Map<string, Indicator>();
  for (const folder of folders.map((each) => join(each, 'indicators')).filter((each) => existsSync(each))) {
    const names = readdirSync(folder).filter((name) => name.endsWith('.json') && !name.endsWith('.cases.json') && name !== 'schema.json');
    for (const name of names.sort()) {
      const file = join(folder, name);
      const json = jsonIn(file);
      if (!json.ok) return json;
      if (!validate(json.value)) {
        const [error] = validate.errors ?? [];
        return fail(
          'invalid',
          `${file} is no indicator: ${error?.instancePath ?? ''} ${error?.message ?? ''}; see schema.json in knowledge/indicators`,
          file,
        );
      }
      const read = readIndicator(json.value);
      if (!read.ok) return fail(read.problem.kind, `${file}: ${read.problem.message}`, file);
      const { needs } = read.value;
      for (const [rows, columns] of Object.entries(needs)) {
        const known = Object.hasOwn(rowTables, rows) ? rowTables[rows]!.columns : {};
        const unknown = columns.find((column) => !Object.hasOwn(known, column));
        if (unknown !== undefined)
          return fail(
            'invalid',
            `${file}: there is no column "${unknown}" of rows "${rows}"; the README of knowledge/indicators says what there is`,
            file,
          );
      }
      if (`${read.value.name}.json` !== name) return fail('invalid', `${file}: the name of an indicator is that of its file`, file);
      found.set(read.value.name, read.value);
    }
  }
  return ok(new Map([...found].filter(([, { status }]) => status !== 'retired').toSorted(([a], [b]) => (a < b ? -1 : 1))));
}

/** `folders` are laid out like knowledge/; a later one has the better right. */
export function loadOutcomeKnowledge(folders: readonly string[], base: KnowledgeBase): Result<OutcomeKnowledge> {
  const indicators = indicatorsIn(folders);
  if (!indicators.ok) return indicators;
  const drugs = lastOf(folders, 'drug-groups.json', (json) => drugWords(base, json));
  if (!drugs.ok) return drugs;
  const factors = lastOf(folders, 'risk-factors.json', readRiskFactors);
  if (!factors.ok) return factors;
  const checks = lastOf(folders, 'quality-checks.json', readQualityChecks);
  return checks.ok ? ok({ indicators: indicators.value, drugs: drugs.value, factors: factors.value, checks: checks.value }) : checks;
}
