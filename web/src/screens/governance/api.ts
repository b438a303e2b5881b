// Governance of rules as the screen asks for it (src/gateways/medication/governance-routes.ts).
import { query } from '../../api/fhir.ts';
import { ask } from '../../api/http.ts';

export interface Rate {
  count: number;
  of: number;
  share: number;
  low: number;
  high: number;
}
export interface RuleName {
  file: string;
  rule: string;
}
export interface RuleDoing extends RuleName {
  version: string;
  category: string;
  shown: number;
  interrupted: number;
  shadow: number;
  silenced: number;
  overridden: number;
  changed: number;
  decided: number;
  notAccurate: number;
  reasons: Record<string, number>;
  interruptiveRate?: Rate;
  overrideRate?: Rate;
  actedOnRate?: Rate;
  precision?: Rate;
}
export interface Burden {
  week: string;
  asked: string;
  role: string;
  orders: number;
  interruptions: number;
}
export interface Proposal extends RuleName {
  context: string;
  says: string;
  overrideRate?: Rate;
  actedOn: number;
  signaturesNeeded: number;
}
export interface Rules {
  orders: number;
  checks: number;
  rules: RuleDoing[];
  burden: Burden[];
  local: { key: string; change: string; says: string }[];
  proposals: Proposal[];
  guarded: (RuleName & { why: string })[];
  says: string;
}

export interface Change extends RuleName {
  id: string;
  version: string;
  what: string;
  tier?: string;
  level?: { says: string };
  state: 'waiting' | 'in-force' | 'refused' | 'revoked' | 'superseded';
  signaturesNeeded: number;
  by: { name: string; role: string };
  why: string;
  at: string;
  replay?: string;
  ended?: { at: string; by: string; why: string };
  signatures: { name: string; role: string; words: string; at: string }[];
}
export interface Week {
  week: string;
  shown: number;
  interrupted: number;
  overridden: number;
  changed: number;
  orders: number;
}
export interface OneRule extends RuleName {
  kind: string;
  row: Record<string, unknown>;
  origin?: { version: string; status: string; reviewer: string; citation: string; date: string };
  interrupts: boolean;
  onc?: number;
  local?: { change: string; says: string };
  versions: RuleDoing[];
  weeks: Week[];
  changes: Change[];
  proposals: Proposal[];
  guarded: (RuleName & { why: string })[];
}

export interface ReplayAnswer {
  replay: string;
  state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  progress: { done: number; total?: number };
  problem?: string;
  patients?: number;
  orders?: number;
  changed?: number;
  interrupted?: { before?: Rate; after?: Rate };
  rules?: (RuleName & { new: number; gone: number; raised: number; lowered: number })[];
  sample?: (RuleName & {
    order: string;
    authoredOn: string;
    patient?: string;
    drug?: string;
    dosage?: string;
    before?: string;
    after?: string;
  })[];
  notShown?: number;
  notKnown?: string[];
}

export type Different = { what: string; tier?: string; context?: string };

export const rulesSince = (since: string | undefined): Promise<Rules> =>
  ask(`/medication/rules${since === undefined ? '' : query({ since })}`);
export const oneRule = (name: RuleName, since: string | undefined): Promise<OneRule> =>
  ask(`/medication/rule${query({ file: name.file, rule: name.rule, ...(since === undefined ? {} : { since }) })}`);
export const changes = (): Promise<{ changes: Change[] }> => ask('/medication/changes');
export const askChange = (body: RuleName & Different & { why: string; replay?: string }): Promise<{ change: string; state: string }> =>
  ask('/medication/changes', { method: 'POST', body });
export const signChange = (id: string, agrees: boolean, words: string): Promise<unknown> =>
  ask(`/medication/changes/${id}/sign`, { method: 'POST', body: { agrees, words } });
export const revokeChange = (id: string, why: string): Promise<unknown> =>
  ask(`/medication/changes/${id}/revoke`, { method: 'POST', body: { why } });
export const answerProposal = ({ file, rule, context }: Proposal, accept: boolean, why: string): Promise<unknown> =>
  ask('/medication/proposals', { method: 'POST', body: { file, rule, context, accept, why } });
export const askReplay = (name: RuleName, different: Different, since: string): Promise<{ replay: string }> =>
  ask('/medication/replay', { method: 'POST', body: { since, changes: [{ ...name, ...different }] } });
export const replay = (id: string): Promise<ReplayAnswer> => ask(`/medication/replay/${id}`);
export const cancelReplay = (id: string): Promise<unknown> => ask(`/medication/replay/${id}/cancel`, { method: 'POST' });
