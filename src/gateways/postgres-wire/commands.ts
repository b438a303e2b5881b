// Statements that are no questions: transactions, of which there is nothing to keep (each query sees the tables of its moment), settings,
// and what clients send to tidy up. A table of first words; whatever is not in it is asked of the tables, which refuse what is no SELECT.
import type { Cells } from './cell-rows.ts';
import { Refused, states } from './fault.ts';
import type { Column } from './questions.ts';
import type { Variables } from './session-settings.ts';
import type { Statement, Token } from './sql-tokens.ts';
import { wireTypeOf } from './types.ts';

export type Status = 'I' | 'T' | 'E';

export interface Session {
  status: Status;
  variables: Variables;
  /** Prepared statements by name; undefined: all. */
  forget(name: string | undefined): void;
  /** Cursors by name; undefined: all. */
  closeCursors(name: string | undefined): void;
}

export interface Done {
  tag: string;
  /** A sentence where it has not the effect that was asked for. */
  but?: string;
  /** Of SHOW. */
  told?: { columns: Column[]; rows: Cells[] };
  /** Told to the client. */
  changed?: boolean;
}

type Command = (tokens: readonly Token[], session: Session) => Done;

const text = wireTypeOf('VARCHAR');
const noTransaction = 'there is no transaction in progress';

const begin: Command = (_tokens, session) => {
  const inside = session.status !== 'I';
  session.status = 'T';
  return { tag: 'BEGIN', ...(inside ? { but: 'there is already a transaction in progress' } : {}) };
};

const end =
  (tag: string): Command =>
  (_tokens, session) => {
    const before = session.status;
    session.status = 'I';
    session.closeCursors(undefined);
    return { tag: before === 'E' ? 'ROLLBACK' : tag, ...(before === 'I' ? { but: noTransaction } : {}) };
  };

const rollback: Command = (tokens, session) => {
  if (!tokens.some(({ kind, value }) => kind === 'word' && value === 'to')) return end('ROLLBACK')(tokens, session);
  if (session.status === 'I') throw new Refused('25P01', 'ROLLBACK TO SAVEPOINT can only be used in transaction blocks');
  session.status = 'T';
  return { tag: 'ROLLBACK' };
};

const textOf = (tokens: readonly Token[]): string => tokens.map(({ value }) => value).join('');
const nameOf = (tokens: readonly Token[]): string => textOf(tokens).toLowerCase();

/** SET [SESSION | LOCAL] name { = | TO } value */
const set: Command = (all, { variables }) => {
  const tokens = all.slice(all[1]?.value === 'session' || all[1]?.value === 'local' ? 2 : 1);
  const [first, second] = tokens;
  if (first === undefined) throw new Refused(states.syntax, 'SET takes a name and a value');
  // SET TRANSACTION …, SET SESSION CHARACTERISTICS …: every query reads, and sees one moment.
  if (first.value === 'transaction' || first.value === 'characteristics') {
    if (tokens.some(({ value }, at) => value === 'write' && tokens[at - 1]?.value === 'read'))
      throw new Refused(states.readOnly, 'cannot set transaction read-write mode: the tables are kept by the record');
    return { tag: 'SET' };
  }
  if (first.value === 'role' || first.value === 'authorization')
    throw new Refused(states.privilege, 'Connect as who is to be asked for: there is no SET ROLE');
  const zone = first.value === 'time' && second?.value === 'zone';
  const names = first.value === 'names';
  const at = zone || names ? (zone ? 2 : 1) : tokens.findIndex(({ kind, value }) => value === '=' || (kind === 'word' && value === 'to'));
  if (at < 1 || at >= tokens.length) throw new Refused(states.syntax, 'SET takes a name and a value: set name = value');
  const name = zone ? 'timezone' : names ? 'client_encoding' : nameOf(tokens.slice(0, at));
  const value = textOf(tokens.slice(zone || names ? at : at + 1));
  const but = variables.set(name, value);
  return { tag: 'SET', changed: true, ...(but === undefined ? {} : { but }) };
};

const show: Command = (tokens, { variables }) => {
  const words = nameOf(tokens.slice(1));
  if (words === 'all')
    return {
      tag: 'SHOW',
      told: {
        columns: ['name', 'setting', 'description'].map((name) => ({ name, type: text })),
        rows: variables.all().map(([name, value]) => [name, value, '']),
      },
    };
  const name = words === 'transactionisolationlevel' ? 'transaction_isolation' : words === 'timezone' ? 'timezone' : words;
  return { tag: 'SHOW', told: { columns: [{ name, type: text }], rows: [[variables.show(name)]] } };
};

const reset: Command = (tokens, { variables }) => {
  const name = nameOf(tokens.slice(1));
  variables.reset(name === 'all' || name === '' ? undefined : name);
  return { tag: 'RESET', changed: true };
};

const discard: Command = (tokens, session) => {
  const what = tokens[1]?.value ?? 'all';
  if (what === 'all') {
    session.variables.reset();
    session.forget(undefined);
    session.closeCursors(undefined);
  }
  return { tag: `DISCARD ${what.toUpperCase().slice(0, 20)}`, changed: what === 'all' };
};

const deallocate: Command = (tokens, session) => {
  const name = tokens.at(-1)?.value ?? '';
  session.forget(name === 'all' && tokens.at(-1)?.kind === 'word' ? undefined : name);
  return { tag: name === 'all' ? 'DEALLOCATE ALL' : 'DEALLOCATE' };
};

const close: Command = (tokens, session) => {
  const name = tokens[1];
  session.closeCursors(name?.kind === 'word' && name.value === 'all' ? undefined : (name?.value ?? ''));
  return { tag: 'CLOSE CURSOR' };
};

const quietly =
  (tag: string): Command =>
  () => ({ tag });

const commands: Readonly<Record<string, Command>> = {
  begin,
  start: begin,
  commit: end('COMMIT'),
  end: end('COMMIT'),
  rollback,
  abort: rollback,
  savepoint: quietly('SAVEPOINT'),
  release: quietly('RELEASE'),
  set,
  show,
  reset,
  discard,
  deallocate,
  close,
  // Nobody tells anything here.
  listen: quietly('LISTEN'),
  unlisten: quietly('UNLISTEN'),
};

/** undefined: a question. */
export function commandOf({ tokens }: Statement): Command | undefined {
  const [first] = tokens;
  return first?.kind === 'word' && Object.hasOwn(commands, first.value) ? commands[first.value] : undefined;
}

/** What may be said after a mistake inside a transaction. */
export const endsTransaction = ({ tokens }: Statement): boolean => ['commit', 'end', 'rollback', 'abort'].includes(tokens[0]?.value ?? '');

export interface CursorWish {
  kind: 'declare' | 'fetch';
  name: string;
  /** Of FETCH; 0: all. */
  rows: number;
  /** Of DECLARE: where its query begins, as a token. */
  from: number;
}

/** DECLARE name … CURSOR … FOR query; FETCH [FORWARD] [n | ALL] [FROM] name. */
export function cursorOf({ tokens }: Statement): CursorWish | undefined {
  const [first, second] = tokens;
  if (first?.kind !== 'word') return undefined;
  if (first.value === 'declare') {
    const cursor = tokens.findIndex(({ kind, value }) => kind === 'word' && value === 'cursor');
    const from = tokens.findIndex(({ kind, value }, at) => at > cursor && kind === 'word' && value === 'for') + 1;
    if (second === undefined || cursor < 2 || from < 1 || from >= tokens.length)
      throw new Refused(states.syntax, 'DECLARE takes: name cursor for select …');
    if (tokens.slice(2, cursor).some(({ value }) => value === 'binary'))
      throw new Refused(states.unsupported, 'Cursors tell text here: leave out BINARY');
    return { kind: 'declare', name: second.value, rows: 0, from };
  }
  if (first.value !== 'fetch') return undefined;
  const words = tokens.slice(1, -1).filter(({ value }) => !['forward', 'from', 'in', 'next'].includes(value));
  const [count, ...more] = words;
  const rows = count === undefined ? 1 : count.value === 'all' ? 0 : /^\d{1,9}$/.test(count.value) ? Number(count.value) : -1;
  if (rows < 0 || more.length > 0 || tokens.length < 2)
    throw new Refused(states.unsupported, 'A cursor goes forward here: FETCH [FORWARD] [count | ALL] FROM name');
  return { kind: 'fetch', name: tokens.at(-1)!.value, rows, from: 0 };
}
