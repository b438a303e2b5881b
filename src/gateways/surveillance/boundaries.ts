// Boundaries of areas from a GeoJSON file (RFC 7946): a FeatureCollection of Polygons and MultiPolygons in WGS 84, longitude first. The code of a feature is
// the one that counts use (the postal code of patients). What is wrong is said with the feature and the position, since such files come from other programs.
import { createHash } from 'node:crypto';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { isFields } from '../../methods/syndrome/syndrome-file.ts';
import { centreOf, crossedIn, type Polygon, readPolygons } from './polygons.ts';

/** About what a browser still draws at once, and a start still reads in a second. */
export const boundaryBytesMax = 10 * 1024 * 1024;
export const boundariesMost = 5000;
const codeLongest = 20;
const nameLongest = 100;
const peopleMost = 100_000_000;

export interface Boundary {
  area: string;
  name?: string;
  /** All people who live there, of every age. */
  population?: number;
  polygons: Polygon[];
  /** Longitude and latitude of the middle of its largest part. */
  centre: readonly [number, number];
}
export interface Boundaries {
  madeUp: boolean;
  /** What the file says of itself. */
  says: string;
  list: readonly Boundary[];
  /** What is drawn all the same and may not be what was meant, a sentence each: areas whose lines cross themselves. */
  doubts: readonly string[];
  /** As it is given to screens: GeoJSON again, with codes, names and people and nothing else that stood in the file. */
  text: string;
  etag: string;
}

const doubtsMost = 10;

export const noBoundaries: Boundaries = boundariesOf([], false, '', []);

export function readBoundaries(bytes: Uint8Array): Result<Boundaries> {
  if (bytes.length > boundaryBytesMax)
    return fail(
      'invalid',
      `it has ${bytes.length.toLocaleString('en')} bytes, and 10 MB is most: simplify the lines or round the coordinates`,
    );
  let file: unknown;
  try {
    file = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    return fail('invalid', `it is not JSON in UTF-8: ${(error as Error).message}`);
  }
  if (!isFields(file) || file['type'] !== 'FeatureCollection' || !Array.isArray(file['features']))
    return fail('invalid', 'it is no GeoJSON FeatureCollection: "type": "FeatureCollection" with a list of "features"');
  const crs = systemOf(file['crs']);
  if (crs !== undefined)
    return fail('invalid', `its coordinates are of ${crs}: RFC 7946 has WGS 84 alone, so transform the file to EPSG:4326`);
  const features: unknown[] = file['features'];
  if (features.length === 0) return fail('invalid', 'it has no feature');
  if (features.length > boundariesMost)
    return fail('invalid', `it has ${features.length.toLocaleString('en')} features, and ${boundariesMost.toLocaleString('en')} are most`);
  const places = new Map<string, number>();
  const list: Boundary[] = [];
  const doubts: string[] = [];
  for (const [at, feature] of features.entries()) {
    const read = readFeature(feature);
    if (!read.ok) return fail('invalid', `features[${at}]${read.problem.where ?? ''}: ${read.problem.message}`);
    const { area } = read.value;
    const before = places.get(area);
    if (before !== undefined)
      return fail(
        'invalid',
        `features[${at}]: the area ${JSON.stringify(area)} is features[${before}] too: one area of several parts is one MultiPolygon`,
      );
    places.set(area, at);
    list.push(read.value);
    const crossed = crossedIn((feature as { geometry: unknown }).geometry);
    const { name } = read.value;
    if (crossed !== undefined)
      doubts.push(
        `the boundary of ${name === undefined ? area : `${name} (${area})`} crosses itself, at features[${at}].geometry${crossed}`,
      );
  }
  const told =
    doubts.length > doubtsMost
      ? [...doubts.slice(0, doubtsMost), `${doubts.length - doubtsMost} more boundaries cross themselves`]
      : doubts;
  return ok(boundariesOf(list, file['made_up'] === true, typeof file['says'] === 'string' ? file['says'].slice(0, 500) : '', told));
}

function readFeature(feature: unknown): Result<Boundary> {
  if (!isFields(feature) || feature['type'] !== 'Feature') return fail('invalid', 'it is no Feature');
  const properties = feature['properties'] ?? {};
  if (!isFields(properties)) return fail('invalid', 'these are no properties', '.properties');
  const area = properties['code'] ?? feature['id'];
  if (area === undefined) return fail('invalid', 'it names no area: properties.code, or else id, is its code as counts have it');
  // 00501 as a number is 501, and nobody would find out.
  if (typeof area !== 'string')
    return fail('invalid', `its code ${JSON.stringify(area)?.slice(0, 40)} is no text: write it in quotation marks`);
  if (!isLine(area, codeLongest))
    return fail('invalid', `its code ${JSON.stringify(area.slice(0, 40))} has to be of 1 to ${codeLongest} characters`);
  const name = properties['name'];
  if (name !== undefined && name !== null && !(typeof name === 'string' && isLine(name, nameLongest)))
    return fail('invalid', `a name is text of 1 to ${nameLongest} characters`, '.properties.name');
  const people = properties['population'];
  if (people !== undefined && people !== null && !(typeof people === 'number' && people >= 0 && people <= peopleMost))
    return fail('invalid', `a population is a number from 0 to ${peopleMost.toLocaleString('en')}`, '.properties.population');
  const polygons = readPolygons(feature['geometry']);
  if (!polygons.ok) return fail('invalid', polygons.problem.message, `.geometry${polygons.problem.where ?? ''}`);
  return ok({
    area,
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof people === 'number' ? { population: people } : {}),
    polygons: polygons.value,
    centre: centreOf(polygons.value),
  });
}

const isLine = (text: string, longest: number): boolean => text.trim() !== '' && text.length <= longest && !/\p{Cc}/u.test(text);

/** Older GeoJSON could name a system of coordinates; those that mean WGS 84 are passed. */
function systemOf(crs: unknown): string | undefined {
  if (crs === undefined || crs === null) return undefined;
  const name = isFields(crs) && isFields(crs['properties']) ? crs['properties']['name'] : undefined;
  if (typeof name === 'string' && /(CRS:?84|EPSG:{1,2}4326)$/i.test(name)) return undefined;
  return typeof name === 'string' ? JSON.stringify(name.slice(0, 60)) : 'an unknown system';
}

function boundariesOf(list: readonly Boundary[], madeUp: boolean, says: string, doubts: readonly string[]): Boundaries {
  const features = list.map(({ area, name, population, polygons }) => ({
    type: 'Feature',
    id: area,
    properties: { code: area, name: name ?? null, population: population ?? null },
    geometry: polygons.length === 1 ? { type: 'Polygon', coordinates: polygons[0] } : { type: 'MultiPolygon', coordinates: polygons },
  }));
  const text = JSON.stringify({ type: 'FeatureCollection', made_up: madeUp, says, features });
  return { madeUp, says, list, doubts, text, etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"` };
}
