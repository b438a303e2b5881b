// Where the marks of a chart stand, and how figures are written: pure, so that it is tested without a browser.

export interface Scale {
  (value: number): number;
  ticks: number[];
}

/** Round numbers about evenly between both, three to seven of them. */
export function ticksBetween(low: number, high: number): number[] {
  const span = high - low;
  if (!(span > 0)) return [low];
  const raw = span / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= raw) ?? raw;
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, n) => Number(((first + n) * step).toPrecision(12)));
}

/** From 0 where values lie near it; a margin above. `from` and `to` are places in the drawing. */
export function scaleOf(values: readonly (number | null | undefined)[], from: number, to: number): Scale {
  const known = values.filter((value): value is number => typeof value === 'number' && Number.isFinite(value));
  const most = Math.max(...known, Number.NEGATIVE_INFINITY);
  const least = Math.min(...known, Number.POSITIVE_INFINITY);
  const low =
    !Number.isFinite(least) || least < 0.5 * most ? Math.min(0, Number.isFinite(least) ? least : 0) : least - 0.15 * (most - least || most);
  const high = Number.isFinite(most) && most > low ? most + 0.06 * (most - low) : low + 1;
  const place = (value: number): number => from + ((value - low) / (high - low)) * (to - from);
  return Object.assign(place, { ticks: ticksBetween(low, high) });
}

/** A line through the points that are known, broken where one is not. */
export function pathOf(points: readonly (readonly [x: number, y: number] | null)[]): string {
  let pen = 'M';
  let path = '';
  for (const point of points) {
    if (point === null) pen = 'M';
    else {
      path += `${pen}${point[0].toFixed(1)} ${point[1].toFixed(1)}`;
      pen = 'L';
    }
  }
  return path;
}

/** Three digits that matter, without zeros behind. */
export const shownNumber = (value: number | null | undefined): string =>
  value === null || value === undefined || !Number.isFinite(value)
    ? '–'
    : String(Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(3)));

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** `2026-03`: Mar 2026; the Monday of a week: 2-Mar-2026. */
export function shownPeriod(period: string): string {
  const [year = '', month = '', day] = period.split('-');
  const name = months[Number(month) - 1] ?? month;
  return day === undefined ? `${name} ${year}` : `${Number(day)}-${name}-${year}`;
}
