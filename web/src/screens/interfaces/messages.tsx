// Messages by what people know of them: a record number, an accession, a control id, a sender, a time. The filter is the address.
import { Button, Group, Modal, Select, Stack, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Criteria } from '../../api/fhir.ts';
import { Go, useAsked } from '../../app/go.tsx';
import type { Asked } from '../../app/router.tsx';
import { Columns } from '../../parts/columns.tsx';
import { showTime } from '../../parts/dates.ts';
import { Scrolling } from '../../parts/scrolling.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { againAll, type Channel, countOf, type Message, messages } from './api.ts';
import { StateMark } from './state-mark.tsx';

const texts = [
  { name: 'key', label: 'Number in it', placeholder: 'patient, visit, order, accession, claim', width: 285 },
  { name: 'control-id', label: 'Control id', placeholder: 'as in MSH-10', width: 130 },
  { name: 'sender', label: 'Sender', placeholder: 'LAB/NORTH', width: 140 },
  { name: 'kind', label: 'Kind', placeholder: 'ORU^R01', width: 110 },
] as const;
const filters = ['channel', 'state', 'direction', 'key', 'control-id', 'sender', 'kind', 'resource', 'since', 'until'] as const;

/** Times are typed in the reader's zone and asked for as instants. */
function criteriaOf(asked: Asked): Criteria {
  const criteria: Criteria = {};
  for (const name of filters) {
    const value = asked[name];
    if (value === undefined || value === '') continue;
    const at = name === 'since' || name === 'until' ? new Date(value) : undefined;
    criteria[name] = at === undefined ? value : Number.isNaN(at.getTime()) ? value : at.toISOString();
  }
  return criteria;
}

export const filtersOf = (asked: Asked): string =>
  filters.flatMap((name) => (asked[name] === undefined ? [] : [`${name} ${asked[name]}`])).join(', ');

export function Messages({ channels, may }: { channels: readonly Channel[]; may: boolean }) {
  const [asked, ask] = useAsked();
  const criteria = criteriaOf(asked);
  // Asked again when something has happened, and not before: each look at messages is in the audit trail.
  const happened = channels.map(({ waiting, failed, lastReceived, lastDone }) => `${waiting} ${failed} ${lastReceived} ${lastDone}`).join();
  const found = useInfiniteQuery({
    queryKey: ['exchange', 'messages', criteria, happened],
    queryFn: ({ signal, pageParam }) => messages({ ...criteria, count: 100, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });
  const rows = found.data?.pages.flatMap((page) => page.messages) ?? [];
  return (
    <>
      <Filter asked={asked} ask={(change) => ask({ ...change, view: 'messages' }, { replace: true })} channels={channels} />
      {may && asked['state'] === 'failed' && <ResendAll criteria={criteria} words={filtersOf(asked)} />}
      {found.isPending ? (
        <Waiting what="The list of messages" />
      ) : found.isError ? (
        <Failure error={found.error} again={() => void found.refetch()} />
      ) : rows.length === 0 ? (
        <Empty title={Object.keys(criteria).length === 0 ? 'No message has come yet' : 'No message is found'}>
          {Object.keys(criteria).length === 0
            ? 'Messages come over MLLP, from watched folders, over HTTP (POST /exchange/receive) and from devices. Each is kept as it came and listed here.'
            : 'Business keys are compared whole: type the number as the sender writes it, or take one of the filters away.'}
        </Empty>
      ) : (
        <>
          <MessageTable rows={rows} />
          {found.hasNextPage && (
            <Button variant="default" my="sm" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
              Older ones
            </Button>
          )}
        </>
      )}
    </>
  );
}

function Filter({ asked, ask, channels }: { asked: Asked; ask(change: Asked): void; channels: readonly Channel[] }) {
  const [typed, setTyped] = useState(asked);
  const later = useDebouncedCallback((change: Asked) => ask(change), 300);
  const type = (name: string, value: string): void => {
    setTyped({ ...typed, [name]: value });
    later({ [name]: value.trim() });
  };
  return (
    <Group align="end" gap="sm" mb="md" data-search>
      {texts.map((field) => (
        <TextInput
          key={field.name}
          label={field.label}
          w={field.width}
          placeholder={field.placeholder}
          size="sm"
          value={typed[field.name] ?? ''}
          onChange={(event) => type(field.name, event.currentTarget.value)}
        />
      ))}
      <Select
        label="State"
        w={120}
        clearable
        data={[
          { value: 'waiting', label: 'Waiting' },
          { value: 'failed', label: 'Failed' },
          { value: 'done', label: 'Done' },
          { value: 'dropped', label: 'Left out' },
        ]}
        value={asked['state'] ?? null}
        onChange={(state) => ask({ state: state ?? undefined })}
        clearButtonProps={{ 'aria-label': 'Any state' }}
      />
      <Select
        label="Channel"
        w={140}
        clearable
        searchable
        data={channels.map(({ name }) => name)}
        value={asked['channel'] ?? null}
        onChange={(channel) => ask({ channel: channel ?? undefined })}
        clearButtonProps={{ 'aria-label': 'Any channel' }}
      />
      {(['since', 'until'] as const).map((name) => (
        <TextInput
          key={name}
          type="datetime-local"
          label={name === 'since' ? 'Received from' : 'Until'}
          w={190}
          value={asked[name] ?? ''}
          onChange={(event) => ask({ [name]: event.currentTarget.value })}
        />
      ))}
    </Group>
  );
}

function MessageTable({ rows }: { rows: readonly Message[] }) {
  return (
    <Scrolling name="Messages" className="wide paper-wide">
      <Table highlightOnHover aria-label="Messages that were found, newest first">
        <Columns of={['Received', 'State', 'Kind', 'Sender', 'Channel', 'Numbers in it', 'Control id', 'Why']} />
        <Table.Tbody>
          {rows.map((message) => (
            <Table.Tr key={message.id}>
              <Table.Td className="nowrap">
                <Go to="/app/interfaces" asked={{ message: message.id }}>
                  {showTime(message.receivedAt)}
                </Go>
              </Table.Td>
              <Table.Td>
                <StateMark mark={message.state} />
              </Table.Td>
              <Table.Td className="nowrap mono">{message.kind || '–'}</Table.Td>
              <Table.Td className="long" dir="auto">
                {message.sender}
              </Table.Td>
              <Table.Td className="nowrap">
                {message.direction === 'in' ? '←' : '→'} {message.channel}
              </Table.Td>
              <Table.Td className="long mono" dir="auto" title={message.keys.join(', ')}>
                {message.keys.slice(0, 3).join(', ')}
                {message.keys.length > 3 ? ` +${message.keys.length - 3}` : ''}
              </Table.Td>
              <Table.Td className="long mono">{message.controlId}</Table.Td>
              <Table.Td className="why">{message.waits ?? message.problem?.message ?? ''}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Scrolling>
  );
}

function ResendAll({ criteria, words }: { criteria: Criteria; words: string }) {
  const [opened, setOpened] = useState(false);
  const client = useQueryClient();
  const counted = useQuery({
    queryKey: ['exchange', 'count', criteria],
    queryFn: ({ signal }) => countOf(criteria, signal),
    enabled: opened,
    staleTime: 0,
  });
  const send = useMutation({
    mutationFn: () => againAll(criteria, counted.data ?? { count: 0, cursors: [] }),
    onSettled: () => client.invalidateQueries({ queryKey: ['exchange'] }),
  });
  const close = (): void => {
    setOpened(false);
    send.reset();
  };
  const count = counted.data?.count ?? 0;
  return (
    <Group mb="sm">
      <Button onClick={() => setOpened(true)}>Resend all that failed…</Button>
      {/* A dialog of its own: the number is what is confirmed. */}
      <Modal opened={opened} onClose={close} title="Resend all that failed" closeButtonProps={{ 'aria-label': 'Close' }}>
        <Stack>
          <Text>{words}</Text>
          {counted.isPending || counted.isFetching ? (
            <Waiting what="The count" rows={1} />
          ) : counted.isError ? (
            <Failure error={counted.error} />
          ) : send.isError ? (
            <Failure title="Not all were resent" error={send.error} />
          ) : send.isSuccess ? (
            <Text role="status">{send.data.toLocaleString('en')} are being done again.</Text>
          ) : (
            <Text>
              <strong>
                {count.toLocaleString('en')} {count === 1 ? 'message' : 'messages'}
              </strong>{' '}
              would be done again, oldest first. One that says what is known already, or what is older than the record, changes nothing.
            </Text>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {send.isSuccess ? 'Close' : 'Leave it'}
            </Button>
            {!send.isSuccess && (
              <Button disabled={count === 0 || counted.isFetching} loading={send.isPending} onClick={() => send.mutate()}>
                Resend {count.toLocaleString('en')}
              </Button>
            )}
          </Group>
        </Stack>
      </Modal>
    </Group>
  );
}
