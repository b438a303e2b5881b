// PostgreSQL as the rest of Lamplight sees it: somewhere to run statements. Knows nothing of FHIR.

/** One prepared statement: the text never holds a value from outside. Statements of one `name` have one `text`. */
export interface Statement {
  name?: string;
  text: string;
  values?: unknown[];
}

export interface Rows<R> {
  rows: R[];
  rowCount: number;
}

export interface Session {
  query<R = Record<string, unknown>>(statement: Statement): Promise<Rows<R>>;
}

export interface Database extends Session {
  /**
   * One transaction on one connection. Statements that are issued without awaiting in between are sent together
   * (pipelined), so BEGIN, n statements and COMMIT can cost one round trip. A throw rolls back and is thrown on.
   * For that, `work` returns its promises in an array or object: they are settled when the transaction is.
   *   const [a, b] = await db.transaction(async (session) => [session.query(one), session.query(two)]);
   *   (await a!).rows
   * Errors are DatabaseError (failure.ts); 08007 means that the connection broke during the commit.
   */
  transaction<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /** A connection of its own that listens; `close` ends it. */
  listen(channel: string, heard: (payload: string) => void): Promise<{ close(): Promise<void> }>;
  /** Connections in use and idle, for /metrics. */
  stats(): { total: number; idle: number; waiting: number };
  close(): Promise<void>;
}

/** One step of the schema: `sql` (may be several statements) runs once, in one transaction with its entry in the log. A step that was released never changes. */
export interface Migration {
  name: string;
  sql: string;
}

/** Where PostgreSQL is: a Unix socket folder or a host, or a `postgres://` address. */
export type Connection =
  | { host: string; port: number; user: string; password: string; database: string }
  /** DATABASE_URL, https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS */
  | { url: string };
