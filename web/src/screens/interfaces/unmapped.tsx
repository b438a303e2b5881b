// What a sender usually says that has no home in FHIR: leaf by leaf, in how many of its messages.
import { Autocomplete, Group, Table, TextInput } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Go, useAsked } from '../../app/go.tsx';
import { Columns } from '../../parts/columns.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { messages, unmapped } from './api.ts';
import { nameOfPlace } from './hl7-names.ts';

export function Unmapped() {
  const [asked, ask] = useAsked();
  const sender = asked['sender'] ?? '';
  const kind = asked['kind'] ?? '';
  const recent = useQuery({
    queryKey: ['exchange', 'senders'],
    queryFn: ({ signal }) => messages({ direction: 'in', count: 300 }, signal),
    staleTime: 60_000,
  });
  const senders = [...new Set(recent.data?.messages.map((message) => message.sender).filter((name) => name !== ''))].sort();
  const found = useQuery({
    queryKey: ['exchange', 'unmapped', sender, kind],
    queryFn: ({ signal }) => unmapped({ sender, kind }, signal),
    enabled: sender !== '',
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <Group align="end" mb="md" data-search>
        <Autocomplete
          label="Sender"
          description="Those of the last 300 messages are offered"
          w={320}
          data={senders}
          value={sender}
          onChange={(value) => ask({ sender: value, view: 'unmapped' }, { replace: true })}
        />
        <TextInput
          label="Kind, as ADT^A01"
          description="Empty: all"
          w={180}
          value={kind}
          onChange={(event) => ask({ kind: event.currentTarget.value, view: 'unmapped' }, { replace: true })}
        />
      </Group>
      {sender === '' ? (
        <Empty title="Choose a sender">
          Every leaf of a message is mapped to FHIR, kept because it has no home there, or says only how the message is built. Here is what
          is kept, counted: what a sender says often may deserve a row in the channel’s file.
        </Empty>
      ) : found.isPending ? (
        <Waiting what="What has no home" />
      ) : found.isError ? (
        <Failure error={found.error} again={() => void found.refetch()} />
      ) : found.data.length === 0 ? (
        <Empty title={`Nothing of ${sender} was without a home`}>
          Or nothing came from it: senders are written as APPLICATION/FACILITY.
        </Empty>
      ) : (
        <Table aria-label={`What messages of ${sender} say without a home in FHIR`} maw={760}>
          <Columns of={['Leaf', 'Name', { number: 'Messages' }, { number: 'Of all' }]} />
          <Table.Tbody>
            {found.data.map(({ path, messages: count, of }) => (
              <Table.Tr key={path}>
                <Table.Td className="mono">{path}</Table.Td>
                <Table.Td>{nameOfPlace(path)}</Table.Td>
                <Table.Td className="number">
                  <Go to="/app/interfaces" asked={{ view: 'messages', sender, kind }} aria-label={`${count} messages with ${path}`}>
                    {count.toLocaleString('en')}
                  </Go>
                </Table.Td>
                <Table.Td className="number">{of === 0 ? '–' : `${Math.round((100 * count) / of)} %`}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </>
  );
}
