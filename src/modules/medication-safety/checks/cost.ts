// What costs more without doing more. Never interrupts.
import { weigh } from '../conditions.ts';
import { type Finding, present } from '../present.ts';
import { isMeant, type Subject } from '../subject.ts';

export function cost(subject: Subject): Finding[] {
  const { order, base } = subject;
  const findings: Finding[] = [];
  for (const one of order.ingredients) {
    for (const rule of base.about('costs', one.ingredient)) {
      if (!isMeant(rule.drug, base.selection(rule.drug), one, order)) continue;
      if (rule.when && weigh(rule.when, subject).truth !== true) continue;
      findings.push(
        present(
          {
            rule,
            category: 'cost',
            tier: 'aside',
            severity: 'minor',
            summary: `${base.title(one.ingredient)}: ${rule.instead}`,
            detail: rule.says,
            management: rule.instead,
          },
          subject,
        ),
      );
    }
  }
  return findings;
}
