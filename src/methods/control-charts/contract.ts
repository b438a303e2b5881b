// What a control chart takes and gives. Points in the order of time go in; for each come out its place, the limits it is held to and the rules that it
// broke. Rules and limits: Shewhart WA. Economic Control of Quality of Manufactured Product, 1931; Provost LP, Murray SK. The Health Care Data Guide,
// 2nd ed., 2022. Example: `controlChart('p', { values: [3, 5, 2], denominators: [40, 52, 38] })`.

export interface ChartData {
  /** Counts (p, np, u, c), measurements (xmr), opportunities between cases (g) or time between them (t). A point that is not known is NaN. */
  values: readonly number[];
  /** Cases examined (p, np), or area of opportunity such as bed days (u). */
  denominators?: readonly number[];
  /** For X-bar and S charts: the measurements of each point; `values` is then not read. */
  subgroups?: readonly (readonly number[])[];
}

/** A new start of the limits, such as after a change on the ward. */
export interface PhaseStart {
  from: number;
  why: string;
  /** As many points make the limits, which are then frozen; otherwise all of the phase. */
  baseline?: number;
}

export interface ChartOptions {
  /** As many first points make the limits of the first phase; otherwise all of it. */
  baseline?: number;
  phases?: readonly PhaseStart[];
  /** Points that are drawn but make no limits and break no rule, with the reason, which is shown. */
  excluded?: ReadonlyMap<number, string>;
  /** Points on one side that are a signal: 7, or 8. */
  run?: number;
  /** Points that each rise, or each fall, and are a signal: 7. */
  trend?: number;
}

/** What a point is held to. Two of three beyond a near line are a signal; the near lines stand at two thirds of the way to the limits. */
export interface Limits {
  centre: number;
  /** What half of the points lie above: the centre, or the median where the distribution is skewed. */
  middle: number;
  lower: number;
  upper: number;
  nearLower: number;
  nearUpper: number;
}

export const ruleNames = ['outside', 'run', 'trend', 'two-of-three'] as const;
export type RuleName = (typeof ruleNames)[number];

export interface RuleBreak {
  rule: RuleName;
  direction: 'up' | 'down';
  /** All points that make it, oldest first. */
  points: number[];
}

export interface ChartPoint {
  index: number;
  /** As it is drawn: a share, a rate, a count; null where it is not known. */
  value: number | null;
  denominator?: number;
  /** Null where the phase has too few points for limits. */
  limits: Limits | null;
  phase: number;
  excluded?: string;
  broken: RuleName[];
}

export interface Phase {
  from: number;
  to: number;
  why: string;
  /** Points that the limits were made of. */
  made: number[];
  centre: number | null;
}

export interface ControlChart {
  kind: string;
  points: ChartPoint[];
  phases: Phase[];
  signals: RuleBreak[];
  /** What a reader has to know: too few points, small denominators, a sentence each. */
  notes: string[];
}

/** Limits at three deviations of a sigma, cut off at what is possible. */
export function threeSigma(centre: number, sigma: number, least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY): Limits {
  const at = (deviations: number): number => Math.min(most, Math.max(least, centre + deviations * sigma));
  return { centre, middle: centre, lower: at(-3), upper: at(3), nearLower: at(-2), nearUpper: at(2) };
}

/** One kind of chart: how a point is drawn, and what the points that make the limits say. */
export interface ChartKind {
  title: string;
  needs: 'values' | 'denominators' | 'subgroups';
  /** NaN where the point cannot be drawn. */
  drawn(data: ChartData, index: number): number;
  /** The limits of any point, made of the points in `used`; undefined where they do not say. */
  fit(data: ChartData, used: readonly number[]): ((index: number) => Limits) | undefined;
  /** What is to be said of these data, such as of small denominators. */
  caution?(data: ChartData, used: readonly number[]): string[];
}

export const sumOf = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0);
export const meanOf = (values: readonly number[]): number => sumOf(values) / values.length;
