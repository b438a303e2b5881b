// One device on its line, over MQTT 3.1, 3.1.1 or 5: it signs in, publishes, and is answered in the order in which it spoke. It may ask
// for nothing: subscriptions are refused, wills and retained messages come to nothing, no session outlives its connection. Sections
// are those of MQTT 5 (https://docs.oasis-open.org/mqtt/mqtt/v5.0/mqtt-v5.0.html) and of 3.1.1 where that is said.
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { generate, type IConnectPacket, type IPublishPacket, type Packet, parser } from 'mqtt-packet';
import type { Result } from '../../fhir/result.ts';
import type { Device } from './device-accounts.ts';
import { PacketSizes } from './packet-sizes.ts';

/** What the conversations of one broker have in common. */
export interface Party {
  payloadBytesMax: number;
  signIn(name: string | undefined, password: string | undefined, from: string): Promise<Result<Device>>;
  /** Takes the client identifier, from an earlier connection of the same account too; false: it is another account's. */
  enter(clientId: string, device: Device, conversation: Conversation): boolean;
  leave(clientId: string, conversation: Conversation): void;
  /** Resolves when it is on disk, or with why it is not taken; throws where it could not be kept. */
  take(device: Device, publication: { topic: string; payload: Buffer; from: string }): Promise<Result<void>>;
  /** For the log, without what was said. */
  failed(error: unknown): void;
}

/** Return codes of 3.1.1 (section 3.2.2.3) and reason codes of 5 (section 2.4). */
const refusals = {
  identifier: [2, 0x85],
  unavailable: [3, 0x88],
  credentials: [4, 0x86],
  method: [5, 0x8c],
} as const;
const reasons = {
  malformed: 0x81,
  protocol: 0x82,
  notAuthorized: 0x87,
  busy: 0x89,
  shuttingDown: 0x8b,
  silent: 0x8d,
  takenOver: 0x8e,
  alias: 0x94,
  tooLarge: 0x95,
} as const;

/** No subscription existed (section 3.11.3). */
const nothingToEnd = 0x11;
/** Not identified, a packet of CONNECT needs no more. */
const signInBytesMax = 16_384;
const signInMs = 10_000;
/** For names and properties beside a payload. */
const besidePayload = 1024;
const identifierMax = 256;
/** Publications of one connection that are on their way to the disk at once; more are read when some are answered. */
const mostUnderWay = 64;
const aliasMax = 32;
const partingMs = 500;

export class Conversation {
  readonly from: string;
  readonly #socket: Socket;
  readonly #party: Party;
  readonly #parser = parser();
  readonly #sizes = new PacketSizes();
  #bytesMax = signInBytesMax;
  #state: 'new' | 'entering' | 'in' | 'over' = 'new';
  #version = 4;
  #clientId: string | undefined;
  /** Version 5: whether answers may say why in words (section 3.1.2.11.7). */
  #mayExplain = true;
  #device: Device | undefined;
  /** Sent behind CONNECT, before its answer (section 3.1.4). */
  #early: Packet[] = [];
  #answers: Promise<void> = Promise.resolve();
  #underWay = 0;
  /** The client does not read its answers. */
  #deaf = false;
  /** Packet identifiers of QoS 2 between PUBLISH and PUBREL (section 4.3.3). */
  readonly #received = new Set<number>();
  readonly #aliases = new Map<number, string>();
  #silence: NodeJS.Timeout | undefined;

  constructor(socket: Socket, party: Party) {
    this.#socket = socket;
    this.#party = party;
    this.from = socket.remoteAddress ?? 'unknown';
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('drain', () => {
      this.#deaf = false;
      this.#readOn();
    });
    socket.on('end', () => this.#leave());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#leave());
    this.#parser.on('packet', (packet: Packet) => this.#hear(packet));
    this.#parser.on('error', () => this.end('malformed'));
    this.#silentAfter(signInMs);
  }

  /** With the reason, where the client's version has words for it. */
  end(reason: keyof typeof reasons): void {
    if (this.#state === 'over') return;
    if (this.#state === 'in' && this.#version === 5) this.#send({ cmd: 'disconnect', reasonCode: reasons[reason] });
    this.#part();
  }

  #part(): void {
    this.#leave();
    this.#socket.end();
    // Whoever does not hang up is hung up on.
    setTimeout(() => this.#socket.destroy(), partingMs).unref();
  }

  #leave(): void {
    this.#state = 'over';
    clearTimeout(this.#silence);
    this.#early = [];
    if (this.#clientId !== undefined) this.#party.leave(this.#clientId, this);
  }

  #silentAfter(ms: number): void {
    clearTimeout(this.#silence);
    const silent = (): void => {
      // While publications are on their way to the disk nothing is read, and who is not heard is not silent.
      if (this.#underWay > 0) this.#silence?.refresh();
      else this.end('silent');
    };
    this.#silence = setTimeout(silent, ms);
  }

  #read(chunk: Buffer): void {
    if (this.#state === 'over') return;
    if (this.#sizes.read(chunk, this.#bytesMax) > 0) return this.end('tooLarge');
    if (this.#state === 'in') this.#silence?.refresh();
    try {
      this.#parser.parse(chunk);
    } catch {
      this.end('malformed');
    }
  }

  #readOn(): void {
    if (this.#state === 'in' && !this.#deaf && this.#underWay <= mostUnderWay / 2 && this.#socket.isPaused()) this.#socket.resume();
  }

  #send(packet: Packet): void {
    if (!this.#socket.writable) return;
    if (this.#socket.write(generate(packet, { protocolVersion: this.#version }))) return;
    this.#deaf = true;
    this.#socket.pause();
  }

  #hear(packet: Packet): void {
    if (this.#state === 'over') return;
    if (this.#state === 'entering') {
      this.#early.push(packet);
      return;
    }
    if (this.#state === 'new') {
      if (packet.cmd === 'connect') this.#enter(packet).catch((error: unknown) => this.#broken(error));
      else this.#part();
      return;
    }
    switch (packet.cmd) {
      case 'publish':
        return this.#publish(packet);
      case 'pubrel': {
        const known = this.#received.delete(packet.messageId ?? 0);
        return this.#inOrder(() => this.#send({ cmd: 'pubcomp', messageId: packet.messageId, ...this.#code(known ? 0 : 0x92) }));
      }
      case 'subscribe': {
        const granted = packet.subscriptions.map(() => (this.#version === 5 ? reasons.notAuthorized : 0x80));
        return this.#send({ cmd: 'suback', messageId: packet.messageId, granted });
      }
      case 'unsubscribe': {
        const granted = this.#version === 5 ? packet.unsubscriptions.map(() => nothingToEnd) : [];
        return this.#send({ cmd: 'unsuback', messageId: packet.messageId, granted });
      }
      case 'pingreq':
        return this.#send({ cmd: 'pingresp' });
      case 'disconnect':
        return this.#inOrder(() => this.#part());
      default:
        return this.end('protocol');
    }
  }

  /** Nothing of 3.1.1 has a code. */
  #code(reasonCode: number): { reasonCode?: number } {
    return this.#version === 5 ? { reasonCode } : {};
  }

  #broken(error: unknown): void {
    this.#party.failed(error);
    this.end('busy');
  }

  async #enter(packet: IConnectPacket): Promise<void> {
    this.#state = 'entering';
    this.#socket.pause();
    this.#version = packet.protocolVersion ?? 4;
    const { clientId, clean, keepalive = 0, username, password, properties } = packet;
    this.#mayExplain = properties?.requestProblemInformation !== false;
    if (clientId.length > identifierMax || (clientId === '' && clean !== true && this.#version !== 5)) return this.#refuse('identifier');
    if (properties?.authenticationMethod !== undefined) return this.#refuse('method', 'Sign in with a name and a secret');
    const name = clientId === '' ? randomUUID() : clientId;
    const device = await this.#party.signIn(username, password?.toString('utf8'), this.from).catch((error: unknown) => {
      this.#party.failed(error);
      return undefined;
    });
    if (this.#over()) return;
    if (device === undefined) return this.#refuse('unavailable', 'The accounts could not be looked at');
    if (!device.ok) return this.#refuse(device.problem.kind === 'busy' ? 'unavailable' : 'credentials', device.problem.message);
    if (!this.#party.enter(name, device.value, this))
      return this.#refuse('identifier', 'This client identifier is used by another account');
    this.#clientId = name;
    this.#device = device.value;
    this.#bytesMax = this.#party.payloadBytesMax + besidePayload;
    this.#state = 'in';
    // One and a half times what the client promised (section 3.1.2.10); 0: it promised nothing.
    if (keepalive > 0) this.#silentAfter(keepalive * 1500);
    else {
      clearTimeout(this.#silence);
      this.#silence = undefined;
    }
    this.#send({ cmd: 'connack', sessionPresent: false, ...this.#welcome(clientId === '' ? name : undefined) });
    for (const early of this.#early.splice(0)) this.#hear(early);
    this.#readOn();
  }

  #over(): boolean {
    return this.#state === 'over';
  }

  #welcome(assigned: string | undefined): { returnCode: number } | { reasonCode: number; properties: object } {
    if (this.#version !== 5) return { returnCode: 0 };
    const properties = {
      sessionExpiryInterval: 0,
      receiveMaximum: mostUnderWay,
      maximumPacketSize: this.#bytesMax,
      topicAliasMaximum: aliasMax,
      wildcardSubscriptionAvailable: false,
      subscriptionIdentifiersAvailable: false,
      sharedSubscriptionAvailable: false,
      ...(assigned === undefined ? {} : { assignedClientIdentifier: assigned }),
    };
    return { reasonCode: 0, properties };
  }

  #refuse(why: keyof typeof refusals, words?: string): void {
    const [returnCode, reasonCode] = refusals[why];
    const properties = words === undefined ? {} : { properties: { reasonString: words } };
    this.#send({ cmd: 'connack', sessionPresent: false, ...(this.#version === 5 ? { reasonCode, ...properties } : { returnCode }) });
    this.#part();
  }

  #publish(packet: IPublishPacket): void {
    const { qos, messageId = 0, payload } = packet;
    const device = this.#device;
    const topic = this.#topicOf(packet);
    if (topic === undefined || device === undefined) return this.end('alias');
    const answer = qos === 1 ? 'puback' : 'pubrec';
    if (qos === 2) {
      // Sent again before PUBREL: it is the same publication.
      if (this.#received.has(messageId)) return this.#inOrder(() => this.#send({ cmd: answer, messageId, ...this.#code(0) }));
      this.#received.add(messageId);
    }
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
    const taken = this.#party.take(device, { topic, payload: bytes, from: this.from }).catch((error: unknown) => ({ error }));
    this.#underWay++;
    if (this.#underWay >= mostUnderWay) this.#socket.pause();
    this.#inOrder(async () => {
      const result = await taken;
      this.#underWay--;
      if (this.#over()) return;
      // Not kept, so not acknowledged, in either version: it will be sent again.
      if ('error' in result) return this.#broken(result.error);
      if (!result.ok && (this.#version !== 5 || qos === 0)) return this.end('notAuthorized');
      if (!result.ok) this.#received.delete(messageId);
      const properties = result.ok || !this.#mayExplain ? {} : { properties: { reasonString: result.problem.message } };
      if (qos > 0) this.#send({ cmd: answer, messageId, ...this.#code(result.ok ? 0 : reasons.notAuthorized), ...properties });
      this.#readOn();
    });
  }

  /** Undefined: its alias says no topic. */
  #topicOf({ topic, properties }: IPublishPacket): string | undefined {
    const alias: unknown = properties?.topicAlias;
    if (alias === undefined) return topic === '' ? undefined : topic;
    if (typeof alias !== 'number' || alias < 1 || alias > aliasMax) return undefined;
    if (topic === '') return this.#aliases.get(alias);
    this.#aliases.set(alias, topic);
    return topic;
  }

  /** Acknowledgements go out in the order of what they acknowledge (section 4.6). */
  #inOrder(answer: () => void | Promise<void>): void {
    this.#answers = this.#answers.then(answer).catch((error: unknown) => this.#broken(error));
  }
}
