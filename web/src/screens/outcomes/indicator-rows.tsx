// The rows behind a point of an indicator, for those who may see them.
import { Button, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Go } from '../../app/go.tsx';
import { Columns } from '../../parts/columns.tsx';
import { showTime } from '../../parts/dates.ts';
import { Scrolling } from '../../parts/scrolling.tsx';
import { Failure, Waiting } from '../../parts/states.tsx';
import { rowsBehind } from './api.ts';
import { shownPeriod } from './shape.ts';

export function Behind({
  name,
  query,
  close,
}: {
  name: string;
  query: { step: string | undefined; ward: string | undefined; period: string };
  close(): void;
}) {
  const found = useQuery({ queryKey: ['outcomes', 'rows', name, query], queryFn: () => rowsBehind(name, query), retry: false });
  return (
    <section className="card" aria-label="Rows behind the point">
      <h2>
        {shownPeriod(query.period)}: the rows behind the point{' '}
        <Button size="compact-xs" variant="default" onClick={close}>
          Close
        </Button>
      </h2>
      {found.isPending ? (
        <Waiting what="The rows" rows={3} />
      ) : found.isError ? (
        <Failure title="The rows are not for this account" error={found.error} />
      ) : found.data.rows.length === 0 ? (
        <p className="soft">There are none.</p>
      ) : (
        <>
          <Scrolling name="Rows behind the point" className="wide rows-behind">
            <Table aria-label="Rows behind the point">
              <Columns of={['When', 'Ward', 'What', 'Chart', { number: 'Minutes' }]} />
              <Table.Tbody>
                {found.data.rows.map((row) => (
                  <Table.Tr key={`${row.what} ${row.type} ${row.id}`}>
                    <Table.Td className="nowrap">{showTime(row.at)}</Table.Td>
                    <Table.Td>{row.ward}</Table.Td>
                    <Table.Td>
                      {row.inNumerator ? <strong>◆ in the numerator</strong> : 'in the denominator'}{' '}
                      <span className="soft">{row.type}</span>
                    </Table.Td>
                    <Table.Td>
                      {row.patient === null ? (
                        row.id
                      ) : (
                        <Go to={`/app/chart/${row.patient}`} className="mono">
                          open the chart
                        </Go>
                      )}
                    </Table.Td>
                    <Table.Td className="number">{row.minutes === null ? '' : Math.round(row.minutes)}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Scrolling>
          {found.data.cut && <p className="soft">There are more; these are the first 500, those in the numerator first.</p>}
        </>
      )}
    </section>
  );
}
