// How frequent a registry is by postal area, on a map and as a table: counted, by the people of the area, and standardised by age with its interval.
import { Table } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useAsked } from '../../app/go.tsx';
import { Scrolling } from '../../parts/scrolling.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { ratesOf } from './api.ts';
import { rateWords } from './rate-classes.ts';
import { RateMap } from './rate-map.tsx';
import { countWords } from './shape.ts';

export function AreaRates({ name, everybody }: { name: string; everybody: boolean }) {
  const [asked] = useAsked();
  const found = useQuery({
    queryKey: ['Condition', 'population', 'rates', name],
    queryFn: () => ratesOf(name),
    placeholderData: keepPreviousData,
  });
  if (found.isPending) return <Waiting what="Rates" rows={10} />;
  if (found.isError) return <Failure error={found.error} again={() => void found.refetch()} />;
  const { rows, per, madeUp, says, standard, title } = found.data;
  if (rows.length === 0) return <Empty title="No postal areas">Rates are by the postal code of patients; none has one.</Empty>;
  return (
    <section className="card" aria-label="By area">
      {madeUp && <p role="note">The people of these areas are made up. {says}</p>}
      <RateMap rates={found.data} everybody={everybody} />
      <Scrolling name={`${title} by area`}>
        <Table aria-label={`${title} by area`}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Area</Table.Th>
              <Table.Th className="number">Patients</Table.Th>
              <Table.Th className="number">People on record</Table.Th>
              <Table.Th className="number">People of the area</Table.Th>
              <Table.Th className="number">Per {per.toLocaleString('en')}</Table.Th>
              <Table.Th>Standardised by age</Table.Th>
              <Table.Th>Standardised, of those on record</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={row.area} aria-current={row.area === asked['area'] ? 'true' : undefined}>
                <Table.Td dir="auto">
                  {row.name ?? row.area} <span className="beside">{row.name === null ? '' : row.area}</span>
                </Table.Td>
                <Table.Td className="number">{countWords(row.members)}</Table.Td>
                <Table.Td className="number">{countWords(row.onRecord)}</Table.Td>
                <Table.Td className="number">{row.population === null ? '–' : countWords(row.population)}</Table.Td>
                <Table.Td className="number">{row.crude === null ? '–' : row.crude.toFixed(1)}</Table.Td>
                <Table.Td>{rateWords(row.standardised)}</Table.Td>
                <Table.Td>{rateWords(row.ofRecord)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Scrolling>
      <p className="beside">
        Rates per {per.toLocaleString('en')} people, directly standardised to {standard}, with 95 % intervals (Fay and Feuer 1997). They
        count who is known here: an area whose people go elsewhere looks healthier than it is.
      </p>
    </section>
  );
}
