// Population: registries with their size and what is met; one registry with its gaps by clinic; the patients of a gap to call; how frequent it is by area.
// Everything that is chosen is in the address.
import { Button, Table } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Go, useAsked } from '../../app/go.tsx';
import { useOffer } from '../../app/offers.ts';
import { Columns } from '../../parts/columns.tsx';
import { showTime } from '../../parts/dates.ts';
import { Page } from '../../parts/page.tsx';
import { Scrolling } from '../../parts/scrolling.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { type Listed, overviewOf } from './api.ts';
import { AreaRates } from './area-rates.tsx';
import { usePractitioners } from './practitioners.ts';
import { RegistryGaps } from './registry-gaps.tsx';
import { changeWords, countWords, shareWords, trendLine } from './shape.ts';
import { Worklist } from './worklist.tsx';
import '../../parts/lists.css';
import './population.css';
import './rates.css';

const unswitched = (error: Error): Error =>
  'status' in error && error.status === 404
    ? new Error('The tables of the warehouse are switched off: the administrator sets LAMPLIGHT_WAREHOUSE=on.')
    : error;

export default function Population() {
  const [asked] = useAsked();
  const { registry, view } = asked;
  const now = useQuery({
    queryKey: ['Condition', 'population', 'overview', 0],
    queryFn: () => overviewOf(0),
    placeholderData: keepPreviousData,
  });
  // The months before take longer, and are shown when they come.
  const past = useQuery({
    queryKey: ['Condition', 'population', 'overview', 12],
    queryFn: () => overviewOf(12),
    enabled: now.isSuccess && registry === undefined,
    staleTime: 600_000,
  });
  useOffer([{ name: 'Print', keys: 'p p', run: () => window.print() }]);
  const listed = now.data?.registries.find(({ name }) => name === registry);
  const practitioners = usePractitioners(asked['practitioner'] !== undefined);
  const filters = ['registry', 'gap', 'outcome', 'clinic', 'practitioner', 'area']
    .flatMap((name) => {
      const value = asked[name];
      return value === undefined ? [] : [`${name} ${name === 'practitioner' ? practitioners.nameOf(value) : value}`];
    })
    .join(', ');
  return (
    <Page
      title={listed === undefined ? 'Population' : listed.title}
      filters={filters}
      actions={
        <Button size="xs" variant="default" onClick={() => window.print()}>
          Print
        </Button>
      }
    >
      {registry !== undefined && (
        <nav className="views" aria-label="Parts of the registry">
          <Go to="/app/population">All registries</Go>
          <Go to="/app/population" asked={{ registry }} aria-current={view === undefined ? 'page' : undefined}>
            Care gaps
          </Go>
          {/* An area narrows lists of everybody alone. */}
          <Go
            to="/app/population"
            asked={{ ...asked, view: 'patients', area: now.data?.rows === true ? asked['area'] : undefined }}
            aria-current={view === 'patients' ? 'page' : undefined}
          >
            Patients
          </Go>
          <Go
            to="/app/population"
            asked={{ registry, view: 'rates', area: asked['area'], rate: asked['rate'] }}
            aria-current={view === 'rates' ? 'page' : undefined}
          >
            By area
          </Go>
        </nav>
      )}
      {now.isPending ? (
        <Waiting what="Registries" rows={12} />
      ) : now.isError ? (
        <Failure title="Registries could not be asked" error={unswitched(now.error)} again={() => void now.refetch()} />
      ) : registry === undefined ? (
        <Registries listed={now.data.registries} past={past.data?.registries} at={now.data.at} waiting={past.isPending} />
      ) : listed === undefined ? (
        <Empty title="There is no such registry">Choose one of the list: “All registries” above.</Empty>
      ) : view === 'patients' ? (
        <Worklist registry={listed} everybody={now.data.rows} />
      ) : view === 'rates' ? (
        <AreaRates name={listed.name} everybody={now.data.rows} />
      ) : (
        <RegistryGaps name={listed.name} />
      )}
    </Page>
  );
}

function Registries({
  listed,
  past,
  at,
  waiting,
}: {
  listed: readonly Listed[];
  past: readonly Listed[] | undefined;
  at: string;
  waiting: boolean;
}) {
  if (listed.every(({ trend }) => (trend.at(-1)?.members ?? 1) === 0))
    return (
      <Empty title="Nobody is in a registry">
        Registries are made of diagnoses, medication, results and vaccinations of the record; load some, or look at knowledge/registries for
        who belongs.
      </Empty>
    );
  return (
    <section className="card" aria-label="Registries">
      <Scrolling name="Registries">
        <Table className="registries" aria-label="Registries">
          <Columns of={['Registry', { number: 'Patients' }, { number: 'Open gaps' }, 'Met (95 % interval)', 'Twelve months']} />
          <Table.Tbody>
            {listed.map(({ name, title, question, trend }) => {
              const last = trend.at(-1);
              const months = past?.find((each) => each.name === name)?.trend ?? [];
              return (
                <Table.Tr key={name}>
                  <Table.Td>
                    <Go to="/app/population" asked={{ registry: name }}>
                      {title}
                    </Go>
                    <div className="beside">{question}</div>
                  </Table.Td>
                  <Table.Td className="number">{countWords(last?.members ?? 0)}</Table.Td>
                  <Table.Td className="number">{last?.gap === null ? '–' : countWords(last?.gap ?? 0)}</Table.Td>
                  <Table.Td>{shareWords(last?.share ?? null)}</Table.Td>
                  <Table.Td>
                    {months.length === 0 ? (
                      <span className="beside">{waiting ? 'being counted' : ''}</span>
                    ) : (
                      <span className="trend">
                        <svg
                          width="96"
                          height="24"
                          viewBox="-2 -2 100 28"
                          role="img"
                          aria-label={`Share met over twelve months, ${changeWords(months) || 'no change known'}`}
                        >
                          <polyline points={trendLine(months, 96, 24)} className="trend-line" />
                        </svg>
                        {changeWords(months)}
                      </span>
                    )}
                  </Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </Scrolling>
      <p className="beside">
        Counted {showTime(at)}. Met is of all gaps of a registry that could be told, met or open. Definitions are unreviewed: a clinician
        looks at them before they are used. What was done elsewhere is known only where it was written down.
      </p>
    </section>
  );
}
