// Keeps the tables within seconds of the record: follows the feed, writes every second what came, and tidies in between. Where
// something fails (a full disk), it begins again from what the manifest says.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Feed, Following } from '../feed/contract.ts';
import type { ResourceType } from '../fhir/generated/types.ts';
import type { CompiledView } from './contract.ts';
import { followerOf, isOfNobody } from './follower.ts';
import { Keeper, type KeeperSettings } from './store/keeper.ts';

export interface FollowParts {
  feed: Feed;
  views: readonly CompiledView[];
  settings: KeeperSettings;
  /** How often what was gathered is written. Default one second. */
  everyMs?: number;
  failed(error: unknown): void;
}

/** A file of this name in the folder asks for all tables to be made anew. */
export const rebuildMark = 'rebuild';
const againMs = 10_000;

/**
 * A folder that was thrown away would count as behind for ever. That of a server that is only stopped loses nothing: its manifest says
 * where it stands, and it takes its place again from there.
 */
async function forgetOthers(feed: Feed, own: string): Promise<void> {
  for (const lag of await feed.lags()) if (lag.name !== own && isOfNobody(lag)) await feed.forget(lag.name);
}

export const keepWarehouse = (parts: FollowParts): { stop(): Promise<void> } => keepOn((signal) => keepOnce(parts, signal), parts.failed);

/** `once` until it is stopped, over and over; what failed is told, and begins again after a while. */
export function keepOn(once: (signal: AbortSignal) => Promise<void>, failed: (error: unknown) => void): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const done = (async () => {
    while (!signal.aborted) {
      try {
        await once(signal);
      } catch (error) {
        failed(error);
        await pause(againMs, signal);
      }
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

/** Until it is stopped, is to begin anew, or something fails. */
async function keepOnce({ feed, views, settings, everyMs = 1_000, failed }: FollowParts, signal: AbortSignal): Promise<void> {
  const mark = join(settings.folder, rebuildMark);
  const keeper = await Keeper.open(settings, views, existsSync(mark));
  rmSync(mark, { force: true });
  const name = followerOf(keeper.manifest.id);
  const from = BigInt(keeper.manifest.position);
  // The manifest is what was written; the feed's own mark may be ahead of it by what was gathered when the process ended.
  const lag = await feed.lag(name);
  if (lag !== undefined && lag.position !== from) await feed.rewind(name, from);
  let broken: { error: unknown } | undefined;
  // The gathering, the writing and the tidying take turns.
  let turn: Promise<void> = Promise.resolve();
  const next = (work: () => Promise<void>): Promise<void> => {
    turn = turn.then(async () => {
      if (broken !== undefined) return;
      try {
        await work();
      } catch (error) {
        broken = { error };
      }
    });
    return turn;
  };
  let following: Following | undefined;
  try {
    following = feed.follow(name, { from, watches: keeper.types as ResourceType[], batch: 2_000 }, ({ changes, reached }) =>
      next(() => keeper.take(changes, reached)),
    );
    await following.begun;
    await forgetOthers(feed, name).catch(failed);
    while (!signal.aborted && broken === undefined && !existsSync(mark)) {
      await pause(everyMs, signal);
      await next(() => keeper.flush());
      await next(async () => void (await keeper.compact()));
    }
  } finally {
    await following?.stop();
    await next(() => keeper.flush());
    keeper.close();
  }
  if (broken !== undefined) throw broken.error;
  if (keeper.faults > 0) failed(new Error(`${keeper.faults} rows did not fit their view`));
}

export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
