// How a panel of the timeline looks on its canvas: reference bands, encounters behind, lines only where values are near each other, and
// points whose shape says what they are: ● in range, ▲ above, ▼ below, ◆ abnormal, ○ without a range, ✕ missing.
import type uPlot from 'uplot';
import { lineLimitMs, type Stretch } from './axis.ts';
import type { Stay } from './periods.ts';
import { isOut, type Reading, type Series } from './readings.ts';

export interface Ink {
  ink: string;
  soft: string;
  line: string;
  deep: string;
  alert: string;
  paper: string;
}

/** Colours as the page has them now. */
export function inkOf(element: Element): Ink {
  const style = getComputedStyle(element);
  const of = (name: string): string => style.getPropertyValue(`--${name}`).trim() || '#000';
  return { ink: of('ink'), soft: of('soft'), line: of('line'), deep: of('deep'), alert: of('alert'), paper: of('paper') };
}

/** Values of several series over their common times; a line ends before a `null`. */
export function aligned(series: readonly Series[]): uPlot.AlignedData {
  const times = new Set<number>();
  const columns = series.map(({ readings }) => {
    const values = new Map<number, number | null>();
    const known = readings.filter(({ atMs }) => !Number.isNaN(atMs));
    const limitMs = lineLimitMs(known.filter(({ value }) => value !== undefined).map(({ atMs }) => atMs));
    let before: number | undefined;
    for (const { atMs, value } of known) {
      if (before !== undefined && atMs - before > limitMs) values.set((before + atMs) / 2, null);
      values.set(atMs, value ?? null);
      before = atMs;
    }
    for (const at of values.keys()) times.add(at);
    return values;
  });
  const all = [...times].sort((a, b) => a - b);
  // `undefined`: this series says nothing at that time, and its line goes on.
  return [all, ...columns.map((values) => all.map((at) => values.get(at)))];
}

const shapes: Readonly<Record<string, (path: CanvasRenderingContext2D, x: number, y: number, r: number) => void>> = {
  circle(path, x, y, r) {
    path.arc(x, y, r * 0.8, 0, 2 * Math.PI);
  },
  up(path, x, y, r) {
    path.moveTo(x, y - r * 1.3);
    path.lineTo(x + r * 1.25, y + r);
    path.lineTo(x - r * 1.25, y + r);
    path.closePath();
  },
  down(path, x, y, r) {
    path.moveTo(x, y + r * 1.3);
    path.lineTo(x + r * 1.25, y - r);
    path.lineTo(x - r * 1.25, y - r);
    path.closePath();
  },
  diamond(path, x, y, r) {
    path.moveTo(x, y - r * 1.3);
    path.lineTo(x + r * 1.3, y);
    path.lineTo(x, y + r * 1.3);
    path.lineTo(x - r * 1.3, y);
    path.closePath();
  },
};

const shapeOf = ({ flag }: Reading): string =>
  flag === undefined || flag === 'normal' ? 'circle' : flag.endsWith('high') ? 'up' : flag.endsWith('low') ? 'down' : 'diamond';

/** Behind the lines: encounters, then the reference range of each value up to the next one. */
export function drawBehind(plot: uPlot, series: readonly Series[], stays: readonly Stay[], ink: Ink): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.globalAlpha = 0.1;
  ctx.fillStyle = ink.soft;
  for (const { fromMs, toMs } of stays) {
    const left = plot.valToPos(fromMs, 'x', true);
    ctx.fillRect(left, bbox.top, Math.max(1, plot.valToPos(toMs ?? Date.now(), 'x', true) - left), bbox.height);
  }
  ctx.globalAlpha = 0.16;
  ctx.fillStyle = ink.deep;
  for (const { readings } of series) drawRanges(plot, readings, ctx);
  ctx.restore();
}

function drawRanges(plot: uPlot, readings: readonly Reading[], ctx: CanvasRenderingContext2D): void {
  const { bbox } = plot;
  let begun: { left: number; low: number | undefined; high: number | undefined } | undefined;
  const end = (right: number): void => {
    if (begun === undefined || (begun.low === undefined && begun.high === undefined)) return;
    const top = begun.high === undefined ? bbox.top : plot.valToPos(begun.high, 'y', true);
    const bottom = begun.low === undefined ? bbox.top + bbox.height : plot.valToPos(begun.low, 'y', true);
    ctx.fillRect(begun.left, top, right - begun.left, bottom - top);
  };
  for (const { atMs, value, low, high } of readings) {
    // What is missing says nothing of the range.
    if (value === undefined) continue;
    if (begun !== undefined && begun.low === low && begun.high === high) continue;
    const left = begun === undefined ? bbox.left : plot.valToPos(atMs, 'x', true);
    end(left);
    begun = { left, low, high };
  }
  end(bbox.left + bbox.width);
}

/** Points of what is in sight. Of points that would cover each other the one out of range is drawn; none that could be seen is left out. */
export function drawPoints(plot: uPlot, series: readonly Series[], { fromMs, toMs }: Stretch, ink: Ink): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  // A dashed line before leaves its dashes behind.
  ctx.setLineDash([]);
  ctx.beginPath();
  ctx.rect(bbox.left - 6 * ratio, bbox.top - 6 * ratio, bbox.width + 12 * ratio, bbox.height + 12 * ratio);
  ctx.clip();
  for (const { readings } of series) {
    const seen = new Set<number>();
    const draw = (reading: Reading, out: boolean): void => {
      const x = Math.round(plot.valToPos(reading.atMs, 'x', true));
      if (reading.value === undefined) {
        if (!seen.has(-x)) drawCross(ctx, x, bbox.top + bbox.height - 5 * ratio, 3 * ratio, ink);
        seen.add(-x);
        return;
      }
      const y = Math.round(plot.valToPos(reading.value, 'y', true));
      const place = x * 16384 + y;
      if (seen.has(place)) return;
      seen.add(place);
      ctx.beginPath();
      shapes[shapeOf(reading)]?.(ctx, x, y, (out ? 4 : 2.6) * ratio);
      ctx.fillStyle = out ? ink.alert : reading.flag === undefined ? ink.paper : ink.deep;
      ctx.strokeStyle = out ? ink.paper : ink.deep;
      ctx.lineWidth = ratio;
      ctx.fill();
      ctx.stroke();
    };
    const inSight = readings.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
    for (const reading of inSight) if (!isOut(reading.flag)) draw(reading, false);
    seen.clear();
    for (const reading of inSight) if (isOut(reading.flag)) draw(reading, true);
  }
  ctx.restore();
}

function drawCross(ctx: CanvasRenderingContext2D, x: number, y: number, r: number, ink: Ink): void {
  ctx.beginPath();
  ctx.moveTo(x - r, y - r);
  ctx.lineTo(x + r, y + r);
  ctx.moveTo(x + r, y - r);
  ctx.lineTo(x - r, y + r);
  ctx.strokeStyle = ink.soft;
  ctx.lineWidth = 2 * devicePixelRatio;
  ctx.stroke();
}
