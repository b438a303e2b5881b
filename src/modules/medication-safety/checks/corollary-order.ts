// An order that belongs to another and is not there: naloxone beside a high opioid dose, a laxative, prophylaxis, a level.
import { weigh } from '../conditions.ts';
import { dayMs } from '../facts/body.ts';
import type { Rule } from '../knowledge/base.ts';
import { type Finding, present } from '../present.ts';
import { isMeant, type Subject, selected, standing } from '../subject.ts';

export function corollaryOrder(subject: Subject): Finding[] {
  const { order, base } = subject;
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const one of order.ingredients) {
    for (const rule of base.about('corollary-orders', one.ingredient)) {
      if (seen.has(rule.id) || !isMeant(rule.drug, base.selection(rule.drug), one, order)) continue;
      seen.add(rule.id);
      const weighed = rule.when ? weigh(rule.when, subject) : undefined;
      if (weighed && weighed.truth !== true) continue;
      if (isThere(rule, subject)) continue;
      const weighedFacts = weighed ? { weighed } : {};
      findings.push(
        present(
          {
            rule,
            category: 'corollary',
            tier: rule.tier,
            severity: rule.tier === 'aside' ? 'moderate' : 'major',
            summary: `${base.title(one.ingredient)}: ${rule.says}`,
            detail: rule.says,
            management: rule.needs.order ? `Order ${rule.needs.order}.` : rule.says,
            ...weighedFacts,
          },
          subject,
        ),
      );
    }
  }
  return findings;
}

function isThere({ needs }: Rule<'corollary-orders'>, subject: Subject): boolean {
  if (needs.drug !== undefined && standing(subject).some((order) => selected(subject, needs.drug!, order).length > 0)) return true;
  if (needs.laboratory === undefined) return false;
  const [latest] = subject.facts.laboratory.get(needs.laboratory) ?? [];
  return latest !== undefined && subject.facts.asOfMs - latest.atMs <= (needs.withinDays ?? 30) * dayMs;
}
