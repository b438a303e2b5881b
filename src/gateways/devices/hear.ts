// A payload of a device on its way into exchange: the device of the topic is its sender.
import type { Exchange, Receipt } from '../../exchange/contract.ts';
import { aboutDevices } from '../../formats/devices/devices.ts';

export interface Heard {
  channel: string;
  payload: Buffer;
  /** Of the topic. */
  device: string;
  from: string;
  by: string;
  receivedAt: Date;
}

/** Resolves when it is on disk, also where nobody can read it: such a message is kept and failed, and says why. */
export function hear(exchange: Exchange, { channel, payload, device, from, by, receivedAt }: Heard): Promise<Receipt> {
  const about = aboutDevices(payload);
  const named = about.sender;
  return exchange.receive({
    channel,
    format: 'devices',
    raw: payload,
    receivedAt,
    from,
    by,
    about: { ...about, sender: device, lane: `${device} ${about.lane}`, keys: [...new Set([device, ...about.keys, named])] },
  });
}
