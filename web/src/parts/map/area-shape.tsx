// One area of the map: its shape, which is what is pressed, and its words. A shape is drawn again when something of it has changed, and not when the mouse
// moves over its neighbours: a region has thousands.
import { type KeyboardEvent, memo } from 'react';
import type { AreaShown } from './areas.ts';
import type { DrawnArea } from './geometry.ts';

/** Of a letter, in the size in which areas are named. */
const letterWide = 7;
/** Between words and the lines on both sides. */
const beside = 10;

export interface ShapeEvents {
  pick(area: string): void;
  typed(event: KeyboardEvent, area: string): void;
  focused(area: string | undefined): void;
  pointed(area: string | undefined): void;
}

interface Shape {
  area: string;
  path: string;
  label: string;
  look: 'kept' | 'none' | string;
  /** There is something to choose. */
  told: boolean;
  chosen: boolean;
  /** Where Tab stops. */
  stop: boolean;
  hatch: string;
  on: ShapeEvents;
}

export const AreaShape = memo(function AreaShape({ area, path, label, look, told, chosen, stop, hatch, on }: Shape) {
  const hatched = look === 'kept' || look === 'none';
  const filled = hatched ? { className: 'map-area', fill: `url(#${hatch}-${look})` } : { className: `map-area ${look}` };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a button cannot stand in SVG.
    <path
      {...filled}
      d={path}
      data-area={area}
      role="button"
      tabIndex={stop ? 0 : -1}
      aria-pressed={chosen}
      aria-disabled={!told}
      aria-label={label}
      onClick={() => on.pick(area)}
      onKeyDown={(event) => on.typed(event, area)}
      onFocus={() => on.focused(area)}
      onBlur={() => on.focused(undefined)}
      onPointerEnter={() => on.pointed(area)}
      onPointerLeave={() => on.pointed(undefined)}
    />
  );
});

export function Hatch({ id, className, size }: { id: string; className: string; size: number }) {
  return (
    <pattern id={id} className={className} width={size} height={size} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect width={size} height={size} />
      <line x1="0" y1="0" x2="0" y2={size} />
    </pattern>
  );
}

/** The name and the number of an area, as far as there is room for them. */
export function AreaWords({ drawn: { name, at, room }, shown }: { drawn: DrawnArea; shown: AreaShown | undefined }) {
  const fits = (words: string): boolean => words.length * letterWide + beside < room;
  const { value, mark } = shown ?? { value: '', mark: '' };
  const lines = [fits(name) ? name : '', fits(value) ? value : fits(mark) ? mark : ''].filter((words) => words !== '');
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
