// How a syndrome moves, in three sentences: what of the last days is still to be told, how fast it grows, how many one infects.
import { showDate } from '../../parts/dates.ts';
import type { Late } from './api.ts';

export function LateFacts({ late }: { late: Late }) {
  const last = late.days.at(-1);
  const missing = late.days.reduce((sum, { estimate, reported }) => sum + estimate - reported, 0);
  const r = late.reproduction.at(-1);
  return (
    <dl className="facts">
      <div>
        <dt>Still to be told</dt>
        <dd>
          {late.none ??
            (missing === 0
              ? 'nothing: cases were told on their day'
              : `about ${missing} of the last ${late.days.length} days; of the last day ${last?.reported} are known, ${last?.estimate} expected (${last?.lower} to ${last?.upper})`)}
        </dd>
      </div>
      <div>
        <dt>Growth</dt>
        <dd>{growthWords(late.growth)}</dd>
      </div>
      <div>
        <dt>Reproduction number</dt>
        <dd>
          {r === undefined
            ? 'too few cases'
            : `${r.mean.toFixed(2)} (${r.lower.toFixed(2)} to ${r.upper.toFixed(2)}) in the week to ${showDate(r.last)}, if one infects the next after ${late.interval.mean} days (deviation ${late.interval.deviation}; influenza)`}
        </dd>
      </div>
    </dl>
  );
}

function growthWords(growth: Late['growth']): string {
  if (growth === null) return 'too few cases';
  const { days, lower, upper } = growth.doubling;
  const span = `${showDate(growth.from)} to ${showDate(growth.to)}`;
  if (lower === null || upper === null) return `neither growth nor decline is sure, ${span}`;
  const [a, b] = [Math.abs(lower), Math.abs(upper)].sort((one, other) => one - other);
  return `${days > 0 ? 'doubles' : 'halves'} in ${Math.abs(days).toFixed(1)} days (${a?.toFixed(1)} to ${b?.toFixed(1)}), ${span}`;
}
