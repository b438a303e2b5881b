// The control chart of an indicator, its signs in words, and the same points as a table.
import { Button, Table } from '@mantine/core';
import { showTime } from '../../parts/dates.ts';
import { Scrolling } from '../../parts/scrolling.tsx';
import { Empty } from '../../parts/states.tsx';
import type { OneIndicator } from './api.ts';
import { ControlChart } from './charts.tsx';
import { shownNumber, shownPeriod } from './shape.ts';
import { directionWords, MeaningMark } from './words.tsx';

export function ChartCard({ data, ward, onPoint }: { data: OneIndicator; ward: string | undefined; onPoint(period: string): void }) {
  const { chart, indicator } = data;
  if (chart.points.every(({ value }) => value === null))
    return (
      <Empty title="There is no value in this time">
        Either nothing of it is recorded, or every period is smaller than {indicator.denominatorLeast}. What it reads stands below, under
        “What is counted”.
      </Empty>
    );
  return (
    <section className="card" aria-label="Control chart">
      <h2>
        {indicator.question} <span className="count">{ward ?? 'Whole hospital'}</span>
      </h2>
      <ControlChart data={data} notes={data.notes} onPoint={onPoint} />
      <p className="soft chart-legend">
        <span aria-hidden="true">●</span> within what is usual · <span aria-hidden="true">◆</span> part of a sign ·{' '}
        <span aria-hidden="true">○</span> not judged (too few, not over, or what follows is not known yet) · {indicator.unit},{' '}
        {directionWords[indicator.direction]} · {chart.kindTitle}
      </p>
      {chart.signs.length > 0 && (
        <ul className="signs" aria-label="Signs">
          {chart.signs.map((sign) => (
            <li key={`${sign.rule} ${sign.from} ${sign.says}`}>
              <MeaningMark meaning={sign.meaning} says={sign.says} />
            </li>
          ))}
        </ul>
      )}
      {chart.notes.map((note) => (
        <p key={note} className="soft">
          {note}
        </p>
      ))}
      <details>
        <summary>As a table</summary>
        <Points data={data} onPoint={onPoint} />
      </details>
      <p className="soft">
        Record as of position {data.position}, {showTime(data.at)}; periods as in {data.timeZone}.
      </p>
    </section>
  );
}

function Points({ data, onPoint }: { data: OneIndicator; onPoint(period: string): void }) {
  return (
    <Scrolling name="Points">
      <Table aria-label="Points">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Period</Table.Th>
            <Table.Th className="number">Numerator</Table.Th>
            <Table.Th className="number">Denominator</Table.Th>
            <Table.Th className="number">{data.indicator.unit}</Table.Th>
            <Table.Th className="number">Limits</Table.Th>
            <Table.Th>Remark</Table.Th>
            <Table.Th>Rows</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.chart.points.map((point) => (
            <Table.Tr key={point.period}>
              <Table.Td className="nowrap">{shownPeriod(point.period)}</Table.Td>
              <Table.Td className="number">{point.numerator}</Table.Td>
              <Table.Td className="number">{shownNumber(point.denominator)}</Table.Td>
              <Table.Td className="number">{shownNumber(point.value)}</Table.Td>
              <Table.Td className="number nowrap">
                {point.limits === null ? '–' : `${shownNumber(point.limits.lower)} to ${shownNumber(point.limits.upper)}`}
              </Table.Td>
              <Table.Td>{point.left ?? (point.broken.length > 0 ? `◆ ${point.broken.join(', ').replaceAll('-', ' ')}` : '')}</Table.Td>
              <Table.Td>
                <Button
                  size="compact-xs"
                  variant="default"
                  aria-label={`Rows of ${shownPeriod(point.period)}`}
                  onClick={() => onPoint(point.period)}
                >
                  Rows
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Scrolling>
  );
}
