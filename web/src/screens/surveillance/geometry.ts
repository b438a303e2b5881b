// Where things stand in the chart of a series: bars of days, a line of bounds, in a box of fixed size that the page scales.
import type { Day, Step } from './api.ts';

export const box = { width: 900, height: 240, left: 36, right: 6, top: 12, bottom: 26 } as const;
const inner = { width: box.width - box.left - box.right, height: box.height - box.top - box.bottom };

export interface Scale {
  x(index: number): number;
  y(value: number): number;
  wide: number;
  ticks: number[];
}

/** A round step that makes about four lines. */
export function tickStep(most: number): number {
  const rough = Math.max(1, most) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? 1;
  return Math.max(1, step);
}

export function scaleOf(days: readonly Day[], steps: readonly Step[], perWeek: boolean): Scale {
  const part = perWeek ? 7 : 1;
  const most = Math.max(
    1,
    ...days.map(({ count }) => count ?? 4),
    ...steps.map(({ upperbound }) => Math.min((upperbound ?? 0) / part, 1e6)),
  );
  const step = tickStep(most);
  const top = Math.ceil(most / step) * step;
  const wide = inner.width / Math.max(1, days.length);
  return {
    x: (index) => box.left + index * wide,
    y: (value) => box.top + inner.height * (1 - Math.min(value, top) / top),
    wide,
    ticks: Array.from({ length: Math.round(top / step) + 1 }, (_, i) => i * step),
  };
}

/** The bound of each step as a line that stands over its days; by week, a seventh of the week's bound. */
export function boundPath(days: readonly Day[], steps: readonly Step[], scale: Scale, perWeek: boolean): string {
  const at = new Map(days.map(({ day }, i) => [day, i]));
  const firstDay = days[0]?.day ?? '';
  return steps
    .flatMap(({ first, last, upperbound }) => {
      const to = at.get(last);
      if (upperbound === null || to === undefined) return [];
      const from = at.get(first) ?? (first < firstDay ? 0 : to);
      const y = scale.y(upperbound / (perWeek ? 7 : 1)).toFixed(1);
      return [`M${scale.x(from).toFixed(1)} ${y}H${scale.x(to + 1).toFixed(1)}`];
    })
    .join('');
}

/** Which days bear a name: the first of a month where there are many, else about every tenth. */
export function named(days: readonly Day[]): number[] {
  if (days.length > 120)
    return days.flatMap(({ day }, i) => (day.endsWith('-01') ? [i] : [])).filter((_, i, all) => i % Math.ceil(all.length / 12) === 0);
  const every = Math.max(1, Math.ceil(days.length / 10));
  return days.flatMap((_, i) => ((days.length - 1 - i) % every === 0 ? [i] : []));
}

/** Days that are chosen, as two of the address: put in order, and kept inside. */
export function chosen(days: readonly Day[], first: string | undefined, last: string | undefined): [number, number] | undefined {
  if (first === undefined || last === undefined) return undefined;
  const [from, to] = [first, last].sort();
  const indexes = days.flatMap(({ day }, i) => (day >= from! && day <= to! ? [i] : []));
  return indexes.length === 0 ? undefined : [indexes[0]!, indexes.at(-1)!];
}
