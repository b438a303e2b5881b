import { describe, expect, it } from 'vitest';
import { type Random, randomPoisson, seededRandom } from '../statistics/random-counts.ts';
import type { Case, ScanData, ScanOptions, ScanResult } from './contract.ts';
import { spaceTimeScan } from './space-time-scan.ts';

const toEnd = (data: ScanData, options: ScanOptions, random: Random): ScanResult => {
  const found = spaceTimeScan(data, options, random);
  if (!found.ok) throw new Error(found.problem.message);
  return found.value;
};

/** A grid of places with people in different numbers, and cases at random over the days. */
function town(side: number, days: number, rate: number, random: Random): Required<ScanData> {
  const places = Array.from({ length: side * side }, (_, i) => ({ x: i % side, y: Math.floor(i / side) }));
  const population = places.map((_, i) => 500 + 250 * (i % 5));
  const cases: Case[] = population.flatMap((people, place) =>
    Array.from({ length: randomPoisson(people * rate * days, random) }, () => ({ place, day: Math.floor(random() * days) })),
  );
  return { places, population, cases, days };
}

const models = ['poisson', 'permutation'] as const;

describe.each(models)('the space-time scan, %s', (model) => {
  it('finds a planted cluster: where, since when, how strong', () => {
    const random = seededRandom(5);
    const data = town(12, 60, 0.0001, random);
    const sick = [65, 66, 77, 78];
    const planted = sick.flatMap((place) => Array.from({ length: 5 }, (_, i) => ({ place, day: 55 + (i % 5) })));
    const { clusters, repetitions } = toEnd({ ...data, cases: [...data.cases, ...planted] }, { model, repetitions: 199 }, random);
    const [first] = clusters;
    expect(repetitions).toBe(199);
    expect(first?.p).toBe(1 / 200);
    expect(first?.recurrenceInterval).toBeGreaterThan(1000);
    expect(sick.every((place) => first?.places.includes(place))).toBe(true);
    expect(first?.places.length).toBeLessThanOrEqual(9);
    expect([first?.firstDay, first?.lastDay]).toEqual([55, 59]);
    expect(first?.observed).toBeGreaterThanOrEqual(20);
    expect(first?.relativeRisk).toBeGreaterThan(3);
    // Those named after it share no place with it.
    expect(clusters.slice(1).flatMap((cluster) => cluster.places.filter((place) => first?.places.includes(place)))).toEqual([]);
  });

  it('has p-values that are uniform where there is no cluster', () => {
    const random = seededRandom(17);
    const ps = Array.from({ length: 150 }, () => {
      const { clusters } = toEnd(town(6, 20, 0.0005, random), { model, repetitions: 39, daysMax: 5 }, random);
      return clusters[0]?.p ?? 1;
    });
    // 150 scans: the mean of a uniform has the standard error 0.024; each quarter holds 37.5 with deviation 5.3. Four deviations are allowed.
    expect(Math.abs(ps.reduce((sum, p) => sum + p, 0) / ps.length - 0.5125)).toBeLessThan(0.095);
    for (const low of [0, 0.25, 0.5, 0.75]) {
      const inside = ps.filter((p) => p > low && p <= low + 0.25).length;
      expect(Math.abs(inside - 37.5)).toBeLessThan(21.3);
    }
  });
});

it('by permutation is not misled by a place that always has many cases, nor by days on which all have', () => {
  const random = seededRandom(23);
  const data = town(8, 40, 0.0003, random);
  const always = Array.from({ length: 120 }, (_, i) => ({ place: 20, day: i % 40 }));
  const everywhere = data.places.flatMap((_, place) => [0, 1].map((i) => ({ place, day: 38 + i })));
  const { clusters } = toEnd(
    { ...data, cases: [...data.cases, ...always, ...everywhere] },
    { model: 'permutation', repetitions: 99 },
    random,
  );
  expect(clusters[0]?.p).toBeGreaterThan(0.05);
});

it('takes places on the globe and those at the same point together', () => {
  const places = [
    { latitude: 60, longitude: 179.9 },
    { latitude: 60, longitude: -179.9 },
    { latitude: 60, longitude: -179.9 },
    ...Array.from({ length: 7 }, (_, i) => ({ latitude: 10 * i - 30, longitude: 20 * i })),
  ];
  const cases = [0, 1, 2].flatMap((place) => Array.from({ length: 4 }, () => ({ place, day: 9 })));
  const others = places.flatMap((_, place) => [0, 3, 6, 8].map((day) => ({ place, day })));
  const { clusters } = toEnd(
    { places, cases: [...cases, ...others], days: 10 },
    { model: 'permutation', repetitions: 99 },
    seededRandom(2),
  );
  expect(clusters[0]?.places.toSorted()).toEqual([0, 1, 2]);
});

it('stops early where the answer is clear, and says so', () => {
  const random = seededRandom(31);
  const { repetitions, clusters } = toEnd(town(6, 20, 0.0003, random), { model: 'poisson', repetitions: 999, enough: 20 }, random);
  expect(clusters[0]?.p).toBeGreaterThan(0.02);
  expect(repetitions).toBeLessThan(999);
});

it('refuses what it cannot scan with what is wanted', () => {
  const random = seededRandom(1);
  const data = town(3, 10, 0.001, random);
  const said = (changed: Partial<ScanData>, options: Partial<ScanOptions> = {}): string => {
    const found = spaceTimeScan({ ...data, ...changed }, { model: 'poisson', ...options }, random);
    return found.ok ? '' : found.problem.message;
  };
  expect(said({ population: [1] })).toContain('people of every place');
  expect(said({ cases: [{ place: 99, day: 0 }, ...data.cases] })).toContain('index of a place');
  expect(said({ cases: [] })).toContain('cases');
  expect(said({}, { shareMax: 2 })).toContain('share');
  expect(said({}, { repetitions: 1e9 })).toContain('repetitions');
});
