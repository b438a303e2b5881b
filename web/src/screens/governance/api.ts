// Governance of rules as the screen asks for it (src/gateways/medication/governance-routes.ts).
import type {
  Change,
  ChangeAsked,
  Changes,
  OneRule,
  ReplayAnswer,
  ReplayAsk,
  RuleName,
  RulesAnswer,
  ShownRule,
} from '../../../../src/gateways/medication/governance-answers.ts';
import type { Proposal } from '../../../../src/gateways/medication/governance-proposals.ts';
import type { Burden, Rate, Week } from '../../../../src/gateways/medication/rules.ts';
import { query } from '../../api/fhir.ts';
import { ask } from '../../api/http.ts';

export type { Burden, Change, OneRule, Proposal, Rate, ReplayAnswer, RuleName, RulesAnswer, ShownRule, Week };

export type Different = { what: string; tier?: string; context?: string };

export const rulesSince = (since: string | undefined): Promise<RulesAnswer> =>
  ask(`/medication/rules${since === undefined ? '' : query({ since })}`);
export const oneRule = (name: RuleName, since: string | undefined): Promise<OneRule> =>
  ask(`/medication/rule${query({ file: name.file, rule: name.rule, ...(since === undefined ? {} : { since }) })}`);
export const changes = (): Promise<Changes> => ask('/medication/changes');
export const askChange = (body: RuleName & Different & { why: string; replay?: string }): Promise<ChangeAsked> =>
  ask('/medication/changes', { method: 'POST', body });
export const signChange = (id: string, agrees: boolean, words: string): Promise<unknown> =>
  ask(`/medication/changes/${id}/sign`, { method: 'POST', body: { agrees, words } });
export const revokeChange = (id: string, why: string): Promise<unknown> =>
  ask(`/medication/changes/${id}/revoke`, { method: 'POST', body: { why } });
export const answerProposal = ({ file, rule, context }: Proposal, accept: boolean, why: string): Promise<unknown> =>
  ask('/medication/proposals', { method: 'POST', body: { file, rule, context, accept, why } });
export const askReplay = (name: RuleName, different: Different, since: string): Promise<ReplayAsk> =>
  ask('/medication/replay', { method: 'POST', body: { since, changes: [{ ...name, ...different }] } });
export const replay = (id: string): Promise<ReplayAnswer> => ask(`/medication/replay/${id}`);
export const cancelReplay = (id: string): Promise<unknown> => ask(`/medication/replay/${id}/cancel`, { method: 'POST' });
