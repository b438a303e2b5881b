// A control chart and a funnel plot as drawings: points, centre and limits, signs marked by shape as well as by colour, the phases named.
import { escaped, marks, textAt } from '../drawing/svg.ts';
import type { Funnel } from '../risk-adjustment/funnel.ts';
import type { ControlChart, RuleName } from './contract.ts';

export interface DrawingWords {
  title: string;
  /** Under the drawing. */
  says?: string;
}

const width = 900;
const height = 380;
const edge = { left: 72, right: 120, top: 44, bottom: 60 };
const blue = '#1f6fb2';
const red = '#b3261e';

/** What was broken, in words, strongest first. */
export const ruleWords: Record<RuleName, string> = {
  outside: 'outside the limits',
  run: 'run on one side',
  trend: 'trend',
  'two-of-three': 'two of three near a limit',
};

interface Frame {
  x: (at: number) => string;
  y: (value: number) => string;
  lines: string[];
}

/** Title, background and scale; `across` is from 0 to the largest place. */
function frame(values: readonly number[], across: number, { title, says }: DrawingWords, summary: string): Frame {
  const known = values.filter(Number.isFinite);
  const least = known.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
  const most = known.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);
  const margin = (most - least || Math.abs(most) || 1) * 0.06;
  const [low, high] = Number.isFinite(least) ? [least - margin, most + margin] : [0, 1];
  const y = (value: number): string =>
    (height - edge.bottom - ((value - low) / (high - low)) * (height - edge.top - edge.bottom)).toFixed(1);
  const x = (at: number): string => (edge.left + (at / (across || 1)) * (width - edge.left - edge.right)).toFixed(1);
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="sans-serif" fill="#222">`,
    `<title>${escaped(title)}</title><desc>${escaped(`${summary} ${says ?? ''}`)}</desc>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    textAt(String(edge.left), '26', 'start', title, 16),
    ...marks(low, high).map(
      (value) =>
        `<line x1="${edge.left}" x2="${width - edge.right}" y1="${y(value)}" y2="${y(value)}" stroke="#eee"/>${textAt(String(edge.left - 8), y(value), 'end', String(Number(value.toPrecision(6))))}`,
    ),
    ...(says === undefined ? [] : [textAt(String(edge.left), String(height - 12), 'start', says)]),
  ];
  return { x, y, lines };
}

const rounded = (value: number): string => String(Number(value.toPrecision(4)));

/** A point as a circle; as a diamond where it is part of a sign; open where it was left out. */
function mark(x: string, y: string, says: string, kind: 'plain' | 'sign' | 'left-out'): string {
  const title = `<title>${escaped(says)}</title>`;
  if (kind === 'sign') return `<path d="M${x} ${y}m0 -6l6 6l-6 6l-6 -6z" fill="${red}">${title}</path>`;
  return `<circle cx="${x}" cy="${y}" r="3.5" fill="${kind === 'plain' ? blue : '#fff'}" stroke="${blue}">${title}</circle>`;
}

/** `labels` name the points, such as by date. */
export function controlChartDrawing({ points, phases, signals }: ControlChart, labels: readonly string[], words: DrawingWords): string {
  const all = points.flatMap(({ value, limits }) => [value ?? Number.NaN, ...(limits === null ? [] : [limits.lower, limits.upper])]);
  const { x, y, lines } = frame(all, points.length - 1, words, `${points.length} points, ${signals.length} signs.`);
  for (const { from, to, why } of phases) {
    const own = points.slice(from, to + 1).filter(({ limits }) => limits !== null);
    const path = (of: 'centre' | 'lower' | 'upper'): string => own.map(({ index, limits }) => `${x(index)},${y(limits![of])}`).join(' ');
    lines.push(
      `<polyline points="${path('centre')}" fill="none" stroke="#222" stroke-width="1.2"/>`,
      ...(['lower', 'upper'] as const).map((of) => `<polyline points="${path(of)}" fill="none" stroke="#777" stroke-dasharray="6 4"/>`),
    );
    if (from > 0)
      lines.push(
        `<line x1="${x(from - 0.5)}" x2="${x(from - 0.5)}" y1="${edge.top}" y2="${height - edge.bottom}" stroke="#aaa"/>`,
        textAt(x(from), String(edge.top + 10), 'start', why, 11),
      );
  }
  const known = points.filter(({ value }) => value !== null);
  lines.push(
    `<polyline points="${known.map(({ index, value }) => `${x(index)},${y(value!)}`).join(' ')}" fill="none" stroke="${blue}" stroke-width="1"/>`,
    ...known.map(({ index, value, broken, excluded }) =>
      mark(
        x(index),
        y(value!),
        [
          labels[index] ?? String(index + 1),
          rounded(value!),
          ...broken.map((rule) => ruleWords[rule]),
          ...(excluded === undefined ? [] : [`left out: ${excluded}`]),
        ].join(', '),
        excluded !== undefined ? 'left-out' : broken.length > 0 ? 'sign' : 'plain',
      ),
    ),
  );
  const last = points.findLast(({ limits }) => limits !== null)?.limits;
  if (last !== null && last !== undefined)
    for (const [name, value] of [
      ['upper', last.upper],
      ['centre', last.centre],
      ['lower', last.lower],
    ] as const)
      lines.push(textAt(String(width - edge.right + 8), y(value), 'start', `${name} ${rounded(value)}`, 11));
  if (points.length > 0)
    lines.push(
      textAt(x(0), String(height - 36), 'start', labels[0] ?? '1'),
      textAt(x(points.length - 1), String(height - 36), 'end', labels[points.length - 1] ?? String(points.length)),
    );
  return [...lines, '</svg>'].join('\n');
}

/** Units by their denominator. */
export function funnelDrawing({ units, limitsAt, target }: Funnel, words: DrawingWords): string {
  const most = units.reduce((high, { denominator }) => Math.max(high, denominator), 0);
  const least = units.reduce((low, { denominator }) => Math.min(low, denominator), Number.POSITIVE_INFINITY);
  const places = Array.from({ length: 120 }, (_, i) => least * 0.8 + (i / 119) * (most * 1.05 - least * 0.8));
  const limits = places.map((place) => limitsAt(place));
  const all = [...units.map(({ value }) => value), ...limits.flatMap((each) => each.flatMap(({ lower, upper }) => [lower, upper]))];
  const { x, y, lines } = frame(
    all,
    most * 1.05,
    words,
    `${units.length} units, ${units.filter(({ beyond }) => beyond !== null).length} beyond a limit.`,
  );
  lines.push(`<line x1="${edge.left}" x2="${width - edge.right}" y1="${y(target)}" y2="${y(target)}" stroke="#222"/>`);
  for (const [i, { level }] of (limits[0] ?? []).entries())
    for (const side of ['lower', 'upper'] as const) {
      const path = places.map((place, at) => `${x(place)},${y(limits[at]![i]![side])}`).join(' ');
      lines.push(
        `<polyline points="${path}" fill="none" stroke="#777" stroke-dasharray="${2 + 4 * i} 4"><title>${level} %</title></polyline>`,
      );
      if (side === 'upper') lines.push(textAt(String(width - edge.right + 8), y(limits.at(-1)![i]!.upper), 'start', `${level} %`, 11));
    }
  for (const { name, denominator, value, beyond } of units) {
    const says = `${name}, ${rounded(value)}${beyond === null ? '' : `, ${beyond.direction} ${beyond.level} %`}`;
    lines.push(mark(x(denominator), y(value), says, beyond === null ? 'plain' : 'sign'));
    if (beyond !== null) lines.push(textAt(x(denominator), String(Number(y(value)) - 9), 'middle', name, 11));
  }
  lines.push(textAt(x(0), String(height - 36), 'start', '0'), textAt(x(most), String(height - 36), 'end', rounded(most)));
  return [...lines, '</svg>'].join('\n');
}
