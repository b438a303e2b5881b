// Beside the map: what the area has that is pointed at, reached by keys or chosen, and what colours, hatching and outlines mean.
import type { AreaRow } from './api.ts';
import {
  type AreaMarks,
  countWords,
  intervalWords,
  type Level,
  levelMarks,
  levelWords,
  levelWordsOf,
  markOf,
  ofExpected,
} from './words.ts';

interface Told {
  name: string | undefined;
  area: string | undefined;
  row: AreaRow | undefined;
  marks: AreaMarks;
}

export function AreaReading({ name, area, row, marks }: Told) {
  if (area === undefined)
    return (
      <p className="map-reading soft">
        Point at an area, or reach the map with Tab and go by arrow keys. Enter or a click narrows the days and the rows to it.
      </p>
    );
  return (
    <div className="map-reading">
      <p>
        <b dir="auto">{name}</b> {name === area ? '' : <span className="soft">{area}</span>}
      </p>
      {row === undefined ? (
        <p>No visits in these days</p>
      ) : (
        <>
          <p className="map-number">
            <span aria-hidden="true">{markOf(row)}</span> {ofExpected(row)} {row.expected ? 'expected' : ''}
          </p>
          <p>{levelWordsOf(row)}</p>
          {row.ratio !== null && <p className="soft">Observed by expected {intervalWords(row.ratio, 2)}</p>}
          <p className="soft">All visits {countWords(row.visits)}</p>
        </>
      )}
      {marks.alerts.has(area) && <p>In an alert that is not closed</p>}
      {marks.cluster.has(area) && <p>In the likely cluster</p>}
    </div>
  );
}

const steps: readonly Level[] = ['high', 'above', 'usual', 'below'];

export function MapKey({ rows, marks, none }: { rows: readonly AreaRow[]; marks: AreaMarks; none: boolean }) {
  return (
    <ul className="map-key" aria-label="What the map’s colours mean">
      {steps.map((level) => (
        <li key={level}>
          <i className={`level-${level}`} aria-hidden="true">
            {levelMarks[level]}
          </i>{' '}
          {levelWords[level]}
        </li>
      ))}
      {rows.some(({ cases }) => cases === null) && (
        <li>
          <i className="key-kept" /> kept back: fewer than 5, or told by others
        </li>
      )}
      {none && (
        <li>
          <i className="key-none" /> no visits, or nothing to compare with
        </li>
      )}
      {marks.alerts.size > 0 && (
        <li>
          <i className="key-outline-alert" /> in an alert that is not closed
        </li>
      )}
      {marks.cluster.size > 0 && (
        <li>
          <i className="key-outline-cluster" /> in the likely cluster
        </li>
      )}
    </ul>
  );
}
