// On which topics devices are heard, and whose a publication is: `lamplight/devices/{device}/observations`, and those that channels
// declare.
import { fail, ok, type Result } from '../../fhir/result.ts';

/** One topic filter (MQTT 3.1.1, section 4.7): `+` is any one level, `#` all that follow. */
export interface TopicRule {
  channel: string;
  topic: string;
  /** The level that names the device, from 1. */
  device: number;
}

export interface Addressed {
  channel: string;
  device: string;
}

/** What is there without any channel's file; it comes last, so that a channel may take some devices of it. */
export const usualRule: TopicRule = { channel: 'devices', topic: 'lamplight/devices/+/observations', device: 3 };

/** What a channel's file says, with the level that is meant where it says none. */
export const topicRule = (channel: string, { topic, device }: { topic: string; device?: number | undefined }): TopicRule => ({
  channel,
  topic,
  device: device ?? topic.split('/').indexOf('+') + 1,
});

/** Channel and device of a topic, by the first rule that it fits; undefined where none does. */
export function addressOf(topic: string, rules: readonly TopicRule[]): Addressed | undefined {
  const levels = topic.split('/');
  for (const { channel, topic: filter, device: at } of [...rules, usualRule]) {
    const device = fits(levels, filter.split('/')) ? levels[at - 1] : undefined;
    if (device !== undefined && device !== '' && device.length <= 200) return { channel, device };
  }
  return undefined;
}

function fits(levels: readonly string[], filter: readonly string[]): boolean {
  for (const [at, one] of filter.entries()) {
    if (one === '#') return true;
    if (at >= levels.length || (one !== '+' && one !== levels[at])) return false;
  }
  return levels.length === filter.length;
}

/** Whether an account may speak for a device: the one of its name, and those behind it, named `account:device`. */
export function mayPublish(account: string, { device, channel }: Addressed): Result<Addressed> {
  if (device === account || device.startsWith(`${account}:`)) return ok({ device, channel });
  return fail('forbidden', 'An account publishes for the device of its own name, and for those named after it: account:device', 'topic');
}
