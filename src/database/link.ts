// One connection of the pool: a pg client in pipeline mode that knows when it is of no more use.
import pg from 'pg';
import type { Connection, Rows, Statement } from './contract.ts';
import { databaseError, endsConnection } from './failure.ts';
import { types } from './values.ts';

export interface LinkSettings {
  connection: Connection;
  /** A statement that runs longer is cancelled by the server (57014). 0: never. */
  statementTimeoutMs: number;
  /** A transaction that is left open without a statement is ended by the server. 0: never. */
  idleInTransactionTimeoutMs: number;
  connectTimeoutMs: number;
  /** The process may end while it is open, as it must where the server hangs. */
  mayBeLeft?: boolean;
}

export interface Reply<R> extends Rows<R> {
  /** The command tag: tells a COMMIT that was one from a COMMIT that became a ROLLBACK. */
  command: string;
}

export interface Link {
  /** May be called again before the last answer is in: the statements travel together and are answered in order. */
  query<R>(statement: Statement): Promise<Reply<R>>;
  /** False once the connection is lost or confused. */
  alive(): boolean;
  /** Fit for the next request: alive, outside any transaction, not too full of prepared statements. */
  reusable(): boolean;
  close(): Promise<void>;
}

/** Every prepared statement costs the server memory; a connection that has seen this many names is replaced. */
const namesMax = 2000;

/** Session settings that the reading of values (values.ts) and the promises of the record rest on. */
const sessionOptions = [
  'timezone=UTC',
  'datestyle=ISO',
  'bytea_output=hex',
  'extra_float_digits=1',
  'default_transaction_isolation=read\\ committed',
];

/** Client options common to pooled and listening connections. */
export function clientConfig(settings: LinkSettings): pg.ClientConfig {
  const { connection } = settings;
  return {
    ...('url' in connection ? { connectionString: connection.url } : connection),
    application_name: 'lamplight',
    keepAlive: true,
    connectionTimeoutMillis: settings.connectTimeoutMs,
    statement_timeout: settings.statementTimeoutMs,
    idle_in_transaction_session_timeout: settings.idleInTransactionTimeoutMs,
    options: sessionOptions.map((option) => `-c ${option}`).join(' '),
    types,
  };
}

/** Throws DatabaseError where PostgreSQL cannot be reached. `lost` is called once when an open connection ends by itself. */
export async function openLink(settings: LinkSettings, lost: () => void): Promise<Link> {
  const client = new pg.Client({ ...clientConfig(settings), pipeline: true });
  const names = new Set<string>();
  let broken = false;
  let closing = false;

  const breakOff = () => {
    if (broken || closing) return;
    broken = true;
    lost();
  };
  client.on('error', breakOff);
  client.on('end', breakOff);
  // There, and missing in its types: https://github.com/brianc/node-postgres/blob/master/packages/pg/lib/client.js
  if (settings.mayBeLeft === true && 'unref' in client && typeof client.unref === 'function') client.unref();

  try {
    await client.connect();
  } catch (error) {
    closing = true;
    client.end().catch(() => {});
    throw databaseError(error);
  }

  return {
    async query<R>(statement: Statement): Promise<Reply<R>> {
      if (statement.name !== undefined) names.add(statement.name);
      try {
        const result = await ask<R & pg.QueryResultRow>(client, statement);
        return { rows: result.rows, rowCount: result.rowCount ?? 0, command: result.command };
      } catch (error) {
        if (endsConnection(error)) breakOff();
        throw databaseError(error, statement.name);
      }
    },
    alive: () => !broken,
    reusable: () => !broken && names.size <= namesMax && client.getTransactionStatus() === 'I',
    async close() {
      closing = true;
      await client.end();
    },
  };
}

/**
 * By callback: the promise that pg makes itself links each result to the next, and the results that were long used up
 * outlived the young generation (a third of what reading a result cost).
 */
const ask = <R extends pg.QueryResultRow>(client: pg.Client, statement: Statement): Promise<pg.QueryResult<R>> =>
  new Promise((resolve, reject) => {
    client.query<R>(statement, (error, result) => (error === null ? resolve(result) : reject(error)));
  });
