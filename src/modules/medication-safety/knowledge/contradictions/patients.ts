// Two rows about one drug in one patient: precautions, allergies, what is measured, what an opioid weighs. Of one category the
// gravest is shown, so that a milder row about fewer drugs or a narrower fact is never heard.
import { severityRank, tierRank } from '../../present.ts';
import type { KnowledgeBase, Rule } from '../base.ts';
import { Conditions } from './conditions.ts';
import { type Contradiction, contradiction } from './contract.ts';
import { grouped, meeting } from './overlap.ts';

export const patients = (base: KnowledgeBase): Contradiction[] => [
  ...precautions(base),
  ...allergies(base),
  ...measured(base),
  ...opioids(base),
];

const rank = ({ severity, tier }: Rule<'precautions'>): number => severityRank(severity) * 10 + tierRank(tier);

function precautions(base: KnowledgeBase): Contradiction[] {
  const conditions = new Conditions(base);
  const found: Contradiction[] = [];
  for (const [, rows] of grouped(base.all('precautions'), ({ category }) => category))
    for (const [i, x] of rows.entries())
      for (const y of rows.slice(i + 1)) {
        const met = meeting(base, x.drug, y.drug);
        const difference = rank(x) - rank(y);
        if (met === undefined || difference === 0) continue;
        const [xWhenY, yWhenX] = [conditions.implies(x.when, y.when), conditions.implies(y.when, x.when)];
        const title = base.title(met.shared[0]!);
        const [milder, graver] = difference > 0 ? [y, x] : [x, y];
        const narrower = difference > 0 ? met.bInA && yWhenX : met.aInB && xWhenY;
        const graverIsNarrower = difference > 0 ? met.aInB && xWhenY : met.bInA && yWhenX;
        if (narrower && !graverIsNarrower)
          found.push(
            contradiction('hidden', `${title}: ${milder.id} is milder and about fewer than ${graver.id}, and is never shown`, x, y),
          );
        else if (xWhenY && yWhenX && !graverIsNarrower && x.severity !== y.severity)
          found.push(
            contradiction('patient', `${title}: ${x.severity} (${x.tier}) or ${y.severity} (${y.tier}) in the same patient`, x, y),
          );
        else if (narrower && graverIsNarrower)
          found.push(contradiction('patient', `${title}: ${x.severity} (${x.tier}) or ${y.severity} (${y.tier}) of the same`, x, y));
      }
  return found;
}

function allergies(base: KnowledgeBase): Contradiction[] {
  const rows = base.all('allergies');
  const allergen = (row: Rule<'allergies'>) =>
    JSON.stringify([[...(row.allergen.drugs ?? [])].sort(), [...(row.allergen.words ?? [])].sort()]);
  return rows.flatMap((x, i) =>
    rows.slice(i + 1).flatMap((y) => {
      const met = allergen(x) === allergen(y) && x.relation === y.relation ? meeting(base, x.avoid, y.avoid) : undefined;
      if (met === undefined || x.tier === y.tier) return [];
      return [contradiction('allergy', `${base.title(met.shared[0]!)}: ${x.tier} or ${y.tier}`, x, y)];
    }),
  );
}

function measured(base: KnowledgeBase): Contradiction[] {
  const rows = base.all('monitoring');
  const conditions = new Conditions(base);
  return rows.flatMap((x, i) =>
    rows.slice(i + 1).flatMap((y) => {
      if (x.laboratory !== y.laboratory || (x.baselineDays === y.baselineDays && x.everyDays === y.everyDays)) return [];
      const met = meeting(base, x.drug, y.drug);
      // A row of its own for one drug or one patient may ask for more; two about the same may not differ.
      if (met === undefined || !met.aInB || !met.bInA) return [];
      const everybody = { all: [] };
      const [a, b] = [x.when ?? everybody, y.when ?? everybody];
      if (!conditions.implies(a, b) || !conditions.implies(b, a)) return [];
      return [contradiction('measure', `${base.title(met.shared[0]!)}: ${x.laboratory} at two different times`, x, y)];
    }),
  );
}

function opioids(base: KnowledgeBase): Contradiction[] {
  const rows = base.all('opioids');
  return rows.flatMap((x, i) =>
    rows.slice(i + 1).flatMap((y) => {
      const same = x.drug === y.drug && x.routes.some((route) => y.routes.includes(route));
      return same && (x.factor !== y.factor || x.unit !== y.unit)
        ? [contradiction('measure', `${base.title(x.drug)}: ${x.factor} or ${y.factor} morphine equivalents`, x, y)]
        : [];
    }),
  );
}
