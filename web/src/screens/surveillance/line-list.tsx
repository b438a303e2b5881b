// The persons behind the numbers, of the days and people chosen above: why each is counted, and the way to the chart.
import { Table } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Go } from '../../app/go.tsx';
import { ageOf, showTime } from '../../parts/dates.ts';
import { Scrolling } from '../../parts/scrolling.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { lineListOf, type Wish } from './api.ts';

export function LineList({ wish, allowed }: { wish: Wish; allowed: boolean }) {
  const found = useQuery({
    queryKey: ['Encounter', 'surveillance', 'linelist', wish],
    queryFn: () => lineListOf(wish),
    enabled: allowed && wish.syndrome !== undefined,
    placeholderData: keepPreviousData,
  });
  return (
    <section className="card line-list" aria-label="Line list">
      <h2>
        Line list {found.data !== undefined && <span className="count">{found.data.more ? 'the newest 500' : found.data.rows.length}</span>}
      </h2>
      {!allowed ? (
        <Empty title="Rows of persons are not for this account">
          They go with the right to export: ask the analyst or the records office for them. Counts above are complete; those from 1 to 4 of
          an area or of people alike are kept back.
        </Empty>
      ) : found.isPending ? (
        <Waiting what="The rows" />
      ) : found.isError ? (
        <Failure error={found.error} again={() => void found.refetch()} />
      ) : found.data.rows.length === 0 ? (
        <Empty title="Nobody in these days">Choose other days in the chart, or take filters away above.</Empty>
      ) : (
        <Scrolling name="Rows" className="wide lines">
          <Table aria-label="Line list">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Came</Table.Th>
                <Table.Th>Patient</Table.Th>
                <Table.Th>Age, sex</Table.Th>
                <Table.Th>Area</Table.Th>
                <Table.Th>Place</Table.Th>
                <Table.Th>Complaint</Table.Th>
                <Table.Th>Counted by</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {found.data.rows.map((row) => (
                <Table.Tr key={row.encounter}>
                  <Table.Td className="nowrap">{showTime(row.start.replace(' ', 'T').replace(/\+00$/, 'Z'))}</Table.Td>
                  <Table.Td className="long">
                    <Go to={`/app/chart/${encodeURIComponent(row.patient)}`} dir="auto">
                      {row.name === '' ? row.mrn || 'No name recorded' : row.name}
                    </Go>{' '}
                    <span className="soft">{row.mrn}</span>
                  </Table.Td>
                  <Table.Td className="nowrap">
                    {ageOf(row.born, new Date(row.day))} {row.sex}
                  </Table.Td>
                  <Table.Td>{row.area}</Table.Td>
                  <Table.Td>{row.place}</Table.Td>
                  <Table.Td className="complaint" dir="auto">
                    {row.complaint}
                  </Table.Td>
                  <Table.Td className="why">
                    {row.words.length > 0 && `“${row.words.join('”, “')}”`}
                    {row.words.length > 0 && row.codes.length > 0 && ', '}
                    {row.codes.length > 0 && <span className="mono">{row.codes.join(', ')}</span>}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Scrolling>
      )}
    </section>
  );
}
