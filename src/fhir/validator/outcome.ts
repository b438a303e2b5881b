// Findings as the issues of an OperationOutcome (http://hl7.org/fhir/R4/operationoutcome.html).
import type { OperationOutcome } from '../generated/types.ts';
import type { Finding, Rule } from './contract.ts';

/** http://hl7.org/fhir/R4/valueset-issue-type.html */
const codes: Readonly<Record<Rule, string>> = {
  structure: 'structure',
  cardinality: 'required',
  type: 'value',
  fixed: 'value',
  slicing: 'structure',
  binding: 'code-invalid',
  invariant: 'invariant',
  reference: 'invalid',
  bundle: 'invariant',
  profile: 'processing',
  extension: 'extension',
};

/** Where nothing was found it says so: an OperationOutcome has at least one issue. */
export function toOutcome(findings: readonly Finding[]): OperationOutcome {
  if (findings.length === 0) {
    return {
      resourceType: 'OperationOutcome',
      issue: [{ severity: 'information', code: 'informational', diagnostics: 'No faults were found.' }],
    };
  }
  return {
    resourceType: 'OperationOutcome',
    issue: findings.map(({ severity, rule, where, message, source }) => ({
      severity,
      code: codes[rule],
      ...(source === undefined ? {} : { details: { text: `${rule}: ${source}` } }),
      diagnostics: message,
      ...(where === '' ? {} : { expression: [where] }),
    })),
  };
}
