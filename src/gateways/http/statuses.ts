// Which HTTP status says what kind of problem there is (RFC 9110, section 15.5). FHIR has a table of its own: fhir-rest/outcome.ts.
import type { Problem, ProblemKind } from '../../fhir/result.ts';

export type Statuses = Partial<Record<ProblemKind, number>>;

const usual: Statuses = {
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'too-costly': 413,
  unsupported: 415,
  busy: 503,
};

/** `own`: where a gateway means something else by a kind of problem. */
export const statusOf = ({ kind }: Problem, own: Statuses = {}): number => own[kind] ?? usual[kind] ?? 400;
