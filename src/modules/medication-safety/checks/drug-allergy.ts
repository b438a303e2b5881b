// The recorded allergy against the drug, its class and what cross-reacts with it. An allergy that is not understood, and a
// patient whom nobody asked, are said: they are not "no allergy".
import type { RecordedAllergy } from '../contract.ts';
import type { Tier } from '../knowledge/contract.ts';
import { couldNot, type Finding, ownRule, present, tierRank } from '../present.ts';
import { isMeant, type Subject } from '../subject.ts';

const own = ownRule('allergy-to-the-drug', 'An allergy to the drug itself, or to a class that it is recorded under.');
const excipientSorts = new Set(['food']);

export function drugAllergy(subject: Subject): Finding[] {
  const { order, facts, base } = subject;
  if (
    order.ingredients.length === 0 ||
    order.ingredients.every((one) => excipientSorts.has(base.ingredients.get(one.ingredient)?.sort ?? ''))
  )
    return [];
  if (facts.notRead.some((each) => each.part === 'allergies')) return [couldNot('allergy', subject, 'the allergies could not be read')];
  if (facts.allergyAssessment === 'not-assessed')
    return [couldNot('allergy', subject, 'nobody has recorded whether the patient has allergies')];
  return facts.allergies.flatMap((allergy) => against(allergy, subject));
}

function against(allergy: RecordedAllergy, subject: Subject): Finding[] {
  const { order, base } = subject;
  const words = allergy.text.toLowerCase();
  const allergens = new Set(allergy.drugs.flatMap((id) => [...base.unfold(id)]));
  const found: { finding: Finding; rank: number }[] = [];
  const fact = {
    says: `allergy: ${allergy.text}${allergy.reactions.length > 0 ? ` (${allergy.reactions.join(', ')})` : ''}`,
    ...(allergy.ref === undefined ? {} : { ref: allergy.ref }),
  };
  const say = (
    rule: Parameters<typeof present>[0]['rule'],
    tier: Tier,
    ingredient: string,
    detail: string,
    severity: 'contraindicated' | 'major' | 'moderate',
  ) => {
    // What once closed somebody's throat must stop, whoever wrote the class down.
    const eased = severity === 'contraindicated' && allergy.severe ? 'stop' : ease(tier, allergy);
    const finding = present(
      {
        rule,
        category: 'allergy',
        tier: eased,
        severity,
        summary: `${base.title(ingredient)}: the patient has a recorded ${allergy.kind === 'intolerance' ? 'intolerance' : 'allergy'} to ${allergy.text}`,
        detail,
        management:
          allergy.reactions.length > 0 ? 'Choose another drug.' : 'Choose another drug, or find out and record what the reaction was.',
        facts: [fact],
      },
      subject,
    );
    found.push({ finding, rank: tierRank(eased) });
  };
  let understood = allergens.size > 0;
  for (const one of order.ingredients) {
    if (allergens.has(one.ingredient))
      say(
        own,
        allergy.drugs.includes(one.ingredient) ? 'stop' : 'interrupt',
        one.ingredient,
        'It is what the patient is recorded as allergic to, or belongs to it.',
        'contraindicated',
      );
  }
  for (const rule of base.all('allergies')) {
    const named = (rule.allergen.words ?? []).some((word) => hasWord(words, word.toLowerCase()));
    const meant =
      named ||
      (rule.allergen.drugs ?? []).some(
        (id) => [...base.unfold(id)].some((each) => allergens.has(each)) && covers(allergy, id, base.unfold(id)),
      );
    if (!meant) continue;
    understood = true;
    const avoid = base.selection(rule.avoid);
    for (const one of order.ingredients) {
      if (!avoid.members.has(one.ingredient)) continue;
      if (rule.relation !== 'same' && !isMeant(rule.avoid, avoid, one, order) && order.route !== undefined) continue;
      say(rule, rule.tier, one.ingredient, rule.says, rule.relation === 'same' || rule.relation === 'class' ? 'contraindicated' : 'major');
    }
  }
  if (!understood)
    return [couldNot('allergy', subject, `the allergy “${allergy.text.slice(0, 60)}” is not known to the knowledge: compare it yourself`)];
  const shown = found.filter(({ finding }) => 'card' in finding && finding.silent === undefined).sort((a, b) => b.rank - a.rank);
  const silent = found.filter(({ finding }) => 'card' in finding && finding.silent !== undefined);
  return [...shown.slice(0, 1), ...silent].map(({ finding }) => finding);
}

/** The row speaks of what is recorded: one of its drugs by name, or the class that was recorded. */
function covers(allergy: RecordedAllergy, id: string, members: ReadonlySet<string>): boolean {
  return allergy.drugs.some((recorded) => recorded === id || members.has(recorded));
}

/** An intolerance without anything severe is told one tier lower. */
function ease(tier: Tier, allergy: RecordedAllergy): Tier {
  if (allergy.kind !== 'intolerance' || allergy.severe) return tier;
  return tier === 'stop' ? 'interrupt' : 'aside';
}

const hasWord = (text: string, word: string): boolean => {
  const at = text.indexOf(word);
  return at >= 0 && !/[a-z]/.test(text[at - 1] ?? ' ') && !/[a-rt-z]/.test(text[at + word.length] ?? ' ');
};
