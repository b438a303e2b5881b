// An examination of the checks in the shape of Leapfrog's CPOE evaluation: dangerous orders of twelve categories, each to be
// met by a card of its category, and harmless ones among them that must not interrupt. The orders are in examination.json.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { advise } from '../../src/modules/medication-safety/advise.ts';
import type { Category } from '../../src/modules/medication-safety/contract.ts';
import type { Situation } from '../../src/modules/medication-safety/knowledge/contract.ts';
import { readSituation } from '../../src/modules/medication-safety/situation.ts';
import { asOfMs, library } from './library.ts';

interface Question {
  id: string;
  category: string;
  expect: 'interrupt' | 'aside' | 'quiet';
  situation: Situation;
}
const { orders } = JSON.parse(readFileSync(join(import.meta.dirname, 'examination.json'), 'utf8')) as { orders: Question[] };

/** Which of our categories answer one of the examination's. */
const answers: Record<string, Category[]> = {
  duplication: ['duplicate', 'daily-dose'],
  'single-dose': ['single-dose', 'daily-dose'],
  'daily-dose': ['daily-dose', 'single-dose'],
  allergy: ['allergy'],
  route: ['route'],
  'drug-drug': ['drug-drug', 'drug-food', 'additive-load'],
  diagnosis: ['diagnosis', 'pregnancy', 'lactation', 'hepatic'],
  'age-weight': ['age', 'single-dose', 'daily-dose', 'drug-drug'],
  laboratory: ['laboratory', 'renal', 'hepatic'],
  contrast: ['contrast', 'renal', 'allergy', 'drug-drug'],
  corollary: ['corollary', 'monitoring'],
  cost: ['cost'],
  nuisance: [],
};

const adult = { age: '45 y', sex: 'male' as const, weight: '70 kg', height: '175 cm', laboratory: { creatinine: '0.9 mg/dL' } };

function mark({ category, expect: asked, situation }: Question): string | undefined {
  const { drafts, facts } = readSituation({ ...(situation.age === undefined ? adult : {}), ...situation }, library, asOfMs);
  const { cards, couldNot } = advise(drafts, facts, library.base);
  const loud = cards.filter((card) => card.tier !== 'aside');
  if (asked === 'quiet')
    return loud.length === 0 ? undefined : loud.map((card) => `${card.category} ${card.rule.id}: ${card.summary}`).join('; ');
  const met = (asked === 'aside' ? cards : loud).some((card) => answers[category]!.includes(card.category));
  return met
    ? undefined
    : `said: ${cards.map((card) => `${card.tier} ${card.category} ${card.rule.id}`).join('; ') || 'nothing'}${couldNot.length > 0 ? `; could not: ${couldNot.map((each) => each.why).join('; ')}` : ''}`;
}

it('finds the dangerous orders of every category and leaves the harmless alone', () => {
  const table: Record<string, { found: number; dangerous: number; quiet: number; harmless: number }> = {};
  const misses: string[] = [];
  for (const question of orders) {
    table[question.category] ??= { found: 0, dangerous: 0, quiet: 0, harmless: 0 };
    const row = table[question.category]!;
    const miss = mark(question);
    if (question.expect === 'quiet') row.harmless++;
    else row.dangerous++;
    if (miss === undefined) {
      if (question.expect === 'quiet') row.quiet++;
      else row.found++;
    } else misses.push(`${question.id} “${question.situation.order}”, ${question.expect} expected: ${miss}`);
  }
  console.table(table);
  if (misses.length > 0) console.log(misses.join('\n'));
  const sum = (of: 'found' | 'dangerous' | 'quiet' | 'harmless') => Object.values(table).reduce((all, row) => all + row[of], 0);
  const [sensitivity, specificity] = [sum('found') / sum('dangerous'), sum('quiet') / sum('harmless')];
  console.log(
    `examination: sensitivity ${sum('found')} of ${sum('dangerous')} (${(100 * sensitivity).toFixed(1)} %), specificity ${sum('quiet')} of ${sum('harmless')} (${(100 * specificity).toFixed(1)} %)`,
  );
  expect(sensitivity).toBeGreaterThanOrEqual(0.94);
  expect(specificity).toBeGreaterThanOrEqual(0.95);
});
