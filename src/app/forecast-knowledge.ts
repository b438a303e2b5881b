// Shifts, patients for each nurse and times of the emergency department, from the folders of knowledge: what comes with the program, or what a site has
// instead.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { readJsonNow } from '../fhir/json.ts';
import { fail, ok, type Result } from '../fhir/result.ts';
import type { StaffingKnowledge } from '../gateways/forecasts/contract.ts';

const hour = { type: 'integer', minimum: 0, maximum: 23 };
const words = { type: 'string', minLength: 1 };
const patients = { type: 'number', minimum: 0.5, maximum: 100 };
const schema = {
  type: 'object',
  required: ['version', 'shifts', 'ratios', 'otherwisePatientsPerNurse', 'ratioSource', 'emergency'],
  properties: {
    version: words,
    shifts: {
      type: 'array',
      minItems: 1,
      maxItems: 12,
      items: {
        type: 'object',
        required: ['name', 'title', 'fromHour', 'toHour'],
        properties: { name: words, title: words, fromHour: hour, toHour: hour },
      },
    },
    ratios: {
      type: 'array',
      items: {
        type: 'object',
        required: ['words', 'patientsPerNurse'],
        properties: { words: { type: 'array', items: words }, patientsPerNurse: patients },
      },
    },
    otherwisePatientsPerNurse: patients,
    ratioSource: words,
    emergency: {
      type: 'object',
      required: ['minutesEach', 'seenPercent', 'seenWithinMinutes', 'source'],
      properties: {
        minutesEach: { type: 'number', minimum: 1, maximum: 480 },
        seenPercent: { type: 'number', minimum: 50, maximum: 99.9 },
        seenWithinMinutes: { type: 'number', minimum: 0, maximum: 1_440 },
        source: words,
      },
    },
  },
};

/** The file of a later folder stands instead of that of an earlier one. */
export function loadForecastKnowledge(folders: readonly string[]): Result<StaffingKnowledge> {
  const file = folders.map((folder) => join(folder, 'forecasts', 'staffing.json')).findLast((path) => existsSync(path));
  if (file === undefined) return fail('not-found', 'forecasts/staffing.json is in none of the folders of knowledge');
  const read = readJsonNow(readFileSync(file, 'utf8'));
  if (!read.ok) return fail('invalid', `${file}: ${read.problem.message}`, file);
  const check = new Ajv({ allErrors: true }).compile<StaffingKnowledge>(schema);
  const json: unknown = read.value;
  return check(json)
    ? ok(json)
    : fail('invalid', `${file}: ${check.errors?.map(({ instancePath, message }) => `${instancePath} ${message}`).join('; ')}`, file);
}
