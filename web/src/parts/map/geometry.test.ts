// Where areas lie on the map, and which one an arrow key leads to.
import { expect, test } from 'vitest';
import type { Boundary } from './boundaries.ts';
import { aboutAreas, drawMap, neighbour } from './geometry.ts';

const square = (x: number, y: number, size = 0.1): [number, number][] => [
  [x, y],
  [x + size, y],
  [x + size, y + size],
  [x, y + size],
  [x, y],
];
const boundary = (code: string, ...polygons: [number, number][][][]): Boundary => ({
  properties: { code, name: null, population: null },
  geometry: { type: 'MultiPolygon', coordinates: polygons },
});
const cross = [
  boundary('middle', [square(10.1, 60.1)]),
  boundary('north', [square(10.1, 60.2)]),
  boundary('south', [square(10.1, 60)]),
  boundary('west', [square(10, 60.1)]),
  boundary('east', [square(10.2, 60.1)]),
];

test('north is up, east is right, and a degree of longitude is shorter than one of latitude by the cosine', () => {
  const { areas, width, height } = drawMap(cross, 600);
  const at = Object.fromEntries(areas.map(({ area, at }) => [area, at]));
  expect(at['north']![1]).toBeLessThan(at['middle']![1]);
  expect(at['east']![0]).toBeGreaterThan(at['middle']![0]);
  const [acrossStep, upStep] = [at['east']![0] - at['middle']![0], at['middle']![1] - at['north']![1]];
  expect(acrossStep / upStep).toBeCloseTo(Math.cos((60.15 * Math.PI) / 180), 2);
  expect(Math.max(...areas.map(({ at }) => at[0]))).toBeLessThan(width);
  expect(Math.max(...areas.map(({ at }) => at[1]))).toBeLessThan(height);
});

test('arrow keys lead to the neighbour that lies there, and nowhere where there is none', () => {
  const { areas } = drawMap(cross, 600);
  const from = (area: string, ...keys: string[]): string | undefined =>
    keys.reduce<string | undefined>((here, key) => neighbour(areas, here, key), area);
  expect(['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'].map((key) => from('middle', key))).toEqual(['north', 'south', 'west', 'east']);
  expect(from('north', 'ArrowDown', 'ArrowDown')).toBe('south');
  expect(from('north', 'ArrowUp')).toBeUndefined();
  expect([from('west', 'Home'), from('west', 'End')]).toEqual(['middle', 'east']);
});

test('of a country only what lies about the areas that people came from is drawn, of a town all', () => {
  const country = Array.from({ length: 900 }, (_, i) =>
    boundary(`${i % 30}-${Math.floor(i / 30)}`, [square((i % 30) / 10, Math.floor(i / 30) / 10)]),
  );
  const drawn = aboutAreas(country, new Set(['10-10', '14-12', 'unknown'])).map(({ properties }) => properties.code);
  expect(drawn).toContain('9-9');
  expect(drawn).toContain('12-11');
  for (const far of ['0-0', '29-29', '20-11']) expect(drawn).not.toContain(far);
  expect(aboutAreas(country, new Set(['unknown']))).toHaveLength(900);
  expect(aboutAreas(cross, new Set(['west']))).toBe(cross);
});

test('words stand inside of a crescent, and not in its hollow or in a hole', () => {
  const crescent: [number, number][] = [
    [0, 0],
    [3, 0],
    [3, 3],
    [0, 3],
    [0, 2.8],
    [2.8, 2.8],
    [2.8, 0.2],
    [0, 0.2],
    [0, 0],
  ];
  const [c] = drawMap([boundary('c', [crescent])], 300).areas;
  expect(c!.at[0]).toBeGreaterThan(256);
  const [ring] = drawMap([boundary('r', [square(0, 0, 3), square(1, 1, 1.5)])], 300).areas;
  expect(ring!.at[0]).toBeLessThan(110);
});

test('areas on both sides of the date line lie side by side; what is smaller than a dot is a dot', () => {
  const { areas } = drawMap(
    [boundary('w', [square(179.8, 0)]), boundary('e', [square(-179.9, 0)]), boundary('dot', [square(179.9, 0.05, 1e-5)])],
    400,
  );
  expect(areas[1]!.at[0]).toBeGreaterThan(areas[0]!.at[0]);
  expect(areas[0]!.room).toBeGreaterThan(90);
  expect(areas[2]!.path).toMatch(/^M[\d. L]+Z$/);
});
