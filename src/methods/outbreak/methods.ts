// Every detector by the name that a person calls it by, with the settings that a person may turn: years of the past and the error of a step.
import { bayes3 } from './bayes.ts';
import { combined } from './combined.ts';
import type { CountSeries, Judged } from './contract.ts';
import { cusum } from './cusum.ts';
import { earsC1, earsC2, earsC3 } from './ears.ts';
import { farrington } from './farrington.ts';
import { farringtonFlexible } from './farrington-flexible.ts';
import { glrnb } from './glrnb.ts';
import { rki3 } from './rki.ts';

export interface Settings {
  /** Years of the past, where the method takes some. */
  years?: number;
  /** Error of a step, where the method takes one. */
  alpha?: number;
}

export interface Detector {
  judge: (series: CountSeries, settings: Settings) => Judged[];
  /** Years of the past that it stands on where nothing is told; undefined where it takes none. */
  years?: number;
  /** Whether it takes an error of a step. */
  takesAlpha: boolean;
  /** Whether counts may be judged as parts of totals. */
  takesTotals?: boolean;
}

/** More steps than a rise lasts, so that a long series stays cheap. */
const longestRise = 104;

export const detectors = {
  'farrington-flexible': {
    judge: (series, { years: b, alpha }) => farringtonFlexible(series, { b, alpha }),
    years: 5,
    takesAlpha: true,
    takesTotals: true,
  },
  farrington: { judge: (series, { years: b, alpha }) => farrington(series, { b, alpha }), years: 3, takesAlpha: true },
  combined: { judge: (series, { years: b, alpha }) => combined(series, { b, alpha }), years: 5, takesAlpha: true, takesTotals: true },
  'ears-c1': { judge: (series, { alpha }) => earsC1(series, { alpha }), takesAlpha: true },
  'ears-c2': { judge: (series, { alpha }) => earsC2(series, { alpha }), takesAlpha: true },
  'ears-c3': { judge: (series, { alpha }) => earsC3(series, { alpha }), takesAlpha: true },
  cusum: {
    judge: (series, { years = 1 }) =>
      cusum(series, { range: { first: years * series.frequency, last: series.observed.length - 1 }, trans: 'rossi' }),
    years: 1,
    takesAlpha: false,
  },
  rki: { judge: (series, { years: b = 2 }) => rki3(series, { b }), years: 2, takesAlpha: false },
  bayes: { judge: (series, { years: b = 2, alpha }) => bayes3(series, { b, alpha }), years: 2, takesAlpha: true },
  glrnb: {
    judge: (series, { years = 2 }) =>
      glrnb(series, {
        range: { first: years * series.frequency, last: series.observed.length - 1 },
        alpha: null,
        M: longestRise,
        ret: 'cases',
      }),
    years: 2,
    takesAlpha: false,
  },
} satisfies Record<string, Detector>;

export type DetectorName = keyof typeof detectors;

export const isDetectorName = (name: string): name is DetectorName => Object.hasOwn(detectors, name);
export const detectorOf = (name: DetectorName): Detector => detectors[name];
