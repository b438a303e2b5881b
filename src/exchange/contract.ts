// Messages of other systems: received, kept as they came, told in FHIR, laid into the record; and those on their way out.
//
// Promises: what was acknowledged is on disk as the bytes that came; the same message again is answered as before and has no second
// effect; what one sender says of one patient is done in the order in which it came; a message that cannot be done now says why it
// waits; of every leaf the ledger says what became of it; what is said later about an earlier time changes nothing that is newer.
//
//   gateways ──► store (bytes, one row a message) ──► work (one row a message that is not done) ──► result (ledger, resources)
//
// The tables are of this room alone (docs/decisions/0014): a message has no patient compartment before it was understood. Who may
// read what a message says is decided like access to the record: only those who may see the whole of it (access.ts).
import type { Problem, Result } from '../fhir/result.ts';
import type { LedgerRow } from '../formats/contract.ts';
import type { CsvPreview } from '../formats/csv/preview.ts';
import type { Caller } from '../record/contract.ts';
import type { BatchPlace } from './batches.ts';
import type { RowLanguage } from './csv.ts';
import type { MessageOutcome } from './outcomes.ts';
import type { Keep, Pruned } from './prune.ts';
import type { Reloaded } from './renewal.ts';

export type FormatName = 'hl7v2' | 'ccda' | 'x12' | 'devices' | 'csv' | 'fhir';

/**
 * `waiting`: in its queue, `waits` says for what. `done`: in the record, or taken by the other side. `failed`: looked at and refused,
 * a person must decide (resend, mend, drop). `dropped`: the channel's filter or a person left it out.
 */
export type MessageState = 'waiting' | 'done' | 'failed' | 'dropped';

/** What a gateway heard. */
export interface Arrival {
  channel: string;
  format: FormatName;
  raw: Uint8Array;
  receivedAt: Date;
  /** Address or folder it came from. */
  from: string;
  /** Who may answer for it: the account of a request, the channel itself for a socket. */
  by: string;
  /** Read from the message by its format, as far as it could be. */
  about: About;
}

/** What finds a message again, and keeps its queue. */
export interface About {
  /** `application/facility` of HL7 v2, ISA06 of X12, custodian of a document, client of a device. */
  sender: string;
  /** MSH-10, ISA13, the document's id; empty where there is none. */
  controlId: string;
  /** `ADT^A01`, `837P`, `CCD`. */
  kind: string;
  /** Business keys as people type them: record number, visit, accession, claim. */
  keys: string[];
  /** Whom it is about, for the order of its queue: messages of one sender with the same lane are done one after the other. */
  lane: string;
  /** Not readable: why. Such a message is stored and failed. */
  fault?: Problem;
}

/** What became of an arrival; only true once it is on disk. */
export interface Receipt {
  id: string;
  /** The same message was received before: `id` is that one's. */
  again: boolean;
  /** When it was received first. */
  receivedAt: Date;
  state: MessageState;
  problem?: Problem;
}

export interface StoredMessage {
  id: string;
  channel: string;
  format: FormatName;
  direction: 'in' | 'out';
  sender: string;
  controlId: string;
  kind: string;
  keys: string[];
  from: string;
  receivedAt: Date;
  bytes: number;
  /** SHA-256 of the original, hexadecimal. */
  digest: string;
  state: MessageState;
  /** Why it waits, in words: paused, behind another of its patient, to be tried again at a time with what the other side answered. */
  waits?: string;
  tries: number;
  nextTry?: Date;
  doneAt?: Date;
  /** What the other side answered, of a message that went out. */
  answer?: string;
  problem?: Problem;
  /** What it made or changed: `Type/id/_history/version`. */
  resources: string[];
  /** Message that this one was made of, when it was resent or routed on. */
  parent?: string;
  /** Its place in the batch that it came in, with what stood before it and, of the last one, behind it. Only where one is asked for. */
  batch?: BatchPlace;
}

export interface MessageWish {
  channel?: string;
  state?: MessageState;
  controlId?: string;
  /** One of its business keys. */
  key?: string;
  kind?: string;
  sender?: string;
  direction?: 'in' | 'out';
  /** Resource that it made or changed: `Type/id`. */
  resource?: string;
  since?: Date;
  until?: Date;
  count: number;
  /** `next` of the page before. */
  cursor?: string;
}

export interface MessagePage {
  /** Newest first. */
  messages: StoredMessage[];
  next?: string;
}

export interface ChannelState {
  name: string;
  format: FormatName;
  direction: 'in' | 'out';
  paused: boolean;
  /** No file declares it any more; it is shown because messages wait in it. */
  gone?: true;
  waiting: number;
  failed: number;
  /** Done in the last minute. */
  perMinute: number;
  /** How long the oldest that waits has been waiting; 0 where none does. */
  lagMs: number;
  /** Why the oldest waits. */
  waits?: string;
  lastReceived?: Date;
  lastDone?: Date;
}

/** What a sender's messages usually say that has no home, per leaf without its repetition numbers. */
export interface UnmappedSummary {
  path: string;
  messages: number;
  /** Of how many messages of that sender and kind. */
  of: number;
}

/** A message that made or changed a resource, with the leaves that this resource says. */
export interface Source {
  message: string;
  channel: string;
  format: FormatName;
  sender: string;
  controlId: string;
  kind: string;
  receivedAt: Date;
  /** `path` and `text` as in `LedgerRow`; `elements` without `Type/id#`. Empty where the ledger was given up. */
  leaves: { path: string; text: string; elements: string[] }[];
}

/** One leaf of a message and what became of it, as `LedgerRow`; `text` as received. */
export type { LedgerRow };

export interface PruneWish {
  channel?: string;
  keep?: Keep;
  /** Counts only. */
  dryRun?: boolean;
}

/** A document that answers something that was sent. */
export interface AnswerThatCame {
  id: string;
  received: Date;
  bytes: number;
  /** As it came; undefined: it is no longer kept. */
  raw(): Promise<Buffer | undefined>;
}

export interface Exchange {
  /** On disk when it answers. Arrivals that wait together share a commit. */
  receive(arrival: Arrival): Promise<Receipt>;
  /**
   * What stood around messages that came in one batch, by the ids of their receipts: before the first, between them, behind the last.
   * On disk when it resolves; before the batch is acknowledged.
   */
  keepBatch(ids: readonly string[], pieces: readonly Uint8Array[]): Promise<void>;
  /** What became of a message that was received just now, when it is known; undefined: it was not within that time. */
  outcome(id: string, withinMs: number): Promise<MessageOutcome | undefined>;
  /** As `receive`, for somebody who must be allowed to. */
  send(caller: Caller, arrival: Arrival): Promise<Result<Receipt>>;
  /**
   * Where a message stands, for the part of the program that put it there and shows it to whoever may see the whole of what it is
   * about; nothing of what the message says, but what the other side answered.
   */
  stateOf(id: string): Promise<Pick<StoredMessage, 'state' | 'waits' | 'answer' | 'problem'> | undefined>;
  /**
   * Documents of one kind that others sent here and that name this key, the newest first, at most so many: for the part of the program
   * that sent what they answer, and shows it to whoever may see the whole of that.
   */
  answersTo(key: string, kind: string, most: number): Promise<AnswerThatCame[]>;
  find(caller: Caller, wish: MessageWish): Promise<Result<MessagePage>>;
  get(caller: Caller, id: string): Promise<Result<StoredMessage>>;
  original(caller: Caller, id: string): Promise<Result<Buffer>>;
  /** The bytes of the whole batch that it came in. */
  originalBatch(caller: Caller, id: string): Promise<Result<Buffer>>;
  ledger(caller: Caller, id: string): Promise<Result<LedgerRow[]>>;
  /** Where a resource (`Type/id`) comes from, for whoever may read it; newest first. */
  sources(caller: Caller, resource: string): Promise<Result<Source[]>>;
  /** The text of a Bundle with what a message says; nothing is stored. */
  convert(caller: Caller, format: FormatName, raw: Uint8Array, channel?: string): Promise<Result<string>>;
  /** The first rows of a file as the mapping of a channel reads them; nothing is stored. */
  preview(caller: Caller, channel: string, raw: Uint8Array, rows: number): Promise<Result<CsvPreview>>;
  /** How files of a channel come apart into messages; undefined: a file is a message. */
  rowsOf(channel: string): RowLanguage | undefined;
  /** What a stored message would do by the channel as it is configured now, as text of JSON. */
  try(caller: Caller, id: string): Promise<Result<string>>;
  /** Does it again, from the stored bytes. All that failed of a channel, of a time: by ids that `find` gives. */
  again(caller: Caller, ids: readonly string[]): Promise<Result<number>>;
  /** Everything that the wish finds, oldest first, at most its count; answers how many. */
  againAll(caller: Caller, wish: MessageWish): Promise<Result<number>>;
  drop(caller: Caller, id: string, why: string): Promise<Result<void>>;
  pause(caller: Caller, channel: string, paused: boolean): Promise<Result<void>>;
  channels(caller: Caller): Promise<Result<ChannelState[]>>;
  /** Reads the files of the channels again, and works by them; what is wrong in one changes nothing. `dryRun`: only says what would be. */
  reload(caller: Caller, wish: { dryRun: boolean }): Promise<Result<Reloaded>>;
  /** Gives up messages that the channels need not keep; `keep` instead of what they say. */
  prune(caller: Caller, wish: PruneWish): Promise<Result<Pruned[]>>;
  unmapped(caller: Caller, sender: string, kind?: string): Promise<Result<UnmappedSummary[]>>;
  /** Resolves when nothing waits that could be done now; for tests and `--wait`. */
  idle(): Promise<void>;
  close(): Promise<void>;
}
