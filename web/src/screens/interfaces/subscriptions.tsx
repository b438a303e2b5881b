// Who is told of changes, those in trouble first: why one waits or has ended. Nothing is switched here: a Subscription acts with the
// rights of who wrote it last, so its client begins it again, not whoever looks at this screen.
import { Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Subscription } from '../../../../src/fhir/generated/types.ts';
import { searchAll } from '../../api/fhir.ts';
import { showTime } from '../../parts/dates.ts';
import { Scrolling } from '../../parts/scrolling.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';

const marks: Readonly<Record<string, { look: string; shape: string; word: string }>> = {
  error: { look: 'failed', shape: '✕', word: 'In error' },
  requested: { look: 'waiting', shape: '◷', word: 'Greeting' },
  off: { look: 'dropped', shape: '⊘', word: 'Ended' },
  active: { look: 'fine', shape: '●', word: 'Active' },
};
const order: readonly string[] = ['error', 'requested', 'off', 'active'];

function State({ status }: { status: string }) {
  const { look, shape, word } = marks[status] ?? { look: 'quiet', shape: '○', word: status };
  return (
    <span className={`mark mark-${look}`}>
      <span aria-hidden="true" className="mark-shape">
        {shape}
      </span>
      {word}
    </span>
  );
}

/** Server and port: the rest of the address may be a secret. */
const receiverOf = ({ channel }: Subscription): string =>
  channel.endpoint !== undefined && URL.canParse(channel.endpoint) ? new URL(channel.endpoint).origin : channel.type;

const topicOf = ({ criteria }: Subscription): string => criteria.replace(/^https?:\/\/.*\/SubscriptionTopic\//, '');

export const useSubscriptions = () =>
  useQuery({
    queryKey: ['subscriptions'],
    queryFn: () => searchAll('Subscription', { _sort: '-_lastUpdated' }, 1000),
    refetchInterval: 30_000,
  });

export function Subscriptions() {
  const found = useSubscriptions();
  if (found.isPending) return <Waiting what="The list of subscriptions" />;
  if (found.isError) return <Failure error={found.error} again={() => void found.refetch()} />;
  if (found.data.length === 0)
    return <Empty title="Nobody is told of changes">Other programs write a Subscription over FHIR, and are told from then on.</Empty>;
  const sorted = [...found.data].sort((one, other) => order.indexOf(one.status) - order.indexOf(other.status));
  return (
    <>
      <Scrolling name="Subscriptions" className="wide paper-wide">
        <Table aria-label="Programs that are told of changes" verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>State</Table.Th>
              <Table.Th>Of</Table.Th>
              <Table.Th>Receiver</Table.Th>
              <Table.Th>Since</Table.Th>
            </Table.Tr>
          </Table.Thead>
          {sorted.map((one) => (
            <Table.Tbody key={one.id} className="channel-rows">
              <Table.Tr className={one.error === undefined ? '' : 'has-more'}>
                <Table.Td>
                  <State status={one.status} />
                </Table.Td>
                <Table.Td>
                  {topicOf(one)}
                  <span className="soft"> {one.reason}</span>
                </Table.Td>
                <Table.Td>{receiverOf(one)}</Table.Td>
                <Table.Td className="nowrap">{one.meta?.lastUpdated === undefined ? '–' : showTime(one.meta.lastUpdated)}</Table.Td>
              </Table.Tr>
              {one.error !== undefined && (
                <Table.Tr className="more">
                  <Table.Td colSpan={4}>
                    <strong>{one.status === 'off' ? 'Why it ended:' : 'Why:'}</strong> {one.error}
                  </Table.Td>
                </Table.Tr>
              )}
            </Table.Tbody>
          ))}
        </Table>
      </Scrolling>
      <p className="beneath">
        In error nothing is sent, and events are still numbered. The program that made a subscription begins it again by writing it with the
        status requested, and fetches what it missed with $events. After 14 days in error it ends.
      </p>
    </>
  );
}
