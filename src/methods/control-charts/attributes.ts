// Charts of counts: p and np (how many of those examined), u and c (how many in an area of opportunity). Montgomery DC. Introduction to Statistical
// Quality Control, 7th ed., 2013, chapter 7. p′ and u′ for denominators so large that chance alone no longer explains the scatter: Laney DB. Improved
// control charts for attributes. Qual Eng 2002;14:531-7.
import { type ChartData, type ChartKind, type Limits, meanOf, sumOf, threeSigma } from './contract.ts';
import { movingRanges } from './individuals.ts';

const countAt = ({ values }: ChartData, index: number): number => values[index] ?? Number.NaN;
const denominatorAt = ({ denominators }: ChartData, index: number): number => denominators?.[index] ?? Number.NaN;

/** A part of those examined; none where nobody was examined, or more are counted than were examined. */
function shareAt(data: ChartData, index: number): number {
  const [count, of] = [countAt(data, index), denominatorAt(data, index)];
  return of > 0 && count >= 0 && count <= of ? count / of : Number.NaN;
}
function rateAt(data: ChartData, index: number): number {
  const [count, of] = [countAt(data, index), denominatorAt(data, index)];
  return of > 0 && count >= 0 ? count / of : Number.NaN;
}

const pooled = (data: ChartData, used: readonly number[]): number =>
  sumOf(used.map((index) => countAt(data, index))) / sumOf(used.map((index) => denominatorAt(data, index)));

/** Below about this many expected cases a normal limit is coarse. */
const expectedLeast = 5;
function smallNumbers(data: ChartData, used: readonly number[]): string[] {
  const centre = pooled(data, used);
  const small = used.filter((index) => denominatorAt(data, index) * Math.min(centre, 1) < expectedLeast).length;
  return small === 0
    ? []
    : [
        `${small} of ${used.length} points expect fewer than ${expectedLeast} cases: limits are coarse and a fall cannot show; take longer steps, or a g or t chart`,
      ];
}

/** One scatter for a point, by its denominator. */
type Scatter = (centre: number, denominator: number) => number;
const ofShare: Scatter = (centre, of) => Math.sqrt((centre * (1 - centre)) / of);
const ofRate: Scatter = (centre, of) => Math.sqrt(centre / of);

/** Laney's sigma of z is the mean moving range by this. */
const d2 = 1.128;

/** After Laney the limits are as much wider as neighbours differ more than chance says. */
function attribute(title: string, drawn: ChartKind['drawn'], scatter: Scatter, most: number, laney: boolean): ChartKind {
  return {
    title,
    needs: 'denominators',
    drawn,
    fit(data, used) {
      const centre = pooled(data, used);
      if (!Number.isFinite(centre)) return undefined;
      let widen = 1;
      if (laney) {
        const z: number[] = [];
        for (const index of used) z[index] = (drawn(data, index) - centre) / (scatter(centre, denominatorAt(data, index)) || 1);
        const ranges = movingRanges(z, used);
        if (ranges.length === 0) return undefined;
        widen = meanOf(ranges.map(({ range }) => range)) / d2;
      }
      return (index) => threeSigma(centre, widen * scatter(centre, denominatorAt(data, index)), 0, most);
    },
    caution: smallNumbers,
  };
}

export const p = attribute('p (share)', shareAt, ofShare, 1, false);
export const u = attribute('u (rate)', rateAt, ofRate, Number.POSITIVE_INFINITY, false);
export const pLaney = attribute('p′ (share, after Laney)', shareAt, ofShare, 1, true);
export const uLaney = attribute('u′ (rate, after Laney)', rateAt, ofRate, Number.POSITIVE_INFINITY, true);

/** The p chart in counts: its centre moves with the denominators. */
export const np: ChartKind = {
  title: 'np (count of those examined)',
  needs: 'denominators',
  drawn: (data, index) => shareAt(data, index) * denominatorAt(data, index),
  fit(data, used) {
    const limits = p.fit(data, used);
    if (limits === undefined) return undefined;
    return (index) => {
      const of = denominatorAt(data, index);
      const { centre, middle, lower, upper, nearLower, nearUpper } = limits(index);
      const counts: Limits = {
        centre: centre * of,
        middle: middle * of,
        lower: lower * of,
        upper: upper * of,
        nearLower: nearLower * of,
        nearUpper: nearUpper * of,
      };
      return counts;
    };
  },
  caution: smallNumbers,
};

export const c: ChartKind = {
  title: 'c (count)',
  needs: 'values',
  drawn: (data, index) => (countAt(data, index) >= 0 ? countAt(data, index) : Number.NaN),
  fit(data, used) {
    const centre = meanOf(used.map((index) => countAt(data, index)));
    const limits = threeSigma(centre, Math.sqrt(centre), 0);
    return () => limits;
  },
  caution(data, used) {
    const centre = meanOf(used.map((index) => countAt(data, index)));
    return centre < expectedLeast
      ? [`the mean is below ${expectedLeast} cases: limits are coarse and a fall cannot show; take longer steps, or a g or t chart`]
      : [];
  },
};
