// All checks over the orders that are about to be signed, each beside everything else. The answer says what was checked
// against what, what could not be, and what was found; a check that breaks is one that could not be made, never silence.

import { bodySurfaceM2 } from '../../methods/body-size.ts';
import { additiveLoad } from './checks/additive-load.ts';
import { corollaryOrder } from './checks/corollary-order.ts';
import { cost } from './checks/cost.ts';
import { doseLimit } from './checks/dose-limit.ts';
import { drugAllergy } from './checks/drug-allergy.ts';
import { drugInteraction } from './checks/drug-interaction.ts';
import { duplicate } from './checks/duplicate.ts';
import { monitoring } from './checks/monitoring.ts';
import { opioid } from './checks/opioid.ts';
import { precaution } from './checks/precaution.ts';
import { renalDose } from './checks/renal-dose.ts';
import { route } from './checks/route.ts';
import { type Answer, type Card, type Category, type CouldNot, categories, type Facts, type Order } from './contract.ts';
import { weight } from './facts/body.ts';
import type { KnowledgeBase } from './knowledge/base.ts';
import { type Finding, severityRank, tierRank } from './present.ts';
import { withBody } from './reading/amounts.ts';
import type { Subject } from './subject.ts';

type Check = (subject: Subject) => Finding[];

/** In the order in which a pharmacist would ask. The categories are what a broken check could not say. */
const checks: readonly (readonly [Check, Category])[] = [
  [drugAllergy, 'allergy'],
  [drugInteraction, 'drug-drug'],
  [doseLimit, 'single-dose'],
  [renalDose, 'renal'],
  [route, 'route'],
  [precaution, 'diagnosis'],
  [duplicate, 'duplicate'],
  [additiveLoad, 'additive-load'],
  [opioid, 'opioid'],
  [monitoring, 'monitoring'],
  [corollaryOrder, 'corollary'],
  [cost, 'cost'],
];

/** `drafts` are checked against each other and against `facts.orders`. Pure: the same question has the same answer. */
export function advise(drafts: readonly Order[], facts: Facts, base: KnowledgeBase): Answer {
  const sized = (order: Order): Order => {
    const kg = weight(facts);
    const surface = kg.known && facts.heightCm ? bodySurfaceM2(kg.value, facts.heightCm.value) : undefined;
    return { ...order, ingredients: order.ingredients.map((one) => withBody(one, kg.known ? kg.value : undefined, surface)) };
  };
  const ready = drafts.map(sized);
  // A draft takes the place of the order that it changes; under the same id with other drugs it is another order.
  const changed = (order: Order): boolean =>
    drafts.some(
      (draft) => draft.id === order.id && (order.ingredients.length === 0 || draft.ingredients.length === 0 || shares(draft, order)),
    );
  const standing = facts.orders.filter((order) => order.state !== 'past' && !changed(order)).map(sized);
  const past = facts.orders.filter((order) => order.state === 'past');
  const cards: Card[] = [];
  const unseen: Answer['unseen'] = [];
  const couldNot: CouldNot[] = [];
  for (const order of ready) {
    for (const why of order.unread)
      couldNot.push({ category: 'drug-drug', order: order.id, why: `“${order.text.slice(0, 60)}”: ${why}`, grave: true });
    for (const { ingredient } of order.ingredients)
      if (base.ingredients.get(ingredient)?.namedOnly)
        couldNot.push({
          category: 'drug-drug',
          order: order.id,
          why: `${base.title(ingredient)} is known by name only: no rule was written with it in mind`,
          grave: true,
        });
    const subject: Subject = { order, others: [...ready.filter((other) => other !== order), ...standing], past, facts, base };
    for (const [check, category] of checks) {
      let findings: Finding[];
      try {
        findings = check(subject);
      } catch (error) {
        findings = [
          {
            couldNot: {
              category,
              order: order.id,
              why: `the check failed (${error instanceof Error ? error.message.slice(0, 80) : 'unknown'}): tell the administrator`,
              grave: true,
            },
          },
        ];
      }
      for (const finding of findings) {
        if ('couldNot' in finding) couldNot.push(finding.couldNot);
        else if (finding.silent === undefined) cards.push(finding.card);
        else if (finding.silent !== 'retired') unseen.push({ ...finding.card, because: finding.silent });
      }
    }
  }
  const known = ready.flatMap((order) => order.ingredients);
  const unknown = ready.filter((order) => order.ingredients.length === 0 && order.unread.length > 0);
  const all = known.length + unknown.length;
  const against = `lamplight-medication-safety ${base.version}`;
  return {
    asOfMs: facts.asOfMs,
    checked: {
      says: `Checked ${known.length} of ${all} ${all === 1 ? 'ingredient' : 'ingredients'} against ${against}${unknown.length > 0 ? `; not known: ${unknown.map((order) => `“${order.text.slice(0, 60)}”`).join(', ')}` : ''}.`,
      ingredients: all,
      ingredientsKnown: known.length,
      against,
      categories: [...categories],
      ...(base.local.size === 0 ? {} : { localChanges: base.local.size }),
    },
    couldNot: dedupe(couldNot),
    cards: onceEach(cards).sort(
      (a, b) =>
        tierRank(b.tier) - tierRank(a.tier) || severityRank(b.severity) - severityRank(a.severity) || (a.rule.id < b.rule.id ? -1 : 1),
    ),
    unseen,
  };
}

const shares = (one: Order, other: Order): boolean =>
  one.ingredients.some(({ ingredient }) => other.ingredients.some((each) => each.ingredient === ingredient));

function dedupe(all: readonly CouldNot[]): CouldNot[] {
  const seen = new Map<string, CouldNot>();
  for (const each of all) {
    const key = `${each.order} ${each.why}`;
    if (!seen.has(key)) seen.set(key, each);
  }
  return [...seen.values()];
}

/** Two drafts of one moment each see the other: one card speaks for both. */
function onceEach(cards: readonly Card[]): Card[] {
  const seen = new Set<string>();
  return cards.filter((card) => {
    const key = `${card.rule.id} ${[...card.orders].sort().join(' ')} ${card.orders.length > 1 ? '' : card.summary}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
