// X-bar and S: means and deviations of small groups of measurements. Montgomery DC. Introduction to Statistical Quality Control, 7th ed., 2013, 6.3.
import { logGamma } from '../statistics/incomplete-integrals.ts';
import { type ChartData, type ChartKind, meanOf, sumOf, threeSigma } from './contract.ts';

/** By how much the deviation of n normal values falls short of sigma; n ≥ 2. */
export const c4 = (n: number): number => Math.sqrt(2 / (n - 1)) * Math.exp(logGamma(n / 2) - logGamma((n - 1) / 2));

const groupAt = ({ subgroups }: ChartData, index: number): readonly number[] => subgroups?.[index]?.filter(Number.isFinite) ?? [];
const meanAt = (data: ChartData, index: number): number => meanOf(groupAt(data, index));
function deviationAt(data: ChartData, index: number): number {
  const group = groupAt(data, index);
  const mean = meanOf(group);
  return group.length < 2 ? Number.NaN : Math.sqrt(sumOf(group.map((each) => (each - mean) ** 2)) / (group.length - 1));
}

/** Sigma of a measurement: the mean of the deviations where groups are equal (divided by c4), pooled variances where they are not. */
function sigmaOf(data: ChartData, used: readonly number[]): number {
  const groups = used.filter((index) => groupAt(data, index).length >= 2);
  const sizes = groups.map((index) => groupAt(data, index).length);
  const deviations = groups.map((index) => deviationAt(data, index));
  if (sizes.length === 0) return Number.NaN;
  if (sizes.every((size) => size === sizes[0])) return meanOf(deviations) / c4(sizes[0] ?? 2);
  return Math.sqrt(sumOf(deviations.map((each, i) => each * each * ((sizes[i] ?? 1) - 1))) / (sumOf(sizes) - sizes.length));
}

export const xbar: ChartKind = {
  title: 'X-bar (means of groups)',
  needs: 'subgroups',
  drawn: meanAt,
  fit(data, used) {
    const sigma = sigmaOf(data, used);
    if (!Number.isFinite(sigma)) return undefined;
    const all = used.flatMap((index) => groupAt(data, index));
    return (index) => threeSigma(meanOf(all), sigma / Math.sqrt(groupAt(data, index).length));
  },
};

export const s: ChartKind = {
  title: 'S (deviations of groups)',
  needs: 'subgroups',
  drawn: deviationAt,
  fit(data, used) {
    const sigma = sigmaOf(data, used);
    if (!Number.isFinite(sigma)) return undefined;
    return (index) => {
      const short = c4(groupAt(data, index).length);
      return threeSigma(short * sigma, sigma * Math.sqrt(1 - short * short), 0);
    };
  },
};
