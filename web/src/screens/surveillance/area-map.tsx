// Areas on a map, coloured as tiles are. One stop of the Tab key, arrow keys from area to area, Enter chooses; what an area has is said in words beside the
// map, in its name for whoever does not see it, and on it by marks. Alerts and a likely cluster are outlines.
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import type { AreaRow, Boundary } from './api.ts';
import { AreaReading, MapKey } from './area-reading.tsx';
import type { AreaChoice } from './area-tiles.tsx';
import { type DrawnArea, drawMap, neighbour } from './map-geometry.ts';
import { type AreaMarks, levelMarks, levelOf, marksOf, ofExpected, rowWords } from './words.ts';

const usualWidth = 640;
/** Of a letter, in the size in which areas are named. */
const letterWide = 7;
/** Between words and the lines on both sides. */
const beside = 10;
/** More than these would cover the map. */
const namedMost = 60;

export function AreaMap({
  rows,
  boundaries,
  marks,
  chosen,
  choose,
}: { rows: readonly AreaRow[]; boundaries: readonly Boundary[]; marks: AreaMarks } & AreaChoice) {
  const [width, setWidth] = useState(usualWidth);
  const [active, setActive] = useState<string>();
  const [pointed, setPointed] = useState<string>();
  const box = useRef<HTMLDivElement>(null);
  const hatch = useId();
  useEffect(() => {
    if (box.current === null) return undefined;
    const watch = new ResizeObserver(([entry]) => {
      const now = Math.round(entry?.contentRect.width ?? 0);
      if (now > 0) setWidth(now);
    });
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  const drawing = useMemo(() => drawMap(boundaries, width), [boundaries, width]);
  const byArea = useMemo(() => new Map(rows.map((row) => [row.area, row])), [rows]);
  const first = active ?? chosen ?? drawing.areas[0]?.area;
  const stop = drawing.areas.some(({ area }) => area === first) ? first : drawing.areas[0]?.area;

  const go = (area: string): void => {
    setActive(area);
    box.current?.querySelector<SVGPathElement>(`[data-area="${CSS.escape(area)}"]`)?.focus();
  };
  const pick = (area: string): void => {
    if (byArea.has(area)) choose(area === chosen ? undefined : area);
  };
  const typed = (event: KeyboardEvent, area: string): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter' || event.key === ' ') pick(area);
    else if (event.key === 'Escape' && chosen !== undefined) choose(undefined);
    else {
      const next = neighbour(drawing.areas, area, event.key);
      if (next === undefined && !event.key.startsWith('Arrow')) return;
      if (next !== undefined) go(next);
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const pathOf = (area: string): string => drawing.areas.find((each) => each.area === area)?.path ?? '';
  const told = pointed ?? active ?? chosen;
  const drawnTold = drawing.areas.find(({ area }) => area === told);

  return (
    <div className="map">
      <div className="map-box" ref={box}>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot stand in SVG. */}
        <svg
          viewBox={`0 0 ${drawing.width} ${drawing.height.toFixed(0)}`}
          role="group"
          aria-label="Map of areas: arrow keys go from one to the next"
        >
          <defs>
            <Hatch id={`${hatch}-none`} className="hatch-none" size={9} />
            <Hatch id={`${hatch}-kept`} className="hatch-kept" size={5} />
          </defs>
          {drawing.areas.map(({ area, name, path }) => {
            const row = byArea.get(area);
            return (
              // biome-ignore lint/a11y/useSemanticElements: a button cannot stand in SVG.
              <path
                key={area}
                d={path}
                data-area={area}
                role="button"
                tabIndex={area === stop ? 0 : -1}
                aria-pressed={area === chosen}
                aria-disabled={row === undefined}
                aria-label={`${name}: ${rowWords(row)}${marksOf(marks, area)}`}
                className={`map-area ${row === undefined ? '' : `level-${levelOf(row)}`}`}
                {...(row === undefined ? { fill: `url(#${hatch}-none)` } : row.cases === null ? { fill: `url(#${hatch}-kept)` } : {})}
                onClick={() => pick(area)}
                onKeyDown={(event) => typed(event, area)}
                onFocus={() => {
                  setActive(area);
                  // A mouse that rests on the map does not speak for whoever goes by keys.
                  setPointed(undefined);
                }}
                onBlur={() => setActive(undefined)}
                onPointerEnter={() => setPointed(area)}
                onPointerLeave={() => setPointed(undefined)}
              />
            );
          })}
          {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it takes the focus; its words are those of the areas below. */}
          <g className="map-over" aria-hidden="true">
            {[...marks.alerts].map((area) => (
              <path key={area} d={pathOf(area)} className="outline-alert" />
            ))}
            {[...marks.cluster].map((area) => (
              <path key={area} d={pathOf(area)} className="outline-cluster" />
            ))}
            {chosen !== undefined && <path d={pathOf(chosen)} className="outline-chosen" />}
            {pointed !== undefined && <path d={pathOf(pointed)} className="outline-pointed" />}
            {active !== undefined && <path d={pathOf(active)} className="outline-focus" />}
            {drawing.areas.length <= namedMost &&
              drawing.areas.map((each) => <Words key={each.area} drawn={each} row={byArea.get(each.area)} />)}
          </g>
        </svg>
      </div>
      <div className="map-beside">
        <AreaReading
          name={drawnTold?.name}
          area={drawnTold?.area}
          row={drawnTold === undefined ? undefined : byArea.get(drawnTold.area)}
          marks={marks}
        />
        <MapKey rows={rows} marks={marks} none={drawing.areas.some(({ area }) => !byArea.has(area))} />
      </div>
    </div>
  );
}

function Hatch({ id, className, size }: { id: string; className: string; size: number }) {
  return (
    <pattern id={id} className={className} width={size} height={size} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect width={size} height={size} />
      <line x1="0" y1="0" x2="0" y2={size} />
    </pattern>
  );
}

/** The name and the number of an area, as far as there is room for them. */
function Words({ drawn: { name, at, room }, row }: { drawn: DrawnArea; row: AreaRow | undefined }) {
  const fits = (words: string): boolean => words.length * letterWide + beside < room;
  const level = row === undefined ? undefined : levelOf(row);
  const mark = level === undefined ? '' : levelMarks[level];
  const number = row === undefined ? '' : `${mark} ${ofExpected(row)}`;
  const lines = [fits(name) ? name : '', fits(number) ? number : fits(mark) ? mark : ''].filter((words) => words !== '');
  return (
    <text x={at[0]} y={at[1] - (lines.length - 1) * 7 + 4}>
      {lines.map((words, i) => (
        <tspan key={words} x={at[0]} dy={i === 0 ? 0 : 15} className={words === name ? 'map-name' : ''}>
          {words}
        </tspan>
      ))}
    </text>
  );
}
