// What a replay counts: per rule which cards are new, gone or of another tier, orders that are interrupted before and after, and
// a sample of the differences, drawn at random rule by rule from a seed. Holds references only, no words of a chart.
import type { Answer, Card } from '../../modules/medication-safety/contract.ts';
import { ruleKey } from '../../modules/medication-safety/local-rules.ts';
import { nothingUnsure, type Unsure } from './replay-chart.ts';
import { type Rate, rate } from './rules.ts';

export interface Difference {
  order: string;
  authoredOn: string;
  file: string;
  rule: string;
  /** undefined: no card. */
  before?: Card['tier'];
  after?: Card['tier'];
}

interface RuleTally {
  file: string;
  rule: string;
  category: string;
  /** Orders with its card, and with one that interrupts. */
  before: number;
  after: number;
  interruptedBefore: number;
  interruptedAfter: number;
  new: number;
  gone: number;
  raised: number;
  lowered: number;
  /** Kept at random from `seen` differences. */
  kept: Difference[];
  seen: number;
}

export interface Tally {
  patients: number;
  /** Orders that were run. */
  orders: number;
  sittings: number;
  couldNotBefore: number;
  couldNotAfter: number;
  /** Orders with at least one card that interrupts. */
  interruptedBefore: number;
  interruptedAfter: number;
  /** Orders that changed in anything. */
  changed: number;
  unsure: Unsure;
  /** Charts that could not be read in full. */
  notRead: number;
  rules: Record<string, RuleTally>;
  random: number;
}

export const newTally = (seed: number): Tally => ({
  patients: 0,
  orders: 0,
  sittings: 0,
  couldNotBefore: 0,
  couldNotAfter: 0,
  interruptedBefore: 0,
  interruptedAfter: 0,
  changed: 0,
  unsure: nothingUnsure(),
  notRead: 0,
  rules: {},
  random: seed >>> 0,
});

/** mulberry32: the state is one number, so that it goes into the checkpoint. */
function draw(tally: Tally): number {
  tally.random = (tally.random + 0x6d2b79f5) >>> 0;
  let t = tally.random;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
}

const tiers = ['aside', 'interrupt', 'stop'];
const rank = (tier: string | undefined): number => (tier === undefined ? -1 : tiers.indexOf(tier));
const interrupting = (tier: string | undefined): boolean => rank(tier) > 0;

/** The highest tier of each rule for one order. */
function cardsOf(answer: Answer, order: string): Map<string, Card> {
  const cards = new Map<string, Card>();
  for (const card of answer.cards) {
    if (card.orders[0] !== order) continue;
    const key = ruleKey(card.rule);
    if (rank(card.tier) > rank(cards.get(key)?.tier)) cards.set(key, card);
  }
  return cards;
}

export interface Ran {
  order: string;
  authoredOn: string;
}

/** Orders that were signed together, before and after. `keep`: how many differences of each rule are kept. */
export function count(tally: Tally, ran: readonly Ran[], before: Answer, after: Answer, keep: number): void {
  tally.sittings++;
  tally.orders += ran.length;
  if (before.couldNot.length > 0) tally.couldNotBefore++;
  if (after.couldNot.length > 0) tally.couldNotAfter++;
  for (const { order, authoredOn } of ran) {
    const [was, is] = [cardsOf(before, order), cardsOf(after, order)];
    if ([...was.values()].some((card) => interrupting(card.tier))) tally.interruptedBefore++;
    if ([...is.values()].some((card) => interrupting(card.tier))) tally.interruptedAfter++;
    let changed = false;
    for (const key of new Set([...was.keys(), ...is.keys()])) {
      const [a, b] = [was.get(key), is.get(key)];
      const card = (b ?? a)!;
      const row = ruleIn(tally, key, card);
      if (a !== undefined) row.before++;
      if (b !== undefined) row.after++;
      if (interrupting(a?.tier)) row.interruptedBefore++;
      if (interrupting(b?.tier)) row.interruptedAfter++;
      if (a?.tier === b?.tier) continue;
      changed = true;
      if (a === undefined) row.new++;
      else if (b === undefined) row.gone++;
      else if (rank(b.tier) > rank(a.tier)) row.raised++;
      else row.lowered++;
      const difference: Difference = {
        order,
        authoredOn,
        file: row.file,
        rule: row.rule,
        ...(a === undefined ? {} : { before: a.tier }),
        ...(b === undefined ? {} : { after: b.tier }),
      };
      row.seen++;
      if (row.kept.length < keep) row.kept.push(difference);
      else {
        const at = Math.floor(draw(tally) * row.seen);
        if (at < keep) row.kept[at] = difference;
      }
    }
    if (changed) tally.changed++;
  }
}

function ruleIn(tally: Tally, key: string, card: Card): RuleTally {
  if (Object.hasOwn(tally.rules, key)) return tally.rules[key]!;
  const made: RuleTally = {
    file: card.rule.file,
    rule: card.rule.id,
    category: card.category,
    before: 0,
    after: 0,
    interruptedBefore: 0,
    interruptedAfter: 0,
    new: 0,
    gone: 0,
    raised: 0,
    lowered: 0,
    kept: [],
    seen: 0,
  };
  tally.rules[key] = made;
  return made;
}

/** From every rule in turn, in random order, until there are enough: a rule that changed little is seen as well as one that changed much. */
function sampleOf(tally: Tally, most: number): Difference[] {
  const left = Object.values(tally.rules)
    .map(({ kept }) => shuffled([...kept], tally))
    .filter((kept) => kept.length > 0);
  const sample: Difference[] = [];
  for (let round = 0; sample.length < most; round++) {
    const here = left.flatMap((kept) => kept.slice(round, round + 1));
    if (here.length === 0) break;
    sample.push(...shuffled(here, tally).slice(0, most - sample.length));
  }
  return sample;
}

function shuffled<T>(all: T[], tally: Tally): T[] {
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(draw(tally) * (i + 1));
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return all;
}

export interface ReplayResult {
  span: { since: string; until: string };
  against: { before: string; after: string };
  change: string;
  patients: number;
  orders: number;
  changed: number;
  interrupted: { before?: Rate; after?: Rate };
  couldNot: { before: number; after: number; sittings: number };
  rules: (Omit<RuleTally, 'kept' | 'seen'> & { before: number })[];
  sample: Difference[];
  seed: number;
  /** What could not be known as of then, in words. */
  notKnown: string[];
}

export function resultOf(tally: Tally, head: Pick<ReplayResult, 'span' | 'against' | 'change' | 'seed'>, sample: number): ReplayResult {
  const { unsure } = tally;
  return {
    ...head,
    patients: tally.patients,
    orders: tally.orders,
    changed: tally.changed,
    interrupted: { before: rate(tally.interruptedBefore, tally.orders), after: rate(tally.interruptedAfter, tally.orders) },
    couldNot: { before: tally.couldNotBefore, after: tally.couldNotAfter, sittings: tally.sittings },
    rules: Object.values(tally.rules)
      .filter((row) => row.seen > 0)
      .map(({ kept: _, seen: __, ...row }) => row)
      .sort((a, b) => b.new + b.gone + b.raised + b.lowered - (a.new + a.gone + a.raised + a.lowered) || (a.rule < b.rule ? -1 : 1)),
    sample: sampleOf({ ...tally }, sample),
    notKnown: [
      'What was deleted since is not seen. The words of a changed entry are those of the version that stood then.',
      ...(unsure.byOwnDate > 0
        ? [`${unsure.byOwnDate} times an entry that was written after the order was taken by its own date (an import, a late entry).`]
        : []),
      ...(unsure.undated > 0
        ? [
            `${unsure.undated} times an entry has no date and was written later: allergies and problems were taken as known, others left out.`,
          ]
        : []),
      ...(unsure.endNotKnown > 0
        ? [
            `${unsure.endNotKnown} times another order has ended since and does not say when: taken as ended, so interactions with it may be missed.`,
          ]
        : []),
      ...(tally.notRead > 0 ? [`The charts of ${tally.notRead} patients could not be read in full; their orders were not run.`] : []),
    ],
  };
}
