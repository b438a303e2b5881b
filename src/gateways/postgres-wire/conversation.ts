// A session after it has signed in (https://www.postgresql.org/docs/current/protocol-flow.html): simple and extended queries, each with
// its own portal. After a mistake in an extended one the client is not heard until Sync.
import {
  bindComplete,
  closeComplete,
  commandComplete,
  emptyQuery,
  errorResponse,
  noData,
  notice,
  parameterDescription,
  parameterStatus,
  parseComplete,
  portalSuspended,
  ready,
  rowDescription,
} from './backend.ts';
import { readerOf, utf8Text } from './binary.ts';
import { type CursorWish, commandOf, cursorOf, type Done, endsTransaction, type Session, type Status } from './commands.ts';
import type { Connection } from './connection.ts';
import { Refused, states } from './fault.ts';
import { Malformed, type Message, readMessage } from './frontend.ts';
import { formOf, shownColumns, sourceOf, sourceOfRows, Taking } from './portal.ts';
import { type Column, parameterCount, type Questions, type Shape } from './questions.ts';
import { reported, type Variables } from './session-settings.ts';
import { type Statement, statementsOf } from './sql-tokens.ts';
import { wireTypeOf, wireTypeOfOid } from './types.ts';

export interface ConversationParts {
  connection: Connection;
  questions: Questions;
  variables: Variables;
  idleMs: number;
  failed(error: unknown): void;
}

const messageBytesMax = 1024 * 1024;
const sqlLengthMax = 100_000;
const statementsMax = 500;
const portalsMax = 100;
/** Answers that wait on disk to be taken on. */
const openAnswersMax = 4;

interface Prepared {
  /** undefined: an empty query. */
  statement: Statement | undefined;
  oids: number[];
  shape?: Shape;
}

interface Portal {
  prepared: Prepared;
  values: (string | null)[];
  forms: number[];
  taking?: Taking;
  done?: Done;
  /** Of FETCH: the cursor. */
  fetch?: Portal;
}

export class Conversation implements Session {
  status: Status = 'I';
  readonly variables: Variables;
  readonly #parts: ConversationParts;
  readonly #statements = new Map<string, Prepared>();
  readonly #portals = new Map<string, Portal>();
  /** Of the query that runs: ended by CancelRequest. */
  #running: AbortController | undefined;
  #ended = false;
  readonly #told = new Map<string, string>();

  constructor(parts: ConversationParts) {
    this.#parts = parts;
    this.variables = parts.variables;
  }

  cancel(): void {
    this.#running?.abort();
  }

  /** The server stops. */
  stop(): void {
    this.#ended = true;
    this.cancel();
    this.#parts.connection.end(
      errorResponse({ state: states.stopping, message: 'terminating connection: the server is stopping' }, 'FATAL'),
    );
  }

  forget(name: string | undefined): void {
    if (name === undefined) this.#statements.clear();
    else this.#statements.delete(name);
  }

  closeCursors(name: string | undefined): void {
    for (const [key, portal] of this.#portals)
      if (name === undefined || key === name) {
        portal.taking?.close();
        this.#portals.delete(key);
      }
  }

  /** What a client is told at the beginning, and of what has changed. */
  statuses(): Buffer[] {
    return Object.entries(reported).flatMap(([name, spelled]) => {
      const value = this.variables.show(name);
      if (this.#told.get(name) === value) return [];
      this.#told.set(name, value);
      return [parameterStatus(spelled, value)];
    });
  }

  /** Until the client says goodbye, falls silent or speaks something else. */
  async run(): Promise<void> {
    const { connection, idleMs } = this.#parts;
    let skipping = false;
    try {
      for (;;) {
        const message = await connection.next((inbox) => readMessage(inbox, messageBytesMax), idleMs);
        if (message === undefined) {
          if (!connection.gone.aborted && !this.#ended)
            connection.end(errorResponse({ state: '57P05', message: 'terminating connection: nothing was said for too long' }, 'FATAL'));
          return;
        }
        if (message.kind === 'terminate') return connection.end();
        if (skipping && message.kind !== 'sync') continue;
        skipping = !(await this.#answered(message));
      }
    } catch (error) {
      if (error instanceof Malformed) connection.end(errorResponse({ state: states.protocol, message: error.message }, 'FATAL'));
      else {
        this.#parts.failed(error);
        connection.end(errorResponse({ state: states.internal, message: 'Something went wrong here; it was logged' }, 'FATAL'));
      }
    } finally {
      this.closeCursors(undefined);
    }
  }

  /** False: refused, in an extended query. */
  async #answered(message: Message): Promise<boolean> {
    const { connection } = this.#parts;
    try {
      await this.#hear(message);
      return true;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (this.status === 'T') this.status = 'E';
      await connection.send(errorResponse(error.fault));
      if (message.kind !== 'query') return false;
      await this.#ready();
      return true;
    }
  }

  async #hear(message: Message): Promise<void> {
    const { connection } = this.#parts;
    switch (message.kind) {
      case 'query':
        return this.#query(message.sql);
      case 'parse':
        this.#parse(message);
        return connection.send(parseComplete);
      case 'bind':
        await this.#bind(message);
        return connection.send(bindComplete);
      case 'describe':
        return message.what === 'statement' ? this.#describeStatement(message.name) : this.#describePortal(message.name);
      case 'execute':
        return this.#execute(message.portal, message.rows);
      case 'close':
        if (message.what === 'statement') this.#statements.delete(message.name);
        else this.closeCursors(message.name);
        return connection.send(closeComplete);
      case 'sync':
        if (this.status === 'I') this.closeCursors(undefined);
        return this.#ready();
      case 'password':
        throw new Refused(states.protocol, 'A password was not asked for');
      default:
        return undefined;
    }
  }

  #ready(): Promise<void> {
    return this.#parts.connection.send(ready(this.status));
  }

  async #query(sql: string): Promise<void> {
    const { connection } = this.#parts;
    const statements = split(sql);
    if (statements.length === 0) await connection.send(emptyQuery);
    for (const statement of statements) {
      this.#mayGoOn(statement);
      await this.#simple(statement);
    }
    await this.#ready();
  }

  async #simple(statement: Statement): Promise<void> {
    const { connection } = this.#parts;
    const portal: Portal = { prepared: { statement, oids: [] }, values: [], forms: [] };
    if (parameterCount(statement.tokens) > 0)
      throw new Refused('42P02', 'there is no parameter in a simple query: use a prepared statement');
    try {
      await this.#begin(portal);
      const columns = (portal.fetch ?? portal).taking?.columns;
      if (columns !== undefined) await connection.send(rowDescription(shownColumns(columns, [])));
      await this.#take(portal, 0);
    } finally {
      portal.taking?.close();
    }
  }

  /** A cursor is a portal by its name. */
  async #declare({ prepared, values }: Portal, { name }: CursorWish): Promise<void> {
    this.#room(name);
    const cursor: Portal = { prepared, values, forms: [] };
    const { statement } = prepared;
    if (statement === undefined) return;
    await this.#ask(cursor, queryOf(statement));
    this.#portals.set(name, cursor);
  }

  async #fetch(portal: Portal, rows: number): Promise<void> {
    const { connection } = this.#parts;
    const taking = portal.fetch?.taking;
    if (taking === undefined) return;
    taking.form(portal.forms);
    const before = taking.sent;
    await this.#working((signal) => taking.send(connection, rows, signal));
    await connection.send(commandComplete(`FETCH ${taking.sent - before}`));
  }

  #parse({ name, sql, types }: Extract<Message, { kind: 'parse' }>): void {
    const [statement, ...more] = split(sql);
    if (more.length > 0) throw new Refused(states.syntax, 'cannot insert multiple commands into a prepared statement');
    if (statement !== undefined) {
      this.#mayGoOn(statement);
      cursorOf(statement);
      parameterCount(statement.tokens);
    }
    if (name !== '' && this.#statements.has(name)) throw new Refused('42P05', `prepared statement "${name.slice(0, 64)}" already exists`);
    if (this.#statements.size >= statementsMax)
      throw new Refused(states.tooMany, `There are ${statementsMax} prepared statements: close some`);
    this.#statements.set(name, { statement, oids: types });
  }

  #prepared(name: string): Prepared {
    const found = this.#statements.get(name);
    if (found === undefined) throw new Refused(states.noStatement, `prepared statement "${name.slice(0, 64)}" does not exist`);
    return found;
  }

  #portal(name: string): Portal {
    const found = this.#portals.get(name);
    if (found === undefined) throw new Refused(states.noPortal, `portal "${name.slice(0, 64)}" does not exist`);
    return found;
  }

  /** undefined: no question, or one without parameters and columns to be known before it runs. */
  async #shape(prepared: Prepared): Promise<Shape | undefined> {
    const { statement } = prepared;
    if (statement === undefined || commandOf(statement) !== undefined || cursorOf(statement)?.kind === 'fetch') return undefined;
    prepared.shape ??= await this.#working((signal) => this.#parts.questions.shape(queryOf(statement), prepared.oids, signal));
    return prepared.shape;
  }

  async #bind({ portal: name, statement, forms, values, answers }: Extract<Message, { kind: 'bind' }>): Promise<void> {
    const prepared = this.#prepared(statement);
    const count = prepared.statement === undefined ? 0 : parameterCount(prepared.statement.tokens);
    if (values.length !== count)
      throw new Refused(states.protocol, `bind message supplies ${values.length} parameters, but prepared statement requires ${count}`);
    if (forms.length > 1 && forms.length !== count)
      throw new Refused(states.protocol, `bind message has ${forms.length} parameter formats but ${count} parameters`);
    const shape = count === 0 ? undefined : await this.#shape(prepared);
    const read = values.map((value, at) =>
      value === null ? null : parameterText(value, formOf(forms, at), shape?.parameters[at]?.oid ?? 25),
    );
    this.#room(name);
    this.#portals.set(name, { prepared, values: read, forms: answers });
  }

  #room(name: string): void {
    if (name === '') this.closeCursors('');
    if (this.#portals.has(name)) throw new Refused('42P03', `portal "${name.slice(0, 64)}" already exists`);
    if (this.#portals.size >= portalsMax) throw new Refused(states.tooMany, `There are ${portalsMax} portals: close some`);
  }

  async #describeStatement(name: string): Promise<void> {
    const { connection } = this.#parts;
    const prepared = this.#prepared(name);
    const shape = await this.#shape(prepared);
    const columns = this.#columnsOf(prepared, shape);
    await connection.send(
      parameterDescription(shape?.parameters.map(({ oid }) => oid) ?? []),
      columns === undefined ? noData : rowDescription(shownColumns(columns, [])),
    );
  }

  async #describePortal(name: string): Promise<void> {
    const { connection } = this.#parts;
    const portal = this.#portal(name);
    const columns = portal.taking?.columns ?? this.#columnsOf(portal.prepared, await this.#shape(portal.prepared));
    await connection.send(columns === undefined ? noData : rowDescription(shownColumns(columns, portal.forms)));
  }

  /** undefined: it has no rows. */
  #columnsOf({ statement }: Prepared, shape: Shape | undefined): readonly Column[] | undefined {
    const cursor = statement === undefined ? undefined : cursorOf(statement);
    if (cursor !== undefined) return cursor.kind === 'fetch' ? this.#cursor(cursor.name).taking?.columns : undefined;
    // Those of SHOW are known by its words.
    if (statement?.tokens[0]?.value === 'show') return commandOf(statement)?.(statement.tokens, this).told?.columns;
    return shape?.columns;
  }

  #cursor(name: string): Portal {
    const found = this.#portals.get(name);
    if (found?.taking === undefined) throw new Refused(states.noPortal, `cursor "${name.slice(0, 64)}" does not exist`);
    return found;
  }

  async #execute(name: string, rows: number): Promise<void> {
    const { connection } = this.#parts;
    const portal = this.#portal(name);
    const { statement } = portal.prepared;
    if (statement === undefined) return connection.send(emptyQuery);
    this.#mayGoOn(statement);
    if (portal.done !== undefined) return connection.send(commandComplete('SELECT 0'));
    if (portal.taking === undefined) await this.#begin(portal);
    await this.#take(portal, rows);
  }

  /** Runs it; its rows are taken afterwards. */
  async #begin(portal: Portal): Promise<void> {
    const { connection } = this.#parts;
    const { statement } = portal.prepared;
    if (statement === undefined) return;
    const cursor = cursorOf(statement);
    if (cursor?.kind === 'fetch') {
      portal.fetch = this.#cursor(cursor.name);
      return;
    }
    if (cursor?.kind === 'declare') {
      await this.#declare(portal, cursor);
      portal.done = { tag: 'DECLARE CURSOR' };
      return;
    }
    const command = commandOf(statement);
    if (command !== undefined) {
      portal.done = command(statement.tokens, this);
      const { but, changed, told } = portal.done;
      if (told !== undefined) portal.taking = new Taking(sourceOfRows(told.columns, told.rows), portal.forms);
      await connection.send(
        ...(but === undefined ? [] : [notice({ state: '01000', message: but })]),
        ...(changed === true ? this.statuses() : []),
      );
      return;
    }
    await this.#ask(portal, statement);
  }

  async #ask(portal: Portal, statement: Statement): Promise<void> {
    const { questions } = this.#parts;
    const open = [...this.#portals.values()].filter(({ taking }) => taking !== undefined).length;
    if (open >= openAnswersMax)
      throw new Refused(states.tooMany, `There are ${openAnswersMax} answers of which rows are still to be taken: close some`);
    const casts = portal.values.length === 0 ? [] : ((await this.#shape(portal.prepared))?.casts ?? []);
    const answer = await this.#working((signal) => questions.run(statement, casts, portal.values, signal));
    const source = sourceOf(answer);
    try {
      portal.taking = new Taking(source, portal.forms);
    } catch (error) {
      source.close();
      throw error;
    }
  }

  async #take(portal: Portal, rows: number): Promise<void> {
    const { connection } = this.#parts;
    const { taking, done, fetch } = portal;
    if (fetch !== undefined) return this.#fetch(portal, cursorOf(portal.prepared.statement!)?.rows ?? 0);
    const more = taking === undefined ? false : await this.#working((signal) => taking.send(connection, rows, signal));
    if (more) return connection.send(portalSuspended);
    await connection.send(commandComplete(done?.tag ?? `SELECT ${taking?.sent ?? 0}`));
  }

  /** Work that CancelRequest ends, and that ends when nobody is there any more. */
  async #working<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const running = new AbortController();
    const gone = (): void => running.abort();
    const { connection } = this.#parts;
    connection.gone.addEventListener('abort', gone, { once: true });
    if (connection.gone.aborted || this.#ended) running.abort();
    this.#running = running;
    try {
      return await work(running.signal);
    } finally {
      connection.gone.removeEventListener('abort', gone);
      this.#running = undefined;
    }
  }

  #mayGoOn(statement: Statement): void {
    if (this.status === 'E' && !endsTransaction(statement))
      throw new Refused(states.failedTransaction, 'current transaction is aborted, commands ignored until end of transaction block');
  }
}

/** Of DECLARE: what it is for. */
function queryOf(statement: Statement): Statement {
  const cursor = cursorOf(statement);
  if (cursor === undefined) return statement;
  const begin = statement.tokens[cursor.from]!.start;
  const [query] = statementsOf(statement.text.slice(begin));
  return { ...query!, start: statement.start + begin };
}

function split(sql: string): Statement[] {
  if (sql.length > sqlLengthMax) throw new Refused(states.tooLong, `A query has at most ${sqlLengthMax.toLocaleString('en')} characters`);
  return statementsOf(sql);
}

function parameterText(value: Buffer, form: number, oid: number): string {
  if (form === 0) return utf8Text(value);
  const type = wireTypeOfOid(oid) ?? wireTypeOf('VARCHAR');
  const read = readerOf(type.name);
  if (read === undefined) throw new Refused(states.unsupported, `A parameter of type ${type.title} is only taken as text`);
  return read(value);
}
