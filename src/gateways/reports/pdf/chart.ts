// A chart on paper: the shapes that src/methods/drawing/ makes, as vectors.
import { type Answer, type ChartWish, type Plotted, plotted } from '../../../methods/drawing/plotted.ts';
import { chartShapes, heightOf, type Shape, shownNumber } from '../../../methods/drawing/shapes.ts';
import { colours, type Paper } from './paper.ts';

/** Beyond these a chart is a table: neither paper nor eyes tell so many apart. */
const shapesMost = 20_000;
const heightMost = 640;

export interface Chart {
  height: number;
  draw(paper: Paper, x: number, y: number, width: number): Promise<void>;
  /** What is not drawn, in words. */
  notes: string[];
}

/** Undefined: the answer has no columns for it, or too much to draw. */
export function chartOf(answer: Answer, wish: ChartWish, usualHeight: number): Chart | undefined {
  if (wish.kind === 'table') return undefined;
  if (wish.kind === 'number') return number(answer, wish);
  const data = plotted(answer, wish);
  if (data === undefined || data.series.length === 0) return undefined;
  const height = heightOf(data, wish, usualHeight);
  const count = data.series.reduce((sum, { points }) => sum + points.length, 0);
  if (height > heightMost || (count > shapesMost && wish.kind !== 'line' && wish.kind !== 'area')) return undefined;
  return {
    height,
    notes: notesOf(data),
    async draw(paper, x, y, width) {
      for (const shape of chartShapes(data, wish, { width, height })) {
        drawers[shape.kind](paper, shape as never, x, y);
        await paper.rest();
      }
    },
  };
}

const notesOf = ({ missing, left }: Plotted): string[] => [
  ...(missing > 0 ? [`${missing} rows without a value are not drawn.`] : []),
  ...(left > 0 ? [`${left} smaller series are not drawn.`] : []),
];

function number({ columns, rows }: Answer, wish: ChartWish): Chart {
  const at = Math.max(
    0,
    columns.findIndex(({ name }) => name === wish.y),
  );
  const value = rows[0]?.[at];
  const text = typeof value === 'number' ? shownNumber(value) : value === null || value === undefined ? 'none' : String(value);
  return {
    height: 30,
    notes: [],
    async draw(paper, x, y, width) {
      paper.put(text, x, y, width, { size: 20, bold: true, lines: 1, align: 'left' });
      const after = Math.min(width, paper.widthOf(text, { size: 20, bold: true }) + 5);
      if (wish.unit !== undefined && after < width - 20)
        paper.put(wish.unit, x + after, y + 8, width - after, { size: 9, colour: colours.soft, lines: 1, align: 'left' });
    },
  };
}

type Drawers = { [K in Shape['kind']]: (paper: Paper, shape: Extract<Shape, { kind: K }>, x: number, y: number) => void };
const drawers: Drawers = {
  line({ document }, { points, colour, thick, dash }, x, y) {
    for (const [at, [px, py]] of points.entries()) document[at === 0 ? 'moveTo' : 'lineTo'](x + px, y + py);
    document.lineWidth(thick).strokeColor(colour);
    if (dash === undefined) document.undash();
    else document.dash(dash[0]!, { space: dash[1] ?? dash[0]! });
    document.stroke().undash();
  },
  box({ document }, { x: bx, y: by, width, height, colour }, x, y) {
    document.rect(x + bx, y + by, width, height).fill(colour);
  },
  dot({ document }, { x: dx, y: dy, radius, colour }, x, y) {
    document.circle(x + dx, y + dy, radius).fill(colour);
  },
  words(paper, { x: wx, y: wy, words, anchor, size, colour }, x, y) {
    const width = paper.widthOf(words, { size }) + 1;
    const from = anchor === 'start' ? wx : anchor === 'end' ? wx - width : wx - width / 2;
    paper.put(words, x + from, y + wy, width + 2, { size, colour, lines: 1, align: 'left' });
  },
};
