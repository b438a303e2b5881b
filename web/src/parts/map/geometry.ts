// Boundaries as paths on the screen. Equirectangular at the middle latitude: the areas of a hospital span a degree or two, where it errs by less than a line
// is wide, and north is up. d3-geo would read rings by the way round that RFC 7946 does not have and paint the rest of the globe; here both ways are filled.
import type { Boundary } from './boundaries.ts';

export interface DrawnArea {
  area: string;
  name: string;
  path: string;
  /** Where its words stand, in the widest part beside its middle, and how wide that is. */
  at: readonly [x: number, y: number];
  room: number;
}
export interface Drawing {
  width: number;
  height: number;
  areas: DrawnArea[];
}

type Point = readonly [x: number, y: number];
const margin = 6;
const tallest = 0.85;
/** So many areas are drawn wherever they lie. */
const allDrawn = 200;
/** Of the width and height of what is looked at, beside it. */
const around = 0.25;
/** What is nearer to the point before adds nothing that could be seen. */
const seen = 0.4;

export function drawMap(boundaries: readonly Boundary[], width: number): Drawing {
  const rings = boundaries.map(({ geometry }) => (geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates).flat());
  const [west, south, east, north, shift] = extent(rings.flat(2));
  const flat = Math.max(0.05, Math.cos(((south + north) / 2) * (Math.PI / 180)));
  const [wide, tall] = [Math.max(1e-6, (east - west) * flat), Math.max(1e-6, north - south)];
  const inner = width - 2 * margin;
  const scale = Math.min(inner / wide, (inner * tallest) / tall);
  const left = margin + (inner - wide * scale) / 2;
  const place = ([longitude, latitude]: Point): Point => [
    left + (shifted(longitude, shift) - west) * flat * scale,
    margin + (north - latitude) * scale,
  ];
  const areas = boundaries.map(({ properties }, i): DrawnArea => {
    const placed = rings[i]!.map((ring) => thinned(ring.map(place)));
    const shown = placed.filter((ring) => ring.length > 3);
    const drawn = shown.length > 0 ? shown : [speck(placed[0]?.[0] ?? [0, 0])];
    return {
      area: properties.code,
      name: properties.name ?? properties.code,
      path: drawn.map((ring) => `M${ring.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}Z`).join(''),
      ...middleOf(drawn),
    };
  });
  return { width, height: tall * scale + 2 * margin, areas };
}

/** Of a file of a whole country what lies about the areas that people came from; of a small one all. */
export function aboutAreas(boundaries: readonly Boundary[], areas: ReadonlySet<string>): readonly Boundary[] {
  if (boundaries.length <= allDrawn) return boundaries;
  const boxes = boundaries.map(({ geometry }) =>
    extent((geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates).flat(2)),
  );
  const own = boxes.filter((_, i) => areas.has(boundaries[i]!.properties.code));
  if (own.length === 0) return boundaries;
  const [west, south] = [Math.min(...own.map(([each]) => each)), Math.min(...own.map(([, each]) => each))];
  const [east, north] = [Math.max(...own.map(([, , each]) => each)), Math.max(...own.map(([, , , each]) => each))];
  const [aside, above] = [(east - west) * around, (north - south) * around];
  return boundaries.filter((_, i) => {
    const [w, s, e, n] = boxes[i]!;
    return e >= west - aside && w <= east + aside && n >= south - above && s <= north + above;
  });
}

/** Across the date line the east is put beside the west. */
const shifted = (longitude: number, shift: boolean): number => (shift && longitude < 0 ? longitude + 360 : longitude);

function extent(points: readonly Point[]): [west: number, south: number, east: number, north: number, shift: boolean] {
  const of = (shift: boolean): [number, number, number, number] => {
    let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const [longitude, latitude] of points) {
      const x = shifted(longitude, shift);
      [west, east] = [Math.min(west, x), Math.max(east, x)];
      [south, north] = [Math.min(south, latitude), Math.max(north, latitude)];
    }
    return [west, south, east, north];
  };
  const straight = of(false);
  return straight[2] - straight[0] > 180 ? [...of(true), true] : [...straight, false];
}

function thinned(ring: readonly Point[]): Point[] {
  const kept: Point[] = [];
  for (const [i, point] of ring.entries()) {
    const last = kept.at(-1);
    if (last === undefined || i === ring.length - 1 || Math.hypot(point[0] - last[0], point[1] - last[1]) >= seen) kept.push(point);
  }
  return kept;
}

/** An area that is smaller than a dot is a dot, so that it can be reached. */
const speck = ([x, y]: Point): Point[] => [
  [x - 2, y],
  [x, y - 2],
  [x + 2, y],
  [x, y + 2],
];

function middleOf(rings: readonly (readonly Point[])[]): Pick<DrawnArea, 'at' | 'room'> {
  const largest = rings.reduce((most, each) => (Math.abs(twiceArea(each)) > Math.abs(twiceArea(most)) ? each : most));
  const twice = twiceArea(largest);
  const y = twice === 0 ? largest[0]![1] : sumOver(largest, ([ax, ay], [bx, by]) => (ay + by) * (ax * by - bx * ay)) / (3 * twice);
  // A centroid may lie outside of a crescent; the widest part of the line through it does not.
  const crossings = rings
    .flatMap((ring) => ring.flatMap((b, i) => crossing(ring[i === 0 ? ring.length - 1 : i - 1]!, b, y)))
    .sort((a, b) => a - b);
  let [from, to] = [largest[0]![0], largest[0]![0]];
  for (let i = 0; i + 1 < crossings.length; i += 2)
    if (crossings[i + 1]! - crossings[i]! > to - from) [from, to] = [crossings[i]!, crossings[i + 1]!];
  return { at: [(from + to) / 2, y], room: to - from };
}

const crossing = ([ax, ay]: Point, [bx, by]: Point, y: number): number[] =>
  ay <= y === by <= y ? [] : [ax + ((y - ay) / (by - ay)) * (bx - ax)];

const sumOver = (ring: readonly Point[], of: (a: Point, b: Point) => number): number =>
  ring.reduce((sum, b, i) => sum + of(ring[i === 0 ? ring.length - 1 : i - 1]!, b), 0);
const twiceArea = (ring: readonly Point[]): number => sumOver(ring, ([ax, ay], [bx, by]) => ax * by - bx * ay);

const directions: Record<string, Point> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** The area that lies next in the direction of an arrow key, from west to east where it is none: Home and End. */
export function neighbour(areas: readonly DrawnArea[], from: string | undefined, key: string): string | undefined {
  if (key === 'Home') return areas[0]?.area;
  if (key === 'End') return areas.at(-1)?.area;
  const direction = directions[key];
  const here = areas.find(({ area }) => area === from);
  if (direction === undefined || here === undefined) return undefined;
  let best: { area: string; far: number } | undefined;
  for (const { area, at } of areas) {
    const [dx, dy] = [at[0] - here.at[0], at[1] - here.at[1]];
    const along = dx * direction[0] + dy * direction[1];
    const aside = Math.abs(dx * direction[1]) + Math.abs(dy * direction[0]);
    // Half of what is seen from here is in no other direction.
    if (along <= 0.5 || aside > along * 1.5) continue;
    const far = along + 2 * aside;
    if (best === undefined || far < best.far) best = { area, far };
  }
  return best?.area;
}
