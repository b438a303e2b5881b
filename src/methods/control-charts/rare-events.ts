// Charts of rare events, where a good month has none: how many patients, days or doses came between two cases (g), and how much time (t). More is better,
// so the limit below matters for harm. g: Benneyan JC. Qual Saf Health Care 2001;10:128-38 (geometric distribution from 0). t: Nelson LS. A control
// chart for parts-per-million nonconforming items. J Qual Technol 1994;26:239-40 (x^(1/3.6) is nearly normal, then an XmR chart).
import { type ChartData, type ChartKind, type Limits, meanOf, threeSigma } from './contract.ts';
import { xmr } from './individuals.ts';

const between = ({ values }: ChartData, index: number): number => {
  const value = values[index] ?? Number.NaN;
  return value >= 0 ? value : Number.NaN;
};

export const g: ChartKind = {
  title: 'g (opportunities between cases)',
  needs: 'values',
  drawn: between,
  fit(data, used) {
    const centre = meanOf(used.map((index) => between(data, index)));
    if (!(centre > 0)) return undefined;
    // Most gaps are shorter than the mean: runs are counted about the median, made continuous so that no gap lies on it.
    const middle = Math.max(0, Math.log(2) / Math.log1p(1 / centre) - 0.5);
    const limits: Limits = { ...threeSigma(centre, Math.sqrt(centre * (centre + 1)), 0), middle };
    return () => limits;
  },
  caution: () => [
    'the lower limit of a g chart is 0: that cases came closer together shows as a run below the median, not as a point outside',
  ],
};

const exponent = 1 / 3.6;
const back = (value: number): number => Math.max(0, value) ** (1 / exponent);

export const t: ChartKind = {
  title: 't (time between cases)',
  needs: 'values',
  drawn: between,
  fit(data, used) {
    const limits = xmr.fit({ values: data.values.map((value) => (value >= 0 ? value ** exponent : Number.NaN)) }, used);
    if (limits === undefined) return undefined;
    const { centre, middle, lower, upper, nearLower, nearUpper } = limits(0);
    const times: Limits = {
      centre: back(centre),
      middle: back(middle),
      lower: back(lower),
      upper: back(upper),
      nearLower: back(nearLower),
      nearUpper: back(nearUpper),
    };
    return () => times;
  },
  caution(data, used) {
    const none = used.filter((index) => data.values[index] === 0).length;
    return none > 0 ? [`${none} of the times are 0: two cases at one time; give times to the hour, or a g chart`] : [];
  },
};
