// Areas as a table: the same numbers for whoever reads rather than looks.
import { Table } from '@mantine/core';
import type { AreaRow, Areas } from './api.ts';
import { areaName, countWords, intervalWords } from './words.ts';

export function AreaTable({ areas }: { areas: Areas }) {
  const crude = areas.rows.some((row) => row.crude !== null);
  return (
    <Table aria-label="Areas">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Area</Table.Th>
          <Table.Th className="number">Cases</Table.Th>
          <Table.Th className="number">All visits</Table.Th>
          <Table.Th className="number">Expected</Table.Th>
          <Table.Th className="number">Observed by expected (95 %)</Table.Th>
          <Table.Th className="number">By 100,000 a year, standardised{areas.madeUp ? ' (population made up)' : ''}</Table.Th>
          {crude && <Table.Th className="number">By 100,000 a year, not standardised</Table.Th>}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {areas.rows.map((row: AreaRow) => (
          <Table.Tr key={row.area}>
            <Table.Td>
              {row.area} {areaName(row) !== row.area && <span dir="auto">{areaName(row)}</span>}
            </Table.Td>
            <Table.Td className="number">{countWords(row.cases)}</Table.Td>
            <Table.Td className="number">{countWords(row.visits)}</Table.Td>
            <Table.Td className="number">{row.expected?.toFixed(1) ?? ''}</Table.Td>
            <Table.Td className="number">{intervalWords(row.ratio, 2)}</Table.Td>
            <Table.Td className="number">{intervalWords(row.rate, 0)}</Table.Td>
            {crude && <Table.Td className="number">{intervalWords(row.crude, 0)}</Table.Td>}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
