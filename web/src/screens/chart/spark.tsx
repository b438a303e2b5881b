// A small trend beside a value: its shape only, so it is not read aloud; the values stand in the timeline.
import { isOut, type Reading } from './readings.ts';

const [width, height] = [88, 24];

export function Spark({ readings }: { readings: readonly Reading[] }) {
  const known = readings.flatMap(({ atMs, value, flag }) => (value === undefined ? [] : [{ atMs, value, out: isOut(flag) }]));
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined || known.length < 2) return <span className="spark" />;
  const values = known.map(({ value }) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (atMs: number): number => 4 + ((atMs - first.atMs) / (last.atMs - first.atMs || 1)) * (width - 8);
  const y = (value: number): number => height - 5 - ((value - low) / (high - low || 1)) * (height - 10);
  return (
    <svg className="spark" width={width} height={height} aria-hidden="true">
      <polyline points={known.map(({ atMs, value }) => `${x(atMs)},${y(value)}`).join(' ')} />
      {known.map(({ atMs, value, out }) =>
        out || atMs === last.atMs ? (
          out ? (
            <path key={atMs} className="spark-out" d={`M${x(atMs)} ${y(value) - 3.5}l3.5 6h-7z`} />
          ) : (
            <circle key={atMs} cx={x(atMs)} cy={y(value)} r={2.5} />
          )
        ) : null,
      )}
    </svg>
  );
}
