// HL7 v2 by MLLP. Where nobody asked for a port and the usual one is taken, the rest of the program starts without it.
import type { Exchange } from '../../exchange/contract.ts';
import { ok, type Result } from '../../fhir/result.ts';
import { listenMllp, type MllpListener } from '../../gateways/mllp/listener.ts';
import { bodyBytesMax, faultOf, type Ground } from './ground.ts';

const usualPort = 2575;

export async function hearMllp(
  exchange: Exchange,
  { settings, log, now }: Ground,
): Promise<Result<{ listener?: MllpListener; note: string }>> {
  if (settings.mllpPort === 'off') return ok({ note: 'HL7 v2 messages are not heard (LAMPLIGHT_MLLP_PORT=off)' });
  const listener = await listenMllp(exchange, {
    channel: 'hl7v2',
    host: settings.host,
    port: settings.mllpPort ?? usualPort,
    bytesMax: bodyBytesMax(settings),
    connectionsMax: 1000,
    frameSeconds: settings.requestSeconds,
    application: 'LAMPLIGHT',
    now,
    failed: (error) => log.warn(faultOf(error), 'a message could not be stored; it was not acknowledged'),
  });
  if (listener.ok) return ok({ listener: listener.value, note: `HL7 v2 over MLLP: ${settings.host}:${listener.value.port}` });
  if (settings.mllpPort !== undefined) return listener;
  return ok({ note: `HL7 v2 messages are not heard: port ${usualPort} is taken by another program. Set LAMPLIGHT_MLLP_PORT` });
}
