// Exchange as the screen asks for it: channels, messages by business key, what became of each leaf (docs/walkthroughs/
// interface-engineer.md, src/gateways/exchange).
import type { LedgerRow, MessageState, UnmappedSummary } from '../../../../src/exchange/contract.ts';
import type { ChannelDifference as Difference, Reloaded } from '../../../../src/exchange/renewal.ts';
import type {
  Again,
  ShownChannel as Channel,
  Channels,
  Ledger,
  ShownMessage as Message,
  ShownPage,
  ShownTry,
  Unmapped,
  WholeMessage,
} from '../../../../src/gateways/exchange/answers.ts';
import { type Criteria, query } from '../../api/fhir.ts';
import { ask } from '../../api/http.ts';

export type { Channel, Difference, LedgerRow, Message, MessageState, Reloaded, ShownTry, WholeMessage };

/** A resource, or that there is one which is not shown. */
export interface Stored {
  resourceType: string;
  id?: string;
}

const place = (id: string): string => `/exchange/messages/${encodeURIComponent(id)}`;

export const channels = async (signal: AbortSignal): Promise<Channel[]> => (await ask<Channels>('/exchange/channels', { signal })).channels;
export const messages = (criteria: Criteria, signal?: AbortSignal): Promise<ShownPage> =>
  ask(`/exchange/messages${query(criteria)}`, signal === undefined ? {} : { signal });
export const message = (id: string, signal: AbortSignal): Promise<WholeMessage> => ask(place(id), { signal });
export const ledger = async (id: string, signal: AbortSignal): Promise<LedgerRow[]> =>
  (await ask<Ledger>(`${place(id)}/ledger`, { signal })).rows;
export const tryMessage = (id: string): Promise<ShownTry> => ask(`${place(id)}/try`);
export const again = (id: string): Promise<Again> => ask(`${place(id)}/again`, { method: 'POST' });
export const drop = (id: string, why: string): Promise<unknown> => ask(`${place(id)}/drop${query({ why })}`, { method: 'POST' });
export const pause = (name: string, paused: boolean): Promise<unknown> =>
  ask(`/exchange/channels/${encodeURIComponent(name)}/${paused ? 'pause' : 'resume'}`, { method: 'POST' });
/** The files of the channels, read again; `dryRun`: only what would be otherwise. */
export const reload = (dryRun: boolean): Promise<Reloaded> =>
  ask(`/exchange/channels/reload${query({ 'dry-run': String(dryRun) })}`, { method: 'POST' });
export const unmapped = async (criteria: Criteria, signal: AbortSignal): Promise<UnmappedSummary[]> =>
  (await ask<Unmapped>(`/exchange/unmapped${query(criteria)}`, { signal })).leaves;

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
    const page: ShownPage = await messages({ ...criteria, count: together, cursor }, signal);
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
    const answer = await ask<Again>(`/exchange/again${query({ ...criteria, count: together, cursor })}`, { method: 'POST' });
    done += answer.again;
  }
  return done;
}

export const originalAddress = (id: string): string => `${place(id)}/original`;
