// Information component: log2 of observed by expected, shrunk towards 0 by half a report on each side. Norén GN, Bate A, Orre R, Edwards IR. Stat Med
// 2006;25:3740-57; credibility interval from the gamma posterior: Norén GN, Hopstadius J, Bate A. Stat Methods Med Res 2013;22:57-69.
import { gammaQuantile } from '../statistics/quantiles-by-halving.ts';
import { level } from './contract.ts';

export interface InformationComponent {
  ic: number;
  /** IC025. */
  low: number;
  high: number;
  signal: boolean;
}

const shrinkage = 0.5;

/** Of any observed and expected count, so that the expected one may come from strata. */
export function informationComponent(observed: number, expected: number): InformationComponent {
  const at = (probability: number): number => Math.log2(gammaQuantile(probability, observed + shrinkage, expected + shrinkage));
  const low = at((1 - level / 100) / 2);
  return {
    ic: Math.log2((observed + shrinkage) / (expected + shrinkage)),
    low,
    high: at(1 - (1 - level / 100) / 2),
    signal: low > 0,
  };
}
