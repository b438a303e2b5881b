// Areas on a map, coloured as tiles are. One stop of the Tab key, arrow keys from area to area, Enter chooses; what an area has is said in words beside the
// map, in its name for whoever does not see it, and on it by marks. Alerts and a likely cluster are outlines.
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import type { AreaRow, Boundary } from './api.ts';
import { AreaReading, MapKey } from './area-reading.tsx';
import { AreaShape, AreaWords, Hatch, type ShapeEvents } from './area-shape.tsx';
import type { AreaChoice } from './area-tiles.tsx';
import { drawMap, neighbour } from './map-geometry.ts';
import { type AreaMarks, levelOf, marksOf, rowWords } from './words.ts';

const usualWidth = 640;
/** Narrower than this an area would be nothing but its outline. */
const smallRoom = 24;
/** More names than these would cover the map. */
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
  const drawn = useMemo(() => new Map(drawing.areas.map((each) => [each.area, each])), [drawing]);
  const byArea = useMemo(() => new Map(rows.map((row) => [row.area, row])), [rows]);
  const stop = [active, chosen].find((area) => area !== undefined && drawn.has(area)) ?? drawing.areas[0]?.area;

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
      if (next !== undefined) box.current?.querySelector<SVGPathElement>(`[data-area="${CSS.escape(next)}"]`)?.focus();
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const focused = (area: string | undefined): void => {
    setActive(area);
    // A mouse that rests on the map does not speak for whoever goes by keys.
    if (area !== undefined) setPointed(undefined);
  };
  const newest = useRef<ShapeEvents>({ pick, typed, focused, pointed: setPointed });
  useEffect(() => {
    newest.current = { pick, typed, focused, pointed: setPointed };
  });
  const on = useMemo<ShapeEvents>(
    () => ({
      pick: (area) => newest.current.pick(area),
      typed: (event, area) => newest.current.typed(event, area),
      focused: (area) => newest.current.focused(area),
      pointed: (area) => newest.current.pointed(area),
    }),
    [],
  );
  const outline = (area: string | undefined, className: string) => {
    const shape = area === undefined ? undefined : drawn.get(area);
    if (shape === undefined) return null;
    return <path key={`${className} ${area}`} d={shape.path} className={`${className} ${shape.room < smallRoom ? 'outline-small' : ''}`} />;
  };
  const told = drawn.get(pointed ?? active ?? chosen ?? '');
  const bare = (row: AreaRow | undefined): boolean => row === undefined || (row.cases !== null && levelOf(row) === 'unknown');

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
          {drawing.areas.map(({ area, name, path }) => (
            <AreaShape
              key={area}
              area={area}
              path={path}
              label={`${name}: ${rowWords(byArea.get(area))}${marksOf(marks, area)}`}
              row={byArea.get(area)}
              chosen={area === chosen}
              stop={area === stop}
              hatch={hatch}
              on={on}
            />
          ))}
          {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it takes the focus; its words are those of the areas below. */}
          <g className="map-over" aria-hidden="true">
            {[...marks.alerts].map((area) => outline(area, 'outline-alert'))}
            {[...marks.cluster].map((area) => outline(area, 'outline-cluster'))}
            {outline(chosen, 'outline-chosen')}
            {outline(pointed, 'outline-pointed')}
            {outline(active, 'outline-focus')}
            {drawing.areas.length <= namedMost &&
              drawing.areas.map((each) => <AreaWords key={each.area} drawn={each} row={byArea.get(each.area)} />)}
          </g>
        </svg>
      </div>
      <div className="map-beside">
        <AreaReading name={told?.name} area={told?.area} row={byArea.get(told?.area ?? '')} marks={marks} />
        <MapKey rows={rows} marks={marks} none={drawing.areas.some(({ area }) => bare(byArea.get(area)))} />
      </div>
    </div>
  );
}
