// One small panel of the timeline: one quantity in one unit (uPlot). It shares its time axis with the others and moves with them.
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { showTime } from '../../parts/dates.ts';
import { type Stretch, tickWords, timeSplits } from './axis.ts';
import { aligned, drawBehind, drawPoints, inkOf } from './panel-drawing.ts';
import type { Stay } from './periods.ts';
import { flagMark, isOut, type Reading, type Series } from './readings.ts';
import { unitWords } from './units.ts';

/** Width of the axis of values, the same in all panels, so that times stand below each other. */
export const axisWidth = 52;
const plotHeight = 92;
const axisHeight = 42;

interface Props {
  series: readonly Series[];
  stays: readonly Stay[];
  stretch: Stretch;
  width: number;
  /** The last one carries the time axis. */
  last: boolean;
  choose(stretch: Stretch): void;
}

export function Panel({ series, stays, stretch, width, last, choose }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const scheme = useComputedColorScheme('light');
  const [at, setAt] = useState<number>();
  const data = useMemo(() => aligned(series), [series]);
  const now = useRef({ series, stays, stretch, choose });
  now.current = { series, stays, stretch, choose };
  const shape = `${width} ${last} ${series.length} ${scheme}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new plot where its shape changes; data and stretch follow below
  useEffect(() => {
    if (place.current === null) return;
    const ink = inkOf(place.current);
    const made = new uPlot(
      {
        width,
        height: plotHeight + (last ? axisHeight : 0),
        ms: 1,
        padding: [6, 8, last ? 0 : 4, 0],
        legend: { show: false },
        cursor: {
          sync: { key: 'chart-timeline', setSeries: false },
          drag: { x: true, y: false, setScale: false },
          points: { show: false },
          y: false,
        },
        scales: {
          x: { time: false, range: () => [now.current.stretch.fromMs, now.current.stretch.toMs] },
          y: { range: (_, low, high) => valueRange(now.current.series, now.current.stretch, low, high) },
        },
        series: [
          {},
          ...series.map(
            (_, index): uPlot.Series => ({
              stroke: ink.deep,
              width: 1.25,
              points: { show: false },
              spanGaps: false,
              ...(index === 0 ? {} : { dash: [5, 3] }),
            }),
          ),
        ],
        axes: [
          {
            show: last,
            size: axisHeight,
            stroke: ink.soft,
            grid: { stroke: ink.line, width: 1 },
            ticks: { stroke: ink.line, width: 1, size: 4 },
            space: 70,
            splits: (_, __, from, to) => timeSplits(from, to, width),
            values: (_, splits) => splits.map((one, index) => tickWords(one, (splits[1] ?? one) - (splits[0] ?? one), splits[index - 1])),
          },
          { size: axisWidth, stroke: ink.soft, grid: { stroke: ink.line, width: 1 }, ticks: { show: false }, space: 24, gap: 4 },
        ],
        hooks: {
          drawClear: [(self) => drawBehind(self, now.current.series, now.current.stays, ink)],
          draw: [(self) => drawPoints(self, now.current.series, now.current.stretch, ink)],
          setCursor: [(self) => setAt(self.cursor.idx == null ? undefined : self.data[0]?.[self.cursor.idx])],
          setSelect: [
            (self) => {
              if (self.select.width < 4) return;
              const [from, to] = [self.posToVal(self.select.left, 'x'), self.posToVal(self.select.left + self.select.width, 'x')];
              self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
              now.current.choose({ fromMs: Math.round(from), toMs: Math.round(to) });
            },
          ],
        },
      },
      data,
      place.current,
    );
    plot.current = made;
    return () => {
      plot.current = undefined;
      made.destroy();
    };
  }, [shape]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the plot reads stretch and stays when it is drawn
  useEffect(() => {
    plot.current?.setData(data, true);
  }, [data, stretch.fromMs, stretch.toMs, stays]);
  const title = series.length === 1 ? (series[0]?.name ?? '') : (series[0]?.panelName ?? '');
  const unit = unitWords(series[0]?.unit ?? '');
  const converted = series.reduce((sum, { readings }) => sum + readings.filter((one) => one.converted !== undefined).length, 0);
  const beside = series.map((one) => readingAt(one, at, stretch));
  return (
    <section className="trend" aria-label={`${title}${unit === '' ? '' : ` in ${unit}`}`}>
      <div className="trend-name">
        <h3 dir="auto" title={title}>
          {title}
        </h3>
        <span className="trend-unit">{unit || 'no unit'}</span>
        {series.map((one, index) => (
          <Value key={one.key} series={one} several={series.length > 1} reading={beside[index]} />
        ))}
        {beside[0] !== undefined && <span className="trend-at">{showTime(beside[0].at)}</span>}
        {converted > 0 && <span className="trend-note">{converted} converted into this unit</span>}
      </div>
      <div ref={place} className="trend-plot" aria-hidden="true" />
    </section>
  );
}

/** What stands beside a panel: the value below the cursor, else the last one in sight. */
function readingAt({ readings }: Series, at: number | undefined, { fromMs, toMs }: Stretch): Reading | undefined {
  if (at !== undefined) return readings.findLast(({ atMs }) => atMs <= at && atMs >= fromMs);
  return readings.findLast(({ atMs }) => atMs <= toMs && atMs >= fromMs);
}

function Value({ series, several, reading }: { series: Series; several: boolean; reading: Reading | undefined }) {
  return (
    <span className="trend-value">
      {several && <span className="trend-part">{shortName(series)} </span>}
      {reading === undefined ? (
        'not in sight'
      ) : (
        <strong className={isOut(reading.flag) ? 'out' : ''}>
          {reading.shown || 'missing'} {flagMark[reading.flag ?? 'normal']}
        </strong>
      )}
    </span>
  );
}

/** `Systolic blood pressure` of `Blood pressure` is Systolic. */
const shortName = ({ name, panelName }: Series): string => {
  const rest = name.replace(new RegExp(panelName.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'i'), '').trim();
  return rest === '' ? name : rest;
};

/** As high as the values in sight and their range, so that both can be seen. */
function valueRange(series: readonly Series[], { fromMs, toMs }: Stretch, low: number | null, high: number | null): [number, number] {
  let [least, most] = [low ?? Number.POSITIVE_INFINITY, high ?? Number.NEGATIVE_INFINITY];
  for (const { readings } of series)
    for (const one of readings) {
      if (one.atMs < fromMs || one.atMs > toMs) continue;
      least = Math.min(least, one.low ?? least);
      most = Math.max(most, one.high ?? most);
    }
  if (!Number.isFinite(least) || !Number.isFinite(most)) return [0, 1];
  const air = (most - least || Math.abs(most) || 1) * 0.12;
  return [least - air, most + air];
}
