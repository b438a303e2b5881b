// A control chart of any kind: phases with their own limits, from a baseline or all of it; points left out with a reason; rules; and what has to be said
// about too few points: limits of 20 or more are kept, from 12 on they are trial limits (Provost LP, Murray SK. The Health Care Data Guide, 2022).
import { fail, ok, type Result } from '../../fhir/result.ts';
import { c, np, p, pLaney, u, uLaney } from './attributes.ts';
import type { ChartData, ChartKind, ChartOptions, ChartPoint, ControlChart, Phase, PhaseStart, RuleBreak } from './contract.ts';
import { xmr } from './individuals.ts';
import { g, t } from './rare-events.ts';
import { brokenRules, type Judgeable } from './rules.ts';
import { s, xbar } from './subgroup-means.ts';

export const chartKinds = { xmr, p, np, u, c, g, t, 'p-laney': pLaney, 'u-laney': uLaney, xbar, s } as const satisfies Record<
  string,
  ChartKind
>;
export type ChartKindName = keyof typeof chartKinds;
export const isChartKind = (name: string): name is ChartKindName => Object.hasOwn(chartKinds, name);

/** Fewer make no limits at all. */
const pointsLeast = 3;
const pointsTrial = 12;
const pointsEnough = 20;
/** More than a century of days. */
const pointsMost = 100_000;

const places = (indexes: readonly number[]): string =>
  `${indexes
    .slice(0, 5)
    .map((index) => index + 1)
    .join(', ')}${indexes.length > 5 ? ', …' : ''}`;

function lengthsOf(data: ChartData, kind: ChartKind): Result<number> {
  const of = kind.needs === 'subgroups' ? data.subgroups : data.values;
  if (of === undefined || of.length === 0) return fail('invalid', `a chart of ${kind.title} needs ${kind.needs}; there are none`);
  if (of.length > pointsMost)
    return fail('too-costly', `${of.length} points are more than the ${pointsMost} that a chart takes; make sums over longer steps`);
  if (kind.needs === 'denominators' && data.denominators?.length !== of.length)
    return fail(
      'invalid',
      `a chart of ${kind.title} needs a denominator for each value; there are ${data.denominators?.length ?? 0} for ${of.length}`,
    );
  return ok(of.length);
}

function startsOf({ baseline, phases }: ChartOptions, length: number): Result<PhaseStart[]> {
  const starts: PhaseStart[] = [{ from: 0, why: 'start', ...(baseline === undefined ? {} : { baseline }) }, ...(phases ?? [])].toSorted(
    (a, b) => a.from - b.from,
  );
  for (const [i, { from, baseline: own }] of starts.entries()) {
    if (!Number.isInteger(from) || from < 0 || from >= length || (i > 0 && starts[i - 1]!.from === from))
      return fail('invalid', `a phase cannot start at point ${from + 1} of ${length}; each starts at a point of its own after the first`);
    if (own !== undefined && (!Number.isInteger(own) || own < pointsLeast))
      return fail('invalid', `a baseline of ${own} points makes no limits; it takes at least ${pointsLeast}, better ${pointsEnough}`);
  }
  return ok(starts);
}

/** The chart; a problem where data and kind do not fit. Costs a few µs a point. */
export function controlChart(name: ChartKindName, data: ChartData, options: ChartOptions = {}): Result<ControlChart> {
  const kind: ChartKind = chartKinds[name];
  const length = lengthsOf(data, kind);
  if (!length.ok) return length;
  const starts = startsOf(options, length.value);
  if (!starts.ok) return starts;
  const { run = 7, trend = 7, excluded } = options;
  const notes: string[] = [];
  const drawn = Array.from({ length: length.value }, (_, index) => kind.drawn(data, index));
  const unknown = drawn.flatMap((value, index) => (Number.isFinite(value) ? [] : [index]));
  if (unknown.length > 0)
    notes.push(
      `${unknown.length} points cannot be drawn: no value, no denominator, or more cases than examined (point ${places(unknown)})`,
    );
  if (excluded !== undefined && excluded.size > 0)
    notes.push(`${excluded.size} points are left out of limits and rules: ${[...new Set(excluded.values())].join('; ')}`);

  const points: ChartPoint[] = [];
  const phases: Phase[] = [];
  const signals: RuleBreak[] = [];
  for (const [number, { from, why, baseline }] of starts.value.entries()) {
    const to = (starts.value[number + 1]?.from ?? length.value) - 1;
    const own = Array.from({ length: to - from + 1 }, (_, i) => from + i);
    const counted = own.filter((index) => Number.isFinite(drawn[index]) && excluded?.has(index) !== true);
    // The baseline is a stretch of time: what is excluded in it is not made up for by later points.
    const made = baseline === undefined ? counted : counted.filter((index) => index < from + baseline);
    const limits = made.length < pointsLeast ? undefined : kind.fit(data, made);
    const phase = starts.value.length > 1 ? `phase ${number + 1}: ` : '';
    if (limits === undefined) notes.push(`${phase}${made.length} points make no limits; at least ${pointsLeast} that are known are needed`);
    else {
      if (made.length < pointsTrial)
        notes.push(
          `${phase}limits of ${made.length} points are a first guess, below ${pointsTrial} not even trial limits; do not act on them alone`,
        );
      else if (made.length < pointsEnough)
        notes.push(`${phase}limits of ${made.length} points are trial limits; make them again when there are ${pointsEnough}`);
      notes.push(...(kind.caution?.(data, made) ?? []).map((note) => phase + note));
    }
    const judged: Judgeable[] =
      limits === undefined ? [] : counted.map((index) => ({ index, value: drawn[index]!, limits: limits(index) }));
    const broken = brokenRules(judged, { run, trend });
    signals.push(...broken);
    phases.push({ from, to, why, made, centre: limits?.(made[0]!).centre ?? null });
    for (const index of own) {
      const value = drawn[index]!;
      const reason = excluded?.get(index);
      const denominator = data.denominators?.[index];
      points.push({
        index,
        value: Number.isFinite(value) ? value : null,
        ...(denominator === undefined ? {} : { denominator }),
        limits: limits === undefined || !Number.isFinite(value) ? null : limits(index),
        phase: number,
        ...(reason === undefined ? {} : { excluded: reason }),
        broken: [],
      });
    }
  }
  for (const { rule, points: own } of signals)
    for (const index of own) if (!points[index]!.broken.includes(rule)) points[index]!.broken.push(rule);
  return ok({ kind: name, points, phases, signals, notes });
}
