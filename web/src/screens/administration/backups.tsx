// Backups: the last one that was made from this data folder, whether it was verified, and those that the audit trail knows.
import { Alert, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Columns } from '../../parts/columns.tsx';
import { showTime, sinceOf } from '../../parts/dates.ts';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { lastBackup, type ShownBackup, trail } from './api.ts';

const daysWanted = 7;

export function Backups() {
  const last = useQuery({ queryKey: ['backups'], queryFn: lastBackup });
  const known = useQuery({
    queryKey: ['audit', 'backups'],
    queryFn: ({ signal }) => trail({ action: 'backup,restore', count: 50 }, signal),
  });
  if (last.isPending || known.isPending) return <Waiting what="What is known of backups" />;
  if (last.isError) return <Failure error={last.error} again={() => void last.refetch()} />;
  if (known.isError) return <Failure error={known.error} again={() => void known.refetch()} />;
  return (
    <>
      <Last last={last.data} />
      {known.data.rows.length === 0 ? (
        <Empty title="The audit trail knows of no backup">
          <code>lamplight backup FILE</code> makes one of everything while the program runs, reads it again and says whether it is right.
          Best every night, to another machine (docs/upgrade.md).
        </Empty>
      ) : (
        <Table aria-label="Backups and restores in the audit trail" maw={900}>
          <Columns of={['Begun', 'What', 'Where', 'By']} />
          <Table.Tbody>
            {known.data.rows.map((row) => (
              <Table.Tr key={row.request}>
                <Table.Td className="nowrap">{showTime(row.when)}</Table.Td>
                <Table.Td>{row.actionText}</Table.Td>
                <Table.Td className="breaks mono">{row.query ?? ''}</Table.Td>
                <Table.Td>{row.who}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      <p className="beneath">
        The trail says that a backup was begun. Whether it was right is known of the last one only, which stands above.
      </p>
    </>
  );
}

function Last({ last }: { last: ShownBackup | null }) {
  if (last === null)
    return (
      <Alert color="yellow" variant="light" title="No backup was made from this data folder" mb="md">
        A site that copies its database by other means may pass over this.
      </Alert>
    );
  const old = Date.now() - new Date(last.made).getTime() > daysWanted * 86_400_000;
  return (
    <Alert
      color={old || !last.verified ? 'yellow' : 'teal'}
      variant="light"
      mb="md"
      title={`${last.verified ? '✓ Verified' : 'Not verified'}: backup of ${showTime(last.made)}, ${sinceOf(last.made)}`}
    >
      {last.file === '-'
        ? 'It went to standard output: check it where it arrived, with lamplight backup --verify FILE.'
        : `${last.file}${last.there ? '' : ': the file is no longer there, so it was moved or removed'}. It was read again and found right when it was made.`}
      {old ? ' That is more than a week ago: make one, best every night.' : ''}
    </Alert>
  );
}
