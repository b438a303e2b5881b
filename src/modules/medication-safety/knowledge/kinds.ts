// The kinds of knowledge, in the order in which they are told.
import type { Kind } from './contract.ts';

const nouns = ['ingredients', 'combinations', 'names', 'classes'] as const satisfies readonly Kind[];

/** Those whose rows speak: what they find becomes a card. */
export const speakingKinds = [
  'interactions',
  'allergies',
  'dose-limits',
  'renal-doses',
  'precautions',
  'duplicates',
  'additive-loads',
  'opioids',
  'monitoring',
  'corollary-orders',
  'costs',
] as const satisfies readonly Kind[];

const aboutCharts = ['problems', 'laboratories'] as const satisfies readonly Kind[];

export const knowledgeKinds = [...nouns, ...speakingKinds, ...aboutCharts];

/** A kind that stands in none of the lists does not compile. */
type Forgotten = Exclude<Kind, (typeof knowledgeKinds)[number]>;
true satisfies Forgotten extends never ? true : never;
