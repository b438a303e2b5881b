// Subscriptions put together: what the wiring opens. Events are numbered by whichever process follows the feed, delivered to a rest-hook
// by whichever holds it, and sent to a websocket by the one to which it is connected.
import type { Database } from '../../database/contract.ts';
import type { Feed } from '../../feed/contract.ts';
import type { Result } from '../../fhir/result.ts';
import type { Person } from '../../policy/contract.ts';
import type { RecordStore } from '../../record/contract.ts';
import type { SubscriptionSettings } from './contract.ts';
import type { Rules } from './definition.ts';
import { RestHooks } from './deliver.ts';
import { followFeed } from './follow.ts';
import { openPost } from './post.ts';
import { Rights } from './rights.ts';
import type { Sealer } from './seal.ts';
import { tellStates } from './tell.ts';
import { endLate } from './tidy.ts';

export interface SubscriptionParts {
  database: Database;
  record: RecordStore;
  feed: Pick<Feed, 'follow'>;
  rightsNow(account: string): Promise<Result<Person>>;
  sealer: Sealer;
  rules: Rules;
  settings: SubscriptionSettings;
  /** Absolute FHIR base, as receivers know it. */
  base(): string;
  failed(error: unknown): void;
}

export interface Subscriptions {
  rights: Rights;
  /** Looks now for what is to be sent. */
  wake(): void;
  /** Told whenever there may be something for a websocket. */
  onWake(heard: () => void): void;
  close(): Promise<void>;
}

const tidyEveryMs = 60_000;

export function openSubscriptions(parts: SubscriptionParts): Subscriptions {
  const { database, record, settings, failed } = parts;
  const rights = new Rights(parts.rightsNow);
  const post = openPost();
  const heard: (() => void)[] = [];
  let closed = false;
  let telling: Promise<void> = Promise.resolve();
  let tidiedAtMs = Number.NEGATIVE_INFINITY;

  const tell = (): void => {
    telling = telling
      .then(() => (closed ? undefined : tellStates(database, record)))
      .catch((error: unknown) => {
        if (!closed) failed(error);
      });
  };
  const hooks = new RestHooks({ ...parts, rights, post, changed: tell });
  const wake = (): void => {
    hooks.wake();
    tell();
    for (const one of heard) one();
  };
  const following = followFeed({ ...parts, rights, wake });

  const timer = setInterval(() => {
    wake();
    if (performance.now() - tidiedAtMs < tidyEveryMs) return;
    tidiedAtMs = performance.now();
    telling = telling.then(() => (closed ? undefined : endLate(database, rights, settings))).catch(failed);
  }, settings.pollMs);
  timer.unref();

  return {
    rights,
    wake,
    onWake: (one) => void heard.push(one),
    async close() {
      closed = true;
      clearInterval(timer);
      await following.stop();
      await hooks.close();
      await telling;
    },
  };
}
