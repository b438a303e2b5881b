// What changed, in one order, for whoever wants to follow: nothing is skipped, nothing takes effect twice.
//
//   const feed = await openFeed(database, record);
//   feed.follow('letters', { from: 'now', watches: ['Encounter'] }, async ({ changes }) => { … });
//
// A follower's place is a row of the table `follower`. It moves after its handler is done; a handler that writes to the
// same database moves it inside its own transaction (`move`), so that a kill between the two loses and doubles nothing.
import type { Session } from '../database/contract.ts';
import type { ResourceType } from '../fhir/generated/types.ts';
import type { Change } from '../record/contract.ts';

export interface FollowOptions {
  /** Where a follower begins that was never seen before: at the first change, after the newest, or after a position. */
  from: 'start' | 'now' | bigint;
  /**
   * Only changes of these types are handed over; absent: all. A function is asked before each look, by the process that follows: its
   * answer may depend on what the handler has committed. A handler by whose change more is watched moves up to it and throws HoldLost.
   */
  watches?: readonly ResourceType[] | (() => Promise<readonly ResourceType[]>);
  /** Most changes handed over at once; default 100. */
  batch?: number;
}

export interface Delivery {
  /** In order of position; never empty. */
  changes: Change[];
  /** Where the follower stands when these are dealt with. */
  reached: bigint;
  /**
   * Moves the follower inside a transaction of the handler's own. Throws HoldLost where another process follows by now or
   * the follower was set back: the transaction must then fail. Where the transaction fails for another reason the handler
   * rejects, or moves again in its next one.
   */
  move(session: Session, to?: bigint): Promise<void>;
}

/** Resolves when all is done. A rejection is tried again, the same changes first, after growing pauses. */
export type Handle = (delivery: Delivery) => Promise<void>;

/** Thrown by a handler for what no further try can mend, a bug in it: its follower stops, the others go on. */
export class FollowerFault extends Error {
  override readonly name = 'FollowerFault';
}

/** This process no longer follows under the name. */
export class HoldLost extends Error {
  override readonly name = 'HoldLost';
}

export interface Lag {
  name: string;
  position: bigint;
  /** Position of the newest change. */
  head: bigint;
  /** How long the oldest change that it has not passed has been waiting; 0: it is up to date. */
  behindMs: number;
  /** When it last moved. */
  movedAt: Date;
  /** Whether some process follows under this name now. */
  followed: boolean;
  /** Why it does not move; it names positions and places in a resource, never what they say. */
  problem?: string;
}

export interface Following {
  /**
   * Resolves when its place is known, or another process has it: every change from then on is handed over, also where it begins
   * with `now`. Where the database does not answer it resolves too, and the place is taken later.
   */
  begun: Promise<void>;
  stop(): Promise<void>;
}

export interface Feed {
  /** Where a follower will begin that was never seen, noted before it follows: what is written from now on is not lost to it. */
  place(name: string, from: FollowOptions['from']): Promise<void>;
  /** Begins at once. Of several processes that follow under one name, one works and the others stand by. */
  follow(name: string, options: FollowOptions, handle: Handle): Following;
  /** Followers that were ever seen, by name. */
  lags(): Promise<Lag[]>;
  lag(name: string): Promise<Lag | undefined>;
  /** Sets a follower back (or on) to a position, whichever process follows; false: there is none of that name. */
  rewind(name: string, to: bigint): Promise<boolean>;
  /** Gives up the place of a follower that nobody follows; false: there is none of that name, or somebody does. */
  forget(name: string): Promise<boolean>;
  /** Counts what was heard: pass it to `next`, so that nothing said between a look and the wait is missed. */
  heard(): number;
  /** Resolves when more than `heard` was heard, after `timeoutMs`, when aborted or at close. */
  next(heard: number, timeoutMs: number, signal?: AbortSignal): Promise<void>;
  /** Lets handlers finish, stops all followers and stops listening. */
  close(): Promise<void>;
}
