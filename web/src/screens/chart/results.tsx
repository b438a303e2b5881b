// Results by day: a row a quantity and unit, a column a day; narrowed by category and to what is out of range.
import { Button, Checkbox, NativeSelect } from '@mantine/core';
import { useAsked } from '../../app/go.tsx';
import { showDate, showTime } from '../../parts/dates.ts';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { useObserved, useSeries } from './chart-query.ts';
import { flagMark, isOut, type Reading } from './readings.ts';
import { gridOf } from './result-grid.ts';
import { rangeWords } from './timeline-table.tsx';
import { ToSource } from './to-source.tsx';
import { unitWords } from './units.ts';

const columns = 8;

export default function Results({ id }: { id: string }) {
  const observed = useObserved(id);
  const series = useSeries(observed.data);
  const [asked, ask] = useAsked();
  if (observed.isPending) return <Waiting what="Results" rows={12} />;
  if (observed.data === undefined) return <Failure error={observed.error ?? new Error('')} again={() => void observed.refetch()} />;
  if (series.length === 0 && observed.data.complete)
    return (
      <Empty title="There is no result yet">
        Results come from the laboratory's messages, from devices, and from what is recorded at the bedside.
      </Empty>
    );
  const categories = [...new Set(series.map(({ category }) => category))];
  const category = categories.find((one) => one === asked['category']);
  const abnormalOnly = asked['abnormal'] === '1';
  const grid = gridOf(series, { category, abnormalOnly, upTo: asked['upto'], columns });
  return (
    <>
      <div className="timeline-head" data-search>
        <NativeSelect
          aria-label="Category"
          size="xs"
          value={category ?? ''}
          data={[{ value: '', label: 'All categories' }, ...categories]}
          onChange={(event) => ask({ category: event.currentTarget.value || undefined, upto: undefined }, { replace: true })}
        />
        <Checkbox
          size="sm"
          label="Out of range only"
          checked={abnormalOnly}
          onChange={() => ask({ abnormal: abnormalOnly ? undefined : '1', upto: undefined }, { replace: true })}
        />
        <span className="timeline-tools">
          <Button size="xs" variant="default" disabled={grid.newer === undefined} onClick={() => ask({ upto: grid.newer })}>
            ← Newer
          </Button>
          <Button size="xs" variant="default" disabled={grid.older === undefined} onClick={() => ask({ upto: grid.older })}>
            Older →
          </Button>
        </span>
        {!observed.data.complete && <span role="status">Older results are being fetched</span>}
      </div>
      {grid.rows.length === 0 ? (
        <Empty title="Nothing is out of range">
          {abnormalOnly ? 'Of what was measured with a range, all lies within it.' : 'Choose another category.'}
        </Empty>
      ) : (
        <section className="grid-scroll paper-wide" aria-label="Results by day">
          <table className="grid">
            <thead>
              <tr>
                <th scope="col">Quantity</th>
                {grid.days.map((day) => (
                  <th key={day} scope="col" className="nowrap">
                    {showDate(day)}
                  </th>
                ))}
              </tr>
            </thead>
            {groups(grid.rows, ({ series: { category: name } }) => name).map(([name, rows]) => (
              <tbody key={name}>
                <tr>
                  <th scope="rowgroup" colSpan={grid.days.length + 1} className="grid-group">
                    {name}
                  </th>
                </tr>
                {rows.map(({ series: of, days }) => (
                  <tr key={of.key}>
                    <th scope="row" dir="auto" title={of.name}>
                      <span className="grid-name">{of.name}</span>
                      <span className="grid-unit">
                        {[unitWords(of.unit ?? ''), lastRange(of.readings)].filter((one) => one !== '').join(' · ')}
                      </span>
                    </th>
                    {grid.days.map((day) => (
                      <td key={day}>
                        <Cell readings={days.get(day) ?? []} />
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            ))}
          </table>
        </section>
      )}
    </>
  );
}

function groups<T>(rows: readonly T[], of: (row: T) => string): [string, T[]][] {
  const found = new Map<string, T[]>();
  for (const row of rows) found.set(of(row), [...(found.get(of(row)) ?? []), row]);
  return [...found];
}

const lastRange = (readings: readonly Reading[]): string => {
  const last = readings.findLast(({ low, high }) => low !== undefined || high !== undefined);
  return last === undefined ? '' : rangeWords(last.low, last.high);
};

const cellMax = 3;

function Cell({ readings }: { readings: readonly Reading[] }) {
  return (
    <>
      {readings.slice(0, cellMax).map((reading) => (
        <ToSource
          key={reading.id}
          of={`Observation/${reading.id}`}
          className={`grid-value${isOut(reading.flag) ? ' out strong' : ''}`}
          title={[
            showTime(reading.at),
            reading.missing,
            reading.converted === undefined ? undefined : `recorded as ${reading.converted}`,
            reading.status,
          ]
            .filter((one) => one !== undefined)
            .join(' · ')}
        >
          {reading.missing === undefined ? reading.shown : '✕ missing'} {flagMark[reading.flag ?? 'normal']}
          {reading.status === undefined ? '' : ` (${reading.status})`}
          {readings.length > 1 && <span className="grid-time">{showTime(reading.at).slice(12)}</span>}
        </ToSource>
      ))}
      {readings.length > cellMax && <span className="grid-time">and {readings.length - cellMax} more</span>}
    </>
  );
}
