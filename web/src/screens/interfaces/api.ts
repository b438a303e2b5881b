// Exchange as the screen asks for it: channels, messages by business key, what became of each leaf (docs/walkthroughs/
// interface-engineer.md, src/gateways/exchange).
import { type Criteria, query } from '../../api/fhir.ts';
import { ask } from '../../api/http.ts';

export type MessageState = 'waiting' | 'done' | 'failed' | 'dropped';

export interface Channel {
  name: string;
  format: string;
  direction: 'in' | 'out';
  paused: boolean;
  /** Its file is gone, and messages wait in it. */
  gone?: true;
  waiting: number;
  failed: number;
  perMinute: number;
  lagMs: number;
  waits?: string;
  lastReceived?: string;
  lastDone?: string;
}

export interface Difference {
  name: string;
  file: string;
  kind: 'added' | 'changed' | 'removed';
  members: { place: string; before?: string; after?: string }[];
  waiting: number;
}

export interface Reloaded {
  changes: Difference[];
  /** What begins and ends: ports, folders, topics. */
  ends: string[];
  /** What is wrong in the files, each with its line and place. */
  problems?: string[];
}

export interface Message {
  id: string;
  channel: string;
  format: string;
  direction: 'in' | 'out';
  sender: string;
  controlId: string;
  kind: string;
  keys: string[];
  from: string;
  receivedAt: string;
  bytes: number;
  digest: string;
  state: MessageState;
  waits?: string;
  tries: number;
  nextTry?: string;
  doneAt?: string;
  answer?: string;
  problem?: { message: string; where?: string };
  resources: string[];
  parent?: string;
  batch?: { position: number; of: number };
  /** Only where one is asked for. */
  original?: string;
}

export interface LedgerRow {
  path: string;
  text: string;
  state: 'mapped' | 'kept' | 'structural';
  /** `Type/id#element.path[0]` */
  elements?: string[];
  why?: string;
}

export interface Stored {
  resourceType: string;
  id?: string;
}

export interface Tried {
  changes: { outcome: 'create' | 'update' | 'unchanged' | 'delete'; before: Stored | null; after: Stored | null }[];
  ledger: LedgerRow[];
  notes: { message: string; where?: string }[];
}

export interface MessagePage {
  messages: Message[];
  next?: string;
}

export interface UnmappedLeaf {
  path: string;
  messages: number;
  of: number;
}

const place = (id: string): string => `/exchange/messages/${encodeURIComponent(id)}`;

export const channels = async (signal: AbortSignal): Promise<Channel[]> =>
  (await ask<{ channels: Channel[] }>('/exchange/channels', { signal })).channels;
export const messages = (criteria: Criteria, signal?: AbortSignal): Promise<MessagePage> =>
  ask(`/exchange/messages${query(criteria)}`, signal === undefined ? {} : { signal });
export const message = (id: string, signal: AbortSignal): Promise<Message> => ask(place(id), { signal });
export const ledger = async (id: string, signal: AbortSignal): Promise<LedgerRow[]> =>
  (await ask<{ rows: LedgerRow[] }>(`${place(id)}/ledger`, { signal })).rows;
export const tryMessage = (id: string): Promise<Tried> => ask(`${place(id)}/try`);
export const again = (id: string): Promise<{ again: number }> => ask(`${place(id)}/again`, { method: 'POST' });
export const drop = (id: string, why: string): Promise<unknown> => ask(`${place(id)}/drop${query({ why })}`, { method: 'POST' });
export const pause = (name: string, paused: boolean): Promise<unknown> =>
  ask(`/exchange/channels/${encodeURIComponent(name)}/${paused ? 'pause' : 'resume'}`, { method: 'POST' });
/** The files of the channels, read again; `dryRun`: only what would be otherwise. */
export const reload = (dryRun: boolean): Promise<Reloaded> =>
  ask(`/exchange/channels/reload${query({ 'dry-run': String(dryRun) })}`, { method: 'POST' });
export const unmapped = async (criteria: Criteria, signal: AbortSignal): Promise<UnmappedLeaf[]> =>
  (await ask<{ leaves: UnmappedLeaf[] }>(`/exchange/unmapped${query(criteria)}`, { signal })).leaves;

/** Most messages that the server takes at once. */
const together = 1000;

export interface Counted {
  count: number;
  /** Where each thousand begins; undefined: at the newest. */
  cursors: (string | undefined)[];
}

/** How many a filter finds, counted page by page because the number decides what somebody confirms. */
export async function countOf(criteria: Criteria, signal?: AbortSignal): Promise<Counted> {
  const counted: Counted = { count: 0, cursors: [] };
  let cursor: string | undefined;
  do {
    const page: MessagePage = await messages({ ...criteria, count: together, cursor }, signal);
    counted.count += page.messages.length;
    if (page.messages.length > 0) counted.cursors.push(cursor);
    cursor = page.next;
  } while (cursor !== undefined);
  return counted;
}

/** Oldest thousand first: what one patient's messages say is done in the order in which it came. */
export async function againAll(criteria: Criteria, { cursors }: Counted): Promise<number> {
  let done = 0;
  for (const cursor of [...cursors].reverse()) {
    const answer = await ask<{ again: number }>(`/exchange/again${query({ ...criteria, count: together, cursor })}`, { method: 'POST' });
    done += answer.again;
  }
  return done;
}

export const originalAddress = (id: string): string => `${place(id)}/original`;
