// Files of boundaries as other programs write them: what is read, and what of a wrong one is said.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Result } from '../../fhir/result.ts';
import { type Boundaries, boundariesMost, boundaryBytesMax, noBoundaries, readBoundaries } from './boundaries.ts';
import { type Areas, ageBands } from './contract.ts';
import { knownAreas } from './known-areas.ts';

const knowledge = (name: string): Uint8Array => readFileSync(new URL(`../../../knowledge/surveillance/${name}`, import.meta.url));
const made = JSON.parse(new TextDecoder().decode(knowledge('areas.json'))) as Areas;

/** A square of a tenth of a degree. */
const square = (x: number, y: number): number[][] => [
  [x, y],
  [x + 0.1, y],
  [x + 0.1, y + 0.1],
  [x, y + 0.1],
  [x, y],
];
const feature = (code: unknown, geometry: unknown = { type: 'Polygon', coordinates: [square(10, 50)] }, more: object = {}): object => ({
  type: 'Feature',
  properties: { code, ...more },
  geometry,
});
const read = (features: unknown, more: object = {}): Result<Boundaries> =>
  readBoundaries(new TextEncoder().encode(JSON.stringify({ type: 'FeatureCollection', features, ...more })));
const says = (result: Result<unknown>): string => (result.ok ? 'fine' : result.problem.message);
const must = (result: Result<Boundaries>): Boundaries => {
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
};

test('the town of the demonstration has a boundary for every area that is known of it, and the places of tiles are inside', () => {
  const { list, madeUp } = must(readBoundaries(knowledge('boundaries.geojson')));
  expect(list.map(({ area, name }) => `${area} ${name}`)).toEqual(made.areas.map(({ area, name }) => `${area} ${name}`));
  expect(madeUp).toBe(true);
  const west = (area: string): number => list.find((each) => each.area === area)!.centre[0];
  expect(west('00002')).toBeLessThan(west('00004'));
  expect(list.some(({ polygons }) => polygons.length > 1)).toBe(true);
});

test('polygons with holes and in several parts, codes as id, either way round, with heights and other properties', () => {
  const hole = square(10.02, 50.02).map(([x, y]) => [10.02 + (x! - 10.02) / 2, 50.02 + (y! - 50.02) / 2]);
  const { list, text } = must(
    read([
      { type: 'Feature', id: 'SW1A', properties: null, geometry: { type: 'Polygon', coordinates: [square(10, 50).reverse(), hole] } },
      feature(
        '00501',
        { type: 'MultiPolygon', coordinates: [[square(11, 50)], [square(12, 50).map((each) => [...each, 120.5])]] },
        {
          name: 'Østby',
          population: 1200,
          mayor: 'nobody’s business',
        },
      ),
    ]),
  );
  expect(list.map(({ area, name, population, polygons }) => [area, name, population, polygons.length])).toEqual([
    ['SW1A', undefined, undefined, 1],
    ['00501', 'Østby', 1200, 2],
  ]);
  expect(list[0]!.polygons[0]).toHaveLength(2);
  expect(list[0]!.centre[0]).toBeCloseTo(10.05, 6);
  expect(list[0]!.centre[1]).toBeCloseTo(50.05, 6);
  expect(text).not.toContain('mayor');
  expect(text).not.toContain('120.5');
  // What is given is what would be read again.
  expect(must(readBoundaries(new TextEncoder().encode(text))).text).toBe(text);
});

test('what is wrong is said with its place', () => {
  const line = square(10, 50);
  const open = line.slice(0, 4);
  for (const [features, words] of [
    [undefined, 'no GeoJSON FeatureCollection'],
    [[], 'no feature'],
    [[{ type: 'Polygon' }], 'features[0]: it is no Feature'],
    [[feature(undefined)], 'features[0]: it names no area'],
    [[feature(501)], 'features[0]: its code 501 is no text'],
    [[feature('')], 'has to be of 1 to 20 characters'],
    [[feature('a\nb')], 'has to be of 1 to 20 characters'],
    [[feature('1', undefined, { name: 3 })], 'features[0].properties.name'],
    [[feature('1', undefined, { population: -1 })], 'features[0].properties.population'],
    [[feature('1', null)], 'features[0].geometry: it has no geometry'],
    [[feature('1', { type: 'Point', coordinates: [1, 2] })], 'features[0].geometry.type: a geometry "Point" is no area'],
    [[feature('1', { type: 'GeometryCollection', geometries: [] })], 'is no area'],
    [[feature('1', { type: 'MultiPolygon', coordinates: [] })], 'features[0].geometry.coordinates: there is no polygon'],
    [[feature('1', { type: 'Polygon', coordinates: [open] })], 'features[0].geometry.coordinates[0]: the ring is not closed'],
    [[feature('1', { type: 'Polygon', coordinates: [line.slice(0, 2)] })], 'a ring has four positions'],
    [[feature('1', { type: 'Polygon', coordinates: [[...line.slice(0, 2), [11, '50'], line[4]]] })], 'coordinates[0][2]: a position is'],
    [[feature('1', { type: 'Polygon', coordinates: [line.map(([x, y]) => [x! * 4e4, y! * 1e5])] })], 'not on the earth'],
    [[feature('1', { type: 'Polygon', coordinates: [[line[0], line[1], line[0], line[0]]] })], 'encloses nothing'],
    [[feature('0'), feature('1', { type: 'MultiPolygon', coordinates: [[line], [open]] })], 'features[1].geometry.coordinates[1][0]'],
    [[feature('1'), feature('2'), feature('1')], 'features[2]: the area "1" is features[0] too'],
    [Array.from({ length: boundariesMost + 1 }, (_, i) => feature(String(i))), '5,001 features, and 5,000 are most'],
  ] as const)
    expect(says(read(features)), JSON.stringify(words)).toContain(words);
  expect(says(read([feature('1')], { crs: { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::27700' } } }))).toContain(
    'EPSG::27700',
  );
  expect(says(read([feature('1')], { crs: { type: 'name', properties: { name: 'urn:ogc:def:crs:OGC:1.3:CRS84' } } }))).toBe('fine');
  expect(says(readBoundaries(new TextEncoder().encode('{"type":')))).toContain('not JSON in UTF-8');
  expect(says(readBoundaries(Uint8Array.of(0x22, 0xff, 0x22)))).toContain('not JSON in UTF-8');
  expect(says(readBoundaries(new Uint8Array(boundaryBytesMax + 1)))).toContain('10 MB is most');
});

test('a site with boundaries of its own is told nothing of the made-up town, and distances are kilometres', () => {
  const site = must(
    read([
      feature('00001', undefined, { name: 'Hill', population: 900 }),
      feature('A', { type: 'Polygon', coordinates: [square(10, 51)] }),
    ]),
  );
  const areas = knownAreas(made, site);
  expect(areas.find('00001')).toEqual({ name: 'Hill', population: 900 });
  expect(areas.find('00003')).toEqual({});
  expect(areas.madeUp).toBe(false);
  const [a, b] = areas.places;
  expect(Math.hypot(a!.x - b!.x, a!.y - b!.y)).toBeCloseTo(111.2, 0);
  // Two islands beside the date line are near each other.
  const pacific = must(
    read([
      feature('W', { type: 'Polygon', coordinates: [square(179.8, 0)] }),
      feature('E', { type: 'Polygon', coordinates: [square(-179.8, 0)] }),
    ]),
  );
  const [w, e] = knownAreas(made, pacific).places;
  expect(e!.x - w!.x).toBeGreaterThan(0);
  expect(e!.x - w!.x).toBeLessThan(60);
});

test('a site that names people by age, too, keeps them; without boundaries everything is of areas.json', () => {
  const own: Areas = { ...made, made_up: false };
  const site = must(read([feature('00001', undefined, { name: 'Hill', population: 900 })]));
  expect(knownAreas(own, site).find('00001')).toMatchObject({ name: 'Candleford', people: made.areas[1]!.population });
  const without = knownAreas(made, noBoundaries);
  expect(without.find('00001').name).toBe('Candleford');
  expect(without.places).toBe(made.areas);
  expect(Object.keys(without.find('00001').people ?? {})).toEqual([...ageBands]);
});

test('areas whose lines cross themselves are told by name, and drawn; lines that touch or run along one another are not', () => {
  const ring = (...positions: [number, number][]): object => ({ type: 'Polygon', coordinates: [[...positions, positions[0]]] });
  const bow = ring([10, 50], [11, 51], [11, 50], [10, 51.5]);
  const keyhole = ring([10, 50], [12, 50], [12, 52], [11, 52], [11, 51.5], [11.5, 51.5], [11.5, 51], [11, 51], [11, 52], [10, 52]);
  const touching = ring([10, 50], [12, 50], [12, 52], [11, 50], [10, 52]);
  const { doubts, list } = must(
    read([
      feature('1', bow, { name: 'Bow Vale' }),
      feature('2', keyhole),
      feature('3', touching),
      feature('4', {
        type: 'MultiPolygon',
        coordinates: [[square(1, 1)], [square(3, 3), (bow as { coordinates: unknown[] }).coordinates[0]]],
      }),
    ]),
  );
  expect(doubts).toEqual([
    'the boundary of Bow Vale (1) crosses itself, at features[0].geometry.coordinates[0]: the lines from its positions 0 and 2',
    'the boundary of 4 crosses itself, at features[3].geometry.coordinates[1][1]: the lines from its positions 0 and 2',
  ]);
  expect(list).toHaveLength(4);
  const many = must(read(Array.from({ length: 40 }, (_, i) => feature(String(i), bow)))).doubts;
  expect([many.length, many.at(-1)]).toEqual([11, '30 more boundaries cross themselves']);
  expect(must(readBoundaries(knowledge('boundaries.geojson'))).doubts).toEqual([]);
  const coast = Array.from({ length: 100_000 }, (_, i): [number, number] => {
    const turn = (i / 100_000) * 2 * Math.PI;
    const far = 1 + 0.01 * Math.sin(turn * 500);
    return [10 + far * Math.cos(turn), 50 + far * Math.sin(turn)];
  });
  expect(must(read([feature('coast', ring(...coast))])).doubts).toEqual([]);
});
