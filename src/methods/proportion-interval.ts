// A proportion with its interval. Wilson EB. J Am Stat Assoc 1927;22:209-12: holds for small counts and near 0 and 1.

export interface Interval {
  share: number;
  low: number;
  high: number;
}

/** `of` > 0; z 1.96 is 95 %. */
export function wilson(count: number, of: number, z = 1.959963984540054): Interval {
  const share = count / of;
  const square = z * z;
  const middle = (share + square / (2 * of)) / (1 + square / of);
  const half = (z / (1 + square / of)) * Math.sqrt((share * (1 - share)) / of + square / (4 * of * of));
  return { share, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
