// For administrators: whether messages flow, and whether those that follow the record keep up.
import { useQuery } from '@tanstack/react-query';
import type { ShownBackup, ShownJob } from '../../../../src/gateways/administration/answers.ts';
import type { Channels, ShownChannel } from '../../../../src/gateways/exchange/answers.ts';
import { ask, askText } from '../../api/http.ts';
import { Go } from '../../app/go.tsx';
import { showTime } from '../../parts/dates.ts';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { gaugeIn } from './gauges.ts';

const channelsQuery = {
  queryKey: ['channels'],
  refetchInterval: 15_000,
  queryFn: async () => (await ask<Channels>('/exchange/channels')).channels,
};
const metricsQuery = { queryKey: ['metrics'], refetchInterval: 15_000, queryFn: () => askText('/metrics', 'text/plain') };

/** Jobs and the last backup; only what this server says that it serves is asked for. */
const runQuery = {
  queryKey: ['jobs'],
  refetchInterval: 30_000,
  queryFn: async () => {
    const { paths } = await ask<{ paths: Record<string, unknown> }>('/openapi.json');
    const has = (path: string): boolean => Object.hasOwn(paths, path);
    return {
      jobs: has('/jobs') ? (await ask<{ jobs: ShownJob[] }>('/jobs')).jobs : undefined,
      backup: has('/backups') ? await ask<{ last?: ShownBackup }>('/backups') : undefined,
    };
  },
};

const jobsWords = (jobs: readonly ShownJob[] | undefined): string => {
  if (jobs === undefined) return 'lamplight doctor on the server tells of them';
  const count = (...states: string[]): number => jobs.filter(({ state }) => states.includes(state)).length;
  const failed = count('failed', 'error');
  return `${failed > 0 ? `✕ ${failed} failed · ` : ''}${count('running')} running, ${count('waiting', 'queued')} waiting`;
};

const backupWords = (backup: { last?: ShownBackup } | undefined): string => {
  if (backup === undefined) return 'lamplight doctor on the server tells of the last one';
  const { last } = backup;
  if (last === undefined) return '▲ None was made yet: lamplight backup';
  return `${showTime(last.made)} · ${!last.there ? '▲ its file is gone' : last.verified ? 'verified' : '▲ not verified'}`;
};

/** Longer behind than this, somebody should look. */
const behindSecondsMax = 10;

export function House() {
  const channels = useQuery(channelsQuery);
  const metrics = useQuery(metricsQuery);
  const run = useQuery(runQuery);
  const behind = metrics.data === undefined ? undefined : gaugeIn(metrics.data, 'lamplight_feed_behind_seconds');
  const waiting = metrics.data === undefined ? undefined : gaugeIn(metrics.data, 'lamplight_database_waiting');
  const bad = (channel: ShownChannel): boolean => channel.failed > 0 || channel.paused || channel.lagMs > 60_000;
  const troubled = [...(channels.data ?? [])].sort((a, b) => Number(bad(b)) - Number(bad(a)));
  return (
    <div className="cards work-house">
      <section className="card" aria-label="Channels">
        <h2>Channels {channels.data !== undefined && <span className="count">{channels.data.length}</span>}</h2>
        {channels.isPending ? (
          <Waiting what="Channels" rows={2} />
        ) : channels.isError ? (
          <Failure error={channels.error} again={() => void channels.refetch()} />
        ) : troubled.length === 0 ? (
          <Empty title="No channel is set up">
            Channels are files: docs/channels.md says how one is written. What waits and what failed stands here then.
          </Empty>
        ) : (
          <ul className="rows">
            {troubled.map((channel) => (
              <li key={channel.name}>
                <Go to="/app/interfaces" asked={{ channel: channel.name }}>
                  {channel.name}
                </Go>
                <span className="row-beside">
                  {channel.paused && <strong>‖ Paused </strong>}
                  {channel.failed > 0 && <strong className="work-late">✕ {channel.failed} failed </strong>}
                  {channel.waiting > 0
                    ? `${channel.waiting} waiting${channel.waits === undefined ? '' : `: ${channel.waits}`}`
                    : 'nothing waits'}
                </span>
                <span className="row-when">{channel.direction === 'in' ? 'in' : 'out'}</span>
              </li>
            ))}
          </ul>
        )}
      </section>
      <section className="card" aria-label="The house">
        <h2>The house</h2>
        {metrics.isPending ? (
          <Waiting what="Measurements" rows={2} />
        ) : metrics.isError ? (
          <Failure error={metrics.error} again={() => void metrics.refetch()} />
        ) : (
          <ul className="rows">
            <li>
              <span className="row-what">Modules and warehouse</span>
              <span className="row-beside">
                {behind === undefined
                  ? 'Not measured'
                  : behind > behindSecondsMax
                    ? `▲ ${Math.round(behind)} s behind the record: lamplight doctor says which`
                    : 'keep up with the record'}
              </span>
            </li>
            <li>
              <span className="row-what">Database</span>
              <span className="row-beside">
                {waiting === undefined
                  ? 'Not measured'
                  : waiting > 0
                    ? `▲ ${waiting} requests wait for a connection`
                    : 'nobody waits for it'}
              </span>
            </li>
            <li>
              <span className="row-what">Jobs</span>
              <span className="row-beside">{run.isPending ? '…' : run.isError ? run.error.message : jobsWords(run.data.jobs)}</span>
            </li>
            <li>
              <span className="row-what">Last backup</span>
              <span className="row-beside">{run.isPending ? '…' : run.isError ? run.error.message : backupWords(run.data.backup)}</span>
            </li>
          </ul>
        )}
      </section>
    </div>
  );
}
