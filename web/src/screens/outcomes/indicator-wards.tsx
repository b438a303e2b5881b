// The wards of an indicator: each with its latest value, and all beside each other as a funnel.
import { Table } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Go, useAsked } from '../../app/go.tsx';
import { Waiting } from '../../parts/states.tsx';
import { funnelOf, type OneIndicator } from './api.ts';
import { FunnelPlot, Sparkline } from './charts.tsx';
import { shownNumber, shownPeriod } from './shape.ts';
import { MeaningMark } from './words.tsx';

export function Wards({ data }: { data: OneIndicator }) {
  const [asked] = useAsked();
  return (
    <section className="card" aria-label="Wards">
      <h2>Wards</h2>
      {data.wards.length === 0 ? (
        <p className="soft">No row says of which ward it is.</p>
      ) : (
        <Table aria-label="Wards">
          <Table.Tbody>
            {data.wards.map(({ ward, now, points = [] }) => (
              <Table.Tr key={ward}>
                <Table.Td>
                  <Go to="/app/outcomes" asked={{ ...asked, ward, period: undefined }} dir="auto">
                    {ward}
                  </Go>
                </Table.Td>
                <Table.Td className="number">{shownNumber(now?.value)}</Table.Td>
                <Table.Td>
                  <Sparkline points={points} worse={now?.meaning === 'worse'} />
                </Table.Td>
                <Table.Td>{now !== undefined && <MeaningMark meaning={now.meaning} />}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </section>
  );
}

export function Funnel({
  name,
  title,
  query,
}: {
  name: string;
  title: string;
  query: { step: string | undefined; until: string | undefined };
}) {
  const found = useQuery({
    queryKey: ['outcomes', 'funnel', name, query],
    queryFn: () => funnelOf(name, query),
    retry: false,
    placeholderData: keepPreviousData,
  });
  return (
    <section className="card" aria-label="Funnel plot">
      <h2>Wards beside each other</h2>
      {found.isPending ? (
        <Waiting what="The funnel" rows={4} />
      ) : found.isError ? (
        <p className="soft">{found.error.message}</p>
      ) : (
        <>
          <FunnelPlot data={found.data} title={title} />
          <p className="soft">
            {shownPeriod(found.data.from)} to {shownPeriod(found.data.to)}, {found.data.unit}. Within the funnel wards differ no more than
            chance would have it; small wards scatter more.{' '}
            {found.data.overdispersion === 'none' ? '' : 'Limits are widened, because wards scatter more than chance alone. '}Not adjusted
            for who the patients are.
          </p>
          {found.data.notes.map((note) => (
            <p key={note} className="soft">
              {note}
            </p>
          ))}
          <details>
            <summary>As a table</summary>
            <Table aria-label="Wards of the funnel">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Ward</Table.Th>
                  <Table.Th className="number">Numerator</Table.Th>
                  <Table.Th className="number">Denominator</Table.Th>
                  <Table.Th className="number">{found.data.unit}</Table.Th>
                  <Table.Th>Where it lies</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {found.data.units.map(({ name: ward, observed, denominator, value, beyond }) => (
                  <Table.Tr key={ward}>
                    <Table.Td dir="auto">{ward}</Table.Td>
                    <Table.Td className="number">{observed}</Table.Td>
                    <Table.Td className="number">{shownNumber(denominator)}</Table.Td>
                    <Table.Td className="number">{shownNumber(value)}</Table.Td>
                    <Table.Td>{beyond === null ? 'within' : `◆ ${beyond.direction} the ${beyond.level} % limit`}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </details>
        </>
      )}
    </section>
  );
}
