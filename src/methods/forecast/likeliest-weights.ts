// The likeliest weights of a regression whose weights have priors, normal or Laplace, together with the size of the noise. Laplace's prior makes most
// weights nought, and which ones is found exactly: Tibshirani R. J R Stat Soc B 1996;58:267-88; Lee H, Battle A, Raina R, Ng AY. NIPS 2006;19:801-8.
// Coordinate by coordinate would not do: bends that lie close together explain each other, and 100,000 sweeps do not settle them.

export interface Prior {
  shape: 'normal' | 'laplace';
  scale: number;
}

export interface Likeliest {
  weights: Float64Array;
  variance: number;
}

/** Weights and noise are found in turn, some twenty times, from the noise of a series that nothing explains. */
const roundsMost = 200;
const settled = 1e-9;

/** One prior a column. Costs columns² × values once, and columns³ for each weight that comes or goes. */
export function likeliest(columns: readonly Float64Array[], values: Float64Array, priors: readonly Prior[]): Likeliest {
  const n = values.length;
  const products = columns.map((a) => Float64Array.from(columns, (b) => dot(a, b)));
  const right = Float64Array.from(columns, (column) => dot(column, values));
  const whole = dot(values, values);
  const problem: Problem = { products, right, priors, weights: new Float64Array(columns.length), signs: new Int8Array(columns.length) };
  let variance = whole / n;
  const least = 1e-12 * variance;
  for (let round = 0; round < roundsMost; round++) {
    settle(problem, variance);
    const left = problem.weights.reduce((sum, weight, i) => sum + weight * (dot(products[i]!, problem.weights) - 2 * right[i]!), whole);
    const next = Math.max(left / n, least);
    const change = Math.abs(next - variance);
    variance = next;
    if (change <= settled * variance) break;
  }
  return { weights: problem.weights, variance };
}

interface Problem {
  products: readonly Float64Array[];
  right: Float64Array;
  priors: readonly Prior[];
  /** Where the search stands. */
  weights: Float64Array;
  /** Of the weights with a Laplace prior that are not nought: 1 or −1. */
  signs: Int8Array;
}

/** The likeliest weights for one size of the noise, from where the last ones stand: lets weights in one at a time, and out where they change sign. */
function settle(problem: Problem, variance: number): void {
  const { products, right, priors, weights, signs } = problem;
  const barred = new Set<number>();
  let entered = -1;
  for (let step = 0; step < 20 * weights.length; step++) {
    const active = [...weights.keys()].filter((i) => priors[i]!.shape === 'normal' || signs[i] !== 0);
    const target = solve(problem, active, variance);
    if (target === null) {
      if (entered < 0) return;
      barred.add(entered);
      signs[entered] = 0;
      weights[entered] = 0;
      entered = -1;
      continue;
    }
    let part = 1;
    let leaves = -1;
    for (const [at, i] of active.entries()) {
      if (signs[i] === 0 || target[at]! * signs[i]! > 0) continue;
      const until = weights[i] === 0 ? 0 : weights[i]! / (weights[i]! - target[at]!);
      if (until >= part) continue;
      part = until;
      leaves = i;
    }
    for (const [at, i] of active.entries()) weights[i] = weights[i]! + part * (target[at]! - weights[i]!);
    if (leaves >= 0) {
      if (leaves === entered) barred.add(leaves);
      signs[leaves] = 0;
      weights[leaves] = 0;
      continue;
    }
    entered = -1;
    let most = 1 + settled;
    for (const [i, { shape, scale }] of priors.entries()) {
      if (shape === 'normal' || signs[i] !== 0 || barred.has(i)) continue;
      const pull = ((right[i]! - dot(products[i]!, weights)) * scale) / variance;
      if (Math.abs(pull) <= most) continue;
      most = Math.abs(pull);
      entered = i;
    }
    if (entered < 0) return;
    signs[entered] = Math.sign(right[entered]! - dot(products[entered]!, weights));
  }
}

/** Where the active weights are likeliest if none changes its sign, by Cholesky's factors; null where they depend on each other. */
function solve({ products, right, priors, signs }: Problem, active: readonly number[], variance: number): Float64Array | null {
  const k = active.length;
  const scale = active.map((i) => 1 / Math.sqrt(products[i]![i]!));
  const found = Float64Array.from(active, (i, a) => (right[i]! - (signs[i]! * variance) / priors[i]!.scale) * scale[a]!);
  const factor = active.map(() => new Float64Array(k));
  for (let a = 0; a < k; a++) {
    for (let b = a; b < k; b++) {
      let sum = products[active[a]!]![active[b]!]! * scale[a]! * scale[b]!;
      const { shape, scale: width } = priors[active[a]!]!;
      if (a === b && shape === 'normal') sum += (variance * scale[a]! ** 2) / width ** 2;
      for (let c = 0; c < a; c++) sum -= factor[c]![a]! * factor[c]![b]!;
      if (a !== b) factor[a]![b] = sum / factor[a]![a]!;
      else if (sum > 1e-12) factor[a]![a] = Math.sqrt(sum);
      else return null;
    }
  }
  for (let a = 0; a < k; a++) {
    for (let b = 0; b < a; b++) found[a] = found[a]! - factor[b]![a]! * found[b]!;
    found[a] = found[a]! / factor[a]![a]!;
  }
  for (let a = k - 1; a >= 0; a--) {
    for (let b = a + 1; b < k; b++) found[a] = found[a]! - factor[a]![b]! * found[b]!;
    found[a] = found[a]! / factor[a]![a]!;
  }
  return found.map((each, a) => each * scale[a]!);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
