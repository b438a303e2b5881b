// Whether the data can be trusted: checks by Kahn's categories, those that failed first, with the rows that fail.
import { Button, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Go, useAsked } from '../../app/go.tsx';
import { Columns } from '../../parts/columns.tsx';
import { Scrolling } from '../../parts/scrolling.tsx';
import { Failure, Waiting } from '../../parts/states.tsx';
import { type QualityAnswer, quality, qualityRows } from './api.ts';
import { shownNumber } from './shape.ts';

type Check = QualityAnswer['checks'][number];
const outcomes: Record<Check['outcome'], string> = { failed: '✕ Failed', 'could-not-check': '? Could not check', passed: '✓ Passed' };
const order: Record<Check['outcome'], number> = { failed: 0, 'could-not-check': 1, passed: 2 };

const dimensions: Readonly<Record<string, readonly [prefix: RegExp, says: string]>> = {
  Completeness: [/Completeness$/, 'is it there?'],
  Conformance: [/^(is|fk|cdm)/, 'is it in the form that was agreed?'],
  Plausibility: [/^(plausible|within|measureObservationPeriodOverlap)/, 'can it be so?'],
};
const dimensionOf = ({ check }: Check): string =>
  Object.entries(dimensions).find(([, [prefix]]) => prefix.test(check))?.[0] ?? 'Conformance';

export function QualityPage() {
  const [asked] = useAsked();
  const found = useQuery({ queryKey: ['outcomes', 'quality'], queryFn: quality, staleTime: 60_000 });
  if (found.isPending) return <Waiting what="The checks" />;
  if (found.isError) return <Failure error={found.error} again={() => void found.refetch()} />;
  const { checks, position } = found.data;
  const failed = checks.filter(({ outcome }) => outcome === 'failed').length;
  return (
    <div className="indicator">
      <p className="outcomes-lead">
        {failed === 0 ? 'No check fails.' : `${failed} of ${checks.length} checks fail.`}{' '}
        <span className="soft">
          A check fails where more rows than its threshold do. Bounds are wide: what fails is impossible or nearly so.
        </span>
      </p>
      {Object.entries(dimensions).map(([name, [, says]]) => {
        const own = checks
          .filter((check) => dimensionOf(check) === name)
          .sort((a, b) => order[a.outcome] - order[b.outcome] || b.failures - a.failures);
        return (
          <section key={name} className="card" aria-label={name}>
            <h2>
              {name} <span className="count">{says}</span>
            </h2>
            <Scrolling name={name}>
              <Table aria-label={name}>
                <Columns of={['Check', 'Outcome', { number: 'Rows asked' }, { number: 'Fail' }, { number: '% (let pass)' }, 'Rows']} />
                <Table.Tbody>
                  {own.map((check) => (
                    <Table.Tr key={check.id}>
                      <Table.Td>
                        {check.title} <span className="soft">{check.table}</span>
                      </Table.Td>
                      <Table.Td className="nowrap">
                        {check.outcome === 'failed' ? <strong className="failed">{outcomes.failed}</strong> : outcomes[check.outcome]}
                        {check.because !== undefined && <span className="soft"> {check.because}</span>}
                      </Table.Td>
                      <Table.Td className="number">{check.of.toLocaleString('en')}</Table.Td>
                      <Table.Td className="number">{check.failures.toLocaleString('en')}</Table.Td>
                      <Table.Td className="number nowrap">
                        {shownNumber(check.percent)} ({check.thresholdPercent})
                      </Table.Td>
                      <Table.Td>
                        {check.failures > 0 && (
                          <Go
                            to="/app/outcomes"
                            asked={{ ...asked, check: asked['check'] === check.id ? undefined : check.id }}
                            aria-label={`Rows: ${check.title}`}
                          >
                            {asked['check'] === check.id ? 'Close' : 'Rows'}
                          </Go>
                        )}
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Scrolling>
            {own.some(({ id }) => id === asked['check']) && <Failing check={asked['check'] ?? ''} />}
          </section>
        );
      })}
      <p className="soft">
        Check types of OHDSI’s Data Quality Dashboard in the frame of Kahn et al. (2016). Record as of position {position}.{' '}
        <Button size="compact-xs" variant="default" onClick={() => window.print()}>
          Print
        </Button>
      </p>
    </div>
  );
}

function Failing({ check }: { check: string }) {
  const found = useQuery({ queryKey: ['outcomes', 'quality-rows', check], queryFn: () => qualityRows(check), retry: false });
  if (found.isPending) return <Waiting what="The rows" rows={2} />;
  if (found.isError) return <Failure title="The rows are not for this account" error={found.error} />;
  return (
    <ul className="failing" aria-label="Rows that fail">
      {found.data.rows.map(({ id, patient }) => (
        <li key={id} className="mono">
          {patient === null ? (
            id
          ) : (
            <Go to={`/app/chart/${patient}`}>
              {found.data.table} {id}
            </Go>
          )}
        </li>
      ))}
      {found.data.cut && <li>… and more</li>}
    </ul>
  );
}
