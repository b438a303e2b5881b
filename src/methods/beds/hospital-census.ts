// The beds of every ward and of the hospital in the hours ahead, as they are or with fewer beds, more arrivals, other lengths of stay.
import { atLeast, countChances, quantileOf } from '../arrivals/count-distribution.ts';
import { type DayOf, emergencyWards, type HospitalFacts, type HoursAhead } from './contract.ts';
import { wardStays } from './stays.ts';
import { dayExtras, streamsOf } from './streams.ts';
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
  const unknown = dayExtras(ahead, dayOf);
  const emergency = emergencyWards(facts);
  const ends = ahead.starts.map((start, i) => start + ahead.lengths[i]!);
  const found: CensusOf[] = [];
  const inpatients: { census: CensusOf; shareExtra: number }[] = [];
  for (const [w, { clock, curve, here }] of wardStays(facts, at).entries()) {
    const { arrivals, shareExtra } = streams[w]!;
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
      extra: unknown.map((each) => each + shareExtra),
    });
    const own = { here: here.length, beds: Math.max(0, facts.wards[w]!.beds + (whatIf.ward === w ? whatIf.beds : 0)), hours };
    found.push(own);
    if (emergency[w] !== true) inpatients.push({ census: own, shareExtra });
    yield w;
  }
  const total = (of: (census: CensusOf) => number): number => inpatients.reduce((sum, { census }) => sum + of(census), 0);
  const inpatient = {
    here: total(({ here }) => here),
    beds: total(({ beds }) => beds) + (whatIf.ward === undefined ? whatIf.beds : 0),
    hours: ends.flatMap((_, h) => {
      const hours = inpatients.map(({ census, shareExtra }) => ({ hour: census.hours[h]!, shareExtra }));
      return hours.length === 0 ? [] : [together(hours, unknown[h]!)];
    }),
  };
  return { wards: found, inpatient };
}

/**
 * Who stays leaves by chances of their own; who comes, comes to all wards by the same days: were a busy week of each ward another's quiet one, all
 * together would seem far better known than they are.
 */
function together(wards: readonly { hour: WardHour; shareExtra: number }[], unknown: number): WardHour {
  const total = (of: (hour: WardHour) => number): number => wards.reduce((sum, { hour }) => sum + of(hour), 0);
  const coming = total((hour) => hour.coming);
  const ofShares = wards.reduce((sum, { hour, shareExtra }) => sum + hour.coming ** 2 * shareExtra, 0);
  const staying = wards.map(({ hour }) => hour.staying).reduce(summed);
  return {
    mean: total((hour) => hour.mean),
    chances: summed(staying, countChances(coming, coming > 0 ? unknown + ofShares / coming ** 2 : 0)),
    leave: total((hour) => hour.leave),
    come: total((hour) => hour.come),
    staying,
    coming,
  };
}

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
