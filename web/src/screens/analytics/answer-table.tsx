// The rows of an answer, a part at a time; a row leads where the question says, a patient to the chart.
import { Button, Table } from '@mantine/core';
import { useState } from 'react';
import { Go } from '../../app/go.tsx';
import { Scrolling } from '../../parts/scrolling.tsx';
import type { Answer, Cell, Drill } from './api.ts';
import { chartOf, targetOf } from './leads.tsx';
import { isNumeric } from './plotted.ts';

const rowsAtOnce = 200;

export function AnswerTable({ answer, drill, title }: { answer: Answer; drill?: Drill | undefined; title: string }) {
  const [most, setMost] = useState(rowsAtOnce);
  const numbers = answer.columns.map(({ type }) => isNumeric(type));
  if (answer.rows.length === 0) return <p className="soft">No rows: nothing fits what was asked.</p>;
  return (
    <>
      <Scrolling name={`${title}, rows`} className="wide answer">
        <Table aria-label={title} stickyHeader>
          <Table.Thead>
            <Table.Tr>
              {answer.columns.map(({ name, type }, at) => (
                <Table.Th key={name} className={numbers[at] === true ? 'number' : undefined} title={type}>
                  {name}
                  {type.startsWith('TIMESTAMP WITH') && <span className="soft"> UTC</span>}
                </Table.Th>
              ))}
              {drill !== undefined && <Table.Th>Behind it</Table.Th>}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {answer.rows.slice(0, most).map((row, index) => {
              const target = targetOf(answer, drill, index);
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name, and stay where they are
                <Table.Tr key={index}>
                  {answer.columns.map(({ name, type }, at) => (
                    <Table.Td key={name} className={numbers[at] === true ? 'number' : undefined} dir="auto">
                      <Shown answer={answer} cell={row[at] ?? null} column={name} type={type} />
                    </Table.Td>
                  ))}
                  {drill !== undefined && (
                    <Table.Td>
                      {target !== undefined && (
                        <Go to={target.to} asked={target.asked}>
                          Rows
                        </Go>
                      )}
                    </Table.Td>
                  )}
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </Scrolling>
      {answer.rows.length > most && (
        <Button variant="default" size="xs" mt="xs" onClick={() => setMost(most + 1_000)}>
          {(answer.rows.length - most).toLocaleString('en')} more rows
        </Button>
      )}
    </>
  );
}

function Shown({ answer, cell, column, type }: { answer: Answer; cell: Cell; column: string; type: string }) {
  if (cell === null) return <span className="soft">–</span>;
  const chart = chartOf(answer, column, cell);
  if (chart !== undefined) return <Go to={chart.to}>Chart</Go>;
  if (typeof cell === 'object') return JSON.stringify(cell);
  return type.startsWith('TIMESTAMP') ? String(cell).replace(/(:\d\d)(\.\d+)?\+00(:00)?$/, '$1') : String(cell);
}
