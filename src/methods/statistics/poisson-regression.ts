// Regression of counts by a log link, fitted by iteratively reweighted least squares: Poisson with a dispersion, or negative binomial with the
// variance mean + alpha · mean². McCullagh P, Nelder JA. Generalized Linear Models, 2nd ed., 1989, 2.5, 6.2 and 11.2.

export interface PoissonFit {
  coefficients: number[];
  fitted: number[];
  /** The share of each row in its own fit. */
  leverages: number[];
  /** Pearson's χ² by the degrees of freedom that are left. */
  dispersion: number;
  degreesOfFreedom: number;
  /** (XᵀWX)⁻¹; by the dispersion it is the covariance of the coefficients. */
  unscaledCovariance: number[][];
}

const stepsMax = 25;
const settled = 1e-8;

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, each, i) => sum + each * (b[i] ?? 0), 0);

/** The inverse of a symmetric positive definite matrix by elimination, or undefined where columns say the same. */
function inverse(matrix: readonly (readonly number[])[]): number[][] | undefined {
  const size = matrix.length;
  // Scaled to a diagonal of ones, so that "nearly nothing left" means the same for every column.
  const scale = matrix.map((row, i) => 1 / Math.sqrt(row[i] ?? 0));
  const rows = matrix.map((row, i) => [
    ...row.map((each, j) => each * (scale[i] ?? 0) * (scale[j] ?? 0)),
    ...Array.from({ length: size }, (_, j) => (i === j ? 1 : 0)),
  ]);
  for (let pivot = 0; pivot < size; pivot++) {
    const row = rows[pivot] ?? [];
    const head = row[pivot] ?? 0;
    if (!(head > 1e-11)) return undefined;
    for (let j = pivot; j < 2 * size; j++) row[j] = (row[j] ?? 0) / head;
    for (const [i, other] of rows.entries()) {
      const factor = other[pivot] ?? 0;
      if (i === pivot || factor === 0) continue;
      for (let j = pivot; j < 2 * size; j++) other[j] = (other[j] ?? 0) - factor * (row[j] ?? 0);
    }
  }
  return rows.map((row, i) => row.slice(size).map((each, j) => each * (scale[i] ?? 0) * (scale[j] ?? 0)));
}

/** x' (XᵀWX)⁻¹ x: by the dispersion it is the variance of the linear predictor at x. */
export const unscaledVariance = (fit: PoissonFit, x: readonly number[]): number =>
  dot(
    x,
    fit.unscaledCovariance.map((row) => dot(row, x)),
  );

export const linearPredictor = (fit: PoissonFit, x: readonly number[]): number => dot(fit.coefficients, x);

/** Half the deviance's term of a count. */
const deviance = (count: number, mean: number, alpha: number): number =>
  alpha === 0
    ? (count > 0 ? count * Math.log(count / mean) : 0) - (count - mean)
    : (count > 0 ? count * Math.log(count / mean) : 0) - (count + 1 / alpha) * Math.log((1 + alpha * count) / (1 + alpha * mean));

/**
 * Fits counts ≥ 0 on the rows of `design` (each as long as there are coefficients) with prior weights; `alpha` 0 is Poisson. `start` are the
 * means to begin with. Undefined where columns say the same, no degree of freedom is left or the steps do not settle.
 */
export function fitPoisson(
  design: readonly (readonly number[])[],
  counts: readonly number[],
  weights: readonly number[],
  alpha = 0,
  start: readonly number[] = counts.map((count) => (alpha === 0 ? count + 0.1 : count || 1 / 6)),
): PoissonFit | undefined {
  const size = design[0]?.length ?? 0;
  const degreesOfFreedom = counts.length - size;
  if (size === 0 || degreesOfFreedom <= 0) return undefined;
  let fitted = [...start];
  let eta = fitted.map(Math.log);
  let before = Number.POSITIVE_INFINITY;
  for (let step = 0; step < stepsMax; step++) {
    const working = fitted.map((mean, i) => (mean / (1 + alpha * mean)) * (weights[i] ?? 1));
    const target = fitted.map((mean, i) => (eta[i] ?? 0) + ((counts[i] ?? 0) - mean) / mean);
    const information = crossProduct(design, working, size);
    const unscaledCovariance = inverse(information);
    if (unscaledCovariance === undefined) return undefined;
    const score = Array.from({ length: size }, (_, j) =>
      design.reduce((sum, row, i) => sum + (row[j] ?? 0) * (working[i] ?? 0) * (target[i] ?? 0), 0),
    );
    const coefficients = unscaledCovariance.map((row) => dot(row, score));
    eta = design.map((row) => dot(row, coefficients));
    fitted = eta.map(Math.exp);
    if (!fitted.every((mean) => Number.isFinite(mean) && mean > 0)) return undefined;
    const now = 2 * counts.reduce((sum, count, i) => sum + (weights[i] ?? 1) * deviance(count, fitted[i] ?? 0, alpha), 0);
    if (Math.abs(now - before) / (0.1 + Math.abs(now)) < settled) {
      const means = fitted;
      const pearson = counts.reduce(
        (sum, count, i) => sum + ((weights[i] ?? 1) * (count - (means[i] ?? 0)) ** 2) / ((means[i] ?? 1) * (1 + alpha * (means[i] ?? 0))),
        0,
      );
      const leverages = design.map(
        (row, i) =>
          (working[i] ?? 0) *
          dot(
            row,
            unscaledCovariance.map((each) => dot(each, row)),
          ),
      );
      return { coefficients, fitted, leverages, dispersion: pearson / degreesOfFreedom, degreesOfFreedom, unscaledCovariance };
    }
    before = now;
  }
  return undefined;
}

function crossProduct(design: readonly (readonly number[])[], working: readonly number[], size: number): number[][] {
  const product = Array.from({ length: size }, () => Array.from({ length: size }, () => 0));
  for (const [i, row] of design.entries())
    for (const [j, left] of row.entries()) {
      const line = product[j];
      if (line === undefined || left === 0) continue;
      for (const [k, right] of row.entries()) line[k] = (line[k] ?? 0) + left * right * (working[i] ?? 0);
    }
  return product;
}
