// What is answered of channels and messages. The JSON is these interfaces as they stand, and the workbench reads them by them: moments and bytes are text.
import type { BatchPlace } from '../../exchange/batches.ts';
import type { ChannelState, LedgerRow, Source, StoredMessage, UnmappedSummary } from '../../exchange/contract.ts';
import type { Tried } from '../../exchange/trying.ts';

export interface ShownMessage extends Omit<StoredMessage, 'batch' | 'receivedAt' | 'nextTry' | 'doneAt'> {
  batch?: Omit<BatchPlace, 'before' | 'after'> & { before: string; after: string };
  receivedAt: string;
  nextTry?: string;
  doneAt?: string;
}

export interface WholeMessage extends ShownMessage {
  original: string;
}

export interface ShownPage {
  messages: ShownMessage[];
  next?: string;
}

export interface ShownSource extends Omit<Source, 'receivedAt'> {
  receivedAt: string;
}

export interface Sources {
  sources: ShownSource[];
}

export interface ShownChannel extends Omit<ChannelState, 'lastReceived' | 'lastDone'> {
  lastReceived?: string;
  lastDone?: string;
}

export type ShownTry = Tried;

export interface Ledger {
  rows: LedgerRow[];
}

export interface Channels {
  channels: ShownChannel[];
}

export interface Again {
  again: number;
}

export interface Unmapped {
  sender: string;
  leaves: UnmappedSummary[];
}
