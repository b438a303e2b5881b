// A season as a sum of sines and cosines, and other inputs, as columns of the past and of the steps ahead.

/** Something known of each step of the past and of the steps ahead: a holiday (1 or 0), a temperature forecast. */
export interface Regressor {
  name: string;
  past: readonly number[];
  future: readonly number[];
}

export interface Columns {
  past: Float64Array[];
  future: Float64Array[];
}

/** Waves number `from` to `to` of a period in steps, which need not be whole. The first step of the past is 1. */
export function waves(period: number, from: number, to: number, n: number, horizon: number): Columns {
  const past: Float64Array[] = [];
  const future: Float64Array[] = [];
  for (let k = from; k <= to; k++) {
    for (const wave of [Math.sin, Math.cos]) {
      if (wave === Math.sin && 2 * k === period) continue;
      const at = (t: number): number => wave((2 * Math.PI * k * t) / period);
      past.push(Float64Array.from({ length: n }, (_, t) => at(t + 1)));
      future.push(Float64Array.from({ length: horizon }, (_, t) => at(n + t + 1)));
    }
  }
  return { past, future };
}

/** Up to this length a season gets all its waves: any shape can be made of them. A longer one that is the series' own gets three. */
export const ownWaves = (season: number): number => (season <= 24 ? Math.floor(season / 2) : 3);

export const joined = (...parts: Columns[]): Columns => ({
  past: parts.flatMap((part) => part.past),
  future: parts.flatMap((part) => part.future),
});

/** Regressors that never change in the past say nothing and are left out; those of the wrong length are a bug of the caller. */
export function given(regressors: readonly Regressor[], n: number, horizon: number): Columns {
  const kept = regressors.filter(({ past }) => past.some((value) => value !== past[0]));
  for (const { name, past, future } of kept) {
    if (past.length !== n || future.length < horizon)
      throw new RangeError(`regressor ${name} has ${past.length} and ${future.length} values`);
  }
  return {
    past: kept.map(({ past }) => Float64Array.from(past)),
    future: kept.map(({ future }) => Float64Array.from(future.slice(0, horizon))),
  };
}
