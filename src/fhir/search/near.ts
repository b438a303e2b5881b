// Location.near: what lies within a distance (http://hl7.org/fhir/R4/location.html#search). R4 gives it the type special and no
// usable expression, so it is written here. Distances are great circles on a sphere of the mean radius of the earth (haversine
// formula, R. W. Sinnott, Sky and Telescope 68, 1984): at most 0.6 % from those on the ellipsoid.
import { toNumber } from '../decimal.ts';
import type { Resource } from '../generated/types.ts';
import type { IndexValue, QueryValue, SearchParameter } from './contract.ts';
import { parameterId } from './parameter.ts';

/** IUGG mean radius. */
export const earthKm = 6371.0088;
/** Where no distance is given: R4 leaves it to the server. */
const usualKm = 50;

/** UCUM, and how people write them. */
const kmOf: Record<string, number> = {
  km: 1, m: 0.001, '[mi_i]': 1.609344, mi: 1.609344, miles: 1.609344, '[mi_us]': 1.609347218694, '[ft_i]': 0.0003048, ft: 0.0003048,
}; // biome-ignore format: a table

export interface Position {
  latitude: number;
  longitude: number;
}

const isPosition = ({ latitude, longitude }: Position): boolean => Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;

export const near: SearchParameter = {
  base: 'Location',
  code: 'near',
  type: 'special',
  id: parameterId('Location', 'near'),
  url: 'http://hl7.org/fhir/SearchParameter/Location-near',
  expression: 'Location.position',
  targets: [],
  single: true,
  systemless: false,
  canonical: false,
  phonetic: false,
  extract(resource: Resource): IndexValue[] {
    if (resource.resourceType !== 'Location' || resource.position == null) return [];
    const { latitude, longitude } = resource.position;
    if (latitude == null || longitude == null) return [];
    const position = { latitude: toNumber(latitude), longitude: toNumber(longitude) };
    return isPosition(position) ? [{ kind: 'position', ...position }] : [];
  },
};

const decimal = /^[+-]?\d{1,4}(\.\d{1,20})?$/;
const distance = /^\d{1,9}(\.\d{1,20})?$/;

/** The parts between the bars; undefined where they cannot be read. */
export function parseNear([latitude = '', longitude = '', far = '', unit = '', more]: readonly string[]):
  | Extract<QueryValue, { kind: 'near' }>
  | undefined {
  if (!decimal.test(latitude) || !decimal.test(longitude) || more !== undefined) return undefined;
  if (far !== '' && !distance.test(far)) return undefined;
  if (unit !== '' && (far === '' || !Object.hasOwn(kmOf, unit))) return undefined;
  const position = { latitude: Number(latitude), longitude: Number(longitude) };
  if (!isPosition(position)) return undefined;
  return { kind: 'near', ...position, km: far === '' ? usualKm : Number(far) * kmOf[unit === '' ? 'km' : unit]! };
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

export function distanceKm(a: Position, b: Position): number {
  const half = Math.sin(radians(b.latitude - a.latitude) / 2) ** 2;
  const across = Math.sin(radians(b.longitude - a.longitude) / 2) ** 2;
  const h = half + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * across;
  return 2 * earthKm * Math.asin(Math.sqrt(Math.min(1, h)));
}

/** A box around all that lies within the distance. `longitudes`: one interval, two across the 180th meridian; absent: all. */
export function boxAround({ latitude, longitude, km }: Extract<QueryValue, { kind: 'near' }>): {
  latitudes: [number, number];
  longitudes?: [number, number][];
} {
  // A little wider, for what rounding takes away at the edge.
  const angle = (km / earthKm) * (1 + 1e-9) + 1e-9;
  const high = radians(latitude);
  const degrees = (angle * 180) / Math.PI;
  const latitudes: [number, number] = [latitude - degrees, latitude + degrees];
  // Around a pole every meridian comes near.
  if (Math.abs(high) + angle >= Math.PI / 2) return { latitudes };
  const aside = (Math.asin(Math.sin(angle) / Math.cos(high)) * 180) / Math.PI + 1e-9;
  const [west, east] = [longitude - aside, longitude + aside];
  if (west < -180)
    return {
      latitudes,
      longitudes: [
        [west + 360, 180],
        [-180, east],
      ],
    };
  if (east > 180)
    return {
      latitudes,
      longitudes: [
        [west, 180],
        [-180, east - 360],
      ],
    };
  return { latitudes, longitudes: [[west, east]] };
}
