// Rates of areas in classes for the map: as many areas in each as there can be (quantiles, as health atlases have them), so that one small area with a large
// rate does not leave all others in one colour. Classes are made of what is read, so that equal numbers are of one class, and say from where to where they go.
import type { AreaShown } from '../../parts/map/areas.ts';
import type { KeyEntry } from '../../parts/map/map-key.tsx';
import type { Rate, Rates } from './api.ts';
import { countWords } from './shape.ts';

export type RateRow = Rates['rows'][number];
export const rateKinds = ['standardised', 'crude', 'ofRecord'] as const;
export type RateKind = (typeof rateKinds)[number];
export const rateNames: Record<RateKind, string> = {
  standardised: 'Standardised by age',
  crude: 'Not standardised',
  ofRecord: 'Of those on record',
};
export const isRateKind = (text: string | undefined): text is RateKind => rateKinds.some((each) => each === text);

const classesMost = 5;
const shown = (value: number): string => value.toFixed(1);

export const rateOf = (row: RateRow, kind: RateKind): number | null => (kind === 'crude' ? row.crude : (row[kind]?.value ?? null));
/** Kinds that any area has: without ages there is nothing to standardise by. */
export const kindsOf = (rows: readonly RateRow[]): RateKind[] => rateKinds.filter((kind) => rows.some((row) => rateOf(row, kind) !== null));

export interface RateClass {
  low: number;
  high: number;
}

/** From the lowest to the highest; fewer where there are not so many numbers that differ. */
export function classesOf(rates: readonly number[]): RateClass[] {
  const sorted = rates.map((rate) => Number(shown(rate))).sort((a, b) => a - b);
  const most = Math.min(classesMost, new Set(sorted).size);
  const classes = new Map<number, RateClass>();
  for (const rate of sorted) {
    const nth = Math.floor((sorted.indexOf(rate) * most) / sorted.length);
    classes.set(nth, { low: classes.get(nth)?.low ?? rate, high: rate });
  }
  return [...classes.values()];
}

export const classOf = (classes: readonly RateClass[], rate: number): number =>
  classes.findIndex(({ high }) => Number(shown(rate)) <= high);

export const rateWords = (rate: Rate | null): string =>
  rate === null ? '–' : `${shown(rate.value)} (${shown(rate.lower)} to ${shown(rate.upper)})`;

/** Beside the colour: one bar more for each class. */
const markOf = (nth: number): string => '|'.repeat(nth + 1);
/** Five colours, of which fewer classes take those that lie apart. */
const lookOf = (nth: number, classes: number): string =>
  `rate-${classes < 2 ? 3 : 1 + Math.round((nth * (classesMost - 1)) / (classes - 1))}`;

export function shownRates(rows: readonly RateRow[], kind: RateKind, per: number): { areas: AreaShown[]; entries: KeyEntry[] } {
  const classes = classesOf(rows.flatMap((row) => rateOf(row, kind) ?? []));
  return {
    areas: rows.map((row): AreaShown => {
      const rate = rateOf(row, kind);
      if (rate === null) {
        const kept = row.members === null;
        return { area: row.area, look: kept ? 'kept' : 'none', value: kept ? '?' : '', mark: kept ? '?' : '', words: noRate(row) };
      }
      const nth = classOf(classes, rate);
      const interval = kind === 'crude' ? shown(rate) : rateWords(row[kind]);
      return {
        area: row.area,
        look: { level: lookOf(nth, classes.length) },
        value: shown(rate),
        mark: markOf(nth),
        words: `${interval} per ${per.toLocaleString('en')}, class ${nth + 1} of ${classes.length}, ${countWords(row.members)} patients`,
      };
    }),
    entries: classes
      .map(({ low, high }, nth) => ({
        look: lookOf(nth, classes.length),
        mark: markOf(nth),
        words: low === high ? shown(low) : `${shown(low)} to ${shown(high)}`,
      }))
      .reverse(),
  };
}

export const noRate = (row: RateRow): string =>
  row.members === null ? 'fewer than 5 patients, or kept back as it would tell others' : 'no rate: the people of this area are not known';
