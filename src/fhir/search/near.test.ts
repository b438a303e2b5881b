import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boxAround, distanceKm, parseNear } from './near.ts';

const position = fc.record({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
});

test('distances are those of the great circle', () => {
  // Paris and New York, by the coordinates of their airports CDG and JFK.
  expect(distanceKm({ latitude: 49.0097, longitude: 2.5479 }, { latitude: 40.6413, longitude: -73.7781 })).toBeCloseTo(5835, -1);
  expect(distanceKm({ latitude: 0, longitude: 179.5 }, { latitude: 0, longitude: -179.5 })).toBeCloseTo(111.2, 0);
});

test('the box holds everything within the distance, across the 180th meridian and around the poles too', () => {
  fc.assert(
    fc.property(position, position, fc.double({ min: 0, max: 21_000, noNaN: true }), (a, b, km) => {
      if (distanceKm(a, b) > km) return;
      const { latitudes, longitudes } = boxAround({ kind: 'near', ...a, km });
      expect(b.latitude >= latitudes[0] && b.latitude <= latitudes[1]).toBe(true);
      expect(longitudes?.some(([west, east]) => b.longitude >= west && b.longitude <= east) ?? true).toBe(true);
    }),
    { numRuns: 5000 },
  );
});

test.each([
  ['42.3|-83.7', 50],
  ['42.3|-83.7|10', 10],
  ['42.3|-83.7|500|m', 0.5],
  ['42.3|-83.7|1|[mi_i]', 1.609344],
])('%s means %d km', (text, km) => expect(parseNear(text.split('|'))?.km).toBe(km));

test.each(['', '42.3', '91|0', '0|181', '1|2|-3|km', '1|2|3|parsec', '1|2||km', '1|2|3|km|x', '1e5|2', 'NaN|0'])(
  '%s cannot be read',
  (text) => expect(parseNear(text.split('|'))).toBeUndefined(),
);
