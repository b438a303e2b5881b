// What /metrics says of the feed's followers and of the replica.
import type { Replica } from '../../database/replica.ts';
import type { Feed, Lag } from '../../feed/contract.ts';
import type { Metrics } from '../../gateways/http/metrics.ts';

/** How far each follower is behind. */
export function feedMetrics(metrics: Metrics, feed: Feed, abandoned: (lag: Lag) => boolean): void {
  const lags = async (): Promise<Lag[]> => (await feed.lags()).filter((lag) => !abandoned(lag));
  metrics.gauge('lamplight_feed_behind_seconds', 'Age of the oldest change that the slowest follower has not passed', async () =>
    Math.max(0, ...(await lags()).map((lag) => lag.behindMs / 1000)),
  );
  metrics.gauge(
    'lamplight_feed_stuck_followers',
    'Followers that cannot go on: doctor names the reason',
    async () => (await lags()).filter((lag) => lag.problem !== undefined).length,
  );
}

export function replicaMetrics(metrics: Metrics, replica: Replica): void {
  metrics.gauge('lamplight_replica_usable', '1 where the replica is read, 0 where the primary answers for it', () =>
    replica.usable() ? 1 : 0,
  );
  metrics.gauge(
    'lamplight_replica_behind_seconds',
    'What the replica answers is at most this old; NaN where that is not known',
    () => (replica.behindMs() ?? Number.NaN) / 1000,
  );
  metrics.gauge('lamplight_replica_failures', 'Statements of the replica that the primary had to answer, since the start', () =>
    replica.failures(),
  );
}
