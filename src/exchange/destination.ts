// Where outbound messages go, as exchange sees it: handed in by the gateways, which know sockets, files and HTTP.
import type { FormatName } from './contract.ts';

export interface Outgoing {
  id: string;
  format: FormatName;
  kind: string;
  controlId: string;
  raw: Buffer;
}

/** What became of one attempt; `said`: what the other side answered, or what stood in the way, in words. */
export type Delivered =
  /** The other side has it and is answerable for it: never sent again. */
  | { kind: 'taken'; said: string }
  /** It was answered and not taken; `forGood`: the other side says that trying again is of no use (AR). */
  | { kind: 'refused'; said: string; forGood: boolean }
  /** It was sent and not answered: perhaps it was taken, so the same bytes go again. */
  | { kind: 'silent'; said: string }
  /** Nothing was sent. */
  | { kind: 'unreachable'; said: string };

export interface Destination {
  /** Never throws for what the other side does. Ends within a time of its own. */
  deliver(message: Outgoing): Promise<Delivered>;
  close(): Promise<void>;
}
