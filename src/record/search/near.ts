// Location.near as SQL: a box on the two indexed columns (latitude in `low`, longitude in `high`), then the distance itself, by
// the same formula as fhir/search/near.ts.
import type { QueryValue } from '../../fhir/search/contract.ts';
import { boxAround, earthKm } from '../../fhir/search/near.ts';
import { anyOf } from './any-of.ts';
import type { Compiler } from './compiler.ts';

export function nearCondition(v: string, value: Extract<QueryValue, { kind: 'near' }>, { parameters }: Compiler): string {
  const add = (n: number): string => parameters.add(n, 'float8');
  const { latitudes, longitudes } = boxAround(value);
  const conditions = [`${v}.low >= ${add(latitudes[0])}`, `${v}.low <= ${add(latitudes[1])}`];
  if (longitudes !== undefined)
    conditions.push(anyOf(longitudes.map(([west, east]) => `(${v}.high >= ${add(west)} and ${v}.high <= ${add(east)})`)));
  const latitude = add(value.latitude);
  const half = `sin(radians(${v}.low - ${latitude}) / 2) ^ 2`;
  const across = `sin(radians(${v}.high - ${add(value.longitude)}) / 2) ^ 2`;
  const h = `${half} + cos(radians(${latitude})) * cos(radians(${v}.low)) * ${across}`;
  conditions.push(`${2 * earthKm} * asin(sqrt(least(1, ${h}))) <= ${add(value.km)}`);
  return `(${conditions.join(' and ')})`;
}
