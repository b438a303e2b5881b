// The initial case report (eICR) of a suspected case: what it would say to public health, what it lacks, and the button that sends it. A
// later version goes out where the record says more than the one before.
import { Button, Modal, Table } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { showDate, showTime } from '../../parts/dates.ts';
import { Failure, Waiting } from '../../parts/states.tsx';
import { type CaseReport, type CaseVisit, caseReportOf, type Suspected, sendCaseReport } from './api.ts';
import { ChangedSince } from './changed-since.tsx';
import { ReportAnswers } from './report-answers.tsx';
import { sentStates } from './words.ts';

interface Days {
  from: string;
  to: string;
}
interface CaseReportsProps {
  row: Suspected['cases'][number];
  days: Days;
  channel: string | null;
  writes: boolean;
}

/** One for each visit at which something was found. */
export function CaseReports({ row, days, channel, writes }: CaseReportsProps) {
  const [open, setOpen] = useState<string>();
  if (row.visits.length === 0) return <p className="watch-said">No case report: what was found names no visit.</p>;
  return (
    <>
      {row.visits.map((encounter) => {
        const sent = row.reports.find((one) => one.encounter === encounter);
        return (
          <div key={encounter} className="case-report">
            {sent === undefined ? (
              'Case report: not sent yet. '
            ) : (
              <>
                Case report, version {sent.version}: <b>{sentStates[sent.state]}</b>, sent {showTime(sent.at)} by {sent.by}
                {sent.state !== 'done' && sent.says !== '' && `: ${sent.says}`}
                <ChangedSince since={sent.since} />{' '}
              </>
            )}
            {writes && (
              <Button size="compact-xs" variant="default" onClick={() => setOpen(encounter)}>
                {sent === undefined
                  ? 'Look at the report'
                  : (sent.since ?? []).length > 0
                    ? `Look at version ${sent.version + 1}`
                    : 'Has anything changed?'}
              </Button>
            )}
            {sent !== undefined && <ReportAnswers answers={sent.answers} version={sent.version} />}
          </div>
        );
      })}
      <Modal
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        title={`Case report: ${row.title}`}
        size="xl"
        transitionProps={{ duration: 0 }}
      >
        {open !== undefined && (
          <Review
            of={{ condition: row.condition, patient: row.patient, encounter: open }}
            days={days}
            channel={channel}
            close={() => setOpen(undefined)}
          />
        )}
      </Modal>
    </>
  );
}

function Review({ of, days, channel, close }: { of: CaseVisit; days: Days; channel: string | null; close(): void }) {
  const client = useQueryClient();
  const found = useQuery({
    queryKey: ['Encounter', 'surveillance', 'case-report', days.from, days.to, of.condition, of.patient, of.encounter],
    queryFn: () => caseReportOf(days, of),
    staleTime: 0,
  });
  const send = useMutation({
    mutationFn: () => sendCaseReport(days, of),
    onSuccess: close,
    onSettled: () => client.invalidateQueries({ queryKey: ['Encounter', 'surveillance'] }),
  });
  if (found.isPending) return <Waiting what="The case report" />;
  if (found.isError) return <Failure title="The case report could not be written" error={found.error} again={() => void found.refetch()} />;
  const { version, changed, since, lacks } = found.data;
  const refused = lacks.some((lack) => lack.refused);
  return (
    <div className="case-report-look">
      {lacks.length > 0 && (
        <div role="note">
          <b>{refused ? '▲ Public health would not take it as it is' : 'What public health asks for and the record does not say'}</b>
          <ul>
            {lacks.map((lack) => (
              <li key={lack.says}>
                {lack.refused ? '▲ ' : ''}
                {lack.says}
              </li>
            ))}
          </ul>
        </div>
      )}
      <Told report={found.data} />
      {channel === null && <p>No channel for case reports is named: an administrator sets LAMPLIGHT_CASE_REPORT_CHANNEL.</p>}
      <ChangedSince since={since} version={version - 1} />
      {!changed && <p>Nothing has changed since version {version - 1} was sent.</p>}
      {send.isError && (
        <p className="mistake" role="alert">
          ▲ {send.error.message}
        </p>
      )}
      <div className="case-report-do">
        <Button disabled={refused || channel === null || !changed} loading={send.isPending} onClick={() => send.mutate()}>
          {version === 1 ? 'Send to public health' : `Send version ${version}`}
        </Button>
        <Button variant="default" onClick={close}>
          Not now
        </Button>
      </div>
    </div>
  );
}

/** Days and times as they are shown elsewhere. */
const readable = (words: string): string =>
  /^\d{4}-\d\d-\d\dT/.test(words) ? showTime(words) : /^\d{4}-\d\d-\d\d$/.test(words) ? showDate(words) : words;

function Told({ report: { head, sections } }: { report: CaseReport }) {
  return (
    <>
      <dl>
        {head.map(([name, words]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd dir="auto">{words === '' ? <span className="soft">not known</span> : readable(words)}</dd>
          </div>
        ))}
      </dl>
      {sections.map(({ title, columns, rows, words }) => (
        <section key={title}>
          <h3>{title}</h3>
          {words !== '' && <p dir="auto">{words}</p>}
          {rows.length === 0 && words === '' && <p className="soft">No information</p>}
          {rows.length > 0 && (
            <Table aria-label={title}>
              <Table.Thead>
                <Table.Tr>
                  {columns.map((column) => (
                    <Table.Th key={column}>{column}</Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map((row, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: rows have no key of their own and never move
                  <Table.Tr key={at}>
                    {row.map((cell, i) => (
                      <Table.Td key={columns[i] ?? i} dir="auto">
                        {readable(cell)}
                      </Table.Td>
                    ))}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )}
        </section>
      ))}
    </>
  );
}
