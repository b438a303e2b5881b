// Every method by the name that a person calls it by, in one form that can rest in between.
import { bentTrend } from './bent-trend.ts';
import { combine } from './combination.ts';
import type { Forecast, Series } from './contract.ts';
import { ets, ses } from './ets.ts';
import { type HarmonicOptions, searchHarmonic } from './harmonic-regression.ts';
import { seasonalNaive } from './seasonal-naive.ts';
import { stlEts } from './stl-ets.ts';
import { theta } from './theta.ts';

export type SteppedMethod = (series: Series, options: HarmonicOptions) => Generator<unknown, Forecast | null>;

/** A method of some milliseconds, as one step. */
const atOnce = (method: (series: Series, options: HarmonicOptions) => Forecast | null): SteppedMethod =>
  function* once(series, options) {
    yield series.season;
    return method(series, options);
  };

export const forecastMethods = {
  combination: combine,
  ets: atOnce(ets),
  theta: atOnce(theta),
  stl: atOnce(stlEts),
  ses: atOnce(ses),
  harmonic: searchHarmonic,
  'bent-trend': atOnce(bentTrend),
  'seasonal-naive': atOnce(seasonalNaive),
} satisfies Record<string, SteppedMethod>;

export type MethodName = keyof typeof forecastMethods;

export const isMethodName = (name: string): name is MethodName => Object.hasOwn(forecastMethods, name);
