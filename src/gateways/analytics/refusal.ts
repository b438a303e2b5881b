// How a question to the tables is refused: as RFC 9457, and a mistake in SQL with its line and column.
import type { Problem } from '../../fhir/result.ts';

/** Of `Problem.where`: `line:column`, or the member of the body. */
export function worded({ message, where }: Problem, status: number): { type: string; body: string } {
  const place = /^(\d+):(\d+)$/.exec(where ?? '');
  return {
    type: 'application/problem+json',
    body: JSON.stringify({
      type: 'about:blank',
      title: message,
      status,
      ...(where === undefined ? {} : { detail: place === null ? where : `line ${place[1]}, column ${place[2]}` }),
      ...(place === null ? {} : { line: Number(place[1]), column: Number(place[2]) }),
    }),
  };
}
