// How many beds will be taken: those who are here and stay, and those who come and stay. Arrivals of a Poisson process thinned by survival are Poisson
// again (Kingman JFC. Poisson Processes, 1993, 5.1); those who are here stay or go each by their own chance, a Poisson-binomial number.
import { remains, type Survival } from './length-of-stay.ts';

export interface CensusPlan {
  /** Hours that each of those who are here has been here. */
  here: readonly number[];
  /** Arrivals expected in each hour ahead: a forecast of the day times the day's profile. */
  arrivals: readonly number[];
  survival: Survival;
  /** 24 weights with mean 1 of when people leave, by hour of the day; without it they leave evenly. */
  discharges?: readonly number[];
  /** Hour of the day of the first hour ahead. */
  startHour?: number;
}

export interface WhatIf {
  /** Times the arrivals: 1.2 for twenty per cent more. */
  arrivals?: number;
  /** Beds more or (below 0) fewer. */
  beds?: number;
}

export interface CensusHour {
  mean: number;
  /** Chance of so many taken beds: index is the number. */
  distribution: Float64Array;
  /** Chance that more beds are needed than there are. */
  overfull: number;
}

/** The hours ahead in which people leave, of a whole number of hours: an hour before noon may count for less than one. */
function agedBy(plan: CensusPlan, from: number, to: number): number {
  if (plan.discharges === undefined) return to - from;
  let sum = 0;
  for (let h = from; h < to; h++) sum += plan.discharges[((plan.startHour ?? 0) + h) % 24] ?? 1;
  return Math.round(sum);
}

/** The chance of each number, of independent yes-or-no's: each in turn moves the chances up. Costs the square of their number. */
export function poissonBinomial(chances: readonly number[]): Float64Array {
  const found = new Float64Array(chances.length + 1);
  found[0] = 1;
  for (const [i, chance] of chances.entries()) {
    for (let k = i + 1; k > 0; k--) found[k] = found[k]! * (1 - chance) + found[k - 1]! * chance;
    found[0] = found[0]! * (1 - chance);
  }
  return found;
}

/** Poisson chances up to where nothing is left (ten deviations), from the middle outwards, so that a mean of thousands does not vanish. */
export function poissonChances(mean: number): Float64Array {
  const most = Math.ceil(mean + 10 * Math.sqrt(mean) + 10);
  const found = new Float64Array(most + 1);
  const middle = Math.floor(mean);
  found[middle] = 1;
  for (let k = middle + 1; k <= most; k++) found[k] = (found[k - 1]! * mean) / k;
  for (let k = middle; k > 0; k--) found[k - 1] = mean > 0 ? (found[k]! * k) / mean : 0;
  const sum = found.reduce((total, each) => total + each, 0);
  return found.map((each) => each / sum);
}

function sumOf(a: Float64Array, b: Float64Array): Float64Array {
  const found = new Float64Array(a.length + b.length - 1);
  for (let i = 0; i < a.length; i++) if (a[i]! > 0) for (let j = 0; j < b.length; j++) found[i + j] = found[i + j]! + a[i]! * b[j]!;
  return found;
}

/** Mean and distribution at the end of each hour ahead; yields after each hour (a ward: well below a millisecond; 1,000 beds: a few). */
export function* censusAhead(plan: CensusPlan, beds: number, whatIf: WhatIf = {}): Generator<CensusHour, CensusHour[]> {
  const hours: CensusHour[] = [];
  const times = whatIf.arrivals ?? 1;
  const there = beds + (whatIf.beds ?? 0);
  for (let h = 1; h <= plan.arrivals.length; h++) {
    const chances = plan.here.map((been) => remains(plan.survival, been, agedBy(plan, 0, h)));
    let come = 0;
    for (let a = 0; a < h; a++) come += times * plan.arrivals[a]! * remains(plan.survival, 0, agedBy(plan, a + 1, h));
    const distribution = sumOf(poissonBinomial(chances), poissonChances(come));
    const overfull = distribution.reduce((sum, chance, number) => sum + (number > there ? chance : 0), 0);
    const hour = { mean: chances.reduce((sum, chance) => sum + chance, 0) + come, distribution, overfull };
    hours.push(hour);
    yield hour;
  }
  return hours;
}

/** The first hour ahead (from 1) in which the beds are too few with at least this chance: the lead time of a warning; null where there is none. */
export function surgeAt(hours: readonly CensusHour[], chance: number): number | null {
  const at = hours.findIndex((hour) => hour.overfull >= chance);
  return at < 0 ? null : at + 1;
}
