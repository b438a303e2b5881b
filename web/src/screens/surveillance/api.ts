// Surveillance as the screen asks for it (src/gateways/surveillance/routes.ts).
import { query } from '../../api/fhir.ts';
import { ask } from '../../api/http.ts';

export type Facet = 'all' | 'area' | 'age' | 'sex' | 'place';
export type State = 'new' | 'investigating' | 'explained' | 'dismissed';

export interface Definitions {
  syndromes: {
    name: string;
    title: string;
    question: string;
    version: string;
    status: string;
    limits: string;
    source: { agency: string; year: number; title: string };
  }[];
  areas: { says: string; madeUp: boolean; areas: { area: string; name: string; x: number; y: number }[] };
  methods: string[];
  classes: string[];
  ages: string[];
  today: string;
  timeZone: string;
  /** May see rows of persons. */
  rows: boolean;
  /** May write notes. */
  notes: boolean;
}

export interface Step {
  first: string;
  last: string;
  observed: number | null;
  expected: number | null;
  upperbound: number | null;
  alarm: boolean;
  recurrenceDays: number | null;
}
export interface Day {
  day: string;
  count: number | null;
  visits: number | null;
  incomplete: boolean;
}
export interface Series {
  syndrome: string;
  from: string;
  to: string;
  days: Day[];
  steps: Step[];
  method: string;
  /** Judged by the share of all visits. */
  share: boolean;
  step: 'day' | 'week';
  instead?: string;
  values: Record<Facet, string[]>;
  at: string;
  position: string;
  cut?: string;
}

export interface Part {
  facet: Facet;
  value: string;
  first: string;
  last: string;
  observed: number | null;
  expected: number | null;
  recurrenceDays: number | null;
}
export interface Note {
  id: string;
  state: State;
  words: string;
  by: { name: string; role: string };
  at: string;
}
export interface Alert extends Part {
  id: string;
  syndrome: string;
  title: string;
  class: string;
  parts: Part[];
  open: boolean;
  state: State;
  notes: Note[];
}
export interface Alerts {
  alerts: Alert[];
  series: number;
  days: number;
  least: number;
  method: string;
  /** Judged by the share of all visits. */
  share: boolean;
  step: 'day' | 'week';
  instead?: string;
  at: string;
}

export interface AreaRow {
  area: string;
  name?: string;
  x?: number;
  y?: number;
  cases: number | null;
  visits: number | null;
  expected: number | null;
  ratio: { value: number; lower: number; upper: number } | null;
  rate: { value: number; lower: number; upper: number } | null;
  crude: { value: number; lower: number; upper: number } | null;
}
export interface Areas {
  rows: AreaRow[];
  cases: number;
  visits: number;
  madeUp: boolean;
  says: string;
  standard: string;
  kept: number;
}

type Ring = [longitude: number, latitude: number][];
/** A feature of the site's boundaries (GeoJSON). */
export interface Boundary {
  properties: { code: string; name: string | null; population: number | null };
  geometry: { type: 'Polygon'; coordinates: Ring[] } | { type: 'MultiPolygon'; coordinates: Ring[][] };
}

export interface LineRow {
  encounter: string;
  patient: string;
  mrn: string;
  name: string;
  born: string;
  sex: string;
  age: string;
  area: string;
  place: string;
  day: string;
  start: string;
  complaint: string;
  words: string[];
  codes: string[];
}

export interface Late {
  days: { day: string; reported: number; estimate: number; lower: number; upper: number; told: number }[];
  delay: number[];
  learntFrom: number;
  loadedLater: number;
  growth: {
    rate: number;
    lower: number;
    upper: number;
    doubling: { days: number; lower: number | null; upper: number | null };
    from: string;
    to: string;
    cases: number;
  } | null;
  reproduction: { first: string; last: string; mean: number; lower: number; upper: number }[];
  interval: { mean: number; deviation: number };
  none?: string;
}
export interface Clusters {
  clusters: {
    centre: string;
    areas: string[];
    first: string;
    last: string;
    observed: number | null;
    expected: number;
    relativeRisk: number;
    p: number;
  }[];
  repetitions: number;
  cases: number;
  elsewhere: number;
}
/** What was sent of a case, and what became of it. */
export interface Sent {
  by: string;
  at: string;
  state: 'waiting' | 'done' | 'failed' | 'dropped';
  says: string;
  /** What the record says otherwise since; null: not looked at. */
  since: string[] | null;
}
/** A case report that went out: the newest version of a visit. */
export interface SentReport extends Sent {
  encounter: string;
  version: number;
}
/** A case report as it would go out now. */
export interface CaseReport {
  version: number;
  changed: boolean;
  since: string[];
  lacks: { says: string; refused: boolean }[];
  head: [name: string, words: string][];
  sections: { title: string; columns: string[]; rows: string[][]; words: string }[];
  document: string;
}
/** Which case, and which of its visits. */
export interface CaseVisit {
  condition: string;
  patient: string;
  encounter: string;
}
export interface Suspected {
  cases: {
    condition: string;
    title: string;
    urgency: string;
    due: string;
    patient: string;
    mrn: string;
    name: string;
    born: string;
    reasons: { kind: string; resource: string; code: string; words: string; at: string }[];
    /** Visits at which something was found. */
    visits: string[];
    sent: Sent | null;
    reports: SentReport[];
  }[];
  more: boolean;
  /** By which cases go to public health; null: none is named. */
  channel: string | null;
  /** By which case reports go. */
  reportChannel: string | null;
  /** Whoever looks may send. */
  sends: boolean;
  /** Whoever looks may see and send case reports. */
  writes: boolean;
}

/** What of the address goes to the server. */
export type Wish = Record<'syndrome' | 'from' | 'to' | 'class' | 'method' | 'of' | 'area' | 'age' | 'sex' | 'place', string | undefined>;
const address = (path: string, wish: Partial<Wish>): string => {
  const known = Object.entries(wish).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '');
  return `/surveillance/${path}${query(Object.fromEntries(known))}`;
};

export const definitions = (): Promise<Definitions> => ask('/surveillance/syndromes');
export const alertsOf = ({ to, class: kind, method, of }: Wish): Promise<Alerts> => ask(address('alerts', { to, class: kind, method, of }));
export const seriesOf = (wish: Wish): Promise<Series> => ask(address('series', wish));
export const areasOf = (wish: Wish): Promise<Areas> => ask(address('areas', wish));
export const boundaries = (): Promise<{ features: Boundary[] }> => ask('/surveillance/boundaries');
export const lineListOf = (wish: Wish): Promise<{ rows: LineRow[]; more: boolean }> => ask(address('linelist', wish));
export const lateOf = (wish: Wish): Promise<Late> => ask(address('nowcast', wish));
export const clustersOf = (wish: Wish): Promise<Clusters> => ask(address('clusters', wish));
export const suspectedOf = ({ from, to }: Pick<Wish, 'from' | 'to'>): Promise<Suspected> => ask(address('suspected', { from, to }));
export const sendSuspected = ({ from, to }: Pick<Wish, 'from' | 'to'>, condition: string, patient: string): Promise<{ sent: Sent }> =>
  ask(address('suspected/send', { from, to }), { method: 'POST', body: { condition, patient } });
export const caseReportOf = ({ from, to }: Pick<Wish, 'from' | 'to'>, of: CaseVisit): Promise<CaseReport> =>
  ask(`/surveillance/suspected/report${query({ from, to, ...of })}`);
export const sendCaseReport = ({ from, to }: Pick<Wish, 'from' | 'to'>, of: CaseVisit): Promise<{ sent: SentReport }> =>
  ask(address('suspected/report', { from, to }), { method: 'POST', body: of });
export const say = (body: object): Promise<unknown> => ask('/surveillance/notes', { method: 'POST', body });
