// The control chart of an indicator's series on one ward: points as they are drawn, limits, and what the rules found, in words with whether it is for the
// better. Periods that are not over, not yet followed up or too small make no limits and break no rule, with the reason.
import { ok, type Result } from '../../fhir/result.ts';
import type { PhaseStart, RuleName } from '../../methods/control-charts/contract.ts';
import { chartKinds, controlChart } from '../../methods/control-charts/control-chart.ts';
import { stepChanges } from '../../methods/control-charts/step-change.ts';
import type { Indicator, IndicatorValue } from '../../methods/indicators/contract.ts';
import type { NamedPeriod, Step } from '../../methods/indicators/periods.ts';

export interface DrawnPoint {
  period: string;
  numerator: number;
  denominator: number;
  value: number | null;
  few: boolean;
  /** Why it makes no limits and breaks no rule. */
  left?: string;
  limits: { centre: number; lower: number; upper: number } | null;
  broken: RuleName[];
}

export type Meaning = 'better' | 'worse' | 'neither';
export interface Sign {
  rule: RuleName;
  direction: 'up' | 'down';
  meaning: Meaning;
  from: string;
  to: string;
  says: string;
}

export interface DrawnChart {
  kind: string;
  kindTitle: string;
  points: DrawnPoint[];
  signs: Sign[];
  notes: string[];
  /** What the newest points say. */
  now: { period: string | null; value: number | null; meaning: Meaning | 'usual' | 'unknown'; says: string };
}

export interface Annotation {
  /** `2026-03-02`. */
  day: string;
  words: string;
  /** Limits start anew from the period that it lies in. */
  phase: boolean;
}

const hourMs = 3_600_000;
/** Fewer events in what made the limits: chance alone breaks them. */
const eventsLeast = 5;
/** A sign of this many newest points is news. */
const newestPoints = 3;

/** Hours after a period before what belongs to it can be known. */
export const followUpHours = ({ numerator }: Indicator): number => numerator?.linked?.hoursAtMost ?? 0;

export function meaningOf({ direction }: Pick<Indicator, 'direction'>, move: 'up' | 'down'): Meaning {
  if (direction === 'neither') return 'neither';
  return (direction === 'lower-is-better') === (move === 'down') ? 'better' : 'worse';
}

const wordsOf: Record<RuleName, (count: number, step: Step, up: boolean) => string> = {
  outside: (_, step, up) => `one ${step} ${up ? 'above the upper' : 'below the lower'} limit`,
  run: (count, step, up) => `${count} ${step}s one after the other ${up ? 'above' : 'below'} the middle`,
  trend: (count, step, up) => `${count} ${step}s each ${up ? 'higher' : 'lower'} than the one before`,
  'two-of-three': (count, step, up) => `${count} ${step}s close together near the ${up ? 'upper' : 'lower'} limit`,
};
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** `2026-03`: Mar 2026; the Monday of a week: week of 2-Mar-2026. */
function periodWords(period: string): string {
  const [year = '', month = '', day] = period.split('-');
  const name = months[Number(month) - 1] ?? month;
  return day === undefined ? `${name} ${year}` : `week of ${Number(day)}-${name}-${year}`;
}
const meaningWords: Record<Meaning, string> = { better: 'for the better', worse: 'for the worse', neither: 'a change' };

/** Every period has a point, also where nothing is known of it. */
function pointsOf(
  indicator: Indicator,
  values: readonly IndicatorValue[],
  ward: string,
  periods: readonly NamedPeriod[],
): IndicatorValue[] {
  const own = new Map(values.filter((value) => value.ward === ward).map((value) => [value.month, value]));
  return periods.map(
    ({ name }) => own.get(name) ?? { month: name, ward, numerator: 0, denominator: 0, value: null, few: indicator.denominatorLeast > 0 },
  );
}

/** `nowMs`: up to when the record tells. */
export function indicatorChart(
  indicator: Indicator,
  values: readonly IndicatorValue[],
  {
    ward,
    periods,
    step,
    nowMs,
    annotations = [],
    baseline,
  }: {
    ward: string;
    periods: readonly NamedPeriod[];
    step: Step;
    nowMs: number;
    annotations?: readonly Annotation[];
    /** As many first points make the limits. */
    baseline?: number;
  },
): Result<DrawnChart> {
  const all = pointsOf(indicator, values, ward, periods);
  // Before the first row there was no record.
  const start = Math.max(
    0,
    all.findIndex(({ denominator, numerator }) => denominator > 0 || numerator > 0),
  );
  const [points, own] = [all.slice(start), periods.slice(start)];
  const excluded = new Map<number, string>();
  const absent = neverRecorded(indicator, points);
  for (const [n, { few }] of points.entries()) {
    const { untilMs } = own[n]!;
    if (untilMs > nowMs) excluded.set(n, `the ${step} is not over`);
    else if (untilMs + followUpHours(indicator) * hourMs > nowMs) excluded.set(n, 'what follows is not known yet');
    else if (absent !== undefined) excluded.set(n, `${absent} is not recorded`);
    else if (few) excluded.set(n, `fewer than ${indicator.denominatorLeast}`);
  }
  const { chart: kind, measure, per = 1 } = indicator;
  const scale = measure === 'time' || kind === 'xmr' ? 1 : per;
  const days = measure === 'time' || kind === 'xmr';
  const phases: PhaseStart[] = [];
  for (const { day, words, phase } of annotations) {
    const at = own.findIndex(({ fromMs, untilMs }) => Date.parse(`${day}T12:00:00Z`) >= fromMs && Date.parse(`${day}T12:00:00Z`) < untilMs);
    if (phase && at > 0 && !phases.some(({ from }) => from === at)) phases.push({ from: at, why: words });
  }
  const made = controlChart(
    kind,
    days
      ? { values: points.map(({ value }) => value ?? Number.NaN) }
      : {
          values: points.map(({ numerator }) => numerator),
          denominators: points.map(({ denominator }) => (denominator > 0 ? denominator : Number.NaN)),
        },
    { excluded, phases, ...(baseline === undefined || points.length < baseline + 3 ? {} : { baseline }) },
  );
  if (!made.ok) return made;
  const drawn = made.value.points.map(({ limits, broken }, n): DrawnPoint => {
    const { month, numerator, denominator, value, few } = points[n]!;
    const left = excluded.get(n);
    return {
      period: month,
      numerator,
      denominator,
      value,
      few,
      ...(left === undefined ? {} : { left }),
      limits: limits === null ? null : { centre: limits.centre * scale, lower: limits.lower * scale, upper: limits.upper * scale },
      broken,
    };
  });
  const rare = days
    ? []
    : made.value.phases.flatMap(({ made: own }, n) => {
        const events = own.reduce((sum, index) => sum + points[index]!.numerator, 0);
        return own.length > 0 && events < eventsLeast ? [{ phase: n, events }] : [];
      });
  const judged = made.value.signals.filter(({ points: of }) => !rare.some(({ phase }) => phase === made.value.points[of[0]!]!.phase));
  for (const { index, phase } of made.value.points) if (rare.some((each) => each.phase === phase)) drawn[index]!.broken = [];
  const signs = judged.map(({ rule, direction, points: of }): Sign => {
    const meaning = meaningOf(indicator, direction);
    const [from, to] = [drawn[of[0]!]!.period, drawn[of.at(-1)!]!.period];
    const words = wordsOf[rule](of.length, step, direction === 'up');
    return {
      rule,
      direction,
      meaning,
      from,
      to,
      says: `${from === to ? periodWords(from) : `${periodWords(from)} to ${periodWords(to)}`}: ${words}, ${meaningWords[meaning]}`,
    };
  });
  return ok({
    kind,
    kindTitle: chartKinds[kind].title,
    points: drawn,
    signs,
    notes: [
      ...made.value.notes,
      ...rare.map(
        ({ events }) =>
          `Only ${events} events made the limits: no rule is asked of them, since chance alone would break it. Look at a longer time, at all wards together, or at each case.`,
      ),
      ...levels(indicator, drawn),
    ],
    now: nowOf(
      drawn,
      absent,
      signs,
      rare.some(({ phase }) => phase === made.value.phases.length - 1),
    ),
  });
}

/**
 * A column whose absence is counted and that is absent in every row: then nothing was ever recorded there, and 100 % of absences would
 * say of the house what is only true of the record.
 */
function neverRecorded({ numerator }: Indicator, points: readonly { numerator: number; denominator: number }[]): string | undefined {
  const column = numerator?.where?.find(({ known }) => known === false)?.column;
  const some = points.filter(({ denominator }) => denominator > 0);
  // Other conditions may take a few rows away: those who died were seen.
  const all = some.length > 0 && some.every((each) => each.numerator >= each.denominator * 0.98);
  return all ? column : undefined;
}

/** When the level changed, as a sentence, where ranks say so. */
function levels({ unit }: Indicator, drawn: readonly DrawnPoint[]): string[] {
  const known = drawn.filter(({ value, left }) => value !== null && left === undefined);
  const step = stepChanges(known.map(({ value }) => value ?? 0)).at(-1);
  if (step === undefined) return [];
  const shown = (value: number): string => String(Number(value.toPrecision(3)));
  return [
    `The level seems to have changed with ${periodWords(known[step.at]!.period)}: from about ${shown(step.medianBefore)} to ${shown(step.medianAfter)} ${unit} (Pettitt, p ${step.p < 0.001 ? '< 0.001' : `= ${step.p.toFixed(3)}`}).`,
  ];
}

function nowOf(drawn: readonly DrawnPoint[], absent: string | undefined, signs: readonly Sign[], tooRare: boolean): DrawnChart['now'] {
  const counted = drawn.filter(({ value, left }) => value !== null && left === undefined);
  const last = counted.at(-1);
  if (absent !== undefined)
    return { period: null, value: null, meaning: 'unknown', says: `${absent} is not recorded here: nothing can be said` };
  if (last === undefined) return { period: null, value: null, meaning: 'unknown', says: 'no period is complete and large enough' };
  const { period, value } = last;
  if (counted.length < 6) return { period, value, meaning: 'unknown', says: 'too few points to say what is usual' };
  if (tooRare) return { period, value, meaning: 'unknown', says: 'too few events to say what is usual' };
  const newest = new Set(counted.slice(-newestPoints).map((point) => point.period));
  const sign = signs.findLast(({ to }) => newest.has(to));
  return sign === undefined
    ? { period, value, meaning: 'usual', says: 'within what is usual: no more than chance' }
    : { period, value, meaning: sign.meaning, says: sign.says };
}
