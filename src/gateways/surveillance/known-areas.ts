// What is known of areas: people by age and a place on a plane from areas.json, names, people and centres from the site's boundaries. A site that names
// boundaries of its own and has no areas.json is told nothing of the made-up people of the demonstration.
import type { Boundaries } from './boundaries.ts';
import type { Areas, People } from './contract.ts';
import { onPlane } from './polygons.ts';

export interface KnownArea {
  name?: string;
  /** On the plane where tiles stand. */
  x?: number;
  y?: number;
  people?: People;
  /** Of every age, where no ages are known. */
  population?: number;
}
export interface KnownAreas {
  madeUp: boolean;
  says: string;
  standard: Areas['standard'];
  find(area: string): KnownArea;
  /** For distances: kilometres where there are boundaries of the site, otherwise the plane of areas.json. */
  places: readonly { area: string; x: number; y: number }[];
}

export function knownAreas(areas: Areas, boundaries: Boundaries): KnownAreas {
  const drawn = boundaries.list.length > 0 && !boundaries.madeUp;
  const list = drawn && areas.made_up ? [] : areas.areas;
  const found = new Map<string, KnownArea>();
  for (const { area, name, population } of boundaries.list)
    found.set(area, { ...(name === undefined ? {} : { name }), ...(population === undefined ? {} : { population }) });
  for (const { area, name, x, y, population } of list) found.set(area, { name, x, y, people: population });
  const plane = drawn ? onPlane(boundaries.list.map(({ centre }) => centre)) : [];
  return {
    madeUp: list.length > 0 && areas.made_up,
    says: list.length > 0 ? areas.says : boundaries.says,
    standard: areas.standard,
    find: (area) => found.get(area) ?? {},
    places: drawn ? boundaries.list.map(({ area }, i) => ({ area, ...plane[i]! })) : list,
  };
}
