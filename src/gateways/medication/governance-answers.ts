// What is answered of the governance of rules. The JSON is these interfaces as they stand, and the workbench reads them by them.
import type { Job } from '../../jobs/contract.ts';
import type { Origin } from '../../modules/medication-safety/knowledge/base.ts';
import type { Level, Tier } from '../../modules/medication-safety/knowledge/contract.ts';
import type { LocalRule } from '../../modules/medication-safety/local-rules.ts';
import type { Proposals } from './governance-proposals.ts';
import type { KnownRule } from './governance-signatures.ts';
import type { What } from './governance-wish.ts';
import type { Difference, ReplayResult } from './replay-tally.ts';
import type { Burden, Rate, RuleDoing, RulesDoing, Week } from './rules.ts';

/** A rule as its cards name it. */
export interface RuleName {
  file: string;
  rule: string;
}

/** What has no denominator has no rate. */
export interface ShownRule extends RuleDoing {
  decided: number;
  firingRate?: Rate;
  interruptiveRate?: Rate;
  overrideRate?: Rate;
  actedOnRate?: Rate;
  precision?: Rate;
}

export interface ShownRules extends Pick<RulesDoing, 'orders' | 'sittings' | 'checks'> {
  since: string;
  couldNot?: Rate;
  rules: ShownRule[];
  burden: (Burden & { per100?: number })[];
  says: string;
}

export interface RulesAnswer extends ShownRules, Proposals {
  local: (Pick<LocalRule, 'change' | 'says'> & { key: string })[];
}

export interface Change extends RuleName {
  id: string;
  version: string;
  what: What;
  tier?: Tier;
  level?: Level;
  state: 'waiting' | 'in-force' | 'refused' | 'revoked' | 'superseded';
  signaturesNeeded: number;
  by: { name: string; role: string };
  why: string;
  at: string;
  replay?: string;
  evidence?: unknown;
  inForce?: string;
  ended?: { at: string; by: string; why: string };
  signatures: { name: string; role: string; words: string; at: string }[];
}

export interface Changes {
  changes: Change[];
}

export interface ChangeAsked {
  change: string;
  state: 'in-force' | 'waiting';
  signaturesNeeded: number;
}

export interface OneRule extends RuleName, Proposals, Pick<KnownRule, 'kind' | 'onc'> {
  /** As its file has it; empty of a rule that is built in. */
  row: Record<string, unknown>;
  origin?: Origin;
  interrupts: boolean;
  local?: LocalRule;
  versions: ShownRule[];
  weeks: Week[];
  changes: Change[];
}

export interface ReplayAsk {
  replay: string;
  state: Job['state'];
}

/** Of the sample what this reader may read. */
export interface ShownDifference extends Difference {
  patient?: string;
  drug?: string;
  dosage?: string;
}

export interface SampleShown {
  sample: ShownDifference[];
  notShown: number;
}

/** Its figures are there when it has ended. */
export interface ReplayAnswer extends ReplayAsk, Partial<Omit<ReplayResult, 'sample'>>, Partial<SampleShown> {
  progress: Job['progress'];
  problem?: string;
}
