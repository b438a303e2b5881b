// Problems as OperationOutcome and HTTP status (http://hl7.org/fhir/R4/operationoutcome.html, http.html#summary).
import type { Problem, ProblemKind } from '../../fhir/result.ts';
import type { Finding } from '../../fhir/validator/contract.ts';
import { toOutcome } from '../../fhir/validator/outcome.ts';
import type { FhirResponse } from './contract.ts';

/** status and IssueType code of each kind of problem. */
const kinds: Record<ProblemKind, [status: number, code: string]> = {
  invalid: [400, 'invalid'],
  'not-found': [404, 'not-found'],
  gone: [410, 'deleted'],
  conflict: [409, 'conflict'],
  precondition: [412, 'conflict'],
  forbidden: [403, 'forbidden'],
  unsupported: [400, 'not-supported'],
  'too-costly': [413, 'too-costly'],
  busy: [503, 'throttled'],
};

export const statusOf = (problem: Problem): number => kinds[problem.kind][0];

const issue = (problem: Problem): object => ({
  severity: 'error',
  code: kinds[problem.kind][1],
  diagnostics: problem.message,
  ...(problem.where === undefined ? {} : { expression: [problem.where] }),
});

/** The OperationOutcome of a problem and of what else was found with it. */
export const outcomeOf = (problem: Problem): object => ({
  resourceType: 'OperationOutcome',
  issue: [problem, ...(problem.also ?? [])].map(issue),
});

/** `status`: where the interaction knows better than the kind, for example 422 for a resource that is not valid. */
export function refusal(problem: Problem, status: number = statusOf(problem)): FhirResponse {
  return {
    status,
    headers: status === 503 || status === 429 ? { 'retry-after': '1' } : {},
    body: JSON.stringify(outcomeOf(problem)),
  };
}

/** `findings`: of validation, told after it. */
export const outcome = (
  severity: 'information' | 'warning' | 'error',
  code: string,
  diagnostics: string,
  findings: readonly Finding[] = [],
): string =>
  JSON.stringify({
    resourceType: 'OperationOutcome',
    issue: [{ severity, code, diagnostics }, ...(findings.length === 0 ? [] : (toOutcome(findings).issue ?? []))],
  });
