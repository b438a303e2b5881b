// Every registry is in its form and names its sources, and its cases say who belongs, what is met and what is not: each gap is at least once met and once open.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { loadMedicationKnowledge } from '../src/app/medication-knowledge.ts';
import { loadPopulationKnowledge } from '../src/app/population-knowledge.ts';
import type { Fact } from '../src/methods/care-gaps/contract.ts';
import { reasons } from '../src/methods/care-gaps/contract.ts';
import { evaluateRegistry } from '../src/methods/care-gaps/evaluate.ts';

const folder = join(import.meta.dirname, 'registries');
const json = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.json') && !name.endsWith('.cases.json') && !['schema.json', 'concepts.json'].includes(name))
  .map((name) => name.slice(0, -'.json'.length));
const validate = new Ajv2020({ strict: false }).compile(json('schema.json') as object);
const base = await loadMedicationKnowledge([import.meta.dirname]);
if (!base.ok) throw new Error(base.problem.message);
const loaded = loadPopulationKnowledge([import.meta.dirname], base.value);
if (!loaded.ok) throw new Error(loaded.problem.message);
const { concepts, registries } = loaded.value;

interface Cases {
  of: string;
  cases: {
    says: string;
    today: string;
    born: string | null;
    sex: string | null;
    facts: Partial<Fact>[];
    /** Of each gap that applies: its outcome, then the reason, or the day it is due where that is said. */
    expect: { member: string; gaps: Record<string, string> };
  }[];
}
const empty: Fact = {
  kind: 'visit',
  system: '',
  code: '',
  words: '',
  day: '',
  until: null,
  live: true,
  value: null,
  unit: '',
  comparator: '',
};

it('there are at least 10 with 25 gaps, each with its cases', () => {
  expect(registries.length).toBeGreaterThanOrEqual(10);
  expect(registries.flatMap(({ gaps }) => gaps).length).toBeGreaterThanOrEqual(25);
  const cases = readdirSync(folder).filter((name) => name.endsWith('.cases.json'));
  expect(cases.map((name) => name.slice(0, -'.cases.json'.length))).toEqual(names);
});

it('concepts are in the form of the schema', () => {
  expect(validate(json('concepts.json')), JSON.stringify(validate.errors)).toBe(true);
});

describe.each(names)('%s', (name) => {
  const registry = registries.find((each) => each.name === name)!;
  const { of, cases } = json(`${name}.cases.json`) as Cases;
  const known = Object.entries(reasons);

  it('is in the form of the schema', () => {
    expect(validate(json(`${name}.json`)), JSON.stringify(validate.errors)).toBe(true);
    expect(of).toBe(name);
  });

  it.each(cases.map((each) => [each.says, each] as const))('%s', (_, { today, born, sex, facts, expect: said }) => {
    const person = { born, sex, died: null, facts: facts.map((fact) => ({ ...empty, ...fact })) };
    const found = evaluateRegistry(registry, concepts, person, today);
    expect(found.member).toBe(said.member);
    expect(found.gaps.map(({ gap }) => gap).sort()).toEqual(Object.keys(said.gaps).sort());
    for (const { gap, outcome, reason, due } of found.gaps) {
      const [first = '', ...rest] = (said.gaps[gap] ?? '').split(' ');
      expect([gap, outcome]).toEqual([gap, first]);
      const beside = rest.join(' ');
      if (outcome === 'unknown' || outcome === 'excluded') expect([gap, reason]).toEqual([gap, beside]);
      else if (beside !== '') expect([gap, due]).toEqual([gap, beside]);
      if (outcome === 'unknown') expect(known.some(([key]) => key === reason)).toBe(true);
    }
  });

  it('has cases in which somebody belongs and does not, and each gap is met and open', () => {
    expect(new Set(cases.map((each) => each.expect.member))).toEqual(expect.objectContaining(new Set(['yes', 'no'])));
    for (const { id } of registry.gaps) {
      const outcomes = new Set(cases.map((each) => each.expect.gaps[id]?.split(' ')[0]));
      expect([id, outcomes.has('met'), outcomes.has('gap')]).toEqual([id, true, true]);
    }
  });
});
