// Suspected cases of notifiable conditions: whom, by what reason, when it is to be told; sent to public health one by one, by a person,
// with what became of it.
import { Button, Table } from '@mantine/core';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Go } from '../../app/go.tsx';
import { showDate, showTime } from '../../parts/dates.ts';
import { Scrolling } from '../../parts/scrolling.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { type Suspected as Found, sendSuspected, suspectedOf } from './api.ts';
import { CaseReports } from './case-report.tsx';
import { ChangedSince } from './changed-since.tsx';
import { sentStates } from './words.ts';

export function Suspected({ from, to, allowed }: { from: string; to: string; allowed: boolean }) {
  const found = useQuery({
    queryKey: ['Encounter', 'surveillance', 'suspected', from, to],
    queryFn: () => suspectedOf({ from, to }),
    enabled: allowed,
    placeholderData: keepPreviousData,
  });
  if (!allowed)
    return <Empty title="Rows of persons are not for this account">They go with the right to export: ask the analyst for them.</Empty>;
  if (found.isPending) return <Waiting what="Suspected cases" />;
  if (found.isError) return <Failure error={found.error} again={() => void found.refetch()} />;
  if (found.data.cases.length === 0)
    return (
      <Empty title={`Nothing to notify from ${showDate(from)} to ${showDate(to)}`}>
        Diagnoses by their code and laboratory results by their test are held beside the list of notifiable conditions. Choose other days
        with “from” and “to” under Alerts and syndromes.
      </Empty>
    );
  return (
    <Scrolling name="Suspected cases">
      <Table className="suspected" aria-label="Suspected cases, the most urgent first">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Condition</Table.Th>
            <Table.Th>Due</Table.Th>
            <Table.Th>Patient</Table.Th>
            <Table.Th>Because of</Table.Th>
            <Table.Th>To public health</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {found.data.cases.map((row) => (
            <Table.Tr key={`${row.condition} ${row.patient}`}>
              <Table.Td>
                <b>{row.title}</b>
                <br />
                <span className="soft">{row.urgency}</span>
              </Table.Td>
              <Table.Td className="nowrap">{showTime(row.due)}</Table.Td>
              <Table.Td className="suspected-who">
                <Go to={`/app/chart/${encodeURIComponent(row.patient)}`} dir="auto">
                  {row.name === '' ? row.mrn || 'No name recorded' : row.name}
                </Go>
                <span className="soft suspected-about">
                  {row.mrn} <span className="nowrap">{showDate(row.born)}</span>
                </span>
              </Table.Td>
              <Table.Td className="why">
                {row.reasons.map((reason) => (
                  <span key={reason.resource} className="reason">
                    {reason.kind} <span className="mono">{reason.code}</span> {reason.words}
                  </span>
                ))}
              </Table.Td>
              <Table.Td className="why">
                <Sending row={row} days={{ from, to }} channel={found.data.channel} sends={found.data.sends} />
                <CaseReports row={row} days={{ from, to }} channel={found.data.reportChannel} writes={found.data.writes} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Scrolling>
  );
}

interface SendingProps {
  row: Found['cases'][number];
  days: { from: string; to: string };
  channel: string | null;
  sends: boolean;
}

function Sending({ row, days, channel, sends }: SendingProps) {
  const client = useQueryClient();
  const send = useMutation({
    mutationFn: () => sendSuspected(days, row.condition, row.patient),
    onSettled: () => client.invalidateQueries({ queryKey: ['Encounter', 'surveillance', 'suspected'] }),
  });
  const changed = row.sent !== null && (row.sent.since ?? []).length > 0;
  const told = row.sent !== null && (
    <>
      Laboratory report: <b>{sentStates[row.sent.state]}</b>, sent {showTime(row.sent.at)} by {row.sent.by}
      {row.sent.state !== 'done' && row.sent.says !== '' && `: ${row.sent.says}`}
      <ChangedSince since={row.sent.since} />
    </>
  );
  if (told !== false && !(changed && sends && channel !== null)) return told;
  if (!row.reasons.some(({ kind }) => kind === 'result')) return null;
  if (channel === null) return <>No channel for laboratory reports is named: an administrator sets LAMPLIGHT_SURVEILLANCE_CHANNEL.</>;
  if (!sends) return <>Laboratory report: not sent yet.</>;
  return (
    <>
      {told}
      <Button size="xs" variant="default" loading={send.isPending} onClick={() => send.mutate()}>
        {changed ? 'Send the update' : 'Send the laboratory report'}
      </Button>
      {send.isError && (
        <span className="mistake" role="alert">
          {' '}
          ▲ {send.error.message}
        </span>
      )}
    </>
  );
}
