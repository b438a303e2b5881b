// What speaks against a drug in this patient: age, diagnoses, laboratory values, pregnancy, breast-feeding, the liver, vital
// signs, the way it is given.
import { weigh } from '../conditions.ts';
import { couldNot, type Finding, present, severityRank, tierRank } from '../present.ts';
import { isMeant, type Subject } from '../subject.ts';

export function precaution(subject: Subject): Finding[] {
  const { order, base } = subject;
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const one of order.ingredients) {
    const cards: (Finding & { card: unknown })[] = [];
    for (const rule of base.about('precautions', one.ingredient)) {
      if (seen.has(rule.id)) continue;
      const selection = base.selection(rule.drug);
      // A rule about a route speaks of any route; the others only of what reaches the body.
      const meant = rule.category === 'route' ? selection.members.has(one.ingredient) : isMeant(rule.drug, selection, one, order);
      if (!meant) continue;
      const weighed = weigh(rule.when, subject);
      if (weighed.truth === false) continue;
      seen.add(rule.id);
      const category = rule.category === 'food' ? 'drug-food' : rule.category;
      // She is known to be pregnant, only not since when: that is said, not passed over.
      const whichTrimester = subject.facts.pregnant === true && weighed.notKnown.some((what) => what.startsWith('the trimester'));
      if (weighed.truth === undefined && !whichTrimester) {
        if (
          rule.unknown === 'pass' ||
          (rule.unknown === undefined &&
            (tierRank(rule.tier) < tierRank('interrupt') || rule.category === 'pregnancy' || rule.category === 'lactation'))
        )
          continue;
        if (rule.unknown === undefined) {
          findings.push(
            couldNot(category, subject, `${base.title(one.ingredient)}, ${rule.title}: not known is ${weighed.notKnown.join(', ')}`),
          );
          continue;
        }
      }
      const unknown = weighed.truth === undefined;
      const finding = present(
        {
          rule,
          category,
          tier: unknown ? 'aside' : rule.tier,
          severity: rule.severity,
          summary: `${base.title(one.ingredient)}: ${rule.says}`,
          detail: unknown ? `Not known: ${weighed.notKnown.join(', ')}. ${rule.says}` : rule.says,
          management: rule.management,
          weighed,
        },
        subject,
      );
      if ('card' in finding) cards.push(finding);
    }
    findings.push(...gravestOfEach(cards));
  }
  return findings;
}

/** Of one category about one drug the gravest card is enough. */
function gravestOfEach(cards: Finding[]): Finding[] {
  const best = new Map<string, Finding>();
  const silent: Finding[] = [];
  for (const each of cards) {
    if (!('card' in each)) continue;
    if (each.silent !== undefined) {
      silent.push(each);
      continue;
    }
    const held = best.get(each.card.category);
    if (held === undefined || !('card' in held) || rank(each.card) > rank(held.card)) best.set(each.card.category, each);
  }
  return [...best.values(), ...silent];
}

const rank = (card: { tier: 'stop' | 'interrupt' | 'aside'; severity: Parameters<typeof severityRank>[0] }) =>
  tierRank(card.tier) * 10 + severityRank(card.severity);
