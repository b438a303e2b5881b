// Reports: which there are, when each is due, what became of it last; one of them with its files.
import { Button, Group, Table } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Go, useAsked } from '../../app/go.tsx';
import { usePerson } from '../../app/session.tsx';
import { Columns } from '../../parts/columns.tsx';
import { showTime } from '../../parts/dates.ts';
import { Page } from '../../parts/page.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { ReportForm } from './report-form.tsx';
import { Letters, MailFacts } from './report-mail.tsx';
import { bytesWords, scheduleWords } from './report-text.ts';
import {
  allReports,
  fileAddress,
  type ListedReport,
  makeReport,
  oneReport,
  type Report,
  type Run,
  tellAgain,
  type WholeReport,
} from './reports-api.ts';
import { mayKeep } from './rights.ts';

/** While one is being made. */
const soonMs = 2_000;

export function Reports({ name }: { name: string }) {
  const [{ change }] = useAsked();
  if (name === 'new') return <ReportForm />;
  if (name === '') return <All />;
  return <One name={name} change={change === '1'} />;
}

function All() {
  const { role } = usePerson();
  const found = useQuery({ queryKey: ['analytics', 'reports'], queryFn: allReports, refetchInterval: 30_000 });
  return (
    <Page
      title="Reports"
      actions={
        mayKeep(role) && (
          <Button component={Go} to="/app/analytics" asked={{ report: 'new' }} variant="default">
            Make a report
          </Button>
        )
      }
    >
      <p className="soft question-says">
        <Go to="/app/analytics">Analytics</Go> · Dashboards, questions and briefs as PDF and CSV, at times of the clock
        {found.data === undefined ? '' : ` of ${found.data.timeZone}`}.
      </p>
      {found.isError ? (
        <Failure error={found.error} again={() => void found.refetch()} />
      ) : found.isPending ? (
        <Waiting what="The reports" />
      ) : found.data.reports.length === 0 ? (
        <Empty title="There is no report yet">
          A report writes a dashboard or a question into a file every day, week or month: make one, or ask an analyst for it.
        </Empty>
      ) : (
        <ul className="boards reports">
          {found.data.reports.map((report) => (
            <li key={report.name}>
              <Card report={report} />
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}

const subjectWords = ({ subject }: Report): string =>
  subject === undefined ? '' : subject.kind === 'blocks' ? 'a brief of one’s own words' : `the ${subject.kind} ${subject.name}`;

function Card({ report }: { report: ListedReport }) {
  const { name, title = name, problem, schedule, last } = report;
  return (
    <Go to="/app/analytics" asked={{ report: name }} className="card board-card">
      <strong dir="auto">{title}</strong>
      {problem !== undefined ? (
        <span className="mistake">▲ {problem}</span>
      ) : (
        <>
          <span className="soft">
            {subjectWords(report)}, {scheduleWords(schedule)}
          </span>
          <span className="soft">{nextWords(report)}</span>
          {last !== null && <span className={last.state === 'failed' ? 'mistake' : 'soft'}>{lastWords(last)}</span>}
        </>
      )}
    </Go>
  );
}

function nextWords({ schedule, keeper, next }: Report): string {
  if (schedule === undefined) return 'By hand only';
  if (keeper === null) return 'Not due: nobody keeps it yet';
  return next === null ? 'Not due: its text is not the one that was kept' : `Next ${showTime(next)}, with the rights of ${keeper.name}`;
}

const lastWords = ({ state, due, outcome }: Run): string =>
  state === 'waiting' ? 'Being made …' : `${state === 'failed' ? '▲ Failed' : 'Last'} ${showTime(due)}: ${outcome ?? ''}`;

const isUnderWay = ({ state, mail }: WholeReport['runs'][number]): boolean =>
  state === 'waiting' || mail.some((letter) => letter.state === 'sending' || (letter.state === 'waiting' && letter.says === null));

function One({ name, change }: { name: string; change: boolean }) {
  const found = useQuery({
    queryKey: ['analytics', 'report', name],
    queryFn: () => oneReport(name),
    refetchInterval: ({ state }) => (state.data?.runs.some(isUnderWay) === true ? soonMs : 30_000),
  });
  if (found.isError) return <Failure error={found.error} again={() => void found.refetch()} />;
  if (found.isPending) return <Waiting what="The report" />;
  if (change) return <ReportForm key={found.data.version} report={found.data} />;
  return <Whole report={found.data} />;
}

function Whole({ report }: { report: WholeReport }) {
  const [, setAsked] = useAsked();
  const { role } = usePerson();
  const client = useQueryClient();
  const { name, title = name, description, problem, runs } = report;
  const make = useMutation({
    mutationFn: () => makeReport(name),
    onSettled: () => client.invalidateQueries({ queryKey: ['analytics', 'report', name] }),
  });
  const tell = (run: string) => (address: string) =>
    tellAgain(name, run, address).then(() => client.invalidateQueries({ queryKey: ['analytics', 'report', name] }));
  return (
    <Page
      title={title}
      actions={
        mayKeep(role) && (
          <Group gap="xs">
            <Button onClick={() => make.mutate()} loading={make.isPending} disabled={problem !== undefined}>
              Make it now
            </Button>
            <Button variant="default" onClick={() => setAsked({ change: '1' })}>
              Change
            </Button>
          </Group>
        )
      }
    >
      <p className="soft question-says">
        <Go to="/app/analytics">Analytics</Go> ·{' '}
        <Go to="/app/analytics" asked={{ report: '' }}>
          Reports
        </Go>{' '}
        {description !== undefined && description !== '' && <span dir="auto">· {description}</span>}
      </p>
      {problem !== undefined && <p className="mistake">▲ {problem}</p>}
      {make.isError && (
        <p className="mistake" role="alert">
          ▲ {make.error.message}
        </p>
      )}
      <dl className="report-facts">
        <dt>Of</dt>
        <dd>{subjectWords(report)}</dd>
        <dt>Due</dt>
        <dd>
          {scheduleWords(report.schedule)} ({report.timeZone}). {nextWords(report)}.
        </dd>
        <dt>Keeps</dt>
        <dd>the files of {report.keep} runs</dd>
        <MailFacts mail={report.mail} mailed={report.mailed} />
      </dl>
      <section className="analytics-part" aria-label="Runs">
        <h2>Runs</h2>
        {runs.length === 0 ? (
          <Empty title="It was not made yet">Its files will stand here, newest first.</Empty>
        ) : (
          <div className="wide">
            <Table aria-label="Runs, the newest first">
              <Columns of={['Due', 'What became of it', 'Files']} />
              <Table.Tbody>
                {runs.map((run) => (
                  <Table.Tr key={run.id}>
                    <Table.Td>{showTime(run.due)}</Table.Td>
                    <Table.Td>
                      <span className={run.state === 'failed' ? 'mistake' : undefined}>
                        {run.state === 'failed' ? '▲ ' : ''}
                        {run.state === 'waiting' ? 'Being made …' : run.outcome}
                      </span>{' '}
                      <span className="soft">
                        {run.byHand ? 'by hand of' : 'for'} {run.by}
                      </span>
                      <Letters letters={run.mail} {...(report.mailed && mayKeep(role) ? { again: tell(run.id) } : {})} />
                    </Table.Td>
                    <Table.Td>
                      <Files name={name} run={run} />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
        )}
      </section>
    </Page>
  );
}

function Files({ name, run }: { name: string; run: Run }) {
  if (run.files.length > 0 && !run.open) return <span className="soft">for those who may see the whole site</span>;
  return (
    <ul className="report-files">
      {run.files.map((file) => (
        <li key={file.name}>
          <a href={fileAddress(name, run.id, file.name)} download={file.name}>
            {file.name}
          </a>{' '}
          <span className="soft">{bytesWords(file.bytes)}</span>
        </li>
      ))}
    </ul>
  );
}
