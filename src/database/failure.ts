// What PostgreSQL refused, as an error that is safe to show and log: it keeps the code and the constraint, never a value.
// Codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
import type { Problem, ProblemKind } from '../fhir/result.ts';

/** Thrown by every statement that fails. `code` is the SQLSTATE; connection trouble has one of class 08. */
export class DatabaseError extends Error {
  readonly code: string;
  readonly constraint: string | undefined;
  readonly table: string | undefined;
  /** For the answer to whoever asked. */
  readonly problem: Problem;

  constructor(code: string, message: string, kind: ProblemKind, of: { constraint?: string; table?: string } = {}) {
    super(message);
    this.name = 'DatabaseError';
    this.code = code;
    this.constraint = of.constraint;
    this.table = of.table;
    this.problem = { kind, message };
  }
}

/** No connection became free in time: nothing was sent, so trying again later is safe. */
export const tooBusy = (why: string): DatabaseError => new DatabaseError('53300', `${why}. Try again in a moment.`, 'busy');

/** The connection broke after COMMIT was sent: the transaction may or may not have happened, and only reading tells. */
export const commitUnknown = (): DatabaseError =>
  new DatabaseError(
    '08007',
    'The connection to PostgreSQL broke while a transaction was being committed: read before trying again.',
    'busy',
  );

/** Classes whose primary message is made of names from the schema and the statement's text, never of values. */
const messageIsSafe = new Set(['08', '0A', '23', '25', '26', '28', '40', '42', '53', '55', '57', '58']);

const kindOfClass: Record<string, ProblemKind> = {
  '08': 'busy', // connection
  '22': 'invalid', // a value that the type cannot hold
  '23': 'conflict', // a constraint
  '28': 'forbidden', // password or role refused
  '40': 'conflict', // deadlock, serialization
  '53': 'busy', // disk full, too many connections
  '55': 'busy', // lock not available
  '57': 'busy', // cancelled, shutting down
};

const textOf = (thing: object, name: string): string | undefined => {
  const value: unknown = Reflect.get(thing, name);
  return typeof value === 'string' ? value : undefined;
};

/** From whatever `pg` threw. Errors without a SQLSTATE come from the socket and count as a broken connection (08006). */
export function databaseError(thrown: unknown, statement?: string): DatabaseError {
  if (thrown instanceof DatabaseError) return thrown;
  if (!(thrown instanceof Error)) return new DatabaseError('XX000', 'PostgreSQL failed without saying why.', 'unsupported');
  const code = textOf(thrown, 'code');
  const where = statement === undefined ? '' : ` (statement ${statement})`;
  // EPIPE looks like a SQLSTATE and is the system's word for a broken connection.
  const ofSystem = /^E[A-Z]+$/.test(code ?? '');
  if (code === undefined || ofSystem || !/^[0-9A-Z]{5}$/.test(code)) {
    if (!ofSystem && !/connection|closed|terminated|timeout|SASL|SSL/i.test(thrown.message)) throw thrown;
    return new DatabaseError('08006', `The connection to PostgreSQL failed: ${code ?? thrown.message}${where}.`, 'busy');
  }
  const family = code.slice(0, 2);
  const reason = messageIsSafe.has(family) ? thrown.message : 'the value or statement was refused';
  return new DatabaseError(code, `PostgreSQL ${code}: ${reason}${where}`, kindOfClass[family] ?? 'unsupported', {
    constraint: textOf(thrown, 'constraint'),
    table: textOf(thrown, 'table'),
  });
}

/**
 * A FATAL answer, a dead socket, or a client that has lost step with the server (26000: the server no longer has the
 * prepared statement that the client believes in): the connection is of no more use.
 */
export function endsConnection(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return true;
  const severity = textOf(thrown, 'severity');
  return severity === undefined || severity === 'FATAL' || severity === 'PANIC' || textOf(thrown, 'code') === '26000';
}

/** The connection went away before anything was asked of it. */
export const connectionLost = (): DatabaseError =>
  new DatabaseError('08006', 'The connection to PostgreSQL was lost. Nothing was changed; try again.', 'busy');
