// A connection of its own for a backup or a restore: no pipeline (COPY takes the socket over) and no time limits.
import pg from 'pg';
import type { Connection, Rows, Statement } from '../contract.ts';
import { connectionLost, databaseError } from '../failure.ts';
import { clientConfig } from '../link.ts';

export interface CopyConnection {
  client: pg.Client;
  query<R>(statement: Statement): Promise<Rows<R>>;
  close(): Promise<void>;
}

/** Throws DatabaseError where the database cannot be reached. */
export async function openCopyConnection(connection: Connection): Promise<CopyConnection> {
  const client = new pg.Client({
    ...clientConfig({ connection, statementTimeoutMs: 0, idleInTransactionTimeoutMs: 0, connectTimeoutMs: 5_000 }),
    client_encoding: 'UTF8',
  });
  let lost = false;
  client.on('error', () => {
    lost = true;
  });
  try {
    await client.connect();
  } catch (error) {
    client.end().catch(() => {});
    throw databaseError(error);
  }
  return {
    client,
    async query<R>(statement: Statement) {
      if (lost) throw connectionLost();
      try {
        const result = await client.query<R & pg.QueryResultRow>(statement);
        return { rows: result.rows, rowCount: result.rowCount ?? 0 };
      } catch (error) {
        throw databaseError(error);
      }
    },
    close: () => client.end().catch(() => {}),
  };
}
