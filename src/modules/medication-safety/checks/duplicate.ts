// The same drug twice, or more of one class than go together.
import type { Order } from '../contract.ts';
import { localRoutes, type Rule } from '../knowledge/base.ts';
import { type Finding, ownRule, present } from '../present.ts';
import { isMeant, type Subject, selected } from '../subject.ts';

const sameDrug = ownRule('same-drug-twice', 'The same ingredient in two orders that stand at the same time.');
/** Given beside each other on purpose, or harmless: fluids, foods, vaccines in a series, electrolytes. */
const notCounted = new Set(['fluid', 'food', 'vaccine', 'contrast', 'supplement']);

export function duplicate(subject: Subject): Finding[] {
  const findings: Finding[] = [];
  const said = new Set<string>();
  for (const one of subject.order.ingredients) {
    if (notCounted.has(subject.base.ingredients.get(one.ingredient)?.sort ?? '')) continue;
    for (const other of subject.others) {
      if (other.origin === 'diet' || !other.ingredients.some((each) => each.ingredient === one.ingredient)) continue;
      if (isLocal(subject.order) !== isLocal(other) || (isLocal(subject.order) && subject.order.route !== other.route)) continue;
      said.add(other.id);
      const belongs = belongTogether(subject.order, other);
      findings.push(
        present(
          {
            rule: sameDrug,
            category: 'duplicate',
            tier: belongs === undefined ? 'interrupt' : 'aside',
            severity: belongs === undefined ? 'major' : 'minor',
            summary: `${subject.base.title(one.ingredient)} is ordered already: ${other.text}`,
            detail: belongs ?? 'Two orders of one drug add up, whoever gives them.',
            management: 'Stop one of the two, or change the order that stands.',
            facts: [{ says: other.text.slice(0, 120), ...(other.state === 'draft' ? {} : { ref: other.id }) }],
            other,
          },
          subject,
        ),
      );
    }
  }
  for (const rule of subject.base.all('duplicates')) findings.push(...ofClass(rule, subject, said));
  return findings;
}

const isLocal = (order: Order): boolean => order.route !== undefined && localRoutes.has(order.route);

/** A dose at once beside the regular ones, or as needed beside regular ones, is usual. */
function belongTogether(one: Order, other: Order): string | undefined {
  if (one.timing.once || other.timing.once) return 'One of the two is a single dose.';
  // Regular acetaminophen beside hydrocodone with acetaminophen: nobody sees that it is the same drug.
  if (one.ingredients.length !== other.ingredients.length) return undefined;
  if ((one.timing.asNeeded ?? false) !== (other.timing.asNeeded ?? false)) return 'One of the two is as needed.';
  if ((one.timing.continuous ?? false) !== (other.timing.continuous ?? false)) return 'One of the two is an infusion.';
  return undefined;
}

function ofClass(rule: Rule<'duplicates'>, subject: Subject, said: ReadonlySet<string>): Finding[] {
  const { base, order } = subject;
  const selection = base.selection(rule.of);
  const own = selected(subject, rule.of, order);
  if (own.length === 0) return [];
  const names = new Set(own.map((one) => one.ingredient));
  const also: Order[] = [];
  for (const other of subject.others) {
    if (said.has(other.id) || other.timing.once) continue;
    const theirs = other.ingredients.filter((one) => isMeant(rule.of, selection, one, other) && !names.has(one.ingredient));
    if (theirs.length === 0) continue;
    const fine = rule.fine?.some(([x, y]) => {
      const [a, b] = [base.selection(x), base.selection(y)];
      return own.every((one) =>
        theirs.every(
          (two) =>
            (a.members.has(one.ingredient) && b.members.has(two.ingredient)) ||
            (b.members.has(one.ingredient) && a.members.has(two.ingredient)),
        ),
      );
    });
    if (fine) continue;
    for (const one of theirs) names.add(one.ingredient);
    also.push(other);
  }
  if (also.length === 0 || names.size <= rule.allowed || order.timing.once) return [];
  const [first] = also;
  return [
    present(
      {
        rule,
        category: 'duplicate',
        tier: rule.tier,
        severity: rule.tier === 'aside' ? 'moderate' : 'major',
        summary: `${[...names].map((id) => base.title(id)).join(' and ')}: ${rule.title}`,
        detail: rule.says,
        management: 'Choose one, or give the reason for both.',
        facts: also.map((other) => ({ says: other.text.slice(0, 120), ...(other.state === 'draft' ? {} : { ref: other.id }) })),
        ...(first ? { other: first } : {}),
      },
      subject,
    ),
  ];
}
