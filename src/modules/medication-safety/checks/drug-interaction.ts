// Two drugs that do not go together, and drugs with food. Of several rules about one pair the gravest is shown and names the
// others; a drug that was stopped lately still counts where the rule says how long.
import type { Card, Order, OrderedIngredient } from '../contract.ts';
import { dayMs } from '../facts/body.ts';
import type { Rule } from '../knowledge/base.ts';
import { type Finding, present, severityRank, tierRank } from '../present.ts';
import { isMeant, type Subject } from '../subject.ts';

export function drugInteraction(subject: Subject): Finding[] {
  const { order, facts } = subject;
  const findings: Finding[] = [];
  const notRead = facts.notRead.find((each) => each.part === 'medications');
  if (notRead !== undefined && order.ingredients.length > 0)
    findings.push({
      couldNot: { category: 'drug-drug', order: order.id, why: `what else the patient takes could not be read in full: ${notRead.why}` },
    });
  for (const other of subject.others) findings.push(...gravest(between(subject, other), subject));
  for (const other of subject.past) {
    if (other.endMs === undefined) continue;
    const days = (facts.asOfMs - other.endMs) / dayMs;
    findings.push(...gravest(between(subject, other, days), subject));
  }
  // Two drugs in one order ("fluids with …", a free text of two), but not the parts of one product.
  const own: Finding[] = [];
  for (const [i, one] of order.ingredients.entries())
    for (const two of order.ingredients.slice(i + 1)) if (one.named !== two.named) own.push(...pair(subject, one, order, two, order));
  findings.push(...gravest(own, subject));
  findings.push(...withFood(subject));
  for (const other of subject.others)
    for (const why of other.ingredients.length === 0 ? other.unread : [])
      findings.push({
        couldNot: {
          category: 'drug-drug',
          order: order.id,
          why: `“${short(other.text)}” that the patient takes was not understood: ${why}`,
        },
      });
  return findings;
}

const short = (text: string) => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

function between(subject: Subject, other: Order, stoppedDays?: number): Finding[] {
  const found: Finding[] = [];
  for (const one of subject.order.ingredients)
    for (const two of other.ingredients) found.push(...pair(subject, one, subject.order, two, other, stoppedDays));
  return found;
}

function pair(
  subject: Subject,
  one: OrderedIngredient,
  order: Order,
  two: OrderedIngredient,
  other: Order,
  stoppedDays?: number,
): Finding[] {
  if (one.ingredient === two.ingredient) return [];
  const { base } = subject;
  const [few, many] = [base.interactionsOf(one.ingredient), base.interactionsOf(two.ingredient)].sort((a, b) => a.size - b.size);
  const findings: Finding[] = [];
  for (const rule of few!) {
    if (!many!.has(rule)) continue;
    const [a, b] = [base.selection(rule.a), base.selection(rule.b)];
    const straight = isMeant(rule.a, a, one, order) && isMeant(rule.b, b, two, other);
    const crossed = isMeant(rule.a, a, two, other) && isMeant(rule.b, b, one, order);
    if (!straight && !crossed) continue;
    if (stoppedDays !== undefined) {
      const washout = straight ? rule.washoutDays?.b : rule.washoutDays?.a;
      if (washout === undefined || stoppedDays > washout) continue;
    }
    const stopped =
      stoppedDays === undefined
        ? []
        : [{ says: `${base.title(two.ingredient)} stopped ${Math.floor(stoppedDays)} days ago: it still acts`, ref: other.id }];
    findings.push(
      present(
        {
          rule,
          category: isFood(subject, one) || isFood(subject, two) ? 'drug-food' : 'drug-drug',
          tier: rule.tier,
          severity: rule.severity,
          summary: `${base.title(one.ingredient)} with ${base.title(two.ingredient)}: ${rule.effect}`,
          detail: `${rule.effect} ${rule.mechanism}`,
          management: rule.management,
          evidence: rule.evidence,
          facts: [
            { says: `${base.title(two.ingredient)}: ${short(other.text)}`, ...(other.state === 'draft' ? {} : { ref: other.id }) },
            ...stopped,
          ],
          other,
        },
        subject,
      ),
    );
  }
  return findings;
}

const isFood = (subject: Subject, one: OrderedIngredient) => subject.base.ingredients.get(one.ingredient)?.sort === 'food';

/** The gravest shown, the others named in it; silent ones stay for governance. */
export function gravest(findings: Finding[], subject: Subject): Finding[] {
  const cards = findings.filter((each): each is { card: Card } => 'card' in each && each.silent === undefined);
  const rest = findings.filter((each) => !('card' in each) || each.silent !== undefined);
  if (cards.length < 2) return findings;
  const once = new Map<string, { card: Card }>();
  for (const each of cards) if (!once.has(each.card.rule.id)) once.set(each.card.rule.id, each);
  const sorted = [...once.values()].sort(
    (x, y) => tierRank(y.card.tier) - tierRank(x.card.tier) || severityRank(y.card.severity) - severityRank(x.card.severity),
  );
  const [first, ...also] = sorted;
  const titles = also.map(
    (each) => subject.base.all('interactions').find((rule) => rule.id === each.card.rule.id)?.title ?? each.card.rule.id,
  );
  const card = also.length === 0 ? first!.card : { ...first!.card, detail: `${first!.card.detail} Also: ${titles.join('; ')}.` };
  return [{ card }, ...rest];
}

/** Foods are seldom on a list: where none is recorded the patient is to be told, aside. */
function withFood(subject: Subject): Finding[] {
  const { order, base } = subject;
  const findings: Finding[] = [];
  for (const one of order.ingredients) {
    for (const rule of base.interactionsOf(one.ingredient)) {
      if (severityRank(rule.severity) < severityRank('major')) continue;
      const food = foodOf(subject, rule, one, order);
      if (food === undefined || subject.others.some((other) => other.ingredients.some((each) => food.has(each.ingredient)))) continue;
      const name = base.title([...food][0]!);
      const told = present(
        {
          rule,
          category: 'drug-food',
          tier: 'aside',
          severity: rule.severity,
          summary: `${base.title(one.ingredient)}: no ${name.toLowerCase()}`,
          detail: `${rule.effect} ${rule.mechanism}`,
          management: rule.management,
          evidence: rule.evidence,
        },
        { ...subject, others: [] },
      );
      if ('card' in told && told.silent === undefined) findings.push({ card: { ...told.card, tier: 'aside' } });
    }
  }
  return findings;
}

function foodOf(subject: Subject, rule: Rule<'interactions'>, one: OrderedIngredient, order: Order): ReadonlySet<string> | undefined {
  const { base } = subject;
  const [a, b] = [base.selection(rule.a), base.selection(rule.b)];
  const other = isMeant(rule.a, a, one, order) ? b : isMeant(rule.b, b, one, order) ? a : undefined;
  if (other === undefined || other.members.size === 0) return undefined;
  return [...other.members].every((id) => base.ingredients.get(id)?.sort === 'food') ? other.members : undefined;
}
