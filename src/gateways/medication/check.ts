// One question to the checks: drafts read, facts gathered, the answer with how each order was understood.
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Answer, Card, Facts, Order } from '../../modules/medication-safety/contract.ts';
import { factsOf } from '../../modules/medication-safety/facts/from-resources.ts';
import { readOrder } from '../../modules/medication-safety/reading/order-from-fhir.ts';
import { readOrderText } from '../../modules/medication-safety/reading/order-text.ts';
import { readSituation } from '../../modules/medication-safety/situation.ts';
import type { Caller } from '../../record/contract.ts';
import type { CheckAnswer } from './check-answers.ts';
import type { CheckWish, Draft } from './check-wish.ts';
import type { Safety } from './safety.ts';

export interface Checked {
  answer: Answer;
  drafts: Order[];
  facts: Facts;
  notUnderstood: string[];
}

export async function checkOrders(safety: Safety, caller: Caller, wish: CheckWish): Promise<Result<Checked>> {
  const { library } = safety;
  const drafts = wish.orders.map((draft, i) => readDraft(draft, i, safety));
  const asOfMs = safety.now().getTime();
  const notUnderstood: string[] = [];
  let facts: Facts | undefined;
  if (wish.patient !== undefined) {
    const gathered = await safety.factsOf(caller, wish.patient);
    if (!gathered.ok)
      return fail(
        gathered.problem.kind === 'forbidden' ? 'forbidden' : 'not-found',
        gathered.problem.kind === 'forbidden' ? gathered.problem.message : `There is no Patient/${wish.patient}`,
        'patient',
      );
    facts = gathered.value;
  }
  if (wish.resources.length > 0) facts = merge(facts, factsOf({ asOfMs, resources: wish.resources, notRead: [] }, library));
  if (wish.situation !== undefined) {
    const told = readSituation({ ...wish.situation, order: '' }, library, asOfMs);
    notUnderstood.push(...told.notUnderstood);
    facts = merge(facts, told.facts);
  }
  if (facts === undefined) return fail('invalid', 'Say for whom the orders are');
  const answer = safety.check(drafts, facts);
  for (const why of notUnderstood)
    for (const draft of drafts.slice(0, 1))
      answer.couldNot.push({ category: 'laboratory', order: draft.id, why: `${why} was not understood` });
  return ok({ answer, drafts, facts, notUnderstood });
}

export function readDraft(draft: Draft, i: number, { library }: Safety): Order {
  const head = { id: `order-${i + 1}`, state: 'draft' as const, origin: 'order' as const };
  if ('resourceType' in draft) {
    const own = { ...head, id: draft.id === undefined ? head.id : `${draft.resourceType}/${draft.id}` };
    try {
      return readOrder(draft, own, library.reading);
    } catch {
      return {
        ...own,
        text: `${draft.resourceType} that is not as FHIR has it`,
        ingredients: [],
        unread: ['it is not as FHIR has it'],
        timing: {},
      };
    }
  }
  const order = readOrderText(draft.text, head, library.reading);
  return draft.reason === undefined ? order : { ...order, reason: draft.reason };
}

/** What came with the question is added to, and where it says more stands before, what the record has. */
function merge(base: Facts | undefined, more: Facts): Facts {
  if (base === undefined) return more;
  const maps = <T>(a: Map<string, T[]>, b: Map<string, T[]>) =>
    new Map([...a, ...[...b].map(([key, values]) => [key, [...values, ...(a.get(key) ?? [])]] as [string, T[]])]);
  return {
    ...base,
    ...Object.fromEntries(
      Object.entries(more).filter(([, value]) => value !== undefined && !Array.isArray(value) && !(value instanceof Map)),
    ),
    laboratory: maps(base.laboratory, more.laboratory),
    vitals: maps(base.vitals, more.vitals),
    problems: new Map([...base.problems, ...more.problems]),
    problemsNotKnown: [...base.problemsNotKnown, ...more.problemsNotKnown],
    allergies: [...base.allergies, ...more.allergies],
    allergyAssessment:
      more.allergyAssessment === 'recorded' || base.allergyAssessment === 'recorded'
        ? 'recorded'
        : base.allergyAssessment === 'none-known'
          ? 'none-known'
          : more.allergyAssessment,
    orders: [...base.orders, ...more.orders],
    notRead: [...base.notRead, ...more.notRead],
  };
}

/** As JSON for people and programs: how each order was read stands beside what was found. */
export function shownCheck(
  { answer, drafts }: Checked,
  shown: readonly { uuid: string; card: Card }[],
  library: Safety['library'],
): CheckAnswer {
  return {
    asOf: new Date(answer.asOfMs).toISOString(),
    outcome: answer.cards.length > 0 ? 'alert' : answer.couldNot.length > 0 ? 'could-not-check' : 'fine',
    checked: answer.checked,
    couldNot: answer.couldNot,
    cards: shown.map(({ uuid, card }) => ({ id: uuid, ...card })),
    orders: drafts.map((order) => ({
      id: order.id,
      text: order.text,
      route: order.route,
      routeAssumed: order.routeAssumed,
      extendedRelease: order.extendedRelease,
      pushed: order.pushed,
      timing: order.timing,
      unread: order.unread,
      ingredients: order.ingredients.map((one) => ({ ...one, title: library.base.title(one.ingredient) })),
    })),
    notice: 'Clinical content is unreviewed: it needs review by the clinicians of the site that uses it.',
  };
}
