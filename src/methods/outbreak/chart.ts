// A series with its alarms as a drawing: a bar for each count, alarms in another colour with a mark above, the upper bound as a line, and what was
// expected. Plain SVG without scripts, readable in print and by screen readers; an alarm is told by the mark, too, not by colour alone.
import { escaped, marks } from '../drawing/svg.ts';
import type { Judged } from './contract.ts';

export interface OutbreakChartOptions {
  title: string;
  /** Under the drawing. */
  says: string;
  from: string;
  to: string;
}

const width = 900;
const height = 360;
const edge = { left: 64, right: 16, top: 44, bottom: 56 };

/** `weeks` should be what is to be seen of it: some hundred. */
export function outbreakChart(weeks: readonly Judged[], { title, says, from, to }: OutbreakChartOptions): string {
  const known = weeks.flatMap(({ observed, upperbound }) => [observed, upperbound ?? 0]).filter(Number.isFinite);
  const high = Math.max(1, ...known) * 1.1;
  const wide = (width - edge.left - edge.right) / Math.max(1, weeks.length);
  const x = (i: number): number => edge.left + i * wide;
  const y = (value: number): number => height - edge.bottom - (value / high) * (height - edge.top - edge.bottom);
  const at = (value: number): string => value.toFixed(1);
  const text = (left: number, top: number, anchor: string, words: string, size = 12): string =>
    `<text x="${at(left)}" y="${at(top)}" font-size="${size}" text-anchor="${anchor}">${escaped(words)}</text>`;
  const bars = weeks.flatMap(({ observed, alarm }, i) => {
    if (!Number.isFinite(observed)) return [];
    const bar = `<rect x="${at(x(i) + wide * 0.1)}" y="${at(y(observed))}" width="${at(wide * 0.8)}" height="${at(y(0) - y(observed))}" fill="${alarm ? '#b3261e' : '#8fa3b5'}"/>`;
    const middle = x(i) + wide / 2;
    const mark = `<path d="M${at(middle)} ${at(y(observed) - 4)}l-5 -9h10z" fill="#b3261e"><title>alarm</title></path>`;
    return alarm ? [bar, mark] : [bar];
  });
  /** A line with a break wherever a value is not known. */
  const line = (pick: (week: Judged) => number | null | undefined): string => {
    let pen = 'M';
    return weeks
      .flatMap((week, i) => {
        const value = pick(week);
        if (value === null || value === undefined || !Number.isFinite(value)) {
          pen = 'M';
          return [];
        }
        const part = `${pen}${at(x(i) + wide / 2)} ${at(y(value))}`;
        pen = 'L';
        return [part];
      })
      .join('');
  };
  const alarms = weeks.filter((week) => week.alarm).length;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="sans-serif" fill="#222">`,
    `<title>${escaped(title)}</title><desc>${escaped(`${weeks.length} steps, ${alarms} alarms. ${says}`)}</desc>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text(edge.left, 26, 'start', title, 16),
    ...marks(0, high).map(
      (value) =>
        `<line x1="${edge.left}" x2="${width - edge.right}" y1="${at(y(value))}" y2="${at(y(value))}" stroke="#ddd"/>${text(edge.left - 8, y(value), 'end', String(Number(value.toPrecision(6))))}`,
    ),
    ...bars,
    `<path d="${line((week) => week.expected)}" fill="none" stroke="#1f6fb2" stroke-width="1.2"/>`,
    `<path d="${line((week) => week.upperbound)}" fill="none" stroke="#222" stroke-width="1.4" stroke-dasharray="5 3"/>`,
    text(edge.left, height - 34, 'start', from),
    text(width - edge.right, height - 34, 'end', to),
    text(edge.left, height - 12, 'start', says),
    '</svg>',
  ].join('\n');
}
