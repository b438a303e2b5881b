// The files of the channels read again: what would be otherwise is shown first, and what is wrong in a file with its line and place.
import { Alert, Button, Group, List, Modal, Stack, Table, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Refusal } from '../../api/http.ts';
import { Columns } from '../../parts/columns.tsx';
import { Scrolling } from '../../parts/scrolling.tsx';
import { Waiting } from '../../parts/states.tsx';
import { type Difference, type Reloaded, reload } from './api.ts';

const kinds: Readonly<Record<Difference['kind'], string>> = { added: 'New', changed: 'Changed', removed: 'Gone' };

export function Reload() {
  const [opened, setOpened] = useState(false);
  const client = useQueryClient();
  const would = useQuery({
    queryKey: ['channel-files'],
    queryFn: () => reload(true),
    enabled: opened,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  const take = useMutation({
    mutationFn: () => reload(false),
    onSettled: () => client.invalidateQueries({ queryKey: ['exchange'] }),
  });
  const close = (): void => {
    setOpened(false);
    take.reset();
  };
  const wrong = problemsOf(take.error ?? would.error) ?? would.data?.problems;
  const count = would.data?.changes.length ?? 0;
  return (
    <>
      <Button variant="default" size="compact-sm" onClick={() => setOpened(true)}>
        Read the files again…
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        size="xl"
        title="Read the files of the channels again"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack>
          {would.isPending || would.isFetching ? (
            <Waiting what="What the files say now" rows={2} />
          ) : wrong !== undefined ? (
            <Wrong problems={wrong} />
          ) : take.isSuccess ? (
            <Text role="status">{saidOf(take.data)} The channels work by their files as they are now; nothing was lost.</Text>
          ) : (
            <Differences of={would.data ?? { changes: [], ends: [] }} />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {take.isSuccess ? 'Close' : 'Leave it'}
            </Button>
            {wrong !== undefined ? (
              <Button
                onClick={() => {
                  take.reset();
                  void would.refetch();
                }}
              >
                Look again
              </Button>
            ) : (
              !take.isSuccess && (
                <Button disabled={would.isFetching || would.data === undefined} loading={take.isPending} onClick={() => take.mutate()}>
                  {count === 0 ? 'Read them anyway' : `Take ${count} ${count === 1 ? 'change' : 'changes'}`}
                </Button>
              )
            )}
          </Group>
        </Stack>
      </Modal>
    </>
  );
}

const saidOf = ({ changes }: Reloaded): string =>
  changes.length === 0 ? 'Nothing was otherwise.' : `${changes.length} ${changes.length === 1 ? 'change was' : 'changes were'} taken.`;

/** Every problem of a refusal. */
function problemsOf(error: Error | null): string[] | undefined {
  if (error === null) return undefined;
  const body = error instanceof Refusal ? error.body : undefined;
  const also = typeof body === 'object' && body !== null && 'also' in body && Array.isArray(body.also) ? body.also.map(String) : [];
  return [error.message, ...also];
}

function Wrong({ problems }: { problems: readonly string[] }) {
  return (
    <Alert color="red" variant="light" title="Nothing was changed" role="alert">
      <List size="sm">
        {problems.map((problem) => (
          <List.Item key={problem}>{problem}</List.Item>
        ))}
      </List>
    </Alert>
  );
}

function Differences({ of: { changes, ends } }: { of: Reloaded }) {
  if (changes.length === 0)
    return <Text>The files say what they said. Certificates that they name would be read again, and nothing else would be otherwise.</Text>;
  return (
    <>
      <Scrolling name="What would be otherwise">
        <Table aria-label="What would be otherwise" verticalSpacing="xs">
          <Columns of={['Channel', 'Place', 'Now', 'Then']} />
          {changes.map((one) => (
            <Table.Tbody key={one.name} className="difference-rows">
              {rowsOf(one).map(({ place, before, after }, at) => (
                <Table.Tr key={place}>
                  <Table.Td>
                    {at === 0 && (
                      <>
                        {one.name} <span className="soft">{kinds[one.kind]}</span>
                      </>
                    )}
                  </Table.Td>
                  <Table.Td className="mono">{place}</Table.Td>
                  <Table.Td className="long mono">{before ?? '–'}</Table.Td>
                  <Table.Td className="long mono">{after ?? '–'}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          ))}
        </Table>
      </Scrolling>
      {changes
        .filter(({ kind, waiting }) => kind === 'removed' && waiting > 0)
        .map(({ name, waiting }) => (
          <Alert key={name} color="yellow" variant="light" title={`${waiting.toLocaleString('en')} wait in ${name}`}>
            They stay where they are until a channel of that name is there again, or somebody leaves them out.
          </Alert>
        ))}
      {ends.length > 0 && (
        <List size="sm">
          {ends.map((end) => (
            <List.Item key={end}>{end}</List.Item>
          ))}
        </List>
      )}
      <Text size="sm" c="dimmed">
        What was received already and waits is read by the new rules. Ports that stay keep their connections.
      </Text>
    </>
  );
}

/** Of a channel that comes or goes its file is enough. */
const rowsOf = ({ kind, file, members }: Difference): Difference['members'] =>
  kind === 'changed' ? members : [{ place: file, ...(kind === 'added' ? { after: 'is there' } : { before: 'was there' }) }];
