// A chart as shapes on a surface in points (1/72 inch), y downwards: lines, boxes, dots and words, which whoever prints them puts on
// paper. Series differ by dash and by name as well as by colour, so that a copy in black and white says the same.
import type { ChartWish, Plotted, Point, Series } from './plotted.ts';
import { marks } from './svg.ts';

export type Shape =
  | { kind: 'line'; points: readonly (readonly [x: number, y: number])[]; colour: string; thick: number; dash?: readonly number[] }
  | { kind: 'box'; x: number; y: number; width: number; height: number; colour: string }
  | { kind: 'dot'; x: number; y: number; radius: number; colour: string }
  | { kind: 'words'; x: number; y: number; words: string; anchor: 'start' | 'middle' | 'end'; size: number; colour: string };

export interface Surface {
  width: number;
  height: number;
}

/** Readable on white, told apart by lightness too. */
const colours = ['#14506b', '#b4541a', '#3f7a4b', '#6d4690', '#8c7a12', '#a23a5a', '#2f7f86', '#5b5b5b', '#7f4f24', '#3a5fa0'];
const dashes: readonly (readonly number[])[] = [
  [],
  [6, 3],
  [2, 3],
  [8, 3, 2, 3],
  [1, 4],
  [10, 4],
  [4, 2, 1, 2],
  [12, 3, 3, 3],
  [3, 6],
  [6, 6],
];
const [ink, soft, faint] = ['#1c2428', '#5c666b', '#d4d9dc'];
const inset = { top: 14, right: 10, bottom: 16, left: 40 };
const letters = 7;
/** Of Helvetica, in sizes of its type; enough to keep words apart. */
const letterWidth = 0.52;
const legendLine = 10;

export const shownNumber = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 2 });

const pointsOf = (series: readonly Series[]): Point[] => series.flatMap(({ points }) => points);
const words = (x: number, y: number, text: string, anchor: 'start' | 'middle' | 'end' = 'start', colour: string = soft): Shape => ({
  kind: 'words',
  x,
  y,
  words: text,
  anchor,
  size: letters,
  colour,
});
const cut = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, Math.max(1, most - 1))}…`);

/** How much room the chart wants: bars of words need a line each, a legend below needs its own. */
export function heightOf(data: Plotted, { kind }: ChartWish, usual: number): number {
  if (kind === 'bar' && data.x.axis === 'words') return Math.max(usual, pointsOf(data.series).length * 13 + inset.top);
  if (kind === 'heat') return Math.max(usual, data.series.length * 12 + inset.top + inset.bottom);
  return usual;
}

export function chartShapes(data: Plotted, wish: ChartWish, { width, height }: Surface): Shape[] {
  if (data.series.every(({ points }) => points.length === 0)) return [words(0, 12, 'Nothing to draw: no row has a value.')];
  if (wish.kind === 'heat') return heat(data, { width, height });
  const legend = data.series.length > 1 ? legendOf(data.series, width) : [];
  const legendHeight = legend.length === 0 ? 0 : Math.max(...legend.map(({ y }) => y)) + legendLine;
  const surface = { width, height: height - legendHeight };
  const drawn =
    wish.kind === 'bar' && data.x.axis === 'words'
      ? lying(data, surface)
      : wish.kind === 'bar' || wish.kind === 'stacked'
        ? standing(data, surface)
        : lines(data, wish, surface);
  return [...drawn, ...legend.flatMap(({ x, y, name, at }) => legendMark(x, surface.height + y, name, at))];
}

interface LegendPlace {
  x: number;
  y: number;
  name: string;
  at: number;
}

function legendOf(series: readonly Series[], width: number): LegendPlace[] {
  let [x, y] = [inset.left, 4];
  return series.map(({ name }, at) => {
    const text = cut(name === '' ? 'all' : name, 28);
    const takes = 22 + text.length * letters * letterWidth + 10;
    if (x + takes > width && x > inset.left) [x, y] = [inset.left, y + legendLine];
    const place = { x, y, name: text, at };
    x += takes;
    return place;
  });
}

const colourOf = (at: number): string => colours[at % colours.length]!;
const dashOf = (at: number): { dash?: readonly number[] } => {
  const dash = dashes[at % dashes.length]!;
  return dash.length === 0 ? {} : { dash };
};

const legendMark = (x: number, y: number, name: string, at: number): Shape[] => [
  { kind: 'line', points: [[x, y + 4], [x + 18, y + 4]], colour: colourOf(at), thick: 2, ...dashOf(at) },
  words(x + 22, y + 1, name, 'start', ink),
]; // biome-ignore format: two points of a line

interface Upwards {
  at(value: number): number;
  shapes: Shape[];
}

/** The axis of values, from nought, with its lines across. */
function upwards(low: number, high: number, unit: string, { width, height }: Surface): Upwards {
  const [from, to] = [Math.min(0, low), high <= 0 && low >= 0 ? 1 : Math.max(0, high)];
  const [top, bottom] = [inset.top, height - inset.bottom];
  const at = (value: number): number => bottom - ((value - from) / (to - from)) * (bottom - top);
  return {
    at,
    shapes: [
      words(0, 0, unit),
      ...marks(from, to).flatMap((value): Shape[] => [
        { kind: 'line', points: [[inset.left, at(value)], [width - inset.right, at(value)]], colour: value === 0 ? soft : faint, thick: 0.5 },
        words(inset.left - 4, at(value) - 3, shownNumber(value), 'end'),
      ]), // biome-ignore format: two points of a line
    ],
  };
}

const day = 86_400_000;
const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Words of a moment, as fine as the axis is long. */
function momentWords(moment: number, spanMs: number): string {
  const date = new Date(moment);
  const month = monthNames[date.getUTCMonth()]!;
  if (spanMs <= 2 * day) return date.toISOString().slice(11, 16);
  return spanMs > 300 * day ? `${month} ${date.getUTCFullYear()}` : `${date.getUTCDate()} ${month}`;
}

interface Along {
  at(x: number | string): number;
  shapes: Shape[];
}

/** The axis along: time and numbers to scale, words one beside the other. `edge` keeps room for half a bar at both ends. */
function along(data: Plotted, { width, height }: Surface, edge: number): Along {
  const [left, right] = [inset.left + edge, width - inset.right - edge];
  const y = height - inset.bottom + 4;
  const places = pointsOf(data.series).map(({ x }) => x);
  if (data.x.axis === 'words') {
    const names = [...new Set(places.map(String))];
    const step = (right - left) / names.length;
    const index = new Map(names.map((name, at) => [name, at]));
    const at = (x: number | string): number => left + ((index.get(String(x)) ?? 0) + 0.5) * step;
    const each = Math.max(1, Math.ceil(24 / step));
    return {
      at,
      shapes: names.filter((_, i) => i % each === 0).map((name) => words(at(name), y, cut(name, Math.floor((step * each) / (letters * letterWidth))), 'middle')), // biome-ignore format: one list
    };
  }
  const numbers = places.map(Number);
  let [low, high] = [Infinity, -Infinity];
  for (const one of numbers) [low, high] = [Math.min(low, one), Math.max(high, one)];
  const at = (x: number | string): number =>
    high === low ? (left + right) / 2 : left + ((Number(x) - low) / (high - low)) * (right - left);
  const ticks = data.x.axis === 'time' ? timeTicks(numbers, (right - left) / 62) : high === low ? [low] : marks(low, high);
  const says = (x: number): string => (data.x.axis === 'time' ? momentWords(x, high - low) : shownNumber(x));
  return { at, shapes: ticks.map((x) => words(at(x), y, says(x), 'middle')) };
}

/** Moments that the answer has, evenly among them: no tick stands where nothing was asked. */
function timeTicks(numbers: readonly number[], most: number): number[] {
  const all = [...new Set(numbers)].sort((a, b) => a - b);
  const every = Math.max(1, Math.ceil(all.length / Math.max(2, Math.floor(most))));
  return all.filter((_, i) => i % every === 0);
}

function range(values: readonly number[]): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const one of values) [low, high] = [Math.min(low, one), Math.max(high, one)];
  return [low, high];
}

const valueWords = ({ y }: Plotted): string => (y.unit === '' ? y.column : y.unit);

function lines(data: Plotted, { kind }: ChartWish, surface: Surface): Shape[] {
  const y = upwards(...range(pointsOf(data.series).map((point) => point.y)), valueWords(data), surface);
  const x = along(data, surface, 4);
  return [
    ...y.shapes,
    ...x.shapes,
    ...data.series.flatMap(({ points }, at): Shape[] => {
      const places = (data.x.axis === 'words' ? points : [...points].sort((a, b) => Number(a.x) - Number(b.x))).map(
        (point) => [x.at(point.x), y.at(point.y)] as const,
      );
      if (kind === 'scatter' || places.length === 1)
        return places.map(([px, py]) => ({ kind: 'dot', x: px, y: py, radius: 1.6, colour: colourOf(at) }));
      return [{ kind: 'line', points: places, colour: colourOf(at), thick: kind === 'area' ? 1.6 : 1.1, ...dashOf(at) }];
    }),
  ];
}

function standing(data: Plotted, surface: Surface): Shape[] {
  const piles = new Map<number | string, { up: number; down: number }>();
  const boxes: { x: number | string; from: number; to: number; at: number }[] = [];
  for (const [at, { points }] of data.series.entries())
    for (const { x, y } of points) {
      const pile = piles.get(x) ?? { up: 0, down: 0 };
      const from = y >= 0 ? pile.up : pile.down;
      if (y >= 0) pile.up += y;
      else pile.down += y;
      piles.set(x, pile);
      boxes.push({ x, from, to: from + y, at });
    }
  const y = upwards(...range(boxes.flatMap(({ from, to }) => [from, to])), valueWords(data), surface);
  const room = surface.width - inset.left - inset.right;
  const step = room / Math.max(1, piles.size);
  const x = along(data, surface, data.x.axis === 'words' ? 0 : step / 2);
  const width = Math.max(0.6, step * 0.72);
  return [
    ...y.shapes,
    ...x.shapes,
    ...boxes.map(
      ({ x: place, from, to, at }): Shape => ({
        kind: 'box',
        x: x.at(place) - width / 2,
        y: Math.min(y.at(from), y.at(to)),
        width,
        height: Math.abs(y.at(from) - y.at(to)),
        colour: colourOf(at),
      }),
    ),
  ];
}

/** Bars of words lie on their side, each with its value. */
function lying(data: Plotted, { width, height }: Surface): Shape[] {
  const all = data.series.flatMap(({ name, points }, at) => points.map((point) => ({ ...point, name, at })));
  const [low, high] = range(all.map(({ y }) => y));
  const [from, to] = [Math.min(0, low), Math.max(0, high, low === 0 && high === 0 ? 1 : 0)];
  const left = Math.min(width * 0.45, Math.max(...all.map(({ x }) => String(x).length)) * letters * letterWidth + 8);
  const step = Math.min(18, (height - 4) / all.length);
  const at = (value: number): number => left + ((value - from) / (to - from)) * (width - left - 44);
  return all.flatMap((one, row): Shape[] => {
    const y = 2 + row * step;
    const name = cut(String(one.x), Math.max(3, Math.floor((left - 6) / (letters * letterWidth))));
    return [
      words(left - 4, y + step / 2 - 4, name, 'end', ink),
      { kind: 'box', x: Math.min(at(0), at(one.y)), y: y + 1, width: Math.max(0.5, Math.abs(at(one.y) - at(0))), height: step - 3, colour: colourOf(one.at) },
      words(Math.max(at(0), at(one.y)) + 4, y + step / 2 - 4, shownNumber(one.y)),
    ]; // biome-ignore format: a box
  });
}

/** Series are rows, places along are columns; darker is more, and the number stands in it where there is room. */
function heat(data: Plotted, { width, height }: Surface): Shape[] {
  const xs = [...new Set(pointsOf(data.series).map(({ x }) => x))];
  if (data.x.axis !== 'words') xs.sort((a, b) => Number(a) - Number(b));
  const [low, high] = range(pointsOf(data.series).map(({ y }) => y));
  const left = Math.min(width * 0.3, Math.max(...data.series.map(({ name }) => name.length)) * letters * letterWidth + 8);
  const step = (width - left - 4) / xs.length;
  const tall = Math.min(18, (height - inset.bottom - 4) / data.series.length);
  const column = new Map(xs.map((x, at) => [x, at]));
  const span = data.x.axis === 'time' ? Number(xs.at(-1)) - Number(xs[0]) : 0;
  const says = (x: number | string): string => (data.x.axis === 'time' ? momentWords(Number(x), span) : String(x));
  const every = Math.max(1, Math.ceil(30 / step));
  const foot = 4 + tall * data.series.length + 3;
  return [
    ...data.series.flatMap(({ name, points }, row): Shape[] => [
      words(left - 4, 4 + row * tall + tall / 2 - 4, cut(name, Math.max(3, Math.floor((left - 6) / (letters * letterWidth)))), 'end', ink),
      ...points.flatMap(({ x, y }): Shape[] => {
        const share = high === low ? 0.5 : (y - low) / (high - low);
        const place = { x: left + column.get(x)! * step, y: 4 + row * tall };
        const box: Shape = { kind: 'box', ...place, width: step - 0.5, height: tall - 0.5, colour: shade(share) };
        const text = shownNumber(y);
        return text.length * letters * letterWidth > step - 2
          ? [box]
          : [box, words(place.x + step / 2, place.y + tall / 2 - 4, text, 'middle', share > 0.5 ? '#ffffff' : ink)];
      }),
    ]),
    ...xs.filter((_, i) => i % every === 0).map((x) => words(left + (column.get(x)! + 0.5) * step, foot, cut(says(x), Math.max(2, Math.floor((step * every) / (letters * letterWidth)))), 'middle')),
  ]; // biome-ignore format: one list
}

/** From nearly white to the first colour. */
function shade(share: number): string {
  const [light, dark] = [[232, 240, 244], [20, 80, 107]] as const; // biome-ignore format: two colours
  return `#${light.map((from, i) => Math.round(from + (dark[i]! - from) * share).toString(16).padStart(2, '0')).join('')}`; // biome-ignore format: one word
}
