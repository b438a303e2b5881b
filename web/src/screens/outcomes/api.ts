// What the server says of outcomes, as this screen reads it.
import { ask } from '../../api/http.ts';

export type Direction = 'lower-is-better' | 'higher-is-better' | 'neither';
export type Meaning = 'better' | 'worse' | 'neither' | 'usual' | 'unknown';

export interface Listed {
  name: string;
  title: string;
  question: string;
  unit: string;
  direction: Direction;
  measure: 'share' | 'rate' | 'time';
  version: string;
  status: string;
  reviewer: string;
}
interface Condition {
  column: string;
  [what: string]: unknown;
}
interface Rows {
  view: string;
  where?: Condition[];
}
export interface Definition extends Listed {
  source: { agency: string; year: number; title: string; section: string; url?: string };
  limits: string;
  denominatorLeast: number;
  per?: number;
  denominator: Rows & { month: string; daysUntil?: string; with?: Linked; without?: Linked };
  numerator?: { where?: Condition[]; linked?: Linked };
  events?: Rows;
  time?: { from: string; to?: string; first?: Linked; unit: string; statistic: string };
}
export interface Linked extends Rows {
  at: string;
  from: string;
  hoursAtLeast?: number;
  hoursAtMost?: number;
}
export interface Limits {
  centre: number;
  lower: number;
  upper: number;
}
export interface Point {
  period: string;
  numerator: number;
  denominator: number;
  value: number | null;
  few: boolean;
  left?: string;
  limits: Limits | null;
  broken: string[];
}
export interface Now {
  period: string | null;
  value: number | null;
  meaning: Meaning;
  says: string;
}
export interface Note {
  id: string;
  ward: string | null;
  day: string;
  words: string;
  phase: boolean;
  by: string;
}
export interface OneIndicator {
  indicator: Definition;
  ward: string;
  chart: {
    kindTitle: string;
    points: Point[];
    signs: { rule: string; meaning: Meaning; from: string; to: string; says: string }[];
    notes: string[];
    now: Now;
  };
  wards: { ward: string; now?: Now; points?: { period: string; value: number | null }[] }[];
  notes: Note[];
  position: string;
  at: string;
  timeZone: string;
}
export interface FunnelOf {
  kind: 'proportion' | 'rate';
  target: number;
  unit: string;
  from: string;
  to: string;
  units: {
    name: string;
    observed: number;
    denominator: number;
    value: number;
    beyond: { level: number; direction: 'above' | 'below' } | null;
  }[];
  lines: { denominator: number; limits: { level: number; lower: number; upper: number }[] }[];
  phi: number;
  overdispersion: string;
  notes: string[];
}
export interface RowsBehind {
  rows: {
    what: string;
    type: string;
    id: string;
    patient: string | null;
    at: string;
    ward: string | null;
    inNumerator: boolean;
    minutes: number | null;
  }[];
  cut: boolean;
}
export interface GroupExpected {
  observed: number;
  expected: number;
  ratio: number;
  low: number;
  high: number;
  stays: number;
  beyond: 'above' | 'below' | null;
}
type Discrimination = { c: number; low: number; high: number } | null;
export interface ExpectedAnswer {
  title: string;
  says: string;
  past: { stays: number; events: number };
  later: { stays: number; events: number };
  all: GroupExpected | null;
  wards: { ward: string; of: GroupExpected | null }[];
  months: { month: string; of: GroupExpected | null }[];
  model: {
    terms: { title: string; oddsRatio: number; low: number; high: number }[];
    notes: string[];
    c: { past: Discrimination; later: Discrimination };
    calibrationP: number | null;
  };
  cusum: { oddsRatio: number; limit: number; signals: number[]; days: { day: number; sum: number }[] }[];
  notes: string[];
  days: { since: string; from: string; until: string };
  position: string;
  at: string;
}
export interface SignalsAnswer {
  reports: number;
  pairs: {
    drug: string;
    event: string;
    strong: boolean;
    table: { a: number };
    expected: number;
    prr: { ratio: number } | null;
    ror: { ratio: number; low: number; high: number } | null;
    ic: { ic: number; low: number };
    ebgm: { ebgm: number; eb05: number };
  }[];
  words: Record<string, string>;
  says: string;
  leftOut: number;
  days: { since: string; until: string };
  position: string;
  at: string;
}
export interface QualityAnswer {
  checks: {
    id: string;
    title: string;
    check: string;
    table: string;
    thresholdPercent: number;
    outcome: 'passed' | 'failed' | 'could-not-check';
    because?: string;
    of: number;
    failures: number;
    percent: number;
  }[];
  position: string;
  at: string;
}

type Query = Readonly<Record<string, string | undefined>>;
const withQuery = (path: string, query: Query): string => {
  const entries = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '');
  return entries.length === 0 ? path : `${path}?${new URLSearchParams(entries)}`;
};
const base = (name: string): string => `/outcomes/indicators/${encodeURIComponent(name)}`;

export const indicators = () => ask<{ indicators: Listed[]; timeZone: string }>('/outcomes/indicators');
export const oneIndicator = (name: string, query: Query) => ask<OneIndicator>(withQuery(base(name), query));
export const funnelOf = (name: string, query: Query) => ask<FunnelOf>(withQuery(`${base(name)}/funnel`, query));
export const rowsBehind = (name: string, query: Query) => ask<RowsBehind>(withQuery(`${base(name)}/rows`, query));
export const expectedOf = (query: Query) => ask<ExpectedAnswer>(withQuery('/outcomes/expected', query));
export const signalsOf = (query: Query) => ask<SignalsAnswer>(withQuery('/outcomes/signals', query));
export const quality = () => ask<QualityAnswer>('/outcomes/data-quality');
export const qualityRows = (check: string) =>
  ask<{ rows: { id: string; patient: string | null }[]; cut: boolean; table: string }>(
    `/outcomes/data-quality/${encodeURIComponent(check)}/rows`,
  );
export const addNote = (note: { indicator: string; ward?: string; day: string; words: string; phase: boolean }) =>
  ask<{ id: string }>('/outcomes/notes', { method: 'POST', body: note });
export const endNote = (id: string) => ask(`/outcomes/notes/${id}/end`, { method: 'POST', body: {} });
