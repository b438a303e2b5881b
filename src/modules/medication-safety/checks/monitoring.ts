// What is measured before and while a drug is given, and was not.
import { weigh } from '../conditions.ts';
import { ago, dayMs } from '../facts/body.ts';
import { couldNot, type Finding, present } from '../present.ts';
import { isMeant, type Subject } from '../subject.ts';

export function monitoring(subject: Subject): Finding[] {
  const { order, base, facts } = subject;
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const one of order.ingredients) {
    for (const rule of base.about('monitoring', one.ingredient)) {
      if (seen.has(rule.id) || !isMeant(rule.drug, base.selection(rule.drug), one, order)) continue;
      seen.add(rule.id);
      if (rule.when && weigh(rule.when, subject).truth !== true) continue;
      const title = base.title(one.ingredient);
      const laboratory = base.laboratories.get(rule.laboratory)?.title ?? rule.laboratory;
      const days = order.state === 'active' ? rule.everyDays : (rule.baselineDays ?? rule.everyDays);
      if (days === undefined || order.timing.once) continue;
      const [latest] = facts.laboratory.get(rule.laboratory) ?? [];
      if (latest && facts.asOfMs - latest.atMs <= days * dayMs) continue;
      if (facts.notRead.some((each) => each.part === 'laboratory')) {
        findings.push(couldNot('monitoring', subject, `${title}: whether ${laboratory} was measured could not be read`));
        continue;
      }
      findings.push(
        present(
          {
            rule,
            category: 'monitoring',
            tier: rule.tier,
            severity: rule.tier === 'aside' ? 'moderate' : 'major',
            summary: `${title}: ${laboratory} ${latest ? `was last measured ${ago(facts, latest.atMs)}` : 'has not been measured'} (at most ${days} days)`,
            detail: rule.says,
            management: `Order ${laboratory}, or say that you will monitor.`,
            facts: latest
              ? [
                  {
                    says: `${laboratory} ${latest.value} ${latest.unit} ${ago(facts, latest.atMs)}`,
                    ...(latest.ref === undefined ? {} : { ref: latest.ref }),
                  },
                ]
              : [],
            monitor: { laboratory: rule.laboratory, withinDays: Math.min(rule.everyDays ?? 7, 7) },
          },
          subject,
        ),
      );
    }
  }
  return findings;
}
