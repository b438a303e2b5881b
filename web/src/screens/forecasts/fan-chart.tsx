// A fan: what came, what is expected with its ranges, and a line that it is held against. The numbers stand below as a table.
import type { ReactNode } from 'react';
import { bandOf, type FanSeries, fanSize, lineOf, roundUp, ticksOf, xOf, yOf } from './fan.ts';

export interface Band {
  name: string;
  from: number;
  lower: readonly number[];
  upper: readonly number[];
  /** `before`: what had been said of the past. */
  kind: 'wide' | 'narrow' | 'before';
}

export interface FanProps {
  /** In a sentence, for whoever does not see it. */
  says: string;
  /** A place along the time each; some of them are written below the chart. */
  marks: { at: number; words: string }[];
  length: number;
  came: { from: number; values: readonly number[] };
  expected: { from: number; values: readonly number[] };
  bands: readonly Band[];
  line?: { value: number; words: string };
  /** Where the past ends. */
  now?: number;
  unit: string;
}

export function FanChart({ says, marks, length, came, expected, bands, line, now, unit }: FanProps): ReactNode {
  const highest = Math.max(1, line?.value ?? 0, ...came.values, ...bands.flatMap(({ upper }) => upper), ...expected.values);
  const series: FanSeries = { length, most: roundUp(highest * 1.04) };
  const { width, height, left, right, top, bottom } = fanSize;
  return (
    <svg className="fan" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={says}>
      {ticksOf(series.most).map((tick) => (
        <g key={tick}>
          <line className="fan-grid" x1={left} x2={width - right} y1={yOf(series, tick)} y2={yOf(series, tick)} />
          <text className="fan-words" x={left - 6} y={yOf(series, tick) + 4} textAnchor="end">
            {tick}
          </text>
        </g>
      ))}
      {bands.map((band) => (
        <path key={band.name} className={`fan-${band.kind}`} d={bandOf(series, band.from, band.lower, band.upper)} />
      ))}
      {now !== undefined && <line className="fan-now" x1={xOf(series, now)} x2={xOf(series, now)} y1={top} y2={height - bottom} />}
      {line !== undefined && (
        <g>
          <line className="fan-line" x1={left} x2={width - right} y1={yOf(series, line.value)} y2={yOf(series, line.value)} />
          <text
            className="fan-words fan-line-words"
            x={width - right - 4}
            y={Math.max(top + 24, yOf(series, line.value) - 5)}
            textAnchor="end"
          >
            {line.words}
          </text>
        </g>
      )}
      <path className="fan-came" d={lineOf(series, came.from, came.values)} />
      <path className="fan-expected" d={lineOf(series, expected.from, expected.values)} />
      {marks.map(({ at, words }) => (
        <text key={at} className="fan-words" x={xOf(series, at)} y={height - 10} textAnchor={at === 0 ? 'start' : 'middle'}>
          {words}
        </text>
      ))}
      <text className="fan-words" x={width - right} y={top + 10} textAnchor="end">
        {unit}
      </text>
    </svg>
  );
}

/** Numbers of a chart, closed until somebody wants them. */
export function AsTable({
  name,
  heads,
  rows,
}: {
  name: string;
  heads: readonly string[];
  rows: readonly (readonly string[])[];
}): ReactNode {
  return (
    <details className="as-table all-on-paper">
      <summary>As a table</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by the arrow keys once it has the focus */}
      <section aria-label={name} tabIndex={0}>
        <table>
          <caption className="unseen">{name}</caption>
          <thead>
            <tr>
              {heads.map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row[0]}>
                {row.map((cell, i) => (
                  <td key={heads[i]}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}
