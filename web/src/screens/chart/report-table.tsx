// The results of one report, as it would stand on the laboratory's paper.
import type { Observation } from '../../../../src/fhir/generated/types.ts';
import { flagMark, isOut, seriesOf } from './readings.ts';
import { rangeWords } from './timeline-table.tsx';
import { ToSource } from './to-source.tsx';
import { unitWords } from './units.ts';

export function ReportTable({ observations }: { observations: readonly Observation[] }) {
  const rows = seriesOf(observations).flatMap(({ key, name, unit, readings }) => readings.map((reading) => ({ key, name, unit, reading })));
  return (
    <table className="values-table">
      <thead>
        <tr>
          <th scope="col">Quantity</th>
          <th scope="col">Value</th>
          <th scope="col">Unit</th>
          <th scope="col">Reference range</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, name, unit, reading }) => (
          <tr key={`${key} ${reading.id}`}>
            <td dir="auto">
              <ToSource of={`Observation/${reading.id}`}>{name}</ToSource>
            </td>
            <td className={isOut(reading.flag) ? 'out strong' : ''}>
              {reading.missing === undefined ? reading.shown : `missing: ${reading.missing}`} {flagMark[reading.flag ?? 'normal']}
            </td>
            <td>{unitWords(unit ?? '')}</td>
            <td>{rangeWords(reading.low, reading.high)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
