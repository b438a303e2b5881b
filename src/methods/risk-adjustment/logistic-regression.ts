// Logistic regression for the risk before treatment, by iteratively reweighted least squares. McCullagh P, Nelder JA. Generalized Linear Models, 2nd ed.,
// 1989, 4.4. Where outcomes are separated (a column parts them) the coefficients have no end: Albert A, Anderson JA. Biometrika 1984;71:1-10. That is
// seen, said, and answered by a ridge: le Cessie S, van Houwelingen JC. Appl Stat 1992;41:191-201.
import { fail, ok, type Result } from '../../fhir/result.ts';

export interface LogisticModel {
  names: string[];
  /** Intercept first, then one for each column, per unit of the column. */
  coefficients: number[];
  /** Of the coefficients; not to be read as usual where a ridge was laid on. */
  standardErrors: number[];
  deviance: number;
  /** 0, or the penalty that a coefficient per standard deviation of its column bears. */
  ridge: number;
  /** Columns that part those with the event from those without, wholly or nearly. */
  separatedBy: string[];
  notes: string[];
}

const stepsMax = 30;
const settled = 1e-9;
/** Events per coefficient below which a model promises more than it holds: Peduzzi P, et al. J Clin Epidemiol 1996;49:1373-9. */
const eventsEach = 10;
const rowsMax = 1_000_000;

export const riskOf = ({ coefficients }: Pick<LogisticModel, 'coefficients'>, row: readonly number[]): number => {
  const eta = row.reduce((sum, each, j) => sum + each * (coefficients[j + 1] ?? 0), coefficients[0] ?? 0);
  return eta >= 0 ? 1 / (1 + Math.exp(-eta)) : Math.exp(eta) / (1 + Math.exp(eta));
};

/** Cholesky's factor of a symmetric matrix scaled to a diagonal of about one; undefined where a column is made of others. */
function factorOf(matrix: readonly Float64Array[]): Float64Array[] | undefined {
  const n = matrix.length;
  const factor = Array.from({ length: n }, () => new Float64Array(n));
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i]![j]!;
      for (let k = 0; k < j; k++) rest -= factor[i]![k]! * factor[j]![k]!;
      if (i !== j) factor[i]![j] = rest / factor[j]![j]!;
      else if (rest > 1e-11 * matrix[i]![i]!) factor[i]![i] = Math.sqrt(rest);
      else return undefined;
    }
  return factor;
}

function solvedBy(factor: readonly Float64Array[], right: Float64Array): Float64Array<ArrayBuffer> {
  const found = Float64Array.from(right);
  for (let i = 0; i < found.length; i++) {
    for (let k = 0; k < i; k++) found[i] = found[i]! - factor[i]![k]! * found[k]!;
    found[i] = found[i]! / factor[i]![i]!;
  }
  for (let i = found.length - 1; i >= 0; i--) {
    for (let k = i + 1; k < found.length; k++) found[i] = found[i]! - factor[k]![i]! * found[k]!;
    found[i] = found[i]! / factor[i]![i]!;
  }
  return found;
}

interface Fit {
  beta: Float64Array<ArrayBuffer>;
  covariance: number[];
  deviance: number;
  settled: boolean;
  /** What each coefficient moved by in the last step. */
  moved: Float64Array<ArrayBuffer>;
}

/** Newton's steps on columns of mean 0 and deviation 1, the intercept first and without penalty. */
function newton(columns: readonly Float64Array[], outcomes: Float64Array, penalty: number): Fit | 'dependent' | 'lost' {
  const k = columns.length;
  const n = outcomes.length;
  const share = outcomes.reduce((sum, each) => sum + each, 0) / n;
  let beta = new Float64Array(k);
  beta[0] = Math.log(share / (1 - share));
  let moved = new Float64Array(k);
  let deviance = Number.POSITIVE_INFINITY;
  for (let step = 0; step < stepsMax; step++) {
    const score = new Float64Array(k);
    const information = Array.from({ length: k }, () => new Float64Array(k));
    deviance = 0;
    for (let i = 0; i < n; i++) {
      let eta = 0;
      for (let j = 0; j < k; j++) eta += beta[j]! * columns[j]![i]!;
      const y = outcomes[i]!;
      const risk = 1 / (1 + Math.exp(-eta));
      // log(1 + e^x) without overflow, of the side that the outcome was not on.
      const away = y === 1 ? -eta : eta;
      deviance += 2 * (away > 0 ? away + Math.log1p(Math.exp(-away)) : Math.log1p(Math.exp(away)));
      const weight = risk * (1 - risk);
      for (let j = 0; j < k; j++) {
        const x = columns[j]![i]!;
        score[j] = score[j]! + x * (y - risk);
        for (let l = 0; l <= j; l++) information[j]![l] = information[j]![l]! + weight * x * columns[l]![i]!;
      }
    }
    for (let j = 1; j < k; j++) {
      score[j] = score[j]! - penalty * beta[j]!;
      information[j]![j] = information[j]![j]! + penalty;
    }
    const factor = factorOf(information);
    if (factor === undefined) return step === 0 ? 'dependent' : 'lost';
    moved = solvedBy(factor, score);
    // A step of more than a few units on the scale of a deviation would overshoot.
    const longest = moved.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
    const part = longest > 5 ? 5 / longest : 1;
    beta = beta.map((each, j) => each + part * moved[j]!);
    const reach = beta.reduce((most, each) => Math.max(most, Math.abs(each)), 1);
    if (longest < settled * reach) {
      const covariance = Array.from({ length: k }, (_, j) => {
        const unit = new Float64Array(k);
        unit[j] = 1;
        return solvedBy(factor, unit)[j]!;
      });
      return { beta, covariance, deviance, settled: true, moved };
    }
  }
  return { beta, covariance: Array.from({ length: k }, () => Number.NaN), deviance, settled: false, moved };
}

/**
 * The model of outcomes (0 or 1) on rows of numbers. `ridge` 0 asks for the likelihood's own answer; where outcomes are separated or columns depend on
 * each other a ridge of 1 (a normal prior of deviation 1 per deviation of the column) is laid on, and said. Costs rows × columns² a step.
 */
export function logisticRegression(
  names: readonly string[],
  rows: readonly (readonly number[])[],
  outcomes: readonly number[],
  { ridge = 0 }: { ridge?: number } = {},
): Result<LogisticModel> {
  const n = rows.length;
  if (n !== outcomes.length || n === 0)
    return fail('invalid', `there are ${n} rows and ${outcomes.length} outcomes; give one outcome a row`);
  if (n > rowsMax) return fail('too-costly', `${n} rows are more than ${rowsMax}; fit on a sample`);
  const odd = rows.findIndex(
    (row, i) => row.length !== names.length || !row.every(Number.isFinite) || (outcomes[i] !== 0 && outcomes[i] !== 1),
  );
  if (odd >= 0)
    return fail(
      'invalid',
      `row ${odd + 1} has a value that is missing or no number, or an outcome other than 0 and 1; leave it out or fill it`,
    );
  const events = outcomes.reduce((sum, each) => sum + each, 0);
  if (events === 0 || events === n) return fail('invalid', 'all outcomes are the same: there is nothing to explain');
  const columns = names.map((_, j) => Float64Array.from(rows, (row) => row[j]!));
  const means = columns.map((column) => column.reduce((sum, each) => sum + each, 0) / n);
  const deviations = columns.map((column, j) => Math.sqrt(column.reduce((sum, each) => sum + (each - means[j]!) ** 2, 0) / n));
  const constant = names.filter((_, j) => !(deviations[j]! > 1e-12 * (Math.abs(means[j]!) + 1e-300)));
  if (constant.length > 0) return fail('invalid', `the same value in every row says nothing: ${constant.join(', ')}; leave it out`);
  const scaled = [new Float64Array(n).fill(1), ...columns.map((column, j) => column.map((each) => (each - means[j]!) / deviations[j]!))];
  const response = Float64Array.from(outcomes);

  const notes: string[] = [];
  const separatedBy: string[] = [];
  let fit = newton(scaled, response, ridge);
  let laid = ridge;
  if (fit === 'dependent' || fit === 'lost' || !fit.settled) {
    if (fit === 'dependent')
      notes.push('columns say the same in other words (one is made of others); a ridge of 1 shares their effect between them');
    else {
      // Under separation a few coefficients go on growing by about as much each step; a short ridge shows which.
      const loose = newton(scaled, response, 1e-3);
      const large = loose === 'dependent' || loose === 'lost' ? [] : names.filter((_, j) => Math.abs(loose.beta[j + 1]!) > 2);
      separatedBy.push(...(large.length > 0 ? large : names));
      notes.push(
        `outcomes are separated by ${separatedBy.join(', ')}: odds ratios have no end; a ridge of 1 holds them, and they are too small rather than too large`,
      );
    }
    laid = Math.max(ridge, 1);
    fit = newton(scaled, response, laid);
  }
  if (fit === 'dependent' || fit === 'lost' || !fit.settled)
    return fail('invalid', 'the model does not settle even with a ridge; take columns out');
  if (events < eventsEach * names.length || n - events < eventsEach * names.length)
    notes.push(
      `${Math.min(events, n - events)} events for ${names.length} columns are fewer than ${eventsEach} each: the model will do worse on new patients`,
    );
  const { beta, covariance, deviance } = fit;
  const slopes = names.map((_, j) => beta[j + 1]! / deviations[j]!);
  const intercept = beta[0]! - slopes.reduce((sum, each, j) => sum + each * means[j]!, 0);
  const standardErrors = [Number.NaN, ...names.map((_, j) => Math.sqrt(covariance[j + 1]!) / deviations[j]!)];
  return ok({ names: [...names], coefficients: [intercept, ...slopes], standardErrors, deviance, ridge: laid, separatedBy, notes });
}
