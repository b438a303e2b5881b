// Devices that publish to an MQTT broker of the site: what is on the topic of observations there is taken over. The broker forgets a
// message only when it is on disk here; while this program is away it keeps what comes for its session.
import type { MqttClient } from 'mqtt';
import type { Exchange } from '../../exchange/contract.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { hear } from './hear.ts';
import { addressOf, type TopicRule, usualRule } from './topic.ts';

export interface OtherBrokerSettings {
  /** `mqtt://user:password@host:port` or `mqtts://…`. */
  url: string;
  payloadBytesMax: number;
  /** Topics of channels, beside the usual one. */
  rules?: readonly TopicRule[];
  now(): Date;
  failed(error: unknown): void;
}

export interface OtherBroker {
  /** Topics of channels: new ones are asked for, those that no channel takes any more are given back. */
  change(rules: readonly TopicRule[]): void;
  close(): Promise<void>;
}

/** The session of this name lives on in the broker between two connections. */
const session = 'lamplight';

/** Answers at once: a broker that is away is tried again every few seconds. */
export async function hearOtherBroker(exchange: Exchange, settings: OtherBrokerSettings): Promise<Result<OtherBroker>> {
  if (!/^mqtts?:\/\/[^\s]+$/.test(settings.url))
    return fail('invalid', 'LAMPLIGHT_MQTT_URL takes an address such as mqtt://host:1883 or mqtts://host:8883');
  let rules = settings.rules ?? [];
  const { connect } = await import('mqtt').catch(() => ({ connect: undefined }));
  if (connect === undefined) return fail('unsupported', 'LAMPLIGHT_MQTT_URL needs the package mqtt: npm install mqtt');
  const client: MqttClient = connect(settings.url, {
    clientId: session,
    clean: false,
    resubscribe: true,
    reconnectPeriod: 2000,
    connectTimeout: 10_000,
  });
  // Called before the acknowledgement (PUBACK) is sent, for every quality of service.
  client.handleMessage = ({ topic, payload }, done) => {
    take(topic, Buffer.from(payload)).then(
      () => done(),
      (error: unknown) => {
        settings.failed(error);
        // Not acknowledged: the broker sends it again on the next connection.
        client.stream.destroy();
      },
    );
  };
  async function take(topic: string, payload: Buffer): Promise<void> {
    const to = addressOf(topic, rules);
    // Nothing that could ever become an observation: acknowledged, or it would come again for ever.
    if (to === undefined || payload.length > settings.payloadBytesMax) return;
    await hear(exchange, { ...to, payload, from: client.options.host ?? 'broker', by: 'mqtt', receivedAt: settings.now() });
  }
  client.on('error', settings.failed);
  const ask = (topics: string[]): void => {
    client.subscribe(topics, { qos: 1 }, (error) => error !== null && settings.failed(error));
  };
  const topicsOf = (some: readonly TopicRule[]): string[] => [usualRule, ...some].map(({ topic }) => topic);
  client.on('connect', () => ask(topicsOf(rules)));
  return ok({
    change(others) {
      const [before, now] = [topicsOf(rules), topicsOf(others)];
      const left = rules.filter(({ topic }) => !now.includes(topic));
      // What still comes of a topic that is left goes where it went: to be acknowledged without being kept would be to lose it.
      rules = [...others, ...left];
      const fresh = now.filter((topic) => !before.includes(topic));
      if (fresh.length > 0) ask(fresh);
      if (left.length > 0)
        client.unsubscribe(
          left.map(({ topic }) => topic),
          () => {
            rules = rules.filter((rule) => !left.includes(rule));
          },
        );
    },
    close: () => client.endAsync(false),
  });
}
