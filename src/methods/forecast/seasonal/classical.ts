// The classical decomposition by moving averages: a trend, and a season that is the same every time. Kendall M, Stuart A. The Advanced Theory of
// Statistics, 1983, vol 3; as R's decompose().

export type SeasonKind = 'added' | 'multiplied';

/** The season's part of each step; null where there are fewer than two whole seasons. */
export function classicalSeason(values: readonly number[], season: number, kind: SeasonKind): number[] | null {
  const n = values.length;
  if (season < 2 || n < 2 * season) return null;
  const even = season % 2 === 0;
  const reach = Math.floor(season / 2);
  const sums = new Float64Array(season);
  const counts = new Float64Array(season);
  for (let i = reach; i < n - reach; i++) {
    let sum = 0;
    for (let j = -reach; j <= reach; j++) sum += (even && Math.abs(j) === reach ? 0.5 : 1) * values[i + j]!;
    const trend = sum / season;
    const part = kind === 'added' ? values[i]! - trend : values[i]! / trend;
    if (Number.isNaN(part)) continue;
    sums[i % season] = sums[i % season]! + part;
    counts[i % season] = counts[i % season]! + 1;
  }
  const means = Array.from(sums, (sum, i) => sum / counts[i]!);
  const mean = means.reduce((sum, each) => sum + each, 0) / season;
  const figure = means.map((each) => (kind === 'added' ? each - mean : each / mean));
  return figure.every(Number.isFinite) ? values.map((_, i) => figure[i % season]!) : null;
}
