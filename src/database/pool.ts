// The pool: statements and transactions over a bounded number of connections, each request waiting a bounded time.
// Protocol: https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING
import { fail, ok, type Result } from '../fhir/result.ts';
import type { Connection, Database } from './contract.ts';
import { DatabaseError, tooBusy } from './failure.ts';
import { type Link, type LinkSettings, openLink } from './link.ts';
import { listen } from './listen.ts';
import { runTransaction } from './transaction.ts';

export interface PoolSettings {
  connectionsMax?: number;
  /** How long a request waits for a free connection before it is told that the server is busy. */
  waitMs?: number;
  /** How many may wait at once. */
  waitingMax?: number;
  statementTimeoutMs?: number;
  idleInTransactionTimeoutMs?: number;
  connectTimeoutMs?: number;
  /** The process may end while connections are open. */
  mayBeLeft?: boolean;
}

/** Oldest server that is accepted: default_toast_compression and multirange came with 14. */
const oldestServer = 140_000;

interface Waiter {
  take(link: Link): void;
  refuse(error: unknown): void;
}

/**
 * Opens a pool and makes sure that the server answers and is fit: version 14 or newer, UTF-8. The problem says what to
 * change. The caller closes it.
 */
export async function connect(connection: Connection, settings: PoolSettings = {}): Promise<Result<Database>> {
  const pool = openPool(connection, settings);
  try {
    const { rows } = await pool.query<{ version: number; encoding: string }>({
      text: `select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding`,
    });
    const server = rows[0]!;
    if (server.version >= oldestServer && server.encoding === 'UTF8') return ok(pool);
    await pool.close();
    return server.encoding === 'UTF8'
      ? fail('unsupported', `PostgreSQL ${Math.floor(server.version / 10_000)} is too old: Lamplight needs 14 or newer.`)
      : fail('unsupported', `The database has encoding ${server.encoding}: make it anew with "create database … encoding 'UTF8'".`);
  } catch (error) {
    await pool.close();
    if (!(error instanceof DatabaseError)) throw error;
    return fail(error.problem.kind, `${error.message} Check that PostgreSQL runs and that DATABASE_URL, if set, names it.`);
  }
}

/** Opens no connection before it is needed. */
export function openPool(connection: Connection, settings: PoolSettings): Database {
  const connectionsMax = settings.connectionsMax ?? 8;
  const waitMs = settings.waitMs ?? 5_000;
  const waitingMax = settings.waitingMax ?? 1_000;
  const linkSettings: LinkSettings = {
    connection,
    statementTimeoutMs: settings.statementTimeoutMs ?? 30_000,
    idleInTransactionTimeoutMs: settings.idleInTransactionTimeoutMs ?? 60_000,
    connectTimeoutMs: settings.connectTimeoutMs ?? 5_000,
    mayBeLeft: settings.mayBeLeft ?? false,
  };

  /** Last in, first out: the connections that are used most keep their prepared statements warm. */
  const idle: Link[] = [];
  const waiting = new Set<Waiter>();
  let total = 0;
  let closed = false;
  let allReturned: (() => void) | undefined;

  const open = async (): Promise<Link> => {
    total += 1;
    let link: Link | undefined;
    try {
      // It may be lost before it is ours: then nobody has it yet, and its first use says so.
      link = await openLink(linkSettings, () => {
        if (link !== undefined) dropIdle(link);
      });
      return link;
    } catch (error) {
      gone();
      throw error;
    }
  };
  const gone = () => {
    total -= 1;
    if (total === 0) allReturned?.();
  };
  const dropIdle = (link: Link) => {
    const at = idle.indexOf(link);
    if (at < 0) return;
    idle.splice(at, 1);
    discard(link);
  };
  const discard = (link: Link) => {
    link.close().catch(() => {});
    gone();
  };

  const wait = (): Promise<Link> =>
    new Promise((resolve, reject) => {
      const waiter: Waiter = {
        take(link) {
          clearTimeout(timer);
          resolve(link);
        },
        refuse(error) {
          clearTimeout(timer);
          reject(error);
        },
      };
      const timer = setTimeout(() => {
        waiting.delete(waiter);
        reject(tooBusy(`No connection to PostgreSQL became free within ${waitMs} ms`));
      }, waitMs);
      waiting.add(waiter);
    });

  const refuseAll = (error: unknown) => {
    for (const waiter of waiting) waiter.refuse(error);
    waiting.clear();
  };

  const take = async (): Promise<Link> => {
    if (closed) throw new Error('the pool is closed');
    for (let link = idle.pop(); link !== undefined; link = idle.pop()) {
      if (link.reusable()) return link;
      discard(link);
    }
    if (total < connectionsMax) return open();
    if (waiting.size >= waitingMax) throw tooBusy(`${waitingMax} requests already wait for PostgreSQL`);
    return wait();
  };

  const giveBack = (link: Link) => {
    const fit = link.reusable() && !closed;
    const [next] = waiting;
    if (next === undefined) {
      if (fit) idle.push(link);
      else discard(link);
      return;
    }
    waiting.delete(next);
    if (fit) return next.take(link);
    discard(link);
    open().then(
      (fresh) => next.take(fresh),
      (error) => {
        next.refuse(error);
        refuseAll(error);
      },
    );
  };

  return {
    async query(statement) {
      const link = await take();
      try {
        return await link.query(statement);
      } finally {
        giveBack(link);
      }
    },
    async transaction(work) {
      const link = await take();
      try {
        return await runTransaction(link, work);
      } finally {
        giveBack(link);
      }
    },
    listen: (channel, heard) => listen(linkSettings, channel, heard),
    stats: () => ({ total, idle: idle.length, waiting: waiting.size }),
    async close() {
      if (closed) return;
      closed = true;
      refuseAll(tooBusy('Lamplight is stopping'));
      await Promise.all(
        idle.splice(0).map(async (link) => {
          await link.close().catch(() => {});
          gone();
        }),
      );
      if (total > 0) {
        await new Promise<void>((resolve) => {
          allReturned = resolve;
        });
      }
    },
  };
}
