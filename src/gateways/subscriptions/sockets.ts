// Websockets: a client connects, says "bind-with-token TOKEN" ($get-ws-binding-token) and gets a handshake, then notifications as they
// come (http://hl7.org/fhir/uv/subscriptions-backport/channels.html#websockets); or, of plain R4, "bind ID", which needs a bearer token on
// the way in, is answered by "bound ID", and each event is "ping ID" (http://hl7.org/fhir/R4/subscription.html#2.46.7.2).
// Nothing is kept for a client that is away: events have numbers, and $events tells those that it missed. Resources are read with the
// rights, now, of the account that bound the socket.
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Database } from '../../database/contract.ts';
import type { Result } from '../../fhir/result.ts';
import type { Person } from '../../policy/contract.ts';
import type { Caller, RecordStore } from '../../record/contract.ts';
import { withoutUpgrade } from '../http/upgrades.ts';
import type { Subscribed, SubscriptionSettings } from './contract.ts';
import { notification, shownTo } from './notification.ts';
import { hashOfToken } from './operations.ts';
import type { Rights } from './rights.ts';
import { eventsOf, stateOf } from './state.ts';

export const websocketPath = '/subscriptions/websocket';

export interface SocketTools {
  database: Database;
  record: Pick<RecordStore, 'readVersion' | 'read'>;
  rights: Rights;
  settings: SubscriptionSettings;
  base(): string;
  authenticate(token: string): Promise<Result<Person>>;
  failed(error: unknown): void;
}

const socketsMax = 1_000;
/** Connections of one network address, and of one account. */
const perAddressMax = 100;
const bindSeconds = 10;
const bindingsMax = 100;
const messageBytesMax = 4 * 1024;
/** A client that takes nothing is dropped before its notifications fill the memory. */
const bufferedBytesMax = 8 * 1024 * 1024;
const aliveMs = 30_000;

interface Bound {
  account: string;
  /** Number of the last event that was sent here. */
  at: bigint;
  version: number;
  plain: boolean;
  sentAtMs: number;
}

interface Client {
  socket: WebSocket;
  address: string;
  /** Who connected with a bearer token. */
  person: Person | undefined;
  bound: Map<string, Bound>;
  alive: boolean;
  busy: Promise<void>;
}

export interface Sockets {
  wake(): void;
  close(): Promise<void>;
}

export function openSockets(server: Server, tools: SocketTools): Sockets {
  const clients = new Set<Client>();
  const accept = new WebSocketServer({ noServer: true, maxPayload: messageBytesMax, perMessageDeflate: false });
  let closed = false;

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const isOurs = (request.url ?? '').split('?')[0] === websocketPath && /^websocket$/i.test(request.headers.upgrade ?? '');
    if (!isOurs) return withoutUpgrade(server, request, socket, head);
    socket.on('error', () => socket.destroy());
    void admitted(request).then((client) => {
      if (typeof client === 'number')
        return void socket.end(`HTTP/1.1 ${client} ${words[client] ?? 'Refused'}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      accept.handleUpgrade(request, socket, head, (opened) => attend(opened, client));
    }, tools.failed);
  };

  /** A status where it is refused. */
  async function admitted(request: IncomingMessage): Promise<Pick<Client, 'address' | 'person'> | number> {
    const address = request.socket.remoteAddress ?? '';
    const own = [...clients].filter((client) => client.address === address).length;
    if (closed || clients.size >= socketsMax || own >= perAddressMax) return 503;
    const token = /^Bearer +([\w.~+/=-]{10,500})$/i.exec(request.headers.authorization ?? '')?.[1];
    if (request.headers.authorization === undefined) return { address, person: undefined };
    const person = token === undefined ? undefined : await tools.authenticate(token);
    return person?.ok === true ? { address, person: person.value } : 401;
  }

  function attend(socket: WebSocket, admittedAs: Pick<Client, 'address' | 'person'>): void {
    const client: Client = { socket, ...admittedAs, bound: new Map(), alive: true, busy: Promise.resolve() };
    clients.add(client);
    const late = setTimeout(() => client.bound.size === 0 && socket.close(1008, 'bind a subscription first'), bindSeconds * 1000);
    let said = 0;
    socket.on('pong', () => {
      client.alive = true;
    });
    socket.on('message', (data, binary) => {
      // Nobody has so much to say.
      if (binary || ++said > bindingsMax) return socket.close(1008, 'say bind-with-token and the token');
      const text = String(data);
      inTurn(client, () => hear(client, text));
    });
    socket.on('close', () => {
      clearTimeout(late);
      clients.delete(client);
    });
    socket.on('error', () => socket.terminate());
  }

  /** One thing at a time for each client, so that its notifications keep their order. */
  function inTurn(client: Client, work: () => Promise<void>): void {
    client.busy = client.busy.then(work).catch((error: unknown) => {
      if (!closed) tools.failed(error);
      client.socket.close(1011, 'try again in a moment');
    });
  }

  async function hear(client: Client, text: string): Promise<void> {
    const token = /^\s*bind-with-token:?\s+([\w-]{20,100})\s*$/.exec(text)?.[1];
    if (token !== undefined) return bindWithToken(client, token);
    const id = /^\s*bind:?\s+([A-Za-z0-9.-]{1,64})\s*$/.exec(text)?.[1];
    if (id !== undefined) return bindPlain(client, id);
    client.socket.close(1008, 'say bind-with-token and the token');
  }

  async function bindWithToken(client: Client, token: string): Promise<void> {
    const { rows } = await tools.database.query<{ account: string; subscriptions: string[] }>({
      name: 'subscription-bound',
      text: 'select account, subscriptions from subscription_binding where token = $1 and expires > now()',
      values: [hashOfToken(token)],
    });
    const [binding] = rows;
    if (binding === undefined) return client.socket.close(1008, 'the token is unknown or has expired: fetch another');
    for (const subscribed of await stateOf(tools.database, binding.subscriptions)) {
      if (subscribed.state !== 'active' || client.bound.size >= bindingsMax) continue;
      client.bound.set(subscribed.id, boundTo(subscribed, binding.account, false));
      send(client, notification(subscribed, { type: 'handshake', base: tools.base() }));
    }
    if (client.bound.size === 0) client.socket.close(1008, 'none of its subscriptions is there any more');
  }

  async function bindPlain(client: Client, id: string): Promise<void> {
    if (client.person === undefined) return client.socket.close(1008, 'bind needs a bearer token on the way in; or say bind-with-token');
    const from = `subscription:${id}`;
    const caller: Caller = { person: client.person, purpose: 'HOPERAT', from: client.address, request: from };
    const read = await tools.record.read(caller, 'Subscription', id);
    const [subscribed] = read.ok ? await stateOf(tools.database, [id]) : [];
    if (subscribed === undefined || subscribed.definition.channel !== 'websocket' || subscribed.state !== 'active')
      return client.socket.close(1008, 'there is no such subscription for a websocket');
    client.bound.set(id, boundTo(subscribed, client.person.id, true));
    send(client, `bound ${id}`);
  }

  function send(client: Client, text: string): void {
    if (client.socket.bufferedAmount > bufferedBytesMax) return client.socket.terminate();
    client.socket.send(text);
  }

  async function bring(client: Client): Promise<void> {
    const states = new Map((await stateOf(tools.database, [...client.bound.keys()])).map((one) => [one.id, one]));
    for (const [id, bound] of client.bound) {
      const subscribed = states.get(id);
      if (subscribed === undefined || subscribed.state === 'off') {
        client.bound.delete(id);
        // The last thing that it says, with the reason.
        if (subscribed !== undefined && !bound.plain) send(client, notification(subscribed, { type: 'heartbeat', base: tools.base() }));
        if (client.bound.size === 0) client.socket.close(1000, 'the subscription has ended');
        continue;
      }
      const caller = await tools.rights.of(bound.account, id);
      if (!caller.ok) return client.socket.close(1008, 'the account may not any more');
      while (subscribed.events > bound.at && client.socket.readyState === client.socket.OPEN) {
        if (!(await bringOne(client, subscribed, bound, caller.value))) break;
      }
      const { heartbeatSeconds } = subscribed.definition;
      if (bound.plain || heartbeatSeconds === undefined || performance.now() - bound.sentAtMs < heartbeatSeconds * 1000) continue;
      bound.sentAtMs = performance.now();
      send(client, notification(subscribed, { type: 'heartbeat', base: tools.base() }));
    }
  }

  /** False: there was nothing. */
  async function bringOne(client: Client, subscribed: Subscribed, bound: Bound, caller: Caller): Promise<boolean> {
    const { id, definition, events } = subscribed;
    const waiting = await eventsOf(tools.database, id, bound.at + 1n, events, definition.maxCount);
    bound.sentAtMs = performance.now();
    if (waiting.length === 0) {
      bound.at = events;
      return false;
    }
    if (bound.plain) {
      bound.at = waiting.at(-1)!.number;
      send(client, `ping ${id}`);
      return true;
    }
    const shown = await shownTo(tools.record, caller, waiting, definition.content, tools.settings.payloadBytesMax);
    bound.at = shown.at(-1)!.number;
    send(client, notification(subscribed, { type: 'event-notification', base: tools.base(), events: shown }));
    return true;
  }

  const bringing = new Set<Client>();
  const wake = (): void => {
    for (const client of clients) {
      if (client.bound.size === 0 || bringing.has(client)) continue;
      bringing.add(client);
      inTurn(client, () => bring(client).finally(() => bringing.delete(client)));
    }
  };
  const asking = setInterval(() => {
    for (const client of clients) {
      if (!client.alive) {
        client.socket.terminate();
        continue;
      }
      client.alive = false;
      client.socket.ping();
    }
  }, aliveMs);
  asking.unref();
  server.on('upgrade', upgrade);

  return {
    wake,
    async close() {
      closed = true;
      clearInterval(asking);
      server.off('upgrade', upgrade);
      const open = [...clients];
      for (const { socket } of open) socket.close(1001, 'the server is stopping');
      await Promise.all(open.map(({ busy }) => busy));
      for (const { socket } of open) socket.terminate();
    },
  };
}

const words: Readonly<Record<number, string>> = { 401: 'Unauthorized', 503: 'Service Unavailable' };

const boundTo = ({ events, version }: Subscribed, account: string, plain: boolean): Bound => ({
  account,
  at: events,
  version,
  plain,
  sentAtMs: performance.now(),
});
