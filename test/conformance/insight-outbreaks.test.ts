// Outbreak detection against its bars: alarms by chance and outbreaks found on simulated weeks with seeds of their own, beside Farrington flexible and
// Bayes; and a planted cluster in space and time. Equality with R on the practice series is in src/methods/outbreak/practice-data.test.ts.
// At its full length with LAMPLIGHT_FULL (npm run conformance insight); a part of it otherwise.
import { describe, expect, test } from 'vitest';
import { falseAlarms, foundOf, measure, reportSeed } from '../../bench/insight/outbreaks.ts';
import { spaceTimeScan } from '../../src/methods/scan/space-time-scan.ts';
import { seededRandom } from '../../src/methods/statistics/random-counts.ts';

const whole = process.env['LAMPLIGHT_FULL'] === '1';
const minutes = 10 * 60_000;
const told = (what: string, obtained: string, bar: string): void => console.log(`${what.padEnd(64)} ${obtained.padStart(16)}   bar ${bar}`);

describe('simulated weeks', () => {
  test(
    'the combined detector finds more than Farrington flexible at no more false alarms than its bar',
    () => {
      const rounds = whole ? 4 : 1;
      const tallies = measure(reportSeed, rounds);
      for (const [name, tally] of Object.entries(tallies)) {
        const bar = name === 'combined' ? '≤ 0.0127' : '-';
        told(`${name}: alarms by chance in ${tally.quiet} weeks`, falseAlarms(tally).toFixed(4), bar);
        told(
          `${name}: found of ${tally.planted.reduce((a, b) => a + b, 0)} outbreaks of 1 to 10 deviations`,
          foundOf(tally).toFixed(3),
          '-',
        );
        told(`${name}: found of those of 5 to 10 deviations`, foundOf(tally, 5).toFixed(3), name === 'combined' ? '≥ 0.75' : '-');
      }
      const { combined, 'farrington-flexible': flexible } = tallies;
      expect(falseAlarms(combined!)).toBeLessThanOrEqual(whole ? 0.0127 : 0.014);
      expect(foundOf(combined!, 5)).toBeGreaterThanOrEqual(0.75);
      expect(foundOf(combined!)).toBeGreaterThan(foundOf(flexible!) + 0.02);
    },
    minutes,
  );
});

describe('clusters in space and time', () => {
  test.each(['poisson', 'permutation'] as const)(
    'the %s scan finds what was planted in 400 places',
    (model) => {
      const random = seededRandom(41);
      const places = Array.from({ length: 400 }, (_, i) => ({ x: i % 20, y: Math.floor(i / 20) }));
      const usual = Array.from({ length: 1200 }, () => ({ place: Math.floor(random() * 400), day: Math.floor(random() * 60) }));
      const sick = [189, 190, 209, 210];
      const planted = sick.flatMap((place) => [56, 57, 58, 59].map((day) => ({ place, day })));
      const data = { places, population: places.map(() => 1000), cases: [...usual, ...planted], days: 60 };
      const found = spaceTimeScan(data, { model, repetitions: whole ? 999 : 99, shareMax: 0.1, daysMax: 7 }, random);
      const first = found.ok ? found.value.clusters[0] : undefined;
      told(`${model} scan: planted cluster of 4 places, 4 days: p`, (first?.p ?? 1).toFixed(3), 'found');
      expect(sick.every((place) => first?.places.includes(place))).toBe(true);
      expect(first?.p).toBeLessThanOrEqual(0.01);
    },
    minutes,
  );
});
