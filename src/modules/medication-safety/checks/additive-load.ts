// Several drugs each of which is borne, together are not: QT prolongation, anticholinergic load, sedation.

import type { Order } from '../contract.ts';
import { localRoutes, type Rule } from '../knowledge/base.ts';
import { type Finding, present } from '../present.ts';
import { type Subject, standing } from '../subject.ts';

export function additiveLoad(subject: Subject): Finding[] {
  return subject.base.all('additive-loads').flatMap((rule) => load(rule, subject));
}

const pointsOf = new WeakMap<Rule<'additive-loads'>, Map<string, number>>();

function points(rule: Rule<'additive-loads'>, subject: Subject): Map<string, number> {
  const known = pointsOf.get(rule);
  if (known) return known;
  const made = new Map<string, number>();
  for (const [id, value] of Object.entries(rule.points))
    for (const each of subject.base.unfold(id)) made.set(each, Math.max(value, made.get(each) ?? 0));
  pointsOf.set(rule, made);
  return made;
}

function load(rule: Rule<'additive-loads'>, subject: Subject): Finding[] {
  const table = points(rule, subject);
  const systemic = (order: Order) => order.route === undefined || !localRoutes.has(order.route);
  const found = new Map<string, { points: number; order: Order }>();
  for (const order of standing(subject)) {
    if (!systemic(order)) continue;
    for (const one of order.ingredients) {
      const value = table.get(one.ingredient);
      if (value !== undefined && !found.has(one.ingredient)) found.set(one.ingredient, { points: value, order });
    }
  }
  const sum = [...found.values()].reduce((all, each) => all + each.points, 0);
  if (sum < rule.from || found.size < rule.drugs || ![...found.values()].some((each) => each.order === subject.order)) return [];
  const names = [...found.keys()].map((id) => subject.base.title(id));
  const other = [...found.values()].find((each) => each.order !== subject.order)?.order;
  return [
    present(
      {
        rule,
        category: 'additive-load',
        tier: rule.tier,
        severity: rule.severity,
        summary: `${rule.title}: ${names.join(', ')}`,
        detail: `${rule.says} Sum ${sum} of ${found.size} drugs (said from ${rule.from}).`,
        management: rule.management,
        facts: [...found].map(([id, each]) => ({
          says: `${subject.base.title(id)}: ${each.points}`,
          ...(each.order.state === 'draft' ? {} : { ref: each.order.id }),
        })),
        ...(other ? { other } : {}),
      },
      subject,
    ),
  ];
}
