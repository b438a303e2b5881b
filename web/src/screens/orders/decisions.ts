// What was decided about the cards that stand in the way, and why orders cannot be signed yet. A decision is for what was seen: where
// the cards of its rule say something else, it has to be taken again.
import type { CheckAnswer, ShownCard } from '../../../../src/gateways/medication/check-answers.ts';

export interface Decision {
  /** What the cards of the rule said when it was taken. */
  seen: string;
  reasonCode: string;
  reason: string;
  monitor: boolean;
}

export interface Line {
  id: string;
  text: string;
  /** The text that is to be signed although no drug was found in it. */
  unchecked?: string;
}

export interface OrdersTyped {
  lines: Line[];
  /** Under which they are signed: sent again after a lost answer, they are ordered once. */
  session?: string;
  /** By the key of the rule. */
  decisions: Record<string, Decision>;
}

/** As the server asks for it: five letters, where an order must stop. */
export const wordsLeast = 5;

export const isInTheWay = ({ tier }: Pick<ShownCard, 'tier'>): boolean => tier !== 'aside';

/** Rules of two kinds may share an id. */
export const ruleKey = ({ rule }: Pick<ShownCard, 'rule'>): string => `${rule.file}/${rule.id}`;

/** What the cards of one rule say, so that a decision is not carried over to others. */
export const seenOf = (cards: readonly ShownCard[], rule: string): string =>
  cards
    .filter((card) => ruleKey(card) === rule && isInTheWay(card))
    .map(({ tier, summary }) => `${tier} ${summary}`)
    .sort()
    .join('\n');

export function standing(cards: readonly ShownCard[], rule: string, { decisions }: OrdersTyped): Decision | undefined {
  const decision = Object.hasOwn(decisions, rule) ? decisions[rule] : undefined;
  return decision?.seen === seenOf(cards, rule) ? decision : undefined;
}

/** What a card still needs; undefined: it is decided. */
export function missing(cards: readonly ShownCard[], card: ShownCard, typed: OrdersTyped): string | undefined {
  if (!isInTheWay(card)) return undefined;
  const decision = standing(cards, ruleKey(card), typed);
  if (decision === undefined || decision.reasonCode === '') return 'change the order or choose a reason';
  const mustStop = cards.some((one) => ruleKey(one) === ruleKey(card) && one.tier === 'stop');
  return mustStop && decision.reason.trim().length < wordsLeast ? 'say the reason in words' : undefined;
}

export interface State {
  typed: OrdersTyped;
  /** Of exactly what is typed. */
  answer: CheckAnswer | undefined;
  /** What keeps the check from being answered. */
  failed: string | undefined;
}

export const written = ({ lines }: OrdersTyped): Line[] => lines.filter(({ text }) => text.trim() !== '');

/** Why it cannot be signed now, in words; undefined: it can. */
export function whyNot({ typed, answer, failed }: State): string | undefined {
  const orders = written(typed);
  if (orders.length === 0) return 'Type an order first';
  if (failed !== undefined) return 'It could not be checked, so it cannot be signed: it is tried again by itself';
  if (answer === undefined) return 'Being checked';
  const unknown = orders.findIndex(({ text, unchecked }, at) => answer.orders[at]?.ingredients.length === 0 && unchecked !== text);
  if (unknown !== -1) return `No drug was found in order ${unknown + 1}: change it, or tick that it is signed unchecked`;
  const open = answer.cards.filter((card) => missing(answer.cards, card, typed) !== undefined);
  const [first] = open;
  if (first === undefined) return undefined;
  const more = open.length === 1 ? '' : ` (and ${open.length - 1} more)`;
  return `“${first.summary}”: ${missing(answer.cards, first, typed) ?? ''}${more}`;
}

export function decisionsToSend({ cards }: CheckAnswer, typed: OrdersTyped) {
  const firsts = new Map(cards.filter(isInTheWay).map((card) => [ruleKey(card), card.rule]));
  return [...firsts].flatMap(([key, { id: rule, file }]) => {
    const decision = standing(cards, key, typed);
    if (decision === undefined || decision.reasonCode === '') return [];
    const reason = decision.reason.trim();
    // What comes up meanwhile, of the same rule too, was not decided about.
    const seen = cards.filter((card) => ruleKey(card) === key && isInTheWay(card)).map(({ summary }) => summary);
    return [{ rule, file, seen, reasonCode: decision.reasonCode, ...(reason === '' ? {} : { reason }), monitor: decision.monitor }];
  });
}
