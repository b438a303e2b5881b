// Where notifications may go. A server that posts to whatever it is told can be turned against its own network, so link-local addresses
// (where clouds hand out credentials), multicast and "this host" are refused, by address and after each look-up of a name; private
// addresses are where a hospital's receivers are, and a site narrows the rest with LAMPLIGHT_SUBSCRIPTION_ENDPOINTS.
import { BlockList, isIP } from 'node:net';
import { fail, ok, type Result } from '../../fhir/result.ts';

const lengthMax = 2_000;

const refused = new BlockList();
refused.addSubnet('0.0.0.0', 8, 'ipv4');
refused.addSubnet('169.254.0.0', 16, 'ipv4');
refused.addAddress('100.100.100.200', 'ipv4');
refused.addSubnet('224.0.0.0', 3, 'ipv4');
refused.addAddress('::', 'ipv6');
refused.addSubnet('fe80::', 10, 'ipv6');
refused.addSubnet('ff00::', 8, 'ipv6');
refused.addAddress('fd00:ec2::254', 'ipv6');
refused.addSubnet('64:ff9b::', 96, 'ipv6');

/** Whether nothing is sent to this address, however its name is spelled. */
export function isRefused(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return true;
  // An IPv4 address inside an IPv6 one is judged as what it is: BlockList does so by itself.
  return refused.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** The address as a URL, where notifications may go there. `allowed`: prefixes, each up to a slash; empty: all. */
export function endpointOf(text: string, allowed: readonly string[]): Result<URL> {
  const where = 'Subscription.channel.endpoint';
  if (text.length > lengthMax) return fail('invalid', `The endpoint is longer than ${lengthMax} characters`, where);
  if (!URL.canParse(text)) return fail('invalid', 'The endpoint is no absolute address, such as https://receiver.example.org/hook', where);
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return fail('unsupported', 'Notifications go to http and https addresses only', where);
  if (url.username !== '' || url.password !== '')
    return fail(
      'invalid',
      'The endpoint holds a name or password, which everyone who reads the Subscription would see: use channel.header',
      where,
    );
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && isRefused(host))
    return fail('forbidden', 'Notifications may not go to link-local, multicast or unspecified addresses', where);
  const fits =
    allowed.length === 0 ||
    allowed.some((prefix) => url.href.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`) || url.href === prefix);
  return fits
    ? ok(url)
    : fail('forbidden', 'Notifications may not go to this address: LAMPLIGHT_SUBSCRIPTION_ENDPOINTS names the places', where);
}
