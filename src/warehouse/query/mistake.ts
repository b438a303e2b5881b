// What DuckDB says of a query that it cannot run, as a refusal with the place of the mistake. It names tables and columns; where it
// stumbles over a value it quotes it, and that part is not told.
import { fail, type Problem } from '../../fhir/result.ts';
import type { AskLimits } from '../contract.ts';

export type Stopped = 'time' | 'asked' | 'size';
type Refusal = { ok: false; problem: Problem };

/** `line:column` of a character of the query, both from 1. */
export function placeOf(sql: string, at: number): string {
  const before = sql.slice(0, Math.max(0, at));
  return `${before.split('\n').length}:${at - before.lastIndexOf('\n')}`;
}

/**
 * From the lines that DuckDB puts below its message: "LINE 2: …" and a caret. Of a long line it shows a piece between dots. `ahead`: lines
 * that stood before those of the query when it ran.
 */
function placeIn(message: string, sql: string, ahead: number): string | undefined {
  const found = /\nLINE (\d+): (.*)\n( *)\^/.exec(message);
  if (found === null) return undefined;
  const [, counted = '1', shown = '', blanks = ''] = found;
  const column = blanks.length - `LINE ${counted}: `.length;
  const line = Number(counted) - ahead;
  if (!shown.startsWith('...')) return `${line}:${column + 1}`;
  const piece = shown.slice(3, shown.endsWith('...') ? -3 : undefined);
  const text = sql.split('\n')[line - 1] ?? '';
  const at = text.indexOf(piece);
  return at < 0 || text.indexOf(piece, at + 1) >= 0 ? undefined : `${line}:${at + column - 3 + 1}`;
}

export function mistake(error: unknown, sql: string, stopped: Stopped | undefined, limits: AskLimits, ahead = 0): Refusal {
  if (stopped === 'asked') return fail('conflict', 'The query was stopped');
  if (stopped === 'time') return fail('too-costly', `The query took longer than ${limits.timeMs / 1000} s: ask for less, or sum up first`);
  if (stopped === 'size') return fail('too-costly', 'The answer is too large: ask for less, or sum up first');
  const message = error instanceof Error ? error.message : '';
  const first = message.split('\n')[0] ?? '';
  if (/^Out of Memory|failed to offload|max_temp_directory_size/i.test(message))
    return fail('too-costly', `The query needs more than ${limits.memoryMegabytes} MB of memory: ask for less, or sum up first`);
  const place = placeIn(message, sql, ahead);
  if (/^(Binder|Catalog|Parser) Error/.test(first)) return fail('invalid', told(first), place);
  if (/^(Conversion|Invalid Input|Out of Range) Error/.test(first))
    return fail(
      'invalid',
      `A value does not fit what the query does with it (${first.split(':')[0]}): try_cast gives null for those`,
      place,
    );
  return fail('invalid', `The query cannot be run (${first.split(':')[0]?.slice(0, 60) ?? ''})`, place);
}

/** A binder that folds constants quotes them. */
const told = (message: string): string =>
  /could not (convert|cast)/i.test(message) ? 'A value of the query does not fit the column or function it meets' : message.slice(0, 300);
