// Long work: exports, imports, reindexing; how far it is, and a way to stop it.
import { Button, Progress, Table } from '@mantine/core';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Columns } from '../../parts/columns.tsx';
import { showTime } from '../../parts/dates.ts';
import { Scrolling } from '../../parts/scrolling.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { cancelJob, jobs, type ShownJob } from './api.ts';

const states: Readonly<Record<ShownJob['state'], string>> = {
  waiting: '◷ Waiting',
  running: '▶ Running',
  done: '✓ Done',
  failed: '✕ Failed',
  cancelled: '⊘ Cancelled',
};
const open = ({ state }: ShownJob): boolean => state === 'waiting' || state === 'running';

export function Jobs() {
  const client = useQueryClient();
  const found = useQuery({
    queryKey: ['jobs'],
    queryFn: jobs,
    placeholderData: keepPreviousData,
    // Looked at often only while something is under way: each look is in the audit trail.
    refetchInterval: ({ state }) => (state.data?.some(open) === true ? 3000 : 30_000),
  });
  const cancel = useMutation({ mutationFn: cancelJob, onSettled: () => client.invalidateQueries({ queryKey: ['jobs'] }) });
  if (found.isPending) return <Waiting what="The jobs" />;
  if (found.isError) return <Failure error={found.error} again={() => void found.refetch()} />;
  if (found.data.length === 0)
    return (
      <Empty title="No job was asked for yet">
        Long work that outlives a request is a job: a bulk export ($export), an import ($import), making the search index anew ($reindex).
        It goes on after a restart.
      </Empty>
    );
  return (
    <>
      {cancel.isError && <Failure title="It was not cancelled" error={cancel.error} />}
      <Scrolling name="Jobs">
        <Table aria-label="Jobs, newest first">
          <Columns of={['Kind', 'State', 'How far', 'Asked', 'By', 'Ended', 'Action']} />
          <Table.Tbody>
            {found.data.map((job) => (
              <Table.Tr key={job.id}>
                <Table.Td>{job.kind}</Table.Td>
                <Table.Td className="nowrap">{states[job.state]}</Table.Td>
                <Table.Td className="why">
                  {farOf(job)}
                  {job.state === 'running' && job.progress.total !== undefined && job.progress.total > 0 && (
                    <Progress value={(100 * job.progress.done) / job.progress.total} aria-label={`How far ${job.kind} is`} />
                  )}
                  {job.problem}
                </Table.Td>
                <Table.Td className="nowrap">{showTime(job.asked)}</Table.Td>
                <Table.Td className="long">{job.by}</Table.Td>
                <Table.Td className="nowrap">{job.ended === undefined ? '–' : showTime(job.ended)}</Table.Td>
                <Table.Td>
                  {open(job) && (
                    <Button
                      size="compact-sm"
                      variant="default"
                      disabled={cancel.isPending}
                      onClick={() => cancel.mutate(job.id)}
                      aria-label={`Cancel ${job.kind} of ${showTime(job.asked)}`}
                    >
                      Cancel
                    </Button>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Scrolling>
    </>
  );
}

function farOf({ progress: { done, total, note } }: ShownJob): string {
  const count =
    total === undefined ? (done === 0 ? '' : done.toLocaleString('en')) : `${done.toLocaleString('en')} of ${total.toLocaleString('en')}`;
  return [count, note].filter((part) => part !== undefined && part !== '').join(' ');
}
