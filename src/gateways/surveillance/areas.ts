// One syndrome by postal area: cases beside those expected by the area's share of visits for other reasons (an outbreak must not raise its own
// expectation), and rates standardised by age where the people of the areas
// are known. Small numbers are kept back, with as many more that totals do not tell them.
import { ok, type Result } from '../../fhir/result.ts';
import { suppressed } from '../../methods/rates/small-numbers.ts';
import { directlyStandardised, poissonInterval } from '../../methods/rates/standardised.ts';
import type { Caller } from '../../record/contract.ts';
import { type AgeBand, ageBands } from './contract.ts';
import { type Counts, numberIn, wordsIn } from './counts.ts';
import type { KnownAreas } from './known-areas.ts';
import { seesRows, smallest } from './rights.ts';
import { areasSql } from './sql.ts';
import { daysBetween, type Wish } from './wish.ts';

export interface AreaRow {
  area: string;
  name?: string;
  x?: number;
  y?: number;
  /** Null: kept back. */
  cases: number | null;
  visits: number | null;
  expected: number | null;
  /** Observed to expected, with its exact 95 % interval. */
  ratio: { value: number; lower: number; upper: number } | null;
  /** By 100,000 people and year, standardised by age; where people are known by age. */
  rate: { value: number; lower: number; upper: number } | null;
  /** By 100,000 people and year as they are; where their number alone is known. */
  crude: { value: number; lower: number; upper: number } | null;
}

export interface AreasAnswer {
  rows: AreaRow[];
  cases: number;
  visits: number;
  madeUp: boolean;
  says: string;
  standard: string;
  kept: number;
}

interface Tally {
  cases: number;
  visits: number;
  byAge: Map<string, number>;
}

const yearDays = 365.25;
const per = 100_000;

export async function areasOf(counts: Counts, areas: KnownAreas, caller: Caller, wish: Wish): Promise<Result<AreasAnswer>> {
  const found = await counts.ask(caller, areasSql, { ...wish }, 'surveillance-areas', { syndrome: wish.syndrome });
  if (!found.ok) return found;
  const tallies = new Map<string, Tally>();
  for (const row of found.value.rows) {
    const [area, age, cases, visits] = [wordsIn(row[0]), wordsIn(row[1]), numberIn(row[2]), numberIn(row[3])];
    const tally = tallies.get(area) ?? { cases: 0, visits: 0, byAge: new Map() };
    tally.cases += cases;
    tally.visits += visits;
    tally.byAge.set(age, (tally.byAge.get(age) ?? 0) + cases);
    tallies.set(area, tally);
  }
  const list = [...tallies].sort(([a], [b]) => (a < b ? -1 : 1));
  const sum = (of: (tally: Tally) => number): number => list.reduce((total, [, tally]) => total + of(tally), 0);
  const [cases, visits] = [sum((tally) => tally.cases), sum((tally) => tally.visits)];
  const rows = seesRows(caller);
  const hidden = rows ? { cells: [], small: 0, complementary: 0 } : suppressed([list.map(([, tally]) => tally.cases)], smallest);
  const years = (daysBetween(wish.from, wish.to) + 1) / yearDays;
  return ok({
    rows: list.map(([area, tally], i): AreaRow => {
      const { people, population, ...place } = areas.find(area);
      const keep = !rows && hidden.cells[0]?.[i] === null;
      const others = visits - cases;
      const expected = others > 0 ? (cases * (tally.visits - tally.cases)) / others : 0;
      const seen = !rows && tally.visits > 0 && tally.visits < smallest ? null : tally.visits;
      if (keep) return { area, ...place, cases: null, visits: seen, expected: null, ratio: null, rate: null, crude: null };
      const interval = poissonInterval(tally.cases);
      return {
        area,
        ...place,
        cases: tally.cases,
        visits: seen,
        expected,
        ratio: expected > 0 ? { value: tally.cases / expected, lower: interval.lower / expected, upper: interval.upper / expected } : null,
        rate: people === undefined ? null : rateOf(tally, people, areas.standard.population, years),
        crude: people !== undefined || !population ? null : crudeOf(tally.cases, interval, population * years),
      };
    }),
    cases,
    visits,
    madeUp: areas.madeUp,
    says: areas.says,
    standard: areas.standard.name,
    kept: hidden.small + hidden.complementary,
  });
}

/** A filter by age leaves only that band with cases: the rate is then of it, by its share of the standard. */
function rateOf(tally: Tally, people: Record<AgeBand, number>, standard: Record<AgeBand, number>, years: number): AreaRow['rate'] {
  const rate = directlyStandardised(
    ageBands.map((band) => ({ cases: tally.byAge.get(band) ?? 0, people: people[band] * years, standard: standard[band] })),
  );
  if (rate === undefined) return null;
  return { value: rate.rate * per, lower: rate.lower * per, upper: rate.upper * per };
}

const crudeOf = (cases: number, { lower, upper }: { lower: number; upper: number }, personYears: number): AreaRow['crude'] => ({
  value: (cases / personYears) * per,
  lower: (lower / personYears) * per,
  upper: (upper / personYears) * per,
});
