// A channel: what arrives by one way from one kind of sender and how it is read, or where something goes and how patiently. Declared
// in text files (channels of the site, channel-file.ts) or one of our own; checked at start.
import type { FormatName } from './contract.ts';
import type { RowLanguage } from './csv.ts';
import type { Keep } from './prune.ts';
import type { Work } from './queue.ts';

/** What a filter looks at. */
export type Filtered = Pick<Work, 'raw' | 'kind' | 'sender'>;

export interface Mended {
  raw: Uint8Array;
  /** Leaves that were copied, target to source, each with all its numbers: what became of the copy became of the source. */
  copied?: ReadonlyMap<string, string>;
}

/** To an outbound channel; `takes` absent: everything. */
export interface Route {
  to: string;
  takes?(message: Filtered): boolean;
}

/** How a message is tried again where it was not taken. */
export interface Patience {
  /** Seconds before the second, third … try; the last stands for all that follow. */
  pausesSeconds: readonly number[];
  /** So many refusals (AE, HTTP 4xx) and a person must decide. Who cannot be reached or does not answer is tried for ever. */
  triesMax: number;
  /** What a rejection (AR) does: a person must decide at once, or it is tried like any refusal. */
  rejected: 'fail' | 'retry';
  /** Messages under way at once, each of another lane. */
  connections: number;
}

/** What an outbound channel tells of the record by itself, and how its messages are headed (told-by-record.ts). */
export interface Telling {
  /** As in `ADT^A01`. */
  events: ReadonlySet<string>;
  /** Accounts whose changes are not told: those of inbound channels from the same system. */
  except: ReadonlySet<string>;
  /** Why a message that was made is not sent. */
  leavesOut(message: Filtered): string | undefined;
  sender: Party;
  receiver: Party;
  version: string;
  /** HL7 table 0211. */
  characterSet: string;
  /** Where it begins when it was never seen before. */
  from: 'now' | 'start';
}
export interface Party {
  application: string;
  facility: string;
}

/** The halves of `APPLICATION/FACILITY`. */
export function partyOf(text: string): Party {
  const [application = '', ...facility] = text.split('/');
  return { application, facility: facility.join('/') };
}

export interface Channel {
  name: string;
  format: FormatName;
  direction: 'in' | 'out';
  /** IANA zone of times without an offset. */
  timeZone: string;
  /** Name of the sender, instead of what the message says. */
  sender?: string;
  /** Why the channel leaves a message out; it is kept as dropped, with this reason. undefined: it passes. */
  leavesOut(message: Filtered): string | undefined;
  /** The message with the partner's quirks mended, for reading and passing on; what was stored stays. The same bytes: nothing to mend. */
  mended(raw: Uint8Array): Mended;
  /** Whether what a message says is laid into the record; otherwise it is only passed on. */
  laysDown: boolean;
  routes: readonly Route[];
  patience: Patience;
  /** Absent: it only passes on what others route to it. */
  tells?: Telling;
  /** Of formats that each channel declares for itself (CSV): how its messages are read. */
  language?: RowLanguage;
  /** What of its messages is kept; absent: as the settings say. */
  keep?: Keep;
}

export const usualPatience: Patience = { pausesSeconds: [1, 2, 5, 15, 60, 300], triesMax: 10, rejected: 'fail', connections: 1 };

/** What a channel does where nothing else is said: all of a format, into the record. */
export const plainChannel = (name: string, format: FormatName, timeZone: string): Channel => ({
  name,
  format,
  direction: 'in',
  timeZone,
  leavesOut: () => undefined,
  mended: (raw) => ({ raw }),
  laysDown: true,
  routes: [],
  patience: usualPatience,
});

const formats: readonly FormatName[] = ['hl7v2', 'ccda', 'x12', 'devices'];

/** The channels that are there without any configuration: one a format. */
export const ownChannels = (timeZone: string): Channel[] => formats.map((format) => plainChannel(format, format, timeZone));
