// A hot standby beside the primary, for statements that may be a few seconds old. It is used only while it is proven to be one of
// this very primary and no further behind than allowed; otherwise whoever asks goes to the primary, and nothing fails.
// https://www.postgresql.org/docs/current/hot-standby.html
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection, Session } from './contract.ts';
import { DatabaseError } from './failure.ts';
import { openPool, type PoolSettings } from './pool.ts';
import { ReplicaAge } from './replica-age.ts';
import { type Look, primaryLook, type ReplicaLook, replicaLook, unfitness } from './replica-look.ts';

/** The replica could not say it: the primary is asked the same. */
export class ReplicaFailed extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'ReplicaFailed';
  }
}

export interface Replica extends Session {
  /** As of one connection; it only reads, so its result counts as soon as `work` has it. */
  transaction<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /** Whether it may be asked now. Its statements throw ReplicaFailed where they are better asked of the primary. */
  usable(): boolean;
  /** What it answers is at most this old; undefined where that is not known. */
  behindMs(): number | undefined;
  /** Statements of it that had to be asked of the primary, since the start. */
  failures(): number;
  close(): Promise<void>;
}

export interface ReplicaSettings extends PoolSettings {
  lagMsMax: number;
  /** Between two looks at where it is. */
  lookMs?: number;
  /** Told when it begins and when it ceases to be used; `why` in a sentence, without secrets. */
  changed?(usable: boolean, why: string): void;
}

/** Why it may not be asked. */
interface Obstacle {
  kind: 'away' | 'unfit' | 'behind' | 'unknown';
  why: string;
}

/** A look that takes longer finds it away. */
const patienceMs = 2_000;

/** Never fails: a replica that is away may come. The caller closes it, before the primary. */
export function openReplica(primary: Session, connection: Connection, settings: ReplicaSettings): Replica {
  const bounded = { connectTimeoutMs: patienceMs, waitMs: patienceMs, mayBeLeft: true };
  const pool = openPool(connection, { ...settings, ...bounded });
  // A connection of its own: that all others are busy does not mean that it is away.
  const watcher = openPool(connection, { ...bounded, connectionsMax: 1, statementTimeoutMs: patienceMs });
  const age = new ReplicaAge();
  const underWay = new Set<(why: ReplicaFailed) => void>();
  const ending = new AbortController();
  const openedMs = performance.now();
  let unfit: Obstacle | undefined = { kind: 'unknown', why: 'it has not been looked at yet' };
  let told: Obstacle['kind'] | 'usable' | undefined;
  let failures = 0;

  const behindMs = (): number | undefined => age.behindMs(performance.now());
  /** Undefined: it may be asked. */
  const obstacle = (): Obstacle | undefined => {
    if (unfit !== undefined) return unfit;
    const behind = behindMs();
    if (behind === undefined) return { kind: 'unknown', why: 'how far it is behind is not known yet' };
    if (behind <= settings.lagMsMax) return undefined;
    const most = settings.lagMsMax / 1000;
    return { kind: 'behind', why: `it is ${Math.round(behind / 1000)} s behind, more than the ${most} s of LAMPLIGHT_REPLICA_LAG_SECONDS` };
  };

  /** What waits for an answer that may never come is sent to the primary. */
  const lost = (why: string): void => {
    for (const giveUp of underWay) giveUp(new ReplicaFailed(why));
    underWay.clear();
  };

  async function look(): Promise<void> {
    const atMs = performance.now();
    const here = (await primary.query<Look>(primaryLook)).rows[0]!;
    age.primaryIsAt(here.at, atMs);
    const there = await inTime(watcher.query<ReplicaLook>(replicaLook)).then(({ rows }) => rows[0]!, away);
    if ('why' in there) {
      unfit = there;
      lost(there.why);
      return;
    }
    const why = unfitness(here, there);
    unfit = why === undefined ? undefined : { kind: 'unfit', why };
    if (unfit === undefined && there.at !== null) age.replicaIsAt(there.at);
  }

  function tell(): void {
    const found = obstacle();
    const kind = found?.kind ?? 'usable';
    // A busy primary is always a little ahead: that is soon known, and no news.
    if (kind === told || (kind === 'unknown' && performance.now() - openedMs < settings.lagMsMax)) return;
    told = kind;
    settings.changed?.(found === undefined, found?.why ?? 'it answers bulk exports and the searches of analysts');
  }

  const watching = (async () => {
    while (!ending.signal.aborted) {
      // The primary's own trouble is told by whoever needs it; the age of what the replica has grows meanwhile.
      await look().catch(() => {});
      if (!ending.signal.aborted) tell();
      await sleep(settings.lookMs ?? 1_000, undefined, { signal: ending.signal, ref: false }).catch(() => {});
    }
  })();

  /** What only it refuses (it is away, replay cancelled the statement, it has no such table yet) is the primary's to answer. */
  const judged = (error: unknown): unknown => {
    // Too slow here is too slow there.
    if (!(error instanceof DatabaseError) || error.code === '57014') return error;
    return new ReplicaFailed(error.message);
  };
  const guarded = <T>(asked: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const fails = (error: unknown): void => {
        underWay.delete(fails);
        const why = judged(error);
        if (why instanceof ReplicaFailed) failures++;
        reject(why);
      };
      underWay.add(fails);
      asked.then((answer) => {
        underWay.delete(fails);
        resolve(answer);
      }, fails);
    });

  return {
    query: (statement) => guarded(pool.query(statement)),
    transaction: (work) =>
      new Promise((resolve, reject) => {
        // Settled by the work alone: the end of a transaction that only read tells nothing, and might never come.
        pool
          .transaction(async (session) => {
            const done = work({ query: (statement) => guarded(session.query(statement)) });
            await done.then(resolve, reject);
            await done;
          })
          .catch((error) => reject(judged(error)));
      }),
    usable: () => obstacle() === undefined,
    behindMs,
    failures: () => failures,
    async close() {
      ending.abort();
      lost('Lamplight is stopping');
      // One that hangs is left behind.
      await inTime(Promise.all([watcher.close(), pool.close(), watching])).catch(() => {});
    },
  };
}

const away = (error: unknown): Obstacle => ({
  kind: 'away',
  why: `it does not answer: ${error instanceof Error ? error.message : 'unknown'}`,
});

async function inTime<T>(asked: Promise<T>): Promise<T> {
  const waiting = new AbortController();
  const late = sleep(patienceMs, undefined, { signal: waiting.signal, ref: false }).then(() => {
    throw new Error(`nothing came within ${patienceMs / 1000} s`);
  });
  late.catch(() => {});
  try {
    return await Promise.race([asked, late]);
  } finally {
    waiting.abort();
  }
}
