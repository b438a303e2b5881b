// Numbers and days of surveillance in words. Kept-back numbers are said as such, and never as a dash that could be nought.
import type { Alert, AreaRow, Facet, Part, Sent, State } from './api.ts';

export const countWords = (count: number | null): string => (count === null ? '<5' : count.toLocaleString('en'));

/** Once in so many days, in words that can be compared. */
export function rarity(days: number | null): string {
  if (days === null) return 'rarity not known';
  if (days < 365) return `once in ${Math.round(days)} days`;
  const years = days / 365;
  return years < 100 ? `once in ${years < 10 ? years.toFixed(1) : Math.round(years)} years` : 'once in more than 100 years';
}

export const facetNames: Record<Facet, string> = { all: 'everybody', area: 'area', age: 'age', sex: 'sex', place: 'place' };
export const facetWords = ({ facet, value }: Pick<Part, 'facet' | 'value'>): string =>
  facet === 'all' ? 'everybody' : `${facetNames[facet]} ${value}`;

export const stateNames: Record<State, string> = {
  new: 'New',
  investigating: 'Being investigated',
  explained: 'Explained',
  dismissed: 'Dismissed',
};
/** Beside the colour. */
export const stateMarks: Record<State, string> = { new: '▲', investigating: '●', explained: '✓', dismissed: '–' };

export const classNames: Record<string, string> = {
  EMER: 'Emergency visits',
  IMP: 'Inpatient stays',
  AMB: 'Ambulatory visits',
  all: 'All encounters',
};

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** `17-Aug`, in charts where the year stands beside. */
export const shortDay = (day: string): string => `${day.slice(8)}-${months[Number(day.slice(5, 7)) - 1] ?? ''}`;
export const addDays = (day: string, days: number): string => new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);

/** How an area does beside what its share of visits would bring: five steps, each with a word. */
export type Level = 'high' | 'above' | 'usual' | 'below' | 'unknown';
export function levelOf(row: Pick<AreaRow, 'ratio'>): Level {
  if (row.ratio === null) return 'unknown';
  if (row.ratio.lower > 1) return 'high';
  if (row.ratio.upper < 1) return 'below';
  return row.ratio.value >= 1.2 ? 'above' : 'usual';
}
export const levelWords: Record<Level, string> = {
  high: 'more than expected',
  above: 'somewhat more, may be chance',
  usual: 'as expected',
  below: 'fewer than expected',
  unknown: 'kept back',
};

export const levelMarks = { high: '▲▲', above: '▲', usual: '·', below: '▼', unknown: '?' } as const;
/** Nothing where there is nothing to compare with. */
export const markOf = (row: AreaRow): string => (row.ratio === null && row.cases !== null ? '' : levelMarks[levelOf(row)]);
/** Without visits for other reasons nothing is expected, and nothing kept back. */
export const levelWordsOf = (row: AreaRow): string =>
  row.ratio === null && row.cases !== null ? 'nothing to compare with' : levelWords[levelOf(row)];

export const areaName = ({ area, name }: Pick<AreaRow, 'area' | 'name'>): string => name ?? (area === '' ? 'No postal code' : area);
export const ofExpected = ({ cases, expected }: AreaRow): string => `${countWords(cases)}${expected ? ` of ${expected.toFixed(1)}` : ''}`;
export const intervalWords = (found: AreaRow['ratio'], digits: number): string =>
  found === null ? '' : `${found.value.toFixed(digits)} (${found.lower.toFixed(digits)} to ${found.upper.toFixed(digits)})`;
/** Of areas on the map that nobody came from. */
export const nothingWords = 'no visits in these days';
export const rowWords = (row: AreaRow): string => `${ofExpected(row)}${row.expected ? ' expected' : ''}, ${levelWordsOf(row)}`;

/** Areas that are outlined on the map. */
export interface AreaMarks {
  alerts: ReadonlySet<string>;
  cluster: ReadonlySet<string>;
}
export const marksOf = ({ alerts, cluster }: AreaMarks, area: string): string =>
  `${alerts.has(area) ? ', in an alert' : ''}${cluster.has(area) ? ', in the likely cluster' : ''}`;

/** Areas in which an alert of this syndrome is high that is not closed and touches these days. */
export const areasInAlerts = (alerts: readonly Alert[], syndrome: string | undefined, first: string, last: string): Set<string> =>
  new Set(
    alerts
      .filter((alert) => alert.syndrome === syndrome && alert.state !== 'explained' && alert.state !== 'dismissed')
      .flatMap((alert): Part[] => [alert, ...alert.parts])
      .filter((part) => part.facet === 'area' && part.first <= last && part.last >= first)
      .map(({ value }) => value),
  );

/** What became of what was sent to public health. */
export const sentStates: Record<Sent['state'], string> = { waiting: 'Waiting', done: '✓ Taken', failed: '▲ Refused', dropped: 'Left out' };
