// Settings as they hold: what each means, where it is set, and of a secret only that it is there.
import { Checkbox, Group, Table, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useAsked } from '../../app/go.tsx';
import { Scrolling } from '../../parts/scrolling.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { settings } from './api.ts';

export function Settings() {
  const [asked, ask] = useAsked();
  const found = useQuery({ queryKey: ['settings'], queryFn: settings });
  if (found.isPending) return <Waiting what="The settings" />;
  if (found.isError) return <Failure error={found.error} again={() => void found.refetch()} />;
  const words = (asked['q'] ?? '').toLowerCase().split(/\s+/);
  const own = asked['own'] === 'yes';
  const rows = found.data.filter(
    ({ name, env, says, value, usual }) =>
      words.every((word) => `${name} ${env} ${says}`.toLowerCase().includes(word)) && (!own || value !== usual),
  );
  return (
    <>
      <Group align="end" mb="md" data-search>
        <TextInput
          label="Find a setting"
          w={300}
          value={asked['q'] ?? ''}
          onChange={(event) => ask({ q: event.currentTarget.value }, { replace: true })}
        />
        <Checkbox
          label="Only what differs from its default"
          mb={8}
          checked={own}
          onChange={(event) => ask({ own: event.currentTarget.checked ? 'yes' : undefined }, { replace: true })}
        />
      </Group>
      {rows.length === 0 ? (
        <Empty title="No setting is found">They are found by their name and by what they say.</Empty>
      ) : (
        <Scrolling name="Settings">
          <Table aria-label="Settings" layout="fixed" miw={800}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th w="32%">Setting</Table.Th>
                <Table.Th w="22%">Holds</Table.Th>
                <Table.Th>Meaning</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map(({ name, env, says, takes, usual, value }) => (
                <Table.Tr key={name}>
                  <Table.Td className="breaks">
                    <code>{env}</code>
                    <div className="soft">in the file: {name}</div>
                  </Table.Td>
                  <Table.Td className="breaks">
                    <span className={value === usual ? '' : 'strong'}>{value === '' ? 'not set' : value}</span>
                    {value !== usual && <div className="soft">default: {usual === '' ? 'none' : usual}</div>}
                  </Table.Td>
                  <Table.Td>
                    {says}
                    <div className="soft">Takes {takes}</div>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Scrolling>
      )}
      <p className="beneath">
        Settings are read at the start, from the environment or from lamplight.config.json; change them there and start again.
      </p>
    </>
  );
}
