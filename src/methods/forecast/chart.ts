// A forecast as a drawing: the last of the past, the mean, and a band for each level. Plain SVG, without scripts and fonts of its own, readable in
// print and by screen readers (title and description).
import { escaped, marks, textAt as text } from '../drawing/svg.ts';
import type { Forecast } from './contract.ts';

export interface ChartOptions {
  title: string;
  /** Under the drawing, such as the error on the past. */
  says?: string;
  /** When the first and the last drawn value are, and the end of the forecast. */
  dates?: { from: string; now: string; to: string };
}

const width = 900;
const height = 360;
const edge = { left: 64, right: 16, top: 44, bottom: 56 };

/** `past` should be what is to be seen of it: some hundred values. */
export function forecastChart(past: readonly number[], forecast: Forecast, { title, says, dates }: ChartOptions): string {
  const bounds = forecast.intervals.flatMap(({ lower, upper }) => [...lower, ...upper]);
  const all = [...past, ...forecast.mean, ...bounds].filter(Number.isFinite);
  const least = all.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
  const most = all.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);
  const margin = (most - least || Math.abs(most) || 1) * 0.05;
  const [low, high] = [least - margin, most + margin];
  const steps = past.length + forecast.mean.length - 1 || 1;
  const x = (i: number): string => (edge.left + (i / steps) * (width - edge.left - edge.right)).toFixed(1);
  const y = (value: number): string =>
    (height - edge.bottom - ((value - low) / (high - low)) * (height - edge.top - edge.bottom)).toFixed(1);
  const line = (values: readonly number[], from: number): string => values.map((value, i) => `${x(from + i)},${y(value)}`).join(' ');
  const n = past.length;
  const bands = [...forecast.intervals]
    .toSorted((a, b) => b.level - a.level)
    .map(({ level, lower, upper }, i) => {
      const back = upper
        .map((value, h) => `${x(n + h)},${y(value)}`)
        .toReversed()
        .join(' ');
      return `<polygon points="${line(lower, n)} ${back}" fill="#1f6fb2" fill-opacity="${0.16 + 0.14 * i}"><title>${level} % interval</title></polygon>`;
    });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="sans-serif" fill="#222">`,
    `<title>${escaped(title)}</title><desc>${escaped(`${forecast.mean.length} steps ahead by ${forecast.method}. ${says ?? ''}`)}</desc>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text(String(edge.left), '26', 'start', title, 16),
    ...marks(low, high).map(
      (value) =>
        `<line x1="${edge.left}" x2="${width - edge.right}" y1="${y(value)}" y2="${y(value)}" stroke="#ddd"/>${text(String(edge.left - 8), y(value), 'end', String(Number(value.toPrecision(6))))}`,
    ),
    ...bands,
    `<polyline points="${line(past, 0)}" fill="none" stroke="#222" stroke-width="1.2"/>`,
    `<polyline points="${line(forecast.mean, n)}" fill="none" stroke="#1f6fb2" stroke-width="2" stroke-dasharray="6 3"/>`,
    ...(dates === undefined
      ? []
      : [
          text(x(0), String(height - 34), 'start', dates.from),
          text(x(n - 1), String(height - 34), 'middle', dates.now),
          text(x(steps), String(height - 34), 'end', dates.to),
        ]),
    ...(says === undefined ? [] : [text(String(edge.left), String(height - 12), 'start', says)]),
    '</svg>',
  ].join('\n');
}
