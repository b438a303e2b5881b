// Channels, those in trouble first: state, rate, what waits since when and why, what failed.
import { Button, Table } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Go } from '../../app/go.tsx';
import { showTime, sinceOf } from '../../parts/dates.ts';
import { Scrolling } from '../../parts/scrolling.tsx';
import { Empty, Failure } from '../../parts/states.tsx';
import { type Channel, pause } from './api.ts';
import { Reload } from './reload.tsx';
import { lasting, type Mark, markOf, StateMark } from './state-mark.tsx';

const order: readonly Mark[] = ['gone', 'away', 'paused', 'waiting', 'fine', 'quiet'];

export function Channels({ channels, may }: { channels: readonly Channel[]; may: boolean }) {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: ({ name, paused }: { name: string; paused: boolean }) => pause(name, paused),
    onSettled: () => client.invalidateQueries({ queryKey: ['exchange'] }),
  });
  if (channels.length === 0)
    return <Empty title="There is no channel">Channels are files in the folder that LAMPLIGHT_CHANNELS names (docs/channels.md).</Empty>;
  const sorted = [...channels].sort((a, b) => order.indexOf(markOf(a)) - order.indexOf(markOf(b)) || b.failed - a.failed);
  return (
    <>
      {may && (
        <div className="channel-files">
          <Reload />
        </div>
      )}
      {change.isError && <Failure title="The channel was not changed" error={change.error} />}
      <Scrolling name="Channels" className="wide paper-wide">
        <Table aria-label="Channels by which messages come and go" verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Channel</Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th className="number">Waiting</Table.Th>
              <Table.Th className="number">Oldest since</Table.Th>
              <Table.Th className="number">Failed</Table.Th>
              <Table.Th className="number">Done a minute</Table.Th>
              <Table.Th>Last message</Table.Th>
              {may && <Table.Th>Action</Table.Th>}
            </Table.Tr>
          </Table.Thead>
          {sorted.map((channel) => (
            <Table.Tbody key={channel.name} className="channel-rows">
              <ChannelRows
                channel={channel}
                may={may}
                busy={change.isPending}
                turn={(paused) => change.mutate({ name: channel.name, paused })}
              />
            </Table.Tbody>
          ))}
        </Table>
      </Scrolling>
      <p className="beneath">
        Looked at every five seconds. A channel is stuck when its oldest message has waited for more than a minute. What is paused is still
        received, acknowledged and kept.
      </p>
    </>
  );
}

function ChannelRows({ channel, may, busy, turn }: { channel: Channel; may: boolean; busy: boolean; turn(paused: boolean): void }) {
  const { name, format, direction, paused, waiting, failed, perMinute, lagMs, waits, lastReceived } = channel;
  return (
    <>
      <Table.Tr className={waits === undefined ? '' : 'has-more'}>
        <Table.Td>
          <Go to="/app/interfaces" asked={{ view: 'messages', channel: name }}>
            {name}
          </Go>
          <span className="soft">
            {' '}
            {direction === 'in' ? '← in' : '→ out'}, {format}
          </span>
        </Table.Td>
        <Table.Td>
          <StateMark mark={markOf(channel)} />
        </Table.Td>
        <Table.Td className="number">{countLink(name, 'waiting', waiting)}</Table.Td>
        <Table.Td className="number">{waiting === 0 ? '–' : lasting(lagMs)}</Table.Td>
        <Table.Td className="number">{countLink(name, 'failed', failed)}</Table.Td>
        <Table.Td className="number">{perMinute.toLocaleString('en')}</Table.Td>
        <Table.Td className="nowrap">
          {lastReceived === undefined ? 'None yet' : `${showTime(lastReceived)}, ${sinceOf(lastReceived)}`}
        </Table.Td>
        {may && channel.gone === true && <Table.Td />}
        {may && channel.gone !== true && (
          <Table.Td>
            <Button
              size="compact-sm"
              variant="default"
              disabled={busy}
              onClick={() => turn(!paused)}
              aria-label={`${paused ? 'Resume' : 'Pause'} ${name}`}
            >
              {paused ? 'Resume' : 'Pause'}
            </Button>
          </Table.Td>
        )}
      </Table.Tr>
      {waits !== undefined && (
        <Table.Tr className="more">
          <Table.Td colSpan={may ? 8 : 7}>
            <strong>Why it waits:</strong> {waits}
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}

const countLink = (channel: string, state: string, count: number) =>
  count === 0 ? (
    '0'
  ) : (
    <Go to="/app/interfaces" asked={{ view: 'messages', channel, state }} aria-label={`${count} ${state} of ${channel}`}>
      {count.toLocaleString('en')}
    </Go>
  );
