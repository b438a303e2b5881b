// Risk-adjusted CUSUM: each patient adds the evidence for odds of the event R times those expected, against odds as expected. Steiner SH, Cook RJ, Farewell
// VT, Treasure T. Monitoring surgical performance using risk-adjusted cumulative sum charts. Biostatistics 2000;1:441-52. Run length by a Markov chain:
// Brook D, Evans DA. Biometrika 1972;59:539-49; or by simulation with random numbers from outside.
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Patient } from './vlad.ts';

export interface CusumDesign {
  /** The odds ratio to be found: 2 is twice the odds (worse), 0.5 half (better). */
  oddsRatio: number;
  /** The odds ratio that is right: 1. */
  inControl?: number;
  /** The sum that signals. */
  limit: number;
}

/** The log likelihood ratio of one patient. */
export function weight({ outcome, risk }: Patient, { oddsRatio, inControl = 1 }: Pick<CusumDesign, 'oddsRatio' | 'inControl'>): number {
  const base = Math.log((1 - risk + inControl * risk) / (1 - risk + oddsRatio * risk));
  return outcome === 1 ? base + Math.log(oddsRatio / inControl) : base;
}

export interface RiskAdjustedCusum {
  sums: number[];
  /** Patients at whom the sum reached the limit; it starts anew at 0 after each. */
  signals: number[];
}

const isRisk = (risk: number): boolean => risk > 0 && risk < 1;

function designProblem({ oddsRatio, inControl = 1, limit }: CusumDesign): Result<true> {
  return oddsRatio > 0 && inControl > 0 && oddsRatio !== inControl && limit > 0 && Number.isFinite(oddsRatio + limit)
    ? ok(true)
    : fail('invalid', 'a CUSUM needs an odds ratio above 0 that differs from the one that is right, and a limit above 0');
}

/** S(t) = max(0, S(t − 1) + W(t)). For deterioration and improvement run two. */
export function riskAdjustedCusum(patients: readonly Patient[], design: CusumDesign): Result<RiskAdjustedCusum> {
  const valid = designProblem(design);
  if (!valid.ok) return valid;
  const wrong = patients.findIndex(({ risk }) => !isRisk(risk));
  if (wrong >= 0) return fail('invalid', `the risk of patient ${wrong + 1} is not between 0 and 1; leave out whom the model cannot place`);
  let sum = 0;
  const signals: number[] = [];
  const sums = patients.map((patient, i) => {
    sum = Math.max(0, (signals.at(-1) === i - 1 ? 0 : sum) + weight(patient, design));
    if (sum >= design.limit) signals.push(i);
    return sum;
  });
  return ok({ sums, signals });
}

/** How often a risk is met; weights need not sum to 1. */
export interface RiskShare {
  risk: number;
  weight: number;
}

/** Risk that the odds ratio makes of a risk. */
const shifted = (risk: number, odds: number): number => (odds * risk) / (1 - risk + odds * risk);

/**
 * Mean patients until a signal if odds are `odds` times those expected (1: false alarm). By a Markov chain of `states`; costs states³ / 3, so 200
 * take some milliseconds. Undefined where risks are none.
 */
export function averageRunLength(risks: readonly RiskShare[], design: CusumDesign, odds = 1, states = 200): number | undefined {
  const total = risks.reduce((sum, each) => sum + each.weight, 0);
  if (!(total > 0) || !risks.every(({ risk }) => isRisk(risk)) || !designProblem(design).ok) return undefined;
  // State 0 is a sum of 0; state i the stretch of sums about i · width, after Brook and Evans.
  const width = (2 * design.limit) / (2 * states - 1);
  const left = Array.from({ length: states }, (_, i) => {
    const row = new Float64Array(states + 1);
    row[i] = 1;
    row[states] = 1;
    return row;
  });
  for (const { risk, weight: share } of risks) {
    const event = shifted(risk, odds);
    for (const [outcome, chance] of [
      [1, event],
      [0, 1 - event],
    ] as const) {
      const step = weight({ outcome, risk }, design);
      for (let i = 0; i < states; i++) {
        // A step ends between two states as a rule: it is shared between both, so that its mean is kept.
        const place = Math.max(0, i + step / width);
        const below = Math.floor(place);
        const upper = place - below;
        const probability = (share / total) * chance;
        const row = left[i]!;
        if (below < states) row[below] = row[below]! - probability * (1 - upper);
        if (below + 1 < states) row[below + 1] = row[below + 1]! - probability * upper;
      }
    }
  }
  return solved(left)?.[0];
}

/** Elimination of the rows with their right-hand side at the end; diagonally dominant, so without exchange of rows. */
function solved(rows: Float64Array[]): number[] | undefined {
  const n = rows.length;
  for (let i = 0; i < n; i++) {
    const row = rows[i]!;
    const head = row[i]!;
    if (!(Math.abs(head) > 1e-14)) return undefined;
    for (let k = i + 1; k < n; k++) {
      const other = rows[k]!;
      const factor = other[i]! / head;
      if (factor !== 0) for (let j = i; j <= n; j++) other[j] = other[j]! - factor * row[j]!;
    }
  }
  const found = Array.from({ length: n }, () => 0);
  for (let i = n - 1; i >= 0; i--) {
    let rest = rows[i]![n]!;
    for (let j = i + 1; j < n; j++) rest -= rows[i]![j]! * found[j]!;
    found[i] = rest / rows[i]![i]!;
  }
  return found;
}

/** The same by trying: mean and its standard error over `runs`. A run that reaches `patientsMax` ends there, and `cut` says how many did. */
export function simulatedRunLength(
  risks: readonly RiskShare[],
  design: CusumDesign,
  { random, odds = 1, runs = 1000, patientsMax = 100_000 }: { random: () => number; odds?: number; runs?: number; patientsMax?: number },
): { mean: number; standardError: number; cut: number } {
  const total = risks.reduce((sum, each) => sum + each.weight, 0);
  const draw = (): number => {
    let place = random() * total;
    for (const { risk, weight: share } of risks) {
      place -= share;
      if (place <= 0) return risk;
    }
    return risks.at(-1)!.risk;
  };
  const lengths = Array.from({ length: runs }, () => {
    let sum = 0;
    for (let i = 1; i <= patientsMax; i++) {
      const risk = draw();
      sum = Math.max(0, sum + weight({ outcome: random() < shifted(risk, odds) ? 1 : 0, risk }, design));
      if (sum >= design.limit) return i;
    }
    return patientsMax;
  });
  const mean = lengths.reduce((sum, each) => sum + each, 0) / runs;
  const variance = lengths.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (runs - 1);
  return { mean, standardError: Math.sqrt(variance / runs), cut: lengths.filter((each) => each === patientsMax).length };
}

/** The limit at which a false alarm comes once in `runLength` patients; within one per mille of it. */
export function limitFor(risks: readonly RiskShare[], oddsRatio: number, runLength: number, states = 100): number | undefined {
  let [low, high] = [0.01, 20];
  for (let i = 0; i < 40 && high - low > 1e-4; i++) {
    const limit = (low + high) / 2;
    const own = averageRunLength(risks, { oddsRatio, limit }, 1, states);
    if (own === undefined) return undefined;
    if (own < runLength) low = limit;
    else high = limit;
  }
  return (low + high) / 2;
}
