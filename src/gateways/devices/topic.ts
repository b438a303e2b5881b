// The one topic on which devices are heard, and whose it is: `lamplight/devices/{device}/observations`.
import { fail, ok, type Result } from '../../fhir/result.ts';

/** What a subscription to another broker asks for. */
export const topicOfAll = 'lamplight/devices/+/observations';

/** The device of a topic; undefined where it is another topic. */
export function deviceOf(topic: string): string | undefined {
  const [room, kind, device, what, ...rest] = topic.split('/');
  const fits = room === 'lamplight' && kind === 'devices' && what === 'observations' && rest.length === 0;
  return fits && device !== undefined && device !== '' && device.length <= 200 ? device : undefined;
}

/** Whether an account may speak for a device: the one of its name, and those behind it, named `account:device`. */
export function mayPublish(account: string, topic: string): Result<string> {
  const device = deviceOf(topic);
  if (device === undefined) return fail('invalid', 'Observations are published on lamplight/devices/{device}/observations', 'topic');
  if (device === account || device.startsWith(`${account}:`)) return ok(device);
  return fail('forbidden', 'An account publishes for the device of its own name, and for those named after it: account:device', 'topic');
}
