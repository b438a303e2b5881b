// The live stream: what the gateway needs, and its bounds.
import type { Feed } from '../../feed/contract.ts';
import type { Result } from '../../fhir/result.ts';
import type { Person } from '../../policy/contract.ts';
import type { RecordStore } from '../../record/contract.ts';

export interface LiveParts {
  record: Pick<RecordStore, 'changesFor' | 'head'>;
  feed: Pick<Feed, 'heard' | 'next'>;
  authenticate(token: string, now: Date): Promise<Result<Person>>;
  now(): Date;
}

export interface LiveSettings {
  streamsPerAccount: number;
  streamsMax: number;
  /** A line is sent at least this often, so that proxies and clients know that the stream lives. */
  heartbeatMs: number;
  /** How often a stream asks again whether its token still holds, and with which rights. */
  recheckMs: number;
  /** A client that takes nothing for this long, though there is something, is dropped. */
  stalledMs: number;
  /** After the first sign of a change others are waited for, so that a busy hour costs few questions. */
  gatherMs: number;
  /** Most changes of one page. */
  pageMax: number;
}

export const defaultLiveSettings: LiveSettings = {
  streamsPerAccount: 10,
  streamsMax: 500,
  heartbeatMs: 15_000,
  recheckMs: 30_000,
  stalledMs: 60_000,
  gatherMs: 200,
  pageMax: 1_000,
};
