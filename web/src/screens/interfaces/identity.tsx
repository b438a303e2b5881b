// Whom or whose it is, where messages left it open: both records side by side, for a person. Nothing is merged here.
import { Button, Table } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Task } from '../../../../src/fhir/generated/types.ts';
import { update } from '../../api/fhir.ts';
import { Go } from '../../app/go.tsx';
import { showTime } from '../../parts/dates.ts';
import { Scrolling } from '../../parts/scrolling.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { type Doubt, isOfPatients, openDoubts, type Side, whoIs } from './doubts.ts';

const key = ['Task', 'identity'];

export function Identity({ may }: { may: boolean }) {
  const client = useQueryClient();
  const found = useQuery({ queryKey: key, queryFn: ({ signal }) => openDoubts(signal), refetchInterval: 30_000 });
  const settle = useMutation({
    mutationFn: (task: Task) => update<Task>({ ...task, status: isOfPatients(task) ? 'rejected' : 'completed' }),
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  });
  if (found.isPending) return <Waiting what="What is open about identities" />;
  if (found.isError) return <Failure error={found.error} again={() => void found.refetch()} />;
  const { doubts, more } = found.data;
  if (doubts.length === 0)
    return (
      <Empty title="No question of identity is open">
        Patients who may be one, and numbers that came with two patients, are put before a person here.
      </Empty>
    );
  return (
    <>
      {settle.isError && <Failure title="The question is still open" error={settle.error} />}
      <Scrolling name="Questions of identity" className="wide paper-wide">
        <Table aria-label="Questions of identity" verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Question</Table.Th>
              <Table.Th>One</Table.Th>
              <Table.Th>Other</Table.Th>
              <Table.Th>Since</Table.Th>
              {may && <Table.Th>Decide</Table.Th>}
            </Table.Tr>
          </Table.Thead>
          {doubts.map((doubt) => (
            <DoubtRows key={doubt.task.id} doubt={doubt} may={may} busy={settle.isPending} settle={() => settle.mutate(doubt.task)} />
          ))}
        </Table>
      </Scrolling>
      <p className="beneath">
        {more && 'Of each kind the hundred oldest are shown. '}
        Nothing is merged by guess. Two records of one patient are merged by the registration system’s message (A40), which the record
        follows; a visit of the wrong patient is moved by A45.
      </p>
    </>
  );
}

function DoubtRows({ doubt: { task, sides }, may, busy, settle }: { doubt: Doubt; may: boolean; busy: boolean; settle(): void }) {
  const [one, other] = sides;
  const ofPatients = isOfPatients(task);
  return (
    <Table.Tbody className="channel-rows">
      <Table.Tr className="has-more">
        <Table.Td>{task.code?.text}</Table.Td>
        <Table.Td>{one !== undefined && <Compared side={one} />}</Table.Td>
        <Table.Td>{other !== undefined && <Compared side={other} />}</Table.Td>
        <Table.Td className="nowrap">{task.authoredOn === undefined ? '–' : showTime(task.authoredOn)}</Table.Td>
        {may && (
          <Table.Td>
            <Button size="compact-sm" variant="default" disabled={busy} onClick={settle}>
              {ofPatients ? 'Not the same' : 'Settled'}
            </Button>
          </Table.Td>
        )}
      </Table.Tr>
      <Table.Tr className="more">
        <Table.Td colSpan={may ? 5 : 4}>{task.description}</Table.Td>
      </Table.Tr>
    </Table.Tbody>
  );
}

function Compared({ side: { reference, patient } }: { side: Side }) {
  if (patient === undefined) return <span className="soft">{reference}, not to be read</span>;
  const own = reference.startsWith('Patient/');
  return (
    <>
      <Go to={`/app/chart/${encodeURIComponent(patient.id ?? '')}`} asked={own ? {} : { tab: 'source', of: reference }}>
        {whoIs(patient)}
      </Go>
      {!own && <span className="soft"> {reference.slice(0, reference.indexOf('/'))}</span>}
    </>
  );
}
