// The feed of one process: listens to PostgreSQL once, runs its followers, keeps their holds.
import { randomUUID } from 'node:crypto';
import type { Database } from '../database/contract.ts';
import type { RecordStore } from '../record/contract.ts';
import type { Feed } from './contract.ts';
import { forget, lags, place, renew, rewind } from './cursor.ts';
import { defaultFeedSettings, type FeedSettings, Follower } from './follower.ts';
import { Wake } from './wake.ts';

/** Throws where PostgreSQL cannot be reached. `failed` hears of every failure of a follower, for the log. */
export async function openFeed(
  database: Database,
  record: Pick<RecordStore, 'changesAmong'>,
  settings: FeedSettings = defaultFeedSettings,
  failed: (name: string, error: unknown) => void = () => {},
): Promise<Feed> {
  const wake = new Wake();
  const holder = randomUUID();
  const followers = new Map<string, Follower>();
  const listening = await database.listen('lamplight_change', () => wake.call());
  const parts = { database, record, wake, holder, settings, failed };

  const renewing = setInterval(() => {
    if (followers.size === 0) return;
    renew(database, holder, settings.leaseMs).then(
      (held) => {
        for (const [name, follower] of followers) if (!held.has(name)) follower.lost();
      },
      () => {}, // each follower finds out for itself when it moves
    );
  }, settings.leaseMs / 3);
  renewing.unref();

  return {
    place: (name, from) => place(database, name, from),

    follow(name, options, handle) {
      if (followers.has(name)) throw new Error(`${name} is already followed in this process`);
      const follower = new Follower(parts, name, options, handle);
      followers.set(name, follower);
      return {
        begun: follower.begun,
        async stop() {
          await follower.stop();
          followers.delete(name);
        },
      };
    },
    lags: () => lags(database),
    lag: async (name) => (await lags(database, name))[0],
    rewind: (name, to) => rewind(database, name, to),
    forget: (name) => forget(database, name),
    heard: () => wake.heard,
    next: (heard, timeoutMs, signal) => wake.next(heard, timeoutMs, signal),
    async close() {
      wake.call();
      clearInterval(renewing);
      await Promise.all([...followers.values()].map((follower) => follower.stop()));
      followers.clear();
      await listening.close();
    },
  };
}
