// Requests to a running server as plain HTTP, and the server on a database of its own that starts in half a second.
import type { Database } from '../src/database/contract.ts';
import { type TestDatabase, testDatabase } from '../src/database/testing.ts';
import { type RunningServer, removeFolder, startServer, temporaryFolder, tokenFor } from './running-server.ts';

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The body as JSON; undefined where it is none. */
  json: Json | undefined;
}
/** What a test expects to find: members are looked up without ceremony, and a wrong guess fails the test. */
export interface Json {
  [name: string]: Json;
  [index: number]: Json;
}

export interface Call {
  token?: string;
  headers?: Record<string, string>;
  /** An object is sent as FHIR JSON, a text as it is. */
  body?: object | string | Uint8Array;
}

export type Caller = (method: string, path: string, call?: Call) => Promise<Answer>;

/** Calls below `address`, with this token unless the call has another. */
export function caller(address: string, token?: string): Caller {
  return async (method, path, call = {}) => {
    const bearer = call.token ?? token;
    const headers: Record<string, string> = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
    if (call.body !== undefined) headers['content-type'] = 'application/fhir+json';
    const plain = typeof call.body === 'string' || call.body instanceof Uint8Array;
    const response = await fetch(`${address}${path}`, {
      method,
      headers: { ...headers, ...call.headers },
      body: call.body === undefined ? undefined : plain ? (call.body as string | Uint8Array<ArrayBuffer>) : JSON.stringify(call.body),
      redirect: 'manual',
    });
    const text = await response.text();
    let json: { read: Json | undefined } | undefined;
    return {
      status: response.status,
      headers: response.headers,
      text,
      // Most answers are looked at as text, and some are long.
      get json() {
        json ??= { read: parsed(text) };
        return json.read;
      },
    };
  };
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

export interface Stand {
  server: RunningServer;
  database: Database;
  /** `postgres://…` of the database, for commands. */
  url: string;
  /** Calls as an administrator. */
  call: Caller;
  administrator: string;
  /** Entries of the feed: equal before and after where nothing was stored. */
  changes(): Promise<number>;
  end(): Promise<void>;
}

/** The whole program on an empty database. */
export async function stand(settings: { env?: Record<string, string>; nodeArgs?: string[] } = {}): Promise<Stand> {
  const test: TestDatabase = await testDatabase();
  const { host, port, user, password, database } = test.connection;
  const dataDir = temporaryFolder('stand');
  const url = `postgres://${user}:${encodeURIComponent(password)}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`;
  const server = await startServer({ dataDir, nodeArgs: settings.nodeArgs, env: { DATABASE_URL: url, ...settings.env } });
  const administrator = await tokenFor(test.db, { role: 'administrator' });
  return {
    server,
    database: test.db,
    url,
    administrator,
    call: caller(server.address, administrator),
    async changes() {
      const { rows } = await test.db.query<{ n: bigint }>({ text: 'select count(*) as n from change' });
      return Number(rows[0]!.n);
    },
    async end() {
      await server.stop();
      await test.drop();
      removeFolder(dataDir);
    },
  };
}
