// The replica, where one is named: whether it is one of this database, how far it is behind, and whether it lets long reads finish.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../database/contract.ts';
import { openPool } from '../../database/pool.ts';
import { type Look, primaryLook, type ReplicaLook, replicaLook, unfitness } from '../../database/replica-look.ts';
import { broken, type Check, doubtful, type Finding, fine } from './contract.ts';

const passedOver = 'until then the primary answers';

export const replica: Check = {
  name: 'replica',
  async look({ settings, database }) {
    if (settings.replicaUrl === undefined || database === undefined) return [];
    const standby = openPool({ url: settings.replicaUrl }, { connectionsMax: 1, connectTimeoutMs: 5_000, statementTimeoutMs: 10_000 });
    try {
      const unheard = await standby.query({ text: 'select 1' }).then(() => undefined, said);
      if (unheard === undefined) return await examined(database, standby, settings.replicaLagSeconds);
      return [doubtful(`it does not answer: ${unheard}`, `start it, or mend LAMPLIGHT_REPLICA_URL; ${passedOver}`)];
    } finally {
      await standby.close();
    }
  },
};

const said = (error: unknown): string => (error instanceof Error ? error.message : 'unknown');

async function examined(primary: Database, standby: Database, seconds: number): Promise<Finding[]> {
  const here = (await primary.query<Look>(primaryLook)).rows[0]!;
  const wrong = unfitness(here, (await standby.query<ReplicaLook>(replicaLook)).rows[0]!);
  if (wrong !== undefined)
    return [broken(wrong, 'LAMPLIGHT_REPLICA_URL must name a hot standby of DATABASE_URL (made by pg_basebackup -R)')];
  const findings = [await reaches(standby, here.at, seconds)];
  const { rows } = await standby.query<{ feedback: string }>({ text: `select current_setting('hot_standby_feedback') as feedback` });
  if (rows[0]!.feedback !== 'on')
    findings.push(
      doubtful('a long export on it may be cancelled by replay, and begins again on the primary', 'set hot_standby_feedback = on there'),
    );
  return findings;
}

/** Whether it replays, within the time that it may be behind, what the primary has now. */
async function reaches(standby: Database, at: bigint, seconds: number): Promise<Finding> {
  const until = performance.now() + Math.min(seconds, 10) * 1000;
  for (;;) {
    const replayed = (await standby.query<ReplicaLook>(replicaLook)).rows[0]!.at ?? 0n;
    if (replayed >= at) return fine('it has what the primary has');
    if (performance.now() >= until)
      return doubtful(`it lacks ${at - replayed} bytes of what the primary has written`, `see pg_stat_wal_receiver there; ${passedOver}`);
    await sleep(100);
  }
}
