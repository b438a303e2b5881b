// Areas as tiles where areas.json has put them, for areas without boundaries or whoever prefers them: size and distance say nothing. A tile says in words how
// many there are beside what its share of other visits would bring, and narrows everything to it.
import type { AreaChoice } from '../../parts/map/areas.ts';
import type { AreaRow } from './api.ts';
import { areaName, levelOf, levelWordsOf, markOf, ofExpected } from './words.ts';

export function AreaTiles({ rows, chosen, choose, placed }: { rows: readonly AreaRow[]; placed: boolean } & AreaChoice) {
  const columns = ranks(rows.flatMap(({ x }) => x ?? []));
  const lines = ranks(rows.flatMap(({ y }) => y ?? []));
  return (
    <ul className="tiles">
      {rows.map((row) => {
        const level = levelOf(row);
        const here = chosen === row.area;
        return (
          <li
            key={row.area}
            style={
              !placed || row.x === undefined || row.y === undefined
                ? {}
                : { gridColumn: columns.indexOf(row.x) + 1, gridRow: lines.indexOf(row.y) + 1 }
            }
          >
            <button
              type="button"
              className={`tile level-${level}`}
              aria-pressed={here}
              // Nothing can be asked of those without a code alone.
              disabled={row.area === ''}
              onClick={() => choose(here ? undefined : row.area)}
            >
              <span className="tile-name" dir="auto">
                {areaName(row)}
              </span>
              <span className="tile-number">
                <span aria-hidden="true">{markOf(row)}</span> {ofExpected(row)}
              </span>
              <span className="tile-words">{levelWordsOf(row)}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

const ranks = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);
