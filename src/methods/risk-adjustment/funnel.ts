// A funnel plot: units beside each other, with limits that narrow as units grow. Exact limits of the binomial or Poisson distribution, interpolated between
// counts as in Spiegelhalter DJ. Funnel plots for comparing institutional performance. Stat Med 2005;24:1185-202, appendix A.1.1; overdispersion by the
// winsorised φ, multiplicative or additive, of the same author: Handling over-dispersion of performance indicators. Qual Saf Health Care 2005;14:347-51.
import { fail, ok, type Result } from '../../fhir/result.ts';
import { betaShare, gammaTail } from '../statistics/incomplete-integrals.ts';
import { normalQuantile } from '../statistics/normal.ts';

export interface Unit {
  name: string;
  observed: number;
  /** Cases (proportion), exposure (rate) or expected cases (ratio). */
  denominator: number;
}

export type FunnelKind = 'proportion' | 'rate' | 'ratio';
export type Overdispersion = 'none' | 'multiplicative' | 'additive';

export interface FunnelOptions {
  /** What all are held to; otherwise the mean of all units (of a ratio: 1). */
  target?: number;
  /** 95 and 99.8: two and three deviations. */
  levels?: readonly number[];
  /** Limits between two counts, so that they are smooth; otherwise they are at counts, and wider. True. */
  interpolated?: boolean;
  /** Applied only where units scatter more than chance. Limits are then normal ones. None. */
  overdispersion?: Overdispersion;
  /** The share of units at each end whose z is pulled in before φ is measured: 0.1. */
  winsorised?: number;
}

export interface FunnelLimits {
  level: number;
  lower: number;
  upper: number;
}

export interface FunnelUnit extends Unit {
  value: number;
  z: number;
  limits: FunnelLimits[];
  /** The widest level that the unit lies beyond, and where; null within all. */
  beyond: { level: number; direction: 'above' | 'below' } | null;
}

export interface Funnel {
  target: number;
  units: FunnelUnit[];
  /** The mean square of winsorised z: 1 is chance. */
  phi: number;
  /** Variance between units, where additive. */
  tauSquared: number;
  /** What limits were really made of. */
  overdispersion: Overdispersion;
  /** The limits at any denominator, for the lines. */
  limitsAt: (denominator: number) => FunnelLimits[];
  notes: string[];
}

/** The chance of at most `count` cases. */
function chanceUpTo(kind: FunnelKind, target: number, denominator: number, count: number): number {
  if (count < 0) return 0;
  if (kind !== 'proportion') return gammaTail(count + 1, target * denominator);
  return count >= denominator ? 1 : betaShare(1 - target, denominator - count, count + 1);
}

/** The count that chance stays below with the probability: whole, or between two counts. */
function countLimit(kind: FunnelKind, target: number, denominator: number, probability: number, interpolated: boolean): number {
  const upTo = (count: number): number => chanceUpTo(kind, target, denominator, count);
  let low = -1;
  let high = Math.max(1, Math.ceil(target * denominator));
  while (upTo(high) < probability) {
    low = high;
    high *= 2;
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (upTo(middle) >= probability) high = middle;
    else low = middle;
  }
  if (!interpolated) return high;
  const [reached, before] = [upTo(high), upTo(high - 1)];
  return high - (reached - probability) / (reached - before);
}

/** Beyond as many expected cases exact and normal limits are the same to four digits, and the exact ones cost too much. */
const exactMost = 1e6;

const scatterOf = (kind: FunnelKind, target: number, denominator: number): number =>
  Math.sqrt((kind === 'proportion' ? target * (1 - target) : target) / denominator);

/** The value below which a share of the sorted lies, between neighbours (type 7). */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] ?? 0;
  return low + (place - below) * ((sorted[below + 1] ?? low) - low);
}

/** The funnel; a problem where units are not to be compared. */
export function funnel(kind: FunnelKind, units: readonly Unit[], options: FunnelOptions = {}): Result<Funnel> {
  const { levels = [95, 99.8], interpolated = true, winsorised = 0.1 } = options;
  const wrong = units.find(
    ({ observed, denominator }) =>
      !(denominator > 0) ||
      !(observed >= 0) ||
      !Number.isFinite(observed + denominator) ||
      (kind === 'proportion' && observed > denominator),
  );
  if (wrong !== undefined)
    return fail(
      'invalid',
      'each unit needs a denominator above 0, and cases from 0 (of a proportion: at most the denominator)',
      wrong.name,
    );
  const cases = units.reduce((sum, { observed }) => sum + observed, 0);
  const of = units.reduce((sum, { denominator }) => sum + denominator, 0);
  const target = options.target ?? (kind === 'ratio' ? 1 : cases / of);
  if (!(target > 0) || (kind === 'proportion' && target >= 1))
    return fail('invalid', 'there is nothing to hold units to: no case, or all are; name a target');

  const scatters = units.map(({ denominator }) => scatterOf(kind, target, denominator));
  const zs = units.map(({ observed, denominator }, i) => (observed / denominator - target) / scatters[i]!);
  const sorted = zs.toSorted((a, b) => a - b);
  const [least, most] = [quantile(sorted, winsorised), quantile(sorted, 1 - winsorised)];
  const n = units.length;
  const phi = zs.reduce((sum, z) => sum + Math.min(most, Math.max(least, z)) ** 2, 0) / n;
  const weights = scatters.map((each) => each ** -2);
  const weight = weights.reduce((sum, each) => sum + each, 0);
  const squares = weights.reduce((sum, each) => sum + each * each, 0);
  const asked = options.overdispersion ?? 'none';
  // Where φ is no more than chance allows, τ² would be negative and units be held to less than chance.
  const scattered = n > 1 && n * phi > n - 1 && phi > 1;
  const overdispersion = scattered ? asked : 'none';
  const tauSquared = overdispersion === 'additive' ? Math.max(0, (n * phi - (n - 1)) / (weight - squares / weight)) : 0;
  const most1 = kind === 'proportion' ? 1 : Number.POSITIVE_INFINITY;

  const limitsAt = (denominator: number): FunnelLimits[] =>
    levels.map((level) => {
      const tail = (1 - level / 100) / 2;
      if (overdispersion === 'none' && target * denominator <= exactMost) {
        const at = (probability: number): number => countLimit(kind, target, denominator, probability, interpolated) / denominator;
        return { level, lower: Math.max(0, at(tail)), upper: Math.min(most1, at(1 - tail)) };
      }
      const own = scatterOf(kind, target, denominator);
      const spread = { none: own, multiplicative: own * Math.sqrt(phi), additive: Math.sqrt(own ** 2 + tauSquared) }[overdispersion];
      const wide = normalQuantile(1 - tail) * spread;
      return { level, lower: Math.max(0, target - wide), upper: Math.min(most1, target + wide) };
    });

  const notes: string[] = [];
  if (asked !== 'none' && !scattered) notes.push(`φ is ${phi.toFixed(2)}: units scatter no more than chance, and limits are not widened`);
  if (asked === 'none' && phi > 1.5)
    notes.push(`φ is ${phi.toFixed(2)}: units scatter more than chance; look at overdispersion before naming units`);
  if (n < 10) notes.push(`${n} units are few: their mean and φ are uncertain`);
  const judged = units.map((unit, i): FunnelUnit => {
    const value = unit.observed / unit.denominator;
    const limits = limitsAt(unit.denominator);
    const beyond = limits.filter(({ lower, upper }) => value < lower || value > upper).toSorted((a, b) => b.level - a.level)[0];
    return {
      ...unit,
      value,
      z: zs[i]!,
      limits,
      beyond: beyond === undefined ? null : { level: beyond.level, direction: value > target ? 'above' : 'below' },
    };
  });
  return ok({ target, units: judged, phi, tauSquared, overdispersion, limitsAt, notes });
}
