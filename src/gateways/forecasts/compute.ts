// Forecasts out of facts: pure, in steps that may rest in between. Runs in a thread of its own (thread.ts).
import { quantileOf } from '../../methods/arrivals/count-distribution.ts';
import { daySeries } from '../../methods/arrivals/day-series.ts';
import { type DayForecast, deviationOf, forecastDays } from '../../methods/arrivals/days.ts';
import { type HourForecast, hourForecast, judgeHours, weekProfile } from '../../methods/arrivals/hours.ts';
import { type DayOf, emergencyWards, type HospitalFacts, type HoursAhead, weekdayOf } from '../../methods/beds/contract.ts';
import { type BedsWhatIf, hospitalCensus, shownCensus } from '../../methods/beds/hospital-census.ts';
import { type CensusPast, judgeCensus } from '../../methods/beds/judge-census.ts';
import { wardStays } from '../../methods/beds/stays.ts';
import { weekCounts } from '../../methods/beds/streams.ts';
import { type SaidOfDay, surgeChance, surgeRecord, usualThreshold } from '../../methods/surge/surge.ts';
import type { ArrivalsForecast, CensusForecast, Rules, SaidBefore } from './contract.ts';

export const daysAhead = 28;
export const hoursAhead = 168;
const hoursOfArrivals = 48;
const surgeDays = 7;
const recentDays = 84;
const profileHours = 26 * 7 * 24;
/** Wards are judged from this hour of the morning. */
const morning = 7;

export type ArrivalsQuestion = {
  kind: 'arrivals';
  facts: HospitalFacts;
  ahead: HoursAhead;
  rules: Pick<Rules, 'surgeThreshold' | 'surgeChance'>;
};
export type CensusQuestion = { kind: 'census'; facts: HospitalFacts; ahead: HoursAhead; whatIf: BedsWhatIf; overflowChance: number };
export type PastQuestion = { kind: 'past'; facts: HospitalFacts; overflowChance: number };
export type Question = ArrivalsQuestion | CensusQuestion | PastQuestion;

/** What takes long and stays the same for a day is kept: a few forecasts of days, and judgements of mornings. */
export class Kept {
  readonly #all = new Map<string, unknown>();

  *once<T>(key: string, make: () => Generator<unknown, T>): Generator<unknown, T> {
    if (this.#all.has(key)) return this.#all.get(key) as T;
    const made = yield* make();
    this.#all.set(key, made);
    if (this.#all.size > 12) this.#all.delete(this.#all.keys().next().value!);
    return made;
  }
}

function* daysOf(
  facts: HospitalFacts,
  kept: Kept,
): Generator<unknown, { series: ReturnType<typeof daySeries>; found: DayForecast | null }> {
  const series = daySeries(facts.arrivals, facts.now);
  const found = yield* kept.once(`days ${series.first} ${series.values.join()}`, () => forecastDays(series.values, { horizon: daysAhead }));
  return { series, found };
}

/** What an ED expects of a day, by a forecast that begins with `first`; where there is none, the mean of the days known. */
function dayOfForecast(found: DayForecast['forecast'] | undefined, first: number, values: readonly number[]): DayOf {
  if (found === undefined) {
    const mean = values.length === 0 ? 0 : values.reduce((sum, each) => sum + each, 0) / values.length;
    return () => ({ mean, deviation: Math.sqrt(mean) });
  }
  return (day) => {
    const h = Math.min(found.mean.length - 1, Math.max(0, day - first));
    return { mean: found.mean[h]!, deviation: deviationOf(found, h) };
  };
}

const placeOf = (hour: number): number => weekdayOf(Math.floor(hour / 24)) * 24 + (Math.floor(hour) % 24);

/** Null where there are not even two weeks of arrivals. */
export function* arrivalsForecast({ facts, ahead, rules }: ArrivalsQuestion, kept: Kept): Generator<unknown, ArrivalsForecast | null> {
  const { series, found } = yield* daysOf(facts, kept);
  if (found === null) return null;
  const { forecast, before } = found;
  const { first, values } = series;
  const firstDay = first + values.length;
  const profile = weekProfile(weekCounts(facts.arrivals, facts.now - profileHours, facts.now));
  const dayOf = dayOfForecast(forecast, firstDay, values);
  const hours: HourForecast[] = ahead.starts.slice(0, hoursOfArrivals).map((start, i) => {
    const day = dayOf(Math.floor(start / 24));
    return hourForecast(day.mean, day.deviation, profile[placeOf(start)]! * ahead.lengths[i]!);
  });
  const usual = usualThreshold(values.slice(-182));
  const threshold = rules.surgeThreshold ?? usual;
  const said = before.flatMap(({ origin, forecast: past }) =>
    Array.from({ length: Math.min(surgeDays, values.length - origin) }, (_, h): SaidOfDay => {
      const chance = surgeChance(past.mean[h]!, deviationOf(past, h), threshold);
      return { day: first + origin + h, lead: h + 1, chance, surged: values[origin + h]! >= threshold };
    }),
  );
  yield threshold;
  const at = (share: number): number[] => hours.map(({ chances }) => quantileOf(chances, share));
  return {
    firstDay,
    mean: forecast.mean,
    intervals: forecast.intervals,
    method: forecast.method,
    preferred: found.preferred,
    says: found.says,
    past: found.past,
    recent: { firstDay: Math.max(first, firstDay - recentDays), values: values.slice(-recentDays) },
    before: saidBefore(found, series),
    hours: {
      starts: ahead.starts.slice(0, hours.length),
      mean: hours.map(({ mean }) => mean),
      p025: at(0.025),
      p10: at(0.1),
      p90: at(0.9),
      p975: at(0.975),
    },
    hoursPast: judgeHours(hoursSaid(facts, found, series)),
    surge: {
      threshold,
      usualThreshold: usual,
      chance: rules.surgeChance,
      days: forecast.mean.slice(0, surgeDays).map((mean, h) => surgeChance(mean, deviationOf(forecast, h), threshold)),
      record: surgeRecord(said, { chance: rules.surgeChance }),
    },
    notes: series.notes,
    missing: found.missing,
    deviation: forecast.mean.map((_, h) => deviationOf(forecast, h)),
  };
}

/** Each of the last days by the last forecast before it. */
function saidBefore({ before }: DayForecast, { first, values }: { first: number; values: readonly number[] }): SaidBefore[] {
  return before.flatMap(({ origin, forecast }, i) => {
    const until = Math.min(before[i + 1]?.origin ?? values.length, values.length);
    const inner = forecast.intervals[0]!;
    return Array.from({ length: Math.max(0, until - origin) }, (_, h) => ({
      day: first + origin + h,
      leadDays: h + 1,
      mean: forecast.mean[h]!,
      lower80: inner.lower[h]!,
      upper80: inner.upper[h]!,
      came: values[origin + h]!,
    })).filter(({ day }) => day >= first + values.length - recentDays);
  });
}

/** Two days of hours from each moment of the past. */
function hoursSaid({ arrivals }: HospitalFacts, { before }: DayForecast, { first, values }: { first: number; values: readonly number[] }) {
  const counts = new Map<number, number>();
  for (let i = 0; i < arrivals.hour.length; i++) counts.set(arrivals.hour[i]!, arrivals.count[i]!);
  return before.flatMap(({ origin, forecast }) => {
    const from = (first + origin) * 24;
    const profile = weekProfile(weekCounts(arrivals, from - profileHours, from));
    return Array.from({ length: Math.min(hoursOfArrivals, (values.length - origin) * 24) }, (_, h) => {
      const day = Math.floor(h / 24);
      return {
        said: hourForecast(forecast.mean[day]!, deviationOf(forecast, day), profile[placeOf(from + h)]!),
        came: counts.get(from + h) ?? 0,
        weekBefore: counts.get(from + h - 168) ?? 0,
      };
    });
  });
}

export function* censusForecast({ facts, ahead, whatIf, overflowChance }: CensusQuestion, kept: Kept): Generator<unknown, CensusForecast> {
  const { series, found } = yield* daysOf(facts, kept);
  const { first, values } = series;
  const dayOf = dayOfForecast(found?.forecast, first + values.length, values);
  const census = yield* hospitalCensus(facts, facts.now, ahead, dayOf, whatIf);
  const emergency = emergencyWards(facts);
  const stays = wardStays(facts, facts.now);
  const wards = facts.wards.map(({ id, name }, w) => {
    const { whose, stays: count } = stays[w]!.curve(emergency[w] === true ? 0 : mostlyOf(facts, w));
    return {
      id,
      name,
      emergency: emergency[w] === true,
      restsOn: { whose, stays: count },
      ...shownCensus(census.wards[w]!, overflowChance),
    };
  });
  return { starts: [...ahead.starts], wards, inpatient: shownCensus(census.inpatient, overflowChance) };
}

/** Of the two kinds of a ward the more frequent one. */
function mostlyOf({ stays }: HospitalFacts, w: number): number {
  const counts = [0, 0, 0];
  for (let i = 0; i < stays.ward.length; i++) if (stays.ward[i] === w) counts[stays.kind[i]!] = counts[stays.kind[i]!]! + stays.count[i]!;
  return counts[1]! >= counts[2]! ? 1 : 2;
}

/** How beds would have been foretold; null where there are too few days. */
export function* censusPast({ facts, overflowChance: chance }: PastQuestion, kept: Kept): Generator<unknown, CensusPast | null> {
  const { series, found } = yield* daysOf(facts, kept);
  if (found === null) return null;
  const { before } = found;
  const { first, values } = series;
  const mornings = before.map(({ origin, forecast }) => ({
    at: (first + origin) * 24 + morning,
    dayOf: dayOfForecast(forecast, first + origin, values),
  }));
  const key = `census ${chance} ${facts.wards.map(({ id, beds }) => `${id} ${beds}`).join()} ${until(facts, (first + values.length) * 24)}`;
  return yield* kept.once(key, () => judgeCensus(facts, mornings, chance));
}

/** What was known at a midnight, as one text that differs where that does. */
function until({ stays }: HospitalFacts, midnight: number): string {
  let [known, sum] = [0, 0];
  for (let i = 0; i < stays.start.length; i++) {
    if (stays.start[i]! >= midnight) continue;
    known += stays.count[i]!;
    sum += stays.start[i]! + (stays.end[i]! < midnight ? stays.end[i]! * (1 + stays.ward[i]!) : 0);
  }
  return `${midnight} ${known} ${sum}`;
}
