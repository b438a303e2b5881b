// Where a fan chart's lines and bands lie, in the units of its drawing.

export const fanSize = { width: 960, height: 280, left: 44, right: 12, top: 12, bottom: 30 };

export interface FanSeries {
  /** As many places along the time as all series have together. */
  length: number;
  most: number;
}

/** A round number at or above: what the scale ends with. */
export function roundUp(value: number): number {
  if (!(value > 0)) return 1;
  const unit = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((step) => step * unit).find((step) => step >= value - 1e-9) ?? 10 * unit;
}

export const xOf = ({ length }: FanSeries, place: number): number =>
  fanSize.left + ((fanSize.width - fanSize.left - fanSize.right) * place) / Math.max(1, length - 1);

export const yOf = ({ most }: FanSeries, value: number): number =>
  fanSize.height - fanSize.bottom - ((fanSize.height - fanSize.bottom - fanSize.top) * Math.min(most, Math.max(0, value))) / most;

const point = (series: FanSeries, place: number, value: number): string =>
  `${xOf(series, place).toFixed(1)} ${yOf(series, value).toFixed(1)}`;

/** `from`: the place of the first value. */
export const lineOf = (series: FanSeries, from: number, values: readonly number[]): string =>
  values.map((value, i) => `${i === 0 ? 'M' : 'L'}${point(series, from + i, value)}`).join('');

/** Along the upper bounds and back along the lower ones. */
export const bandOf = (series: FanSeries, from: number, lower: readonly number[], upper: readonly number[]): string =>
  upper.length === 0
    ? ''
    : `${lineOf(series, from, upper)}${lower
        .map((value, i) => ({ value, i }))
        .reverse()
        .map(({ value, i }) => `L${point(series, from + i, value)}`)
        .join('')}Z`;

/** Values at which the scale has a line, 0 and the end among them; whole numbers where the scale is small. */
export function ticksOf(most: number): number[] {
  const step = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000].find((each) => most / each <= 6) ?? most / 5;
  return Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, i) => i * step);
}
