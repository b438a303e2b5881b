// Devices over MQTT 3.1.1, in: an MQTT broker (aedes) that takes what devices publish and gives nobody anything. A publication is
// acknowledged (PUBACK, PUBREC) when it is on disk; what was not acknowledged will be sent again.
import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import type { Exchange } from '../../exchange/contract.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { type Device, type DeviceAccounts, signInDevice } from './device-accounts.ts';
import { hear } from './hear.ts';
import { GuardedConnection } from './packet-sizes.ts';
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
  /** Somebody spoke MQTT 5, and was refused. */
  newerVersion(from: string): void;
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

/** Return codes of CONNACK (MQTT 3.1.1, section 3.2.2.3). */
const connack = { identifier: 2, unavailable: 3, credentials: 4, notAuthorized: 5 } as const;

/** CONNACK of MQTT 5 (section 3.2): no session, "Unsupported Protocol Version", no properties. */
const unsupportedVersion = Buffer.from([0x20, 3, 0, 0x84, 0]);

const oldestTls = 'TLSv1.2';

const refused = (message: string, returnCode: number): AuthenticateError => Object.assign(new Error(message), { returnCode });

export async function openBroker(exchange: Exchange, people: DeviceAccounts, settings: BrokerSettings): Promise<Result<Broker>> {
  let rules = settings.rules ?? [];
  const connections = new Set<GuardedConnection>();
  const connectionOf = new WeakMap<Client, GuardedConnection>();
  const devices = new Map<Client, Device>();
  const ids = new Map<string, Client>();

  const broker = await Aedes.createBroker({
    concurrency: 256,
    connectTimeout: 10_000,
    maxTopicLevels: 8,
    maxClientsIdLength: 256,
    // What a client would have said after it is gone says nothing about a patient.
    preConnect: (client, packet, done) => {
      delete packet.will;
      if (Number(packet.protocolVersion) === 5) {
        const connection = connectionOf.get(client);
        settings.newerVersion(connection?.from ?? 'unknown');
        connection?.end(unsupportedVersion);
        return done(null, false);
      }
      done(null, packet.clientId.length <= 256);
    },
    authenticate: (client, username, password, done) => {
      const connection = connectionOf.get(client);
      const from = connection?.from ?? 'unknown';
      signInDevice(people, { name: username, password: password?.toString('utf8'), from, anonymous: settings.anonymous }, settings.now())
        .then((device) => {
          if (!device.ok) {
            const busy = device.problem.kind === 'busy';
            return done(refused(device.problem.message, busy ? connack.unavailable : connack.credentials), null);
          }
          const other = ids.get(client.id);
          if (other !== undefined && devices.get(other)?.account !== device.value.account)
            return done(refused('This client identifier is used by another account', connack.identifier), null);
          devices.set(client, device.value);
          ids.set(client.id, client);
          connection?.trusted(settings.payloadBytesMax + 1024);
          done(null, true);
        })
        .catch((error: unknown) => {
          settings.failed(error);
          done(refused('The accounts could not be looked at', connack.unavailable), null);
        });
    },
    authorizePublish: (client, packet, done) => {
      // A publication of the broker itself.
      if (client === null) return done();
      packet.retain = false;
      publish(client, packet.topic, packet.payload).then(
        () => done(),
        (error: unknown) => {
          if (!(error instanceof Refused)) settings.failed(error);
          // MQTT 3.1.1 has no word for "no": the connection ends, without an acknowledgement.
          done(error instanceof Error ? error : new Error('unknown'));
        },
      );
    },
    // Granted is nothing (0x80): what devices say is read through the record.
    authorizeSubscribe: (_client, _subscription, done) => done(null, null),
    authorizeForward: () => null,
  });

  async function publish(client: Client, topic: string, payload: string | Buffer): Promise<void> {
    const device = devices.get(client);
    if (device === undefined) throw new Refused();
    const now = settings.now();
    const still = await device.stillMay(now);
    if (!still.ok) throw new Refused();
    const to = addressOf(topic, rules);
    if (to === undefined) throw new Refused();
    const own = device.account === undefined ? ok(to) : mayPublish(device.account, to);
    if (!own.ok) throw new Refused();
    await hear(exchange, {
      payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
      ...own.value,
      from: connectionOf.get(client)?.from ?? 'unknown',
      by: device.account ?? 'anonymous',
      receivedAt: now,
    });
  }

  const gone = (client: Client): void => {
    devices.delete(client);
    if (ids.get(client.id) === client) ids.delete(client.id);
  };
  broker.on('clientDisconnect', gone);
  // Nothing of a connection may reach the program: aedes ends it.
  broker.on('clientError', gone);
  broker.on('connectionError', gone);

  const heard = (socket: Socket): void => {
    if (connections.size >= settings.connectionsMax) return void socket.destroy();
    socket.setNoDelay(true);
    const connection = new GuardedConnection(socket, () => {});
    connections.add(connection);
    const client = broker.handle(connection);
    connectionOf.set(client, connection);
    connection.on('error', () => connection.destroy());
    connection.on('close', () => {
      connections.delete(connection);
      gone(client);
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
    await new Promise<void>((done) => broker.close(() => done()));
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
      for (const connection of connections) connection.end();
      const timer = setTimeout(() => {
        for (const connection of connections) connection.destroy();
      }, 500);
      await closed;
      clearTimeout(timer);
      await new Promise<void>((done) => broker.close(() => done()));
    },
  });
}

/** Not allowed, or not any more; for nobody's log. */
class Refused extends Error {
  override readonly name = 'Refused';
}
