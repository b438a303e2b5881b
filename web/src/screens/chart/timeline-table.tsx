// The values of the timeline as a table: for screen readers, for paper, and for whoever wants to read numbers.
import { showTime } from '../../parts/dates.ts';
import { type Stretch, within } from './axis.ts';
import { flagMark, isOut, type Series } from './readings.ts';
import { ToSource } from './to-source.tsx';
import { unitWords } from './units.ts';

const rowsMax = 400;

export function TimelineTable({ series, stretch }: { series: readonly Series[]; stretch: Stretch }) {
  const rows = series
    .flatMap(({ name, unit, key, readings }) =>
      readings.filter(({ atMs }) => within(atMs, stretch)).map((reading) => ({ name, unit, key, reading })),
    )
    .sort((a, b) => b.reading.atMs - a.reading.atMs);
  return (
    <section className="card values" aria-label="Values as a table">
      <table>
        <caption>
          {rows.length} values in this time, newest first
          {rows.length > rowsMax ? `; the newest ${rowsMax} are listed: shorten the time to see the others` : ''}
        </caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Quantity</th>
            <th scope="col">Value</th>
            <th scope="col">Unit</th>
            <th scope="col">Reference range</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, rowsMax).map(({ name, unit, key, reading }) => (
            <tr key={`${key} ${reading.id}`}>
              <td className="nowrap">{showTime(reading.at)}</td>
              <td dir="auto">
                <ToSource of={`Observation/${reading.id}`}>{name}</ToSource>
              </td>
              <td className={isOut(reading.flag) ? 'out strong' : ''}>
                {reading.missing === undefined ? reading.shown : `missing: ${reading.missing}`} {flagMark[reading.flag ?? 'normal']}
                {reading.status === undefined ? '' : ` (${reading.status})`}
              </td>
              <td>
                {unitWords(unit ?? '')}
                {reading.converted === undefined ? '' : ` (recorded as ${reading.converted})`}
              </td>
              <td>{rangeWords(reading.low, reading.high)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export const rangeWords = (low: number | undefined, high: number | undefined): string =>
  low === undefined ? (high === undefined ? '' : `up to ${high}`) : high === undefined ? `from ${low}` : `${low} – ${high}`;
