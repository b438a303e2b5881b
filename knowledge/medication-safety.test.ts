// Every row of the knowledge of drugs has cases, fires on them and is silent on their counter-cases; what the rows say of
// each other holds together.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadMedicationKnowledge } from '../src/app/medication-knowledge.ts';
import { advise } from '../src/modules/medication-safety/advise.ts';
import type { Answer } from '../src/modules/medication-safety/contract.ts';
import type { Kind, Situation } from '../src/modules/medication-safety/knowledge/contract.ts';
import { libraryOf } from '../src/modules/medication-safety/library.ts';
import { readSituation } from '../src/modules/medication-safety/situation.ts';

const folder = join(import.meta.dirname, 'medication-safety');
const loaded = await loadMedicationKnowledge([import.meta.dirname]);
if (!loaded.ok) throw new Error([loaded.problem, ...(loaded.problem.also ?? [])].map((each) => each.message).join('\n'));
const base = loaded.value;
const library = libraryOf(base);
const asOfMs = Date.parse('2026-11-22T12:00:00Z');

interface Cases {
  kind: 'cases';
  of: string;
  cases: Record<string, { fires: Situation[]; silent: Situation[] }>;
}
const files = readdirSync(folder).filter((name) => name.endsWith('.cases.json'));
const all = files.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Cases);
const kindOf = new Map<string, Kind>();
for (const name of readdirSync(folder)) {
  if (!name.endsWith('.json') || name.endsWith('.cases.json') || name === 'schema.json') continue;
  const file = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { kind: Kind; name: string };
  kindOf.set(file.name, file.kind);
}

const adult = { age: '45 y', sex: 'male' as const, weight: '70 kg', height: '175 cm', laboratory: { creatinine: '0.9 mg/dL' } };
const ask = (situation: Situation) => {
  const told = readSituation(
    { ...adult, ...situation, laboratory: situation.laboratory ?? (situation.age === undefined ? adult.laboratory : {}) },
    library,
    asOfMs,
  );
  return { told, answer: advise(told.drafts, told.facts, base) };
};
const cardOf = (answer: Answer, id: string) =>
  answer.cards.find(
    (card) =>
      card.rule.id === id ||
      (card.detail.includes(`Also:`) && card.detail.includes(base.all('interactions').find((rule) => rule.id === id)?.title ?? '\u0000')),
  );

/** Whether a case shows the row, by its kind. */
function shows(kind: Kind, id: string, situation: Situation): boolean {
  const { told, answer } = ask(situation);
  if (kind === 'ingredients' || kind === 'combinations') {
    const row = kind === 'combinations' ? base.combinations.get(id)?.ingredients : [id];
    return row?.every((each) => told.drafts[0]?.ingredients.some((one) => one.ingredient === each)) ?? false;
  }
  if (kind === 'problems') return told.facts.problems.has(id);
  if (kind === 'laboratories') return told.facts.laboratory.has(id);
  if (kind === 'classes')
    return (
      told.drafts[0]?.ingredients.some((one) => base.unfold(id.startsWith('class:') ? id : `class:${id}`).has(one.ingredient)) ?? false
    );
  if (kind === 'opioids')
    return answer.cards.some((card) => card.category === 'opioid') || answer.unseen.some((card) => card.category === 'opioid');
  const card = cardOf(answer, id);
  return card !== undefined && (situation.tier === undefined || card.tier === situation.tier);
}

it('is knowledge that can be read', () => {
  expect(base.version).not.toBe('');
});

for (const { of, cases } of all) {
  const kind = kindOf.get(of);
  describe(of, () => {
    it('has its cases beside rows that exist', () => {
      expect(kind, `there is no file named ${of}`).toBeDefined();
    });
    for (const [id, { fires, silent }] of Object.entries(cases)) {
      it(id, () => {
        for (const situation of fires) expect(shows(kind!, id, situation), `fires: ${JSON.stringify(situation)}`).toBe(true);
        for (const situation of silent) expect(shows(kind!, id, situation), `silent: ${JSON.stringify(situation)}`).toBe(false);
      });
    }
  });
}
