// The beds of every ward and of the hospital in the hours ahead, as they are or with fewer beds, more arrivals, other lengths of stay.
import { atLeast, quantileOf } from '../arrivals/count-distribution.ts';
import { type DayOf, emergencyWards, type HospitalFacts, type HoursAhead } from './contract.ts';
import { wardStays } from './stays.ts';
import { streamsOf } from './streams.ts';
import { type Stays, shorter, summed, type WardHour, wardCensus } from './ward-census.ts';

export interface BedsWhatIf {
  /** Times the arrivals: 1.2 for twenty per cent more. */
  arrivals: number;
  /** Beds more, or (below 0) fewer. */
  beds: number;
  /** Days by which each stay on a ward is longer, or (below 0) shorter; the emergency department's stay as they are. */
  stayDays: number;
  /** Whose beds: the index of a ward; absent, the hospital's as a whole. */
  ward?: number;
}
export const asItIs: BedsWhatIf = { arrivals: 1, beds: 0, stayDays: 0 };

export interface CensusOf {
  here: number;
  beds: number;
  hours: WardHour[];
}

export interface HospitalCensus {
  wards: CensusOf[];
  /** All wards but the emergency department's together. */
  inpatient: CensusOf;
}

/** As known at `at`. Yields after each hour of each ward. */
export function* hospitalCensus(
  facts: HospitalFacts,
  at: number,
  ahead: HoursAhead,
  dayOf: DayOf,
  whatIf: BedsWhatIf = asItIs,
): Generator<unknown, HospitalCensus> {
  const streams = streamsOf(facts, at, ahead, dayOf);
  const emergency = emergencyWards(facts);
  const ends = ahead.starts.map((start, i) => start + ahead.lengths[i]!);
  const found: CensusOf[] = [];
  let inpatient: CensusOf = { here: 0, beds: whatIf.ward === undefined ? whatIf.beds : 0, hours: [] };
  for (const [w, { clock, curve, here }] of wardStays(facts, at).entries()) {
    const { arrivals, extra } = streams[w]!;
    const curves = new Map<number, Stays>();
    const stays = (kind: number): Stays => {
      const found = curves.get(kind) ?? shorter(curve(kind).survival, kind === 0 ? 0 : -24 * whatIf.stayDays);
      curves.set(kind, found);
      return found;
    };
    const hours = yield* wardCensus({
      here: here.map(({ since, kind }) => ({ since, survival: stays(kind), clock })),
      streams: arrivals.flatMap((row, kind) =>
        row.some((each) => each > 0) ? [{ arrivals: row.map((each) => each * whatIf.arrivals), survival: stays(kind), clock }] : [],
      ),
      now: at,
      ends,
      extra,
    });
    const own = { here: here.length, beds: Math.max(0, facts.wards[w]!.beds + (whatIf.ward === w ? whatIf.beds : 0)), hours };
    found.push(own);
    if (emergency[w] === true) continue;
    inpatient = {
      here: inpatient.here + own.here,
      beds: inpatient.beds + own.beds,
      hours: inpatient.hours.length === 0 ? hours : inpatient.hours.map((hour, i) => together(hour, hours[i]!)),
    };
    yield w;
  }
  return { wards: found, inpatient };
}

const together = (a: WardHour, b: WardHour): WardHour => ({
  mean: a.mean + b.mean,
  chances: summed(a.chances, b.chances),
  leave: a.leave + b.leave,
  come: a.come + b.come,
});

export interface CensusShown {
  here: number;
  beds: number;
  /** A value an hour ahead each. */
  mean: number[];
  p05: number[];
  p50: number[];
  p95: number[];
  /** Chance that more beds are needed than there are. */
  overfull: number[];
  come: number[];
  leave: number[];
  /** Index of the first hour that is overfull with at least the chance asked for; null where there is none. */
  firstOverflow: number | null;
}

const rounded = (value: number, places: number): number => Math.round(value * 10 ** places) / 10 ** places;

export function shownCensus({ here, beds, hours }: CensusOf, chance: number): CensusShown {
  const overfull = hours.map(({ chances }) => atLeast(chances, beds + 1));
  const first = overfull.findIndex((each) => each >= chance);
  return {
    here,
    beds,
    mean: hours.map(({ mean }) => rounded(mean, 2)),
    p05: hours.map(({ chances }) => quantileOf(chances, 0.05)),
    p50: hours.map(({ chances }) => quantileOf(chances, 0.5)),
    p95: hours.map(({ chances }) => quantileOf(chances, 0.95)),
    overfull: overfull.map((each) => rounded(each, 4)),
    come: hours.map(({ come }) => rounded(come, 3)),
    leave: hours.map(({ leave }) => rounded(leave, 3)),
    firstOverflow: first < 0 ? null : first,
  };
}
