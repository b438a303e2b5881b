// What the server and the process of the queries say to each other.
import type { Result } from '../../fhir/result.ts';
import type { Plan } from './plan.ts';
import type { Outcome, Question } from './run.ts';

export type ToProcess =
  | { kind: 'plan'; plan: Plan }
  | { kind: 'run'; id: number; key: string; question: Question }
  | { kind: 'stop'; id: number };

export type FromProcess =
  /** It does not have the plan with this key (any more): plan and question are to be sent. */
  { kind: 'lacks'; id: number } | { kind: 'done'; id: number; result: Result<Outcome> };
