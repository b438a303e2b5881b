// A rule that fired to a card: levels of context decide its tier, and the card says by what it rests, what it does not know
// and what would silence it.
import { type Weighed, weigh } from './conditions.ts';
import type { Card, Category, CouldNot, Order } from './contract.ts';
import type { Origin } from './knowledge/base.ts';
import type { Level, Severity, Tier } from './knowledge/contract.ts';
import { ruleKey, withinLimits } from './local-rules.ts';
import type { Subject } from './subject.ts';

/** What a check answers. `silent`: context silenced it, or the rule is in shadow, or the site has put it away. */
export type Finding = { card: Card; silent?: 'shadow' | 'context' | 'retired' } | { couldNot: CouldNot };

export interface Fired {
  rule: { id: string; source?: string; origin: Origin; levels?: Level[] };
  category: Category;
  tier: Tier;
  severity: Severity;
  summary: string;
  detail: string;
  management: string;
  evidence?: string;
  weighed?: Weighed;
  facts?: Card['facts'];
  other?: Order;
  monitor?: Card['monitor'];
}

const order: readonly (Tier | 'silent')[] = ['silent', 'aside', 'interrupt', 'stop'];
export const tierRank = (tier: Tier | 'silent'): number => order.indexOf(tier);
export const severityRank = (severity: Severity): number => ['minor', 'moderate', 'major', 'contraindicated'].indexOf(severity);

export function present(fired: Fired, subject: Subject): Finding {
  const facts = [...(fired.facts ?? []), ...(fired.weighed?.facts ?? [])];
  const notKnown = [...(fired.weighed?.notKnown ?? [])];
  const silencedBy: string[] = [];
  let tier: Tier | 'silent' = fired.tier;
  let why = '';
  const local = subject.base.local.get(ruleKey({ id: fired.rule.id, file: fired.rule.origin.file }));
  for (const level of [...(local?.levels ?? []), ...(fired.rule.levels ?? [])]) {
    const weighed = weigh(level.when, subject, fired.other);
    if (weighed.truth === true) {
      tier = level.tier;
      why = level.says;
      facts.push(...weighed.facts);
      break;
    }
    if (tierRank(level.tier) < tierRank(fired.tier)) silencedBy.push(level.says);
    if (weighed.truth === undefined) notKnown.push(...weighed.notKnown);
  }
  const { rule } = fired;
  if (tier !== 'silent' && local !== undefined) tier = withinLimits(tier, local);
  const status = local?.status ?? rule.origin.status;
  const card: Card = {
    rule: {
      id: rule.id,
      file: rule.origin.file,
      version: rule.origin.version,
      status,
      reviewer: rule.origin.reviewer,
      ...(local === undefined ? {} : { local: { change: local.change, says: local.says } }),
    },
    category: fired.category,
    tier: tier === 'silent' ? fired.tier : tier,
    severity: fired.severity,
    summary: clip(fired.summary, 140),
    detail: why === '' ? fired.detail : `${fired.detail} ${sentence(why)}`,
    management: fired.management,
    source: rule.origin.citation,
    orders: [subject.order.id, ...(fired.other ? [fired.other.id] : [])],
    facts,
    silencedBy,
    notKnown: [...new Set(notKnown)],
  };
  if (fired.evidence !== undefined) card.evidence = fired.evidence;
  if (fired.monitor !== undefined) card.monitor = fired.monitor;
  if (status === 'retired') return { card, silent: 'retired' };
  // What context silences would not be said by a rule in shadow either.
  if (tier === 'silent') return { card, silent: 'context' };
  return status === 'shadow' ? { card, silent: 'shadow' } : { card };
}

export const couldNot = (category: Category, subject: Subject, why: string): Finding => ({
  couldNot: { category, order: subject.order.id, why },
});

export const clip = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1).trimEnd()}…`);
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;

/** Rules that are part of the program, not of a file: the same ingredient twice, an allergy to the drug itself, a route that it has not. */
export const ownRule = (id: string, says: string): Fired['rule'] => ({
  id,
  source: 'lamplight',
  origin: { file: 'built in', version: '1', status: 'active', reviewer: 'unreviewed', citation: says, date: '2026-11-22' },
});
