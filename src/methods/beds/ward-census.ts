// How many beds of a ward will be taken at the end of each hour ahead: who is there and stays, each by the chance of one who has been there so long;
// and who comes and stays. Numbers in a system of endless servers: Eick SG, Massey WA, Whitt W. The physics of the Mt/G/∞ queue. Oper Res 1993;41:731-42.
import { type CountDistribution, countChances } from '../arrivals/count-distribution.ts';
import { poissonBinomial } from '../staffing/census.ts';
import { clockHours, type DischargeClock } from './discharge-clock.ts';

/** The share still there after so many hours of the discharge clock; index 0 is 1. As `survivalOf` in ../staffing gives it. */
export type Stays = Float64Array;

export interface Stream {
  /** Expected in each hour ahead. */
  arrivals: readonly number[];
  survival: Stays;
  clock: DischargeClock;
}

export interface WardPlan {
  /** Who is there: since when (hours of the wall clock, as `now`), and by whose stays they are judged. */
  here: readonly { since: number; survival: Stays; clock: DischargeClock }[];
  streams: readonly Stream[];
  now: number;
  /** The hour of the wall clock at the end of each hour ahead: where clocks change, one comes twice or not at all. */
  ends: readonly number[];
  /** Of the rate at which people come, an hour ahead each: what is not known of it. */
  extra: readonly number[];
}

export interface WardHour {
  mean: number;
  chances: CountDistribution;
  /** Expected to leave within this hour, and to come. */
  leave: number;
  come: number;
  /** Of the number: those who are here and stay, and how many are expected of those who will have come. */
  staying: CountDistribution;
  coming: number;
}

/** Between whole hours by a straight line; beyond the longest known stay the last hour's share goes on to fall as it did over the last tenth. */
export function shareAfter(survival: Stays, hours: number): number {
  const last = survival.length - 1;
  if (hours <= 0) return 1;
  if (hours >= last) return survival[last]!;
  const low = Math.floor(hours);
  return survival[low]! + (hours - low) * (survival[low + 1]! - survival[low]!);
}

/** That one who has been there so long (by the clock) is there `ahead` later; where nobody stayed so long, a day's mean of leaving. */
export function staysOn(survival: Stays, been: number, ahead: number): number {
  const now = shareAfter(survival, been);
  return now > 1e-9 ? Math.min(1, shareAfter(survival, been + ahead) / now) : Math.exp(-ahead / 24);
}

/** Every stay shorter by so many hours (of those that are longer), for the question what if. */
export function shorter(survival: Stays, hours: number): Stays {
  if (hours === 0) return survival;
  return survival.map((_, h) => (h === 0 ? 1 : shareAfter(survival, h + hours)));
}

/** Yields after each hour ahead. Costs (patients² + numbers²) an hour. */
export function* wardCensus({ here, streams, now, ends, extra }: WardPlan): Generator<WardHour, WardHour[]> {
  const hours: WardHour[] = [];
  // By each stream's clock: when those who come in an hour come, on average in its middle, and when it ends.
  const times = streams.map(({ clock }) => ({
    come: ends.map((end) => clockHours(clock, now, end - 0.5)),
    end: ends.map((end) => clockHours(clock, now, end)),
  }));
  const been = here.map(({ since, clock }) => Math.max(0, clockHours(clock, since, now)));
  let before = here.length;
  for (const [h, end] of ends.entries()) {
    const stay = here.map(({ survival, clock }, i) => staysOn(survival, been[i]!, clockHours(clock, now, end)));
    let come = 0;
    let coming = 0;
    for (const [i, { arrivals, survival }] of streams.entries()) {
      const { come: when, end: until } = times[i]!;
      // Where the clock was put back, an hour ends where the one before did.
      for (let a = 0; a <= h; a++) come += arrivals[a]! * shareAfter(survival, Math.max(0, until[h]! - when[a]!));
      coming += arrivals[h]!;
    }
    const mean = stay.reduce((sum, chance) => sum + chance, 0) + come;
    const staying = poissonBinomial(stay);
    const hour = {
      mean,
      chances: summed(staying, countChances(come, extra[h])),
      leave: Math.max(0, before + coming - mean),
      come: coming,
      staying,
      coming: come,
    };
    before = mean;
    hours.push(hour);
    yield hour;
  }
  return hours;
}

/** Of two independent numbers. Ends with next to no chance are left off, so that sums of many stay short. */
export function summed(a: CountDistribution, b: CountDistribution): CountDistribution {
  const found = new Float64Array(a.length + b.length - 1);
  for (let i = 0; i < a.length; i++) if (a[i]! > 1e-12) for (let j = 0; j < b.length; j++) found[i + j] = found[i + j]! + a[i]! * b[j]!;
  let last = found.length;
  while (last > 1 && found[last - 1]! < 1e-12) last--;
  return found.subarray(0, last);
}
