// Every indicator is in its form, names its source and what it reads, and gives what its cases say.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { Indicator, Row } from '../src/methods/indicators/contract.ts';
import { evaluateIndicator } from '../src/methods/indicators/evaluate.ts';
import { readIndicator } from '../src/methods/indicators/indicator-file.ts';

const folder = join(import.meta.dirname, 'indicators');
const json = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.json') && !name.endsWith('.cases.json') && name !== 'schema.json')
  .map((name) => name.slice(0, -'.json'.length));
const validate = new Ajv2020({ strict: false }).compile(json('schema.json') as object);

interface Cases {
  of: string;
  cases: {
    says: string;
    tables: Record<string, Row[]>;
    expect: { month: string; ward: string; numerator: number; denominator: number; value: number }[];
  }[];
}

const indicatorOf = (name: string): Indicator => {
  const read = readIndicator(json(`${name}.json`));
  if (!read.ok) throw new Error(`${name}: ${read.problem.message}`);
  return read.value;
};

it('there are at least 15, each with its cases, and no cases of nothing', () => {
  expect(names.length).toBeGreaterThanOrEqual(15);
  const cases = readdirSync(folder).filter((name) => name.endsWith('.cases.json'));
  expect(cases.map((name) => name.slice(0, -'.cases.json'.length))).toEqual(names);
});

describe.each(names)('%s', (name) => {
  it('is in the form of the schema and readable', () => {
    expect(validate(json(`${name}.json`)), JSON.stringify(validate.errors)).toBe(true);
    expect(indicatorOf(name)).toMatchObject({ name });
  });

  const { of, cases } = json(`${name}.cases.json`) as Cases;
  it.each(cases.map((each) => [each.says, each] as const))('%s', (_, { tables, expect: said }) => {
    expect(of).toBe(name);
    // By cases of a few rows: the least denominator is asked of by a test of its own.
    const found = evaluateIndicator({ ...indicatorOf(name), denominatorLeast: 0 }, tables);
    expect(found).toEqual(said.map((each) => ({ ...each, value: expect.closeTo(each.value, 9), few: false })));
    // Rows are of the columns that it reads: a column that is misspelt in either is found.
    const { needs } = indicatorOf(name);
    expect(Object.keys(tables).filter((view) => !Object.hasOwn(needs, view))).toEqual([]);
    for (const [view, rows] of Object.entries(tables))
      expect(needs[view]!.filter((column) => !rows.some((row) => Object.hasOwn(row, column)))).toEqual([]);
  });
});
