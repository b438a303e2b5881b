// The heads of a table's columns, in their order; figures stand on the right.
import { Table } from '@mantine/core';

export function Columns({ of }: { of: readonly (string | { number: string })[] }) {
  return (
    <Table.Thead>
      <Table.Tr>
        {of.map((one) =>
          typeof one === 'string' ? (
            <Table.Th key={one}>{one}</Table.Th>
          ) : (
            <Table.Th key={one.number} className="number">
              {one.number}
            </Table.Th>
          ),
        )}
      </Table.Tr>
    </Table.Thead>
  );
}
