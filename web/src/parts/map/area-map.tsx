// Areas on a map. One stop of the Tab key, arrow keys from area to area, Enter chooses; what an area has is said in words beside the map, in its name for
// whoever does not see it, and on it by marks. What a screen wants to be seen besides is an outline.
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react';
import { AreaShape, AreaWords, Hatch, type ShapeEvents } from './area-shape.tsx';
import type { AreaChoice, AreaShown } from './areas.ts';
import type { Boundary } from './boundaries.ts';
import { drawMap, neighbour } from './geometry.ts';
import { type KeyEntry, MapKey } from './map-key.tsx';
import './map.css';

const usualWidth = 640;
/** Narrower than this an area would be nothing but its outline. */
const smallRoom = 24;
/** More names than these would cover the map. */
const namedMost = 60;

export interface OutlinedAreas {
  className: string;
  areas: ReadonlySet<string>;
  words: string;
}
interface Shown extends AreaChoice {
  areas: readonly AreaShown[];
  boundaries: readonly Boundary[];
  /** What choosing does. */
  hint: string;
  /** Said of an area that nothing is told of. */
  nothing: string;
  entries: readonly KeyEntry[];
  /** Of the hatching of areas without a number; said only where there are such. */
  none: string;
  outlines?: readonly OutlinedAreas[];
  /** Beside the map, of the area that is pointed at, reached by keys or chosen. */
  reading(area: string): ReactNode;
}

export function AreaMap({ areas, boundaries, hint, nothing, entries, none, outlines = [], reading, chosen, choose }: Shown) {
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
  const byArea = useMemo(() => new Map(areas.map((each) => [each.area, each])), [areas]);
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
  const lookOf = (area: string): string => {
    const look = byArea.get(area)?.look ?? 'none';
    return typeof look === 'string' ? look : look.level;
  };
  const looks = new Set(drawing.areas.map(({ area }) => lookOf(area)));
  const key = [
    ...entries,
    ...(looks.has('kept') ? [{ look: 'key-kept', words: 'kept back: fewer than 5, or told by others' }] : []),
    ...(looks.has('none') ? [{ look: 'key-none', words: none }] : []),
    ...outlines.flatMap(({ className, areas, words }) => (areas.size === 0 ? [] : [{ look: `key-${className}`, words }])),
  ];

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
              label={`${name}: ${byArea.get(area)?.words ?? nothing}`}
              look={lookOf(area)}
              told={byArea.has(area)}
              chosen={area === chosen}
              stop={area === stop}
              hatch={hatch}
              on={on}
            />
          ))}
          {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it takes the focus; its words are those of the areas below. */}
          <g className="map-over" aria-hidden="true">
            {outlines.flatMap(({ className, areas }) => [...areas].map((area) => outline(area, className)))}
            {outline(chosen, 'outline-chosen')}
            {outline(pointed, 'outline-pointed')}
            {outline(active, 'outline-focus')}
            {drawing.areas.length <= namedMost &&
              drawing.areas.map((each) => <AreaWords key={each.area} drawn={each} shown={byArea.get(each.area)} />)}
          </g>
        </svg>
      </div>
      <div className="map-beside">
        <div className={`map-reading ${told === undefined ? 'soft' : ''}`}>
          {told === undefined ? (
            <p>Point at an area, or reach the map with Tab and go by arrow keys. {hint}</p>
          ) : (
            <>
              <p>
                <b dir="auto">{told.name}</b> {told.name === told.area ? '' : <span className="soft">{told.area}</span>}
              </p>
              {byArea.has(told.area) ? reading(told.area) : <p>{sentence(nothing)}</p>}
            </>
          )}
        </div>
        <MapKey entries={key} />
      </div>
    </div>
  );
}

const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
