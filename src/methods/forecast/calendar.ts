// Which moment a text in a table means, and what steps a series of moments goes in. ISO 8601, and the forms that spreadsheets write.

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const iso = /^(\d{4})-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):?(\d{2})(?::?\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?)?$/;
const slashed = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?:[ T](\d{1,2}):(\d{2})(?::\d{2})?)?$/;
const named = /^(?:(\d{1,2})[ -])?([A-Za-z]{3})[a-z]*[ -](\d{4}|\d{2})$/;
const minuteMs = 60_000;
const dayMs = 86_400_000;

const fullYear = (text: string): number => (text.length === 4 ? Number(text) : 2000 + Number(text) - (Number(text) > 69 ? 100 : 0));

function moment(year: number, month: number, day: number, hour = 0, minute = 0): number {
  const found = Date.UTC(year, month - 1, day, hour, minute);
  const back = new Date(found);
  return back.getUTCMonth() === month - 1 && back.getUTCDate() === day && hour < 24 && minute < 60 ? found : Number.NaN;
}

/** Milliseconds as if the wall clock were UTC (with an offset in the text: of UTC itself); NaN where the text is no date. */
export function momentOf(text: string, monthFirst: boolean): number {
  const trimmed = text.trim();
  const found = iso.exec(trimmed);
  if (found !== null) {
    const [, year = '', month = '', day = '1', hour = '0', minute = '0', offset] = found;
    const wall = moment(Number(year), Number(month), Number(day), Number(hour), Number(minute));
    if (offset === undefined || offset === 'Z') return wall;
    const size = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2));
    return wall - (offset.startsWith('-') ? -1 : 1) * size * minuteMs;
  }
  const numbers = slashed.exec(trimmed);
  if (numbers !== null) {
    const [, first = '', second = '', year = '', hour = '0', minute = '0'] = numbers;
    const [month, day] = monthFirst ? [first, second] : [second, first];
    return moment(fullYear(year), Number(month), Number(day), Number(hour), Number(minute));
  }
  const words = named.exec(trimmed);
  if (words === null) return Number.NaN;
  const [, day = '1', name = '', year = ''] = words;
  return moment(fullYear(year), months.indexOf(name.toLowerCase()) + 1, Number(day));
}

/** Day first, unless that makes no dates of some and month first does. */
export function monthStandsFirst(texts: readonly string[]): boolean {
  const unread = (monthFirst: boolean): number => texts.filter((text) => Number.isNaN(momentOf(text, monthFirst))).length;
  return unread(true) < unread(false);
}

export interface Step {
  name: string;
  /** Steps in the season that the series has of its own, and in longer ones. */
  season: number;
  alsoSeasons: number[];
  /** Which step a moment is in. */
  index(moment: number): number;
  /** When a step begins. */
  start(index: number): number;
}

const even = (name: string, lengthMs: number, season: number, alsoSeasons: number[], zeroMs = 0): Step => ({
  name,
  season,
  alsoSeasons,
  index: (at) => Math.floor((at - zeroMs) / lengthMs),
  start: (index) => index * lengthMs + zeroMs,
});
const inMonths = (name: string, each: number, season: number): Step => ({
  name,
  season,
  alsoSeasons: [],
  index: (at) => Math.floor((new Date(at).getUTCFullYear() * 12 + new Date(at).getUTCMonth()) / each),
  start: (index) => Date.UTC(Math.floor((index * each) / 12), (index * each) % 12, 1),
});

/** Steps by the usual distance of neighbours, up to so many days. */
const byDistance: { most: number; step: (first: number) => Step }[] = [
  { most: 20 / 1440, step: () => even('15 minutes', 15 * minuteMs, 96, [672]) },
  { most: 40 / 1440, step: () => even('30 minutes', 30 * minuteMs, 48, [336]) },
  { most: 0.6, step: () => even('hour', 60 * minuteMs, 24, [168]) },
  { most: 3, step: () => even('day', dayMs, 7, [365.25]) },
  { most: 14, step: (first) => even('week', 7 * dayMs, 52, [], first % (7 * dayMs)) },
  { most: 45, step: () => inMonths('month', 1, 12) },
  { most: 120, step: () => inMonths('quarter', 3, 4) },
  { most: Number.POSITIVE_INFINITY, step: () => inMonths('year', 12, 1) },
];

/** The step of moments in order: by the median distance of neighbours that differ. A single moment is taken as a day. */
export function stepOf(moments: readonly number[]): Step {
  const distances = moments
    .slice(1)
    .map((at, i) => (at - moments[i]!) / dayMs)
    .filter((distance) => distance > 0)
    .sort((a, b) => a - b);
  const usual = distances[Math.floor((distances.length - 1) / 2)] ?? 1;
  return byDistance.find(({ most }) => usual <= most)!.step(moments[0] ?? 0);
}
