// Counts as people keep them, made a series that detectors can take: whole numbers in equal steps. Unlike a forecast's, a step without a line is
// not filled (a week that nobody reported is not known), and two lines of one step are two reports, so they are added.
import { fail, ok, type Result } from '../../fhir/result.ts';
import { momentOf, monthStandsFirst, type Step, stepOf } from '../forecast/calendar.ts';
import { type Entry, numberOf } from '../forecast/regular-series.ts';
import type { CountSeries } from './contract.ts';

export interface DatedCounts extends CountSeries {
  observed: number[];
  step: Step;
  /** The step of the first count. */
  first: number;
  /** What was found and done, a sentence each. */
  notes: string[];
}

/** Steps in a year, by the step's name. */
const frequencies: Record<string, number> = { day: 365, week: 52, month: 12, quarter: 4 };
const stepsMax = 20_000;
const countMax = 1e9;

const places = (lines: readonly number[]): string => `${lines.slice(0, 5).join(', ')}${lines.length > 5 ? ', …' : ''}`;

/** Costs some µs an entry. */
export function countSeries(entries: readonly Entry[]): Result<DatedCounts> {
  if (entries.length < 2)
    return fail('invalid', 'there are too few lines: the file needs a line of names and a line for each week or day below it');
  const monthFirst = monthStandsFirst(entries.map((entry) => entry.when));
  const dated = entries.map((entry) => ({ ...entry, at: momentOf(entry.when, monthFirst), count: numberOf(entry.value) }));
  const undated = dated.filter((entry) => Number.isNaN(entry.at)).map((entry) => entry.line);
  if (undated.length > 0)
    return fail('invalid', `${undated.length} lines have no date that is understood (line ${places(undated)}); write dates as 2026-11-22`);
  const wrong = dated.filter(({ count }) => Number.isFinite(count) && !(Number.isInteger(count) && count >= 0 && count <= countMax));
  if (wrong.length > 0)
    return fail(
      'invalid',
      `${wrong.length} values are not counts of cases (line ${places(wrong.map((entry) => entry.line))}); give whole numbers from 0 on`,
    );
  const ordered = dated.toSorted((a, b) => a.at - b.at);
  const step = stepOf(ordered.map((entry) => entry.at));
  const frequency = Object.hasOwn(frequencies, step.name) ? frequencies[step.name] : undefined;
  if (frequency === undefined) return fail('invalid', `the lines are a ${step.name} apart; give counts by day, week, month or quarter`);
  const first = step.index(ordered[0]!.at);
  const length = step.index(ordered.at(-1)!.at) - first + 1;
  if (length > stepsMax)
    return fail(
      'too-costly',
      `from first to last date are ${length} steps of a ${step.name}, more than ${stepsMax}; check the dates, or give sums over longer steps`,
    );
  const notes: string[] = [];
  const observed: number[] = Array.from({ length }, () => Number.NaN);
  const doubled: number[] = [];
  const texts: number[] = [];
  for (const { at, count, line, value } of ordered) {
    const place = step.index(at) - first;
    if (!Number.isFinite(count)) {
      if (value.trim() !== '') texts.push(line);
      continue;
    }
    if (Number.isFinite(observed[place])) doubled.push(line);
    observed[place] = (Number.isFinite(observed[place]) ? observed[place]! : 0) + count;
  }
  const missing = observed.filter(Number.isNaN).length;
  if (missing === length) return fail('invalid', 'no value is a number; name the column of counts with --column');
  if (ordered.some((entry, i) => entry.line !== dated[i]?.line)) notes.push('the lines were not in the order of time and were sorted');
  if (texts.length > 0) notes.push(`${texts.length} values are no numbers and count as not known (line ${places(texts)})`);
  if (doubled.length > 0)
    notes.push(`${doubled.length} lines stand for a ${step.name} that another line has already; they were added (line ${places(doubled)})`);
  if (missing > 0)
    notes.push(
      `${missing} of ${length} steps of a ${step.name} are not known; they are not judged, and a past that needs them says nothing`,
    );
  return ok({ observed, frequency, step, first, notes });
}
