// The fifteen models of exponential smoothing that are stable enough to be chosen among: error, trend and season, each absent, added or multiplied.
// Hyndman RJ, Koehler AB, Snyder RD, Grose S. Int J Forecast 2002;18:439-54; Hyndman et al. Forecasting with Exponential Smoothing, 2008.

export interface SmoothingModel {
  error: 'A' | 'M';
  trend: 'N' | 'A' | 'Ad';
  season: 'N' | 'A' | 'M';
}

/** In the order in which they are tried; a tie goes to the first. Added errors with a multiplied season are unstable and left out. */
export const models: readonly SmoothingModel[] = (['A', 'M'] as const).flatMap((error) =>
  (['N', 'Ad', 'A'] as const).flatMap((trend) =>
    (error === 'A' ? (['N', 'A'] as const) : (['N', 'A', 'M'] as const)).map((season) => ({ error, trend, season })),
  ),
);

export const modelName = (model: SmoothingModel): string => `ETS(${model.error},${model.trend},${model.season})`;

/** Smoothing weights: level, trend, season, and how fast the trend fades. What a model has not is 0 (phi: 1). */
export interface Weights {
  alpha: number;
  beta: number;
  gamma: number;
  phi: number;
}

/** How many of the weights the model has; they stand in the order alpha, beta, gamma, phi. */
export const weightCount = (model: SmoothingModel): number =>
  1 + Number(model.trend !== 'N') + Number(model.season !== 'N') + Number(model.trend === 'Ad');

/** The weights that stand at the front of a vector of parameters. */
export function weightsOf(model: SmoothingModel, parameters: Float64Array): Weights {
  let at = 1;
  return {
    alpha: parameters[0]!,
    beta: model.trend === 'N' ? 0 : parameters[at++]!,
    gamma: model.season === 'N' ? 0 : parameters[at++]!,
    phi: model.trend === 'Ad' ? parameters[at]! : 1,
  };
}
