// Geometries of GeoJSON as lists of polygons, checked and rounded to five decimals (about a metre). Which way round a ring goes is not asked: RFC 7946
// wants outer rings counterclockwise, many files have them otherwise, and what fills by even and odd does not mind.
import { fail, ok, type Result } from '../../fhir/result.ts';
import { isFields } from '../../methods/syndrome/syndrome-file.ts';
import { crossingIn } from './crossings.ts';

export type Position = readonly [longitude: number, latitude: number];
export type Ring = Position[];
/** The outer ring, then holes. */
export type Polygon = Ring[];

const decimals = 1e5;

/** Of a geometry that `readPolygons` has read: the place of the first ring whose lines cross themselves, with the two lines. */
export function crossedIn(geometry: unknown): string | undefined {
  if (!isFields(geometry)) return undefined;
  const { type, coordinates } = geometry;
  for (const [at, polygon] of ((type === 'Polygon' ? [coordinates] : coordinates) as Position[][][]).entries())
    for (const [nth, ring] of polygon.entries()) {
      const found = crossingIn(ring);
      const where = `.coordinates${type === 'Polygon' ? '' : `[${at}]`}[${nth}]`;
      if (found !== undefined) return `${where}: the lines from its positions ${found[0]} and ${found[1]}`;
    }
  return undefined;
}

export function readPolygons(geometry: unknown): Result<Polygon[]> {
  if (geometry === null || geometry === undefined) return fail('invalid', 'it has no geometry');
  if (!isFields(geometry)) return fail('invalid', 'this is no geometry');
  const { type, coordinates } = geometry;
  if (type !== 'Polygon' && type !== 'MultiPolygon')
    return fail('invalid', `a geometry ${JSON.stringify(type)?.slice(0, 40)} is no area: Polygon or MultiPolygon is`, '.type');
  const given: unknown = type === 'Polygon' ? [coordinates] : coordinates;
  if (!Array.isArray(given) || given.length === 0) return fail('invalid', 'there is no polygon', '.coordinates');
  const polygons: Polygon[] = [];
  for (const [at, polygon] of given.entries()) {
    const where = type === 'Polygon' ? '.coordinates' : `.coordinates[${at}]`;
    if (!Array.isArray(polygon) || polygon.length === 0) return fail('invalid', 'a polygon is a list of rings', where);
    const rings: Polygon = [];
    for (const [nth, ring] of polygon.entries()) {
      const read = readRing(ring);
      if (!read.ok) return fail('invalid', read.problem.message, `${where}[${nth}]${read.problem.where ?? ''}`);
      rings.push(read.value);
    }
    polygons.push(rings);
  }
  return ok(polygons);
}

function readRing(ring: unknown): Result<Ring> {
  if (!Array.isArray(ring) || ring.length < 4) return fail('invalid', 'a ring has four positions at least, of which the last is the first');
  const kept: Ring = [];
  for (const [at, position] of ring.entries()) {
    if (!Array.isArray(position) || position.length < 2 || !position.every((each) => typeof each === 'number'))
      return fail('invalid', 'a position is [longitude, latitude]', `[${at}]`);
    const [longitude, latitude] = position as [number, number];
    if (!(Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90))
      return fail(
        'invalid',
        `[${longitude}, ${latitude}] is not on the earth: degrees, longitude first (metres of a grid have to be transformed)`,
        `[${at}]`,
      );
    const [x, y] = [Math.round(longitude * decimals) / decimals, Math.round(latitude * decimals) / decimals];
    const last = kept.at(-1);
    if (last === undefined || last[0] !== x || last[1] !== y) kept.push([x, y]);
  }
  const [first, last] = [ring[0] as number[], ring.at(-1) as number[]];
  if (first[0] !== last[0] || first[1] !== last[1]) return fail('invalid', 'the ring is not closed: its last position has to be its first');
  if (kept.length < 4 || areaOf(kept) === 0) return fail('invalid', 'the ring encloses nothing');
  return ok(kept);
}

/** Twice the area in square degrees, positive where it goes counterclockwise. */
function areaOf(ring: Ring): number {
  const [originX, originY] = ring[0]!;
  let sum = 0;
  for (let i = 0; i + 1 < ring.length; i++) {
    const [[ax, ay], [bx, by]] = [ring[i]!, ring[i + 1]!];
    sum += (ax - originX) * (by - originY) - (bx - originX) * (ay - originY);
  }
  return sum;
}

/** The centroid of the largest outer ring: near enough for distances between areas. */
export function centreOf(polygons: readonly Polygon[]): Position {
  const outer = polygons.map(([ring]) => ring!);
  const ring = outer.reduce((most, each) => (Math.abs(areaOf(each)) > Math.abs(areaOf(most)) ? each : most));
  const [originX, originY] = ring[0]!;
  const twice = areaOf(ring);
  let [x, y] = [0, 0];
  for (let i = 0; i + 1 < ring.length; i++) {
    const [[ax, ay], [bx, by]] = [ring[i]!, ring[i + 1]!];
    const part = (ax - originX) * (by - originY) - (bx - originX) * (ay - originY);
    x += (ax + bx - 2 * originX) * part;
    y += (ay + by - 2 * originY) * part;
  }
  return [originX + x / (3 * twice), originY + y / (3 * twice)];
}

const kilometresOfDegree = 111.195;

/** Places of centres on a plane in kilometres, east and north of their middle. Within a region the scale errs by some per cent; over a continent by more. */
export function onPlane(centres: readonly Position[]): { x: number; y: number }[] {
  const latitudes = centres.map(([, latitude]) => latitude);
  const middle = latitudes.reduce((sum, each) => sum + each, 0) / Math.max(1, latitudes.length);
  const east = acrossDateLine(centres.map(([longitude]) => longitude));
  return centres.map(([, latitude], i) => ({
    x: east[i]! * Math.cos((middle * Math.PI) / 180) * kilometresOfDegree,
    y: (latitude - middle) * kilometresOfDegree,
  }));
}

/** Areas on both sides of the date line lie side by side, not at the ends of the earth. */
function acrossDateLine(longitudes: readonly number[]): number[] {
  const spread = Math.max(...longitudes) - Math.min(...longitudes);
  return spread <= 180 ? [...longitudes] : longitudes.map((each) => (each < 0 ? each + 360 : each));
}
