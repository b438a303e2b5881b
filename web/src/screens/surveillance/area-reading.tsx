// An area as the map shows it: its colour and number, and beside the map in words what it has. Alerts and a likely cluster are outlines.
import type { AreaShown } from '../../parts/map/areas.ts';
import type { KeyEntry } from '../../parts/map/map-key.tsx';
import type { AreaRow } from './api.ts';
import {
  type AreaMarks,
  countWords,
  intervalWords,
  type Level,
  levelMarks,
  levelOf,
  levelWords,
  levelWordsOf,
  markOf,
  marksOf,
  ofExpected,
  rowWords,
} from './words.ts';

export function shownArea(row: AreaRow, marks: AreaMarks): AreaShown {
  const level = levelOf(row);
  const mark = markOf(row);
  return {
    area: row.area,
    look: level !== 'unknown' ? { level: `level-${level}` } : row.cases === null ? 'kept' : 'none',
    value: `${mark} ${ofExpected(row)}`.trim(),
    mark,
    words: `${rowWords(row)}${marksOf(marks, row.area)}`,
  };
}

export function AreaReading({ row, marks }: { row: AreaRow | undefined; marks: AreaMarks }) {
  if (row === undefined) return null;
  return (
    <>
      <p className="map-number">
        <span aria-hidden="true">{markOf(row)}</span> {ofExpected(row)} {row.expected ? 'expected' : ''}
      </p>
      <p>{levelWordsOf(row)}</p>
      {row.ratio !== null && <p className="soft">Observed by expected {intervalWords(row.ratio, 2)}</p>}
      <p className="soft">All visits {countWords(row.visits)}</p>
      {marks.alerts.has(row.area) && <p>In an alert that is not closed</p>}
      {marks.cluster.has(row.area) && <p>In the likely cluster</p>}
    </>
  );
}

const steps: readonly Exclude<Level, 'unknown'>[] = ['high', 'above', 'usual', 'below'];
export const levelEntries: readonly KeyEntry[] = steps.map((level) => ({
  look: `level-${level}`,
  mark: levelMarks[level],
  words: levelWords[level],
}));
