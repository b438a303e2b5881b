// Two have changed the same at the same time: both are shown, and somebody decides. Nothing is overwritten unseen.
import { Button, Group, Table, Title } from '@mantine/core';

export interface ConflictOf<R> {
  mine: R;
  theirs: R;
}

export function Conflict<R>({
  conflict: { mine, theirs },
  rows,
  keepMine,
  takeTheirs,
}: {
  conflict: ConflictOf<R>;
  rows(resource: R): readonly [string, string][];
  keepMine(): void;
  takeTheirs(): void;
}) {
  const own = rows(mine);
  const other = rows(theirs);
  const names = [...new Set([...own, ...other].map(([name]) => name))];
  const valueIn = (list: readonly [string, string][], name: string): string => list.find((row) => row[0] === name)?.[1] ?? '';
  return (
    <section className="card conflict" role="alert" aria-label="Somebody else has changed this">
      <Title order={2}>Somebody else has changed this while you wrote</Title>
      <p>Nothing of yours is lost, and nothing of theirs is overwritten yet. Compare, then choose.</p>
      <Table aria-label="Both versions">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">What</Table.Th>
            <Table.Th scope="col">Yours</Table.Th>
            <Table.Th scope="col">Theirs, in the record now</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {names.map((name) => {
            const [left, right] = [valueIn(own, name), valueIn(other, name)];
            return (
              <Table.Tr key={name} className={left === right ? undefined : 'differs'}>
                <Table.Th scope="row">
                  {name}
                  {left === right ? '' : ' (differs)'}
                </Table.Th>
                <Table.Td dir="auto">{left || '–'}</Table.Td>
                <Table.Td dir="auto">{right || '–'}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
      <Group>
        <Button variant="default" onClick={takeTheirs}>
          Leave theirs, drop mine
        </Button>
        <Button onClick={keepMine}>Save mine as the next version</Button>
      </Group>
    </section>
  );
}
