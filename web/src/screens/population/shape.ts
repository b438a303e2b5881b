// Words and lines of registries, without a screen: per cent with its interval, the twelve months as a polyline, the list as CSV.
import { csvAbout, csvRow } from '../../parts/csv.ts';
import type { Interval, ListRow, Outcome, Point } from './api.ts';

export const outcomeWords: Record<Outcome, string> = { met: 'Met', gap: 'Open', unknown: 'Could not tell', excluded: 'Excluded' };

export const countWords = (count: number | null): string => (count === null ? '<5' : count.toLocaleString('en'));
export const percent = (share: number): string => `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
export const shareWords = (share: Interval | null): string =>
  share === null ? '–' : `${percent(share.share)} (${percent(share.low)} to ${percent(share.high)})`;

/** Points of a polyline in a box, oldest left, 100 % at the top; months without a share are left out. */
export function trendLine(trend: readonly Pick<Point, 'share'>[], width: number, height: number): string {
  const step = trend.length > 1 ? width / (trend.length - 1) : 0;
  return trend
    .flatMap(({ share }, i) => (share === null ? [] : [`${(i * step).toFixed(1)},${(height - share.share * height).toFixed(1)}`]))
    .join(' ');
}

/** Percentage points since the first month that has a share. */
export function changeWords(trend: readonly Pick<Point, 'share'>[]): string {
  const known = trend.flatMap(({ share }) => (share === null ? [] : [share.share]));
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined || known.length < 2) return '';
  const points = 100 * (last - first);
  return `${points < 0 ? '−' : '+'}${Math.abs(points).toFixed(1)} points`;
}

/** A list for the telephone or a letter; `about` says what was asked. */
export const listCsv = (rows: readonly ListRow[], about: readonly string[]): string =>
  csvAbout(about) +
  csvRow(['record_number', 'name', 'born', 'phone', 'clinic', 'outcome', 'reason', 'last', 'value', 'due']) +
  rows
    .map((row) =>
      csvRow([
        row.mrn,
        row.name,
        row.born,
        row.phone,
        row.clinic,
        outcomeWords[row.outcome],
        row.reason,
        row.last ?? '',
        row.value === null ? '' : String(row.value),
        row.due ?? '',
      ]),
    )
    .join('');

/** A name as lists have it: by family. */
export const wordsOf = (name: { text?: string; family?: string; given?: string[] } | undefined): string =>
  name?.text ?? [name?.family, name?.given?.join(' ')].filter((part) => part !== undefined && part !== '').join(', ');
