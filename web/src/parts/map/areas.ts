// What a map knows of areas: a code, and how what a screen has to tell of it looks and reads. What the numbers are is the screen's.
import { useMemo } from 'react';
import { type Boundary, useBoundaries } from './boundaries.ts';
import { aboutAreas } from './geometry.ts';

export interface AreaShown {
  /** Its code, as boundaries have it. */
  area: string;
  /** A class of the stylesheet for its colour; hatched where the number is kept back, or where there is none. */
  look: { level: string } | 'kept' | 'none';
  /** On the map where there is room, and the least of it where there is less. */
  value: string;
  mark: string;
  /** The same in words, for whoever reads or hears it. */
  words: string;
}

export interface AreaChoice {
  chosen: string | undefined;
  choose(area: string | undefined): void;
}

export interface MapOfAreas {
  /** What is drawn: those about the areas that there are numbers of. */
  near: readonly Boundary[];
  /** How many areas there are boundaries of. */
  all: number;
  /** Whether any of the numbers is of an area with boundaries: a file whose codes are none of theirs would be an empty country. */
  mapped: boolean;
  /** Areas with numbers and without boundaries. */
  off: ReadonlySet<string>;
  /** Why there is no map, where there is none. */
  why: string;
}

/** `rows` are those of an answer, and not made anew each time: a country is thousands of shapes. */
export function useMapOf(rows: readonly { area: string }[]): MapOfAreas {
  const drawn = useBoundaries();
  const features = drawn.data?.features;
  const { near, all, off } = useMemo(() => {
    const areas = new Set(rows.map(({ area }) => area));
    const known = new Set(features?.map(({ properties }) => properties.code));
    return { near: aboutAreas(features ?? [], areas), all: known.size, off: new Set([...areas].filter((area) => !known.has(area))) };
  }, [features, rows]);
  const mapped = rows.some(({ area }) => !off.has(area));
  const why = drawn.isError
    ? `The map could not be fetched: ${drawn.error.message}`
    : drawn.isSuccess && !mapped
      ? 'There is no map: LAMPLIGHT_BOUNDARIES names no boundaries of these areas.'
      : '';
  return { near, all, mapped, off, why };
}
