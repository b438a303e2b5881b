// How the house does: every indicator with where it stands, one of them with its chart, what was to be expected, signals of drugs and devices, data quality.
import { Table, TextInput } from '@mantine/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { Go, useAsked } from '../../app/go.tsx';
import { Columns } from '../../parts/columns.tsx';
import { Page } from '../../parts/page.tsx';
import { Scrolling } from '../../parts/scrolling.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { indicators, type Listed, type OneIndicator, oneIndicator } from './api.ts';
import { Sparkline } from './charts.tsx';
import { ExpectedPage } from './expected.tsx';
import { IndicatorPage } from './indicator.tsx';
import { QualityPage } from './quality.tsx';
import { shownNumber, shownPeriod } from './shape.ts';
import { SignalsPage } from './signals.tsx';
import { MeaningMark } from './words.tsx';
import '../../parts/lists.css';
import './outcomes.css';

const views = {
  indicators: 'Indicators',
  expected: 'Observed and expected',
  signals: 'Drug and device signals',
  quality: 'Data quality',
} as const;
const isView = (name: string): name is keyof typeof views => Object.hasOwn(views, name);

export default function Outcomes() {
  const [asked, setAsked] = useAsked();
  const { view: named = 'indicators', indicator, until } = asked;
  const view = isView(named) ? named : 'indicators';
  if (indicator !== undefined) return <IndicatorPage name={indicator} />;
  return (
    <Page title="Outcomes" filters={`${views[view]}${until === undefined ? '' : `, until ${until}`}`}>
      <nav className="views" aria-label="Parts of outcomes">
        {Object.entries(views).map(([name, words]) => (
          <Go
            key={name}
            to="/app/outcomes"
            asked={{ view: name === 'indicators' ? undefined : name, until }}
            aria-current={view === name ? 'page' : undefined}
          >
            {words}
          </Go>
        ))}
        {view !== 'quality' && (
          <span className="views-beside until">
            Until
            <TextInput
              type="date"
              size="xs"
              aria-label="Until"
              value={until ?? ''}
              onChange={(event) => setAsked({ until: event.currentTarget.value === '' ? undefined : event.currentTarget.value })}
            />
          </span>
        )}
      </nav>
      {view === 'indicators' && <AllIndicators until={until} />}
      {view === 'expected' && <ExpectedPage />}
      {view === 'signals' && <SignalsPage />}
      {view === 'quality' && <QualityPage />}
    </Page>
  );
}

const order = { worse: 0, neither: 1, better: 2, usual: 3, unknown: 4 } as const;

function AllIndicators({ until }: { until: string | undefined }) {
  const listed = useQuery({ queryKey: ['outcomes', 'indicators'], queryFn: indicators, staleTime: 300_000 });
  const all = listed.data?.indicators ?? [];
  const each = useQueries({
    queries: all.map(({ name }) => ({
      queryKey: ['outcomes', 'one', name, { until }],
      queryFn: () => oneIndicator(name, { until }),
      staleTime: 60_000,
      retry: 2,
    })),
  });
  if (listed.isPending) return <Waiting what="The indicators" />;
  if (listed.isError) return <Failure error={listed.error} again={() => void listed.refetch()} />;
  const rows = all
    .map((indicator, n) => ({ indicator, found: each[n]?.data, error: each[n]?.error, pending: each[n]?.isPending === true }))
    .sort(
      (a, b) =>
        order[a.found?.chart.now.meaning ?? 'unknown'] - order[b.found?.chart.now.meaning ?? 'unknown'] ||
        Number(valueless(a.found)) - Number(valueless(b.found)),
    );
  const told = each.find(({ data }) => data !== undefined)?.data;
  const worse = rows.filter(({ found }) => found?.chart.now.meaning === 'worse').length;
  if (rows.length === 0) return <Empty title="There are no indicators">They lie as files in knowledge/indicators, one each.</Empty>;
  return (
    <div aria-busy={rows.some(({ pending }) => pending)}>
      <p className="outcomes-lead">
        {worse === 0
          ? 'No indicator shows a sign for the worse.'
          : `${worse} ${worse === 1 ? 'indicator shows' : 'indicators show'} a sign for the worse.`}{' '}
        <span className="soft">
          Whole hospital, by month. A sign is more than chance would often bring; below it no month is better or worse than another. All
          definitions are unreviewed until somebody of this house has read them.
        </span>
      </p>
      <Scrolling name="Indicators">
        <Table aria-label="Indicators, those with a sign for the worse first">
          <Columns of={['Indicator', { number: 'Last complete month' }, 'Two years', 'What it says']} />
          <Table.Tbody>
            {rows.map(({ indicator, found, error }) => (
              <IndicatorRow key={indicator.name} indicator={indicator} found={found} error={error ?? undefined} until={until} />
            ))}
          </Table.Tbody>
        </Table>
      </Scrolling>
      {told !== undefined && (
        <p className="soft">
          From the tables of the record as of position {told.position}, months as in {told.timeZone}.
        </p>
      )}
    </div>
  );
}

const valueless = (found: OneIndicator | undefined): boolean => found?.chart.now.value === null || found === undefined;

function IndicatorRow({
  indicator,
  found,
  error,
  until,
}: {
  indicator: Listed;
  found: OneIndicator | undefined;
  error: Error | undefined;
  until: string | undefined;
}) {
  const now = found?.chart.now;
  return (
    <Table.Tr>
      <Table.Td className="outcomes-name">
        <Go to="/app/outcomes" asked={{ indicator: indicator.name, until }}>
          {indicator.title}
        </Go>
        <span className="soft">{indicator.question}</span>
      </Table.Td>
      <Table.Td className="number">
        {now === undefined ? null : (
          <>
            <strong>{shownNumber(now.value)}</strong> <span className="soft">{now.value === null ? '' : indicator.unit}</span>
            <br />
            <span className="soft">{now.period === null ? '' : shownPeriod(now.period)}</span>
          </>
        )}
      </Table.Td>
      <Table.Td>{found !== undefined && <Sparkline points={found.chart.points} worse={now?.meaning === 'worse'} />}</Table.Td>
      <Table.Td className="outcomes-says">
        {error !== undefined ? (
          <span className="soft">{error.message}</span>
        ) : (
          now !== undefined && <MeaningMark meaning={now.meaning} says={now.says} />
        )}
      </Table.Td>
    </Table.Tr>
  );
}
