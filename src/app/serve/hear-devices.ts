// Devices by MQTT: to our own broker, with the same choice as MLLP where its port is taken, and to the broker of the site.
import type { Exchange } from '../../exchange/contract.ts';
import { ok, type Result } from '../../fhir/result.ts';
import { type Broker, openBroker } from '../../gateways/devices/broker.ts';
import type { DeviceAccounts } from '../../gateways/devices/device-accounts.ts';
import { hearOtherBroker, type OtherBroker } from '../../gateways/devices/other-broker.ts';
import type { TopicRule } from '../../gateways/devices/topic.ts';
import { faultOf, type Ground } from './ground.ts';
import type { Site } from './site.ts';

const payloadBytesMax = 1024 * 1024;

export interface DeviceParts {
  exchange: Exchange;
  people: DeviceAccounts;
  rules: readonly TopicRule[];
}

export async function hearDevices(
  { exchange, people, rules }: DeviceParts,
  { settings, log, now, pems }: Ground & Pick<Site, 'pems'>,
): Promise<Result<{ broker?: Broker; note: string }>> {
  if (settings.mqttPort === 'off') return ok({ note: 'Devices are not heard by MQTT (LAMPLIGHT_MQTT_PORT=off)' });
  const tls = pems.mqtt?.served;
  const usualPort = tls === undefined ? 1883 : 8883;
  const broker = await openBroker(exchange, people, {
    host: settings.host,
    port: settings.mqttPort ?? usualPort,
    tls,
    rules,
    payloadBytesMax,
    connectionsMax: 1000,
    anonymous: settings.mqttAnonymous,
    now,
    failed: (error) => log.warn(faultOf(error), 'a message of a device could not be stored; it was not acknowledged'),
  });
  if (broker.ok)
    return ok({
      broker: broker.value,
      note: `Devices over MQTT${tls === undefined ? '' : ' with TLS'}: ${settings.host}:${broker.value.port}`,
    });
  if (settings.mqttPort !== undefined) return broker;
  return ok({ note: `Devices are not heard by MQTT: port ${usualPort} is taken by another program. Set LAMPLIGHT_MQTT_PORT` });
}

/** Nothing where the site names no broker of its own. */
export async function hearSiteBroker(
  { exchange, rules }: DeviceParts,
  { settings, log, now }: Ground,
): Promise<Result<{ broker?: OtherBroker }>> {
  if (settings.mqttUrl === undefined) return ok({});
  const broker = await hearOtherBroker(exchange, {
    url: settings.mqttUrl,
    rules,
    payloadBytesMax,
    now,
    failed: (error) => log.warn(faultOf(error), 'the MQTT broker of the site will be tried again'),
  });
  return broker.ok ? ok({ broker: broker.value }) : broker;
}
