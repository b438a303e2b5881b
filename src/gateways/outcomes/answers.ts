// What is answered of outcomes. The JSON is these interfaces as they stand, and the workbench reads them by them.
import type { Indicator } from '../../methods/indicators/contract.ts';
import type { Step } from '../../methods/indicators/periods.ts';
import type { FunnelUnit, Overdispersion } from '../../methods/risk-adjustment/funnel.ts';
import type { Expected } from './expected.ts';
import type { DrawnChart, DrawnPoint } from './indicator-chart.ts';
import type { Screened } from './signals.ts';

/** Of what each answer is. */
interface AsOf {
  position: string;
  at: string;
}

/** An indicator as a list shows it. */
export type Listed = Pick<
  Indicator,
  'name' | 'title' | 'question' | 'unit' | 'direction' | 'chart' | 'version' | 'status' | 'reviewer' | 'measure'
>;

export interface IndicatorList {
  indicators: Listed[];
  timeZone: string;
}

export interface OutcomeNote {
  id: string;
  indicator: string;
  ward: string | null;
  day: string;
  words: string;
  phase: boolean;
  by: string;
  at: string;
}

export interface OneIndicator extends AsOf {
  indicator: Indicator;
  ward: string;
  window: { step: Step; count: number; untilMs: number; from: string | undefined };
  chart: DrawnChart;
  /** A ward of which no chart can be made is there by its name alone. */
  wards: { ward: string; now?: DrawnChart['now']; points?: Pick<DrawnPoint, 'period' | 'value'>[] }[];
  notes: OutcomeNote[];
  timeZone: string;
}

export interface FunnelOf {
  kind: 'proportion' | 'rate';
  target: number;
  unit: string;
  from: string;
  to: string;
  units: (Omit<FunnelUnit, 'limits'> & { value: number })[];
  /** For the lines: denominators with limits. */
  lines: { denominator: number; limits: { level: number; lower: number; upper: number }[] }[];
  phi: number;
  overdispersion: Overdispersion;
  notes: string[];
}

export interface Funnel extends FunnelOf, AsOf {}

export interface RowBehind {
  what: 'counted' | 'event';
  type: string;
  id: string;
  patient: string | null;
  at: string;
  ward: string | null;
  inNumerator: boolean;
  /** Minutes, of an indicator of time. */
  minutes: number | null;
}

export interface RowsBehind {
  rows: RowBehind[];
  cut: boolean;
}

export interface ExpectedAnswer extends Expected, AsOf {
  outcome: string;
  title: string;
  says: string;
  days: { since: string; from: string; until: string };
  /** The version of the risk factors. */
  factors: string;
}

export type Signals = Screened & { words: Record<string, string> };

export interface SignalsAnswer extends Signals, AsOf {
  kind: string;
  /** Pairs of too few stays for this account. */
  leftOut: number;
  days: { since: string; until: string };
}

export interface QualityFound {
  id: string;
  title: string;
  check: string;
  table: string;
  column?: string;
  thresholdPercent: number;
  outcome: 'passed' | 'failed' | 'could-not-check';
  because?: string;
  of: number;
  failures: number;
  percent: number;
}

export interface QualityAnswer extends AsOf {
  checks: QualityFound[];
}

export interface QualityRows {
  rows: { id: string; patient: string | null }[];
  cut: boolean;
  table: string;
}
