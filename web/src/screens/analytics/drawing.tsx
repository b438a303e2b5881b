// Charts of an answer, drawn as SVG by scales and shapes of d3. Marks lead where the question says; the table beneath says the same in
// words. Series differ by colour, by dash and by name.
import { useElementSize } from '@mantine/hooks';
import { scaleBand, scaleLinear, scalePoint, scaleUtc } from 'd3-scale';
import { area, line, stack } from 'd3-shape';
import type { ReactNode } from 'react';
import { showDate } from '../../parts/dates.ts';
import type { Answer, ChartWish } from './api.ts';
import { type Plotted, plotted, type Series } from './plotted.ts';

/** Address of where a row of the answer leads, if anywhere. */
export type Leads = ((row: number) => { to: string; asked: Record<string, string> } | undefined) | undefined;

export interface DrawingProps {
  answer: Answer;
  wish: ChartWish;
  title: string;
  height: number;
  link(row: number, words: string, mark: ReactNode): ReactNode;
}

const inset = { top: 18, right: 26, bottom: 26, left: 46 };
const dashes = ['', '6 3', '2 3', '8 3 2 3', '1 4', '10 4', '4 2 1 2', '12 3 3 3', '3 6', '6 6'];

export function Drawing({ answer, wish, title, height, link }: DrawingProps) {
  const { ref, width } = useElementSize();
  if (wish.kind === 'number') return <BigNumber answer={answer} wish={wish} link={link} />;
  const data = plotted(answer, wish);
  if (data === undefined) return <p className="soft">The answer has no columns for this chart: choose others, or the table.</p>;
  if (data.series.length === 0) return <p className="soft">Nothing to draw: no row has a value.</p>;
  const Kind =
    data.x.axis === 'words' && wish.kind === 'bar'
      ? Lying
      : wish.kind === 'heat'
        ? Heat
        : wish.kind === 'stacked' || wish.kind === 'bar'
          ? Standing
          : Lines;
  const tall = Kind === Lying ? Math.max(height, 22 * pointsOf(data.series).length + 12) : height;
  return (
    <figure className="drawing" ref={ref}>
      {width > 0 && (
        // biome-ignore lint/a11y/useSemanticElements: inside is a drawing whose marks may be links, which a picture would swallow
        <svg width={width} height={tall} role="group" aria-label={`${title}: ${inWords(data)}`}>
          <Kind data={data} wish={wish} width={width} height={tall} link={link} />
        </svg>
      )}
      {data.series.length > 1 && wish.kind !== 'heat' && <Legend series={data.series} />}
      {(data.missing > 0 || data.left > 0) && (
        <figcaption className="soft">
          {data.missing > 0 && `${data.missing} rows without a value are not drawn. `}
          {data.left > 0 && `${data.left} smaller series are not drawn: they are in the table.`}
        </figcaption>
      )}
    </figure>
  );
}

const pointsOf = (series: readonly Series[]) => series.flatMap(({ points }) => points);
const shown = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 2 });

function inWords({ series, y }: Plotted): string {
  const values = pointsOf(series).map((point) => point.y);
  return `${values.length} values of ${y.column}${y.unit === '' ? '' : ` in ${y.unit}`}, from ${shown(Math.min(...values))} to ${shown(Math.max(...values))}`;
}

function BigNumber({ answer, wish, link }: Pick<DrawingProps, 'answer' | 'wish' | 'link'>) {
  const at = Math.max(
    0,
    answer.columns.findIndex(({ name }) => name === wish.y),
  );
  const value = answer.rows[0]?.[at];
  const text = typeof value === 'number' ? shown(value) : value === null || value === undefined ? 'none' : String(value);
  const words = `${text} ${wish.unit ?? ''}`.trim();
  return (
    <p className="big-number">
      {link(0, words, <span>{text}</span>)} {wish.unit !== undefined && <span className="soft">{wish.unit}</span>}
    </p>
  );
}

interface KindProps {
  data: Plotted;
  wish: ChartWish;
  width: number;
  height: number;
  link: DrawingProps['link'];
}

/** Where a value is put along the horizontal axis, its ticks and the words of a place. */
function along(data: Plotted, width: number) {
  const range: [number, number] = [inset.left, width - inset.right];
  const places = pointsOf(data.series).map(({ x }) => x);
  if (data.x.axis === 'words') {
    const scale = scalePoint([...new Set(places.map(String))], range).padding(0.5);
    return {
      at: (x: number | string) => scale(String(x)) ?? 0,
      ticks: scale.domain().map((x) => ({ x, words: x.slice(0, 12) })),
      says: String,
    };
  }
  const numbers = places.map(Number);
  const domain = [Math.min(...numbers), Math.max(...numbers)];
  const many = Math.max(2, Math.floor((width - inset.left) / 90));
  if (data.x.axis === 'time') {
    const scale = scaleUtc(domain, range);
    const format = scale.tickFormat(many);
    return {
      at: (x: number | string) => scale(Number(x)),
      ticks: scale.ticks(many).map((x) => ({ x: x.getTime(), words: format(x) })),
      says: momentWords,
    };
  }
  const scale = scaleLinear(domain, range);
  return {
    at: (x: number | string) => scale(Number(x)),
    ticks: scale.ticks(many).map((x) => ({ x, words: shown(x) })),
    says: (x: number | string) => shown(Number(x)),
  };
}

const momentWords = (x: number | string): string => {
  const text = new Date(Number(x)).toISOString();
  return text.endsWith('T00:00:00.000Z') ? showDate(text.slice(0, 10)) : `${showDate(text.slice(0, 10))} ${text.slice(11, 16)}`;
};

const upwards = (low: number, high: number, height: number) =>
  scaleLinear([Math.min(0, low), high === 0 && low === 0 ? 1 : Math.max(0, high)], [height - inset.bottom, inset.top]).nice(4);

function Axes({
  ticks,
  at,
  y,
  unit,
  width,
  height,
}: {
  ticks: { x: number | string; words: string }[];
  at(x: number | string): number;
  y: ReturnType<typeof upwards>;
  unit: string;
  width: number;
  height: number;
}) {
  return (
    <g className="axes">
      <text x={inset.left} y={10}>
        {unit}
      </text>
      {y.ticks(4).map((value) => (
        <g key={value}>
          <line x1={inset.left} x2={width - inset.right} y1={y(value)} y2={y(value)} />
          <text x={inset.left - 6} y={y(value)} dy="0.32em" textAnchor="end">
            {shown(value)}
          </text>
        </g>
      ))}
      {ticks.map(({ x, words }) => (
        <text key={x} x={at(x)} y={height - 8} textAnchor="middle">
          {words}
        </text>
      ))}
    </g>
  );
}

function Lines({ data, wish, width, height, link }: KindProps) {
  const { at, ticks, says } = along(data, width);
  const values = pointsOf(data.series).map((point) => point.y);
  const y = upwards(Math.min(...values), Math.max(...values), height);
  // Dots are shown where they can be told apart; all can be hovered.
  const dots = values.length <= width / 8 || wish.kind === 'scatter';
  return (
    <>
      <Axes ticks={ticks} at={at} y={y} unit={data.y.unit} width={width} height={height} />
      {data.series.map(({ name, points }, index) => {
        const ordered = [...points].sort((a, b) => (a.x < b.x ? -1 : a.x > b.x ? 1 : 0));
        const path =
          line<(typeof points)[number]>(
            (point) => at(point.x),
            (point) => y(point.y),
          )(ordered) ?? '';
        return (
          <g key={name} className={`series s${index}`}>
            {wish.kind === 'area' && (
              <path
                className="filled"
                d={
                  area<(typeof points)[number]>(
                    (point) => at(point.x),
                    y(0),
                    (point) => y(point.y),
                  )(ordered) ?? ''
                }
              />
            )}
            {wish.kind !== 'scatter' && <path className="line" d={path} strokeDasharray={dashes[index]} />}
            {ordered.map((point) => {
              const words = `${name === '' ? '' : `${name}, `}${says(point.x)}: ${shown(point.y)} ${data.y.unit}`.trim();
              return (
                <g key={point.row}>
                  {link(
                    point.row,
                    words,
                    <>
                      {dots && <circle className="dot" cx={at(point.x)} cy={y(point.y)} r={2.5} />}
                      <circle className="touch" cx={at(point.x)} cy={y(point.y)} r={6}>
                        <title>{words}</title>
                      </circle>
                    </>,
                  )}
                </g>
              );
            })}
          </g>
        );
      })}
    </>
  );
}

function Standing({ data, width, height, link }: KindProps) {
  const places = [...new Set(pointsOf(data.series).map(({ x }) => x))].sort((a, b) => (a < b ? -1 : 1));
  const band = scaleBand(places.map(String), [inset.left, width - inset.right]).padding(0.15);
  const byPlace = new Map(places.map((x) => [String(x), new Map<string, { y: number; row: number }>()]));
  for (const { name, points } of data.series) for (const point of points) byPlace.get(String(point.x))?.set(name, point);
  const layers = stack<string>()
    .keys(data.series.map(({ name }) => name))
    .value((x, name) => byPlace.get(x)?.get(name)?.y ?? 0)(places.map(String));
  const ends = layers.flatMap((layer) => layer.flat());
  const y = upwards(Math.min(...ends), Math.max(...ends), height);
  const { says } = along(data, width);
  const every = Math.max(1, Math.ceil((places.length * 56) / Math.max(1, width - inset.left)));
  const ticks = places.filter((_, index) => index % every === 0).map((x) => ({ x, words: shortOf(x, data) }));
  return (
    <>
      <Axes
        ticks={ticks}
        at={(x) => (band(String(x)) ?? 0) + band.bandwidth() / 2}
        y={y}
        unit={data.y.unit}
        width={width}
        height={height}
      />
      {layers.map((layer, index) => (
        <g key={layer.key} className={`series s${index}`}>
          {layer.map(([from, to], place) => {
            const x = places[place]!;
            const point = byPlace.get(String(x))?.get(layer.key);
            if (point === undefined) return null;
            const words = `${layer.key === '' ? '' : `${layer.key}, `}${says(x)}: ${shown(point.y)} ${data.y.unit}`.trim();
            return (
              <g key={String(x)}>
                {link(
                  point.row,
                  words,
                  <rect
                    className="block"
                    x={band(String(x))}
                    width={band.bandwidth()}
                    y={Math.min(y(from), y(to))}
                    height={Math.max(point.y === 0 ? 0 : 1, Math.abs(y(from) - y(to)))}
                  >
                    <title>{words}</title>
                  </rect>,
                )}
              </g>
            );
          })}
        </g>
      ))}
    </>
  );
}

const shortOf = (x: number | string, { x: { axis } }: Plotted): string =>
  axis === 'time'
    ? showDate(new Date(Number(x)).toISOString().slice(0, 10)).slice(0, 6)
    : axis === 'number'
      ? shown(Number(x))
      : String(x).slice(0, 10);

/** Bars of words: the word, the bar, the value. */
function Lying({ data, width, height, link }: KindProps) {
  const points = pointsOf(data.series);
  const left = Math.min(220, width * 0.42);
  const band = scaleBand(
    points.map(({ row }) => String(row)),
    [4, height - 4],
  ).padding(0.2);
  const most = Math.max(0, ...points.map(({ y }) => y));
  const x = scaleLinear([0, most === 0 ? 1 : most], [left, width - 56]);
  const letters = Math.floor(left / 6.6);
  return (
    <g className="series s0">
      {points.map((point) => {
        const top = band(String(point.row)) ?? 0;
        const words = `${point.x}: ${shown(point.y)} ${data.y.unit}`.trim();
        const name = String(point.x);
        return (
          <g key={point.row}>
            {link(
              point.row,
              words,
              <>
                <title>{words}</title>
                <text className="word" x={left - 8} y={top + band.bandwidth() / 2} dy="0.34em" textAnchor="end">
                  {name.length > letters ? `${name.slice(0, letters - 1)}…` : name}
                </text>
                <rect className="block" x={left} y={top} height={band.bandwidth()} width={Math.max(1, x(point.y) - left)} />
                <text className="word" x={Math.max(left + 1, x(point.y)) + 6} y={top + band.bandwidth() / 2} dy="0.34em">
                  {shown(point.y)}
                </text>
              </>,
            )}
          </g>
        );
      })}
    </g>
  );
}

/** Colour from paper to deep by value, with the value in words on each field where there is room. */
function Heat({ data, width, height, link }: KindProps) {
  const rows = [...data.series].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  const places = [...new Set(pointsOf(rows).map(({ x }) => x))].sort((a, b) => (a < b ? -1 : 1));
  const across = scaleBand(places.map(String), [inset.left, width - inset.right]).padding(0.06);
  const down = scaleBand(
    rows.map(({ name }) => name),
    [inset.top, height - inset.bottom],
  ).padding(0.08);
  const most = Math.max(0, ...pointsOf(rows).map(({ y }) => y));
  const roomy = across.bandwidth() > 26;
  return (
    <g className="heat">
      {rows.map(({ name, points }) => (
        <g key={name}>
          <text className="word" x={inset.left - 6} y={(down(name) ?? 0) + down.bandwidth() / 2} dy="0.34em" textAnchor="end">
            {name}
          </text>
          {points.map((point) => {
            const share = most === 0 ? 0 : Math.max(0, point.y / most);
            const words = `${name}, ${shortOf(point.x, data)}: ${shown(point.y)} ${data.y.unit}`.trim();
            return (
              <g key={point.row}>
                {link(
                  point.row,
                  words,
                  <>
                    <rect
                      className="field"
                      x={across(String(point.x))}
                      y={down(name)}
                      width={across.bandwidth()}
                      height={down.bandwidth()}
                      fillOpacity={0.06 + 0.94 * share}
                    >
                      <title>{words}</title>
                    </rect>
                    {roomy && (
                      <text
                        className={share > 0.55 ? 'on-deep' : 'word'}
                        x={(across(String(point.x)) ?? 0) + across.bandwidth() / 2}
                        y={(down(name) ?? 0) + down.bandwidth() / 2}
                        dy="0.34em"
                        textAnchor="middle"
                      >
                        {shown(point.y)}
                      </text>
                    )}
                  </>,
                )}
              </g>
            );
          })}
        </g>
      ))}
      {places
        .filter((_, index) => index % Math.max(1, Math.ceil((places.length * 30) / width)) === 0)
        .map((x) => (
          <text key={String(x)} className="word" x={(across(String(x)) ?? 0) + across.bandwidth() / 2} y={height - 8} textAnchor="middle">
            {shortOf(x, data)}
          </text>
        ))}
    </g>
  );
}

function Legend({ series }: { series: readonly Series[] }) {
  return (
    <ul className="legend">
      {series.map(({ name }, index) => (
        <li key={name}>
          <svg width="26" height="10" aria-hidden="true" className={`series s${index}`}>
            <line className="line" x1="1" x2="25" y1="5" y2="5" strokeDasharray={dashes[index]} />
          </svg>
          <span dir="auto">{name}</span>
        </li>
      ))}
    </ul>
  );
}
