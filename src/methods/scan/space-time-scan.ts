// Kulldorff's scan for clusters that are still alive: of all circles of places and all stretches of days up to the newest, the one whose cases
// are least like chance, judged against the strongest of many random repetitions. Kulldorff M. A spatial scan statistic. Commun Stat Theory
// Methods 1997;26:1481-96; Kulldorff M. J R Stat Soc A 2001;164:61-72 (prospective); Kulldorff M, Heffernan R, Hartman J, Assunção R, Mostashari
// F. PLoS Med 2005;2:e59 (permutation); Abrams AM, Kleinman K, Kulldorff M. Int J Health Geogr 2010;9:61 (Gumbel).
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Random } from '../statistics/random-counts.ts';
import { type Circles, circlesOf } from './circles.ts';
import type { Cluster, ScanData, ScanOptions, ScanResult } from './contract.ts';

const placesMax = 5_000;
const casesMax = 1_000_000;
const repetitionsMax = 9_999;

/** ln of the ratio of likelihoods of `count` cases where `expected` were, of `total` in all; 0 where there are not more. */
function logRatio(count: number, expected: number, total: number): number {
  if (count <= expected) return 0;
  const outside = total - count;
  return count * Math.log(count / expected) + (outside > 0 ? outside * Math.log(outside / (total - expected)) : 0);
}

interface Best {
  value: number;
  centre: number;
  /** How many neighbours, and how many days. */
  size: number;
  length: number;
}

interface Scanner {
  circles: Circles;
  /** Cases to expect by place over all days, and the share of the last 1, 2, … days. */
  weights: Float64Array;
  timeShares: Float64Array;
  total: number;
}

/** The strongest cluster for `recent`: by place, the cases of its last 1, 2, … days. `left` are places that may take part. */
function strongest({ circles, weights, timeShares, total }: Scanner, recent: Int32Array, left?: Uint8Array): Best {
  const lengths = timeShares.length;
  const best: Best = { value: 0, centre: -1, size: 0, length: 0 };
  const sums = new Int32Array(lengths);
  // For each number of cases the expectation below which they would beat the best so far, made when it is asked for: most clusters are dismissed
  // by one comparison. One case is no cluster.
  const beatenBelow = new Float64Array(total + 1);
  const forget = (): void => {
    beatenBelow.fill(Number.POSITIVE_INFINITY);
    beatenBelow[0] = 0;
    beatenBelow[1] = 0;
  };
  const limitFor = (count: number): number => {
    let low = 0;
    let high = count;
    for (let i = 0; i < 40; i++) {
      const middle = (low + high) / 2;
      if (logRatio(count, middle, total) > best.value) low = middle;
      else high = middle;
    }
    return high;
  };
  forget();
  const consider = (count: number, expected: number, centre: number, size: number, length: number): void => {
    if (beatenBelow[count] === Number.POSITIVE_INFINITY) beatenBelow[count] = limitFor(count);
    if (expected >= beatenBelow[count]!) return;
    const value = logRatio(count, expected, total);
    if (value <= best.value) return;
    Object.assign(best, { value, centre, size, length });
    forget();
  };
  // The shortest stretch in which a place has cases: shorter ones do not change where it joins, and with it more is expected of them.
  const begins = Int32Array.from(weights, (_, place) => {
    for (let d = 0; d < lengths; d++) if (recent[place * lengths + d]! > 0) return d;
    return lengths;
  });
  for (let centre = 0; centre < circles.neighbours.length; centre++) {
    const neighbours = circles.neighbours[centre]!;
    const ends = circles.ends[centre]!;
    sums.fill(0);
    let weight = 0;
    let changed = lengths;
    for (let n = 0; n < neighbours.length; n++) {
      const place = neighbours[n]!;
      if (left !== undefined && left[place] === 0) break;
      weight += weights[place]!;
      const begin = begins[place]!;
      const from = place * lengths;
      for (let d = begin; d < lengths; d++) sums[d] = sums[d]! + recent[from + d]!;
      if (begin < changed) changed = begin;
      if (ends[n] === 0) continue;
      for (let d = changed; d < lengths; d++) {
        const count = sums[d]!;
        const expected = weight * timeShares[d]!;
        if (expected < beatenBelow[count]!) consider(count, expected, centre, n + 1, d + 1);
      }
      changed = lengths;
    }
  }
  return best;
}

const eulerMascheroni = 0.5772156649015329;

/** The chance of a maximum of this size or more, by a Gumbel distribution of the repetitions' mean and deviation. */
function gumbelTail(value: number, maxima: readonly number[]): number {
  const mean = maxima.reduce((sum, each) => sum + each, 0) / maxima.length;
  const variance = maxima.reduce((sum, each) => sum + (each - mean) ** 2, 0) / Math.max(1, maxima.length - 1);
  const scale = Math.sqrt(6 * variance) / Math.PI;
  if (!(scale > 0)) return value > mean ? 0 : 1;
  return -Math.expm1(-Math.exp(-(value - mean + eulerMascheroni * scale) / scale));
}

/** What is wrong with the input, if anything. */
function refusal(
  { places, cases, days, population }: ScanData,
  { model, shareMax = 0.5, repetitions = 999 }: ScanOptions,
): string | undefined {
  if (places.length < 2 || places.length > placesMax) return `a scan takes 2 to ${placesMax} places; ${places.length} were given`;
  if (cases.length < 2 || cases.length > casesMax) return `a scan takes 2 to ${casesMax} cases; ${cases.length} were given`;
  if (!(Number.isInteger(days) && days >= 2)) return 'a scan takes at least two days';
  if (!(shareMax > 0 && shareMax <= 1)) return 'shareMax is a share, above 0 and at most 1';
  if (!(Number.isInteger(repetitions) && repetitions >= 9 && repetitions <= repetitionsMax))
    return `repetitions are 9 to ${repetitionsMax}; 999 is usual`;
  if (
    !cases.every(
      ({ place, day }) => Number.isInteger(place) && place >= 0 && place < places.length && Number.isInteger(day) && day >= 0 && day < days,
    )
  )
    return 'every case needs the index of a place and of a day that exist';
  if (!places.every((place) => Object.values(place).every(Number.isFinite))) return 'every place needs a position of two numbers';
  if (model === 'permutation') return undefined;
  if (population === undefined || population.length !== places.length) return 'the Poisson model needs the number of people of every place';
  return population.every((people) => people >= 0 && Number.isFinite(people)) && population.some((people) => people > 0)
    ? undefined
    : 'people are numbers of 0 or more, and not 0 everywhere';
}

/** A scan in steps of one repetition each, so that a server can rest in between. `random` gives numbers from 0 up to 1. */
export function* scanSteps(data: ScanData, options: ScanOptions, random: Random): Generator<number, Result<ScanResult>> {
  const wrong = refusal(data, options);
  if (wrong !== undefined) return fail('invalid', wrong);
  const { places, cases, days } = data;
  const { model, shareMax = 0.5, daysMax = 14, repetitions = 999, enough = Number.POSITIVE_INFINITY, clusters = 3 } = options;
  const total = cases.length;
  const lengths = Math.max(1, Math.min(Math.floor(daysMax), Math.floor(days / 2)));
  const ofPlace = new Float64Array(places.length);
  const ofDay = new Float64Array(days);
  for (const { place, day } of cases) {
    ofPlace[place]!++;
    ofDay[day]!++;
  }
  const people = data.population ?? [];
  const peopleInAll = people.reduce((sum, each) => sum + each, 0);
  const weights = model === 'poisson' ? Float64Array.from(people, (each) => (each / peopleInAll) * total) : ofPlace;
  const timeShares = new Float64Array(lengths);
  for (let d = 0, sum = 0; d < lengths; d++) {
    sum += model === 'poisson' ? 1 / days : ofDay[days - 1 - d]! / total;
    timeShares[d] = sum;
  }
  const scanner: Scanner = { circles: circlesOf(places, [...weights], shareMax), weights, timeShares, total };
  yield 0;

  const recent = new Int32Array(places.length * lengths);
  /** Counts a case on its day, and once all are counted, on all longer stretches. */
  const add = (place: number, day: number): void => {
    if (day >= days - lengths) recent[place * lengths + (days - 1 - day)]!++;
  };
  const stretch = (): void => {
    for (let from = 0; from < recent.length; from += lengths) for (let d = 1; d < lengths; d++) recent[from + d]! += recent[from + d - 1]!;
  };
  for (const { place, day } of cases) add(place, day);
  stretch();
  const observed = recent.slice();

  const found: Best[] = [];
  const left = new Uint8Array(places.length).fill(1);
  for (let i = 0; i < clusters; i++) {
    const best = strongest(scanner, observed, left);
    if (best.centre < 0) break;
    found.push(best);
    for (const place of scanner.circles.neighbours[best.centre]!.subarray(0, best.size)) left[place] = 0;
  }

  const placeOfCase = Int32Array.from(cases, ({ place }) => place);
  const dayOfCase = Int32Array.from(cases, ({ day }) => day);
  const upTo = new Float64Array(places.length);
  for (let i = 0, sum = 0; i < places.length; i++) upTo[i] = sum += weights[i]!;
  const repeat = (): void => {
    recent.fill(0);
    for (let i = 0; i < total; i++) {
      if (model === 'permutation') {
        const other = i + Math.floor(random() * (total - i));
        const day = dayOfCase[other]!;
        dayOfCase[other] = dayOfCase[i]!;
        dayOfCase[i] = day;
        add(placeOfCase[i]!, day);
      } else {
        const day = Math.floor(random() * days);
        if (day >= days - lengths) add(placeAt(upTo, random() * total), day);
      }
    }
    stretch();
  };
  const maxima: number[] = [];
  let beaten = 0;
  for (let i = 0; i < repetitions && beaten < enough; i++) {
    repeat();
    const { value } = strongest(scanner, recent);
    maxima.push(value);
    if (value >= (found[0]?.value ?? 0)) beaten++;
    yield i + 1;
  }
  return ok({ clusters: found.map((best) => clusterOf(best, scanner, observed, days, maxima)), repetitions: maxima.length });
}

/** The place in whose share of the sums a value lies. */
function placeAt(upTo: Float64Array, value: number): number {
  let low = 0;
  let high = upTo.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (upTo[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

function clusterOf(
  best: Best,
  { circles, weights, timeShares, total }: Scanner,
  recent: Int32Array,
  days: number,
  maxima: number[],
): Cluster {
  const places = [...circles.neighbours[best.centre]!.subarray(0, best.size)];
  const observed = places.reduce((sum, place) => sum + recent[place * timeShares.length + best.length - 1]!, 0);
  const expected = places.reduce((sum, place) => sum + weights[place]!, 0) * timeShares[best.length - 1]!;
  return {
    centre: best.centre,
    places,
    firstDay: days - best.length,
    lastDay: days - 1,
    observed,
    expected,
    relativeRisk: observed / expected / Math.max((total - observed) / (total - expected), Number.EPSILON),
    logLikelihoodRatio: best.value,
    p: (1 + maxima.filter((value) => value >= best.value).length) / (1 + maxima.length),
    recurrenceInterval: 1 / Math.max(gumbelTail(best.value, maxima), 1e-12),
  };
}

/** The whole scan at once: for the command line and for tests. */
export function spaceTimeScan(data: ScanData, options: ScanOptions, random: Random): Result<ScanResult> {
  const run = scanSteps(data, options, random);
  for (;;) {
    const step = run.next();
    if (step.done === true) return step.value;
  }
}
