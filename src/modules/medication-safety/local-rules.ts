// What a site has changed about single rules, beside the files: a rule in shadow, put away, its tier held below or above a line,
// silent in a context. Applied where a rule becomes a card, so that a check and a replay mean the same by it.
import type { Level, Status, Tier } from './knowledge/contract.ts';

export interface LocalRule {
  /** Names the change: who, when and why stand there. */
  change: string;
  /** For the card: "in shadow since 2026-11-22". */
  says: string;
  status?: Exclude<Status, 'draft'>;
  /** No higher than this, whatever the rule and its levels say. */
  atMost?: Tier;
  /** No lower than this where it is said at all. */
  atLeast?: Tier;
  /** Asked before the rule's own levels. */
  levels?: Level[];
}

/** By `ruleKey`. */
export type LocalRules = ReadonlyMap<string, LocalRule>;

/** Ids are unique in a file only: a class may have a row of allergies and one of duplicates. */
export const ruleKey = ({ id, file }: { id: string; file: string }): string => `${file}/${id}`;

const order: readonly Tier[] = ['aside', 'interrupt', 'stop'];

export function withinLimits(tier: Tier, { atMost, atLeast }: Pick<LocalRule, 'atMost' | 'atLeast'>): Tier {
  let rank = order.indexOf(tier);
  if (atMost !== undefined) rank = Math.min(rank, order.indexOf(atMost));
  if (atLeast !== undefined) rank = Math.max(rank, order.indexOf(atLeast));
  return order[rank]!;
}
