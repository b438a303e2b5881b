// A series as people keep it, made one that methods can take: in equal steps, without gaps, doubles and text. What had to be done is said, and what
// cannot be repaired is refused with what to do. A missing value becomes what its neighbours and its place in the season say.
import { fail, ok, type Result } from '../../fhir/result.ts';
import { momentOf, monthStandsFirst, type Step, stepOf } from './calendar.ts';

export interface Entry {
  /** Where it stands, for messages. */
  line: number;
  when: string;
  value: string;
}

export interface RegularSeries {
  values: number[];
  step: Step;
  /** The step of the first value. */
  first: number;
  season: number;
  alsoSeasons: number[];
  /** What was found and done, a sentence each. */
  notes: string[];
}

/** More steps than this are refused: forty years of hours fit, and no method needs more. */
export const valuesMax = 400_000;
/** A series with a larger part missing is not repaired. */
const missingMost = 0.3;

/** `1 234`, `1,234.5`, `1.234,5` and `12` are numbers; NaN for everything else, an empty cell included. */
export function numberOf(text: string): number {
  const bare = text.trim().replaceAll(/[\s'’]/gu, '');
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(bare)) return Number(bare);
  if (/^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(bare)) return Number(bare.replaceAll(',', ''));
  if (/^[+-]?\d{1,3}(\.\d{3})+(,\d+)?$/.test(bare)) return Number(bare.replaceAll('.', '').replace(',', '.'));
  if (/^[+-]?\d+,\d+$/.test(bare)) return Number(bare.replace(',', '.'));
  return Number.NaN;
}

const places = (lines: readonly number[]): string => `${lines.slice(0, 5).join(', ')}${lines.length > 5 ? ', …' : ''}`;

/** `season` overrides what the steps suggest. Costs some µs an entry. */
export function regularSeries(entries: readonly Entry[], season?: number): Result<RegularSeries> {
  if (entries.length === 0) return fail('invalid', 'there are no values: the file needs a line of names and lines of values below it');
  const notes: string[] = [];
  const monthFirst = monthStandsFirst(entries.map((entry) => entry.when));
  const dated = entries.map((entry) => ({ ...entry, at: momentOf(entry.when, monthFirst), number: numberOf(entry.value) }));
  const undated = dated.filter((entry) => Number.isNaN(entry.at));
  if (undated.length > 0) {
    return fail(
      'invalid',
      `${undated.length} lines have no date that is understood (line ${places(undated.map((entry) => entry.line))}); write dates as 2026-11-22`,
    );
  }
  const ordered = dated.toSorted((a, b) => a.at - b.at);
  if (ordered.some((entry, i) => entry !== dated[i])) notes.push('the lines were not in the order of time and were sorted');
  const step = stepOf(ordered.map((entry) => entry.at));
  const first = step.index(ordered[0]!.at);
  const length = step.index(ordered.at(-1)!.at) - first + 1;
  if (length === 1) return fail('invalid', 'one value says nothing of what follows; give at least two seasons of the past');
  if (length > valuesMax)
    return fail(
      'too-costly',
      `from first to last date are ${length} steps of a ${step.name}, more than ${valuesMax}; check the dates, or forecast of sums over longer steps`,
    );

  const sums = new Float64Array(length);
  const counts = new Uint32Array(length);
  const texts: number[] = [];
  const doubled: number[] = [];
  for (const { at, number, line, value } of ordered) {
    const place = step.index(at) - first;
    if (!Number.isFinite(number)) {
      if (value.trim() !== '') texts.push(line);
      continue;
    }
    if (counts[place]! > 0) doubled.push(line);
    sums[place] = sums[place]! + number;
    counts[place] = counts[place]! + 1;
  }
  if (texts.length > 0) notes.push(`${texts.length} values are no numbers and count as missing (line ${places(texts)})`);
  if (doubled.length > 0)
    notes.push(
      `${doubled.length} lines stand for a ${step.name} that another line has already, as where clocks go back; their mean is taken (line ${places(doubled)})`,
    );
  const missing = counts.reduce((sum, count) => sum + Number(count === 0), 0);
  if (missing === length) return fail('invalid', 'no value is a number; name the column of numbers with --column');
  if (missing > missingMost * length) {
    return fail(
      'invalid',
      `${missing} of ${length} steps of a ${step.name} have no value, too many to fill; fill the gaps, or forecast of sums over longer steps`,
    );
  }
  if (missing > 0) notes.push(`${missing} of ${length} values are missing and were filled from their neighbours and the season`);
  const own = season ?? step.season;
  const raw = Array.from(sums, (sum, i) => (counts[i] === 0 ? Number.NaN : sum / counts[i]!));
  const values = filled(raw, own);
  if (values.every((value) => value === values[0]))
    notes.push(`all values are ${values[0]}: the forecast says the same, and there is nothing to measure it by`);
  else {
    const far = outliers(values, own);
    if (far.length > 0)
      notes.push(
        `${far.length} values lie far from the others of their season and were kept; look at them (step ${places(far.map((at) => at + 1))})`,
      );
  }
  if (own > 1 && length <= 2 * own)
    notes.push(`${length} values are too few to see a season of ${own}: at least ${2 * own + 1} are needed`);
  return ok({ values, step, first, season: own, alsoSeasons: season === undefined ? step.alsoSeasons : [], notes });
}

/** NaN replaced by the mean of its place in the season plus what neighbours lie above or below theirs. */
export function filled(values: readonly number[], season: number): number[] {
  const place = Math.max(1, season);
  const sums = new Float64Array(place);
  const counts = new Float64Array(place);
  for (const [i, value] of values.entries()) {
    if (Number.isNaN(value)) continue;
    sums[i % place] = sums[i % place]! + value;
    counts[i % place] = counts[i % place]! + 1;
  }
  const seasonal = values.length > 2 * place && counts.every((count) => count > 0);
  const usual = (i: number): number => (seasonal ? sums[i % place]! / counts[i % place]! : 0);
  const found = [...values];
  let before = -1;
  for (let i = 0; i <= values.length; i++) {
    if (i < values.length && Number.isNaN(values[i]!)) continue;
    const left = before >= 0 ? values[before]! - usual(before) : undefined;
    const right = i < values.length ? values[i]! - usual(i) : undefined;
    for (let j = before + 1; j < i; j++) {
      const part = (j - before) / (i - before);
      const rest = left === undefined ? (right ?? 0) : right === undefined ? left : left + part * (right - left);
      found[j] = usual(j) + rest;
    }
    before = i;
  }
  return found;
}

/** Places whose change from a season before and to a season after both lie beyond three quartile distances: a jump up and down again. */
function outliers(values: readonly number[], season: number): number[] {
  const lag = values.length > 2 * season ? Math.max(1, season) : 1;
  const changes = values.slice(lag).map((value, i) => value - values[i]!);
  const sorted = changes.toSorted((a, b) => a - b);
  const low = sorted[Math.floor(sorted.length / 4)] ?? 0;
  const high = sorted[Math.floor((3 * sorted.length) / 4)] ?? 0;
  const bound = 3 * (high - low);
  return values.flatMap((value, i) => {
    const from = i >= lag ? value - values[i - lag]! : undefined;
    const to = i + lag < values.length ? values[i + lag]! - value : undefined;
    return from !== undefined && to !== undefined && from * to < 0 && Math.min(Math.abs(from), Math.abs(to)) > bound && bound > 0
      ? [i]
      : [];
  });
}
