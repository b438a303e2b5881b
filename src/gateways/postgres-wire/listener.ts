// SQL for psql, R, Python and BI tools: a listener that speaks PostgreSQL's frontend/backend protocol 3.0
// (https://www.postgresql.org/docs/current/protocol.html), with the server's certificate where there is one.
import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Person } from '../../policy/contract.ts';
import { authentication, errorResponse, keyData, negotiate, notice, ready } from './backend.ts';
import { Connection } from './connection.ts';
import { Conversation } from './conversation.ts';
import { type Fault, Refused, states } from './fault.ts';
import { Malformed, readMessage, readStartup, type Startup } from './frontend.ts';
import { Questions, type WireTables } from './questions.ts';
import { Variables } from './session-settings.ts';
import { isLoopback, type SignedIn, signIn, type WirePeople } from './sign-in.ts';

export interface WireParts {
  tables: WireTables;
  people: WirePeople;
  /** Why somebody asks who does not say. */
  purposeOf(person: Person): string;
}

export interface WireTls {
  key?: string;
  cert?: string;
}

export interface WireSettings {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** PEM texts. */
  tls?: WireTls | undefined;
  /** A connection that says nothing for so long is closed. */
  idleMs: number;
  connectionsMax: number;
  connectionsOfOneMax: number;
  /** Attempts to sign in, of one address. */
  signInPerMinute: number;
  now(): Date;
  /** What is nobody's mistake: for the log, without what was said. */
  failed(error: unknown): void;
}

export interface WireListener {
  port: number;
  /** Another certificate from the next connection on; without effect where there is no TLS. */
  renew(tls: WireTls): void;
  close(): Promise<void>;
}

/** From the first byte to having signed in. */
const signInMs = 20_000;
const passwordBytesMax = 4_096;

interface Held {
  secret: number;
  cancel(): void;
}

interface Shared {
  parts: WireParts;
  settings: WireSettings;
  secure: SecureContext | undefined;
  /** Sessions by the number that CancelRequest names. */
  held: Map<number, Held>;
  conversations: Set<Conversation>;
  /** Connections by person. */
  persons: Map<string, number>;
  attempts: Attempts;
}

export async function listenPostgresWire(parts: WireParts, settings: WireSettings): Promise<Result<WireListener>> {
  let secure: SecureContext | undefined;
  try {
    secure = settings.tls === undefined ? undefined : secureBy(settings.tls);
  } catch (error) {
    return fail('invalid', `The certificate cannot be used for SQL: ${error instanceof Error ? error.message : 'unknown'}`);
  }
  const shared: Shared = {
    parts,
    settings,
    secure,
    held: new Map(),
    conversations: new Set(),
    persons: new Map(),
    attempts: new Attempts(settings.signInPerMinute),
  };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    if (sockets.size >= settings.connectionsMax) {
      socket.on('error', () => socket.destroy());
      socket.end(errorResponse({ state: states.tooMany, message: 'sorry, too many clients already' }, 'FATAL'));
      setTimeout(() => socket.destroy(), 500).unref();
      return;
    }
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    greet(socket, shared).catch((error: unknown) => {
      settings.failed(error);
      socket.destroy();
    });
  });
  const listening = await new Promise<Error | undefined>((done) => {
    server.once('error', done);
    server.listen(settings.port, settings.host, () => done(undefined));
  });
  if (listening !== undefined)
    return fail(
      'busy',
      `Nothing can listen for SQL on ${settings.host}:${settings.port} (${listening.message}). Choose another LAMPLIGHT_SQL_PORT, or end the program that has it`,
    );
  const address = server.address();
  return ok({
    port: typeof address === 'object' && address !== null ? address.port : settings.port,
    renew(tls) {
      if (shared.secure !== undefined) shared.secure = secureBy(tls);
    },
    async close() {
      const closed = new Promise<void>((done) => server.close(() => done()));
      for (const conversation of shared.conversations) conversation.stop();
      const timer = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, 500);
      await closed;
      clearTimeout(timer);
    },
  });
}

const secureBy = ({ key, cert }: WireTls): SecureContext => createSecureContext({ key, cert, minVersion: 'TLSv1.2' });

interface Greeted {
  connection: Connection;
  startup: Extract<Startup, { kind: 'startup' }>;
  encrypted: boolean;
}

async function greet(plain: Socket, shared: Shared): Promise<void> {
  const from = plain.remoteAddress ?? 'unknown';
  const late = setTimeout(() => plain.destroy(), signInMs);
  let connection = new Connection(plain);
  try {
    const greeted = await started(plain, connection, shared, (over) => {
      connection = over;
    });
    if (greeted === undefined) return void plain.destroy();
    const entered = await entry(greeted, from, shared);
    if (entered === undefined) return;
    clearTimeout(late);
    await converse(greeted, entered, from, shared);
  } catch (error) {
    if (!(error instanceof Malformed) && !(error instanceof Refused)) throw error;
    const fault: Fault = error instanceof Refused ? error.fault : { state: states.protocol, message: error.message };
    connection.end(errorResponse(fault, 'FATAL'));
  } finally {
    clearTimeout(late);
  }
}

/** Up to the startup message, inside TLS where that was asked for and there is a certificate. */
async function started(
  plain: Socket,
  first: Connection,
  shared: Shared,
  over: (connection: Connection) => void,
): Promise<Greeted | undefined> {
  let connection = first;
  let encrypted = false;
  // Each is asked for once at most.
  for (let asked = 0; asked < 3; asked++) {
    const said = await connection.next(readStartup, signInMs);
    if (said === undefined) return undefined;
    if (said.kind === 'startup') return { connection, startup: said, encrypted };
    if (said.kind === 'cancel') {
      const held = shared.held.get(said.process);
      if (held !== undefined && sameSecret(held.secret, said.secret)) held.cancel();
      return undefined;
    }
    const willing = said.kind === 'tls' && shared.secure !== undefined && !encrypted;
    // What was sent before the answer could be somebody else's words inside the encrypted talk.
    if (connection.waiting > 0) throw new Malformed('received unencrypted data after SSL request');
    if (!willing) {
      await connection.send(Buffer.from('N', 'latin1'));
      continue;
    }
    connection.leave();
    plain.write('S');
    const socket = new TLSSocket(plain, { isServer: true, ...(shared.secure === undefined ? {} : { secureContext: shared.secure }) });
    plain.on('close', () => socket.destroy());
    connection = new Connection(socket);
    over(connection);
    encrypted = true;
  }
  throw new Malformed('a startup message was expected');
}

function sameSecret(one: number, other: number): boolean {
  const bytes = (value: number): Buffer => {
    const four = Buffer.alloc(4);
    four.writeInt32BE(value | 0);
    return four;
  };
  return timingSafeEqual(bytes(one), bytes(other));
}

/** Asks for the password; undefined: hung up. */
async function entry(
  { connection, startup, encrypted }: Greeted,
  from: string,
  { parts, settings, attempts, secure }: Shared,
): Promise<SignedIn | undefined> {
  const name = startup.parameters.get('user') ?? '';
  if (name === '') throw new Refused(states.signIn, 'no PostgreSQL user name specified in startup packet');
  if (startup.parameters.get('replication') !== undefined) throw new Refused(states.unsupported, 'Nothing is replicated by this protocol');
  if (!encrypted && secure !== undefined && !isLoopback(from)) throw new Refused(states.signIn, 'Connect with TLS: sslmode=require');
  if (!attempts.take(from, settings.now()))
    throw new Refused(states.tooMany, 'Too many attempts to sign in from this address: try again in a minute');
  const unknown = [...startup.parameters.keys()].filter((option) => option.startsWith('_pq_.'));
  if (startup.minor > 0 || unknown.length > 0) await connection.send(negotiate(unknown));
  await connection.send(authentication.password);
  const said = await connection.next((inbox) => readMessage(inbox, passwordBytesMax), signInMs);
  if (said === undefined || said.kind === 'terminate') {
    connection.end();
    return undefined;
  }
  if (said.kind !== 'password') throw new Malformed('expected password response');
  const person = await signIn(parts.people, { name, password: said.text, from, encrypted }, settings.now());
  if (person.ok) return person.value;
  const { kind, message } = person.problem;
  throw new Refused(kind === 'busy' ? states.notYet : kind === 'unsupported' ? states.signIn : states.password, message);
}

async function converse({ connection, startup }: Greeted, { person, still }: SignedIn, from: string, shared: Shared): Promise<void> {
  const { parts, settings, held, conversations, persons } = shared;
  const own = persons.get(person.id) ?? 0;
  if (own >= settings.connectionsOfOneMax) throw new Refused(states.tooMany, `There are ${own} connections of yours already: close some`);
  if (parts.tables.dictionary({ person, purpose: parts.purposeOf(person), from, request: randomUUID() }).length === 0)
    throw new Refused(states.privilege, `The role ${person.role} may not ask the tables`);
  const buts: string[] = [];
  const variables = new Variables(person.name);
  for (const [name, value] of givenWith(startup.parameters)) {
    const but = variables.set(name, value);
    if (but !== undefined) buts.push(but);
  }
  variables.keep();
  const questions = new Questions(
    {
      tables: parts.tables,
      async caller(purpose) {
        const now = await still(settings.now());
        return now.ok ? ok({ person: now.value, purpose: purpose ?? parts.purposeOf(now.value), from, request: randomUUID() }) : now;
      },
    },
    () => variables.settings,
  );
  const conversation = new Conversation({ connection, questions, variables, idleMs: settings.idleMs, failed: settings.failed });
  const [process, secret] = [freeNumber(held), randomBytes(4).readInt32BE()];
  held.set(process, { secret, cancel: () => conversation.cancel() });
  conversations.add(conversation);
  persons.set(person.id, own + 1);
  try {
    await connection.send(
      authentication.ok,
      ...conversation.statuses(),
      keyData(process, secret),
      ...buts.map((message) => notice({ state: '01000', message })),
      ready('I'),
    );
    await conversation.run();
  } finally {
    held.delete(process);
    conversations.delete(conversation);
    const left = (persons.get(person.id) ?? 1) - 1;
    if (left > 0) persons.set(person.id, left);
    else persons.delete(person.id);
  }
}

/** Settings that come with the connection: by their names, and as `options` (-c name=value, --name=value). */
function givenWith(parameters: ReadonlyMap<string, string>): Map<string, string> {
  const given = new Map<string, string>();
  for (const [name, value] of parameters) if (!/^(user|database|options|replication|_pq_\..*)$/.test(name)) given.set(name, value);
  for (const [, name, value] of (parameters.get('options') ?? '').matchAll(/(?:^|\s)(?:-c\s*|--)([\w.-]+)=((?:\\.|[^\s\\])*)/g))
    given.set(name!.replaceAll('-', '_'), value!.replaceAll(/\\(.)/g, '$1'));
  return given;
}

function freeNumber(held: ReadonlyMap<number, Held>): number {
  for (;;) {
    const number = randomBytes(4).readUInt32BE() >>> 1;
    if (number > 0 && !held.has(number)) return number;
  }
}

/** Attempts of the last minute by address. */
class Attempts {
  readonly #most: number;
  #minute = 0;
  readonly #counts = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  take(from: string, now: Date): boolean {
    const minute = Math.floor(now.getTime() / 60_000);
    if (minute !== this.#minute) this.#counts.clear();
    this.#minute = minute;
    const count = (this.#counts.get(from) ?? 0) + 1;
    this.#counts.set(from, count);
    return count <= this.#most;
  }
}
