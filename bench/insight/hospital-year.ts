// Forecasts of arrivals, beds and surges on a simulated year, each from moments of its past with what was known then, beside the seasonal naive and the
// bars; surges that the simulation planted (outbreaks in the town) are looked for in the warnings. Nothing is tuned to it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { arrivalsForecast, censusPast, Kept } from '../../src/gateways/forecasts/compute.ts';
import { type DayOf, type HospitalFacts, hoursAheadOf } from '../../src/methods/beds/contract.ts';
import { type CensusPast, judgeCensus } from '../../src/methods/beds/judge-census.ts';
import { toEnd } from '../../src/methods/forecast/ets.ts';
import { yearFacts } from './year.ts';

const told = (what: string, obtained: string, bar = ''): void => console.log(`${what.padEnd(58)} ${obtained.padEnd(34)} ${bar}`);
const three = (value: number | null | undefined): string => (value == null ? '–' : value.toFixed(3));
type Covered = { level: number; coverage: number }[];
const held = (of: Covered): string => of.map(({ coverage }) => three(coverage)).join(', ');
const coverBar = 'bar 0.78–0.86, 0.94–0.98';

/** `now`: a moment that the year has, such as its last midnight. */
export async function hospitalYear(folder: string, now: string): Promise<void> {
  const facts = await yearFacts(folder, now);
  const kept = new Kept();
  let start = performance.now();
  const arrivals = toEnd(
    arrivalsForecast(
      { kind: 'arrivals', facts, ahead: hoursAheadOf(facts.now, 48), rules: { surgeThreshold: null, surgeChance: 0.3 } },
      kept,
    ),
  );
  if (arrivals?.past == null) throw new Error('the year is too short');
  told('time of arrivals with 44 moments of the past', `${((performance.now() - start) / 1000).toFixed(1)} s`);
  const { combination, seasonalNaive } = arrivals.past;
  told(
    `arrivals a day, 28 days, ${arrivals.past.origins} origins: MASE`,
    `${three(combination.mase)} (naive ${three(seasonalNaive.mase)})`,
    'bar: below naive',
  );
  told('  80 and 95 % intervals hold', `${held(combination.intervals)} (naive ${held(seasonalNaive.intervals)})`, coverBar);
  const hours = arrivals.hoursPast!;
  told(
    `arrivals an hour, 48 hours, ${hours.hours} hours: error`,
    `${three(hours.error)} (naive ${three(hours.seasonalNaiveError)})`,
    'bar: below naive',
  );
  told('  80 and 95 % ranges hold', held(hours.coverage), coverBar);
  const { record, threshold } = arrivals.surge;
  told(
    `surges: days of ${threshold} and more, warned from 30 % on`,
    record === null
      ? '–'
      : `${record.surges} in ${record.days} days, ${record.found} found, ${record.falseAlarms} false, lead ${three(record.leadDays)}`,
  );
  if (record !== null)
    told('  Brier score', `${three(record.brier)} (always the same ${three(record.brierOfAlwaysTheSame)})`, 'bar: below the same');
  planted(folder, arrivals.surge.threshold, arrivals.recent);
  start = performance.now();
  const census = toEnd(censusPast({ kind: 'past', facts, overflowChance: 0.5 }, kept));
  if (census === null) return;
  told(`time of beds from ${census.mornings} mornings`, `${((performance.now() - start) / 1000).toFixed(1)} s`);
  tellCensus(census);
  start = performance.now();
  const many = toEnd(judgeCensus(facts, manyMornings(facts), 0.5));
  if (many === null) return;
  told(`beds from ${many.mornings} mornings, days by eight weeks' mean`, `${((performance.now() - start) / 1000).toFixed(1)} s`);
  tellCensus(many);
}

/** Weeks ahead of mornings a day apart say much the same: every second of the last seven months, with the plainest forecast of the days. */
function manyMornings({ arrivals, now }: HospitalFacts): { at: number; dayOf: DayOf }[] {
  const days = new Map<number, number>();
  for (const [i, hour] of arrivals.hour.entries()) {
    const day = Math.floor(hour / 24);
    days.set(day, (days.get(day) ?? 0) + arrivals.count[i]!);
  }
  const today = Math.floor(now / 24);
  return Array.from({ length: 105 }, (_, i) => {
    const day = today - 210 + 2 * i;
    const past = Array.from({ length: 56 }, (_, back) => days.get(day - 1 - back) ?? 0);
    const mean = past.reduce((sum, each) => sum + each, 0) / past.length;
    const deviation = Math.sqrt(past.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (past.length - 1));
    return { at: day * 24 + 7, dayOf: () => ({ mean, deviation }) };
  });
}

function tellCensus(census: CensusPast): void {
  for (const [name, rows] of [['a ward', census.wards] as const, ['all wards', census.inpatient] as const]) {
    for (const row of rows) {
      told(
        `beds of ${name}, ${row.fromHours} to ${row.toHours} hours ahead (${row.judged}): error`,
        `${three(row.error)} (naive ${three(row.seasonalNaiveError)})`,
        'bar: below naive',
      );
      told('  80 and 95 % ranges hold', held(row.coverage), coverBar);
    }
  }
}

/** Planted surges and outbreaks of the town beside the days that reached the threshold: how much of a surge each is at all. */
function planted(folder: string, threshold: number, recent: { firstDay: number; values: number[] }): void {
  const file = join(folder, 'truth.jsonl.txt');
  if (!existsSync(file)) return;
  const rows = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"kind":"surge"') || (line.includes('"kind":"outbreak"') && line.includes('"town ')))
    .map((line) => JSON.parse(line) as { at: string; until: string; which: string });
  for (const { at, until, which } of rows) {
    const [from, to] = [Date.parse(at) / 86_400_000 - recent.firstDay, Date.parse(until) / 86_400_000 - recent.firstDay];
    if (from < 0) continue;
    const days = recent.values.slice(Math.floor(from), Math.ceil(to));
    const mean = days.reduce((sum, each) => sum + each, 0) / days.length;
    told(
      `  planted ${which}, ${days.length} days`,
      `mean ${mean.toFixed(1)} a day, ${days.filter((each) => each >= threshold).length} surges`,
    );
  }
}
