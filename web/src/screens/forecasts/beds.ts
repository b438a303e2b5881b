// What a forecast of beds comes to in a sentence, and in which order wards stand.
import type { BedsSide, CensusShown, WardForecast } from './api.ts';
import { dayWords, hourWords, likely, percent } from './words.ts';

const highest = (census: CensusShown): number => Math.max(0, ...census.overfull);

/** Those that overflow soonest first, then those that might, then the fullest. */
export const bySoonest = (wards: readonly WardForecast[]): WardForecast[] =>
  [...wards].sort(
    (a, b) =>
      (a.firstOverflow ?? Number.POSITIVE_INFINITY) - (b.firstOverflow ?? Number.POSITIVE_INFINITY) ||
      highest(b) - highest(a) ||
      b.here / Math.max(1, b.beds) - a.here / Math.max(1, a.beds),
  );

/** When it overflows, or how likely that is at most and when. */
export function firstWords(census: CensusShown, hours: readonly string[]): string {
  if (census.firstOverflow !== null)
    return `▲ ${hourWords(hours[census.firstOverflow]!)} (${percent(census.overfull[census.firstOverflow]!)})`;
  const most = highest(census);
  if (most < 0.005) return '● next to none in seven days';
  return `● at most ${percent(most)}, ${likely(most)}: ${hourWords(hours[census.overfull.indexOf(most)]!)}`;
}

export function leadOf({ wards, hours }: BedsSide, chance: number): string {
  const [first] = bySoonest(wards);
  if (first === undefined) return '';
  if (first.firstOverflow !== null) {
    const others = wards.filter(({ firstOverflow }) => firstOverflow !== null).length - 1;
    const more =
      others === 0 ? '' : others === 1 ? ' One more ward follows within seven days.' : ` ${others} more wards follow within seven days.`;
    return `${first.name} overflows first: ${hourWords(hours[first.firstOverflow]!)}, with a chance of ${percent(first.overfull[first.firstOverflow]!)}.${more}`;
  }
  const most = highest(first);
  return `No ward is expected to overflow within seven days (none with a chance of ${percent(chance)}). The highest: ${first.name}, ${percent(most)}${most >= 0.005 ? `, ${hourWords(hours[first.overfull.indexOf(most)]!)}` : ''}.`;
}

export const changedFrom = ({ wards }: BedsSide, id: string): WardForecast | undefined => wards.find((ward) => ward.id === id);

/** A mark at each midnight. */
export const hoursFrom = (hours: readonly string[]): { at: number; words: string }[] =>
  hours.flatMap((hour, at) => (hour.slice(11, 16) === '00:00' && at > 8 && at < hours.length - 12 ? [{ at, words: dayWords(hour) }] : []));
