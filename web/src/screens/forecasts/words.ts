// How forecasts are said: dates and hours of the site's clock, chances and gaps in words, so that no colour has to be seen.

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** `Tue 24 Nov` of `2026-11-24…`: as the site's clock has it, whatever the reader's is. */
export function dayWords(text: string): string {
  const date = new Date(`${text.slice(0, 10)}T00:00Z`);
  return `${weekdays[date.getUTCDay()]} ${date.getUTCDate()} ${months[date.getUTCMonth()]}`;
}

/** `Tue 24 Nov, 15:00` */
export const hourWords = (text: string): string => `${dayWords(text)}, ${text.slice(11, 16)}`;

export const percent = (share: number): string =>
  share > 0 && share < 0.005 ? '< 1 %' : share > 0.995 && share < 1 ? '> 99 %' : `${Math.round(share * 100)} %`;

/** In words, from the chance itself: what stands beside a number. */
export const likely = (share: number): string =>
  share >= 0.9
    ? 'nearly certain'
    : share >= 0.6
      ? 'likely'
      : share >= 0.4
        ? 'as likely as not'
        : share >= 0.1
          ? 'possible'
          : share >= 0.01
            ? 'unlikely'
            : 'next to none';

export interface GapWords {
  sign: string;
  words: string;
  kind: 'missing' | 'enough' | 'spare' | 'unplanned';
}

export function gapWords(gap: number | null): GapWords {
  if (gap === null) return { sign: '○', words: 'nothing planned', kind: 'unplanned' };
  if (gap > 0) return { sign: '▲', words: `${gap} missing`, kind: 'missing' };
  return gap < 0 ? { sign: '▽', words: `${-gap} to spare`, kind: 'spare' } : { sign: '●', words: 'enough', kind: 'enough' };
}

/** `0.62 beds off (a week before: 1.55)` */
export const beside = (error: number, naive: number, unit: string): string =>
  `${error.toFixed(2)} ${unit} off on average; the same hour a week before ${naive.toFixed(2)}`;
