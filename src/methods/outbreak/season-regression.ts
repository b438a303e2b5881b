// Poisson regression of counts on seasons and a straight trend, made for many fits of some hundred weeks: with one level a season the normal
// equations solve in closed form (the trend from deviations within seasons), so that a step is one pass over numbers and allocates nothing.
// Steps, start and end are those of R's glm (McCullagh P, Nelder JA. Generalized Linear Models, 2nd ed., 1989, 2.5), so that figures are R's.

/** The past that is fitted and the room to fit it in; made once a series and filled anew for each week. */
export interface SeasonRoom {
  /** How many of the places below are used. */
  length: number;
  readonly counts: Float64Array;
  /** In steps before the one that is judged: negative. */
  readonly times: Float64Array;
  /** Which season each lies in, 0 that of the step that is judged. */
  readonly seasons: Uint8Array;
  readonly priorWeights: Float64Array;
  /** ln of what each count is a share of, 0 where that is not asked; and that of the step that is judged. */
  readonly offsets: Float64Array;
  offsetNow: number;
  /** ln(count + 0.1) and count · ln(count): asked for in every fit. */
  readonly starts: Float64Array;
  readonly selfLogs: Float64Array;
  readonly means: Float64Array;
  readonly predictors: Float64Array;
  readonly working: Float64Array;
  /** By season: sums of weights, of weighted times and targets, and the level. */
  readonly weightOf: Float64Array;
  readonly timeOf: Float64Array;
  readonly targetOf: Float64Array;
  readonly levelOf: Float64Array;
}

const seasonsMax = 256;

export function seasonRoom(lengthMax: number): SeasonRoom {
  const row = (): Float64Array => new Float64Array(lengthMax);
  const bySeason = (): Float64Array => new Float64Array(seasonsMax);
  return {
    length: 0,
    counts: row(),
    times: row(),
    seasons: new Uint8Array(lengthMax),
    priorWeights: row(),
    offsets: row(),
    offsetNow: 0,
    starts: row(),
    selfLogs: row(),
    means: row(),
    predictors: row(),
    working: row(),
    weightOf: bySeason(),
    timeOf: bySeason(),
    targetOf: bySeason(),
    levelOf: bySeason(),
  };
}

/** Puts a week of the past behind those that are there. */
export function addWeek(room: SeasonRoom, count: number, time: number, season: number, offset = 0): void {
  const i = room.length++;
  room.counts[i] = count;
  room.times[i] = time;
  room.seasons[i] = season;
  room.priorWeights[i] = 1;
  room.offsets[i] = offset;
  room.starts[i] = Math.log(count + 0.1);
  room.selfLogs[i] = count > 0 ? count * Math.log(count) : 0;
}

export interface SeasonFit {
  /** ln of the mean of the step that is judged. */
  predictor: number;
  /** By the dispersion: the variance of the predictor. */
  unscaledVariance: number;
  /** By step; 0 without a trend. */
  slope: number;
  unscaledSlopeVariance: number;
  /** Pearson's χ² by the degrees of freedom. */
  dispersion: number;
  degreesOfFreedom: number;
  /** Whether the steps came to rest. */
  settled: boolean;
  /** What a leverage is made from. */
  trend: { spread: number; centre: number } | null;
}

const stepsMax = 25;
const rest = 1e-8;

/** Undefined where the step that is judged has no season in the past, no degree of freedom is left or a trend has no two times to stand on. */
export function fitSeasons(room: SeasonRoom, withTrend: boolean): SeasonFit | undefined {
  const { length: n, counts, times, seasons, priorWeights, offsets, starts, selfLogs, means, predictors, working } = room;
  const { weightOf, timeOf, targetOf, levelOf } = room;
  let last = 0;
  let centre = 0;
  let before = 0;
  for (let i = 0; i < n; i++) {
    const count = counts[i]!;
    last = Math.max(last, seasons[i]!);
    centre += times[i]! / n;
    predictors[i] = starts[i]!;
    means[i] = count + 0.1;
    before += 2 * priorWeights[i]! * (selfLogs[i]! - count * starts[i]! + 0.1);
  }
  let settled = false;
  let slope = 0;
  let spread = 0;
  let used = 0;
  for (let step = 0; step < stepsMax && !settled; step++) {
    for (let g = 0; g <= last; g++) {
      weightOf[g] = 0;
      timeOf[g] = 0;
      targetOf[g] = 0;
    }
    let timeTime = 0;
    let timeTarget = 0;
    for (let i = 0; i < n; i++) {
      const mean = means[i]!;
      const weight = mean * priorWeights[i]!;
      const target = predictors[i]! - offsets[i]! + counts[i]! / mean - 1;
      const time = times[i]! - centre;
      const g = seasons[i]!;
      working[i] = weight;
      weightOf[g]! += weight;
      timeOf[g]! += weight * time;
      targetOf[g]! += weight * target;
      timeTime += weight * time * time;
      timeTarget += weight * time * target;
    }
    spread = timeTime;
    let along = timeTarget;
    used = 0;
    for (let g = 0; g <= last; g++) {
      const weight = weightOf[g]!;
      if (weight === 0) continue;
      used++;
      spread -= timeOf[g]! ** 2 / weight;
      along -= (timeOf[g]! * targetOf[g]!) / weight;
    }
    if (weightOf[0] === 0 || n - used - Number(withTrend) <= 0) return undefined;
    if (withTrend && !(spread > 1e-11 * timeTime)) return undefined;
    slope = withTrend ? along / spread : 0;
    for (let g = 0; g <= last; g++) levelOf[g] = weightOf[g] === 0 ? 0 : (targetOf[g]! - slope * timeOf[g]!) / weightOf[g]!;
    let now = 0;
    for (let i = 0; i < n; i++) {
      const predictor = levelOf[seasons[i]!]! + slope * (times[i]! - centre) + offsets[i]!;
      const mean = Math.exp(predictor);
      const count = counts[i]!;
      predictors[i] = predictor;
      means[i] = mean;
      now += 2 * priorWeights[i]! * (selfLogs[i]! - count * predictor + mean - count);
    }
    if (!Number.isFinite(now)) return undefined;
    settled = Math.abs(now - before) / (0.1 + Math.abs(now)) < rest;
    before = now;
  }
  const degreesOfFreedom = n - used - Number(withTrend);
  let pearson = 0;
  for (let i = 0; i < n; i++) pearson += working[i]! * (counts[i]! / means[i]! - 1) ** 2;
  const distance = -centre - timeOf[0]! / weightOf[0]!;
  return {
    predictor: levelOf[0]! - slope * centre + room.offsetNow,
    unscaledVariance: 1 / weightOf[0]! + (withTrend ? distance ** 2 / spread : 0),
    slope,
    unscaledSlopeVariance: withTrend ? 1 / spread : Number.NaN,
    dispersion: pearson / degreesOfFreedom,
    degreesOfFreedom,
    settled,
    trend: withTrend ? { spread, centre } : null,
  };
}

/** The share that a week has in its own fit. */
export function leverage(room: SeasonRoom, { trend }: SeasonFit, i: number): number {
  const g = room.seasons[i]!;
  const weight = room.weightOf[g]!;
  const within = trend === null ? 0 : (room.times[i]! - trend.centre - room.timeOf[g]! / weight) ** 2 / trend.spread;
  return room.working[i]! * (1 / weight + within);
}
