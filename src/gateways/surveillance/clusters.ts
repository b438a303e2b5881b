// Clusters of one syndrome in space and time: Kulldorff's scan over the areas whose place is known. The permutation model needs no population, so that
// it may be asked of any site; the newest days count.
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Case } from '../../methods/scan/contract.ts';
import type { Caller } from '../../record/contract.ts';
import { type Counts, numberIn, wordsIn } from './counts.ts';
import type { KnownAreas } from './known-areas.ts';
import { seesRows, told } from './rights.ts';
import { scan, scanMost } from './scan-thread.ts';
import { placesSql } from './sql.ts';
import { addDays, daysBetween, type Wish } from './wish.ts';

export interface ClustersAnswer {
  clusters: {
    centre: string;
    areas: string[];
    first: string;
    last: string;
    observed: number | null;
    expected: number;
    relativeRisk: number;
    p: number;
    recurrenceInterval: number;
  }[];
  model: 'permutation';
  repetitions: number;
  cases: number;
  areas: number;
  /** Cases of areas whose place is not known. */
  elsewhere: number;
  madeUp: boolean;
}

const repetitions = 999;
/** Once so many repetitions beat the data the answer is clear. */
const enough = 200;

export async function clustersOf(
  counts: Counts,
  areas: KnownAreas,
  caller: Caller,
  wish: Wish,
  until: string,
): Promise<Result<ClustersAnswer>> {
  const to = wish.to < until ? wish.to : until;
  const days = daysBetween(wish.from, to) + 1;
  if (days < 14) return fail('invalid', 'A scan needs two weeks at least: choose more days', 'from');
  const found = await counts.ask(caller, placesSql, { ...wish }, 'surveillance-clusters', { syndrome: wish.syndrome });
  if (!found.ok) return found;
  const places = scanned(areas.places, new Set(found.value.rows.map((row) => wordsIn(row[0]))));
  const place = new Map(places.map((each, i) => [each.area, i]));
  const cases: Case[] = [];
  let elsewhere = 0;
  for (const row of found.value.rows) {
    const [at, day, n] = [place.get(wordsIn(row[0])), daysBetween(wish.from, wordsIn(row[1])), numberIn(row[2])];
    if (at === undefined) elsewhere += n;
    else if (day >= 0 && day < days && cases.length + n <= scanMost.cases + 1) for (let i = 0; i < n; i++) cases.push({ place: at, day });
  }
  if (cases.length < 10)
    return fail('invalid', `A scan needs ten cases in areas whose place is known; there are ${cases.length}`, 'syndrome');
  const plan = { places: places.map(({ x, y }) => ({ x, y })), cases, days };
  const result = await scan({ surveillanceScan: plan, options: { model: 'permutation', repetitions, enough }, seed: 20_260_101 });
  if (!result.ok) return result;
  const all = seesRows(caller);
  const areaAt = (index: number): string => places[index]!.area;
  return ok({
    clusters: result.value.clusters.map((cluster) => ({
      centre: areaAt(cluster.centre),
      areas: cluster.places.map(areaAt),
      first: addDays(wish.from, cluster.firstDay),
      last: addDays(wish.from, cluster.lastDay),
      observed: told(cluster.observed, all),
      expected: cluster.expected,
      relativeRisk: cluster.relativeRisk,
      p: cluster.p,
      recurrenceInterval: cluster.recurrenceInterval,
    })),
    model: 'permutation',
    repetitions: result.value.repetitions,
    cases: cases.length,
    areas: areas.places.length,
    elsewhere,
    madeUp: areas.madeUp,
  });
}

/** Of a country's areas only those with cases: without people the others change nothing but the names of a circle. */
const scanned = (places: KnownAreas['places'], withCases: ReadonlySet<string>): KnownAreas['places'] =>
  places.length <= scanMost.places ? places : places.filter(({ area }) => withCases.has(area));
