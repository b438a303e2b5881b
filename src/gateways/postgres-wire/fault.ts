// Refusals in the words of PostgreSQL: SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html) and position.
import type { Problem } from '../../fhir/result.ts';

export interface Fault {
  /** SQLSTATE. */
  state: string;
  message: string;
  /** Character of the query, from 1. */
  position?: number;
  hint?: string;
}

export const states = {
  syntax: '42601',
  noColumn: '42703',
  noFunction: '42883',
  noTable: '42P01',
  privilege: '42501',
  readOnly: '25006',
  failedTransaction: '25P02',
  badValue: '22P02',
  badSetting: '22023',
  unknownSetting: '42704',
  cancelled: '57014',
  stopping: '57P01',
  notYet: '57P03',
  tooMuch: '53400',
  tooMany: '53300',
  tooLong: '54000',
  protocol: '08P01',
  unsupported: '0A000',
  noStatement: '26000',
  noPortal: '34000',
  password: '28P01',
  signIn: '28000',
  internal: 'XX000',
} as const;

const kinds: Readonly<Record<Problem['kind'], string>> = {
  invalid: states.syntax,
  'not-found': states.noTable,
  gone: states.noTable,
  conflict: states.cancelled,
  precondition: states.badSetting,
  forbidden: states.privilege,
  unsupported: states.unsupported,
  'too-costly': states.tooMuch,
  busy: states.notYet,
};

/** What DuckDB's messages begin with, where a client may want to know more than that the query is wrong. */
const words: readonly [RegExp, string][] = [
  [/^Only SELECT/, states.readOnly],
  [/^The query took longer/, states.cancelled],
  [/function .*does not exist|No function matches/i, states.noFunction],
  [/^Binder Error.*column/i, states.noColumn],
  [/^A value /, states.badValue],
];

/** `position`: of a `line:column` of the SQL as it was asked, in the query as the client sent it. */
export function faultOf(problem: Problem, position?: (line: number, column: number) => number | undefined): Fault {
  const state = words.find(([form]) => form.test(problem.message))?.[1] ?? kinds[problem.kind];
  const place = /^(\d+):(\d+)$/.exec(problem.where ?? '');
  const at = place === null ? undefined : position?.(Number(place[1]), Number(place[2]));
  return { state, message: problem.message, ...(at === undefined ? {} : { position: at }) };
}

/** A Fault on its way out of a conversation. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly fault: Fault;

  constructor(state: string, message: string, more: Pick<Fault, 'hint' | 'position'> = {}) {
    super(message);
    this.fault = { state, message, ...more };
  }
}
