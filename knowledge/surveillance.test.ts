// Every syndrome and the notifiable conditions are in their form, name their source, and tell visits as their cases say.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { classifierOf } from '../src/methods/syndrome/classify.ts';
import type { Syndrome } from '../src/methods/syndrome/contract.ts';
import { codeFires, type LabResult, readNotifiables, testFires } from '../src/methods/syndrome/notifiable.ts';
import { readComplaintWords, readSyndrome } from '../src/methods/syndrome/syndrome-file.ts';

const folder = join(import.meta.dirname, 'surveillance');
const json = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const apart = new Set(['schema', 'complaint-words', 'notifiable', 'areas']);
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.json') && !name.endsWith('.cases.json'))
  .map((name) => name.slice(0, -'.json'.length))
  .filter((name) => !apart.has(name));
const validate = new Ajv2020({ strict: false }).compile(json('schema.json') as object);
const must = <T>(read: { ok: true; value: T } | { ok: false; problem: { message: string } }): T => {
  if (!read.ok) throw new Error(read.problem.message);
  return read.value;
};
const syndromes: Syndrome[] = names.map((name) => must(readSyndrome(json(`${name}.json`))));
const classifier = classifierOf(must(readComplaintWords(json('complaint-words.json'))), syndromes);
const { conditions } = must(readNotifiables(json('notifiable.json')));

it('there are at least 12 syndromes and 25 notifiable conditions, all in the form of the schema', () => {
  expect(names.length).toBeGreaterThanOrEqual(12);
  expect(conditions.length).toBeGreaterThanOrEqual(25);
  for (const name of [...names, 'complaint-words', 'notifiable', 'areas'])
    expect(validate(json(`${name}.json`)), `${name}: ${JSON.stringify(validate.errors)}`).toBe(true);
  expect(new Set(conditions.map(({ name }) => name)).size).toBe(conditions.length);
});

interface Cases {
  of: string;
  cases: { says: string; complaint: string; codes: string[]; fires: boolean }[];
}

describe.each(names)('%s', (name) => {
  const { of, cases } = json(`${name}.cases.json`) as Cases;
  it('bears the name of its file and has cases that fire and that do not', () => {
    expect([of, syndromes.find((each) => each.name === name)?.name]).toEqual([name, name]);
    expect(new Set(cases.map(({ fires }) => fires))).toEqual(new Set([true, false]));
  });
  it.each(cases.map((each) => [each.says, each] as const))('%s', (_, { complaint, codes, fires }) => {
    const match = classifier.classify({ complaint, codes }).find(({ syndrome }) => syndrome === name);
    expect(match !== undefined).toBe(fires);
    // It can always be said why.
    if (match !== undefined) {
      expect(match.words.length + match.codes.length).toBeGreaterThan(0);
      for (const word of match.words) expect(complaint).toContain(word);
    }
  });
});

describe('notifiable conditions', () => {
  const { cases } = json('notifiable.cases.json') as {
    cases: { says: string; code?: string; result?: LabResult; conditions: string[] }[];
  };
  it.each(cases.map((each) => [each.says, each] as const))('%s', (_, { code, result, conditions: said }) => {
    const found = conditions.filter(
      (condition) =>
        (code !== undefined && codeFires(condition, code)) ||
        (result !== undefined && condition.tests.some((test) => testFires(test, result))),
    );
    expect(found.map(({ name }) => name)).toEqual(said);
  });
});
