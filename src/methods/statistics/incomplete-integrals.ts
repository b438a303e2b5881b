// The logarithm of the gamma function and the regularised incomplete gamma and beta integrals, from which the distributions of counts and
// Student's t are made. Lanczos C. SIAM J Numer Anal 1964;1:86-96; series and continued fractions of NIST DLMF 8.9, 8.11 and 8.17
// (https://dlmf.nist.gov/8), the fractions by Lentz's method.

const lanczos = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905, -0.13857109526572012,
  9.984369578019572e-6, 1.5056327351493116e-7,
];
const smallest = 1e-300;
/** More steps than a mean of ten million cases asks for. */
const stepsMax = 50_000;

/** ln Γ(x) for x > 0. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const t = x + 6.5;
  const sum = lanczos.reduce((total, each, i) => total + each / (x + i), 0.9999999999998099);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** a0 / (b0 + a1 / (b1 + a2 / (b2 + …))). */
function fraction(numerator: (i: number) => number, denominator: (i: number) => number): number {
  let value = smallest;
  let c = value;
  let d = 0;
  for (let i = 0; i < stepsMax; i++) {
    d = denominator(i) + numerator(i) * d;
    c = denominator(i) + numerator(i) / c;
    if (Math.abs(d) < smallest) d = smallest;
    if (Math.abs(c) < smallest) c = smallest;
    d = 1 / d;
    value *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return value;
}

/** P(a, x) by its series: for x < a + 1. */
function gammaSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < stepsMax && term > sum * 1e-16; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return Math.exp(a * Math.log(x) - x - logGamma(a)) * sum;
}

/** Q(a, x) by its fraction: for x ≥ a + 1. */
const gammaFraction = (a: number, x: number): number =>
  Math.exp(a * Math.log(x) - x - logGamma(a)) *
  fraction(
    (i) => (i === 0 ? 1 : -i * (i - a)),
    (i) => x + 2 * i + 1 - a,
  );

/** Q(a, x), the upper tail of the gamma distribution of shape a > 0 and scale 1 beyond x ≥ 0. */
export const gammaTail = (a: number, x: number): number => (x <= 0 ? 1 : x < a + 1 ? 1 - gammaSeries(a, x) : gammaFraction(a, x));

/** P(a, x) = 1 − Q(a, x), exact where it is small. */
export const gammaShare = (a: number, x: number): number => (x <= 0 ? 0 : x < a + 1 ? gammaSeries(a, x) : 1 - gammaFraction(a, x));

/** I_x(a, b), the beta distribution's share below x, for a, b > 0. */
export function betaShare(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaShare(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  const numerator = (i: number): number => {
    if (i === 0) return 1;
    const m = Math.floor(i / 2);
    return i % 2 === 1
      ? (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
      : (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
  };
  return front * fraction(numerator, () => 1);
}
