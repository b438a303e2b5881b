// One syndrome as it will look once everything is told, and how fast it grows: nowcast of the last days, doubling time, reproduction number.
import { ok, type Result } from '../../fhir/result.ts';
import type { Growth } from '../../methods/epidemic-curve/contract.ts';
import { growthOf } from '../../methods/epidemic-curve/growth.ts';
import { reproductionNumbers } from '../../methods/epidemic-curve/reproduction-number.ts';
import { nowcast, triangleOf } from '../../methods/nowcast/nowcast.ts';
import { seededRandom } from '../../methods/statistics/random-counts.ts';
import type { Caller } from '../../record/contract.ts';
import { filterNames } from './contract.ts';
import { type Counts, numberIn, wordsIn } from './counts.ts';
import { seesRows } from './rights.ts';
import { lateSql } from './sql.ts';
import { addDays, daysBetween, type Wish } from './wish.ts';

export interface LateAnswer {
  days: { day: string; reported: number; estimate: number; lower: number; upper: number; told: number }[];
  /** Share told within 0, 1, … days; and of how many cases it was learnt. */
  delay: number[];
  learntFrom: number;
  /** Told more than 60 days late, such as what was loaded from elsewhere: left out of the delays. */
  loadedLater: number;
  curve: { day: string; count: number }[];
  growth: (Growth & { from: string; to: string }) | null;
  reproduction: { first: string; last: string; mean: number; lower: number; upper: number }[];
  interval: { mean: number; deviation: number };
  /** Why there is no estimate. */
  none?: string;
}

const delayMax = 14;
const loadedLaterDays = 60;
const window = 60;
/** Days that growth is told of. */
const growthDays = 21;
const casesLeast = 50;
/** As many as take some ten milliseconds: nobody else waits for longer. */
const draws = 300;
const windowsShown = 28;

export async function lateOf(
  counts: Counts,
  caller: Caller,
  wish: Wish,
  interval: { mean: number; deviation: number },
  until: string,
): Promise<Result<LateAnswer>> {
  const to = wish.to < until ? wish.to : until;
  const from = addDays(to, -(window + delayMax + loadedLaterDays));
  const start = [wish.from, from].sort()[0]!;
  const found = await counts.ask(caller, lateSql, { ...wish, from: start, to }, 'surveillance-nowcast', { syndrome: wish.syndrome });
  if (!found.ok) return found;
  const today = daysBetween(start, to);
  const curve = Array.from({ length: today + 1 }, () => 0);
  const cases: { day: number; told: number; count: number }[] = [];
  let loadedLater = 0;
  for (const row of found.value.rows) {
    const [day, told, count] = [daysBetween(start, wordsIn(row[0])), daysBetween(start, wordsIn(row[1])), numberIn(row[2])];
    if (day < 0 || day > today) continue;
    curve[day]! += count;
    if (told - day > loadedLaterDays) loadedLater += count;
    else cases.push({ day, told, count });
  }
  const shownFrom = daysBetween(start, wish.from);
  const shown = curve.slice(shownFrom);
  const small = filterNames.some((name) => wish.filters[name] !== '') && !seesRows(caller);
  const empty = { delay: [], learntFrom: 0, loadedLater, growth: null, reproduction: [], interval, days: [] };
  if (small) return ok({ ...empty, curve: [], none: 'Estimates of few people are for those who may see rows: take the filters away' });
  const dated = shown.map((count, i) => ({ day: addDays(wish.from, i), count }));
  const newest = curve.slice(-growthDays);
  const growth = growthOf(newest);
  const reproduction = reproductionNumbers(shown, interval, { windows: windowsShown }).map(({ first, last, mean, lower, upper }) => ({
    first: dated[first]!.day,
    last: dated[last]!.day,
    mean,
    lower,
    upper,
  }));
  const common = {
    loadedLater,
    curve: dated,
    growth: growth === undefined ? null : { ...growth, from: addDays(to, 1 - newest.length), to },
    reproduction,
    interval,
  };
  if (cases.reduce((sum, { count }) => sum + count, 0) < casesLeast)
    return ok({
      ...empty,
      ...common,
      none: `How late cases are told is learnt from ${casesLeast} cases at least; there are fewer in these days`,
    });
  const estimate = nowcast(triangleOf(cases, today, delayMax), { random: seededRandom(7), delayMax, window, draws });
  return ok({
    ...common,
    days: estimate.days.map(({ day, ...rest }) => ({ day: addDays(start, day), ...rest })),
    delay: estimate.delay,
    learntFrom: estimate.cases,
  });
}
