// The charts: a series with limits, wards in a funnel, a small line for the list. Signs have a shape of their own beside their colour; beneath each chart
// stands its table.

import type { DrawnPoint, Funnel, OneIndicator, OutcomeNote } from './api.ts';
import { shownDay } from './note-days.ts';
import { pathOf, scaleOf, shownNumber, shownPeriod } from './shape.ts';

const width = 900;
const height = 320;
const edge = { left: 62, right: 96, top: 26, bottom: 40 };

export function Sparkline({ points, worse }: { points: readonly { value: number | null }[]; worse: boolean }) {
  const y = scaleOf(
    points.map(({ value }) => value),
    26,
    2,
  );
  const x = (n: number): number => 2 + (n / Math.max(1, points.length - 1)) * 116;
  const last = points.findLastIndex(({ value }) => value !== null);
  const value = points[last]?.value;
  return (
    <svg className="spark" viewBox="0 0 120 28" aria-hidden="true">
      <path d={pathOf(points.map((point, n) => (point.value === null ? null : [x(n), y(point.value)])))} className="spark-line" />
      {value !== undefined && value !== null && (
        <circle cx={x(last)} cy={y(value)} r="2.6" className={worse ? 'spark-worse' : 'spark-dot'} />
      )}
    </svg>
  );
}

export function ControlChart({
  data,
  notes,
  onPoint,
}: {
  data: OneIndicator;
  notes: readonly OutcomeNote[];
  onPoint(period: string): void;
}) {
  const { points } = data.chart;
  const y = scaleOf(
    points.flatMap(({ value, limits, left }) => [value, ...(left === undefined ? [limits?.upper, limits?.lower] : [])]),
    height - edge.bottom,
    edge.top,
  );
  const x = (n: number): number => edge.left + ((n + 0.5) / Math.max(1, points.length)) * (width - edge.left - edge.right);
  const half = (width - edge.left - edge.right) / Math.max(1, points.length) / 2;
  const steps = (which: 'upper' | 'lower' | 'centre'): string =>
    pathOf(
      points.flatMap(({ limits, left }, n) =>
        limits === null || left !== undefined
          ? [null]
          : [[x(n) - half, y(limits[which])] as const, [x(n) + half, y(limits[which])] as const],
      ),
    );
  const every = Math.ceil(points.length / 9);
  const last = points.findLast(({ limits, left }) => limits !== null && left === undefined)?.limits;
  const shape = ({ broken, left }: DrawnPoint): 'left' | 'sign' | 'usual' =>
    left !== undefined ? 'left' : broken.length > 0 ? 'sign' : 'usual';
  return (
    <svg
      className="chart"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`${data.indicator.title}, control chart; the table beneath has every point`}
    >
      {y.ticks.map((tick) => (
        <g key={tick}>
          <line x1={edge.left} x2={width - edge.right} y1={y(tick)} y2={y(tick)} className="grid" />
          <text x={edge.left - 8} y={y(tick) + 4} textAnchor="end" className="axis">
            {shownNumber(tick)}
          </text>
        </g>
      ))}
      <text x={edge.left} y={14} className="axis">
        {data.indicator.unit}
      </text>
      <path d={steps('upper')} className="limit" />
      <path d={steps('lower')} className="limit" />
      <path d={steps('centre')} className="centre" />
      {last !== undefined && last !== null && (
        <>
          <text x={width - edge.right + 6} y={y(last.upper) + 4} className="axis">
            upper {shownNumber(last.upper)}
          </text>
          <text x={width - edge.right + 6} y={y(last.centre) + 4} className="axis strong">
            middle {shownNumber(last.centre)}
          </text>
          {y(last.lower) - y(last.centre) > 14 && (
            <text x={width - edge.right + 6} y={y(last.lower) + 4} className="axis">
              lower {shownNumber(last.lower)}
            </text>
          )}
        </>
      )}
      {notes.map((note) => {
        const at = points.findLastIndex(({ period }) => (period.length === 7 ? `${period}-01` : period) <= note.day);
        if (at < 0) return null;
        return (
          <g key={note.id}>
            <line x1={x(at) - half} x2={x(at) - half} y1={edge.top} y2={height - edge.bottom} className="note-line" />
            <text x={x(at) - half + 4} y={edge.top - 4} className="axis note-words">
              ▼ {note.words.slice(0, 40)}
            </text>
          </g>
        );
      })}
      <path d={pathOf(points.map(({ value }, n) => (value === null ? null : [x(n), y(value)])))} className="series" />
      {points.map((point, n) =>
        point.value === null ? null : (
          // biome-ignore lint/a11y/noStaticElementInteractions: the table beneath has a link for each point
          <g key={point.period} onClick={() => onPoint(point.period)} className={`point point-${shape(point)}`}>
            <title>
              {shownPeriod(point.period)}: {shownNumber(point.value)}
              {point.left === undefined ? '' : ` (${point.left})`}
            </title>
            {shape(point) === 'sign' ? (
              <path d={`M${x(n)} ${y(point.value) - 7}l7 7l-7 7l-7 -7z`} />
            ) : (
              <circle cx={x(n)} cy={y(point.value)} r={4} />
            )}
          </g>
        ),
      )}
      {points.map(({ period }, n) =>
        n % every === 0 ? (
          <text key={period} x={x(n)} y={height - edge.bottom + 18} textAnchor="middle" className="axis">
            {period.length === 7 ? shownPeriod(period) : shownDay(period)}
          </text>
        ) : null,
      )}
    </svg>
  );
}

export function FunnelPlot({ data, title }: { data: Funnel; title: string }) {
  const most = data.lines.at(-1)?.denominator ?? 1;
  const shownLimits = data.lines.slice(2).flatMap(({ limits }) => limits.map(({ upper }) => upper));
  const y = scaleOf([...data.units.map(({ value }) => value), data.target, 0, ...shownLimits], height - edge.bottom, edge.top);
  const x = (denominator: number): number => edge.left + (denominator / most) * (width - edge.left - edge.right);
  const clipped = (value: number): number => Math.max(edge.top - 6, y(value));
  const line = (n: number, which: 'lower' | 'upper'): string =>
    pathOf(data.lines.map(({ denominator, limits }) => (limits[n] === undefined ? null : [x(denominator), clipped(limits[n][which])])));
  const levels = data.lines[0]?.limits.map(({ level }) => level) ?? [];
  return (
    <svg
      className="chart"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`${title}, funnel plot of wards; the table beneath has every ward`}
    >
      {y.ticks.map((tick) => (
        <g key={tick}>
          <line x1={edge.left} x2={width - edge.right} y1={y(tick)} y2={y(tick)} className="grid" />
          <text x={edge.left - 8} y={y(tick) + 4} textAnchor="end" className="axis">
            {shownNumber(tick)}
          </text>
        </g>
      ))}
      <text x={edge.left} y={14} className="axis">
        {data.unit}
      </text>
      <line x1={edge.left} x2={width - edge.right} y1={y(data.target)} y2={y(data.target)} className="centre" />
      {levels.map((level, n) => (
        <g key={level} className={n === 0 ? 'limit-near' : ''}>
          <path d={line(n, 'upper')} className="limit" />
          <path d={line(n, 'lower')} className="limit" />
          <text x={width - edge.right + 6} y={clipped(data.lines.at(-1)?.limits[n]?.upper ?? 0) + 4} className="axis">
            {level} %
          </text>
        </g>
      ))}
      {data.units.map(({ name, denominator, value, beyond }) => (
        <g key={name} className={`point point-${beyond === null ? 'usual' : 'sign'}`}>
          <title>
            {name}: {shownNumber(value)}
          </title>
          {beyond === null ? (
            <circle cx={x(denominator)} cy={y(value)} r={5} />
          ) : (
            <path d={`M${x(denominator)} ${y(value) - 8}l8 8l-8 8l-8 -8z`} />
          )}
          <text x={x(denominator) + 9} y={y(value) - 6} className="axis">
            {name.slice(0, 24)}
          </text>
        </g>
      ))}
      <text x={(width - edge.right + edge.left) / 2} y={height - 8} textAnchor="middle" className="axis">
        {data.kind === 'rate' ? 'days or doses' : 'cases'} in the denominator (0 to {shownNumber(most)})
      </text>
    </svg>
  );
}
