// A channel: what arrives by one way from one kind of sender, and how it is read. Declared in text files (channels of the site) or
// one of our own; checked at start.
import type { FormatName } from './contract.ts';
import type { Work } from './queue.ts';

export interface Channel {
  name: string;
  format: FormatName;
  direction: 'in' | 'out';
  /** IANA zone of times without an offset. */
  timeZone: string;
  /** Whether a message passes the channel's filter; what does not is kept as dropped. */
  takes(message: Pick<Work, 'raw' | 'kind' | 'sender'>): boolean;
}

/** The channels that are there without any configuration: one a format. */
export const ownChannel = (format: FormatName, timeZone: string): Channel => ({
  name: format,
  format,
  direction: 'in',
  timeZone,
  takes: () => true,
});
