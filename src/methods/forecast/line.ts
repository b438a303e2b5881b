// The straight line of least squares through values at 1, 2, 3, …

export interface Line {
  /** At 0. */
  intercept: number;
  slope: number;
}

export function lineThrough(values: readonly number[]): Line {
  const n = values.length;
  const middle = (n + 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  let cross = 0;
  let squares = 0;
  for (const [i, value] of values.entries()) {
    cross += (i + 1 - middle) * (value - mean);
    squares += (i + 1 - middle) ** 2;
  }
  const slope = squares > 0 ? cross / squares : 0;
  return { intercept: mean - slope * middle, slope };
}
