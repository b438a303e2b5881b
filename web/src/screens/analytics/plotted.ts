// An answer as what a chart draws: points in series, by columns that the question names or that suit by their type. No value is made
// up: rows without a value are gaps, and are counted.
import type { Axis, Plotted, Point, Series } from '../../../../src/methods/drawing/plotted.ts';
import type { Answer, Cell, ChartWish } from './api.ts';

export type { Axis, Plotted, Point, Series };

/** More series than this are not told apart. */
export const seriesMost = 10;

const numeric = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|DECIMAL)/;
const temporal = /^(DATE|TIMESTAMP)/;

export const axisOf = (type: string): Axis => (temporal.test(type) ? 'time' : numeric.test(type) ? 'number' : 'words');
export const isNumeric = (type: string): boolean => numeric.test(type);

/** Undefined where the answer has no columns for such a chart. */
export function plotted(answer: Answer, wish: ChartWish): Plotted | undefined {
  const at = (name: string | undefined): number => answer.columns.findIndex((column) => column.name === name);
  // A bar of words lies on its side: its words are where x would be.
  const [alongName, valueName] = wish.kind === 'bar' && axisAt(answer, at(wish.y)) === 'words' ? [wish.y, wish.x] : [wish.x, wish.y];
  const [along, value, series] = [at(alongName), at(valueName), at(wish.series)];
  if (along < 0 || value < 0 || !isNumeric(answer.columns[value]!.type)) return undefined;
  const axis = axisOf(answer.columns[along]!.type);
  const all = new Map<string, Point[]>();
  let missing = 0;
  for (const [row, cells] of answer.rows.entries()) {
    const x = placeOf(cells[along], axis);
    const y = cells[value];
    if (x === undefined || typeof y !== 'number' || !Number.isFinite(y)) {
      missing++;
      continue;
    }
    const name = series < 0 ? '' : wordsOf(cells[series]);
    const points = all.get(name) ?? [];
    points.push({ x, y, row });
    all.set(name, points);
  }
  const weight = (points: Point[]): number => points.reduce((sum, { y }) => sum + Math.abs(y), 0);
  const kept = [...all].sort(([, a], [, b]) => weight(b) - weight(a)).slice(0, wish.kind === 'heat' ? undefined : seriesMost);
  // In the order in which they came: colours stay with names when a filter changes.
  const names = new Set(kept.map(([name]) => name));
  return {
    x: { column: answer.columns[along]!.name, axis },
    y: { column: answer.columns[value]!.name, unit: wish.unit ?? '' },
    series: [...all].filter(([name]) => names.has(name)).map(([name, points]) => ({ name, points })),
    missing,
    left: all.size - kept.length,
  };
}

const axisAt = (answer: Answer, at: number): Axis | undefined => (at < 0 ? undefined : axisOf(answer.columns[at]!.type));

function placeOf(cell: Cell | undefined, axis: Axis): number | string | undefined {
  if (cell === null || cell === undefined) return undefined;
  if (axis === 'words') return wordsOf(cell);
  const place = axis === 'number' ? Number(cell) : momentOf(String(cell));
  return Number.isFinite(place) ? place : undefined;
}

/** Of `2026-03-01`, or `2026-03-01 10:00:00+00`: days and hours as they are written, whatever zone the browser is in. */
export const momentOf = (text: string): number => {
  const found = /^(\d{4,6})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?/.exec(text);
  if (found === null) return Number.NaN;
  const [, year, month, day, hour = '0', minute = '0', second = '0'] = found;
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
};

export const wordsOf = (cell: Cell | undefined): string =>
  cell === null || cell === undefined
    ? 'not known'
    : typeof cell === 'string'
      ? cell
      : typeof cell === 'object'
        ? JSON.stringify(cell)
        : String(cell);

/** What suits an answer that says nothing of a chart: a time and a number are a line, words and a number bars, one number itself. */
export function suggested({ columns, rows }: Answer): ChartWish {
  const of = (axis: Axis): string[] => columns.filter(({ type }) => axisOf(type) === axis).map(({ name }) => name);
  const [time] = of('time');
  const [number, other] = of('number');
  const [words] = of('words');
  if (number === undefined || rows.length === 0) return { kind: 'table' };
  if (rows.length === 1 && columns.length === 1) return { kind: 'number', y: number };
  if (time !== undefined) return { kind: 'line', x: time, y: number, ...(words === undefined ? {} : { series: words }) };
  if (words !== undefined && rows.length <= 60) return { kind: 'bar', x: number, y: words };
  if (other !== undefined) return { kind: rows.length <= 60 ? 'bar' : 'scatter', x: number, y: other };
  return { kind: 'table' };
}
