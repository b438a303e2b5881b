// Detectors of outbreaks on simulated weeks (the 42 scenarios of Noufaily 2013): alarms by chance and outbreaks found. The combined detector's
// threshold was fixed on the seeds of `calibrationSeed`; what is reported comes from others.
import { bayes3 } from '../../src/methods/outbreak/bayes.ts';
import { combined } from '../../src/methods/outbreak/combined.ts';
import type { CountSeries, Judged, Range } from '../../src/methods/outbreak/contract.ts';
import { farringtonFlexible } from '../../src/methods/outbreak/farrington-flexible.ts';
import { judgedWeeks, scenarios, simulate } from '../../src/methods/outbreak/simulated-weeks.ts';
import { seededRandom } from '../../src/methods/statistics/random-counts.ts';

export const calibrationSeed = 1_000_000;
export const reportSeed = 2_000_000;

export const detectors: Record<string, (series: CountSeries, range: Range) => Judged[]> = {
  'farrington-flexible': (series, range) => farringtonFlexible(series, { range, limit54: [0, 4] }),
  bayes: (series, range) => bayes3(series, { range, b: 5, w: 3 }),
  combined: (series, range) => combined(series, { range }),
};

/** Outbreak sizes, in deviations of a week. */
export const sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const pastSizes = [0, 2, 3, 5, 10];

export interface Tally {
  /** Weeks without an outbreak, and alarms in them. */
  quiet: number;
  alarmsByChance: number;
  /** By size: outbreaks planted, with an alarm in any of their weeks, and in their first week. */
  planted: number[];
  found: number[];
  foundAtOnce: number[];
}

/** Each detector on the same series: `rounds` times every scenario with every size. */
export function measure(seed: number, rounds: number): Record<string, Tally> {
  const names = Object.keys(detectors);
  const zeros = (): number[] => sizes.map(() => 0);
  const tallies = Object.fromEntries(
    names.map((name): [string, Tally] => [name, { quiet: 0, alarmsByChance: 0, planted: zeros(), found: zeros(), foundAtOnce: zeros() }]),
  );
  for (let round = 0; round < rounds; round++)
    for (const [s, scenario] of scenarios.entries())
      for (const [k, size] of sizes.entries()) {
        const random = seededRandom(seed + (round * scenarios.length + s) * sizes.length + k);
        const past = pastSizes[Math.floor(random() * pastSizes.length)] ?? 0;
        const { observed, outbreak } = simulate(scenario, past, size, random);
        for (const name of names) {
          const tally = tallies[name]!;
          const weeks = detectors[name]!({ observed, frequency: 52 }, judgedWeeks);
          const inside = (week: Judged): boolean => week.index >= outbreak.first && week.index <= outbreak.last;
          tally.quiet += weeks.filter((week) => !inside(week)).length;
          tally.alarmsByChance += weeks.filter((week) => !inside(week) && week.alarm).length;
          tally.planted[k]! += 1;
          tally.found[k]! += Number(weeks.some((week) => inside(week) && week.alarm));
          tally.foundAtOnce[k]! += Number(weeks.some((week) => week.index === outbreak.first && week.alarm));
        }
      }
  return tallies;
}

export const falseAlarms = (tally: Tally): number => tally.alarmsByChance / tally.quiet;

/** The share found of the sizes from `least` on. */
export function foundOf({ planted, found }: Tally, least = 1): number {
  const of = (counts: number[]): number => counts.slice(sizes.indexOf(least)).reduce((sum, count) => sum + count, 0);
  return of(found) / of(planted);
}
