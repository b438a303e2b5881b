// How many signatures a change of a rule needs beside the person who asks for it. What makes a rule that interrupts quieter needs
// one; where it is of the fifteen high-priority interaction classes, two. What makes a rule louder, or lets it speak as its file has it, none.
import type { KnowledgeBase, Rule } from '../../modules/medication-safety/knowledge/base.ts';
import type { Kind, Level, RowHead, Tier } from '../../modules/medication-safety/knowledge/contract.ts';
import { speakingKinds } from '../../modules/medication-safety/knowledge/kinds.ts';
import type { What } from './governance-wish.ts';

export interface KnownRule {
  kind: Kind | 'built in';
  row?: Rule<Kind>;
  /** The highest tier that its row and its levels name; a dose limit has none, it depends on the dose. */
  tier?: Tier;
  onc?: number;
}

/** The rule that a card names by file and id. `built in`: part of the program, known by its cards only. */
export function ruleOf(base: KnowledgeBase, { file, rule }: { file: string; rule: string }): KnownRule | undefined {
  if (file === 'built in') return { kind: 'built in' };
  for (const kind of speakingKinds) {
    const row = base.all(kind).find((each) => each.id === rule && each.origin.file === file);
    if (row !== undefined) return { kind, row, ...tierOf(row) };
  }
  return undefined;
}

function tierOf(row: RowHead): { tier?: Tier; onc?: number } {
  const own = 'tier' in row ? (row.tier as Tier | undefined) : undefined;
  const levels = 'levels' in row ? ((row.levels as Level[] | undefined) ?? []).map((level) => level.tier) : [];
  const tier =
    own === undefined ? undefined : ((['stop', 'interrupt'] as const).find((each) => own === each || levels.includes(each)) ?? 'aside');
  const onc = 'onc' in row ? (row.onc as number | undefined) : undefined;
  return { ...(tier === undefined ? {} : { tier }), ...(onc === undefined ? {} : { onc }) };
}

/** A rule without a tier of its own may interrupt. */
export const interrupts = ({ tier }: KnownRule): boolean => tier !== 'aside';

export function signaturesFor(known: KnownRule, what: What, tier: Tier | undefined): number {
  if (what === 'active' || what === 'at-least') return 0;
  if (!interrupts(known)) return 0;
  if (known.onc === undefined) return 1;
  // A stop of the fifteen classes that still interrupts is not silenced.
  return what === 'at-most' && tier === 'interrupt' ? 1 : 2;
}

/** What each change says on a card. */
export const saysOf = (what: What, tier: Tier | undefined, day: string): string =>
  ({
    shadow: `in shadow at this site since ${day}`,
    retired: `put away at this site since ${day}`,
    active: `at work at this site since ${day}`,
    'at-most': `at this site no higher than ${tier} since ${day}`,
    'at-least': `at this site no lower than ${tier} since ${day}`,
    level: `quieter in a context at this site since ${day}`,
  })[what];
