// The normal distribution's quantile and upper tail. Wichura MJ. Algorithm AS 241: the percentage points of the normal distribution. Appl Stat 1988;37:477-84
// (PPND16, relative accuracy about 1e-16). The tail is half an incomplete gamma integral of 1/2 (DLMF 7.11.2).
import { gammaTail } from './incomplete-integrals.ts';

const centre = {
  over: [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513, 133.14166789178438,
    3.3871328727963665,
  ],
  under: [
    5226.495278852546, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579, 42.31333070160091,
    1,
  ],
};
const shoulder = {
  over: [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045, 5.769497221460691,
    4.630337846156546, 1.4234371107496835,
  ],
  under: [
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851, 1.6763848301838038,
    2.053191626637759, 1,
  ],
};
const tail = {
  over: [
    2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487, 1.7848265399172913,
    5.463784911164114, 6.657904643501103,
  ],
  under: [
    2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133, 0.014875361290850615, 0.1369298809227358,
    0.599832206555888, 1,
  ],
};

const polynomial = (coefficients: readonly number[], x: number): number => coefficients.reduce((sum, each) => sum * x + each, 0);
const ratio = (of: { over: readonly number[]; under: readonly number[] }, x: number): number =>
  polynomial(of.over, x) / polynomial(of.under, x);

/** The value below which a standard normal falls with this probability; ±Infinity at 0 and 1, NaN outside. */
export function normalQuantile(probability: number): number {
  if (!(probability >= 0 && probability <= 1)) return Number.NaN;
  const q = probability - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(centre, 0.180625 - q * q);
  const edge = Math.min(probability, 1 - probability);
  if (edge === 0) return q * Number.POSITIVE_INFINITY;
  const r = Math.sqrt(-Math.log(edge));
  return Math.sign(q) * (r <= 5 ? ratio(shoulder, r - 1.6) : ratio(tail, r - 5));
}

/** How likely a standard normal is above z; exact in the far tail. */
export const normalTail = (z: number): number => (z >= 0 ? gammaTail(0.5, (z * z) / 2) / 2 : 1 - gammaTail(0.5, (z * z) / 2) / 2);
