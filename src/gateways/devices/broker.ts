// Devices over MQTT, in: a broker that takes what devices publish and gives nobody anything. A publication is acknowledged (PUBACK,
// PUBREC) when it is on disk; what was not acknowledged will be sent again. Why no broker of others: docs/decisions/0016.
import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Exchange } from '../../exchange/contract.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { Conversation, type Party } from './conversation.ts';
import { type Device, type DeviceAccounts, signInDevice } from './device-accounts.ts';
import { hear } from './hear.ts';
import { addressOf, mayPublish, type TopicRule } from './topic.ts';

export interface BrokerTls {
  key?: string;
  cert?: string;
  ca?: string;
}

export interface BrokerSettings {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** PEM texts; with `ca` only clients are heard that have a certificate of it. */
  tls?: BrokerTls | undefined;
  /** Topics of channels, beside the usual one. */
  rules?: readonly TopicRule[];
  payloadBytesMax: number;
  connectionsMax: number;
  /** Whether whoever connects from this machine may publish for any device without signing in. */
  anonymous: boolean;
  now(): Date;
  /** For the log, without what was said. */
  failed(error: unknown): void;
}

export interface Broker {
  port: number;
  /** Topics of channels from the next publication on. */
  change(rules: readonly TopicRule[]): void;
  /** From the next connection on; whether there is TLS at all, and whether devices show certificates, stays. */
  renew(tls: BrokerTls): void;
  close(): Promise<void>;
}

const oldestTls = 'TLSv1.2';

export async function openBroker(exchange: Exchange, people: DeviceAccounts, settings: BrokerSettings): Promise<Result<Broker>> {
  const { anonymous, connectionsMax, failed, now, payloadBytesMax } = settings;
  let rules = settings.rules ?? [];
  const sockets = new Set<Socket>();
  const conversations = new Set<Conversation>();
  const inside = new Map<string, { device: Device; conversation: Conversation }>();

  const party: Party = {
    payloadBytesMax,
    failed,
    signIn: (name, password, from) => signInDevice(people, { name, password, from, anonymous }, now()),
    enter(clientId, device, conversation) {
      const other = inside.get(clientId);
      if (other !== undefined && other.device.account !== device.account) return false;
      inside.set(clientId, { device, conversation });
      other?.conversation.end('takenOver');
      return true;
    },
    leave(clientId, conversation) {
      if (inside.get(clientId)?.conversation === conversation) inside.delete(clientId);
    },
    async take(device, { topic, payload, from }) {
      const receivedAt = now();
      const still = await device.stillMay(receivedAt);
      if (!still.ok) return still;
      const to = addressOf(topic, rules);
      if (to === undefined) return fail('not-found', 'Nothing is heard on this topic', 'topic');
      const own = device.account === undefined ? ok(to) : mayPublish(device.account, to);
      if (!own.ok) return own;
      await hear(exchange, { payload, ...own.value, from, by: device.account ?? 'anonymous', receivedAt });
      return ok(undefined);
    },
  };

  const heard = (socket: Socket): void => {
    if (sockets.size >= connectionsMax) return void socket.destroy();
    sockets.add(socket);
    const conversation = new Conversation(socket, party);
    conversations.add(conversation);
    socket.on('close', () => {
      sockets.delete(socket);
      conversations.delete(conversation);
    });
  };
  const { tls } = settings;
  const over =
    tls &&
    createTlsServer(
      {
        ...tls,
        minVersion: oldestTls,
        handshakeTimeout: 10_000,
        requestCert: tls.ca !== undefined,
        rejectUnauthorized: tls.ca !== undefined,
      },
      heard,
    );
  const server = over ?? createServer(heard);
  // A handshake that fails is the client's; the others go on.
  server.on('tlsClientError', () => {});
  const listening = await new Promise<Error | undefined>((done) => {
    server.once('error', done);
    server.listen(settings.port, settings.host, () => done(undefined));
  });
  if (listening !== undefined) {
    return fail(
      'busy',
      `Nothing can listen for MQTT on ${settings.host}:${settings.port} (${listening.message}). Choose another LAMPLIGHT_MQTT_PORT, or end the program that has it`,
    );
  }
  const address = server.address();
  return ok({
    port: typeof address === 'object' && address !== null ? address.port : settings.port,
    change(others) {
      rules = others;
    },
    renew(pems) {
      over?.setSecureContext({ ...pems, minVersion: oldestTls });
    },
    async close() {
      const closed = new Promise<void>((done) => server.close(() => done()));
      for (const one of conversations) one.end('shuttingDown');
      const timer = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, 500);
      await closed;
      clearTimeout(timer);
    },
  });
}
